"""When somebody answers an agent that writes first, and whether they answered because it did.

Replies within 24 hours count, as in studies of just-in-time interventions (Kuenzler 2019; Mishra et al. 2021,
10.1145/3463492). Dayparts without attempts lean on when the user writes unasked. Uplift takes off those who would have
come back anyway: that is most of a naive success rate.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

DAYPARTS = 6
_OVERALL_N, _OVERALL_MEAN = 8.0, 0.4
_STRENGTH = 6.0
_ORGANIC_WEIGHT = 0.7
_Z90 = 1.645


@dataclass(frozen=True, slots=True)
class Uplift:
    """The share of attempts that brought somebody back who would not have come, with its 90 % interval."""

    value: float
    low: float
    high: float


def by_daypart(replies: Sequence[float], attempts: Sequence[float], organic: Sequence[float]) -> list[float]:
    """Return the probability of a reply for each of six dayparts; ``organic`` are the shares of own session starts."""
    overall = (sum(replies) + _OVERALL_N * _OVERALL_MEAN) / (sum(attempts) + _OVERALL_N)
    logs = [math.log(max(share, 1e-3)) for share in organic]
    centre = sum(logs) / DAYPARTS
    base = math.log(overall / (1 - overall))
    priors = [1 / (1 + math.exp(-base - _ORGANIC_WEIGHT * (log - centre))) for log in logs]
    return [(y + _STRENGTH * p) / (n + _STRENGTH) for y, n, p in zip(replies, attempts, priors, strict=True)]


def uplift(attempts: int, replies: int, expected: float) -> Uplift | None:
    """Compare replies with the returns ``expected`` without attempts; None where all would have come anyway."""
    room = attempts - expected
    if room <= 0:
        return None
    value = (replies - expected) / room
    share = (replies + 1) / (attempts + 2)
    error = _Z90 * math.sqrt(attempts * share * (1 - share)) / room
    return Uplift(value, max(value - error, -1.0), min(value + error, 1.0))
