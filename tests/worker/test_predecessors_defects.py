"""What the predecessor and the first sketch got wrong, where no other test is named after it."""

from datetime import timedelta

from bench.model_server import BrokenJson, Failing, Refusing
from tests.worker.stage import NOON, Stage

YESTERDAY = NOON - timedelta(days=1)


async def test_p2_three_messages_of_one_instant_and_one_back_dated_by_an_hour_are_all_read(stage: Stage) -> None:
    for text in ("I keep bees.", "I keep hens.", "I keep ducks."):
        await stage.say(text)
    await stage.run()
    await stage.say("I keep geese.", at=NOON - timedelta(hours=1))

    tally = await stage.run()

    assert tally.completed == 1
    assert await stage.statuses() == {"completed": 4}


async def test_p4_two_bots_of_one_user_interleaved_are_read_each_on_its_own(stage: Stage) -> None:
    for minute in range(6):
        bot = ("luna", "atlas")[minute % 2]
        await stage.say(f"I own the book number {minute}.", at=NOON + timedelta(minutes=minute), bot_name=bot)

    await stage.run()
    again = await stage.run()

    assert await stage.rows("select bot_name, count(*) from ledger group by 1 order by 1") == [
        ("atlas", 3),
        ("luna", 3),
    ]
    assert (again.handled, again.attempts) == (0, 0)


async def test_p5_no_marker_of_ours_is_ever_shown_as_a_fact(stage: Stage) -> None:
    texts = ["I keep bees.", "I keep hens."]
    await stage.say(*texts)

    await stage.run()

    shown = await stage.rows("select fact_content from user_facts order by 1")
    assert shown == [(f"anna said {text}",) for text in texts]


async def test_p6_messages_that_taught_nothing_are_not_asked_about_again(stage: Stage) -> None:
    await stage.say("The weather was grey for the whole of the afternoon.")
    stage.unlearn("The weather was grey for the whole of the afternoon.")
    first = await stage.run()

    second = await stage.run()

    assert (first.completed, first.facts_new) == (1, 0)
    assert (second.handled, second.attempts) == (0, 0)


async def test_p7_an_outage_of_the_model_stores_no_summary_in_its_place(stage: Stage) -> None:
    await stage.say("I keep bees.", "I keep hens.")
    stage.model.script(Failing(500))

    tally = await stage.run()

    assert await stage.rows("select 1 from conversation_summaries union all select 1 from facts") == []
    assert (dict(tally.failures), await stage.statuses()) == ({"server": 1}, {"pending": 2})


async def test_p8_bad_json_never_ends_a_message_as_one_without_facts(stage: Stage) -> None:
    await stage.say("I keep bees.")
    stage.model.decide = lambda _: BrokenJson()

    await stage.run()

    assert await stage.statuses() == {"quarantined": 1}
    assert await stage.rows("select outcome, reason from ledger") == [("quarantined", "schema")]


async def test_p9_a_new_fact_leaves_the_facts_beside_it_alone(stage: Stage) -> None:
    await stage.say("I keep bees.", at=YESTERDAY)
    await stage.run()
    before = await stage.rows("select fact_id, state, confidence, updated_at from facts")
    await stage.say("I keep hens.")

    await stage.run()

    after = await stage.rows("select fact_id, state, confidence, updated_at from facts")
    assert len(after) == 2
    assert set(before) <= set(after)


async def test_p13_times_with_and_without_a_zone_are_read_in_one_order(stage: Stage) -> None:
    await stage.say("I keep hens.", timestamp="2026-03-01T13:30:00+01:00")
    await stage.say("I keep bees.", timestamp="2026-03-01T12:00:00")

    tally = await stage.run()

    assert (tally.completed, tally.batches) == (2, 1)
    assert await stage.rows("select end_timestamp - start_timestamp from conversation_summaries") == [
        (timedelta(minutes=30),)
    ]


