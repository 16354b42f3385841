"""How fast a user's memories fade compared with the model's: one scale, estimated from uses that failed or succeeded.

Retrievability is a function of x = days since use / (stability * scale). The posterior of ln scale lies on a grid, with
a N(0, 1) prior; successes and failures are counted by ln(days / stability). Two curves are weighed by their evidence:
the power law of FSRS, and the exponential one of half-life regression (Settles & Meeder 2016, ACL P16-1174).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from enrichment.engines import fsrs

BINS = 32
_LOWEST, _WIDTH = math.log(2.0**-7), math.log(2.0) / 2
_GRID = np.linspace(math.log(0.05), math.log(400), 400)
_PRIOR = -0.5 * _GRID**2 - np.log(np.exp(-0.5 * _GRID**2).sum())
_CENTRES = _LOWEST + _WIDTH * (np.arange(BINS) + 0.5)
_NEVER_CERTAIN = 1e-9
_SHARES = (0.05, 0.5, 0.95)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """A forgetting curve: log probabilities of success and failure by (scale, bin), its half-life in stabilities."""

    name: str
    success: Floats
    failure: Floats
    half_life: float


@dataclass(frozen=True, slots=True)
class Scale:
    """The posterior of the scale: median, the 90 % interval, and the curve's log evidence."""

    value: float
    low: float
    high: float
    log_evidence: float


def bin_of(days: float, stability: float) -> int:
    """Return the bin of a use ``days`` after the one before."""
    x = max(days, _NEVER_CERTAIN) / stability
    return min(max(int((math.log(x) - _LOWEST) / _WIDTH), 0), BINS - 1)


def scale(successes: Sequence[float], failures: Sequence[float], curve: Curve) -> Scale:
    """Return the posterior from counts by bin; without any it is the prior, 1 with (0.19, 5.2)."""
    log = (
        _PRIOR + curve.success @ np.asarray(successes, dtype=float) + curve.failure @ np.asarray(failures, dtype=float)
    )
    top = float(log.max())
    weight = np.exp(log - top)
    total = float(weight.sum())
    reached = (np.cumsum(weight) - weight / 2) / total
    low, middle, high = np.exp(np.interp(_SHARES, reached, _GRID)).tolist()
    return Scale(middle, low, high, top + math.log(total))


def _curve(name: str, shares: Floats, half_life: float) -> Curve:
    within = np.clip(shares, _NEVER_CERTAIN, 1 - _NEVER_CERTAIN)
    return Curve(name, np.log(within), np.log1p(-within), half_life)


_X = np.exp(_CENTRES[None, :] - _GRID[:, None])
POWER = _curve("fsrs6-power", (1 + fsrs.FACTOR * _X) ** -fsrs.DECAY, fsrs.HALF_LIFE)
EXPONENTIAL = _curve("exponential", 0.9**_X, math.log(0.5) / math.log(0.9))
