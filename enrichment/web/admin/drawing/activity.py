"""Activity by hour drawn: when the user writes, when nobody should, and the best moment to write first."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from enrichment.engines.frame import Courtesy
from enrichment.engines.style import FEWEST_MESSAGES
from enrichment.web.admin.drawing import axes
from enrichment.web.admin.drawing.charts import Bar, Bars, Drawing, Kept, Look, Table
from enrichment.web.admin.drawing.standing import absent, standing
from enrichment.web.admin.drawing.words import hour, missing, moment, percent

NAME, TITLE = "activity", "Activity by hour"
_HOURS = 24
_LONG = 3


def activity(style: Kept | None, engagement: Kept | None, now: datetime, courtesy: Courtesy | None = None) -> Drawing:
    """Draw the share of the user's messages by hour of their day; quiet hours hold only where the zone is known."""
    if style is None or style.values["communication_style"] is None:
        return absent(NAME, TITLE, "No message has been looked at yet.")
    said = style.values["communication_style"]
    resting = standing(style, said, "messages of the user", now)
    if said["n_messages"] < FEWEST_MESSAGES:
        return absent(NAME, TITLE, missing("messages of the user", said["n_messages"], FEWEST_MESSAGES), resting)
    halves, name = said["active_hours"]["histogram"], said["active_hours"]["zone"]
    shares = [halves[2 * at] + halves[2 * at + 1] for at in range(_HOURS)]
    zone = _zone(name)
    quiet = (courtesy or Courtesy()).quiet if zone is not UTC else None
    best, why = _best(engagement, zone, now)
    return Drawing(
        name=NAME,
        title=TITLE,
        sentence=f"Most is written from {_busiest(shares)} ({_clock(name, zone)}); {why}.",
        standing=resting,
        figures=(_bars(shares, quiet, best),),
        facts=(("quiet hours", f"{hour(quiet[0])} to {hour(quiet[1])}" if quiet else "none: the zone is not known"),),
        table=Table(
            head=("hour", "share of messages"),
            rows=tuple((f"{at:02}:00", percent(share)) for at, share in enumerate(shares)),
        ),
    )


def _bars(shares: Sequence[float], quiet: tuple[float, float] | None, best: int | None) -> Bars:
    looks = [_look(at, quiet, best) for at in range(_HOURS)]
    named = ((Look.BEST, "best hour to write first"), (Look.QUIET, "quiet hours"))
    return Bars(
        title="Share of the user's messages by hour of the day",
        axis=axes.shares("share of messages", max(shares)),
        bars=tuple(
            Bar(label=f"{at:02}", value=share, note=f"{at:02}:00 to {at + 1:02}:00: {percent(share)}", look=look)
            for (at, share), look in zip(enumerate(shares), looks, strict=True)
        ),
        upright=True,
        legend=((Look.USUAL, "other hours"), *(each for each in named if each[0] in looks)),
    )


def _look(at: int, quiet: tuple[float, float] | None, best: int | None) -> Look:
    if at == best:
        return Look.BEST
    return Look.QUIET if quiet is not None and _is_within(at, *quiet) else Look.USUAL


def _is_within(at: float, start: float, end: float) -> bool:
    return (at >= start or at < end) if start > end else start <= at < end


def _best(engagement: Kept | None, zone: tzinfo, now: datetime) -> tuple[int | None, str]:
    """Return the best hour to write first on the user's clock, and in words the moment, or why there is none."""
    if engagement is None:
        return None, "when to write first is not known yet"
    timing = engagement.values["suggested_topics"]["timing"]
    if timing["withheld"]:
        return None, f"nobody should write first now ({timing['withheld'].replace('_', ' ')})"
    if timing["next_window_utc"] is None:
        return None, "when to write first is not known yet"
    at = datetime.fromisoformat(timing["next_window_utc"]).astimezone(zone)
    tense = "is" if at > now else "was"
    return at.hour, f"the best moment to write first {tense} {moment(at)}"


def _busiest(shares: Sequence[float]) -> str:
    """Name the three hours in a row in which most is written."""
    sums = [sum(shares[(at + more) % _HOURS] for more in range(_LONG)) for at in range(_HOURS)]
    first = sums.index(max(sums))
    return f"{hour(first)} to {hour((first + _LONG) % _HOURS)}"


def _zone(name: str) -> tzinfo:
    """Return a zone by its name; UTC stands for one that nobody knows."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _clock(name: str, zone: tzinfo) -> str:
    return "in UTC, the user's zone is not known" if zone is UTC else f"in {name}"
