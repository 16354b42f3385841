"""Messages can be read again: nothing is lost in between, and what was learnt before is replaced in one moment."""

from datetime import timedelta

import pytest

from bench.model_server import Failing, Refusing
from enrichment.domain.selection import Selection
from tests.worker.operator import Operator
from tests.worker.stage import NOON, Stage

FACTS = "select fact_content from user_facts order by 1"
IN_FORCE = "select point_id, outcome, read_number from ledger where withdrawn_at is null"
EVIDENCE = "select count(*), count(distinct batch_id) from evidence where withdrawn_at is null"


@pytest.fixture
def operator(stage: Stage) -> Operator:
    return Operator(stage)


async def test_a_message_is_read_again_and_says_the_same(stage: Stage, operator: Operator) -> None:
    [point_id] = await stage.say("I keep bees.")
    await stage.run()
    facts = await stage.rows("select fact_id, statement, state, evidence_count, confidence from facts")

    assert await operator.reenrich() == 1
    tally = await stage.run()

    assert (tally.completed, tally.pending_left) == (1, 0)
    assert await stage.rows(IN_FORCE) == [(point_id, "completed", 2)]
    assert await stage.rows("select fact_id, statement, state, evidence_count, confidence from facts") == facts
    assert await stage.rows("select * from requeued") == []


async def test_what_it_does_not_say_any_more_is_retracted_when_it_has_been_read(
    stage: Stage, operator: Operator
) -> None:
    await stage.say("I keep bees.", "I keep hens.")
    await stage.run()
    stage.unlearn("I keep bees.")

    await operator.reenrich()
    in_between = await stage.rows(FACTS)
    await stage.run()

    assert len(in_between) == 2
    assert await stage.rows(FACTS) == [("anna said I keep hens.",)]
    assert await stage.rows("select state, state_reason from facts where state <> 'active'") == [
        ("retracted", "reread")
    ]


async def test_what_a_model_refuses_to_read_again_teaches_nothing_any_more(stage: Stage, operator: Operator) -> None:
    await stage.say("I keep bees.")
    await stage.run()
    stage.model.decide = lambda _: Refusing()

    await operator.reenrich()
    tally = await stage.run()

    assert tally.quarantined == 1
    assert await stage.rows(FACTS) == []


async def test_what_is_passed_over_when_it_is_read_again_teaches_nothing_any_more(
    stage: Stage, operator: Operator
) -> None:
    await stage.say("Thanks!", "I keep hens.")
    await stage.run()

    await operator.reenrich(Selection(until=NOON + timedelta(seconds=30)))
    tally = await stage.run()

    assert tally.skipped == 1
    assert await stage.rows(FACTS) == [("anna said I keep hens.",)]


async def test_a_crash_before_the_store_was_told_loses_nothing(stage: Stage, operator: Operator) -> None:
    await stage.say("I keep bees.", "I keep hens.", "I keep ducks.")
    await stage.run()

    await operator.reenrich(reopen=False)
    assert await stage.statuses() == {"completed": 3}
    tally = await stage.run()

    assert tally.completed == 3
    assert await stage.statuses() == {"completed": 3}
    assert len(await stage.rows(FACTS)) == 3


async def test_only_what_an_older_pipeline_has_read_is_chosen(stage: Stage, operator: Operator) -> None:
    [old, _] = await stage.say("I keep bees.", "I keep hens.")
    await stage.run()
    await operator.execute("update ledger set pipeline_version = 0 where point_id = $1", old)

    assert await operator.reenrich(below=1) == 1

    assert await stage.rows("select point_id from requeued") == [(old,)]
    assert (await stage.run()).completed == 1
    assert await stage.rows("select distinct pipeline_version from ledger where withdrawn_at is null") == [(1,)]


@pytest.mark.parametrize(
    "selection",
    [
        Selection(user_id="bert"),
        Selection(bot_name="atlas"),
        Selection(since=NOON + timedelta(days=1)),
        Selection(user_id="bert", until=NOON + timedelta(days=9)),
    ],
)
async def test_a_selection_leaves_the_others_alone(stage: Stage, operator: Operator, selection: Selection) -> None:
    await stage.say("I keep bees.")
    [chosen] = await stage.say("I keep hens.", user="bert", bot_name="atlas", at=NOON + timedelta(days=2))
    await stage.run()

    await operator.reenrich(selection)

    assert await stage.rows("select point_id from requeued") == [(chosen,)]


async def test_a_copy_goes_with_its_message_and_one_of_them_is_read(stage: Stage, operator: Operator) -> None:
    await stage.say("I keep bees.", message_id="m1")
    await stage.run()
    await stage.say("I keep bees.", message_id="m1")
    await stage.run()

    assert await operator.reenrich() == 2
    tally = await stage.run()

    assert (tally.completed, tally.skipped) == (1, 1)
    assert await stage.rows(EVIDENCE) == [(1, 1)]


