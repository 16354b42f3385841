"""Engine 1, memory aging: how old a user's memories are, how often they are used, and which are about to be lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any, ClassVar, NamedTuple

import numpy as np
import orjson

from enrichment.engines import fsrs
from enrichment.engines.activation import activation
from enrichment.engines.frame import (
    Asked,
    Basis,
    CacheRow,
    Engine,
    MemoryState,
    Pair,
    Review,
    Seen,
    envelope,
    iso,
    tidy,
)
from enrichment.engines.frequency import DAYS, Trend, trend
from enrichment.engines.memories import DAY_SECONDS, RISK
from enrichment.engines.need import CELLS, ENOUGH_EVENTS, NeedLaw, fit, note_gap, use_class
from enrichment.engines.open_gaps import OpenGaps
from enrichment.engines.topic_drift import Centroids, joined, unpacked

METHOD = "power need law, FSRS-6"
WITHIN_DAYS = 30.0
SHOWN = 5
MOST_AT_RISK = 10


class Needed(NamedTuple):
    """A memory with the chance that it is needed soon and the chance that it would be retrieved now."""

    need: float
    retrieved: float
    memory: MemoryState


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryHealthRow(CacheRow):
    """How a pair's memories are; JSON columns carry what they rest on."""

    TABLE: ClassVar[str] = "strategic_memory_health"
    KEY: ClassVar[tuple[str, ...]] = ("user_id", "bot_name")
    user_id: str
    bot_name: str
    memory_snapshot: dict[str, Any]
    avg_memory_age_hours: float | None
    retrieval_frequency_trend: str | None
    forgetting_risk_memories: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgingState:
    """Counts of memories, of daily accesses (``daily`` ends with ``day``), of gaps between uses, and of waiting ones.

    ``latest`` is the time of the last event in epoch seconds, ``created`` the sum of creation times in days.
    """

    memories: int = 0
    created: float = 0.0
    latest: float = 0.0
    accesses: int = 0
    day: int = 0
    daily: tuple[int, ...] = (0,) * DAYS
    events: tuple[int, ...] = (0,) * CELLS
    exposure: tuple[float, ...] = (0.0,) * CELLS
    gaps: OpenGaps = field(default_factory=OpenGaps)
    centroids: Centroids = field(default_factory=Centroids)


