"""Finds when a series left its usual level: Page's cumulative sums (1954) on robust, autocorrelation-scaled scores.

The usual level comes from what lies before: median and MAD, so that outliers do not move it. Autocorrelation makes sums
wander without any shift; scores are therefore divided by the root of the long-run variance factor (1 + r) / (1 - r).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from enrichment.engines.trend import autocorrelation

SLACK = 0.5
LIMIT = 5.0
SPIKE = 4.5
FEWEST = 21
_CLIP = 3.0
_MAD_TO_SD = 1.4826
_EWMA_WEIGHT, _EWMA_LIMIT = 0.2, 2.86


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A series' usual level and spread, its autocorrelation, and how many points they come from."""

    centre: float
    spread: float
    r: float
    n: int

    def score(self, value: float) -> float:
        """Return the robust z of one value."""
        return (value - self.centre) / self.spread

    def scaled(self, value: float) -> float:
        """Return what the sums add up: z clipped to ±3, over the root of the long-run variance factor."""
        return min(max(self.score(value), -_CLIP), _CLIP) / math.sqrt((1 + self.r) / (1 - self.r))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """That the level moved: up (+1) or down (-1), since which position, noticed at which, the sum at that time."""

    direction: int
    since: int
    at: int
    cusum: float


def baseline(values: Sequence[float] | NDArray[np.float64]) -> Baseline | None:
    """Return the usual level, None below 21 values or where more than half of them are equal."""
    x = np.asarray(values, dtype=np.float64)
    if len(x) < FEWEST:
        return None
    centre = float(np.median(x))
    spread = _MAD_TO_SD * float(np.median(np.abs(x - centre)))
    if spread <= 0:
        return None
    r = autocorrelation(np.clip((x - centre) / spread, -_CLIP, _CLIP), raised_by_errors=1)
    return Baseline(centre=centre, spread=spread, r=r, n=len(x))


def first_shift(scores: Iterable[float], limit: float = LIMIT, slack: float = SLACK) -> Shift | None:
    """Return the first alarm among scores whose usual mean is 0 and spread 1."""
    high = low = 0.0
    high_since = low_since = 0
    for position, z in enumerate(scores):
        high, low = high + z - slack, low - z - slack
        if high <= 0:
            high, high_since = 0.0, position + 1
        if low <= 0:
            low, low_since = 0.0, position + 1
        if high > limit:
            return Shift(direction=1, since=high_since, at=position, cusum=high)
        if low > limit:
            return Shift(direction=-1, since=low_since, at=position, cusum=low)
    return None


def moving_average_alarms(scores: Iterable[float]) -> bool:
    """Return whether an exponentially weighted moving average ever leaves its limits (Lucas and Saccucci 1990)."""
    average, fading = 0.0, 1.0
    for z in scores:
        average += _EWMA_WEIGHT * (z - average)
        fading *= (1 - _EWMA_WEIGHT) ** 2
        if abs(average) > _EWMA_LIMIT * math.sqrt(_EWMA_WEIGHT / (2 - _EWMA_WEIGHT) * (1 - fading)):
            return True
    return False
