"""What the model of forgetting is worth: against an independent one, on real reviews, and on invented users."""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import fmean, median, stdev

import fsrs as oracle

from bench.engines.check import Check
from bench.engines.review_log import SAMPLE, judged
from bench.engines.stream import START, Stream, day, said
from enrichment.engines import fsrs
from enrichment.engines.forgetting import BINS, EXPONENTIAL, POWER, Scale, bin_of, scale
from enrichment.engines.frame import Access, Asked
from enrichment.engines.memory_behavior import ENGINE, MemoryBehaviorRow
from enrichment.engines.waiting import Arrived

_USERS = 600
_REVIEWS = 4444
_RECALLS = 600
_CI90 = 1.645

Judge = Callable[[float], float]


def strength_is_that_of_fsrs() -> Iterator[Check]:
    """Cards with random grades and gaps, beside py-fsrs without fuzzing."""
    scheduler = oracle.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    chance = random.Random(3)
    worst, card, ours, at = 0.0, oracle.Card(), fsrs.Strength(1, 5), START
    for i in range(_REVIEWS):
        grade = chance.choice((1, 2, 3, 3, 3, 4))
        if i % 12 == 0:
            card, ours = oracle.Card(), fsrs.first(grade)
        else:
            gap = timedelta(days=math.exp(chance.uniform(math.log(0.01), math.log(200))))
            at, ours = at + gap, fsrs.after(ours, gap.days, grade)
        card, _ = scheduler.review_card(card, oracle.Rating(grade), at)
        assert card.stability is not None
        assert card.difficulty is not None
        worst = max(worst, abs(ours.stability / card.stability - 1), abs(ours.difficulty / card.difficulty - 1))
    yield Check(check="largest relative difference to py-fsrs", value=worst, high=1e-9)


def half_life_is_recovered() -> Iterator[Check]:
    """Users who forget exponentially: the rule beside it takes one over the mean gap of what was remembered."""
    for reviews, bound in ((30, 0.20), (100, 0.12), (200, 0.10), (800, 0.05)):
        errors, naive, covered, around = [], [], 0, 0
        for seed in range(_USERS):
            chance = random.Random(f"{reviews}-{seed}")
            truth = math.exp(chance.gauss(0, 1))
            half_life = truth * EXPONENTIAL.half_life
            gaps = _gaps(chance, half_life, reviews)
            outcomes = [chance.random() < 2 ** (-gap / half_life) for gap in gaps]
            found = _fitted(gaps, outcomes, exponential=True)
            errors.append(abs(found.value / truth - 1))
            covered += found.low <= truth <= found.high
            remembered = [gap for gap, success in zip(gaps, outcomes, strict=True) if success]
            naive.append(abs(math.log(2) * (fmean(remembered) + 1) / half_life - 1))
            error = _CI90 * stdev(remembered) / math.sqrt(len(remembered)) if len(remembered) > 1 else 0.0
            around += abs(half_life / math.log(2) - fmean(remembered) - 1) <= error
        yield Check(
            check=f"median error of the half-life, {reviews} reviews",
            value=median(errors),
            high=bound,
            naive=median(naive),
        )
        yield Check(
            check=f"90 % intervals that hold the truth, {reviews} reviews",
            value=covered / _USERS,
            low=0.85,
            high=0.95,
            naive=around / _USERS,
        )


def retrievability_is_recovered() -> Iterator[Check]:
    """Users who forget by the power law, where stability itself is ill-determined; beside it, the model unscaled."""
    for reviews, bound in ((30, 0.05), (200, 0.025)):
        errors, naive = [], []
        for seed in range(_USERS):
            chance = random.Random(f"power-{reviews}-{seed}")
            truth = math.exp(chance.gauss(0, 1))
            gaps = _gaps(chance, truth * EXPONENTIAL.half_life, reviews)
            outcomes = [chance.random() < fsrs.retrievability(gap, truth) for gap in gaps]
            found = _fitted(gaps, outcomes, exponential=False).value
            errors.append(_rmse(truth, found))
            naive.append(_rmse(truth, 1.0))
        yield Check(
            check=f"RMSE of retrievability, {reviews} reviews", value=fmean(errors), high=bound, naive=fmean(naive)
        )


def recall_score_tells_policies_apart() -> Iterator[Check]:
    """Agents that recall what is most active, at random, and what is least active; beside it, ranks by age."""
    score, by_age = _recall_score(1)
    yield Check(check="recall score, most active recalled", value=score, low=0.90, naive=by_age)
    score, by_age = _recall_score(0)
    yield Check(check="recall score, any recalled", value=score, low=0.46, high=0.54, naive=by_age)
    score, by_age = _recall_score(-1)
    yield Check(check="recall score, least active recalled", value=score, high=0.33, naive=by_age)


def shipped_reviews_are_foretold() -> Iterator[Check]:
    """A tenth of the real review log of py-fsrs."""
    yield from judged(SAMPLE, "sample of reviews")


def whole_review_log(data: Path) -> Iterator[Check]:
    """All of the real review log of py-fsrs, if it is there."""
    for file in data.glob("**/fsrs_review_log.csv"):
        yield from judged(file, "reviews")


TRIALS = (
    strength_is_that_of_fsrs,
    half_life_is_recovered,
    retrievability_is_recovered,
    recall_score_tells_policies_apart,
    shipped_reviews_are_foretold,
)
REPLAYS = (whole_review_log,)


def _gaps(chance: random.Random, half_life: float, count: int) -> list[float]:
    low, high = math.log(half_life / 8), math.log(half_life * 4)
    return [math.exp(chance.uniform(low, high)) for _ in range(count)]


def _fitted(gaps: Sequence[float], outcomes: Sequence[bool], *, exponential: bool) -> Scale:
    counts = ([0] * BINS, [0] * BINS)
    for gap, success in zip(gaps, outcomes, strict=True):
        counts[success][bin_of(gap, 1.0)] += 1
    return scale(counts[True], counts[False], EXPONENTIAL if exponential else POWER)


def _rmse(truth: float, found: float) -> float:
    days = [truth * EXPONENTIAL.half_life * 2 ** (k / 4 - 3) for k in range(21)]
    errors = [fsrs.retrievability(each, truth) - fsrs.retrievability(each, found) for each in days]
    return math.sqrt(fmean(error**2 for error in errors))


def _recall_score(direction: int) -> tuple[float, float]:
    """Let an agent recall memories with odds e^(B * direction / s), s = .4, as ACT-R does.

    Returns the engine's score, and the mean share of memories that are older than the one recalled.
    """
    chance = random.Random(11)
    names = [f"m{i}" for i in range(120)]
    uses = {name: [chance.uniform(0, 20)] for name in names}
    stream = Stream([ENGINE]).feed(Arrived(messages=tuple(said(name, day(uses[name][0])) for name in names)))
    by_age, ages = sorted(names, key=lambda name: uses[name][0]), 0.0
    for i in range(_RECALLS):
        now = 21 + i / 8
        odds = [sum((now - at) ** -0.5 for at in uses[name]) ** (direction / 0.4) for name in names]
        [chosen] = chance.choices(names, weights=odds)
        uses[chosen].append(now)
        ages += by_age.index(chosen) / (len(names) - 1) / _RECALLS
        stream.feed(Arrived(accesses=(Access(memory_id=chosen, at=day(now)),)))
    row = stream.rows(Asked(now=day(100)))[ENGINE.name]
    assert isinstance(row, MemoryBehaviorRow)
    assert row.recall_simulation_score is not None
    return row.recall_simulation_score, ages
