"""A wrong time for a worker: the machine's clock plus what ``TESTS_CLOCK`` says, in seconds.

Several numbers with commas between take turns, a second each: a clock that jumps, in the midst of a lease too. The
monotonic clock stays as it is, like that of a machine whose time is set.
"""

import os
import time
from datetime import UTC, datetime, timedelta

from enrichment.adapters.clock import SystemClock


def put_wrong(said: str) -> None:
    """Let all clocks of this process go wrong."""
    skews = [timedelta(seconds=float(part)) for part in said.split(",")]

    def now(_: SystemClock) -> datetime:
        return datetime.now(UTC) + skews[int(time.monotonic()) % len(skews)]

    SystemClock.now = now  # type: ignore[assignment, method-assign]  # there is one clock, and every worker has it


if said := os.environ.get("TESTS_CLOCK"):
    put_wrong(said)
