"""T25: a message that is too long for a prompt is shown without its middle; that is marked, counted and on record."""

import pytest

from enrichment.cli.running import print_tally
from tests.worker.stage import Stage

END = "And I keep bees."
RECORD = "select truncated from ledger order by truncated"


def long(size: int) -> str:
    return "I keep hens. " + "word " * (size // 5) + END


async def test_the_model_sees_the_beginning_a_mark_and_the_end(stage: Stage) -> None:
    await stage.say(long(20_000))

    await stage.run()

    [request] = stage.model.requests
    assert "I keep hens." in request.text
    assert "[… left out …]" in request.text
    assert END in request.text
    assert len(request.text) < 16_000


async def test_it_is_counted_and_marked_in_the_ledger_and_a_short_one_is_not(stage: Stage) -> None:
    await stage.say("I keep bees.", long(20_000))

    tally = await stage.run()

    assert (tally.completed, tally.report()["truncated"]) == (2, 1)
    assert await stage.rows(RECORD) == [(False,), (True,)]


async def test_a_report_for_people_says_so(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    await stage.say(long(1_000_000))

    print_tally(await stage.run())

    assert "1 messages were too long to be shown whole" in capsys.readouterr().out
