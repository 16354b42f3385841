"""Small talk costs no call, and what is said after it still knows it."""

from datetime import timedelta

from tests.worker.stage import NOON, Stage


async def test_small_talk_alone_is_skipped_without_a_call(stage: Stage) -> None:
    await stage.say("Good morning!", "Thanks 😊")

    tally = await stage.run()

    assert (tally.skipped, tally.completed, tally.model_calls) == (2, 0, 0)
    assert await stage.statuses() == {"skipped": 2}
    assert await stage.rows("select distinct reason from ledger") == [("trivial",)]


async def test_an_answer_joins_the_session_of_the_small_talk_before_it(stage: Stage) -> None:
    await stage.say("Good morning!")
    await stage.say("Do you have a cat?", at=NOON + timedelta(minutes=1), role="assistant", author="luna")
    await stage.run()
    await stage.say("Yes!", at=NOON + timedelta(minutes=9))

    tally = await stage.run()

    prompt = stage.model.requests[-1].messages[-1]["content"]
    assert (tally.completed, tally.model_calls) == (1, 1)
    assert "bot: Do you have a cat?" in prompt
    assert await stage.rows("select count(distinct session_id) from ledger") == [(1,)]
