"""Which facts were used reaches the engines, later and bounded, and no load waits for it."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

import pytest

from enrichment.adapters.clock import SystemClock
from enrichment.adapters.postgres.access_log import PostgresAccessLog
from enrichment.engines.frame import Pair
from enrichment.reader import EnrichmentReader, ReaderEvent, ReaderOptions
from enrichment.reader.accesses import AT_ONCE, AccessKind, AccessLog, Entry
from tests.reader.examples import BOT, PATIENT, USER, Shelf
from tests.reader.test_reader import NOWHERE, SHORT

RARELY = ReaderOptions(good_for=timedelta(0), listen=False, log_every=timedelta(hours=1))
WRITTEN = "select fact_id, kind from access_log order by kind, fact_id"
EVIDENCE = """
insert into evidence (user_id, fact_id, identity, collection, point_id, content_hash, role, said_at, quote, certainty,
                      batch_id)
values ($1, $2, 'i', 'chat', 'point 1', '', 'user', now(), 'tea', 'sure', gen_random_uuid())
"""


def ids(number: int) -> list[uuid.UUID]:
    return [uuid.UUID(int=one) for one in range(1, number + 1)]


async def written(shelf: Shelf) -> list[tuple[uuid.UUID, str]]:
    async with shelf.stage.database.connection() as connection:
        return [(row["fact_id"], row["kind"]) for row in await connection.fetch(WRITTEN)]


async def test_a_load_writes_nothing_and_closing_writes_what_stood_in_it(database_dsn: str, shelf: Shelf) -> None:
    fact = await shelf.fact("likes tea")

    async with EnrichmentReader(database_dsn, RARELY) as reader:
        await reader.load(USER, BOT, deadline=PATIENT)
        await reader.load(USER, BOT, deadline=PATIENT)
        during = await written(shelf)

    assert during == []
    assert await written(shelf) == [(fact, "loaded")]


async def test_what_was_recalled_and_used_reaches_the_engines(database_dsn: str, shelf: Shelf) -> None:
    fact = await shelf.fact("likes tea")
    await shelf.stage.execute(EVIDENCE, USER, fact)

    async with EnrichmentReader(database_dsn, RARELY) as reader:
        await reader.recall(USER, BOT, "tea", deadline=PATIENT)
        reader.note_use(USER, BOT, [str(fact)])

    await shelf.stage.execute("update access_log set logged_at = logged_at - interval '1 hour'")
    source = PostgresAccessLog(shelf.stage.database, SystemClock())
    heard = await source.accesses(Pair(USER, BOT), None, 10)
    assert await written(shelf) == [(fact, "recalled"), (fact, "used")]
    assert [access.memory_id for access in heard.accesses] == ["point 1", "point 1"]


async def test_an_open_reader_writes_every_few_seconds(database_dsn: str, shelf: Shelf) -> None:
    fact = await shelf.fact("likes tea")
    often = ReaderOptions(listen=False, log_every=timedelta(milliseconds=20))

    async with EnrichmentReader(database_dsn, often) as reader:
        await reader.recall(USER, BOT, "tea", deadline=PATIENT)
        found: list[tuple[uuid.UUID, str]] = []
        while not found:
            found = await written(shelf)

    assert found == [(fact, "recalled")]


async def test_it_can_be_switched_off(database_dsn: str, shelf: Shelf) -> None:
    await shelf.fact("likes tea")

    async with EnrichmentReader(database_dsn, ReaderOptions(listen=False, log_accesses=False)) as reader:
        await reader.recall(USER, BOT, "tea", deadline=PATIENT)

    assert await written(shelf) == []


async def test_without_a_server_what_was_noted_is_lost_and_counted() -> None:
    options = ReaderOptions(listen=False, log_every=timedelta(hours=1), recall_deadline=SHORT)
    async with EnrichmentReader(NOWHERE, options) as reader:
        reader.note_use(USER, BOT, ids(1))

    assert reader.counts[ReaderEvent.ACCESSES_LOST] == 1
    assert reader.counts[ReaderEvent.UNREACHABLE] == 1


async def test_what_names_no_fact_is_said_at_once(database_dsn: str) -> None:
    async with EnrichmentReader(database_dsn, RARELY) as reader:
        with pytest.raises(ValueError, match="hexadecimal"):
            reader.note_use(USER, BOT, ["that fact of yesterday"])


class Paper:
    """Takes what is written, and counts."""

    def __init__(self, most: int) -> None:
        self.entries: list[Entry] = []
        self.events: list[ReaderEvent] = []
        self.log = AccessLog(most, self.write, self.events.append)

    async def write(self, entry: Entry) -> bool:
        self.entries.append(entry)
        return True

    def facts(self) -> Sequence[uuid.UUID]:
        return [fact for entry in self.entries for fact, _ in entry.noted]


async def test_the_oldest_is_dropped_where_there_is_no_room() -> None:
    paper = Paper(most=3)
    paper.log.note((USER, BOT), AccessKind.USED, ids(2))
    paper.log.note(("bob", BOT), AccessKind.USED, ids(2))

    assert len(paper.log) == 3
    await paper.log.flush()

    assert paper.facts() == [*ids(2)[1:], *ids(2)]
    assert paper.events == [ReaderEvent.ACCESSES_DROPPED]
    assert len(paper.log) == 0


async def test_a_fact_that_is_used_again_is_noted_once_and_many_take_several_statements() -> None:
    paper = Paper(most=10_000)
    for _ in range(3):
        paper.log.note((USER, BOT), AccessKind.USED, ids(AT_ONCE + 1))

    await paper.log.flush()

    assert [len(entry.noted) for entry in paper.entries] == [AT_ONCE, 1]
    assert paper.events == []
