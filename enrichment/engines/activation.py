"""How present a memory is: ACT-R's base level, from four numbers instead of all its uses.

Petrov's hybrid (ICCM 2006; recommended by Fisher, Houpt & Gunzelmann 2018, 10.1007/s42113-018-0015-3): the latest two
uses count exactly, the others as if spread evenly between the first and the second latest. Its decay is the usual 1/2.
"""

import math

from enrichment.engines.frame import MemoryState

_EXACT = 2
_YOUNGEST_SECONDS = 1.0
_DAY_SECONDS = 86_400.0

Uses = tuple[float, float | None, float, int]
"""First, second latest and latest use in epoch seconds, and their number."""


def activation(memory: MemoryState, now: float) -> float:
    """Return the base level B of a memory at ``now`` (epoch seconds), ages in days."""
    return base_level(memory.first_at, memory.previous_at, memory.last_at, memory.uses, now)


def base_level(first_at: float, previous_at: float | None, last_at: float, uses: int, now: float) -> float:
    """Return B from the times (epoch seconds) of the first, the second latest and the latest use, and their number."""
    return math.log(need_odds(first_at, previous_at, last_at, uses, now))


def need_odds(first_at: float, previous_at: float | None, last_at: float, uses: int, now: float) -> float:
    """Return e^B: enough to rank memories by."""
    total = 1 / math.sqrt(_days(now - last_at))
    if previous_at is None:
        return total
    second = _days(now - previous_at)
    total += 1 / math.sqrt(second)
    if uses > _EXACT:
        oldest = max(_days(now - first_at), second)
        # Spread evenly over ages from second to oldest, the mean of t^-1/2 is this.
        total += (uses - _EXACT) * 2 / (math.sqrt(oldest) + math.sqrt(second))
    return total


def used_once_at(odds: float, now: float) -> float:
    """Return when a memory was used once that has this e^B now: the later, the higher it is."""
    return now - _DAY_SECONDS / (odds * odds)


def _days(seconds: float) -> float:
    return max(seconds, _YOUNGEST_SECONDS) / _DAY_SECONDS
