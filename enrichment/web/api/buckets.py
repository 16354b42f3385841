"""How often one caller may ask: a token bucket that is filled at an even pace."""

from dataclasses import dataclass, field
from math import ceil

from enrichment.web.api.callers import Caller


@dataclass(slots=True, kw_only=True)
class Bucket:
    """Holds up to ``size`` requests and gains ``per_second``; times are seconds of one clock that never goes back."""

    size: float
    per_second: float
    _left: float = field(default=-1.0)
    _at: float = 0.0

    def take(self, now: float) -> int:
        """Take one request; 0 if there was one, else the whole seconds until there is."""
        left = self.size if self._left < 0 else min(self.size, self._left + (now - self._at) * self.per_second)
        self._at = now
        self._left = left - 1 if left >= 1 else left
        return 0 if left >= 1 else max(1, ceil((1 - left) / self.per_second))


class Buckets:
    """A bucket for each caller of a closed set; one (None) for all who are nobody."""

    def __init__(self, per_minute: float) -> None:
        self._per_second = per_minute / 60
        self._size = max(1.0, per_minute / 10)
        self._by_caller: dict[Caller | None, Bucket] = {}

    def take(self, caller: Caller | None, now: float) -> int:
        """See ``Bucket.take``."""
        if caller not in self._by_caller:
            self._by_caller[caller] = Bucket(size=self._size, per_second=self._per_second)
        return self._by_caller[caller].take(now)
