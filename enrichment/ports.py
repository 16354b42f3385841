"""Every contract between the core and the outside; adapters keep these promises, fakes too.

Foreign errors never cross a port: they become ``enrichment.errors``. Every call has a deadline of its own.
"""

# A straight list: every contract of the way of a message in one place.

import uuid
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol

from enrichment.domain.batches import BacklogPoint, Batch, Known, UserBacklog
from enrichment.domain.changes import Changes, Committed, UserHistory
from enrichment.domain.facts import Remembered, Slot
from enrichment.domain.leasing import Lease as Lease  # noqa: PLC0414 - part of these contracts
from enrichment.domain.messages import Fetched, Message, Pending, PointRef, Skipped
from enrichment.domain.outcomes import Settled, Settlement
from enrichment.domain.prompt import Answer, Prompt
from enrichment.domain.tally import Tally
from enrichment.engines.folding import Observed
from enrichment.engines.keeping import Engines
from enrichment.errors import ModelFailure, ModelUnavailable
from enrichment.upkeep import Upkeep

# How a daemon's round ended: as it should, without what it needs, told to stop spending, or told to pause.
RoundResult = Literal["done", "waiting", "denied", "paused"]


class Clock(Protocol):
    """Time as the program sees it; tests turn it by hand."""

    def now(self) -> datetime:
        """Return the aware UTC time."""

    def monotonic(self) -> float:
        """Return seconds that never jump, for deadlines."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class PendingMessages(Protocol):
    """The agents' messages, as Qdrant holds them."""

    async def collections(self) -> Sequence[str]:
        """Return the real names of the collections to serve, each once, aliases resolved, sorted."""

    def backlog(self, collection: str) -> AsyncIterator[Sequence[Pending]]:
        """Yield every point that is pending when the pass ends, in pages; each id once. Nothing is filtered by time."""

    async def fetch(self, user_id: str, refs: Sequence[PointRef]) -> Fetched:
        """Return those messages with text and vectors, in order (``Message.order``); chunks re-joined.

        A point whose user is another by now counts as gone.
        """

    async def settle(self, settlements: Sequence[Settlement]) -> Settled:
        """Write the final statuses, then read them back; a text that changed meanwhile is pending again.

        Doing it twice is harmless. What could not be verified is in none of the result's lists.
        """


class Backlog(Protocol):
    """Who has messages waiting: the plan pass writes it, the workers read it."""

    async def replace(self, collection: str, pages: AsyncIterator[Sequence[Pending]]) -> int | None:
        """Store a whole pass in place of the last one, visible only when the pass has ended; return its messages.

        None, and no page is asked for, while somebody else plans this collection; raises ``LeaseLost`` if somebody
        has taken over.
        """

    def candidates(self) -> AsyncIterator[Sequence[UserBacklog]]:
        """Yield the users with something waiting, in pages."""

    async def points(self, user_id: str, limit: int) -> Sequence[BacklogPoint]:
        """Return the user's oldest ``limit`` pending points in all collections, those with an odd time last."""

    async def remove(self, user_id: str, refs: Sequence[PointRef]) -> None:
        """Forget points that were dealt with, until a pass sees them again."""


class Leases(Protocol):
    """Who works for whom; times are the database's."""

    async def claim(self, user_id: str) -> Lease | None:
        """Take the user if nobody holds them, raising the fence; None if somebody does."""

    async def renew(self, lease: Lease) -> None:
        """Prolong; raises ``LeaseLost`` when owner or fence are no longer ours, ``UserErased`` when all is gone."""

    async def release(self, lease: Lease, *, served: bool) -> None:
        """Give back; ``served`` ends a turn, which moves the user to the end of the line. Harmless when lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBatch:
    """A batch whose record is stored: a successor finishes it from here.

    ``prompt_hash`` is that of the prompt it was opened for. ``answer`` is there once the model answered (C4). ``part``
    is the id of what is committed where that is a part of the batch: then the batch stays open.
    """

    batch_id: uuid.UUID
    batch: Batch
    known: Known
    prompt_hash: bytes
    answer: Answer | None = None
    part: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call to the model that has been reserved, so that its cost cannot be forgotten."""

    call_id: uuid.UUID
    user_id: str
    batch_id: uuid.UUID
    reserved_usd: Decimal


