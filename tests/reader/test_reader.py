"""What a reader keeps, when it forgets it, and what it does without a database."""

import asyncio
from datetime import timedelta

import pytest

from enrichment.reader import EnrichmentReader, Freshness, ReaderEvent, ReaderOptions, WireOptions, WorkUpdate
from enrichment.reader.values import EMPTY, WorkContext
from tests.postgres_fixtures import in_database
from tests.reader.examples import BOT, PATIENT, USER, Shelf

NOWHERE = "postgresql://nobody:secret@127.0.0.1:1/nothing"
SHORT = timedelta(milliseconds=100)


class Heard:
    """A hook that one can wait for."""

    def __init__(self) -> None:
        self.events = {event: asyncio.Event() for event in ReaderEvent}

    def __call__(self, event: ReaderEvent) -> None:
        self.events[event].set()

    async def wait_for(self, event: ReaderEvent) -> None:
        async with asyncio.timeout(60):
            await self.events[event].wait()


async def test_a_context_is_asked_for_once_a_minute(database_dsn: str, shelf: Shelf) -> None:
    async with EnrichmentReader(database_dsn, ReaderOptions(listen=False)) as reader:
        before = await reader.load(USER, BOT, deadline=PATIENT)
        await shelf.fact("likes tea")

        assert await reader.load(USER, BOT, deadline=PATIENT) is before
        assert await reader.load(USER, BOT, scope="dm", deadline=PATIENT) is not before


async def test_a_commit_is_seen_at_once_by_who_listens(database_dsn: str, shelf: Shelf) -> None:
    heard = Heard()
    async with EnrichmentReader(database_dsn, ReaderOptions(on_event=heard)) as reader:
        await heard.wait_for(ReaderEvent.LISTENING)
        await reader.load(USER, BOT, deadline=PATIENT)

        await shelf.fact("likes tea")
        await heard.wait_for(ReaderEvent.FORGOTTEN)

        facts = (await reader.load(USER, BOT, deadline=PATIENT)).facts.value or ()
        assert [fact.statement for fact in facts] == ["likes tea"]


async def test_without_a_server_a_context_is_empty_and_counted() -> None:
    heard: list[ReaderEvent] = []
    async with EnrichmentReader(NOWHERE, ReaderOptions(on_event=heard.append)) as reader:
        assert await reader.load(USER, BOT) == EMPTY
        assert not await reader.set_work(USER, BOT, WorkUpdate(task="x"))

    assert heard == [ReaderEvent.UNREACHABLE, ReaderEvent.EMPTY_SERVED, ReaderEvent.UNREACHABLE]


async def test_a_server_that_fails_again_and_again_is_left_alone_for_a_while() -> None:
    async with EnrichmentReader(NOWHERE, ReaderOptions(listen=False)) as reader:
        for _ in range(10):
            assert await reader.load(USER, BOT) == EMPTY

        assert reader.counts[ReaderEvent.RESTED] >= 5
        assert reader.counts[ReaderEvent.EMPTY_SERVED] == 10


async def test_a_database_that_goes_away_leaves_what_was_known_as_stale(database_dsn: str, shelf: Shelf) -> None:
    await shelf.fact("likes tea")
    options = ReaderOptions(good_for=timedelta(microseconds=1), listen=False)
    async with EnrichmentReader(database_dsn, options) as reader:
        await reader.load(USER, BOT, deadline=PATIENT)
        await shelf.stage.execute("alter schema enrichment_api rename to elsewhere")

        context = await reader.load(USER, BOT, deadline=PATIENT)
        counts = reader.counts.copy()

    assert context.facts.freshness is Freshness.STALE
    assert [fact.statement for fact in context.facts.value or ()] == ["likes tea"]
    assert counts[ReaderEvent.FAILED] == counts[ReaderEvent.STALE_SERVED] == 1


async def test_a_schema_that_was_never_made_is_an_empty_memory(postgres_server: str) -> None:
    async with EnrichmentReader(in_database(postgres_server, "postgres"), ReaderOptions(listen=False)) as reader:
        assert await reader.load(USER, BOT, deadline=PATIENT) == EMPTY


async def test_a_statement_that_hangs_is_given_up_at_the_deadline(reader: EnrichmentReader, shelf: Shelf) -> None:
    async with shelf.stage.database.connection() as connection, connection.transaction():
        await connection.execute("lock table facts in access exclusive mode")

        assert await reader.load(USER, BOT, deadline=SHORT) == EMPTY

    assert reader.counts[ReaderEvent.TIMED_OUT] == 1
    await reader.load(USER, BOT, deadline=PATIENT)
    assert reader.counts[ReaderEvent.LOADED] == 1


async def test_a_reader_that_is_not_open_says_so() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await EnrichmentReader(NOWHERE).load(USER, BOT)


async def test_work_is_noted_bit_by_bit(reader: EnrichmentReader) -> None:
    for number in range(7):
        update = WorkUpdate(task="write it", skill=f"skill {number % 6}", note=f"note {number}")
        assert await reader.set_work(USER, BOT, update, deadline=PATIENT)
    await reader.set_work(USER, BOT, WorkUpdate(project="memory", task=""), deadline=PATIENT)

    work = (await reader.load(USER, BOT, deadline=PATIENT)).work.value

    assert work == WorkContext(
        project="memory",
        skills=("skill 0", "skill 5", "skill 4", "skill 3", "skill 2"),
        notes=tuple(f"note {number}" for number in reversed(range(7))),
    )


async def test_work_ends_after_two_hours(reader: EnrichmentReader, shelf: Shelf) -> None:
    await reader.set_work(USER, BOT, WorkUpdate(project="memory", note="old"), deadline=PATIENT)
    await shelf.stage.execute("update work_contexts set updated_at = now() - interval '121 minutes'")

    ended = await reader.load(USER, BOT, deadline=PATIENT)
    await reader.set_work(USER, BOT, WorkUpdate(note="new"), deadline=PATIENT)
    begun = await reader.load(USER, BOT, deadline=PATIENT)

    assert ended.work.freshness is Freshness.ABSENT
    assert begun.work.value == WorkContext(notes=("new",))


async def test_nothing_is_noted_of_who_opted_out(reader: EnrichmentReader, shelf: Shelf) -> None:
    await shelf.stage.execute("insert into opt_outs (user_hash) values (sha256($1))", USER.encode())

    await reader.set_work(USER, BOT, WorkUpdate(project="memory"), deadline=PATIENT)

    assert (await reader.load(USER, BOT, deadline=PATIENT)).work.freshness is Freshness.ABSENT


async def test_behind_a_pooler_everything_works_in_transactions(database_dsn: str, shelf: Shelf) -> None:
    await shelf.fact("likes tea")
    options = ReaderOptions(wire=WireOptions(behind_pooler=True))
    async with EnrichmentReader(database_dsn, options) as reader:
        context = await reader.load(USER, BOT, deadline=PATIENT)

    assert context.facts.freshness is Freshness.FRESH
