"""Three questions about a worker's health, each with its own answer: is it alive, is it ready, does it get on?"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from enrichment.adapters.monitoring.figures import FigureReader
from enrichment.adapters.monitoring.pulse import Pulse
from enrichment.errors import EnrichmentError
from enrichment.ports import Gate

# A dependency that takes longer than this to say anything is not one to rely on.
PROBE_SECONDS = 2.0

Probe = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """An answer, and what it rests on: closed words only, so that it may be shown to anybody."""

    ok: bool
    details: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Health:
    """Judges one worker.

    ``stuck_seconds`` without any step, and it is not alive. ``stalled_seconds`` (the longest wait of a message
    included) with work that waits and none that ends, and it does not get on.
    """

    pulse: Pulse
    figures: FigureReader
    probes: Mapping[str, Probe]
    gate: Gate
    stuck_seconds: float
    stalled_seconds: float
    _waiting_since: float | None = None
    _asking: "asyncio.Future[list[bool]] | None" = None

    def live(self) -> Verdict:
        """Tell whether the loop still turns; False is a reason to restart the process, and nothing else is."""
        silent = self.pulse.clock.monotonic() - self.pulse.acted_at
        return Verdict(
            ok=silent < self.stuck_seconds, details={"loop": "turns" if silent < self.stuck_seconds else "stuck"}
        )

    async def metrics(self) -> bytes:
        """Return the metrics, those of all replicas brought up to date."""
        await self.figures.refresh()
        self.pulse.metrics.set("model_circuit_open", self.gate.is_resting)
        return self.pulse.metrics.exposition()

    async def ready(self) -> Verdict:
        """Tell whether all that the worker needs is there: both stores, and a model that it may use.

        A store may answer and be of no use, as with a full disk: while rounds come to nothing, the worker is not ready.
        """
        found = await self._found()
        for dependency, answered in found.items():
            self.pulse.metrics.set("dependency_up", answered, dependency=dependency)
        details = {name: "answers" if answered else "does not answer" for name, answered in found.items()}
        details["model"] = "refused: access or money" if self.pulse.last_round == "denied" else "as configured"
        details["round"] = "came to nothing" if self.pulse.last_round == "waiting" else "as usual"
        return Verdict(ok=all(found.values()) and self.pulse.last_round not in {"denied", "waiting"}, details=details)

    async def _found(self) -> Mapping[str, bool]:
        """Ask all at once; who comes meanwhile shares the answer: nobody can make the stores busy by asking often."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.gather(*(_answers(probe) for probe in self.probes.values()))
        return dict(zip(self.probes, await asyncio.shield(self._asking), strict=True))

    async def progressing(self) -> Verdict:
        """Tell whether what waits is being worked off; an operator's pause is no failure."""
        await self.figures.refresh()
        latest = self.figures.latest
        waiting = latest is not None and any(one.pending for one in latest.standing.collections)
        if not waiting or (latest is not None and latest.standing.paused):
            self._waiting_since = None
            return Verdict(ok=True, details={"work": "paused" if waiting else "nothing waits"})
        now = self.pulse.clock.monotonic()
        self._waiting_since = now if self._waiting_since is None else self._waiting_since
        stalled = now - max(self._waiting_since, self.pulse.progressed_at) >= self.stalled_seconds
        return Verdict(ok=not stalled, details={"work": "waits and nothing ends" if stalled else "is being done"})


async def _answers(probe: Probe) -> bool:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            await probe()
    except (EnrichmentError, TimeoutError):
        return False
    return True
