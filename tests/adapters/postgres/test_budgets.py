"""Budgets of users stand beside everybody's; what nobody knows the cost of counts in full."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from enrichment import options
from enrichment.adapters.postgres.answers import answer_lengths
from enrichment.adapters.postgres.calls import PostgresCalls
from enrichment.adapters.postgres.standing import standing
from enrichment.domain.prompt import AnswerLengths, Usage
from enrichment.errors import BudgetExhausted, ModelFailure, UserBudgetExhausted
from enrichment.options import RUN_KEPT
from enrichment.ports import Call, OpenBatch
from enrichment.settings import Settings
from tests.adapters.postgres.examples import TODAY, USER, Stage, a_message, an_answer

BUDGETS = "select budget_key, user_id, reserved_usd, spent_usd from budgets order by budget_key"


@pytest.fixture
async def opened(stage: Stage) -> OpenBatch:
    return await stage.open(await stage.claim(), a_message("m1"), a_message("m2", 1))


async def reserved(stage: Stage, opened: OpenBatch, usd: str = "0.3") -> Call:
    return await stage.calls.reserve(opened, "stub", Decimal(usd))


async def test_a_users_budget_is_reserved_beside_the_others(stage: Stage, opened: OpenBatch) -> None:
    stage.user_budget = Decimal(1)

    await reserved(stage, opened)

    assert [tuple(row.values()) for row in await stage.rows(BUDGETS)] == [
        ("day", None, Decimal("0.3"), 0),
        (f"user:{USER}", USER, Decimal("0.3"), 0),
    ]


async def test_a_users_budget_that_is_used_up_is_told_apart_and_reserves_nothing(
    stage: Stage, opened: OpenBatch
) -> None:
    stage.user_budget = Decimal("0.5")
    await reserved(stage, opened)

    with pytest.raises(UserBudgetExhausted):
        await reserved(stage, opened)

    assert await stage.value("select reserved_usd from budgets where budget_key = 'day'") == Decimal("0.3")


async def test_everybodys_budget_is_named_before_a_users(stage: Stage, opened: OpenBatch) -> None:
    stage.user_budget, stage.budgets = Decimal("0.1"), {"day": Decimal("0.1")}

    with pytest.raises(BudgetExhausted, match="day") as raised:
        await reserved(stage, opened)

    assert type(raised.value) is BudgetExhausted


async def test_a_budget_says_whether_calls_in_flight_may_make_room(stage: Stage, opened: OpenBatch) -> None:
    stage.budgets = {"day": Decimal(1)}
    first = await reserved(stage, opened, "0.8")

    with pytest.raises(BudgetExhausted) as while_in_flight:
        await reserved(stage, opened, "0.8")
    await stage.calls.answered(first, an_answer(cost="0.5"))
    with pytest.raises(BudgetExhausted) as afterwards:
        await reserved(stage, opened, "0.8")

    assert (while_in_flight.value.may_return, afterwards.value.may_return) == (True, False)


async def test_users_budgets_of_days_long_past_are_forgotten(stage: Stage, opened: OpenBatch) -> None:
    days: list[date] = [TODAY - timedelta(days=ago) for ago in (1, 2, 30)]
    for day in days:
        await stage.execute("insert into budgets (budget_key, user_id, day) values ($1, 'x', $2)", f"user:{day}", day)
    stage.user_budget = Decimal(1)

    await reserved(stage, opened)

    assert await stage.value("select array_agg(day order by day) from budgets where user_id = 'x'") == [days[0]]


async def test_budgets_of_days_and_runs_are_forgotten_and_none_of_a_run_that_still_calls(
    stage: Stage, opened: OpenBatch
) -> None:
    first, later = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 3, 20, tzinfo=UTC)
    last, long_after = later + RUN_KEPT, later + 2 * RUN_KEPT
    daemon, ended = uuid.UUID(int=1), uuid.UUID(int=2)

    for run_id, now in ((daemon, first), (ended, first), (daemon, later), (daemon, last), (daemon, long_after)):
        budgets = partial(options.budgets, Settings(), run_id, now)
        await PostgresCalls(stage.database, budgets=budgets).reserve(opened, "stub", Decimal("0.1"))

    assert await stage.rows("select budget_key, reserved_usd from budgets order by 1") == [
        {"budget_key": f"day:{long_after.date()}", "reserved_usd": Decimal("0.1")},
        {"budget_key": f"run:{daemon}", "reserved_usd": Decimal("0.4")},
    ]


async def test_a_call_of_unknown_cost_counts_as_what_was_reserved(stage: Stage, opened: OpenBatch) -> None:
    call = await reserved(stage, opened)

    await stage.calls.failed(call, ModelFailure.TRANSPORT, cost_unknown=True)

    assert await stage.value("select spent_usd from budgets") == Decimal("0.3")
    assert await stage.rows("select cost_usd, failure from model_calls") == [{"cost_usd": None, "failure": "transport"}]


async def test_an_answer_of_unknown_cost_stays_so_when_it_proves_unusable(stage: Stage, opened: OpenBatch) -> None:
    call = await reserved(stage, opened)
    answer = an_answer()

    await stage.calls.answered(call, type(answer)(text="{}", model="stub-1", usage=Usage(cost_usd=None)))
    await stage.calls.failed(call, ModelFailure.SCHEMA)

    assert await stage.value("select spent_usd from budgets") == Decimal("0.3")
    assert await stage.value("select cost_usd from model_calls") is None


async def test_the_status_tells_what_the_day_has_left(stage: Stage, opened: OpenBatch) -> None:
    today = await stage.value("select (now() at time zone 'UTC')::date")
    stage.budgets = {f"day:{today}": Decimal(2)}
    call = await reserved(stage, opened)
    await stage.calls.answered(call, an_answer(cost="0.05"))
    await reserved(stage, opened)

    found = await standing(stage.database)

    assert (found.cost_today_usd, found.left_today_usd) == (Decimal("0.35"), Decimal("1.65"))


async def test_the_length_of_answers_is_told_for_each_message(stage: Stage, opened: OpenBatch) -> None:
    for tokens in range(10, 130):
        await stage.calls.answered(await reserved(stage, opened, "0"), an_answer(completion_tokens=tokens))

    lengths = await answer_lengths(stage.database, "stub", schema=3)

    # The last hundred of two messages each had 30 to 129 tokens.
    assert isinstance(lengths, AnswerLengths)
    assert [lengths.low, lengths.high, lengths.calls] == pytest.approx([19.95, 59.55, 100])
    assert await answer_lengths(stage.database, "another", schema=3) is None
