"""The reader: what an agent calls in its reply path, where a late or broken memory must cost nothing but memory."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar
from zoneinfo import ZoneInfo

from enrichment.domain.users import stored_user_id
from enrichment.reader.accesses import LOG, AccessKind, AccessLog, Entry
from enrichment.reader.asking import Asked, understood
from enrichment.reader.cache import ContextCache, Key, user_hash
from enrichment.reader.decode import context_of
from enrichment.reader.events import ReaderEvent
from enrichment.reader.fusion import fused
from enrichment.reader.listening import listen
from enrichment.reader.meaning import SHARE, Meaning, Near, Patient
from enrichment.reader.options import ANYTHING, ReaderOptions, Wanted, WorkUpdate
from enrichment.reader.recall import RECALL, RECALL_THESE, Answer, arguments, limits, ranked
from enrichment.reader.values import EMPTY, Context
from enrichment.reader.wire import Wire, connected, event_of

if TYPE_CHECKING:
    import asyncpg

T = TypeVar("T")
LOAD: Final = "select * from enrichment_api.load($1, $2, $3, $4, $5)"
SET_WORK: Final = "select enrichment_api.set_work($1, $2, $3, $4, $5, $6, $7)"
REQUEST: Final = "select enrichment_api.request($1)"
IS_SETTLED: Final = "select enrichment_api.is_settled($1, $2)"
# On which the database tells whose memory changed.
CHANGES: Final = "enrichment_memory"
_FIRST_LOOK_SECONDS, _LATER_LOOKS_SECONDS = 0.05, 1.0


class EnrichmentReader:
    """Reads a user's memory; ``async with EnrichmentReader(dsn) as reader`` opens and closes its connections.

    Nothing here raises because of the database: a context is stale or empty instead, and ``counts`` says why.
    """

    def __init__(self, dsn: str, options: ReaderOptions | None = None, *, meaning: Meaning | None = None) -> None:
        self._dsn = dsn
        self._meaning = None if meaning is None else Patient(meaning)
        self._options = options or ReaderOptions()
        self._cache = ContextCache(
            size=self._options.cached_contexts, good_for=self._options.good_for, keep_for=self._options.keep_for
        )
        self._stack = AsyncExitStack()
        self._wire: Wire | None = None
        self.counts: Counter[ReaderEvent] = Counter()
        room = self._options.noted_accesses if self._options.log_accesses else 0
        self._accesses = AccessLog(room, self._write_accesses, self._count)

    async def __aenter__(self) -> Self:
        """Open the pool; no connection is made yet."""
        async with AsyncExitStack() as stack:
            self._wire = await stack.enter_async_context(connected(self._dsn, self._options.wire))
            if self._options.log_accesses:
                await stack.enter_async_context(self._accesses.flushing(self._options.log_every))
            if self._options.listen and not self._options.wire.behind_pooler:
                await stack.enter_async_context(self._listening())
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything, without waiting for a server that does not answer."""
        try:
            await self._stack.aclose()
        finally:
            self._wire = None

    async def load(
        self, user_id: str | int, bot_name: str, *, scope: str = "", deadline: timedelta | None = None
    ) -> Context:
        """Return what may be told of a user in a channel of this scope, by the deadline; one round trip, no write.

        A channel hears what was said without a scope and in its own, and nothing that was said in any other.
        """
        stored = stored_user_id(user_id, self._options.namespace)
        if stored is None:
            self._count(ReaderEvent.NOBODY)
            return EMPTY
        key, now = Key(stored, bot_name, scope), self._now()
        if self._options.good_for and (kept := self._cache.good(key, now)) is not None:
            self._count(ReaderEvent.CACHED)
            return kept
        loading = self._cache.begin(key)
        context = await self._guarded(self._load(self.wire, key, deadline or self._options.deadline))
        if context is not None:
            self._cache.keep(loading, context, now)
            self._count(ReaderEvent.LOADED)
            facts = (fact.fact_id for fact in context.facts.value or ())
            self._accesses.note((stored, bot_name), AccessKind.LOADED, facts)
        self._cache.end(loading)
        return self._instead(key) if context is None else context

    async def recall(
        self,
        user_id: str | int,
        bot_name: str,
        question: str,
        *,
        wanted: Wanted = ANYTHING,
        deadline: timedelta | None = None,
    ) -> Answer:
        """Return the facts and summaries that answer: "last week", "in October", "my job", a question in any script.

        What may be told where is as in ``load``. Empty, and counted, if the database does not answer by the deadline.
        A reader that was given a ``Meaning`` looks for what means the same too; by words alone, and counted, if that is
        not known in time.
        """
        zone = _zone(wanted.zone)
        asked = understood(question, wanted.asked_at or datetime.now(UTC), zone, wanted.language)
        asked = asked if wanted.during is None else replace(asked, during=wanted.during)
        until = self._now() + (deadline or self._options.recall_deadline).total_seconds()
        where = bot_name, wanted.scope
        rows, near = await asyncio.gather(
            self._rows(RECALL, user_id, *where, *arguments(asked), deadline=self._left(until)),
            self._nearest(user_id, bot_name, wanted.scope, question, asked, self._left(until)),
        )
        told = None
        if rows is not None and near:
            ids = [each.kind for each in near], [each.row_id for each in near]
            told = await self._rows(RECALL_THESE, user_id, *where, *ids, *limits(asked), deadline=self._left(until))
        found = ranked(rows or (), wanted.most) if told is None else fused(rows or (), told, near, wanted.most)
        self.note_use(user_id, bot_name, [one.found_id for one in found if one.kind == "fact"], AccessKind.RECALLED)
        return Answer(asked=asked, found=found, is_answered=rows is not None)

    def note_use(
        self, user_id: str | int, bot_name: str, fact_ids: Iterable[uuid.UUID | str], kind: AccessKind = AccessKind.USED
    ) -> None:
        """Note that an answer rests on these facts: engines learn from it what is needed; returns at once.

        It is written later (``ReaderOptions.log_every``). Raises ``ValueError`` for what is no id of a fact.
        """
        if (stored := stored_user_id(user_id, self._options.namespace)) is not None:
            self._accesses.note((stored, bot_name), kind, fact_ids)

    def forget(self, user_id: str | int) -> None:
        """Drop what is cached of a user, as after an erasure."""
        if (stored := stored_user_id(user_id, self._options.namespace)) is not None:
            self._forget(user_hash(stored))

    async def set_work(
        self, user_id: str | int, bot_name: str, update: WorkUpdate, *, deadline: timedelta | None = None
    ) -> bool:
        """Note what user and bot are working on; tell whether it was noted by the deadline.

        It is kept until two hours have passed without a change. Of a user who opted out nothing is noted.
        """
        told = update.project, update.task, update.branch, update.skill, update.note
        return await self._rows(SET_WORK, user_id, bot_name, *told, deadline=deadline) is not None

    async def request_enrichment(
        self, user_id: str | int, *, wait: timedelta | None = None, deadline: timedelta | None = None
    ) -> bool:
        """Ask that what this user said be read now, whatever the worker's policy says; tell whether that was noted.

        With ``wait``, return as soon as all messages so far have come to their end, or at the end of that time: then
        True means that they have.
        """
        noted = await self._rows(REQUEST, user_id, deadline=deadline)
        if not noted or wait is None:
            return bool(noted)
        with suppress(TimeoutError):
            async with asyncio.timeout(wait.total_seconds()):
                pause = _FIRST_LOOK_SECONDS
                while not await self._is_settled(user_id, noted[0][0], deadline):
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, _LATER_LOOKS_SECONDS)
                return True
        return False

    async def _is_settled(self, user_id: str | int, request: str, deadline: timedelta | None) -> bool:
        rows = await self._rows(IS_SETTLED, user_id, request, deadline=deadline)
        return bool(rows and rows[0][0])

    async def _nearest(
        self, user_id: str | int, bot_name: str, scope: str, question: str, asked: Asked, left: timedelta
    ) -> Sequence[Near]:
        """Return what is near to a question in meaning; nothing where only a time or a category is asked for."""
        stored = stored_user_id(user_id, self._options.namespace)
        if self._meaning is None or stored is None or not (asked.words or asked.pieces):
            return ()
        scopes = tuple(dict.fromkeys(("", scope)))
        asking = self._meaning.nearest(stored, bot_name, scopes, question, SHARE * left.total_seconds())
        return await self._guarded(asking, lambda _: ReaderEvent.WORDS_ALONE) or ()

    async def _rows(
        self, statement: str, user_id: str | int, *args: object, deadline: timedelta | None
    ) -> "list[asyncpg.Record] | None":
        """Run a statement about a user; None, and a count, if that did not succeed."""
        stored = stored_user_id(user_id, self._options.namespace)
        if stored is None:
            self._count(ReaderEvent.NOBODY)
            return None
        calling = self.wire.rows(statement, stored, *args, deadline=deadline or self._options.deadline)
        return await self._guarded(calling)

    async def _load(self, wire: Wire, key: Key, deadline: timedelta) -> Context:
        limits = self._options.most_facts, self._options.most_summaries
        rows = await wire.rows(LOAD, key.user_id, key.bot_name, key.scope, *limits, deadline=deadline)
        return context_of(rows[0], most_facts=limits[0], most_summaries=limits[1])

    async def _write_accesses(self, entry: Entry) -> bool:
        deadline = self._options.recall_deadline
        return await self._guarded(self.wire.rows(LOG, *entry.arguments(), deadline=deadline)) is not None

    async def _guarded(
        self, work: Coroutine[Any, Any, T], event: Callable[[Exception], ReaderEvent] = event_of
    ) -> T | None:
        try:
            return await work
        except Exception as error:  # noqa: BLE001 - the host's reply must not fail because of its memory
            self._count(event(error))
            return None

    @property
    def wire(self) -> Wire:
        """The way to Postgres; raises ``RuntimeError`` before the reader was opened and after it was closed."""
        if self._wire is None:
            raise RuntimeError("the reader is not open: use it with `async with`")
        return self._wire

    def _instead(self, key: Key) -> Context:
        last = self._cache.last(key, self._now())
        self._count(ReaderEvent.EMPTY_SERVED if last is None else ReaderEvent.STALE_SERVED)
        return EMPTY if last is None else last.aged()

    def _count(self, event: ReaderEvent) -> None:
        self.counts[event] += 1
        self._options.on_event(event)

    def _left(self, until: float) -> timedelta:
        return timedelta(seconds=max(0.0, until - self._now()))

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[None]:
        task = asyncio.create_task(
            listen(
                self._dsn,
                self._options.wire,
                channel=CHANGES,
                on_news=self._forget,
                on_connected=self._forget_all,
            ),
            name="enrichment-reader-listening",
        )
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _forget(self, who: str) -> None:
        if self._cache.forget(who):
            self._count(ReaderEvent.FORGOTTEN)

    def _forget_all(self) -> None:
        self._cache.forget_all()
        self._count(ReaderEvent.LISTENING)


def _zone(name: str) -> tzinfo:
    """Return the zone of this name; UTC for one that nobody knows."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC
