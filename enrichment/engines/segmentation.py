"""Cuts one session into topics while it goes on: TextTiling (Hearst 1997) on vectors, with a bounded lag.

The likeness of both sides of each gap is the cosine of two sums of neighbouring units, nearer units weighing more (a
taper loses less to fillers than a narrow flat window, and less to short topics than a wide one: docs/engines.md). A gap
is a boundary if its likeness is a local minimum whose depth below the peaks on both sides stands out among the depths
seen so far.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from enrichment.engines.frame import Vector, twin
from enrichment.engines.spaces import stacked

TAPER = (1.0, 0.8, 0.6, 0.4, 0.2)
REACH = 3
LEAST_UNITS = 2
_STRICTNESS = 1.0
_WIDTH = len(TAPER)

Rows = NDArray[np.float32]

_SIDES = np.array([[*TAPER[::-1], *(0.0,) * _WIDTH], [*(0.0,) * _WIDTH, *TAPER]], dtype=np.float32)


class Unit(NamedTuple):
    """A message with the short ones that follow it; times in epoch seconds, the vector of length one."""

    vector: Vector
    start: float
    end: float
    messages: int
    terms: tuple[str, ...] = ()


@dataclass(slots=True)
class Depths:
    """Mean and spread of the depths seen so far, beginning with a prior worth 20 gaps."""

    n: float = 20.0
    mean: float = 0.25
    square: float = 20 * 0.2**2

    @property
    def sd(self) -> float:
        """The spread."""
        return math.sqrt(self.square / self.n)

    def add(self, depth: float) -> None:
        """Take one more depth into account (Welford)."""
        off = depth - self.mean
        self.n += 1
        self.mean += off / self.n
        self.square += off * (depth - self.mean)

    def clarity(self, depth: float) -> float:
        """Return how far a depth stands out, as the share of a normal distribution below it."""
        return 0.5 * math.erfc(-(depth - self.mean) / self.sd / math.sqrt(2))


class Decision(NamedTuple):
    """That a unit opens a topic, and how clearly (1 for a session's first), or continues one (None)."""

    unit: Unit
    clarity: float | None


@dataclass(slots=True)
class Session:
    """An unfinished session: its last units (their vectors also as rows) and the likeness of the gaps between them.

    ``count`` units came so far. ``scores`` belong to the gaps before the units ``first_score``, ``first_score`` + 1,
    ...; units up to number ``decided`` are decided, ``opened`` is the last that opened a topic.
    """

    units: list[Unit] = field(default_factory=list)
    rows: Rows | None = None
    count: int = 0
    scores: list[float] = field(default_factory=list)
    first_score: int = 1
    decided: int = -1
    opened: int = 0

    def copy(self) -> "Session":
        """Return a session that can be continued without changing this one."""
        new = twin(self)
        new.units, new.scores = self.units[:], self.scores[:]
        return new

    def add(self, units: Sequence[Unit], depths: Depths) -> list[Decision]:
        """Take more units, and decide about those whose surroundings are now known."""
        if not units:
            return []
        new = stacked([unit.vector for unit in units])
        self.rows = new if self.rows is None else np.concatenate((self.rows, new))
        self.units = [*self.units, *units]
        self.count += len(units)
        self._score_until(self.count - _WIDTH)
        decisions = [self._decide(gap, depths) for gap in range(self.decided + 1, self.count - _WIDTH - REACH + 1)]
        self.rows, self.units = self.rows[-2 * _WIDTH :], self.units[-2 * _WIDTH :]
        old = max(0, self.decided - self.first_score - REACH)
        self.scores, self.first_score = self.scores[old:], self.first_score + old
        return decisions

    def extend(self, until: float) -> None:
        """Take a short message, which belongs to the last unit."""
        self.units[-1] = extended(self.units[-1], until)

    def finish(self, depths: Depths) -> list[Decision]:
        """Decide what is left, as if no more units came: windows and climbs end where the session ends."""
        self._score_until(self.count - 1)
        return [self._decide(gap, depths) for gap in range(self.decided + 1, self.count)]

    def _score_until(self, last_gap: int) -> None:
        """Append the likeness of both sides of the gaps up to the one before unit number ``last_gap``."""
        first_gap = self.first_score + len(self.scores)
        if last_gap < first_gap or self.rows is None:
            return
        # A product for each window, not one for all, so that sums do not depend on how a stream was cut into batches.
        sums = _SIDES @ _windows(self.rows, first_gap - (self.count - len(self.rows)), 1 + last_gap - first_gap)
        for (aa, ab), (_, bb) in (sums @ sums.swapaxes(1, 2)).tolist():
            self.scores.append(ab / math.sqrt(aa * bb) if aa > 0 and bb > 0 else 0.0)

    def _decide(self, gap: int, depths: Depths) -> Decision:
        self.decided = gap
        unit = self.units[gap - self.count]
        if gap == 0:
            return Decision(unit, 1.0)
        scores, at = self.scores, gap - self.first_score
        here = scores[at]
        depth = _peak(scores[max(0, at - REACH) : at + 1][::-1]) + _peak(scores[at : at + REACH + 1]) - 2 * here
        is_lowest = (at == 0 or here < scores[at - 1]) and (at + 1 == len(scores) or here <= scores[at + 1])
        stands_out = is_lowest and depth > depths.mean + _STRICTNESS * depths.sd
        clarity = depths.clarity(depth) if stands_out and gap - self.opened >= LEAST_UNITS else None
        if clarity is not None:
            self.opened = gap
        depths.add(depth)
        return Decision(unit, clarity)


def _windows(rows: Rows, first: int, number: int) -> Rows:
    """Return the surroundings of the gaps before row ``first`` and those after it, a matrix each, without copying.

    Beyond the session's ends there is nothing: rows of zeros.
    """
    start, missing = first - _WIDTH, first + number - 1 + _WIDTH - len(rows)
    if start < 0 or missing > 0:
        size = rows.shape[1]
        rows = np.concatenate((_nothing(max(-start, 0), size), rows, _nothing(max(missing, 0), size)))
    row, item = rows.strides
    shape, strides = (number, 2 * _WIDTH, rows.shape[1]), (row, row, item)
    return np.ndarray(shape, rows.dtype, rows, max(start, 0) * row, strides)


def _nothing(rows: int, size: int) -> Rows:
    return np.zeros((rows, size), dtype=np.float32)


def extended(unit: Unit, until: float) -> Unit:
    """Return a unit with a short message that follows it."""
    return unit._replace(end=until, messages=unit.messages + 1)


def _peak(scores: Sequence[float]) -> float:
    """Return the height that is reached by walking on as long as it does not go down."""
    peak = scores[0]
    for score in scores[1:]:
        if score < peak:
            break
        peak = score
    return peak
