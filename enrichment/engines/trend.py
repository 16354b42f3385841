"""Says whether a short, autocorrelated series rises or falls: Mann-Kendall and Theil-Sen, with room for AR(1).

The textbook variance assumes independence, and the usual repairs (Hamed and Rao 1998, Yue and Wang 2004) fail on some
tens of points. So the variance is multiplied by (1 + r) / (1 - r), r being the lag-1 autocorrelation of the residuals
about the Theil-Sen line, corrected for the bias of short series.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

FEWEST = 8
_MOST_AUTOCORRELATION = 0.9

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Slope per unit of time, the p of "no trend", the autocorrelation that was allowed for, and the points used."""

    slope: float
    p: float
    r: float
    n: int


def trend(times: Sequence[float] | Array, values: Sequence[float] | Array) -> Trend | None:
    """Return the trend of values at increasing times, None below 8 points."""
    t, x = np.asarray(times, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if len(x) < FEWEST:
        return None
    earlier, later = _pairs(len(x))
    rises = x[later] - x[earlier]
    slope = _median(rises / (t[later] - t[earlier]))
    residuals = x - slope * t
    r = autocorrelation(residuals - _median(residuals))
    s = float(np.sign(rises).sum())
    spread = math.sqrt(_variance(x) * (1 + r) / (1 - r))
    z = max(0.0, abs(s) - 1) / spread if spread else 0.0
    return Trend(slope=slope, p=math.erfc(z / math.sqrt(2)), r=r, n=len(x))


def autocorrelation(deviations: Array, raised_by_errors: float = 0.0) -> float:
    """Return the lag-1 autocorrelation of deviations about their centre, freed from bias, within [0, 0.9].

    ``raised_by_errors`` adds so many standard errors, where too small a value would be the costlier mistake.
    """
    n = len(deviations)
    square = float(deviations @ deviations)
    if n <= FEWEST // 2 or square <= 0:
        return 0.0
    r = (float(deviations[:-1] @ deviations[1:]) / square * n + 1) / (n - 4)
    error = math.sqrt(max(0.0, 1 - min(r * r, 1.0)) / n)
    return min(max(r + raised_by_errors * error, 0.0), _MOST_AUTOCORRELATION)


@lru_cache(maxsize=256)
def _pairs(n: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.triu_indices(n, 1)


def _variance(x: Array) -> float:
    n = len(x)
    ties = [t for t in Counter(x.tolist()).values() if t > 1]
    return (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18


def _median(x: Array) -> float:
    """Return the median; numpy's own takes longer over what lists of this size might be than over finding it."""
    ordered = np.sort(x)
    half = len(x) // 2
    return float(ordered[half] if len(x) % 2 else (ordered[half - 1] + ordered[half]) / 2)
