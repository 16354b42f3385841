"""More turns are under way than calls at a time, and what a stop leaves over is still there."""

import asyncio

import pytest

from bench.model_server import ChatRequest, Held
from enrichment.app import open_app
from enrichment.loop import run_once
from enrichment.settings import BatchSettings
from tests.worker.stage import Stage


@pytest.fixture
def narrow_stage(stage: Stage) -> Stage:
    """One call at a time, two messages in each."""
    model = stage.settings.model.model_copy(update={"concurrency": 1})
    update = {"model": model, "batch": BatchSettings(max_messages=2)}
    stage.settings = stage.settings.model_copy(update=update)
    return stage


async def test_users_are_made_ready_while_another_is_asked_about(narrow_stage: Stage) -> None:
    asked = Held()
    narrow_stage.model.script(asked)
    for user in ("anna", "bert", "carl"):
        await narrow_stage.say("I keep bees.", user=user)

    async with asyncio.TaskGroup() as tasks:
        run = tasks.create_task(narrow_stage.run())
        while await narrow_stage.rows("select count(*) from users where owner is not null") != [(3,)]:
            pass
        asked.release()

    assert run.result().completed == 3
    assert narrow_stage.model.stats.most_in_flight == 1


async def test_a_stop_leaves_the_batches_that_were_not_begun_pending_and_says_so(narrow_stage: Stage) -> None:
    await narrow_stage.say(*(f"I own the book number {number}." for number in range(6)))
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop(_: ChatRequest) -> None:
        loop.call_soon_threadsafe(stopping.set)

    narrow_stage.model.decide = stop
    async with open_app(narrow_stage.settings, trigger="once") as app:
        tally = await run_once(app.cycle(stopping))

    assert (tally.model_calls, tally.completed, tally.pending_left) == (1, 2, 4)
    assert await narrow_stage.statuses() == {"completed": 2, "pending": 4}


async def test_the_next_call_is_reserved_before_a_lane_is_free_and_no_other(stage: Stage) -> None:
    model = stage.settings.model.model_copy(update={"concurrency": 2})
    stage.settings = stage.settings.model_copy(update={"model": model})
    asked = [Held(), Held()]
    stage.model.script(*asked)
    for user in ("anna", "bert", "carl", "dora", "emil"):
        await stage.say("I keep bees.", user=user)

    async with asyncio.TaskGroup() as tasks:
        run = tasks.create_task(stage.run())
        while await stage.rows("select count(*) from model_calls") != [(3,)]:
            pass
        opened, in_flight = await stage.rows("select count(*) from open_batches"), stage.model.stats.most_in_flight
        for each in asked:
            each.release()

    assert (opened, in_flight) == ([(3,)], 2)
    assert (run.result().completed, stage.model.stats.most_in_flight) == (5, 2)
