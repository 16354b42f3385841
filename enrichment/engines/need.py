"""How likely a memory is needed: a power law of the time since its last use, fitted to a user's own uses.

Need odds follow recency as a power and grow with frequency (Anderson & Schooler 1991,
10.1111/j.1467-9280.1991.tb00174.x). The hazard of the next use, in 1/day after t days, is exp(a + b_class - d ln t); a
Poisson regression on binned events and exposure is its piecewise-exponential survival fit, waiting memories included.
"""

import bisect
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from enrichment.engines.open_gaps import CLASSES, OpenGaps

BINS = 16
_FIRST, _LAST = 1 / 48, 512.0
EDGES = [_FIRST * (_LAST / _FIRST) ** (i / BINS) for i in range(BINS + 1)]
CELLS = CLASSES * BINS
ENOUGH_EVENTS = 20

_PRIOR_MEAN = np.array([math.log(0.05), 0.0, 0.0, 0.5])
_PRIOR_PRECISION = np.diag(np.array([2.0, 0.5, 0.5, 0.5]) ** -2)
_STEPS = 25
_PRECISE = 1e-7
# Newton doubles the digits with each step: after one this small, six are right.
_SETTLED = 1e-4
_HIGHEST = 50.0
# Bins are wide: the hazard of a bin is the mean of t^-d over it, here on 8 points spread evenly within it.
_PER_BIN = 8
_WITHIN = (np.arange(_PER_BIN) + 0.5) / _PER_BIN
_LOWS = np.array(EDGES[:-1])
_WIDTHS = np.diff(np.array(EDGES))
_POINTS = np.log(_LOWS[:, None] + _WIDTHS[:, None] * _WITHIN)
_LEVEL, _SECOND, _THIRD, _DECAY = range(4)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NeedLaw:
    """Parameters with their standard errors; ``classes`` are the offsets for 1, 2 to 3, and 4 or more uses."""

    level: float
    classes: tuple[float, float, float]
    decay: float
    decay_error: float
    events: int

    def probability(self, uses: int, since_days: float, within_days: float) -> float:
        """Return the probability of a use within the next ``within_days``, ``since_days`` after the last."""
        return self.probabilities([uses], [since_days], within_days)[0]

    def probabilities(
        self, uses: Sequence[int], since_days: Sequence[float] | Floats, within_days: float
    ) -> list[float]:
        """Return the same for several memories, by their numbers of uses and the days since the last."""
        start, power = np.maximum(since_days, _FIRST), 1 - self.decay
        if abs(power) < _PRECISE:
            spent = np.log1p(within_days / start)
        else:
            spent = ((start + within_days) ** power - start**power) / power
        rates = [math.exp(self.level + offset) for offset in self.classes]
        needs: list[float] = (-np.expm1(-np.array([rates[use_class(each)] for each in uses]) * spent)).tolist()
        return needs


def use_class(uses: int) -> int:
    """Return 0 for a memory never used again, 1 for two or three uses, 2 for more."""
    return bisect.bisect_left((1, 3), uses)


def note_gap(events: list[int], exposure: list[float], days: float, of_class: int) -> None:
    """Count a use that came ``days`` after the one before, in the cells of its class."""
    cell = of_class * BINS
    for low, high in itertools.pairwise(EDGES):
        if days < high or cell % BINS == BINS - 1:
            exposure[cell] += max(days - low, 0.0)
            events[cell] += 1
            return
        exposure[cell] += high - low
        cell += 1


def fit(events: Sequence[int], exposure: Sequence[float], gaps: OpenGaps, at_day: float) -> NeedLaw:
    """Return the law's posterior mode, as of ``at_day``: the silence after that says nothing about needs."""
    counts = np.array(events, dtype=np.float64).reshape(CLASSES, BINS)
    days = np.array(exposure, dtype=np.float64).reshape(CLASSES, BINS)
    if gaps.rows:
        days += _waited(gaps, at_day)
    estimate, error = _newton(counts, days)
    level, second, third, decay = (float(value) for value in estimate)
    return NeedLaw(level, (0.0, second, third), decay, error, int(counts.sum()))


def _waited(gaps: OpenGaps, at_day: float) -> Floats:
    """Return the days that memories have been waiting, by class and bin."""
    rows = np.array([row for _, row in sorted(gaps.rows.items())])
    number, total = rows[:, ::2], rows[:, 1::2]
    waited = at_day - total / np.maximum(number, 1.0)
    spent = number[..., None] * np.clip(waited[..., None] - _LOWS, 0.0, _WIDTHS)
    return np.asarray(spent.sum(axis=0))


def _newton(counts: Floats, days: Floats) -> tuple[Floats, float]:
    """Return the mode of the log posterior, which has but one, and the standard error of the decay there."""
    theta, precision = _begin(counts, days), _PRIOR_PRECISION
    by_class = counts.sum(axis=1)
    for _ in range(_STEPS):
        usual, slopes = _shape(theta[_DECAY])
        offsets = np.array([0.0, theta[_SECOND], theta[_THIRD]]) + theta[_LEVEL]
        expected = days * usual * np.exp(np.minimum(offsets, _HIGHEST))[:, None]
        missing, leaning = by_class - expected.sum(axis=1), expected @ slopes
        decay = float(counts.sum(axis=0) @ slopes) - leaning.sum()
        slope = np.array([missing.sum(), missing[1], missing[2], decay])
        slope -= _PRIOR_PRECISION @ (theta - _PRIOR_MEAN)
        precision = _PRIOR_PRECISION + _information(expected, leaning, slopes)
        step = np.linalg.solve(precision, slope)
        longest = max(map(abs, step.tolist()))
        theta = theta + step / max(longest, 1.0)
        if longest < _SETTLED:
            break
    return theta, float(np.sqrt(np.linalg.inv(precision)[_DECAY, _DECAY]))


def _begin(counts: Floats, days: Floats) -> Floats:
    """Return the prior's mean, its level moved to where as many uses are expected as there were: steps are saved."""
    theta, usual = _PRIOR_MEAN.copy(), _shape(_PRIOR_MEAN[_DECAY])[0]
    expected = float(days.sum(axis=0) @ usual) * math.exp(theta[_LEVEL])
    if expected > 0:
        theta[_LEVEL] += math.log((float(counts.sum()) + 1) / (expected + 1))
    return theta


def _shape(decay: float) -> tuple[Floats, Floats]:
    """Return the mean of t^-d over each bin, and the derivative of its logarithm by d."""
    powers = np.exp(-decay * _POINTS)
    total = powers.sum(axis=1)
    return total / _PER_BIN, -(powers * _POINTS).sum(axis=1) / total


def _information(expected: Floats, leaning: Floats, slopes: Floats) -> Floats:
    """Return the Fisher information: classes share the level and the decay, and know nothing of each other."""
    (first, second, third), (a, b, c) = expected.sum(axis=1).tolist(), leaning.tolist()
    decay = float(expected.sum(axis=0) @ (slopes * slopes))
    return np.array(
        [
            [first + second + third, second, third, a + b + c],
            [second, second, 0.0, b],
            [third, 0.0, third, c],
            [a + b + c, b, c, decay],
        ]
    )