async def test_p14_messages_in_any_script_reach_their_end_with_their_quote(stage: Stage) -> None:
    texts = ["我养蜜蜂。", "Ich halte Bienen.", "Cuido abejas.", "Я держу пчёл."]
    await stage.say(*texts)
    await stage.say("🐝🐝🐝", at=NOON + timedelta(minutes=9))
    stage.unlearn("🐝🐝🐝")

    tally = await stage.run()

    assert tally.handled == 5
    assert {quote for (quote,) in await stage.rows("select quote from evidence")} <= set(texts)
    assert await stage.statuses() == {"completed": 5}


async def test_d1_a_poison_batch_at_the_head_does_not_hold_up_another_user(stage: Stage) -> None:
    await stage.say("the poison", user="anna", at=YESTERDAY)
    await stage.say("I keep bees.", user="bert")
    stage.model.decide = lambda request: Refusing() if "the poison" in str(request.body) else None

    tally = await stage.run()

    assert (tally.completed, tally.quarantined, tally.pending_left) == (1, 1, 0)


async def test_d2_a_summary_that_exists_is_revised_and_paid_for_once(stage: Stage) -> None:
    await stage.say("I keep bees.")
    await stage.run()
    await stage.say("They swarm in May.", at=NOON + timedelta(minutes=5))
    await stage.run()

    third = await stage.run()

    assert await stage.rows("select revision from conversation_summaries") == [(2,)]
    assert (third.handled, stage.model.stats.calls) == (0, 2)


async def test_d3_d4_a_conversation_that_is_larger_than_a_page_is_one_session(stage: Stage) -> None:
    qdrant = stage.settings.qdrant.model_copy(update={"page_size": 10})
    stage.settings = stage.settings.model_copy(update={"qdrant": qdrant})
    await stage.say(*(f"I own the book number {number}." for number in range(45)))

    tally = await stage.run()

    assert (tally.completed, tally.batches) == (45, 1)
    assert await stage.rows("select message_count from conversation_summaries") == [(45,)]


async def test_d6_a_yes_is_read_with_the_question_that_it_answers(stage: Stage) -> None:
    await stage.say("Is it the red canoe that you have bought?", role="assistant")
    await stage.say("Yes, that one.", at=NOON + timedelta(minutes=1))

    await stage.run()

    [request] = stage.model.requests
    assert request.text.index("the red canoe") < request.text.index("Yes, that one.")


async def test_a_fact_that_is_refused_leaves_its_neighbours_in_one_commit(stage: Stage) -> None:
    await stage.say("I keep bees.", "I keep hens.", "My key is sk-4f7Q9zK2mB8vX1cN6tR3.")

    tally = await stage.run()

    assert await stage.rows("select fact_content from user_facts order by 1") == [
        ("anna said I keep bees.",),
        ("anna said I keep hens.",),
    ]
    assert (tally.completed, sum(tally.refused.values())) == (3, 1)


async def test_d7_a_message_ends_in_one_of_three_ways_each_with_its_reason(stage: Stage) -> None:
    await stage.say("I keep bees.", user="anna")
    await stage.say("the poison", user="bert")
    await stage.say("A notice.", user="cleo", role="system")
    stage.model.decide = lambda request: Refusing() if "the poison" in str(request.body) else None

    await stage.run()

    assert await stage.rows("select outcome, reason from ledger order by 1") == [
        ("completed", None),
        ("quarantined", "refusal"),
        ("skipped", "role_system"),
    ]


async def test_no_prompt_is_without_a_line_of_the_user(stage: Stage) -> None:
    await stage.say("I have told you of the bees.", "They swarm in May.", role="assistant")

    tally = await stage.run()

    assert (tally.skipped, stage.model.stats.calls) == (2, 0)
    assert await stage.rows("select distinct reason from ledger") == [("no_user_message",)]


async def test_two_copies_are_not_both_skipped_when_reading_the_first_fails(stage: Stage) -> None:
    await stage.say("I keep bees.", message_id="m1")
    await stage.say("I keep bees.", message_id="m1")
    stage.model.script(Failing(500))
    await stage.run()

    tally = await stage.run()

    assert (tally.completed, tally.facts_new) == (1, 1)
    assert await stage.statuses() == {"completed": 1, "skipped": 1}
