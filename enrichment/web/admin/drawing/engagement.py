"""Engine 7 drawn: how welcome the agent is at each time of the day when it writes first, and what it could speak of."""

from datetime import datetime

from enrichment.engines.proactive_engagement import FEWEST_SESSIONS
from enrichment.web.admin.drawing import axes
from enrichment.web.admin.drawing.charts import Bar, Bars, Drawing, Kept, Table, Values
from enrichment.web.admin.drawing.standing import absent, standing
from enrichment.web.admin.drawing.words import UNKNOWN, day, missing, moment, number, percent, span

NAME, TITLE = "engagement", "Writing first"
_DAY_HOURS = 24


def engagement(row: Kept | None, now: datetime) -> Drawing:
    """Draw the chance of a reply within 24 hours by daypart; the best moment stands with the activity by hour."""
    if row is None:
        return absent(NAME, TITLE, "No session has been looked at yet.")
    found = row.values["suggested_topics"]
    resting = standing(row, found, "sessions that the user began", now)
    welcome = found["timing"].get("receptivity_by_daypart")
    if not welcome:
        return absent(NAME, TITLE, missing("sessions that the user began", found["n"], FEWEST_SESSIONS), resting)
    hours = _DAY_HOURS // len(welcome)
    names = [f"{at * hours:02}–{(at + 1) * hours:02} h" for at in range(len(welcome))]
    figure = Bars(
        title=f"Chance that an attempt is answered within 24 hours, by time of the day ({found['timing']['zone']})",
        axis=axes.shares("chance of a reply"),
        bars=tuple(Bar(label=name, value=odds, note=percent(odds)) for name, odds in zip(names, welcome, strict=True)),
    )
    return Drawing(
        name=NAME,
        title=TITLE,
        sentence=_sentence(row.values, names[welcome.index(max(welcome))], max(welcome)),
        standing=resting,
        figures=(figure,),
        facts=(*_facts(row.values, now), *_suggested(found["topics"])),
        table=Table(
            head=("time of the day", "chance of a reply"),
            rows=tuple((name, percent(odds)) for name, odds in zip(names, welcome, strict=True)),
        ),
    )


def _sentence(values: Values, best: str, odds: float) -> str:
    timing, gap = values["suggested_topics"]["timing"], values["last_engagement_gap_hours"]
    silent = (
        "The user has never written"
        if gap is None
        else f"The user has been silent for {span(max(gap, 0.0) / _DAY_HOURS)}"
    )
    patience = span(timing["patience_hours"] / _DAY_HOURS)
    return f"{silent}; more than {patience} is unusual. A reply is most likely at {best} ({percent(odds)})."


def _facts(values: Values, now: datetime) -> tuple[tuple[str, str], ...]:
    found = values["suggested_topics"]
    timing, tried = found["timing"], found["attempts"]
    return (
        ("best moment", _moment(timing, now)),
        (
            "attempts answered",
            f"{number(tried['replies'], 0)} of {number(tried['n'], 0)}" if tried["n"] else "none made",
        ),
        ("attempts that made a difference", _uplift(tried)),
    )


def _moment(timing: Values, now: datetime) -> str:
    if timing["withheld"]:
        return f"withheld: {timing['withheld'].replace('_', ' ')}"
    if timing["next_window_utc"] is None:
        return UNKNOWN
    at = datetime.fromisoformat(timing["next_window_utc"])
    return f"{moment(at)} UTC{'' if at > now else ', which is over'}"


def _uplift(tried: Values) -> str:
    if tried["uplift"] is None:
        return UNKNOWN
    low, high = tried["uplift_ci90"]
    return f"{percent(tried['uplift'])} (90 %: {percent(low)} to {percent(high)})"


def _suggested(topics: list[Values]) -> tuple[tuple[str, str], ...]:
    """Return what could be spoken of; labels are words of the chat."""
    if not topics:
        return (("could speak of", "nothing known"),)
    return tuple(("could speak of", f"{each['label']} ({_why(each)})") for each in topics)


def _why(topic: Values) -> str:
    due = topic["due_at"]
    if topic["reason"] == "open_plan" and due:
        return f"open plan for {day(datetime.fromisoformat(due))}"
    return f"{topic['reason'].replace('_', ' ')}, last on {day(datetime.fromisoformat(topic['last_discussed']))}"
