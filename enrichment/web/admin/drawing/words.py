"""Numbers as people read them: shares in percent, lengths of time in a fitting unit, moments to the minute."""

from datetime import datetime, tzinfo

UNKNOWN = "not known yet"
DAY_SECONDS = 86_400.0
_HOURS_OF_DAY = 24
# A line never breaks between a number and its sign.
JOINED = "\u00a0"
_NEARLY_NONE = 0.005
_MINUTES = 60
_DAYS_OF_MONTH, _DAYS_OF_YEAR = 365.25 / 12, 365.25
_MOST_HOURS, _MOST_DAYS, _MOST_MONTHS = 48, 90, 730


def percent(share: float | None) -> str:
    """Return a share in whole percent; what is not quite nothing, nor all, does not look like it."""
    if share is None:
        return UNKNOWN
    if 0 < share < _NEARLY_NONE:
        return f"< 1{JOINED}%"
    if 1 - _NEARLY_NONE < share < 1:
        return f"> 99{JOINED}%"
    return f"{round(100 * share)}{JOINED}%".replace("-", "−")


def span(days: float | None) -> str:
    """Return a length of time in the unit in which it is a small number."""
    if days is None:
        return UNKNOWN
    hours = days * _HOURS_OF_DAY
    if hours < 1:
        return _counted(hours * _MINUTES, "minute")
    if hours < _MOST_HOURS:
        return _counted(hours, "hour")
    if days < _MOST_DAYS:
        return _counted(days, "day")
    if days < _MOST_MONTHS:
        return _counted(days / _DAYS_OF_MONTH, "month")
    return _counted(days / _DAYS_OF_YEAR, "year")


def number(value: float | None, digits: int = 1) -> str:
    """Return a number with thousands apart and at most that many digits behind the point."""
    if value is None:
        return UNKNOWN
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def score(value: float | None) -> str:
    """Return a score from 0 to 1 with two digits."""
    return UNKNOWN if value is None else f"{value:.2f}"


def times(n: float) -> str:
    """Return how often something was."""
    return "once" if n == 1 else f"{number(n, 0)} times"


def signed(value: float) -> str:
    """Return a number with its sign and two digits."""
    return f"{round(value, 2) + 0.0:+.2f}".replace("-", "−")


def moment(at: datetime, zone: tzinfo | None = None) -> str:
    """Return day and minute on the clock of ``zone``, else on its own."""
    local = at.astimezone(zone) if zone is not None else at
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def day(at: datetime) -> str:
    """Return the day of a month, as axes name it."""
    return f"{at.day} {at:%b}"


def hour(value: float) -> str:
    """Return an hour of the day, given with its fraction, as a clock shows it."""
    minutes = round(value * _MINUTES) % (_HOURS_OF_DAY * _MINUTES)
    return f"{minutes // _MINUTES:02}:{minutes % _MINUTES:02}"


def missing(what: str, have: float, need: float) -> str:
    """Say that there is not enough of something yet."""
    return f"Not enough {what} yet: {number(have, 0)} of {number(need, 0)}."


def since(then: str, now: datetime) -> float:
    """Return the days from a time as rows tell it until now, never less than none."""
    return max((now - datetime.fromisoformat(then)).total_seconds() / DAY_SECONDS, 0.0)


def _counted(value: float, unit: str) -> str:
    shown = number(value, 0 if value >= 10 else 1)  # noqa: PLR2004 - beyond ten, tenths are noise
    return f"{shown} {unit}" if shown == "1" else f"{shown} {unit}s"
