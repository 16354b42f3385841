"""What the effects of a bot's modes are worth: recovery under confounding, and silence where there is nothing."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from bench.engines.check import Check
from enrichment.engines.adaptation import SURE, beliefs, suggestions
from enrichment.engines.personality_state import CONTEXT
from enrichment.engines.regression import Posterior, moments_of
from enrichment.engines.traits import TRAITS

EFFECTS = np.array([0.4, 0.2, 0.0, 0.0, -0.2, -0.4])
_MOOD_ERROR = 0.3
_MOOD_ON_USE = np.array([-0.8, 0.8, 0.8, -0.8, 0.8, 0.8])
_MOOD_ON_REACTION = 0.6
_NOISE = 0.8
_REPEATS = 300
_CI90 = 1.645
_NAIVE_CLAIM = 1.96
_USUAL = 0.95

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Turns:
    """Context and modes of a bot's turns (a row each, six modes in the last columns), and the user's reactions."""

    x: Array
    y: Array

    @property
    def modes(self) -> Array:
        """Which modes each turn showed."""
        return self.x[:, CONTEXT:]


def turns(n: int, seed: int) -> Turns:
    """Return turns whose modes and reactions both follow the user's mood, which is known with an error of 0.3 sd."""
    rng = np.random.default_rng((n, seed))
    mood = rng.standard_normal(n)
    used = rng.random((n, len(EFFECTS))) < 1 / (1 + np.exp(0.5 - mood[:, None] * _MOOD_ON_USE))
    y = used @ EFFECTS + _MOOD_ON_REACTION * mood + _NOISE * rng.standard_normal(n)
    seen = mood + _MOOD_ERROR * rng.standard_normal(n)
    x = np.column_stack([np.ones(n), seen, rng.standard_normal(n), used])
    return Turns(x, (y - y.mean()) / y.std())


def effects_survive_confounding() -> Iterator[Check]:
    """Six modes with known effects, against the difference of means of turns with and without a mode."""
    for n, likeness, enough in ((120, 0.80, None), (300, 0.90, 0.75), (600, None, None)):
        data = [turns(n, seed) for seed in range(_REPEATS)]
        fitted = [beliefs(moments_of(each.x, each.y), None) for each in data]
        truth = EFFECTS / math.sqrt(_variance())
        ours = [float(np.corrcoef(each.mean[CONTEXT:], truth)[0, 1]) for each in fitted]
        naive = [float(np.corrcoef(_differences(each)[0], truth)[0, 1]) for each in data]
        yield Check(
            check=f"correlation with true effects, {n} turns", value=fmean(ours), low=likeness, naive=fmean(naive)
        )
        false = fmean(float(np.mean([_claims(each, k) for k in (2, 3)])) for each in fitted)
        naive_false = fmean(float((abs(_differences(each)[1][[2, 3]]) > _NAIVE_CLAIM).mean()) for each in data)
        yield Check(check=f"claims about a mode without effect, {n}", value=false, high=0.05, naive=naive_false)
        hits = fmean((_claims(each, 0, sign=1) + _claims(each, 5, sign=-1)) / 2 for each in fitted)
        naive_hits = fmean(float((_differences(each)[1][[0, 5]] * (1, -1) > _NAIVE_CLAIM).mean()) for each in data)
        yield Check(check=f"strong effects noticed, {n}", value=hits, low=enough, naive=naive_hits)
        covered = fmean(float((abs(each.mean[CONTEXT:] - truth) <= _CI90 * _sds(each)).mean()) for each in fitted)
        naive_covered = fmean(float(_is_within(*_differences(each), truth).mean()) for each in data)
        yield Check(
            check=f"coverage of the 90 % interval, {n}", value=covered, low=0.85, high=0.97, naive=naive_covered
        )


def chance_suggests_nothing() -> Iterator[Check]:
    """Reactions in random order: how often anything is suggested, beside the usual threshold of 0.95."""
    for n in (60, 120, 300):
        ours, usual = [], []
        for seed in range(_REPEATS):
            each = turns(n, seed)
            y = np.random.default_rng(seed).permutation(each.y)
            believed = beliefs(moments_of(each.x, y), None)
            ours.append(bool(suggestions(_described(each, believed), n)))
            usual.append(any(max(p, 1 - p) > _USUAL for p in _probabilities(believed)))
        yield Check(
            check=f"users with a suggestion by chance, {n} turns", value=fmean(ours), high=0.12, naive=fmean(usual)
        )


def _variance() -> float:
    """Return the variance of a reaction before it is standardised."""
    large = np.random.default_rng(0)
    mood = large.standard_normal(200_000)
    used = large.random((200_000, len(EFFECTS))) < 1 / (1 + np.exp(0.5 - mood[:, None] * _MOOD_ON_USE))
    return float(np.var(used @ EFFECTS + _MOOD_ON_REACTION * mood)) + _NOISE**2


def _differences(each: Turns) -> tuple[Array, Array]:
    """Return the naive effects, and how many standard errors they are from zero."""
    found = []
    for used in each.modes.T:
        a, b = each.y[used > 0], each.y[used == 0]
        found.append((a.mean() - b.mean(), math.sqrt(a.var() / len(a) + b.var() / len(b))))
    effects, errors = np.array(found).T
    return effects, effects / errors


def _is_within(effects: Array, errors_from_zero: Array, truth: Array) -> Array:
    """Return which of the naive 90 % intervals hold the truth."""
    return np.asarray(abs(effects - truth) <= _CI90 * abs(effects / errors_from_zero))


def _claims(believed: Posterior, k: int, sign: int = 0) -> bool:
    p = believed.p_positive(CONTEXT + k)
    return (sign >= 0 and p >= SURE) or (sign <= 0 and p <= 1 - SURE)


def _probabilities(believed: Posterior) -> list[float]:
    return [believed.p_positive(CONTEXT + k) for k in range(len(EFFECTS))]


def _sds(believed: Posterior) -> Array:
    return np.array([believed.sd(CONTEXT + k) for k in range(len(EFFECTS))])


def _described(each: Turns, believed: Posterior) -> list[dict[str, object]]:
    return [
        {
            "trait": TRAITS[k],
            "frequency": float(each.modes[:, k].mean()),
            "effectiveness": float(believed.mean[CONTEXT + k]),
            "sd": believed.sd(CONTEXT + k),
            "p_positive": believed.p_positive(CONTEXT + k),
            "n": float(each.modes[:, k].sum()),
        }
        for k in range(len(EFFECTS))
    ]


TRIALS = (effects_survive_confounding, chance_suggests_nothing)
