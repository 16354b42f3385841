"""A stored answer is read as often as it takes, piece by piece where reading it kills, and never paid for again."""

import json
from decimal import Decimal

import pytest

from enrichment.digest import ask
from enrichment.domain.batches import Known, Limits
from enrichment.domain.changes import UserHistory
from enrichment.domain.prompt import Answer, Usage
from enrichment.planning.turn import plan_turn
from enrichment.recovery import left_of
from tests.worker.stage import Stage

RUN_OUT = "update users set lease_until = clock_timestamp() - interval '1 second'"
KEPT = "select object from facts where state = 'active' order by object"


def fact(number: int, *others: int) -> dict[str, object]:
    """Return what a model says of a message, and perhaps of others."""
    return {
        "m": [number, *others], "q": f"I keep bee number {number}.", "s": f"The user keeps bee number {number}.",
        "who": "user", "p": "keeps", "o": f"bee {number}", "cat": "possession", "op": None, "sure": "sure", "t": None,
    }  # fmt: skip


async def answered_and_died(stage: Stage, *facts: dict[str, object]) -> None:
    """Do what a process has done that dies while it reads its answer."""
    answer = Answer(text=json.dumps({"facts": facts, "signals": [], "windows": []}), model="x", usage=Usage())
    async with stage.opened() as app:
        lease = await app.ports.leases.claim("anna")
        assert lease is not None
        fetched = await app.ports.pending.fetch("anna", await stage.refs())
        (batch,) = plan_turn("anna", fetched.messages, UserHistory(), Limits()).batches
        opened = await app.ports.open_batches.open(batch, Known(), ask(batch, Known()), lease)
        await app.ports.calls.answered(await app.ports.calls.reserve(opened, "x", Decimal(0)), answer)
    await stage.rows(RUN_OUT)


async def taken_up_and_died(stage: Stage) -> None:
    """Do what a successor has done that dies of the same answer."""
    async with stage.opened() as app:
        lease = await app.ports.leases.claim("anna")
        assert lease is not None
        record = await app.ports.open_batches.unfinished(lease)
        assert record is not None
        left = await left_of(app.ports, "anna", record)
        assert left is not None
        await app.ports.open_batches.take_up(record, left.reading, lease)
    await stage.rows(RUN_OUT)


@pytest.fixture
def bees() -> list[str]:
    return [f"I keep bee number {number}." for number in range(1, 10)]


async def test_an_answer_is_not_paid_for_again_although_its_reader_died_twice(stage: Stage, bees: list[str]) -> None:
    await stage.say(*bees)
    await answered_and_died(stage, *map(fact, range(1, 10)))
    await taken_up_and_died(stage)

    tally = await stage.run()

    assert (tally.completed, tally.batches, stage.model.stats.calls) == (9, 6, 0)
    assert await stage.rows(KEPT) == [(f"bee {number}",) for number in range(1, 10)]
    assert await stage.rows("select count(*) from open_batches") == [(0,)]


async def test_a_message_whose_reading_killed_three_processes_is_isolated_without_a_call(
    stage: Stage, bees: list[str]
) -> None:
    poison, *_ = await stage.say(*bees)
    await answered_and_died(stage, *map(fact, range(1, 10)))
    await taken_up_and_died(stage)
    await taken_up_and_died(stage)

    tally = await stage.run()

    assert (tally.completed, tally.quarantined, stage.model.stats.calls) == (8, 1, 0)
    assert await stage.rows("select point_id, reason from ledger where outcome = 'quarantined'") == [(poison, "crash")]
    assert await stage.rows(KEPT) == [(f"bee {number}",) for number in range(2, 10)]


async def test_a_fact_that_rests_on_two_parts_of_an_answer_is_left_out_and_spoils_neither(
    stage: Stage, bees: list[str]
) -> None:
    await stage.say(*bees)
    await answered_and_died(stage, fact(1), *(fact(1, number) for number in range(2, 10)))

    tally = await stage.run()

    assert (tally.completed, stage.model.stats.calls) == (9, 0)
    assert tally.refused["absent"] > 0
    assert await stage.rows(KEPT) == [("bee 1",)]


async def test_an_answer_is_finished_although_most_of_its_messages_were_edited(stage: Stage, bees: list[str]) -> None:
    ids = await stage.say(*bees)
    async with stage.opened() as app:
        assert await app.ports.leases.claim("anna") is not None
    await stage.rows(RUN_OUT)
    await answered_and_died(stage, *map(fact, range(1, 10)))
    for point_id in ids[1:]:
        await stage.edit(point_id, f"I sold {point_id}.")

    tally = await stage.run()

    assert (tally.completed, stage.model.stats.calls) == (9, 1)
