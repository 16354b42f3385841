"""How long somebody stays away: the chance of coming back by itself, as a function of the silence so far.

A piecewise constant hazard over 21 intervals from half an hour to 30 days; each starts from a Gamma prior, worth one
return, that stands for log-normal gaps around 20 hours. Silences that somebody else ended count as exposure only.
"""

import itertools
import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

BINS = 21
SHORTEST, LONGEST = 0.5, 720.0
EDGES = [SHORTEST * math.pow(LONGEST / SHORTEST, i / BINS) for i in range(BINS + 1)]
_WIDTHS = [high - low for low, high in itertools.pairwise(EDGES)]
_MEDIAN_HOURS, _SPREAD = 20.0, 1.2


@dataclass(frozen=True, slots=True)
class Returns:
    """Hazards by interval, in 1/hour, beyond the last edge its own; ``reached`` is what they add up to by edge."""

    hazards: tuple[float, ...]
    reached: tuple[float, ...]

    def hazard_until(self, hours: float) -> float:
        """Return the cumulative hazard of the first ``hours`` of silence."""
        if hours <= SHORTEST:
            return 0.0
        place = bisect_left(EDGES, hours) - 1
        return self.reached[place] + self.hazards[min(place, BINS - 1)] * (hours - EDGES[place])

    def survival(self, hours: float) -> float:
        """Return the probability of a silence longer than ``hours``."""
        return math.exp(-self.hazard_until(hours))

    def within(self, hours: float, since: float) -> float:
        """Return the probability of a return by itself within ``hours``, after a silence of ``since`` hours."""
        return -math.expm1(self.hazard_until(since) - self.hazard_until(since + hours))

    def quantile(self, share: float) -> float:
        """Return the silence in hours that ``share`` of all silences do not exceed."""
        left = -math.log1p(-share)
        for low, high, hazard in zip(EDGES, EDGES[1:], self.hazards, strict=False):
            spent = hazard * (high - low)
            if spent >= left:
                return low + left / hazard
            left -= spent
        return LONGEST + left / self.hazards[-1]


def expose(exposure: list[float], since: float, until: float) -> None:
    """Add a silence watched from ``since`` to ``until`` hours after its start."""
    for i, (low, high) in enumerate(itertools.pairwise(EDGES)):
        if until <= low:
            return
        exposure[i] += max(min(until, high) - max(since, low), 0.0)


def bin_of(hours: float) -> int:
    """Return the interval that a return after ``hours`` falls into."""
    place = int(math.log(max(hours, SHORTEST) / SHORTEST) / math.log(LONGEST / SHORTEST) * BINS)
    return min(place, BINS - 1)


def returns(events: Sequence[float], exposure: Sequence[float], prior: Sequence[float] | None = None) -> Returns:
    """Return the posterior mean of the hazards; ``prior`` are those of all users of the bot, if known."""
    expected = _PRIOR if prior is None else prior
    hazards = tuple([(e + 1) / (x + 1 / h0) for e, x, h0 in zip(events, exposure, expected, strict=True)])
    spent = [hazard * width for hazard, width in zip(hazards, _WIDTHS, strict=True)]
    return Returns(hazards, tuple(itertools.accumulate(spent, initial=0.0)))


def _log_normal_survival(hours: float) -> float:
    return 0.5 * math.erfc((math.log(hours) - math.log(_MEDIAN_HOURS)) / (_SPREAD * math.sqrt(2)))


_PRIOR = [
    math.log(_log_normal_survival(low) / _log_normal_survival(high)) / (high - low)
    for low, high in itertools.pairwise(EDGES)
]
