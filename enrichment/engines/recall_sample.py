"""Whether a user's memories are recalled as recency and frequency say: ranks of the recalled among a fixed sample.

The sample is the 50 memories with the smallest hashes: uniform over all memories at any time, and the same whatever the
order in which they came. Each use is ranked by its activation at that moment, before it counts: nothing is fitted.
"""

import hashlib
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable

from enrichment.engines.activation import all_need_odds, need_odds
from enrichment.engines.frame import MemoryState, Review

SIZE = 50

Entry = tuple[str, str, float, float | None, float, int]
"""Hash, memory id, first, second latest and latest use, number of uses."""


class RecallSample:
    """Mutable while a batch is folded; entries are sorted by hash."""

    __slots__ = ("entries", "hashes")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = list(entries)
        self.hashes = {entry[1]: entry[0] for entry in self.entries}

    def rank(self, review: Review) -> float | None:
        """Return the share of the sample that is less active than the memory used; None if the sample is empty."""
        before = review.before
        if before is None:
            return None
        own = need_odds(before.first_at, before.previous_at, before.last_at, before.uses, review.at)
        others = all_need_odds([entry[2:] for entry in self.entries if entry[1] != before.memory_id], review.at)
        if not others:
            return None
        others.sort()
        return (bisect_left(others, own) + bisect_right(others, own)) / 2 / len(others)

    def note(self, owner: str, memory: MemoryState, *, new: bool) -> None:
        """Take a new memory if its hash is among the smallest; follow a known one."""
        if new:
            digest = hashlib.blake2b(f"{owner}|{memory.memory_id}".encode(), digest_size=8).hexdigest()
            if len(self.entries) < SIZE or digest < self.entries[-1][0]:
                insort(self.entries, _entry(digest, memory), key=_hash)
                self.hashes[memory.memory_id] = digest
                for _, dropped, *_ in self.entries[SIZE:]:
                    del self.hashes[dropped]
                del self.entries[SIZE:]
        elif memory.memory_id in self.hashes:
            digest = self.hashes[memory.memory_id]
            self.entries[bisect_left(self.entries, digest, key=_hash)] = _entry(digest, memory)


def _entry(digest: str, memory: MemoryState) -> Entry:
    return digest, memory.memory_id, memory.first_at, memory.previous_at, memory.last_at, memory.uses


def _hash(entry: Entry) -> str:
    return entry[0]
