"""What never gets an answer is told from an outage by the others who get theirs."""

from bench.model_server import Behaviour, ChatRequest, NullContent
from tests.worker.stage import Stage

REASONS = "select reason from ledger where outcome = 'quarantined'"


def silenced(request: ChatRequest) -> Behaviour | None:
    return NullContent() if "the poison" in request.text else None


async def runs(stage: Stage, number: int, *others: str) -> None:
    """Drain so often, with one new message of each other user before."""
    model = stage.settings.model.model_copy(update={"attempts": 1})
    stage.settings = stage.settings.model_copy(update={"model": model})
    for run in range(number):
        for user in others:
            await stage.say(f"I own the book number {run}.", user=user)
        await stage.run()


async def test_a_message_that_alone_never_gets_an_answer_is_isolated_and_quarantined(stage: Stage) -> None:
    await stage.say("the poison", "I keep bees.")
    stage.model.decide = silenced

    # Three failures with an answer to somebody else between them; which of two calls at once is first, nobody knows.
    await runs(stage, 8, "ben")

    assert await stage.rows(REASONS) == [("server",)]
    assert await stage.statuses() == {"quarantined": 1, "completed": 9}


async def test_two_failures_are_an_accident(stage: Stage) -> None:
    await stage.say("the poison", "I keep bees.")
    stage.model.decide = silenced

    await runs(stage, 2, "ben")

    assert await stage.rows("select attempts, largest_batch from attempts") == [(0, None)] * 2


async def test_an_outage_for_all_blames_nobody(stage: Stage) -> None:
    await stage.say("the poison", "I keep bees.")
    stage.model.decide = lambda _: NullContent()

    await runs(stage, 5, "ben")

    assert await stage.rows("select 1 from attempts where attempts > 0 or largest_batch is not null") == []
    assert await stage.statuses() == {"pending": 7}
