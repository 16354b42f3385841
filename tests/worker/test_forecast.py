"""A dry run tells what the run then does: the same calls, nearly the same tokens, a cost within its range."""

import random
from datetime import timedelta

import pytest

from bench.model_server.responders import Fixed
from enrichment.app import open_forecaster
from enrichment.domain.selection import Selection
from enrichment.forecast import PRIOR, Forecast
from enrichment.options import turn_limits
from tests.worker.stage import NOON, Stage

SENTENCES = (
    "I moved from Lyon to {place} last {season}, and I still miss the river.",
    "My sister {name} is visiting us on the {number}th, so the guest room has to be ready by then!",
    "Honestly? The new job at the museum pays {number},500 a month, which is fine.",
    "haha yes 😂 {name} said the very same thing yesterday",
    "Ich habe {number} Bienenvölker auf dem Dach, und im {season} gibt es Honig.",
    "Сегодня {name} приедет в {place}, и мы пойдём в театр.",
    "我{number}月去{place}看{name}。",
    "We should think about what the doctor told us: no sugar, more sleep, and a walk with {name} after lunch.",
)


async def chat(stage: Stage, users: int, messages: int, day: int = 0) -> None:
    """Generate a chat of several users that says the same in each test run."""
    dice = random.Random(7)
    for user in range(users):
        words = {"place": ["Berlin", "Porto", "Oslo"], "name": ["Ada", "Bo", "Carmen"], "season": ["spring", "winter"]}
        lines = [
            dice.choice(SENTENCES).format(number=number, **{key: dice.choice(many) for key, many in words.items()})
            for number in range(messages)
        ]
        await stage.say(*lines, user=f"user{user}", at=NOON + timedelta(days=day))


async def forecast(stage: Stage) -> Forecast:
    async with open_forecaster(stage.settings) as forecaster:
        return await forecaster.forecast(turn_limits(stage.settings), Selection())


async def test_calls_are_exact_and_prompt_tokens_within_fifteen_percent(stage: Stage) -> None:
    await chat(stage, users=4, messages=60)

    told = await forecast(stage)
    tally = await stage.run()

    assert told.model_calls == tally.model_calls == stage.model.stats.calls
    assert told.messages == tally.completed == 240
    assert told.prompt_tokens == pytest.approx(stage.model.stats.prompt_tokens, rel=0.15)


async def test_before_any_call_the_length_of_answers_is_a_stated_guess(stage: Stage) -> None:
    await chat(stage, users=1, messages=3)

    told = await forecast(stage)

    assert told.lengths == PRIOR
    assert told.price_known
    assert 0 < told.cost_usd_low < told.cost_usd_high


async def test_after_calls_the_range_follows_the_model_and_holds_the_cost(stage: Stage) -> None:
    await chat(stage, users=12, messages=10)
    stage.model.responder = Fixed({"facts": [], "signals": [], "windows": []})
    await stage.run()
    await chat(stage, users=12, messages=10, day=1)
    stage.model.responder = Fixed({"facts": [], "signals": [], "windows": []})

    told = await forecast(stage)
    tally = await stage.run()

    assert told.lengths.calls == 12
    assert told.cost_usd_low <= tally.cost_usd <= told.cost_usd_high
    assert told.cost_usd_high < 3 * told.cost_usd_low


async def test_a_model_without_a_price_is_said_to_have_none(stage: Stage) -> None:
    model = stage.settings.model.model_copy(update={"name": "nobody-knows-me"})
    stage.settings = stage.settings.model_copy(update={"model": model})
    await chat(stage, users=1, messages=3)

    told = await forecast(stage)
    await stage.run()

    assert not told.price_known
    assert await stage.rows("select cost_usd from model_calls") == [(None,)]
    assert await stage.rows(
        "select distinct spent_usd = reserved from budgets, (select sum(reserved_usd) as reserved from model_calls) c"
    ) == [(True,)]
    assert told.cost_usd_high > 0
