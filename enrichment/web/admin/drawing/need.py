"""Engine 1 drawn: how likely a memory is needed within a month, by its uses and the days since the last."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from enrichment.engines.memory_aging import WITHIN_DAYS
from enrichment.engines.need import NeedLaw
from enrichment.web.admin.drawing import axes
from enrichment.web.admin.drawing.charts import Drawing, Kept, Mark, Plot, Series, Table, Values
from enrichment.web.admin.drawing.standing import absent, standing
from enrichment.web.admin.drawing.words import UNKNOWN, number, percent, since, span

NAME, TITLE = "need", "Memories that are needed"
_CLASSES = ((1, "used once"), (2, "used 2 or 3 times"), (4, "used 4 times and more"))
_LEAST_DAYS = 30.0
_STEPS = 60
# Days at which the table tells the lines.
_TOLD = (1.0, 7.0, 30.0, 60.0)
_WEEK = 7.0

Memory = dict[str, Any]


def need(row: Kept | None, now: datetime) -> Drawing:
    """Draw the need law by class of use, and the memories that are most and least needed or about to be lost."""
    if row is None:
        return absent(NAME, TITLE, "No memory has been looked at yet.")
    snapshot = row.values["memory_snapshot"]
    resting = standing(row, snapshot, "uses of memories", now)
    if not snapshot["memories"]:
        return absent(NAME, TITLE, "There is no memory yet.", resting)
    said = snapshot["need_law"]
    law = NeedLaw(said["a"], tuple(said["b"]), said["d"], said["se"], said["n"])
    shown = {
        kind: _memories(law, found, now)
        for kind, found in (
            ("most needed", snapshot["fresh"]),
            ("least needed", snapshot["stale"]),
            ("at risk", row.values["forgetting_risk_memories"]["memories"]),
        )
    }
    return Drawing(
        name=NAME,
        title=TITLE,
        sentence=_sentence(row.values, law, len(shown["at risk"])),
        standing=resting,
        figures=(_plot(law, shown),),
        facts=_facts(row.values),
        table=_table(law, shown),
    )


def _memories(law: NeedLaw, found: Sequence[Values], now: datetime) -> list[Memory]:
    days = [since(each["last_used_at"], now) for each in found]
    needs = law.probabilities([each["n_uses"] for each in found], days, WITHIN_DAYS) if found else []
    return [{**each, "days": at, "need": odds} for each, at, odds in zip(found, days, needs, strict=True)]


def _plot(law: NeedLaw, shown: dict[str, list[Memory]]) -> Plot:
    every = [each for memories in shown.values() for each in memories]
    x = axes.days("days since the last use", max([_LEAST_DAYS, *(each["days"] for each in every)]))
    places = [x.high * (at / _STEPS) ** 2 for at in range(_STEPS + 1)]
    curves = [(name, law.probabilities([uses] * len(places), places, WITHIN_DAYS)) for uses, name in _CLASSES]
    highest = max([max(odds) for _, odds in curves] + [each["need"] for each in every])
    lines = [
        Series(name=name, mark=Mark.LINE, hue=hue, points=tuple(zip(places, odds, strict=True)))
        for hue, (name, odds) in enumerate(curves, 1)
    ]
    points = [
        Series(
            name=kind,
            mark=Mark.POINTS,
            hue=hue,
            points=tuple((each["days"], each["need"]) for each in memories),
            hints=tuple(f"{each['id']}: {percent(each['need'])}, {each['n_uses']} uses" for each in memories),
        )
        for hue, (kind, memories) in enumerate(shown.items(), 4)
        if memories
    ]
    title = "Chance that a memory is needed within 30 days, over the days since its last use"
    return Plot(title=title, x=x, y=axes.shares("needed within 30 days", highest), series=(*lines, *points))


def _sentence(values: Values, law: NeedLaw, at_risk: int) -> str:
    age, memories = values["avg_memory_age_hours"], values["memory_snapshot"]["memories"]
    odds = law.probability(1, _WEEK, WITHIN_DAYS)
    return (
        f"{number(memories, 0)} memories, {span(None if age is None else age / 24)} old on average; "
        f"one that was used once, a week ago, is needed within 30 days with {percent(odds)}; "
        f"{at_risk} are at risk of being lost."
    )


def _facts(values: Values) -> tuple[tuple[str, str], ...]:
    snapshot = values["memory_snapshot"]
    frequency, drift = snapshot["frequency"], snapshot["topic_drift"]
    recalls = (
        f"{number(frequency['last_7_days'], 0)} this week, {number(frequency['7_days_before'], 0)} the week before"
    )
    return (
        ("recalls", f"{values['retrieval_frequency_trend'] or UNKNOWN} ({recalls})"),
        ("drift of what is spoken of", UNKNOWN if drift is None else f"{number(drift, 2)} (0: none)"),
    )


def _table(law: NeedLaw, shown: dict[str, list[Memory]]) -> Table:
    lines = [
        ("any memory", name, span(at), str(uses), percent(law.probability(uses, at, WITHIN_DAYS)))
        for uses, name in _CLASSES
        for at in _TOLD
    ]
    return Table(
        head=("memory", "kind", "since the last use", "uses", "needed within 30 days"),
        rows=(
            *lines,
            *(
                (each["id"], kind, span(each["days"]), number(each["n_uses"], 0), percent(each["need"]))
                for kind, memories in shown.items()
                for each in memories
            ),
        ),
    )
