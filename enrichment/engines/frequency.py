"""Whether something happens more often than the week before: a two-window test that allows for bursts.

Quasi-Poisson: the log ratio of two weekly counts against its standard error, widened by the dispersion of 28 daily
counts. Bursts cost power: at three uses a day a doubling is found 4 times of 5 if uses are independent, 1 of 3 if not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

DAYS = 28
_WEEK = 7
_SIGNIFICANT = 1.645
_FEW = 10
_PARAMETERS = 3


@dataclass(frozen=True, slots=True)
class Trend:
    """``label`` is increasing, stable or declining; counts of the last week and the one before."""

    label: str
    recent: int
    previous: int
    z: float
    dispersion: float


def trend(daily: Sequence[int]) -> Trend:
    """Judge 28 daily counts, oldest first; fewer than ten events in two weeks are called stable."""
    previous, recent = sum(daily[-2 * _WEEK : -_WEEK]), sum(daily[-_WEEK:])
    scatter = _scatter(daily[:-_WEEK]) + _scatter(daily[-_WEEK:])
    dispersion = max(1.0, scatter / (DAYS - _PARAMETERS))
    error = math.sqrt(dispersion * (1 / (recent + 0.5) + 1 / (previous + 0.5)))
    z = math.log((recent + 0.5) / (previous + 0.5)) / error
    if recent + previous < _FEW or abs(z) <= _SIGNIFICANT:
        return Trend("stable", recent, previous, z, dispersion)
    return Trend("increasing" if z > 0 else "declining", recent, previous, z, dispersion)


def _scatter(counts: Sequence[int]) -> float:
    mean = sum(counts) / len(counts)
    return sum((count - mean) ** 2 for count in counts) / mean if mean else 0.0
