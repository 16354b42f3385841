"""What a reader counts: a closed set, so that a host can make metrics of it."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias


class ReaderEvent(StrEnum):
    """One thing that happened; ``stale_served`` and ``empty_served`` come after the reason for it.

    ``words_alone``: a question was answered without its meaning, which was not known in time. ``accesses_dropped`` is
    one that there was no room to note, ``accesses_lost`` some that could not be written.
    """

    LOADED = "loaded"
    CACHED = "cached"
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    RESTED = "rested"
    FAILED = "failed"
    NOBODY = "nobody"
    STALE_SERVED = "stale_served"
    EMPTY_SERVED = "empty_served"
    LISTENING = "listening"
    FORGOTTEN = "forgotten"
    WORDS_ALONE = "words_alone"
    ACCESSES_DROPPED = "accesses_dropped"
    ACCESSES_LOST = "accesses_lost"


# Called once for each event; it must return at once and must not raise.
Hook: TypeAlias = Callable[[ReaderEvent], None]


def ignore(_event: ReaderEvent) -> None:
    """Count nothing."""
