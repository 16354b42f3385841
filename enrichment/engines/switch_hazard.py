"""How likely a topic ends soon, given its age: a life table over the age in units, shrunk to its mean rate."""

import math
from collections.abc import Sequence

OLDEST = 40
WITHIN = 3
PRIOR_RATE = 0.15
_PRIOR_N = 8.0


def ended(exits: Sequence[int], at_risk: Sequence[int], age: int, *, by_switch: bool) -> tuple[list[int], list[int]]:
    """Return the table with one more topic that had ``age`` units; a session's end is no switch, but ends the watch.

    ``exits[g]`` counts the topics that another followed when the ``g``-th unit was due, ``at_risk[g]`` those that it
    could have followed. Ages beyond 40 count as 40.
    """
    last = min(age + by_switch, OLDEST)
    left, risked = list(exits), [at_risk[0], *(n + 1 for n in at_risk[1 : last + 1]), *at_risk[last + 1 :]]
    left[last] += by_switch
    return left, risked


def empty() -> list[int]:
    """Return the column of a table that has seen nothing."""
    return [0] * (OLDEST + 1)


def likelihood(exits: Sequence[int], at_risk: Sequence[int], age: int, within: int = WITHIN) -> float:
    """Return the probability that one of the next units opens another topic, the open one having ``age`` units."""
    mean = (sum(exits) + _PRIOR_N * PRIOR_RATE) / (sum(at_risk) + _PRIOR_N)
    ages = [min(age + step, OLDEST) for step in range(1, within + 1)]
    return 1 - math.prod(1 - (exits[g] + _PRIOR_N * mean) / (at_risk[g] + _PRIOR_N) for g in ages)
