"""A pause stops new work everywhere, and loses none."""

import asyncio

import pytest

from enrichment.cycle import Cycle
from enrichment.errors import WorkPaused
from enrichment.loop import Rhythm, run_forever, run_once
from tests.worker.operator import Operator
from tests.worker.stage import Stage

QUICK = Rhythm(busy_seconds=0.01, idle_seconds=0.05, replan_seconds=1, reconcile_seconds=0.05)


@pytest.fixture
async def operator(stage: Stage) -> Operator:
    """An operator who has paused the work while a message waits."""
    await stage.say("I keep bees.")
    operator = Operator(stage)
    await operator.pause("moving house")
    return operator


async def test_a_run_while_paused_reads_nothing_and_says_why(stage: Stage, operator: Operator) -> None:
    with pytest.raises(WorkPaused, match="moving house"):
        await stage.run()

    assert (await stage.statuses(), stage.model.stats.calls) == ({"pending": 1}, 0)


async def test_who_insists_works_all_the_same(stage: Stage, operator: Operator) -> None:
    async with operator.app() as app:
        tally = await run_once(app.cycle(asyncio.Event(), despite_pause=True))

    assert tally.completed == 1


async def test_a_pause_that_comes_in_the_middle_leaves_the_next_user_waiting(stage: Stage) -> None:
    operator, stopping = Operator(stage), asyncio.Event()
    await stage.say("I keep bees.")
    async with operator.app() as app:
        cycle = app.cycle(stopping)
        await cycle.plan()
        await operator.pause()
        await cycle.serve()

    assert await stage.statuses() == {"pending": 1}


async def test_the_daemon_waits_for_the_end_of_the_pause(stage: Stage, operator: Operator) -> None:
    stopping, begun = asyncio.Event(), asyncio.Semaphore(0)

    async with operator.app() as app, asyncio.timeout(60):

        def next_cycle() -> Cycle:
            begun.release()
            return app.cycle(stopping)

        daemon = asyncio.create_task(run_forever(next_cycle, QUICK, stopping, app.note))
        await begun.acquire()
        await begun.acquire()
        paused = await stage.statuses()
        await operator.resume()
        await stage.until({"completed": 1})
        stopping.set()
        await daemon

    assert paused == {"pending": 1}


async def test_pausing_twice_keeps_the_first_reason_and_one_resume_ends_it(stage: Stage, operator: Operator) -> None:
    await operator.pause("lunch")

    assert await stage.rows("select reason from pauses where resumed_at is null") == [("moving house",)]
    await operator.resume()
    assert (await stage.run()).completed == 1