def absorb(state: AgingState, seen: Seen) -> AgingState:
    """Count what happened to memories; needs no memory but those that it happened to."""
    events, exposure, gaps = list(state.events), list(state.exposure), state.gaps.copy()
    memories, created, latest = state.memories, state.created, state.latest
    for review in seen.reviews:
        latest = max(latest, review.at)
        if review.before is None:
            memories += 1
            created += review.at / DAY_SECONDS
        else:
            _close(review, events, exposure, gaps)
        gaps.open(review.after.last_at / DAY_SECONDS, use_class(review.after.uses))
    day, daily = _counted(state.day, state.daily, seen)
    by_message = [(int(m.said_at.timestamp() // DAY_SECONDS), m.points[0].point_id) for m in seen.messages]
    vectors = [(of_day, seen.vectors[point_id]) for of_day, point_id in by_message if point_id in seen.vectors]
    return replace(
        state,
        memories=memories,
        created=created,
        latest=latest,
        accesses=state.accesses + sum(access.count for access in seen.accesses),
        day=day,
        daily=daily,
        events=tuple(events),
        exposure=tuple(exposure),
        gaps=gaps,
        centroids=joined(state.centroids, vectors) if vectors else state.centroids,
    )


def report(state: AgingState, pair: Pair, asked: Asked) -> MemoryHealthRow:
    """Say how old and how present the memories are; a pair without memories has a row without an age."""
    now = asked.now.timestamp()
    law = fit(state.events, state.exposure, state.gaps, state.latest / DAY_SECONDS)
    frequency = trend(_last_days(state.day, state.daily, int(now // DAY_SECONDS)))
    said = envelope(n=law.events, prior_n=ENOUGH_EVENTS, method=METHOD, basis=_basis(law.events), late=asked.late)
    mean_created = DAY_SECONDS * state.created / state.memories if state.memories else None
    candidates = {memory.memory_id: memory for memory in (*asked.stalest, *asked.fading, *asked.lasting)}
    needed = _needed(list(candidates.values()), law, now)
    return MemoryHealthRow(
        user_id=pair.user_id,
        bot_name=pair.bot_name,
        memory_snapshot=tidy(
            {
                **said,
                "memories": state.memories,
                "mean_created_at": iso(mean_created),
                **_extremes(needed, now),
                "topic_drift": state.centroids.drift(),
                "need_law": _law(law),
                "frequency": _frequency(frequency, state.accesses),
            }
        ),
        avg_memory_age_hours=None if mean_created is None else tidy((now - mean_created) / 3600),
        retrieval_frequency_trend=frequency.label if state.accesses else None,
        forgetting_risk_memories=tidy({**said, "memories": _at_risk(needed, now)}),
    )


def _close(review: Review, events: list[int], exposure: list[float], gaps: OpenGaps) -> None:
    before = review.before
    if before is not None:
        of_class = use_class(before.uses)
        gaps.close(before.last_at / DAY_SECONDS, of_class)
        note_gap(events, exposure, (review.at - before.last_at) / DAY_SECONDS, of_class)


def _counted(day: int, daily: tuple[int, ...], seen: Seen) -> tuple[int, tuple[int, ...]]:
    """Add accesses to the ring of daily counts; days before its oldest are forgotten."""
    for access in seen.accesses:
        of_day = int(access.at.timestamp() // DAY_SECONDS)
        if of_day > day:
            day, daily = of_day, _last_days(day, daily, of_day)
        place = DAYS - 1 - (day - of_day)
        if place >= 0:
            daily = (*daily[:place], daily[place] + access.count, *daily[place + 1 :])
    return day, daily


def _last_days(day: int, daily: tuple[int, ...], until: int) -> tuple[int, ...]:
    passed = min(max(until - day, 0), DAYS)
    return (*daily[passed:], *(0,) * passed)


def _extremes(needed: Iterable[Needed], now: float) -> dict[str, Any]:
    valued = [(each.need * each.memory.importance, each.memory.memory_id, each) for each in needed]
    ranked = [each for _, _, each in sorted(valued, key=itemgetter(0, 1))]
    return {
        "stale": [_described(each, now) for each in ranked[:SHOWN]],
        "fresh": [_described(each, now) for each in ranked[: -SHOWN - 1 : -1]],
    }


def _described(needed: Needed, now: float) -> dict[str, Any]:
    memory = needed.memory
    return {
        "id": memory.memory_id,
        "age_h": (now - memory.first_at) / 3600,
        "hours_since_use": (now - memory.last_at) / 3600,
        "created_at": iso(memory.first_at),
        "last_used_at": iso(memory.last_at),
        "n_uses": memory.uses,
        "B": activation(memory, now),
        "p_need_30d": needed.need,
    }


def _at_risk(needed: Iterable[Needed], now: float) -> list[dict[str, Any]]:
    """Rank by expected loss: importance times the probability that it will be needed and not be found."""
    losses = [
        (-each.memory.importance * each.need * (1 - each.retrieved), each.memory.memory_id, each)
        for each in needed
        if each.retrieved < RISK
    ]
    return [
        {
            **_described(each, now),
            "expected_loss": -negative,
            "R": each.retrieved,
            "S": each.memory.stability_days,
            "importance": each.memory.importance,
        }
        for negative, _, each in sorted(losses, key=itemgetter(0, 1))[:MOST_AT_RISK]
    ]


def _needed(memories: Sequence[MemoryState], law: NeedLaw, now: float) -> list[Needed]:
    silences = np.array([(now - memory.last_at) / DAY_SECONDS for memory in memories])
    needs = law.probabilities([memory.uses for memory in memories], silences, WITHIN_DAYS)
    retrieved = fsrs.retrievabilities(silences, np.array([memory.stability_days for memory in memories]))
    return list(map(Needed, needs, retrieved, memories))


def _law(law: NeedLaw) -> dict[str, Any]:
    return {"a": law.level, "b": list(law.classes), "d": law.decay, "se": law.decay_error, "n": law.events}


def _frequency(found: Trend, accesses: int) -> dict[str, Any]:
    n = found.recent + found.previous
    said = envelope(n=n, prior_n=10, method="quasi-Poisson", basis=Basis.OBSERVED if n else Basis.PRIOR)
    return {
        **said,
        "last_7_days": found.recent,
        "7_days_before": found.previous,
        "z": found.z,
        "dispersion": found.dispersion,
        "accesses": accesses,
    }


def _basis(events: int) -> Basis:
    return Basis.OBSERVED if events >= 5 * ENOUGH_EVENTS else Basis.MIXED if events >= ENOUGH_EVENTS else Basis.PRIOR


def encode(state: AgingState) -> bytes:
    """Return JSON."""
    rows = [[*key, *row] for key, row in sorted(state.gaps.rows.items())]
    counts = [state.memories, state.created, state.latest, state.accesses, state.day]
    parts = [counts, state.daily, state.events, state.exposure, state.gaps.day, rows, state.centroids.packed()]
    return orjson.dumps(parts)


def decode(data: bytes) -> AgingState:
    """Return what ``encode`` took."""
    counts, daily, events, exposure, gap_day, rows, centroids = orjson.loads(data)
    memories, created, latest, accesses, day = counts
    return AgingState(
        memories=memories,
        created=created,
        latest=latest,
        accesses=accesses,
        day=day,
        daily=tuple(daily),
        events=tuple(events),
        exposure=tuple(exposure),
        gaps=OpenGaps(gap_day, {(start, width): row for start, width, *row in rows}),
        centroids=unpacked(*centroids),
    )


ENGINE = Engine(
    name="memory_aging",
    version=1,
    row=MemoryHealthRow,
    empty=AgingState,
    absorb=absorb,
    report=report,
    encode=encode,
    decode=decode,
)
