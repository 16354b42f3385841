"""When to write first: once the silence has become unusual, at the hour at which the user writes and answers most."""

from collections.abc import Sequence

import numpy as np

from enrichment.engines import hours
from enrichment.engines.hours import Floats
from enrichment.engines.receptivity import DAYPARTS

EARLIEST_HOURS = 4.0
UNUSUAL = 0.75
_QUIET_SHARE = 0.2
_STEPS = 48
_BINS_PER_DAYPART = hours.BINS // DAYPARTS


def desirability(density: Floats, receptivity: Sequence[float], quiet: tuple[float, float] | None) -> Floats:
    """Return the worth of each half hour of the user's day; 0 in quiet hours and where the user never writes."""
    worth: Floats = density * np.repeat(np.asarray(receptivity), _BINS_PER_DAYPART)
    worth[density < _QUIET_SHARE * density.max()] = 0.0
    if quiet is not None:
        start, end = quiet
        clock = np.arange(hours.BINS) / 2
        asleep = (clock >= start) | (clock < end) if start > end else (clock >= start) & (clock < end)
        worth[asleep] = 0.0
    return worth


def best(worth: Floats, earliest: float, ahead_hours: float) -> float | None:
    """Return the middle of the best half hour in the 24 hours from ``earliest`` on, all in epoch seconds.

    None if none is allowed.
    """
    first = -(-earliest // 1800) * 1800
    place = (hours.bin_of(first, ahead_hours) + np.arange(_STEPS)) % hours.BINS
    value = worth[place]
    step = int(value.argmax())
    return first + step * 1800 + 900 if value[step] > 0 else None
