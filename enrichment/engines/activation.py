"""How present a memory is: ACT-R's base level, from four numbers instead of all its uses.

Petrov's hybrid (ICCM 2006; recommended by Fisher, Houpt & Gunzelmann 2018, 10.1007/s42113-018-0015-3): the latest two
uses count exactly, the others as if spread evenly between the first and the second latest.
"""

import math

from enrichment.engines.frame import MemoryState

DECAY = 0.5
_YOUNGEST_SECONDS = 1.0
_DAY_SECONDS = 86_400.0


def activation(memory: MemoryState, now: float) -> float:
    """Return the base level B at ``now`` (epoch seconds), ages in days."""
    last = _days(now - memory.last_at)
    total = math.pow(last, -DECAY)
    if memory.previous_at is None:
        return math.log(total)
    second = _days(now - memory.previous_at)
    total += math.pow(second, -DECAY)
    others = memory.uses - 2
    if others > 0:
        oldest = _days(now - memory.first_at)
        spread = oldest - second
        share = (math.sqrt(oldest) - math.sqrt(second)) / (DECAY * spread) if spread > 0 else math.pow(second, -DECAY)
        total += others * share
    return math.log(total)


def _days(seconds: float) -> float:
    return max(seconds, _YOUNGEST_SECONDS) / _DAY_SECONDS
