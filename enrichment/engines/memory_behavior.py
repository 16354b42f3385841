"""Engine 5, human-like memory: how fast a user's memories fade, which last, and what recall follows."""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, ClassVar

import orjson

from enrichment.engines import fsrs
from enrichment.engines.forgetting import BINS, EXPONENTIAL, POWER, Curve, Scale, bin_of, scale
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
    rounded,
    tidy,
)
from enrichment.engines.memories import DAY_SECONDS, RISK
from enrichment.engines.recall_sample import RecallSample

METHOD = "FSRS-6 with a user's scale"
PRIOR_N = 20.0
FEWEST_LAPSES = 5
FEWEST_RECALLS = 10
FEWEST_MEMORIES = 30
SHOWN = 10
CONSOLIDATED_DAYS = 30.0
# How much more an exponential curve must explain before the power law of the literature is given up for a user.
CONVINCING = 3.0
OCTAVES = 24
_LOWEST_OCTAVE = -7
_BASELINE_N, _BASELINE_MEAN = 5.0, 0.8

Gains = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryBehaviorRow(CacheRow):
    """How a pair's memories behave; JSON columns carry what they rest on."""

    TABLE: ClassVar[str] = "strategic_memory_behavior"
    KEY: ClassVar[tuple[str, ...]] = ("user_id", "bot_name")
    user_id: str
    bot_name: str
    forgetting_curve_params: dict[str, Any]
    high_retention_memories: dict[str, Any]
    low_retention_memories: dict[str, Any]
    recall_simulation_score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviorState:
    """Uses by ln(days/stability) and outcome; how well they were foretold; stabilities by octave; ranks of recalls.

    ``brier`` and ``brier_baseline`` are sums of squared errors. ``gains`` are number and sum of ln(S'/S) of successes a
    day or more apart, then of those within a day.
    """

    successes: tuple[int, ...] = (0,) * BINS
    failures: tuple[int, ...] = (0,) * BINS
    brier: float = 0.0
    brier_baseline: float = 0.0
    gains: Gains = (0.0, 0.0, 0.0, 0.0)
    octaves: tuple[int, ...] = (0,) * OCTAVES
    consolidated: int = 0
    ranks: int = 0
    rank_sum: float = 0.0
    sample: RecallSample = field(default_factory=RecallSample)


def absorb(state: BehaviorState, seen: Seen) -> BehaviorState:
    """Learn from each use what it says about forgetting; each is foretold before it counts."""
    fold = _Fold(state)
    owner = f"{seen.user_id}|{seen.bot_name}"
    for review in seen.reviews:
        fold.place(review)
        if review.before is not None:
            fold.rank(review)
            fold.judge(review, review.before)
        fold.sample.note(owner, review.after, new=review.before is None)
    return fold.state()


class _Fold:
    """The state while a batch is folded."""

    __slots__ = (
        "base", "brier", "consolidated", "counts", "gains", "memories", "octaves", "outcomes", "ranks", "sample",
    )  # fmt: skip

    def __init__(self, state: BehaviorState) -> None:
        self.base = state
        self.counts = (list(state.failures), list(state.successes))
        self.outcomes = [sum(state.failures), sum(state.successes)]
        self.memories = sum(state.octaves)
        self.brier = [state.brier, state.brier_baseline]
        self.gains = list(state.gains)
        self.octaves = list(state.octaves)
        self.consolidated = state.consolidated
        self.ranks = (state.ranks, state.rank_sum)
        self.sample = RecallSample(state.sample.entries)

    def place(self, review: Review) -> None:
        if review.before is None:
            self.memories += 1
        else:
            self.octaves[_octave(review.before.stability_days)] -= 1
            self.consolidated -= review.before.stability_days >= CONSOLIDATED_DAYS
        self.octaves[_octave(review.after.stability_days)] += 1
        self.consolidated += review.after.stability_days >= CONSOLIDATED_DAYS

    def rank(self, review: Review) -> None:
        rank = self.sample.rank(review) if self.memories >= FEWEST_MEMORIES else None
        if rank is not None:
            self.ranks = (self.ranks[0] + 1, self.ranks[1] + rank)

    def judge(self, review: Review, before: MemoryState) -> None:
        days = (review.at - before.last_at) / DAY_SECONDS
        succeeded = int(review.grade > fsrs.AGAIN)
        failures, successes = self.outcomes
        expected = (successes + _BASELINE_N * _BASELINE_MEAN) / (successes + failures + _BASELINE_N)
        self.outcomes[succeeded] += 1
        self.brier[0] += (fsrs.retrievability(days, before.stability_days) - succeeded) ** 2
        self.brier[1] += (expected - succeeded) ** 2
        self.counts[succeeded][bin_of(days, before.stability_days)] += 1
        if succeeded:
            kind = 0 if days >= 1 else 2
            self.gains[kind] += 1
            self.gains[kind + 1] += math.log(review.after.stability_days / before.stability_days)

    def state(self) -> BehaviorState:
        return replace(
            self.base,
            failures=tuple(self.counts[0]),
            successes=tuple(self.counts[1]),
            brier=self.brier[0],
            brier_baseline=self.brier[1],
            gains=(self.gains[0], self.gains[1], self.gains[2], self.gains[3]),
            octaves=tuple(self.octaves),
            consolidated=self.consolidated,
            ranks=self.ranks[0],
            rank_sum=self.ranks[1],
            sample=self.sample,
        )


