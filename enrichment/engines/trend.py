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
    return trends(times, [values])[0]


def trends(times: Sequence[float] | Array, series: Sequence[Sequence[float] | Array] | Array) -> list[Trend | None]:
    """Return the trend of each of several series that have the same times."""
    t = np.asarray(times, dtype=np.float64)
    if len(t) < FEWEST:
        return [None] * len(series)
    x = np.asarray(series, dtype=np.float64)
    earlier, later = _pairs(len(t))
    rises = x.take(later, axis=1) - x.take(earlier, axis=1)
    slopes = _medians(rises / (t.take(later) - t.take(earlier)))
    residuals = x - slopes[:, None] * t
    residuals -= _medians(residuals)[:, None]
    sums = np.sign(rises).sum(axis=1).tolist()
    return [
        _judged(values, slope, score, autocorrelation(off))
        for values, slope, score, off in zip(x, slopes.tolist(), sums, residuals, strict=True)
    ]


def _judged(x: Array, slope: float, s: float, r: float) -> Trend:
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
    values = x.tolist()
    ties = [t for t in Counter(values).values() if t > 1] if len(set(values)) < n else ()
    return (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18


def _medians(rows: Array) -> Array:
    """Return each row's median; numpy's own takes longer over what rows of this size might be than over finding it."""
    ordered, size = np.sort(rows, axis=1), rows.shape[1]
    half = size // 2
    middle: Array = ordered[:, half] if size % 2 else (ordered[:, half - 1] + ordered[:, half]) / 2
    return middle
