"""OpenAI's own ways: parameters that newer models refuse, and 429s that mean money.

https://platform.openai.com/docs/api-reference/chat/create, https://platform.openai.com/docs/guides/error-codes
"""

import pytest

from bench.model_server import Behaviour, ChatRequest, ModelServer
from enrichment.adapters.model.providers import Provider, provider_at
from enrichment.errors import ModelAccessDenied, ModelFailure, ModelUnavailable
from tests.adapters.model.asking import answered
from tests.adapters.model.providers.conftest import Client
from tests.adapters.model.providers.scripted import Body, With


def error(code: str | None, kind: str = "invalid_request_error", param: str | None = None) -> dict[str, object]:
    return {"error": {"message": "…", "type": kind, "param": param, "code": code}}


def test_it_is_known_by_its_host() -> None:
    assert provider_at("https://api.openai.com/v1") is Provider.OPENAI
    assert provider_at("https://api.openai.com.example.org/v1") is Provider.OTHER


async def test_the_output_limit_has_its_new_name(client: Client, model_server: ModelServer) -> None:
    # `max_tokens` is refused by reasoning models: https://github.com/FoundationAgents/OpenManus/issues/555
    await answered(await client(provider="openai"))

    body = model_server.requests[0].body
    assert "max_tokens" not in body
    assert body["max_completion_tokens"] == 512


async def test_a_temperature_that_a_reasoning_model_refuses_is_left_out(
    client: Client, model_server: ModelServer
) -> None:
    # https://github.com/decolua/9router/issues/560
    def decide(request: ChatRequest) -> Behaviour | None:
        refused = Body(error("unsupported_value", param="temperature"), 400)
        return refused if "temperature" in request.body else None

    model_server.decide = decide

    await answered(await client(provider="openai"))

    assert [request.format for request in model_server.requests] == ["json_schema", "json_schema"]


@pytest.mark.parametrize(
    "code",
    [
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "insufficient_quota",
    ],
)
async def test_a_429_for_money_is_not_a_matter_of_speed(client: Client, model_server: ModelServer, code: str) -> None:
    # https://learn.microsoft.com/en-us/microsoft-cloud/dev/dev-proxy/concepts/openai-insufficient-quota
    model_server.script(Body(error(code, "insufficient_quota"), 429))

    with pytest.raises(ModelAccessDenied) as raised:
        await answered(await client(provider="openai"))

    assert raised.value.failure is ModelFailure.QUOTA


@pytest.mark.parametrize("code", ["rate_limit_exceeded", "slow_down"])
async def test_a_429_for_speed_is(client: Client, model_server: ModelServer, code: str) -> None:
    model_server.script(Body(error(code, "requests"), 429, {"retry-after": "3"}))

    with pytest.raises(ModelUnavailable) as raised:
        await answered(await client(provider="openai"))

    assert (raised.value.failure, raised.value.retry_after_seconds) == (ModelFailure.RATE, 3)


async def test_cached_tokens_are_part_of_the_prompts_and_cost_less(client: Client, model_server: ModelServer) -> None:
    # https://platform.openai.com/docs/guides/prompt-caching
    usage = {"prompt_tokens": 2_000, "completion_tokens": 0, "prompt_tokens_details": {"cached_tokens": 1_920}}
    model_server.script(With(usage=usage))

    answer = await answered(await client(provider="openai", name="gpt-4o-mini-2024-07-18"))

    assert (answer.usage.prompt_tokens, answer.usage.cached_tokens) == (2_000, 1_920)
    assert float(answer.usage.cost_usd or 0) == pytest.approx((80 * 0.15 + 1_920 * 0.075) / 1e6)