def report(state: BehaviorState, pair: Pair, asked: Asked) -> MemoryBehaviorRow:
    """Say how memories fade; without five lapses the user's scale is the model's."""
    lapses, reviews = sum(state.failures), sum(state.failures) + sum(state.successes)
    known = lapses >= FEWEST_LAPSES
    basis = Basis.PRIOR if not known else Basis.OBSERVED if lapses >= 2 * PRIOR_N else Basis.MIXED
    said = envelope(n=reviews, prior_n=PRIOR_N, method=METHOD, basis=basis, late=asked.late)
    power = scale(state.successes, state.failures, POWER) if known else _UNKNOWN
    now = asked.now.timestamp()
    lasting = sorted((m for m in asked.lasting if m.due_at > now), key=_by_due)[:SHOWN]
    at_risk = (m for m in sorted(asked.fading, key=_by_importance) if _retrievability(m, power.value, now) < RISK)
    fading = list(itertools.islice(at_risk, SHOWN))
    return MemoryBehaviorRow(
        user_id=pair.user_id,
        bot_name=pair.bot_name,
        forgetting_curve_params=tidy({**said, **_curve_params(state, power, known=known)}),
        high_retention_memories=tidy({**said, "memories": [_described(m, power.value, now) for m in lasting]}),
        low_retention_memories=tidy({**said, "memories": [_described(m, power.value, now) for m in fading]}),
        recall_simulation_score=_recall_score(state),
    )


def _curve_params(state: BehaviorState, power: Scale, *, known: bool) -> dict[str, Any]:
    exponential = scale(state.successes, state.failures, EXPONENTIAL) if known else _UNKNOWN
    is_exponential = known and exponential.log_evidence - power.log_evidence > CONVINCING
    curve, fitted = (EXPONENTIAL, exponential) if is_exponential else (POWER, power)
    median = _median(state.octaves)
    n = sum(state.failures) + sum(state.successes)
    spaced, spaced_sum, massed, massed_sum = state.gains
    memories = sum(state.octaves)
    return {
        "model": curve.name,
        "w_version": fsrs.WEIGHTS_VERSION,
        "decay": fsrs.DECAY,
        "factor": fsrs.FACTOR,
        "scale": fitted.value,
        "scale_ci90": [fitted.low, fitted.high],
        "median_S_days": median,
        "half_life_days": None if median is None else _half_life(curve, fitted, median),
        "half_life_if_exponential_days": None if median is None else _half_life(EXPONENTIAL, exponential, median),
        "n_reviews": n,
        "n_lapses": sum(state.failures),
        "brier": state.brier / n if n else None,
        "brier_baseline": state.brier_baseline / n if n else None,
        "spacing_gain": spaced_sum / spaced - massed_sum / massed if spaced and massed else None,
        "consolidated_share": state.consolidated / memories if memories else None,
    }


def _half_life(curve: Curve, fitted: Scale, stability_days: float) -> float:
    return curve.half_life * fitted.value * stability_days


def _recall_score(state: BehaviorState) -> float | None:
    """Return the mean rank of what was recalled, shrunk to the 0.5 of chance."""
    if state.ranks < FEWEST_RECALLS or sum(state.octaves) < FEWEST_MEMORIES:
        return None
    return rounded((state.rank_sum + PRIOR_N / 2) / (state.ranks + PRIOR_N))


def _described(memory: MemoryState, user_scale: float, now: float) -> dict[str, Any]:
    return {
        "id": memory.memory_id,
        "R": _retrievability(memory, user_scale, now),
        "S": memory.stability_days,
        "D": memory.difficulty,
        "n": memory.uses,
        "last": iso(memory.last_at),
        "due_at": iso(memory.due_at),
    }


def _retrievability(memory: MemoryState, user_scale: float, now: float) -> float:
    return fsrs.retrievability((now - memory.last_at) / DAY_SECONDS, memory.stability_days * user_scale)


def _by_due(memory: MemoryState) -> tuple[float, str]:
    return -memory.due_at, memory.memory_id


def _by_importance(memory: MemoryState) -> tuple[float, float, str]:
    return -memory.importance, -memory.risk_at, memory.memory_id


# New memories have one of two stabilities.
@lru_cache(maxsize=256)
def _octave(stability: float) -> int:
    return min(max(math.floor(math.log2(stability)) - _LOWEST_OCTAVE, 0), OCTAVES - 1)


def _median(octaves: Sequence[int]) -> float | None:
    """Interpolate within the octave that holds the middle memory."""
    half, below = sum(octaves) / 2, 0
    for place, count in enumerate(octaves):
        if count and below + count >= half:
            return math.pow(2.0, place + _LOWEST_OCTAVE + (half - below) / count)
        below += count
    return None


def encode(state: BehaviorState) -> bytes:
    """Return JSON."""
    sums = [state.brier, state.brier_baseline, state.consolidated, state.ranks, state.rank_sum]
    return orjson.dumps([state.successes, state.failures, state.octaves, state.gains, sums, state.sample.entries])


def decode(data: bytes) -> BehaviorState:
    """Return what ``encode`` took."""
    successes, failures, octaves, gains, sums, entries = orjson.loads(data)
    brier, brier_baseline, consolidated, ranks, rank_sum = sums
    return BehaviorState(
        successes=tuple(successes),
        failures=tuple(failures),
        octaves=tuple(octaves),
        gains=tuple(gains),
        brier=brier,
        brier_baseline=brier_baseline,
        consolidated=consolidated,
        ranks=ranks,
        rank_sum=rank_sum,
        sample=RecallSample(_entries(entries)),
    )


def _entries(rows: Iterable[Sequence[Any]]) -> Iterable[tuple[str, str, float, float | None, float, int]]:
    return ((row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows)


_UNKNOWN = Scale(1.0, math.exp(-1.645), math.exp(1.645), 0.0)
ENGINE = Engine(
    name="memory_behavior",
    version=1,
    row=MemoryBehaviorRow,
    empty=BehaviorState,
    absorb=absorb,
    report=report,
    encode=encode,
    decode=decode,
)
