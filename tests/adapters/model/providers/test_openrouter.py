"""OpenRouter's ways: what it is told about providers, errors inside of a 200, and a cost of its own.

https://openrouter.ai/docs/api/reference/errors-and-debugging, https://openrouter.ai/docs/guides/routing/provider-selection
"""

from decimal import Decimal

import pytest

from bench.model_server import ModelServer
from enrichment.adapters.model.providers import Provider, provider_at
from enrichment.domain.prompt import Answer
from enrichment.errors import ModelAccessDenied, ModelError, ModelFailure, ModelUnavailable, UnusableAnswer
from tests.adapters.model.asking import answered
from tests.adapters.model.providers.conftest import Client
from tests.adapters.model.providers.scripted import Body, With


def error(code: int, **metadata: object) -> dict[str, object]:
    """Build an error in their form: the code is a number, and there is no type."""
    return {"error": {"code": code, "message": "…", "metadata": metadata}}


async def failure_of(client: Client) -> ModelError:
    with pytest.raises(ModelError) as raised:
        await answered(await client(provider="openrouter"))
    return raised.value


def test_it_is_known_by_its_host() -> None:
    assert provider_at("https://openrouter.ai/api/v1") is Provider.OPENROUTER


async def test_providers_must_take_the_schema_and_may_keep_nothing(client: Client, model_server: ModelServer) -> None:
    # Without the first, what a provider does not support is dropped in silence; the second is "allow" by default.
    await answered(await client(provider="openrouter"))
    await answered(await client(provider="openrouter", data_collection="allow", zero_data_retention=True))

    assert [request.body["provider"] for request in model_server.requests] == [
        {"require_parameters": True, "data_collection": "deny"},
        {"require_parameters": True, "data_collection": "allow", "zdr": True},
    ]


async def test_others_are_not_sent_what_they_do_not_know(client: Client, model_server: ModelServer) -> None:
    await answered(await client())

    assert "provider" not in model_server.requests[0].body


@pytest.mark.parametrize(
    ("code", "error_type", "failure"),
    [
        (400, ModelAccessDenied, ModelFailure.AUTH),
        (401, ModelAccessDenied, ModelFailure.AUTH),
        (402, ModelAccessDenied, ModelFailure.QUOTA),
        (408, ModelUnavailable, ModelFailure.SERVER),
        (429, ModelUnavailable, ModelFailure.RATE),
        (502, ModelUnavailable, ModelFailure.SERVER),
        (503, ModelUnavailable, ModelFailure.SERVER),
    ],
)
async def test_an_error_inside_of_a_200_means_what_its_code_says(
    client: Client, model_server: ModelServer, code: int, error_type: type[ModelError], failure: ModelFailure
) -> None:
    model_server.decide = lambda _: Body(error(code))

    raised = await failure_of(client)

    assert (type(raised), raised.failure) == (error_type, failure)


async def test_what_was_charged_before_the_error_is_not_forgotten(client: Client, model_server: ModelServer) -> None:
    usage = {"prompt_tokens": 50, "completion_tokens": 7, "cost": 0.002}
    model_server.script(Body(error(502) | {"usage": usage, "model": "gpt-x"}))

    raised = await failure_of(client)

    assert isinstance(raised.charged, Answer)
    assert raised.charged.usage.cost_usd == Decimal("0.002")


async def test_flagged_input_blames_the_messages(client: Client, model_server: ModelServer) -> None:
    # https://openrouter.ai/docs/api/reference/errors-and-debugging#moderation-errors
    model_server.script(Body(error(403, reasons=["violence"], flagged_input="…"), 403))

    raised = await failure_of(client)

    assert (type(raised), raised.failure) == (UnusableAnswer, ModelFailure.POLICY)


async def test_a_402_for_what_is_in_flight_passes_by_itself(client: Client, model_server: ModelServer) -> None:
    body = error(402, limit_source="openrouter_in_flight_budget")
    model_server.script(Body(body, 402, {"retry-after": "4"}))

    raised = await failure_of(client)

    assert isinstance(raised, ModelUnavailable)
    assert (raised.failure, raised.retry_after_seconds) == (ModelFailure.RATE, 4)


async def test_a_choice_that_failed_half_way_is_no_answer(client: Client, model_server: ModelServer) -> None:
    model_server.script(With(choice={"finish_reason": "error", "error": {"code": 502, "message": "…"}}))

    assert (await failure_of(client)).failure is ModelFailure.SERVER


async def test_the_cost_is_theirs(client: Client, model_server: ModelServer) -> None:
    # Always there; `usage: {include: true}` is deprecated: https://openrouter.ai/docs/use-cases/usage-accounting
    model_server.script(With(usage={"cost": 0.00123}))

    answer = await answered(await client(provider="openrouter", name="openai/gpt-4o-mini"))

    assert answer.usage.cost_usd == Decimal("0.00123")


async def test_no_provider_for_these_parameters_means_another_form(client: Client, model_server: ModelServer) -> None:
    # With `require_parameters` a form that nobody behind the router takes is a 404.
    model_server.decide = lambda request: Body(error(404), 404) if request.format == "json_schema" else None

    await answered(await client(provider="openrouter"))

    assert [request.format for request in model_server.requests] == ["json_schema", "json_object"]
