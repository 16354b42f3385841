"""One statement brings everything that is known of a user, typed, with its age, and never an error."""

import asyncio
from dataclasses import FrozenInstanceError, fields
from datetime import timedelta

import asyncpg
import pytest

from enrichment.reader import Context, EnrichmentReader, Freshness, ReaderEvent
from enrichment.reader.reader import LOAD
from enrichment.reader.values import EMPTY, Document, WorkContext
from tests.reader.examples import BOT, CACHES, NOW, PATIENT, USER, Shelf

SIGNAL = """
insert into signals (user_id, signal_id, bot_name, scope, kind, about, name, name_key, value, confidence, sample_size,
                     strength, quote, first_at, last_at)
values ($1, gen_random_uuid(), $2, '', 'work', '', 'the memory', 'the memory', '', 0.7, 1, 1, 'q', $3, $3)
"""
OF_ENGINES = (
    *("memory_health", "character_performance", "personality", "context_switches", "memory_behavior"),
    *("conversation_style", "engagement"),
)


async def load(reader: EnrichmentReader, scope: str = "") -> Context:
    return await reader.load(USER, BOT, scope=scope, deadline=PATIENT)


async def test_a_user_who_is_not_known_has_an_empty_context(reader: EnrichmentReader) -> None:
    assert await load(reader) == EMPTY
    assert reader.counts == {ReaderEvent.LOADED: 1}


async def test_every_column_of_every_cache_is_read_back_by_its_name(reader: EnrichmentReader, shelf: Shelf) -> None:
    await shelf.caches()

    context = await load(reader)

    read = {
        field.name: getattr(value, field.name)
        for name in OF_ENGINES
        for value in [getattr(context, name).value]
        for field in fields(value)
    }
    written = {name: value for columns in CACHES.values() for name, value in columns.items()}
    assert {**read, "time_window_hours": 168} == written


async def test_rows_of_engines_are_fresh_until_they_expire(reader: EnrichmentReader, shelf: Shelf) -> None:
    await shelf.caches(expires_at=NOW - timedelta(seconds=1))

    context = await load(reader)

    assert {getattr(context, name).freshness for name in OF_ENGINES} == {Freshness.STALE}
    assert context.memory_health.as_of == NOW


async def test_a_row_that_lacks_the_last_commit_is_stale_after_five_minutes(
    reader: EnrichmentReader, shelf: Shelf
) -> None:
    await shelf.caches(computed_at=NOW - timedelta(minutes=6))
    await shelf.batch(committed_at=NOW)

    context = await load(reader)

    assert context.memory_health.freshness is Freshness.STALE
    assert context.character_performance.freshness is Freshness.FRESH


async def test_a_row_within_the_grace_is_fresh(reader: EnrichmentReader, shelf: Shelf) -> None:
    await shelf.caches(computed_at=NOW - timedelta(minutes=4))
    await shelf.batch(committed_at=NOW)

    assert (await load(reader)).memory_health.freshness is Freshness.FRESH


async def test_one_engine_of_a_shared_row_may_be_first(reader: EnrichmentReader, shelf: Shelf) -> None:
    await shelf.caches()
    await shelf.stage.execute("update strategic_conversation_patterns set recent_topics = null")

    context = await load(reader)

    assert context.context_switches.freshness is Freshness.ABSENT
    assert context.conversation_style.freshness is Freshness.FRESH


async def test_facts_come_by_confidence_confirmations_kind_and_age(reader: EnrichmentReader, shelf: Shelf) -> None:
    await shelf.fact("unsure", confidence=0.2)
    await shelf.fact("old", said_at=NOW - timedelta(days=200))
    await shelf.fact("plain")
    await shelf.fact("confirmed", evidence_count=4)
    await shelf.fact("who they are", category="identity", evidence_count=4)

    facts = (await load(reader)).facts

    assert facts.value is not None
    assert [fact.statement for fact in facts.value] == ["who they are", "confirmed", "plain", "old", "unsure"]


async def test_an_important_old_fact_is_found_among_many_new_ones(reader: EnrichmentReader, shelf: Shelf) -> None:
    long_ago = NOW - timedelta(days=900)
    await shelf.fact("allergic to nuts", category="health", evidence_count=9, said_at=long_ago, updated_at=long_ago)
    for number in range(100):
        await shelf.fact(f"chat {number}", category="event", confidence=0.5)

    facts = (await load(reader)).facts.value

    assert facts is not None
    assert len(facts) == len({fact.fact_id for fact in facts}) == 30
    assert "allergic to nuts" in [fact.statement for fact in facts]


