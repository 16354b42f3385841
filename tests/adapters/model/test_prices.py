"""A model's price is found by its name, a setting overrules it, and a stand-in is never taken for a price."""

from decimal import Decimal

import pytest

from enrichment.adapters.model.prices import FREE, Prices, listed
from enrichment.adapters.model.providers import Provider, profile_of
from enrichment.options import prices
from enrichment.settings import ModelSettings
from tests.house.sources import ROOT

MILLION = 1_000_000


@pytest.mark.parametrize(
    ("name", "prompt"),
    [
        ("gpt-4o-mini", "0.15"),
        ("gpt-4o-mini-2024-07-18", "0.15"),
        ("openai/gpt-4o-mini", "0.15"),
        ("GPT-4o", "2.50"),
        ("gpt-5-mini", "0.25"),
        ("gpt-5", "1.25"),
        ("anthropic/claude-sonnet-4.5", "3"),
        ("claude-opus-4-6", "5"),
    ],
)
def test_the_first_pattern_that_fits_gives_the_price(name: str, prompt: str) -> None:
    assert listed(name).cost(MILLION, 0) == Decimal(prompt)


@pytest.mark.parametrize("name", ["nobody-knows-me", "gpt-9", "gpt-5.9-ultra", "claude-opus-4-1"])
def test_a_model_that_is_not_listed_has_a_stand_in_that_is_higher_than_any_price(name: str) -> None:
    found = listed(name)

    assert not found.known
    assert found.prompt > listed("gpt-5.5").prompt
    assert found.answer > listed("gpt-5.5").answer


def test_cached_tokens_are_a_part_of_the_prompts() -> None:
    price = Prices(prompt=Decimal(2), answer=Decimal(8), cached=Decimal("0.5"))

    assert price.cost(MILLION, 0, MILLION // 2) == Decimal("1.25")


def test_what_is_set_overrules_the_list() -> None:
    model = ModelSettings(name="gpt-4o-mini", usd_per_million_answer_tokens=Decimal(3))

    found = prices(model, profile_of(Provider.OPENAI))

    assert found == Prices(answer=Decimal(3))


def test_a_server_of_ones_own_is_free_unless_something_else_is_set() -> None:
    own = profile_of(Provider.VLLM)

    assert prices(ModelSettings(name="gpt-4o-mini"), own) == FREE
    assert prices(ModelSettings(usd_per_million_prompt_tokens=Decimal(1)), own).cost(MILLION, 0) == 1


def test_the_list_is_in_the_wheel_and_says_when_it_was_true() -> None:
    assert '"config/prices.toml" = "enrichment/prices.toml"' in (ROOT / "pyproject.toml").read_text()
    assert "As of " in (ROOT / "config/prices.toml").read_text()
