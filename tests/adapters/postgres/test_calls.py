"""Every call is accounted for before it is made, and closed once."""

import asyncio
from decimal import Decimal

import pytest

from enrichment.domain.changes import Changes
from enrichment.errors import BudgetExhausted, ModelFailure
from enrichment.ports import OpenBatch
from tests.adapters.postgres.examples import USER, Stage, a_message, an_answer

BUDGETS = "select budget_key, reserved_usd, spent_usd from budgets order by budget_key"
CALL = "select answer, failure, served_model, cost_usd, prompt_tokens, ended_at is not null as ended from model_calls"


@pytest.fixture
async def opened(stage: Stage) -> OpenBatch:
    """A batch for which the model is to be asked."""
    return await stage.open(await stage.claim(), a_message("m1"))


def budget(key: str, reserved: str, spent: str) -> dict[str, object]:
    """Build a row of budgets."""
    return {"budget_key": key, "reserved_usd": Decimal(reserved), "spent_usd": Decimal(spent)}


async def test_a_reservation_is_in_every_budget_before_the_call(stage: Stage, opened: OpenBatch) -> None:
    stage.budgets = {"day": Decimal(1), "run": None}

    call = await stage.calls.reserve(opened, "stub", Decimal("0.3"))

    assert call.reserved_usd == Decimal("0.3")
    assert await stage.rows(BUDGETS) == [budget("day", "0.3", "0"), budget("run", "0.3", "0")]
    assert (await stage.rows(CALL))[0]["ended"] is False


async def test_an_answer_turns_the_reservation_into_what_it_cost(stage: Stage, opened: OpenBatch) -> None:
    call = await stage.calls.reserve(opened, "stub", Decimal("0.3"))

    await stage.calls.answered(call, an_answer("said", "0.02", prompt_tokens=12))

    assert await stage.rows(BUDGETS) == [budget("day", "0", "0.02")]
    row = (await stage.rows(CALL))[0]
    assert (row["answer"], row["served_model"], row["cost_usd"], row["prompt_tokens"]) == (
        *("said", "stub-1", Decimal("0.02")),
        12,
    )


async def test_an_answer_that_is_stored_twice_is_paid_once(stage: Stage, opened: OpenBatch) -> None:
    call = await stage.calls.reserve(opened, "stub", Decimal("0.3"))

    await stage.calls.answered(call, an_answer())
    await stage.calls.answered(call, an_answer())

    assert await stage.rows(BUDGETS) == [budget("day", "0", "0.02")]


async def test_a_call_that_came_to_nothing_gives_its_reservation_back(stage: Stage, opened: OpenBatch) -> None:
    call = await stage.calls.reserve(opened, "stub", Decimal("0.3"))

    await stage.calls.failed(call, ModelFailure.TRANSPORT)

    assert await stage.rows(BUDGETS) == [budget("day", "0", "0")]
    assert (await stage.rows(CALL))[0]["failure"] == "transport"


async def test_a_failure_that_was_charged_is_spent(stage: Stage, opened: OpenBatch) -> None:
    call = await stage.calls.reserve(opened, "stub", Decimal("0.3"))

    await stage.calls.failed(call, ModelFailure.TRUNCATED, an_answer("half", "0.05"))

    assert await stage.rows(BUDGETS) == [budget("day", "0", "0.05")]
    assert (await stage.rows(CALL))[0]["answer"] is None


async def test_an_answer_that_proves_unusable_stays_paid_and_is_not_used_again(stage: Stage, opened: OpenBatch) -> None:
    call = await stage.calls.reserve(opened, "stub", Decimal("0.3"))
    await stage.calls.answered(call, an_answer("broken", "0.05"))

    await stage.calls.failed(call, ModelFailure.SCHEMA)

    assert await stage.rows(BUDGETS) == [budget("day", "0", "0.05")]
    row = (await stage.rows(CALL))[0]
    assert (row["answer"], row["failure"], row["cost_usd"]) == (None, "schema", Decimal("0.05"))


async def test_what_does_not_fit_one_budget_is_reserved_in_none(stage: Stage, opened: OpenBatch) -> None:
    stage.budgets = {"day": None, "run": Decimal("0.5")}
    await stage.calls.reserve(opened, "stub", Decimal("0.3"))

    with pytest.raises(BudgetExhausted, match="run"):
        await stage.calls.reserve(opened, "stub", Decimal("0.3"))

    assert await stage.rows(BUDGETS) == [budget("day", "0.3", "0"), budget("run", "0.3", "0")]
    assert await stage.value("select count(*) from model_calls") == 1


async def test_a_first_call_that_is_too_dear_is_refused(stage: Stage, opened: OpenBatch) -> None:
    stage.budgets = {"day": Decimal("0.1")}

    with pytest.raises(BudgetExhausted, match="day"):
        await stage.calls.reserve(opened, "stub", Decimal("0.3"))

    assert await stage.rows(BUDGETS) == []


async def test_a_budget_that_is_raised_goes_on(stage: Stage, opened: OpenBatch) -> None:
    stage.budgets = {"day": Decimal("0.3")}
    await stage.calls.reserve(opened, "stub", Decimal("0.3"))

    stage.budgets = {"day": Decimal("0.6")}

    await stage.calls.reserve(opened, "stub", Decimal("0.3"))
    assert await stage.rows(BUDGETS) == [budget("day", "0.6", "0")]


async def test_many_at_once_never_reserve_more_than_the_budget(stage: Stage, opened: OpenBatch) -> None:
    stage.budgets = {"day": Decimal(1), "run": Decimal(9)}

    made = await asyncio.gather(
        *(stage.calls.reserve(opened, "stub", Decimal("0.15")) for _ in range(20)), return_exceptions=True
    )

    assert sum(not isinstance(call, BaseException) for call in made) == 6
    assert await stage.value("select reserved_usd from budgets where budget_key = 'day'") == Decimal("0.90")


async def test_a_call_is_charged_to_the_day_it_was_reserved_on(stage: Stage, opened: OpenBatch) -> None:
    stage.budgets = {"day:1": None}
    call = await stage.calls.reserve(opened, "stub", Decimal("0.3"))
    stage.budgets = {"day:2": None}
    await stage.calls.reserve(opened, "stub", Decimal("0.1"))

    await stage.calls.answered(call, an_answer())

    assert await stage.rows(BUDGETS) == [budget("day:1", "0", "0.02"), budget("day:2", "0.1", "0")]


async def test_a_stored_answer_is_forgotten_with_the_commit(stage: Stage) -> None:
    lease = await stage.claim()
    opened = await stage.open(lease, a_message("m1"))
    call = await stage.calls.reserve(opened, "stub", Decimal("0.3"))
    await stage.calls.answered(call, an_answer("private words"))

    await stage.memory.commit(opened, Changes(), lease)

    assert (await stage.rows(CALL))[0]["answer"] is None
    assert await stage.value("select model from batches where user_id = $1", USER) == "stub-1"
