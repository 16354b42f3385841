"""How numbers and times are said on the page, and what it says after something was done."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

MOST_SAID = 1_500

NOTICES = {
    "paused": "Paused: workers finish what they have in hand and take nothing new.",
    "paused_already": "It was paused already; the first reason stands.",
    "resumed": "Resumed: workers go on within seconds.",
    "not_paused": "There was no pause.",
    "retracted": "Retracted: the fact is no longer served, and the same words will not bring it back.",
    "gone": "There is nothing like that any more.",
    "invalidated": "Invalidated: the rows are made anew in the next rounds of a worker.",
    "refreshed": "Refreshed: the rows say what is true now.",
    "busy": "A worker has this user in hand; try again in a moment.",
    "composed": "The profiles are composed anew.",
    "retried": "Sent back to pending, as if it had never been tried.",
    "retried_all": "Everything in quarantine was sent back to pending.",
    "dropped": "Given up: the message ends as skipped.",
    "not_confirmed": "Nothing was erased: what was typed is not the user's id.",
    "reconciling": "The reconciliation has begun.",
    "reconciling_already": "A reconciliation is under way already.",
}

_TEN_CENTS = 0.1
_UNITS = (
    (timedelta(days=1), "d"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "min"),
    (timedelta(seconds=1), "s"),
)


def number(value: float | None) -> str:
    """Return a number with its thousands apart; a dash for none."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def percent(value: float | None) -> str:
    """Return a share from 0 to 1 in percent."""
    return "–" if value is None else f"{value:.0%}"


def dollars(value: Decimal | float | None) -> str:
    """Return US dollars: whole cents from ten cents on, finer below."""
    if value is None:
        return "–"
    return f"${value:,.2f}" if value == 0 or float(value) >= _TEN_CENTS else f"${value:,.4f}"


def moment(value: datetime | None) -> str:
    """Return a time in UTC, to the minute."""
    return "–" if value is None else f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"


def iso(value: datetime) -> str:
    """Return a time as machines read it."""
    return value.astimezone(UTC).isoformat(timespec="seconds")


def length(value: timedelta | None) -> str:
    """Return a length of time in its largest unit."""
    if value is None:
        return "–"
    for unit, name in _UNITS:
        if abs(value) >= unit:
            return f"{round(abs(value) / unit)} {name}"
    return "0 s"


def ago(value: datetime | None, now: datetime) -> str:
    """Return how far a time is from now."""
    if value is None:
        return "–"
    gap = now - value
    return f"in {length(gap)}" if gap < timedelta() else f"{length(gap)} ago"


def written(value: str | None) -> str:
    """Return a time that was written as text, as ``moment`` does."""
    return "–" if value is None else moment(datetime.fromisoformat(value))


def shortly(value: object) -> str:
    """Return nested values as JSON, cut where it gets long."""
    said = json.dumps(value, ensure_ascii=False, default=str)
    return said if len(said) <= MOST_SAID else said[:MOST_SAID] + "…"


def words(value: str) -> str:
    """Return a name of the program's own as words."""
    return value.replace("_", " ")