async def test_only_active_facts_of_this_user_and_bot_are_served(reader: EnrichmentReader, shelf: Shelf) -> None:
    for state in ("superseded", "retracted", "flagged", "expired"):
        await shelf.fact(state, state=state)
    await shelf.heard_in("")
    await shelf.fact("another user's", user_id="bert")
    await shelf.fact("another bot's", bot_name="eve")

    assert (await load(reader)).facts.freshness is Freshness.ABSENT


async def test_a_fact_carries_its_times(reader: EnrichmentReader, shelf: Shelf) -> None:
    until = NOW + timedelta(days=1)
    await shelf.fact("a trip", valid_until=until, occurred_from=NOW, occurred_until=until, granularity="day")

    (fact,) = (await load(reader)).facts.value or ()

    assert (fact.valid_from, fact.valid_until) == (NOW, until)
    assert (fact.occurred_from, fact.occurred_until, fact.granularity) == (NOW, until, "day")


async def test_the_last_five_summaries_come_newest_first(reader: EnrichmentReader, shelf: Shelf) -> None:
    for days in range(7):
        await shelf.summary(f"{days} days ago", end_timestamp=NOW - timedelta(days=days))

    summaries = (await load(reader)).summaries.value or ()

    assert [summary.text for summary in summaries] == [f"{days} days ago" for days in range(5)]
    assert summaries[0].topics == ("tea",)


async def test_a_profile_is_read_with_what_it_is_made_of(reader: EnrichmentReader, shelf: Shelf) -> None:
    await shelf.profile(summary="Likes tea.", traits=[{"name": "calm"}], preferences={"tone": {"value": "dry"}})

    profile = (await load(reader)).profile

    assert profile.value is not None
    assert (profile.freshness, profile.as_of) == (Freshness.FRESH, NOW)
    assert profile.value.traits["items"] == [{"name": "calm"}]
    assert profile.value.preferences["tone"] == {"value": "dry"}


@pytest.mark.parametrize(
    "behind", [{"stale_since": NOW}, {"new_messages": 1, "last_active": NOW + timedelta(minutes=6)}]
)
async def test_a_profile_that_lacks_something_is_stale(
    reader: EnrichmentReader, shelf: Shelf, behind: dict[str, object]
) -> None:
    await shelf.profile(**behind)

    assert (await load(reader)).profile.freshness is Freshness.STALE


async def test_what_a_user_says_they_work_on_is_the_project_at_hand(reader: EnrichmentReader, shelf: Shelf) -> None:
    await shelf.stage.execute(SIGNAL, USER, BOT, NOW)

    work = (await load(reader)).work

    assert work.value == WorkContext(project="the memory")
    assert work.as_of == NOW


async def test_a_context_cannot_be_changed(reader: EnrichmentReader, shelf: Shelf) -> None:
    await shelf.caches()

    context = await load(reader)

    with pytest.raises(FrozenInstanceError):
        context.facts = context.facts  # type: ignore[misc]
    assert context.memory_health.value is not None
    assert not hasattr(context.memory_health.value.memory_snapshot, "__setitem__")


def test_a_document_is_the_json_it_was_made_of() -> None:
    assert Document('{"a": [1]}') == {"a": [1]}
    assert dict(Document("[1]")) == {"items": [1]}


async def test_a_load_is_one_statement(reader: EnrichmentReader, shelf: Shelf) -> None:
    await load(reader)
    statements: list[str] = []
    async with reader.wire.connection() as connection:
        connection.add_query_logger(lambda record: statements.append(record.query))

    await load(reader)
    await asyncio.sleep(0)

    assert statements == [LOAD]


async def test_nobodys_id_is_nobody(reader: EnrichmentReader) -> None:
    assert await reader.load("", BOT) == EMPTY
    assert reader.counts == {ReaderEvent.NOBODY: 1}


async def test_the_readers_role_can_call_the_functions_and_read_no_table(database_dsn: str, shelf: Shelf) -> None:
    await shelf.fact("likes tea")
    connection = await asyncpg.connect(database_dsn)
    await connection.execute("set role enrichment_reader")

    row = await connection.fetchrow(LOAD, USER, BOT, "", 5, 5)

    assert row is not None
    assert "likes tea" in row["facts"]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("select * from facts")
    await connection.close()


async def test_nobody_else_may_call_them(database_dsn: str) -> None:
    connection = await asyncpg.connect(database_dsn)
    await connection.execute("set role enrichment_eraser")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.fetchrow(LOAD, USER, BOT, "", 5, 5)
    await connection.close()
