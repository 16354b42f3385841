"""How far the last week's messages lie from all before them: one minus the cosine of two fading mean vectors."""

import base64
import math
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from enrichment.engines.frame import Vector
from enrichment.engines.spaces import stacked

_LONG_DAYS = 365.0
_SHORT_DAYS = 7.0


def _nothing() -> Vector:
    return np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Centroids:
    """Sums of vectors that fade by the day with half-lives of a year and a week, in single precision."""

    day: int = 0
    count: int = 0
    long: Vector = field(default_factory=_nothing)
    short: Vector = field(default_factory=_nothing)

    def drift(self) -> float | None:
        """Return 0 (same direction) to 2, None without vectors."""
        sizes = float(np.linalg.norm(self.long)) * float(np.linalg.norm(self.short)) if self.count else 0.0
        return 1 - float(self.long @ self.short) / sizes if sizes else None

    def packed(self) -> list[int | str]:
        """Return JSON values."""
        return [self.day, self.count, *(base64.b64encode(each.tobytes()).decode() for each in (self.long, self.short))]


def unpacked(day: int, count: int, long: str, short: str) -> Centroids:
    """Return what ``Centroids.packed`` took."""
    vectors = (np.frombuffer(base64.b64decode(each), dtype=np.float32) for each in (long, short))
    return Centroids(day, count, *vectors)


def joined(centroids: Centroids, vectors: list[tuple[int, Vector]]) -> Centroids:
    """Add (day, vector) pairs one by one, in order, so that it does not matter how they were batched.

    Another size of vectors means another embedding model: what was is of no use then.
    """
    day, count, long, short = centroids.day, centroids.count, centroids.long, centroids.short
    for (of_day, size), those in groupby(vectors, key=_day_and_size):
        rows = [vector for _, vector in those]
        if size != long.size:
            day, count, long, short = of_day, 0, np.zeros_like(rows[0]), np.zeros_like(rows[0])
        if of_day > day:
            long = long * np.float32(math.pow(2.0, (day - of_day) / _LONG_DAYS))
            short = short * np.float32(math.pow(2.0, (day - of_day) / _SHORT_DAYS))
            day = of_day
        # Down the columns numpy adds row after row, as a loop would.
        long, short = np.add.reduce(stacked([long, *rows])), np.add.reduce(stacked([short, *rows]))
        count += len(rows)
    return Centroids(day, count, long, short)


def _day_and_size(each: tuple[int, Vector]) -> tuple[int, int]:
    return each[0], each[1].size