class UnfinishedBatches(Protocol):
    """What a predecessor began, who may have died of it."""

    async def unfinished(self, lease: Lease) -> "UnfinishedBatch | None":
        """Return the record of the user's open batch, if there is one; changes nothing."""

    async def take_up(
        self, record: "UnfinishedBatch", reading: Sequence[tuple[PointRef, bytes]], lease: Lease
    ) -> Sequence[PointRef]:
        """Take the batch into our hand to read its stored answer; it stays open.

        If a process died of that, the messages that it was ``reading`` are blamed as ``fail`` does, and may only be
        read in eighths if it had no other batch in hand. Returns the points of a message that was quarantined.
        """


class OpenBatches(UnfinishedBatches, Protocol):
    """Open batches with their attempts (C2); at most one of a user is open at a time."""

    async def open(self, batch: Batch, known: Known, prompt: Prompt, lease: Lease) -> OpenBatch:
        """Store the record and count an attempt for each message, in one fenced transaction."""

    async def abandon(self, batch_id: uuid.UUID, lease: Lease) -> None:
        """Close without blame: the attempts are taken back, the messages stay pending."""

    async def fail(self, batch_id: uuid.UUID, failure: ModelFailure, lease: Lease, *, parts: int) -> Sequence[PointRef]:
        """Close with blame: its messages may only return in batches of 1/``parts`` of its size.

        A message that failed alone is quarantined with a ledger row instead, for a crash once it is proven guilty;
        returns those points. Where the model gave no answer (server, transport) it is closed without blame, unless it
        is the user's third in a row that got none while others got theirs in between.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedBatch:
    """The stored record of an open batch, before its messages are fetched again.

    ``windows`` lists, window by window, the session id, (ref, content hash) of the new messages and of the context.
    ``points`` are all of these, later chunks included: what to fetch. ``in_hand`` is how many batches the process had
    that died with this one, 0 if it did not die: something was out of reach. ``resumed`` counts earlier deaths over its
    stored answer.
    """

    batch_id: uuid.UUID
    bot_name: str
    scope: str
    windows: tuple["WindowRecord", ...]
    known_ids: dict[str, uuid.UUID]
    prompt_hash: bytes
    answer: Answer | None
    points: tuple[PointRef, ...] = ()
    resumed: int = 0
    in_hand: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRecord:
    """One window of a stored batch."""

    session_id: uuid.UUID
    messages: tuple[tuple[PointRef, bytes], ...]
    context: tuple[tuple[PointRef, bytes], ...]


class Calls(Protocol):
    """Money: every request that is sent is a row (C3, C4)."""

    async def reserve(self, opened: OpenBatch, model: str, cost_usd: Decimal) -> Call:
        """Write the call's row and reserve its cost in every budget in force.

        Nothing is reserved if this raises ``BudgetExhausted``, or ``UserBudgetExhausted`` where only the user's own
        is; ``LeaseLost`` or ``UserErased`` if the batch is not open any more.
        """

    async def answered(self, call: Call, answer: Answer) -> None:
        """Store the raw answer and its cost, the reservation if nobody knows it, before anything is parsed."""

    async def failed(
        self, call: Call, failure: ModelFailure, answer: Answer | None = None, *, cost_unknown: bool = False
    ) -> None:
        """Close the call's row with its reason, and with its cost if the provider charged for it or may have."""


class History(Protocol):
    """What has happened to messages before."""

    async def history(self, user_id: str, messages: Sequence[Message], skipped: Sequence[Skipped]) -> UserHistory:
        """Return what the ledger, the attempts and the sessions say about these messages."""

    async def skip(self, user_id: str, skipped: Sequence[Skipped | tuple[Message, str]], lease: Lease) -> None:
        """Write ledger rows for points that are settled without being read; fenced like a commit."""

    async def pass_over(self, batch: Batch, reason: str, lease: Lease, observed: Observed | None = None) -> None:
        """Skip all messages of a batch within their sessions, which go on as if it had been read; fenced.

        ``observed`` is what engines made of it, and written in the same transaction.
        """


