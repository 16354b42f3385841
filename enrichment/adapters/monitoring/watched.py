"""The ports with a stopwatch beside each step, so that the story itself says nothing of metrics."""

import time
import uuid
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal

from enrichment.adapters.monitoring.pulse import Pulse
from enrichment.adapters.monitoring.registry import Metrics
from enrichment.domain.batches import BacklogPoint, Batch, Known, UserBacklog
from enrichment.domain.changes import Changes, Committed
from enrichment.domain.facts import Remembered, Slot
from enrichment.domain.messages import Fetched, Pending, PointRef
from enrichment.domain.outcomes import Settled, Settlement
from enrichment.domain.prompt import Answer, Prompt
from enrichment.engines.folding import Observed
from enrichment.engines.frame import AnyEngine
from enrichment.errors import ModelError
from enrichment.ports import Backlog, Lease, Memory, Model, OpenBatch, PendingMessages, Ports

Stage = Literal["plan", "prepare", "recall", "ask", "commit", "settle", "sweep"]

# The latency of a backlog that was imported tells nothing of how quick we are.
LATEST_SAID = timedelta(days=1)


def watched(ports: Ports, pulse: Pulse) -> Ports:
    """Return the same ports, timed; each step that ends is a sign of life."""
    steps = Steps(pulse)
    return replace(
        ports,
        pending=WatchedPending(ports.pending, steps),
        backlog=WatchedBacklog(ports.backlog, steps),
        memory=WatchedMemory(ports.memory, steps),
        model=WatchedModel(ports.model, steps),
        engines=replace(ports.engines, run=tuple(timed(engine, pulse.metrics) for engine in ports.engines.run)),
        watcher=pulse,
    )


@dataclass(frozen=True, slots=True)
class Steps:
    """The stopwatch."""

    pulse: Pulse

    @contextmanager
    def step(self, stage: Stage) -> Iterator[None]:
        """Time a step, however it ends."""
        began = self.pulse.clock.monotonic()
        try:
            yield
        finally:
            self.pulse.acted()
            self.pulse.metrics.observe("stage_duration_seconds", self.pulse.acted_at - began, stage=stage)


def timed(engine: AnyEngine, metrics: Metrics) -> AnyEngine:
    """Return the same engine with a stopwatch around each of its steps."""

    def stopwatch(step: Callable[..., Any]) -> Callable[..., Any]:
        def taken(*arguments: object) -> Any:  # noqa: ANN401 - what the step returns
            began = time.perf_counter()
            try:
                return step(*arguments)
            finally:
                metrics.observe("engine_duration_seconds", time.perf_counter() - began, engine=engine.name)

        return taken

    report_bot = engine.report_bot and stopwatch(engine.report_bot)
    return replace(engine, absorb=stopwatch(engine.absorb), report=stopwatch(engine.report), report_bot=report_bot)


@dataclass(frozen=True, slots=True)
class WatchedPending:
    """See ``ports.PendingMessages``."""

    inner: PendingMessages
    steps: Steps

    async def collections(self) -> Sequence[str]:
        return await self.inner.collections()

    def backlog(self, collection: str) -> AsyncIterator[Sequence[Pending]]:
        return self.inner.backlog(collection)

    async def fetch(self, user_id: str, refs: Sequence[PointRef]) -> Fetched:
        with self.steps.step("prepare"):
            return await self.inner.fetch(user_id, refs)

    async def settle(self, settlements: Sequence[Settlement]) -> Settled:
        with self.steps.step("settle"):
            return await self.inner.settle(settlements)


@dataclass(frozen=True, slots=True)
class WatchedBacklog:
    """See ``ports.Backlog``."""

    inner: Backlog
    steps: Steps

    async def replace(self, collection: str, pages: AsyncIterator[Sequence[Pending]]) -> int | None:
        with self.steps.step("plan"):
            return await self.inner.replace(collection, pages)

    def candidates(self) -> AsyncIterator[Sequence[UserBacklog]]:
        return self.inner.candidates()

    async def points(self, user_id: str, limit: int) -> Sequence[BacklogPoint]:
        return await self.inner.points(user_id, limit)

    async def remove(self, user_id: str, refs: Sequence[PointRef]) -> None:
        await self.inner.remove(user_id, refs)


@dataclass(frozen=True, slots=True)
class WatchedMemory:
    """See ``ports.Memory``."""

    inner: Memory
    steps: Steps

    async def known(self, batch: Batch, ids: dict[str, uuid.UUID] | None = None) -> Known:
        with self.steps.step("recall"):
            return await self.inner.known(batch, ids)

    async def related(self, batch: Batch, slots: Collection[Slot], known: Known) -> Sequence[Remembered]:
        with self.steps.step("recall"):
            return await self.inner.related(batch, slots, known)

    async def commit(
        self, opened: OpenBatch, changes: Changes, lease: Lease, observed: Observed | None = None
    ) -> Committed:
        with self.steps.step("commit"):
            committed = await self.inner.commit(opened, changes, lease, observed)
        metrics, now = self.steps.pulse.metrics, self.steps.pulse.clock.now()
        metrics.observe("batch_messages", committed.messages)
        for message in opened.batch.messages:
            if message.time_known and timedelta(0) <= now - message.said_at <= LATEST_SAID:
                metrics.observe("message_latency_seconds", (now - message.said_at).total_seconds())
        return committed


@dataclass(frozen=True, slots=True)
class WatchedModel:
    """See ``ports.Model``."""

    inner: Model
    steps: Steps

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def price_known(self) -> bool:
        return self.inner.price_known

    def price(self, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> Decimal:
        return self.inner.price(prompt_tokens, completion_tokens, cached_tokens)

    async def answer(self, prompt: Prompt, way: object | None = None) -> Answer:
        pulse = self.steps.pulse
        began, outcome = pulse.clock.monotonic(), "answered"
        try:
            with self.steps.step("ask"):
                return await self.inner.answer(prompt, way)
        except ModelError as error:
            outcome = error.failure.value
            raise
        finally:
            pulse.metrics.observe("model_request_duration_seconds", pulse.clock.monotonic() - began)
            pulse.metrics.add("model_requests_total", outcome=outcome)