async def test_a_session_counts_a_message_once_however_often_it_is_read(stage: Stage, operator: Operator) -> None:
    await stage.say("I keep bees.", "They are calm.")
    await stage.run()

    await operator.reenrich()
    await stage.run()

    assert await stage.rows("select message_count, revision from conversation_summaries") == [(2, 2)]


async def test_a_flag_that_a_latecomer_writes_over_the_request_is_taken_back(stage: Stage, operator: Operator) -> None:
    [point_id] = await stage.say("I keep bees.")
    await stage.run()
    await operator.reenrich()

    await operator.settle_as_a_latecomer(point_id)

    assert await stage.statuses() == {"completed": 1}
    assert (await stage.run()).completed == 1


async def test_a_message_that_went_in_between_keeps_what_it_taught(stage: Stage, operator: Operator) -> None:
    [point_id] = await stage.say("I keep bees.")
    await stage.run()
    await operator.reenrich(reopen=False)
    await stage.delete(point_id)

    await stage.run()

    assert await stage.rows(IN_FORCE) == [(point_id, "completed", 1)]
    assert await stage.rows(FACTS) == [("anna said I keep bees.",)]
    assert await stage.rows("select * from requeued") == []


async def test_a_message_whose_scope_has_changed_leaves_its_facts_in_no_other(stage: Stage, operator: Operator) -> None:
    [point_id] = await stage.say("I keep bees.")
    await stage.run()
    await stage.set_payload(point_id, scope="private")

    await operator.reenrich()
    await stage.run()

    assert await stage.rows("select scope from facts where state = 'active'") == [("private",)]


async def test_a_message_that_went_while_it_waited_to_be_read_again_keeps_what_it_taught(
    stage: Stage, operator: Operator
) -> None:
    [point_id] = await stage.say("I keep bees.")
    await stage.run()
    await operator.reenrich()
    await stage.delete(point_id)

    await stage.run()

    assert await stage.rows(IN_FORCE) == [(point_id, "completed", 1)]
    assert await stage.rows(FACTS) == [("anna said I keep bees.",)]
    assert await stage.rows("select * from requeued") == []


async def test_what_waits_to_be_read_again_is_not_announced_again_and_again(stage: Stage, operator: Operator) -> None:
    await stage.say("I keep bees.")
    await stage.run()
    await operator.reenrich()
    stage.model.decide = lambda _: Failing(500)
    before = await stage.rows("select reopened_at from requeued")

    await stage.run()

    assert await stage.rows("select reopened_at from requeued") == before


async def test_a_message_that_was_edited_into_a_copy_while_it_waited_teaches_nothing_any_more(
    stage: Stage, operator: Operator
) -> None:
    [point_id, other] = await stage.say("I keep bees.", "I keep hens.")
    await stage.run()
    await operator.reenrich(Selection(until=NOON + timedelta(seconds=30)))

    await stage.rewrite(point_id, as_in=other)
    tally = await stage.run()

    assert (tally.skipped, tally.completed) == (1, 0)
    assert await stage.rows(FACTS) == [("anna said I keep hens.",)]


async def test_of_two_copies_without_an_id_one_may_be_edited(stage: Stage) -> None:
    [first] = await stage.say("I keep bees.")
    [second] = await stage.say("I keep bees.")
    await stage.run()

    await stage.edit(first, "I keep hens.")
    await stage.run()

    assert await stage.rows(FACTS) == [("anna said I keep bees.",), ("anna said I keep hens.",)]
    kept = await stage.rows("select point_id from evidence where quote = 'I keep bees.' and withdrawn_at is null")
    assert kept == [(second,)]


async def test_when_the_last_copy_is_edited_too_its_fact_is_retracted(stage: Stage) -> None:
    copies = [point_id for _ in range(2) for point_id in await stage.say("I keep bees.")]
    await stage.run()

    for point_id, text in zip(copies, ("I keep hens.", "I keep ducks."), strict=True):
        await stage.edit(point_id, text)
        await stage.run()

    assert await stage.rows(FACTS) == [("anna said I keep ducks.",), ("anna said I keep hens.",)]


async def test_an_edit_has_its_sessions_summary_told_anew_from_the_texts(stage: Stage) -> None:
    [_, edited, _] = await stage.say("I keep bees.", "I keep hens.", "They are calm.")
    await stage.run()

    await stage.edit(edited, "I keep geese.")
    await stage.run()

    asked = stage.model.requests[-1].text.partition("window 1")[2]
    assert all(text in asked for text in ("I keep bees.", "I keep geese.", "They are calm."))
    assert "hens" not in asked
    assert "before:" not in asked
    [[summary, count]] = await stage.rows("select summary_text, message_count from conversation_summaries")
    assert "geese" in summary
    assert (count, "hens" in summary) == (3, False)


async def test_a_summary_goes_where_a_message_was_edited_into_small_talk(stage: Stage) -> None:
    [_, edited] = await stage.say("I keep bees.", "I keep hens.")
    await stage.run()

    await stage.edit(edited, "Thanks!")
    await stage.run()

    assert await stage.rows("select 1 from conversation_summaries") == []