class Memory(Protocol):
    """Facts and summaries."""

    async def known(self, batch: Batch, ids: dict[str, uuid.UUID] | None = None) -> Known:
        """Return what the memory holds that the batch may touch; ``ids`` demands those facts under those short ids."""

    async def related(self, batch: Batch, slots: Collection[Slot], known: Known) -> Sequence[Remembered]:
        """Return the facts in these slots, those that ``known`` shows, and those of earlier readings of the batch.

        Of any state, each once, with all its evidence in force; those of earlier readings with all of their claims. A
        text that is edited by the batch, and that a copy still holds, is cited at the copy.
        """

    async def commit(
        self, opened: OpenBatch, changes: Changes, lease: Lease, observed: Observed | None = None
    ) -> Committed:
        """Write the batch's one transaction (C6), fenced; an unknown COMMIT is resolved before this returns.

        ``observed`` is what engines made of the batch.

        Raises ``LeaseLost``, ``UserErased`` or ``ConflictingLedger``, and then nothing was written.
        """


class Ledger(Protocol):
    """The way back from the ledger to the store (C7, C8)."""

    async def unsettled(
        self, user_id: str | None, limit: int, *, left_out: Collection[str] = ()
    ) -> Sequence[Settlement]:
        """Return committed ends that are not verified in the store yet, oldest first; of all users for None.

        None of the collections that are to be left out.
        """

    async def settled(self, settlements: Sequence[Settlement], settled: Settled) -> None:
        """Note what became of these settlements; others of the same points are left alone.

        Changed and gone points lose their evidence, unless another point holds the text or they were verified before.
        """


class Model(Protocol):
    """A language model."""

    @property
    def name(self) -> str:
        """The model that is asked, as configured."""

    @property
    def price_known(self) -> bool:
        """Whether ``price`` is this model's, or a stand-in that is meant to be too high."""

    def price(self, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> Decimal:
        """Return what a call costs in US dollars, 0 where nothing is charged; cached tokens are prompt tokens."""

    async def answer(self, prompt: Prompt, way: object | None = None) -> Answer:
        """Send one request and return its answer; raises one of the ``ModelError``s.

        ``way`` is the ``instead`` of an ``AskedWrongly``; None asks in the way that worked before.
        """


@dataclass(slots=True, kw_only=True)
class Passage:
    """Leave to send one request, after ``waited_seconds``; ``used_tokens`` is what it then took, if that is known."""

    waited_seconds: float = 0.0
    used_tokens: int | None = None


class Embedder(Protocol):
    """Turns texts into vectors of one size."""

    @property
    def name(self) -> str:
        """What made the vectors: those of another name are not comparable."""

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector for each text, in order; raises ``DependencyUnavailable`` or ``ConfigurationError``."""


class Gate(Protocol):
    """When a request may be sent to the model, and when it is worth another try."""

    @property
    def is_resting(self) -> bool:
        """Whether the model is given a rest after failures."""

    def passage(self, tokens: int) -> AbstractAsyncContextManager[Passage]:
        """Wait until a request of about this many tokens may be sent; what its block raises is learnt from.

        Raises ``ModelUnavailable`` at once, and nothing may be sent, while the model is given a rest after failures;
        ``ModelAccessDenied`` just after access was refused.
        """

    def pause(self, error: ModelUnavailable, tries: int, spent_seconds: float) -> float | None:
        """Return the seconds to wait before the next try, None if it is not worth it after so much time."""


class Watcher(Protocol):
    """Hears how the work goes, for metrics and health; never raises, never waits."""

    def turn_began(self) -> None:
        """Somebody is being served."""

    def turn_ended(self, tally: Tally) -> None:
        """Somebody has been served, well or not; ``tally`` is that turn's alone."""

    def gave_up(self, reason: str, *, fenced: bool = False) -> None:
        """A turn or a collection came to nothing, for one of the closed reasons; ``fenced``: only the fence knew."""

    def round_ended(self, result: RoundResult) -> None:
        """The daemon has gone around once."""


class Unwatched:
    """Nobody listens."""

    def turn_began(self) -> None:
        """Pass over it."""

    def turn_ended(self, tally: Tally) -> None:
        """Pass over it."""

    def gave_up(self, reason: str, *, fenced: bool = False) -> None:
        """Pass over it."""

    def round_ended(self, result: RoundResult) -> None:
        """Pass over it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All of them, as the cycle gets them."""

    pending: PendingMessages
    backlog: Backlog
    leases: Leases
    open_batches: OpenBatches
    calls: Calls
    memory: Memory
    history: History
    ledger: Ledger
    model: Model
    gate: Gate
    clock: Clock
    upkeep: Upkeep
    engines: Engines
    watcher: Watcher = Unwatched()
