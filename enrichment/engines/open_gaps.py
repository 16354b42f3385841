"""Counts the memories that wait for their next use, by the day of their last: what survival analysis calls censored.

Days are merged to blocks of 8, 64 and 512 as they grow old, so that a history of years has about 50 rows.
"""

CLASSES = 3
_BLOCKS = ((1, 16), (8, 128), (64, 1024))
_OLDEST = 512

Rows = dict[tuple[int, int], list[float]]


class OpenGaps:
    """Mutable while a batch is folded; ``day`` is the latest day seen, times are days since 1970.

    ``rows`` hold by block, for each class of use, the number of memories and the sum of the times of their last use.
    """

    __slots__ = ("day", "rows")

    def __init__(self, day: int = 0, rows: Rows | None = None) -> None:
        self.day = day
        self.rows: Rows = {} if rows is None else rows

    def copy(self) -> "OpenGaps":
        return OpenGaps(self.day, {key: row.copy() for key, row in self.rows.items()})

    def open(self, last: float, use_class: int) -> None:
        """Note a memory whose last use was at ``last``."""
        if int(last) > self.day:
            self._reach(int(last))
        key = self._block(int(last))
        row = self.rows.get(key)
        if row is None:
            row = self.rows[key] = [0.0] * (2 * CLASSES)
        row[2 * use_class] += 1
        row[2 * use_class + 1] += last

    def close(self, last: float, use_class: int) -> None:
        """Take back what ``open`` noted; unknown ones are left alone."""
        key = self._block(int(last))
        row = self.rows.get(key)
        if row is None or row[2 * use_class] < 1:
            return
        row[2 * use_class] -= 1
        row[2 * use_class + 1] = row[2 * use_class + 1] - last if row[2 * use_class] else 0.0
        if not any(row[::2]):
            del self.rows[key]

    def _reach(self, day: int) -> None:
        self.day = day
        for key in [key for key in sorted(self.rows) if self._block(key[0]) != key]:
            old = self.rows.pop(key)
            row = self.rows.setdefault(self._block(key[0]), [0.0] * (2 * CLASSES))
            for i, value in enumerate(old):
                row[i] += value

    def _block(self, day: int) -> tuple[int, int]:
        """Return (first day, width); a block's width follows from the age of its first day, so any day finds it."""
        if self.day - day < _BLOCKS[0][1]:
            return day, 1
        for width, limit in _BLOCKS:
            start = day // width * width
            if self.day - start < limit:
                return start, width
        return day // _OLDEST * _OLDEST, _OLDEST
