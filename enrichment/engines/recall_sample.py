"""Whether a user's memories are recalled as recency and frequency say: ranks of the recalled among a fixed sample.

The sample is the 50 memories with the smallest hashes: uniform over all memories at any time, and the same whatever the
order in which they came. Each use is ranked by its activation at that moment, before it counts: nothing is fitted.
"""

import hashlib
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable

from enrichment.engines.activation import Uses, need_odds, used_once_at
from enrichment.engines.frame import MemoryState, Review

SIZE = 50

Entry = tuple[str, str, float, float | None, float, int]
"""Hash, memory id, first, second latest and latest use, number of uses."""


class RecallSample:
    """Mutable while a batch is folded; entries are sorted by hash."""

    __slots__ = ("entries", "hashes", "used_again", "used_once")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = list(entries)
        self.hashes = {entry[1]: entry[0] for entry in self.entries}
        # Times of last use of the memories used once, sorted, and the others; found when they are first asked for.
        self.used_once: list[float] | None = None
        self.used_again: list[Uses] = []

    def rank(self, review: Review) -> float | None:
        """Return the share of the sample that is less active than the memory used; None if the sample is empty."""
        before = review.before
        if before is None:
            return None
        kept = self._kept(before.memory_id)
        number = len(self.entries) - (kept is not None)
        if not number:
            return None
        own = need_odds(before.first_at, before.previous_at, before.last_at, before.uses, review.at)
        once, again = self._by_kind()
        # Of memories used once the later is the more active, so that a search in their times finds the place.
        alike = before.last_at if before.previous_at is None else used_once_at(own, review.at)
        below = bisect_left(once, alike)
        upto = bisect_right(once, alike, lo=below)
        odds = [need_odds(*each, review.at) for each in again]
        places = below + upto + sum([(each < own) + (each <= own) for each in odds])
        if kept is not None:
            itself = need_odds(*kept[2:], review.at)
            places -= (itself < own) + (itself <= own)
        return places / 2 / number

    def _kept(self, memory_id: str) -> Entry | None:
        digest = self.hashes.get(memory_id)
        return None if digest is None else self.entries[bisect_left(self.entries, digest, key=_hash)]

    def _by_kind(self) -> tuple[list[float], list[Uses]]:
        if self.used_once is None:
            self.used_once = sorted([entry[4] for entry in self.entries if entry[3] is None])
            self.used_again = [entry[2:] for entry in self.entries if entry[3] is not None]
        return self.used_once, self.used_again

    def note(self, owner: str, memory: MemoryState, *, new: bool) -> None:
        """Take a new memory if its hash is among the smallest; follow a known one."""
        if new:
            digest = hashlib.blake2b(f"{owner}|{memory.memory_id}".encode(), digest_size=8).hexdigest()
            if len(self.entries) < SIZE or digest < self.entries[-1][0]:
                insort(self.entries, _entry(digest, memory), key=_hash)
                self.used_once = None
                self.hashes[memory.memory_id] = digest
                for _, dropped, *_ in self.entries[SIZE:]:
                    del self.hashes[dropped]
                del self.entries[SIZE:]
        elif memory.memory_id in self.hashes:
            digest = self.hashes[memory.memory_id]
            self.entries[bisect_left(self.entries, digest, key=_hash)] = _entry(digest, memory)
            self.used_once = None


def _entry(digest: str, memory: MemoryState) -> Entry:
    return digest, memory.memory_id, memory.first_at, memory.previous_at, memory.last_at, memory.uses


def _hash(entry: Entry) -> str:
    return entry[0]
