"""Each request that is sent is a row, what may heal is tried again, and a malformed answer is repaired once."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bench.model_server import (
    Behaviour,
    BrokenJson,
    ChatRequest,
    Dropped,
    Failing,
    NullContent,
    RateLimited,
    Saying,
    Truncated,
)
from bench.model_server.scripted import Decide
from enrichment.settings import ModelSettings
from tests.patience import patiently
from tests.worker.stage import Stage

ROWS = """
    select failure, cost_usd is null, ended_at is not null, prompt_tokens > 0
      from model_calls
     order by asked_at
"""
MOST_TOKENS = 16_000
COUNTED, UNKNOWN = False, True


def patient(stage: Stage, **changes: object) -> None:
    """Let the worker try again, at prices that are easy to check."""
    model: ModelSettings = stage.settings.model.model_copy(update={"attempts": 4, "timeout_seconds": 20, **changes})
    stage.settings = stage.settings.model_copy(update={"model": model})


async def test_every_request_is_a_row_with_its_own_end(stage: Stage) -> None:
    patient(stage)
    await stage.say("I keep bees.")
    stage.model.script(RateLimited("0"), Failing(503), Dropped(), NullContent())

    tally = await stage.run()

    assert await stage.rows(ROWS) == [
        ("rate", COUNTED, True, None),
        ("server", COUNTED, True, None),
        ("transport", UNKNOWN, True, None),
        ("server", COUNTED, True, True),
    ]
    assert (tally.attempts, tally.model_calls, tally.completed) == (4, 1, 0)


async def test_what_may_heal_is_tried_again(stage: Stage) -> None:
    patient(stage)
    await stage.say("I keep bees.")
    stage.model.script(RateLimited("0"), Failing(503))

    tally = await stage.run()

    assert (tally.completed, tally.attempts, tally.model_calls) == (1, 3, 1)
    assert dict(tally.retries) == {"rate": 1, "server": 1}
    assert dict(tally.failures) == {}


async def test_each_step_down_the_ladder_of_forms_is_a_row(stage: Stage) -> None:
    await stage.say("I keep bees.")
    stage.model.decide = lambda request: Failing(400) if request.format == "json_schema" else None

    tally = await stage.run()

    assert tally.completed == 1
    assert [row[0] for row in await stage.rows(ROWS)] == ["form", None]


async def test_a_retry_after_in_seconds_is_honoured_within_one(stage: Stage) -> None:
    patient(stage)
    await stage.say("I keep bees.")
    stage.model.script(RateLimited("2"))

    tally = await stage.run()

    first, second = (request.arrived_at for request in stage.model.requests)
    assert 2 <= second - first <= 3
    assert 2 <= tally.waited_seconds <= 3


async def test_a_retry_after_as_a_date_is_honoured_within_a_second(stage: Stage) -> None:
    patient(stage)
    await stage.say("I keep bees.")
    date = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=5)
    stage.model.script(RateLimited(format_datetime(date, usegmt=True)))

    await stage.run()

    ago = timedelta(seconds=time.monotonic() - stage.model.requests[1].arrived_at)
    assert date <= datetime.now(UTC) - ago <= date + timedelta(seconds=1)


async def test_a_wait_that_is_too_long_leaves_the_work_for_later(stage: Stage) -> None:
    patient(stage)
    await stage.say("I keep bees.")
    stage.model.decide = lambda _: RateLimited("3600")
    started = time.monotonic()

    tally = await stage.run()

    assert time.monotonic() - started < patiently(5)
    assert (tally.attempts, tally.pending_left, dict(tally.failures)) == (1, 1, {"rate": 1})


BAD = {"broken JSON": BrokenJson(), "no JSON": Saying("I have noted it all."), "another form": Saying("{}")}


@pytest.mark.parametrize("behaviour", BAD.values(), ids=BAD)
async def test_a_malformed_answer_is_asked_for_once_more(stage: Stage, behaviour: Behaviour) -> None:
    await stage.say("I keep bees.", "I keep hens.")
    stage.model.script(behaviour)

    tally = await stage.run()

    first, again = (request.messages[-1]["content"] for request in stage.model.requests)
    assert (tally.completed, tally.model_calls, dict(tally.failures)) == (2, 2, {"schema": 1})
    assert again.startswith(first)
    assert "schema" in again.removeprefix(first)
    assert len(again) < len(first) + 200


async def test_only_one_repair_is_paid_for_however_often_the_batch_is_halved(stage: Stage) -> None:
    await stage.say(*(f"I own the book number {number}." for number in range(8)))
    stage.model.decide = spoilt_by("number 5")

    tally = await stage.run()

    repairs = {r.messages[-1]["content"] for r in stage.model.requests if "could not be used" in r.text}
    assert (tally.completed, tally.quarantined, len(repairs)) == (7, 1, 1)
    assert await stage.rows("select count(*) from model_calls where failure = 'schema'") == [(5,)]


async def test_an_answer_that_was_cut_is_given_the_most_room_before_anything_is_blamed(stage: Stage) -> None:
    await stage.say("I keep bees.")
    stage.model.decide = lambda request: Truncated() if request.body["max_tokens"] < MOST_TOKENS else None

    tally = await stage.run()

    assert (tally.completed, tally.quarantined, dict(tally.failures)) == (1, 0, {})
    assert dict(tally.retries) == {"truncated": 1}
    assert [request.body["max_tokens"] == MOST_TOKENS for request in stage.model.requests] == [False, True]


async def test_an_answer_that_is_cut_with_the_most_room_too_is_halved_with_that_room(stage: Stage) -> None:
    await stage.say("I keep bees.", "I keep hens.")
    stage.model.script(Truncated(), Truncated())

    tally = await stage.run()

    assert (tally.completed, dict(tally.failures)) == (2, {"truncated": 1})
    assert [request.body["max_tokens"] for request in stage.model.requests].count(MOST_TOKENS) == 3


def spoilt_by(words: str) -> Decide:
    def decide(request: ChatRequest) -> Behaviour | None:
        return BrokenJson() if words in request.text else None

    return decide
