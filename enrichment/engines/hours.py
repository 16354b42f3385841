"""At which hours somebody begins to write: half-hour counts that fade, smoothed around the clock.

The kernel is von Mises', the narrower the more is known; below ten session starts the habits of all users of the bot
count as five more.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

BINS = 48
HALF_LIFE_DAYS = 60.0
_HOUR = timedelta(hours=1)
_FEW = 10.0
_PSEUDO_COUNT = 5.0
_WIDEST, _NARROWEST = 3.0, 12.0
_ANGLES = np.arange(BINS) * (2 * math.pi / BINS)
_COSINES = np.cos(_ANGLES)
_SHIFTS = (np.arange(BINS)[:, None] - np.arange(BINS)[None, :]) % BINS

Floats = NDArray[np.float64]


def bin_of(at: float, ahead_hours: float) -> int:
    """Return the half hour of the day, 0 to 47, of epoch seconds on a clock that is ``ahead_hours`` ahead of UTC."""
    return int((at + ahead_hours * 3600) // 1800) % BINS


def profile(counts: Sequence[float], others: Sequence[float] | None = None) -> Floats:
    """Return the density by half hour, sum 1; flat if nothing is known."""
    own = np.asarray(counts, dtype=np.float64)
    n = float(own.sum())
    if n < _FEW:
        rest = np.ones(BINS) if others is None or not sum(others) else np.asarray(others, dtype=np.float64)
        own = own + _PSEUDO_COUNT * rest / rest.sum()
    kappa = min(max(1.5 * n**0.4, _WIDEST), _NARROWEST)
    kernel = np.exp(kappa * (_COSINES - 1))
    smooth: Floats = kernel[_SHIFTS] @ own
    density: Floats = smooth / smooth.sum()
    return density


def turned(counts: Sequence[float], hours: float) -> tuple[float, ...]:
    """Return counts as a clock shows them that is ``hours`` ahead."""
    bins = round(hours * 2) % BINS
    return (*counts[BINS - bins :], *counts[: BINS - bins])


def offset_hours(zone: tzinfo | None, at: datetime) -> float:
    """Return how far the user's clock is ahead of UTC at that time, 0 without a zone."""
    offset = zone.utcoffset(at.astimezone(zone)) if zone is not None else None
    return offset / _HOUR if offset else 0.0
