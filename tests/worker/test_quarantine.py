"""What was quarantined can be tried again, as if for the first time, or given up for good."""

import pytest

from bench.model_server import Refusing
from tests.worker.operator import Operator
from tests.worker.stage import Stage


@pytest.fixture
async def operator(stage: Stage) -> Operator:
    """An operator with one refused message and one that was read."""
    await stage.say("the poison", "I keep bees.")
    stage.model.decide = lambda request: Refusing() if "the poison" in str(request.body) else None
    await stage.run()
    return Operator(stage)


async def test_it_is_listed_with_its_reason_and_without_its_text(operator: Operator) -> None:
    [one] = await operator.quarantined()

    assert (one.user_id, one.bot_name, one.reason, one.crashes) == ("anna", "luna", "refusal", 0)
    assert one.attempts >= 1
    assert "poison" not in repr(one)


async def test_a_retry_reads_it_with_a_clean_slate(stage: Stage, operator: Operator) -> None:
    [one] = await operator.quarantined()
    stage.model.decide = lambda _: None

    await operator.retry(one)

    assert await stage.statuses() == {"completed": 1, "pending": 1}
    assert await stage.rows("select * from attempts") == []
    assert ((await stage.run()).completed, await stage.statuses()) == (1, {"completed": 2})
    assert await operator.quarantined() == []


async def test_a_retry_that_fails_again_ends_in_quarantine_again(stage: Stage, operator: Operator) -> None:
    [one] = await operator.quarantined()

    await operator.retry(one)
    tally = await stage.run()

    assert (tally.quarantined, await stage.statuses()) == (1, {"completed": 1, "quarantined": 1})


async def test_what_is_dropped_ends_as_skipped_and_is_not_read_again(stage: Stage, operator: Operator) -> None:
    [one] = await operator.quarantined()
    calls = stage.model.stats.calls

    await operator.drop(one)

    assert await stage.statuses() == {"completed": 1, "skipped": 1}
    assert await stage.rows("select reason from ledger where withdrawn_at is null and outcome = 'skipped'") == [
        ("dropped",)
    ]
    assert ((await stage.run()).handled, stage.model.stats.calls) == (0, calls)
    assert (await operator.sweep()).found.total() == 0


async def test_dropping_twice_changes_nothing(stage: Stage, operator: Operator) -> None:
    [one] = await operator.quarantined()

    await operator.drop(one)
    await operator.drop(one)

    assert len(await stage.rows("select 1 from ledger where withdrawn_at is null")) == 2
