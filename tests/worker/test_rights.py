"""What users ask of their memory holds while a worker is at work, and after it has read everything again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from bench.model_server import FactResponder, GoldFact, Held
from enrichment.adapters.postgres.erasure import Receipt, erase, holdings
from enrichment.adapters.postgres.feedback import PostgresFeedback
from enrichment.adapters.postgres.pool import Database, connected
from enrichment.adapters.postgres.rights import PostgresRights, find_facts
from enrichment.adapters.qdrant.erasing import Deleted, QdrantErasing
from enrichment.app import open_app
from enrichment.domain.feedback import Feedback, Verdict
from enrichment.domain.ids import derived_uuid
from enrichment.domain.tally import Tally
from enrichment.reconcile.sweep import SweepOptions, sweep
from enrichment.settings import LoopSettings
from tests.worker.stage import NOON, Stage

FACTS = "select fact_content from user_facts order by 1"


@pytest.fixture
async def rights(database: Database) -> PostgresRights:
    return PostgresRights(database, pipeline_version=1)


@asynccontextmanager
async def while_the_model_thinks(stage: Stage) -> AsyncIterator["asyncio.Task[Tally]"]:
    """Act after the first request has reached the model, and before it answers; the run is over afterwards."""
    held = Held()
    stage.model.script(held)
    running = asyncio.create_task(stage.run())
    await asyncio.to_thread(stage.model.wait_for_calls, stage.model.stats.calls + 1)
    yield running
    held.release()
    await running


async def read_again(stage: Stage, database: Database) -> Tally:
    """Let the worker read everything a second time, as `reenrich` does."""
    await database.transact(lambda connection: connection.execute("update ledger set withdrawn_at = now()"))
    for record in (await stage._server.client.scroll(stage.collection))[0]:  # noqa: SLF001 - as an agent would
        await stage.set_payload(str(record.id), enrichment_status="pending")
    return await stage.run()


async def say_of(database: Database, verdict: Verdict, correction: str | None = None) -> None:
    """Give feedback on the one active fact."""
    async with database.connection() as connection:
        fact_id = await connection.fetchval("select fact_id from facts where state = 'active'")
    given = Feedback(
        feedback_id=derived_uuid("feedback", verdict, str(fact_id)),
        user_id="anna",
        fact_id=fact_id,
        verdict=verdict,
        given_at=datetime.now(UTC),
        correction=correction,
    )
    assert await PostgresFeedback(database, pipeline_version=1).give(given) is not None


async def test_an_erasure_while_the_model_thinks_leaves_nothing(stage: Stage, database: Database) -> None:
    await stage.say("I keep bees.", "They are calm.")

    async with while_the_model_thinks(stage) as running:
        await erase(database, "anna")

    assert (running.result().completed, running.result().skipped) == (0, 2)
    assert set((await holdings(database, "anna")).values()) == {0}
    assert await stage.statuses() == {"skipped": 2}


async def test_an_erasure_before_a_reconcile_and_a_repair_leaves_nothing(stage: Stage, database: Database) -> None:
    await stage.say("I keep bees.")
    await stage.run()
    await stage.say("They are calm.", at=NOON + timedelta(hours=2))

    await erase(database, "anna")
    async with open_app(stage.settings, trigger="once") as app:
        await app.cycle(asyncio.Event()).settle()
        findings = await sweep(app.ports, stage.collection, SweepOptions(repair=True))
    tally = await stage.run()

    assert findings.found == {}
    assert (tally.model_calls, tally.skipped) == (0, 1)
    assert set((await holdings(database, "anna")).values()) == {0}
    assert await stage.statuses() == {"completed": 1, "skipped": 1}


async def test_what_an_erased_user_says_later_is_read(stage: Stage, database: Database) -> None:
    await stage.say("I keep bees.")
    await stage.run()
    await erase(database, "anna")
    await stage.say("I keep hens.", at=datetime.now(UTC) + timedelta(seconds=1))

    await stage.run()

    assert await stage.rows(FACTS) == [("anna said I keep hens.",)]


async def test_what_was_said_after_the_given_time_is_read_again(stage: Stage, database: Database) -> None:
    await stage.say("I keep bees.")
    await stage.say("I keep hens.", at=NOON + timedelta(hours=2))
    await stage.run()

    receipt: Receipt = await erase(database, "anna", NOON + timedelta(hours=1))
    await stage.run()

    assert receipt.read_again == 1
    assert await stage.rows(FACTS) == [("anna said I keep hens.",)]


async def test_messages_are_deleted_from_the_store_if_asked_for(stage: Stage, database: Database) -> None:
    await stage.say("I keep bees.", "They are calm.")
    await stage.say("I keep hens.", at=NOON + timedelta(hours=2))
    await stage.say("I keep goats.", user="bert")

    async with open_app(stage.settings, trigger="erase") as app:
        erasing = QdrantErasing(app.servers.qdrant, app.ports.clock, app.servers.rules)
        deleted = await erasing.erase("anna", [stage.collection], NOON + timedelta(hours=1))

    assert deleted == {stage.collection: Deleted(deleted=2, left=0)}
    assert await stage.statuses() == {"pending": 2}


async def test_nothing_is_read_of_a_user_who_has_opted_out(stage: Stage, rights: PostgresRights) -> None:
    await stage.say("I keep bees.")
    await rights.opt_out("anna")

    skipped = await stage.run()
    was_out = await rights.opt_in("anna")
    await stage.say("I keep hens.", at=NOON + timedelta(hours=1))
    await stage.run()

    assert (skipped.skipped, skipped.model_calls, was_out) == (1, 0, True)
    assert await stage.rows("select distinct reason from ledger where outcome = 'skipped'") == [("opted_out",)]
    assert await stage.rows(FACTS) == [("anna said I keep hens.",)]


async def test_opting_out_lets_go_of_what_is_in_hand(stage: Stage, rights: PostgresRights) -> None:
    await stage.say("I keep bees.")

    async with while_the_model_thinks(stage):
        await rights.opt_out("anna")
    await stage.run()

    assert await stage.statuses() == {"skipped": 1}
    assert await stage.rows("select 1 from facts union all select 1 from model_calls where answer is not null") == []


async def test_a_forgotten_fact_does_not_come_back(stage: Stage, database: Database, rights: PostgresRights) -> None:
    await stage.say("I keep bees.", "I keep hens.")
    await stage.run()
    bees = await stage.rows("select fact_id::text from facts where object like '%bees%'")

    [found] = await find_facts(database, bees[0][0][:8], "anna")
    await rights.forget(found)
    tally = await read_again(stage, database)

    assert tally.refused["forbidden"] == 1
    assert await stage.rows(FACTS) == [("anna said I keep hens.",)]
    assert await stage.rows("select 1 from evidence where quote like '%bees%'") == []


async def test_forgetting_takes_every_row_that_says_the_same(stage: Stage, rights: PostgresRights) -> None:
    for day, place in enumerate(["Berlin", "Paris", "Berlin"]):
        await stage.say(f"I live in {place}, day {day}.", at=NOON + timedelta(days=day))
    places = [
        GoldFact(messages=(f"I live in {p}, day {d}.",), statement=f"anna lives in {p}", predicate="lives in", object=p)
        for d, p in enumerate(["Berlin", "Paris", "Berlin"])
    ]
    stage.model.responder = FactResponder(places)
    await stage.run()
    berlin = await stage.rows("select fact_id::text from facts where object = 'Berlin'")

    async with open_app(stage.settings, trigger="once") as app:
        [found] = await find_facts(app.servers.database, berlin[-1][0])
    await rights.forget(found)

    assert len(berlin) == 2
    assert await stage.rows("select object, state, valid_until from facts") == [("Paris", "active", None)]


async def test_a_heartbeat_notices_an_erasure_and_ends_the_call(stage: Stage, database: Database) -> None:
    stage.settings = stage.settings.model_copy(update={"loop": LoopSettings(lease_seconds=2)})
    await stage.say("I keep bees.")
    stage.model.script(Held())
    running = asyncio.create_task(stage.run())
    await asyncio.to_thread(stage.model.wait_for_calls, 1)

    await erase(database, "anna")
    tally = await running

    assert (tally.model_calls, tally.skipped) == (0, 1)
    assert await stage.statuses() == {"skipped": 1}
    assert set((await holdings(database, "anna")).values()) == {0}


async def test_words_that_must_not_be_remembered_are_not(stage: Stage, rights: PostgresRights) -> None:
    await stage.say("I keep bees.", "I keep hens.")
    await stage.run()

    gone = await rights.forbid("anna", "BEES keep")
    await stage.say("At home I keep many bees.", at=NOON + timedelta(hours=2))
    await stage.run()

    assert gone == (1, 1)
    assert await stage.rows(FACTS) == [("anna said I keep hens.",)]
    assert await stage.rows("select 1 from conversation_summaries where summary_text ilike '%bees%'") == []


async def test_a_fact_that_was_called_incorrect_is_not_revived_by_a_repeat(stage: Stage, database: Database) -> None:
    await stage.say("I keep bees.")
    await stage.run()

    await say_of(database, Verdict.INCORRECT)
    await stage.say("I keep bees.", at=NOON + timedelta(days=1))
    await stage.run()

    assert await stage.rows(FACTS) == []
    assert await stage.rows("select state, state_reason from facts") == [("retracted", "feedback")]


async def test_a_correction_is_remembered_with_the_feedback_as_its_evidence(stage: Stage, database: Database) -> None:
    await stage.say("I keep bees.")
    await stage.run()

    await say_of(database, Verdict.INCORRECT, "I keep wasps.")
    await read_again(stage, database)

    assert await stage.rows(FACTS) == [("I keep wasps.",)]
    quoted = "select quote, collection, role from evidence join facts using (user_id, fact_id) where state = 'active'"
    assert await stage.rows(quoted) == [("I keep wasps.", "feedback", "user")]


async def test_praise_moves_a_fact_once(stage: Stage, database: Database) -> None:
    await stage.say("I keep bees.")
    await stage.run()
    confidence = "select confidence from facts"
    [[before]] = await stage.rows(confidence)

    await say_of(database, Verdict.HELPFUL)
    [[after]] = await stage.rows(confidence)

    assert before < after < 1


async def test_feedback_in_the_midst_of_a_batch_is_not_overtaken(stage: Stage, database: Database) -> None:
    await stage.say("I keep bees.")
    await stage.run()
    await stage.say("I keep bees.", at=NOON + timedelta(days=1))

    async with while_the_model_thinks(stage):
        await say_of(database, Verdict.INCORRECT)
    await stage.run()

    assert await stage.rows(FACTS) == []
    assert await stage.statuses() == {"completed": 2}


async def test_a_worker_in_the_role_that_is_meant_for_it_does_its_whole_work(stage: Stage, database_dsn: str) -> None:
    guarded = SecretStr(f"{database_dsn}&role=enrichment_worker")
    stage.settings = stage.settings.model_copy(
        update={"postgres": stage.settings.postgres.model_copy(update={"dsn": guarded})}
    )
    (point_id,) = await stage.say("I keep bees.", message_id="m1")
    await stage.run()
    await stage.set_payload(point_id, content="I keep hens.", enrichment_status="pending")
    await stage.say("I keep hens.", user="bert")

    tally = await stage.run()

    assert (tally.completed, dict(tally.failures)) == (2, {})
    async with connected(guarded.get_secret_value()) as database:
        await PostgresRights(database, pipeline_version=1).opt_out("bert")
        await say_of(database, Verdict.INSIGHTFUL)


async def test_the_worker_makes_no_collection_of_its_own(stage: Stage) -> None:
    """One that it made would hold users' data, and would have to be erased and exported."""
    before = await stage._server.client.get_collections()  # noqa: SLF001 - as an operator would
    await stage.say("I keep bees.")

    await stage.run()

    assert await stage._server.client.get_collections() == before  # noqa: SLF001 - as an operator would
