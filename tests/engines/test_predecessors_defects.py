"""What the predecessor got wrong in its engines; each test is named after the defect."""

import math
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.engines.chatter import chatter
from bench.engines.stream import Stream, day, said
from enrichment.domain.messages import Message
from enrichment.engines import fsrs, memory_aging
from enrichment.engines.frame import Access, AnyEngine, Asked
from enrichment.engines.need import NeedLaw
from enrichment.engines.registry import ENGINES
from enrichment.engines.waiting import Arrived
from enrichment.planning.due import FRESH
from enrichment.settings import LoopSettings

DAYS = st.floats(0, 10_000)
STABILITY = st.floats(0.01, 10_000)
LAW = NeedLaw(level=math.log(0.05), classes=(0.0, 0.4, 0.8), decay=0.5, decay_error=0.1, events=100)
LONGEST_CYCLE = timedelta(minutes=15)


@given(earlier=DAYS, later=DAYS, stability=STABILITY)
def test_p10_a_memory_never_grows_clearer_by_waiting(earlier: float, later: float, stability: float) -> None:
    earlier, later = sorted((earlier, later))

    assert fsrs.retrievability(later, stability) <= fsrs.retrievability(earlier, stability)


@given(days=DAYS, weaker=STABILITY, stronger=STABILITY)
def test_p10_a_stronger_memory_is_never_forgotten_faster(days: float, weaker: float, stronger: float) -> None:
    weaker, stronger = sorted((weaker, stronger))

    assert fsrs.retrievability(days, weaker) <= fsrs.retrievability(days, stronger)


@given(earlier=DAYS, later=DAYS, uses=st.integers(1, 50))
def test_p10_a_need_never_grows_by_waiting(earlier: float, later: float, uses: int) -> None:
    earlier, later = sorted((earlier, later))

    assert LAW.probability(uses, later, 30) <= LAW.probability(uses, earlier, 30) + 1e-12


@pytest.mark.parametrize(("before", "after", "label"), [(2, 8, "increasing"), (8, 2, "declining"), (5, 5, "stable")])
def test_p11_a_trend_follows_what_happened_and_is_not_always_stable(before: int, after: int, label: str) -> None:
    memories = tuple(said(f"m{i}", day(0) + timedelta(minutes=i)) for i in range(10))
    uses = tuple(
        Access(memory_id=f"m{i}", at=day(at) + timedelta(hours=i))
        for at in range(14, 42)
        for i in range(after if at >= 35 else before)
    )

    row = Stream([memory_aging.ENGINE]).feed(Arrived(messages=memories, accesses=uses)).rows(Asked(now=day(41.9)))

    assert getattr(row["memory_aging"], "retrieval_frequency_trend", None) == label


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_p13_the_same_moments_written_in_another_zone_give_the_same_bytes(engine: AnyEngine) -> None:
    whole = chatter(13, 120)
    elsewhere = Arrived(messages=tuple(map(_abroad, whole.messages)))

    here = Stream([engine]).feed(Arrived(messages=whole.messages)).states[engine.name]
    there = Stream([engine]).feed(elsewhere).states[engine.name]

    assert engine.encode(here) == engine.encode(there)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_p16_a_row_outlives_the_longest_cycle_many_times(engine: AnyEngine) -> None:
    loop = LoopSettings()

    slowest = max(LONGEST_CYCLE, FRESH.max_wait, timedelta(seconds=loop.idle_interval_seconds + loop.replan_seconds))

    assert engine.keep_for >= 3 * slowest


def _abroad(message: Message) -> Message:
    return replace(message, said_at=message.said_at.astimezone(timezone(timedelta(hours=9))))
