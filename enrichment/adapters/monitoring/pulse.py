"""Signs of life: what the worker did last, and when; for metrics and for the health pages."""

import asyncio
from dataclasses import dataclass, field

from enrichment.adapters.monitoring.registry import Metrics
from enrichment.adapters.monitoring.tallied import count_failure, count_turn
from enrichment.domain.tally import Tally
from enrichment.ports import Clock, RoundResult

BEAT_SECONDS = 1.0


@dataclass(slots=True)
class Pulse:
    """``ports.Watcher`` of one process. Times are monotonic seconds.

    ``acted_at`` is when the worker last did anything, were it only going around; ``progressed_at`` when it last brought
    a message to its end. ``last_round`` tells how the last round ended, None before the first.
    """

    metrics: Metrics
    clock: Clock
    acted_at: float = field(init=False)
    progressed_at: float = field(init=False)
    last_round: RoundResult | None = None
    turns: int = 0

    def __post_init__(self) -> None:
        self.acted_at = self.progressed_at = self.clock.monotonic()
        self.metrics.set("last_progress_timestamp_seconds", self.clock.now().timestamp())

    def acted(self) -> None:
        """Note that the worker has come one step further."""
        self.acted_at = self.clock.monotonic()

    def turn_began(self) -> None:
        """See ``ports.Watcher``."""
        self.turns += 1
        self.metrics.set("turns_in_progress", self.turns)
        self.acted()

    def turn_ended(self, tally: Tally) -> None:
        """See ``ports.Watcher``."""
        self.turns -= 1
        self.metrics.set("turns_in_progress", self.turns)
        count_turn(self.metrics, tally, self.clock.now())
        self.acted()
        if tally.handled:
            self.progressed_at = self.acted_at

    def gave_up(self, reason: str, *, fenced: bool = False) -> None:
        """See ``ports.Watcher``."""
        count_failure(self.metrics, reason)
        self.metrics.add("fenced_commits_total", fenced)
        self.acted()

    def round_ended(self, result: RoundResult) -> None:
        """See ``ports.Watcher``."""
        self.last_round = result
        self.metrics.add("cycles_total", result=result)
        self.acted()

    async def beat(self) -> None:
        """Show, until cancelled, that the event loop turns, and by how much it is late."""
        while True:
            due = self.clock.monotonic() + BEAT_SECONDS
            await asyncio.sleep(BEAT_SECONDS)
            self.metrics.set("event_loop_lag_seconds", max(0.0, self.clock.monotonic() - due))
            self.metrics.set("loop_heartbeat_timestamp_seconds", self.clock.now().timestamp())
