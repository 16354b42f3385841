"""What a user wishes reaches the engines: what they want forgotten, their clock, their quiet, and what they dislike."""

import asyncio
from datetime import timedelta

import pytest

from bench.model_server import FactResponder, GoldFact
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.rights import PostgresRights, find_facts
from enrichment.engines.folding import Fold
from enrichment.engines.frame import Asked, Pair
from enrichment.engines.registry import ENGINES
from enrichment.loop import run_once
from enrichment.ports import Lease, Ports
from enrichment.reconcile.rebuild import rebuild
from enrichment.reconcile.refresh import with_lease
from tests.worker.stage import NOON, Stage

CANARY = "aardvarkium"
STATES = "select engine from engine_states where position(convert_to($1, 'UTF8') in state) > 0 order by engine"
TABLES = sorted({engine.row.TABLE for engine in ENGINES})
ROWS = " union all ".join(f"select '{table}' from {table} r where r::text ilike '%' || $1 || '%'" for table in TABLES)  # noqa: S608 - names of our own
ENGAGEMENT = "select suggested_topics -> 'timing' ->> $1 from strategic_engagement_opportunities"
PAIR = Pair("anna", "luna")


@pytest.fixture
async def talked(stage: Stage) -> Stage:
    """A user has spoken of something often, in messages that are final and in some that wait."""
    for hours in range(4):
        texts = [f"The {CANARY} garden number {hours} {place} blooms wonderfully." for place in range(3)]
        await stage.say(*texts, at=NOON + timedelta(hours=hours))
    await stage.run()
    return stage


async def rebuilt(stage: Stage) -> None:
    async with stage.opened() as app:
        assert await with_lease(app.ports, 60, PAIR, rebuild)


async def left(stage: Stage) -> tuple[list[str], list[str]]:
    """Return the engines and the tables that still know the word."""
    states, rows = await stage.rows(STATES, CANARY), await stage.rows(ROWS, CANARY)
    return [name for (name,) in states], [name for (name,) in rows]


async def test_engines_that_keep_words_say_so(talked: Stage) -> None:
    states, rows = await left(talked)

    assert set(states) - {"waiting"} <= {engine.name for engine in ENGINES if engine.keeps_words}
    assert {"context_switch", "conversation_patterns", "waiting"} <= {*states}
    assert rows == ["strategic_conversation_patterns"]


async def test_nothing_of_a_forgotten_fact_is_left_with_engines(talked: Stage, database: Database) -> None:
    ids = await talked.rows("select fact_id::text from facts where object ilike '%' || $1 || '%'", CANARY)
    rights = PostgresRights(database, pipeline_version=1)

    for (fact_id,) in ids:
        for found in await find_facts(database, fact_id, "anna"):
            await rights.forget(found)
    at_once = await left(talked)
    await rebuilt(talked)
    await talked.say(f"Did I tell of the {CANARY.upper()} yet?", at=NOON + timedelta(hours=6))
    await talked.run()

    assert at_once == await left(talked) == ([], [])
    assert await talked.rows("select count(*) from engine_states where engine = 'context_switch'") == [(1,)]


async def test_nothing_of_forbidden_words_is_left_with_engines(talked: Stage, database: Database) -> None:
    await PostgresRights(database, pipeline_version=1).forbid("anna", CANARY)
    at_once = await left(talked)
    await rebuilt(talked)

    assert at_once == await left(talked) == ([], [])
    assert await talked.rows("select (recent_topics ->> 'messages')::int from strategic_conversation_patterns") == [
        (12,)
    ]


async def evenings(stage: Stage) -> None:
    """A user has come on six evenings, as long as they were awake by UTC."""
    for day in range(6):
        await stage.say(f"Good evening, day {day}.", at=NOON + timedelta(days=day, hours=7))
    await stage.run()


async def reported_again(stage: Stage) -> None:
    await stage.rows("update engine_pairs set invalid_since = now() returning 1")
    async with stage.opened() as app:
        await run_once(app.cycle(asyncio.Event()))


async def test_hours_are_those_of_the_zone_in_the_profile(stage: Stage) -> None:
    await evenings(stage)
    await stage.rows("update user_profiles set timezone = 'Asia/Tokyo', timezone_from = 'said' returning 1")

    await reported_again(stage)

    assert await stage.rows(ENGAGEMENT, "zone") == [("Asia/Tokyo",)]


async def test_who_does_not_want_to_be_written_to_is_not(stage: Stage) -> None:
    await evenings(stage)
    before = await stage.rows(ENGAGEMENT, "withheld")

    noted = await stage.rows("select enrichment_api.set_courtesy('anna', 'luna', false)")
    async with stage.opened() as app:
        await run_once(app.cycle(asyncio.Event()))

    assert (before, noted) == ([(None,)], [(True,)])
    assert await stage.rows(ENGAGEMENT, "withheld") == [("no_consent",)]


async def test_a_wish_that_comes_while_rows_are_made_is_heeded_too(stage: Stage) -> None:
    async def interrupted(ports: Ports, pair: Pair, lease: Lease) -> None:
        fold = Fold(pair, ports.engines.run, await ports.engines.states.load(pair))
        await stage.rows("select enrichment_api.set_courtesy('anna', 'luna', false)")
        fold.report(Asked(now=ports.clock.now()), ())
        await ports.engines.states.write(fold.collect(ports.clock.now()), lease)

    await evenings(stage)
    async with stage.opened() as app:
        assert await with_lease(app.ports, 60, PAIR, interrupted)
        await run_once(app.cycle(asyncio.Event()))

    assert await stage.rows(ENGAGEMENT, "withheld") == [("no_consent",)]
    assert await stage.rows("select invalid_since from engine_pairs") == [(None,)]


async def test_quiet_hours_are_the_users_own(stage: Stage) -> None:
    await stage.rows("select enrichment_api.set_courtesy('anna', 'luna', true, 9.5, 7)")

    async with stage.opened() as app:
        wishes = (await app.ports.engines.states.load(PAIR)).wishes

    assert (wishes.courtesy.consent, wishes.courtesy.quiet) == (True, (9.5, 7.0))


async def test_nothing_is_noted_of_who_opted_out(stage: Stage, database: Database) -> None:
    await PostgresRights(database, pipeline_version=1).opt_out("anna")

    assert await stage.rows("select enrichment_api.set_courtesy('anna', 'luna', false)") == [(False,)]


async def test_what_somebody_came_to_dislike_is_known_to_engines(stage: Stage) -> None:
    await stage.say("I hate karaoke now.")
    text = "I hate karaoke now."
    hate = GoldFact(messages=(text,), statement="anna hates karaoke", predicate="hates", object="karaoke")
    stage.model.responder = FactResponder([hate])
    await stage.run()

    async with stage.opened() as app:
        wishes = (await app.ports.engines.states.load(PAIR)).wishes

    assert wishes.disliked == ("karaoke",)
