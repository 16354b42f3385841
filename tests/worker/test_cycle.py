"""Messages go from pending to remembered, once, whatever they are and whoever else is there."""

import asyncio
from datetime import timedelta

from bench.model_server import BrokenJson, Failing, Refusing
from enrichment.digest import ask
from enrichment.domain.batches import Known, Limits
from enrichment.domain.changes import UserHistory
from enrichment.domain.selection import Selection
from enrichment.loop import run_once
from enrichment.planning.turn import plan_turn
from tests.worker.stage import NOON, Stage


async def test_a_message_becomes_a_fact_with_its_quote(stage: Stage) -> None:
    await stage.say("I keep bees on the roof.")

    tally = await stage.run()

    assert (tally.completed, tally.facts_new, tally.summaries, tally.pending_left) == (1, 1, 1, 0)
    assert await stage.statuses() == {"completed": 1}
    assert await stage.rows("select quote from evidence") == [("I keep bees on the roof.",)]


async def test_a_second_run_with_nothing_new_asks_nothing(stage: Stage) -> None:
    await stage.say("I keep bees on the roof.", "They are calm.")
    await stage.run()
    calls = stage.model.stats.calls

    tally = await stage.run()

    assert tally.handled == 0
    assert stage.model.stats.calls == calls


async def test_2501_messages_of_one_user_all_reach_an_end(stage: Stage) -> None:
    await stage.say(*(f"I own the book number {number}." for number in range(2501)))

    tally = await stage.run()

    assert tally.completed == 2501
    assert await stage.statuses() == {"completed": 2501}


async def test_messages_of_forty_days_ago_and_of_the_same_second_are_read(stage: Stage) -> None:
    await stage.say("I keep bees.", at=NOON - timedelta(days=40))
    await stage.say("I keep hens.")
    await stage.say("I keep ducks.")

    assert (await stage.run()).completed == 3


async def test_two_users_never_share_a_prompt(stage: Stage) -> None:
    await stage.say("My canary is yellow-anna.", user="anna")
    await stage.say("My canary is green-bert.", user="bert")

    await stage.run()

    prompts = [str(request.body) for request in stage.model.requests]
    assert len(prompts) == 2
    assert not [prompt for prompt in prompts if "yellow-anna" in prompt and "green-bert" in prompt]


async def test_two_bots_of_one_user_have_memories_of_their_own(stage: Stage) -> None:
    await stage.say("I keep bees.", bot_name="luna")
    await stage.say("I keep hens.", bot_name="atlas")

    await stage.run()

    assert sorted(await stage.rows("select bot_name, fact_content from user_facts")) == [
        ("atlas", "anna said I keep hens."),
        ("luna", "anna said I keep bees."),
    ]


async def test_a_copy_under_another_id_is_skipped_as_a_duplicate(stage: Stage) -> None:
    await stage.say("I keep bees.", message_id="m1")
    await stage.run()
    calls = stage.model.stats.calls
    await stage.say("I keep bees.", message_id="m1")

    tally = await stage.run()

    assert (tally.skipped, stage.model.stats.calls) == (1, calls)
    assert await stage.statuses() == {"completed": 1, "skipped": 1}
    assert await stage.rows("select reason from ledger where outcome = 'skipped'") == [("duplicate",)]


async def test_an_edited_message_is_read_again_and_its_old_fact_retracted(stage: Stage) -> None:
    (point_id,) = await stage.say("I keep bees.", message_id="m1")
    await stage.run()
    await stage.say("I keep hens.", message_id="m1")
    await stage.set_payload(point_id, content="I keep hens.", enrichment_status="pending")

    await stage.run()

    assert await stage.rows("select fact_content from user_facts") == [("anna said I keep hens.",)]


async def test_a_failing_model_leaves_everything_pending_and_stores_nothing(stage: Stage) -> None:
    await stage.say("I keep bees.")
    stage.model.script(Failing(500))

    tally = await stage.run()

    assert (tally.completed, tally.pending_left, dict(tally.failures)) == (0, 1, {"server": 1})
    assert await stage.statuses() == {"pending": 1}
    assert await stage.rows("select 1 from facts union all select 1 from ledger") == []


async def test_garbage_is_a_failure_and_never_no_facts(stage: Stage) -> None:
    await stage.say("I keep bees.", "I keep hens.")
    stage.model.script(BrokenJson())

    tally = await stage.run()

    assert tally.failures["schema"] == 1
    assert (tally.completed, tally.facts_new) == (2, 2)


async def test_one_refused_message_does_not_hold_up_its_63_neighbours(stage: Stage) -> None:
    await stage.say(*(f"I own the book number {number}." for number in range(63)), "the poison")
    stage.model.decide = lambda request: Refusing() if "the poison" in str(request.body) else None

    tally = await stage.run()

    assert (tally.completed, tally.quarantined, tally.pending_left) == (63, 1, 0)
    assert await stage.statuses() == {"completed": 63, "quarantined": 1}
    assert stage.model.stats.calls <= 1 + 12


async def test_a_refused_message_does_not_spoil_the_lines_before_the_next_ones(stage: Stage) -> None:
    await stage.say("the poison", "I keep bees.", "I keep hens.")
    stage.model.decide = lambda request: Refusing() if "the poison" in str(request.body) else None

    tally = await stage.run()

    assert (tally.completed, tally.quarantined) == (2, 1)


async def test_a_selection_leaves_the_others_pending(stage: Stage) -> None:
    await stage.say("I keep bees.", user="anna")
    await stage.say("I keep hens.", user="bert")

    tally = await stage.run(Selection(user_id="bert"))

    assert tally.completed == 1
    assert await stage.statuses() == {"completed": 1, "pending": 1}


async def test_a_continued_session_keeps_its_summary_row_and_shows_the_lines_before(stage: Stage) -> None:
    await stage.say("I keep bees.")
    await stage.run()
    await stage.say("They swarm in May.", at=NOON + timedelta(minutes=10))

    await stage.run()

    assert await stage.rows("select revision, message_count from conversation_summaries") == [(2, 2)]
    assert "I keep bees." in str(stage.model.requests[-1].body)


async def test_the_run_is_written_where_hosts_look_for_it(stage: Stage) -> None:
    await stage.say("I keep bees.")

    await stage.run()

    assert await stage.rows("select user_id, bot_name, category, source_collection from user_facts") == [
        ("anna", "luna", "other", stage.collection)
    ]


async def test_the_later_part_of_a_long_session_is_asked_with_the_summary_of_the_earlier(stage: Stage) -> None:
    await stage.say(*(f"I own the book number {number}." for number in range(170)))

    await stage.run()

    first, second = (str(request.body) for request in stage.model.requests)
    assert "before:" not in first
    assert "before:" in second


async def test_an_outage_while_a_batch_is_open_blames_none_of_its_messages(stage: Stage) -> None:
    await stage.say("I keep bees.")
    async with stage.opened() as app:
        lease = await app.ports.leases.claim("anna")
        assert lease is not None
        fetched = await app.ports.pending.fetch("anna", await stage.refs())
        (batch,) = plan_turn("anna", fetched.messages, UserHistory(), Limits()).batches
        await app.ports.open_batches.open(batch, Known(), ask(batch, Known()), lease)
        await app.ports.leases.release(lease, served=False)

        tally = await run_once(app.cycle(asyncio.Event()))

    assert (tally.completed, dict(tally.failures)) == (1, {})
    assert await stage.rows("select crashes from attempts where crashes > 0") == []
