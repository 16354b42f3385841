"""Money stops the spending and nothing else: never above a cap, and what was not read stays pending."""

import asyncio
from decimal import Decimal

import pytest

from enrichment.app import open_app
from enrichment.domain.tally import Tally
from enrichment.errors import BudgetExhausted
from enrichment.loop import run_once
from enrichment.settings import BudgetSettings
from tests.worker.stage import Stage

PROMPT, ANSWER = Decimal(10), Decimal(40)


def priced(stage: Stage, **budget: Decimal) -> None:
    model = stage.settings.model.model_copy(
        update={
            "usd_per_million_prompt_tokens": PROMPT,
            "usd_per_million_answer_tokens": ANSWER,
            # Little more than an answer takes: what is reserved for calls in flight is soon real, or free again.
            "max_answer_tokens": 300,
        }
    )
    stage.settings = stage.settings.model_copy(update={"model": model, "budget": BudgetSettings(**budget)})


def charged(stage: Stage) -> Decimal:
    """Return what the provider would ask for, by its own count."""
    stats = stage.model.stats
    return (PROMPT * stats.prompt_tokens + ANSWER * stats.completion_tokens) / 1_000_000


async def users(stage: Stage, number: int) -> None:
    for user in range(number):
        await stage.say(f"I own the book number {user}.", user=f"user{user}")


async def drain(stage: Stage) -> Tally | BudgetExhausted:
    async with open_app(stage.settings, trigger="once") as app:
        cycle = app.cycle(asyncio.Event())
        try:
            return await run_once(cycle)
        except BudgetExhausted as error:
            return error


async def test_two_replicas_with_eight_calls_each_never_spend_more_than_the_day_allows(stage: Stage) -> None:
    priced(stage, day_usd=Decimal("1.5"))
    stage.model.latency_seconds = 0.05
    await users(stage, 120)

    ends = await asyncio.gather(drain(stage), drain(stage))

    assert [type(end) for end in ends] == [BudgetExhausted] * 2
    assert Decimal("0.7") < charged(stage) <= Decimal("1.5")
    assert await stage.rows("select max(spent_usd + reserved_usd) <= 1.5 from budgets where limit_usd is not null") == [
        (True,)
    ]


async def test_what_is_counted_is_what_the_provider_charges(stage: Stage) -> None:
    priced(stage, run_usd=Decimal(100))
    await users(stage, 10)

    await stage.run()

    assert await stage.rows("select distinct spent_usd, reserved_usd from budgets") == [(charged(stage), 0)]


async def test_a_used_up_budget_leaves_the_messages_pending_and_blames_nobody(stage: Stage) -> None:
    priced(stage, run_usd=Decimal("0.0001"))
    await users(stage, 3)

    with pytest.raises(BudgetExhausted):
        await stage.run()

    assert await stage.statuses() == {"pending": 3}
    assert await stage.rows("select count(*), coalesce(sum(attempts), 0) from attempts where attempts > 0") == [(0, 0)]
    assert stage.model.stats.calls == 0


async def test_a_users_own_budget_stops_that_user_alone(stage: Stage) -> None:
    priced(stage, user_day_usd=Decimal("0.25"))
    small = stage.settings.batch.model_copy(update={"max_messages": 2})
    stage.settings = stage.settings.model_copy(update={"batch": small})
    await stage.say(*(f"I own the book number {number}." for number in range(60)), user="anna")
    await stage.say("I keep bees.", user="bert")

    tally = await stage.run()

    assert tally.failures["user_budget"] == 1
    assert 2 <= tally.completed < 61
    assert await stage.rows("select count(*) from ledger where user_id = 'bert'") == [(1,)]
    assert await stage.rows("select spent_usd <= 0.25 from budgets where user_id = 'anna'") == [(True,)]


async def test_a_call_that_does_not_fit_waits_for_what_the_calls_in_flight_leave_over(stage: Stage) -> None:
    priced(stage, run_usd=Decimal("0.25"))
    stage.model.latency_seconds = 0.05
    await users(stage, 12)

    tally = await stage.run()

    at_most = await stage.rows("select sum(reserved_usd) > 0.25, max(reserved_usd) * 3 < 0.25 from model_calls")
    assert at_most == [(True, True)]
    assert (tally.completed, tally.pending_left) == (12, 0)
    assert charged(stage) <= Decimal("0.25")
