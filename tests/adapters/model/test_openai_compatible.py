"""The client of OpenAI-compatible servers, against one over real HTTP that misbehaves as scripted."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from bench.model_server import (
    Behaviour,
    ChatRequest,
    ContentFiltered,
    Cut,
    Dripping,
    Dropped,
    ErrorInside,
    Failing,
    Fenced,
    Hanging,
    ModelServer,
    NoChoices,
    NullContent,
    OtherModel,
    RateLimited,
    Refusing,
    Saying,
    Truncated,
)
from bench.model_server.responders import Fixed
from enrichment.adapters.model.openai_compatible import Endpoint, OpenAICompatible, openai_compatible
from enrichment.adapters.model.prices import Prices
from enrichment.domain.prompt import Answer
from enrichment.errors import ModelAccessDenied, ModelError, ModelFailure, ModelUnavailable, UnusableAnswer
from tests.adapters.model.asking import PROMPT, SECRET, answered
from tests.adapters.model.providers.scripted import Endless, Page
from tests.patience import patiently

KEY = "sk-do-not-print-me"
Opened = Callable[..., Any]


@pytest.fixture
async def opened(model_server: ModelServer) -> AsyncIterator[Opened]:
    """Opens clients of the model server, by default quick to give up."""
    model_server.responder = Fixed({"facts": [], "windows": []})
    default = Endpoint(base_url=model_server.base_url, name="gpt-x", api_key=KEY, timeout_seconds=5)
    async with AsyncExitStack() as stack:

        async def open_(**changes: Any) -> OpenAICompatible:  # noqa: ANN401 - fields of Endpoint
            client: AbstractAsyncContextManager[OpenAICompatible] = openai_compatible(replace(default, **changes))
            return await stack.enter_async_context(client)

        yield open_


async def failure_of(model: OpenAICompatible) -> ModelError:
    with pytest.raises(ModelError) as raised:
        await answered(model)
    return raised.value


async def test_an_answer_has_its_text_its_model_and_its_usage(opened: Opened, model_server: ModelServer) -> None:
    model_server.script(OtherModel("gpt-x-2026"))
    model = await opened(prices=Prices(prompt=Decimal(1_000_000), answer=Decimal(2_000_000)))

    answer = await answered(model)

    usage = answer.usage
    assert answer.text == '{"facts":[],"windows":[]}'
    assert answer.model == "gpt-x-2026"
    assert answer.generation_id == "chatcmpl-1"
    assert usage.prompt_tokens > 0 < usage.completion_tokens
    assert usage.cost_usd == usage.prompt_tokens + 2 * usage.completion_tokens


async def test_a_request_is_strict_deterministic_and_authorised(opened: Opened, model_server: ModelServer) -> None:
    await answered(await opened())

    request = model_server.requests[0]
    assert request.schema == PROMPT.schema
    assert request.body["response_format"]["json_schema"]["strict"] is True
    assert (request.body["temperature"], request.body["max_tokens"]) == (0, 512)
    assert [message["content"] for message in request.messages] == ["Read this.", SECRET]
    assert request.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("behaviour", "error", "failure"),
    [
        (Failing(401), ModelAccessDenied, ModelFailure.AUTH),
        (Failing(403), ModelAccessDenied, ModelFailure.AUTH),
        (Failing(404, "model_not_found"), ModelAccessDenied, ModelFailure.AUTH),
        (Failing(402), ModelAccessDenied, ModelFailure.QUOTA),
        (Failing(429, "insufficient_quota"), ModelAccessDenied, ModelFailure.QUOTA),
        (RateLimited(), ModelUnavailable, ModelFailure.RATE),
        (Failing(500), ModelUnavailable, ModelFailure.SERVER),
        (Failing(502), ModelUnavailable, ModelFailure.SERVER),
        (Failing(503), ModelUnavailable, ModelFailure.SERVER),
        (Failing(529), ModelUnavailable, ModelFailure.SERVER),
        (ErrorInside("502"), ModelUnavailable, ModelFailure.SERVER),
        (ErrorInside("429"), ModelUnavailable, ModelFailure.RATE),
        (ErrorInside("402"), ModelAccessDenied, ModelFailure.QUOTA),
        (ErrorInside(None), ModelUnavailable, ModelFailure.SERVER),
        (NoChoices(), ModelUnavailable, ModelFailure.SERVER),
        (NullContent(), ModelUnavailable, ModelFailure.SERVER),
        (Dropped(), ModelUnavailable, ModelFailure.TRANSPORT),
        (Cut(), ModelUnavailable, ModelFailure.TRANSPORT),
        (Truncated(), UnusableAnswer, ModelFailure.TRUNCATED),
        (Refusing(), UnusableAnswer, ModelFailure.REFUSAL),
        (ContentFiltered(), UnusableAnswer, ModelFailure.POLICY),
        (Failing(403, "content_policy_violation"), UnusableAnswer, ModelFailure.POLICY),
        (Failing(400, "context_length_exceeded"), UnusableAnswer, ModelFailure.TOO_LONG),
        (Failing(413), UnusableAnswer, ModelFailure.TOO_LONG),
    ],
    ids=repr,
)
async def test_each_failure_has_its_own_name(
    opened: Opened, model_server: ModelServer, behaviour: Behaviour, error: type[ModelError], failure: ModelFailure
) -> None:
    model_server.script(behaviour)

    raised = await failure_of(await opened())

    assert type(raised) is error
    assert raised.failure is failure
    assert model_server.stats.calls == 1


@pytest.mark.parametrize("behaviour", [Dripping(), Hanging(), Hanging(after_headers=True)], ids=repr)
async def test_the_deadline_holds_for_the_whole_call(
    opened: Opened, model_server: ModelServer, behaviour: Behaviour
) -> None:
    model_server.script(behaviour)
    started = time.monotonic()

    raised = await failure_of(await opened(timeout_seconds=0.3))

    assert raised.failure is ModelFailure.TRANSPORT
    assert time.monotonic() - started < patiently(2)


async def test_nobody_listening_is_a_failure_of_transport(opened: Opened) -> None:
    model = await opened(base_url="http://127.0.0.1:1/v1")

    assert (await failure_of(model)).failure is ModelFailure.TRANSPORT


async def test_a_busy_server_is_asked_once_and_says_how_long_to_stay_away(
    opened: Opened, model_server: ModelServer
) -> None:
    model_server.script(RateLimited("3600"))

    raised = await failure_of(await opened())

    assert isinstance(raised, ModelUnavailable)
    assert raised.retry_after_seconds == 3_600
    assert model_server.stats.calls == 1


@pytest.mark.parametrize(
    "behaviour", [Dropped(), Cut(), Page(), Failing(504), Failing(524), ErrorInside("504")], ids=repr
)
async def test_what_was_sent_and_never_answered_may_have_been_charged(
    opened: Opened, model_server: ModelServer, behaviour: Behaviour
) -> None:
    model_server.script(behaviour)

    assert (await failure_of(await opened())).cost_unknown


@pytest.mark.parametrize("behaviour", [Failing(500), RateLimited(), ErrorInside("502")], ids=repr)
async def test_what_a_server_refused_was_not_charged(
    opened: Opened, model_server: ModelServer, behaviour: Behaviour
) -> None:
    model_server.script(behaviour)

    raised = await failure_of(await opened())

    assert (raised.cost_unknown, raised.charged) == (False, None)


async def test_an_unusable_answer_carries_what_it_cost(opened: Opened, model_server: ModelServer) -> None:
    model_server.script(Truncated())

    raised = await failure_of(await opened(prices=Prices(prompt=Decimal(1), answer=Decimal(1))))

    assert isinstance(raised.charged, Answer)
    assert (raised.charged.usage.cost_usd or 0) > 0


@pytest.mark.parametrize(("status", "failure"), [(200, ModelFailure.SCHEMA), (500, ModelFailure.SERVER)])
async def test_a_body_without_end_is_not_read_to_its_end(
    opened: Opened, model_server: ModelServer, status: int, failure: ModelFailure
) -> None:
    model_server.script(Endless(status))

    raised = await failure_of(await opened(timeout_seconds=20))

    assert (raised.failure, raised.cost_unknown) == (failure, status == 200)


async def test_neither_key_nor_text_gets_into_an_error(opened: Opened, model_server: ModelServer) -> None:
    model_server.script(Failing(400, code=SECRET, message=SECRET), Failing(400), Failing(400), Failing(400), Dropped())
    model = await opened()

    errors = [await failure_of(model), await failure_of(model)]

    told = "".join(f"{error!r} {error.__cause__!r}" for error in errors)
    assert KEY not in told
    assert SECRET not in told


def refuses(*forms: str, param: str | None) -> Callable[[ChatRequest], Behaviour | None]:
    return lambda request: Failing(400, param=param) if request.format in forms else None


@pytest.mark.parametrize("param", ["response_format", None])
@pytest.mark.parametrize(
    ("refused", "taken"), [(["json_schema"], "json_object"), (["json_schema", "json_object"], "text")]
)
async def test_a_server_is_asked_in_the_best_form_it_takes(
    opened: Opened, model_server: ModelServer, refused: list[str], taken: str, param: str | None
) -> None:
    model_server.decide = refuses(*refused, param=param)
    model = await opened()

    await answered(model)
    await answered(model)

    assert [request.format for request in model_server.requests][-2:] == [taken, taken]
    assert model_server.stats.calls == len(refused) + 2


async def test_below_the_first_form_the_schema_is_in_the_system_prefix(
    opened: Opened, model_server: ModelServer
) -> None:
    model_server.decide = refuses("json_schema", param="response_format")

    await answered(await opened())

    assert '"additionalProperties":false' in model_server.requests[-1].messages[0]["content"]


@pytest.mark.parametrize(("param", "instead"), [("max_tokens", "max_completion_tokens"), ("temperature", None)])
async def test_a_parameter_that_is_refused_by_name_is_not_sent_again(
    opened: Opened, model_server: ModelServer, param: str, instead: str | None
) -> None:
    model_server.decide = lambda request: Failing(400, param=param) if param in request.body else None

    await answered(await opened())

    body = model_server.requests[-1].body
    assert param not in body
    assert body["response_format"]["type"] == "json_schema"
    assert instead is None or instead in body


async def test_a_prompt_that_is_refused_in_every_form_is_to_blame_if_the_model_answers_others(
    opened: Opened, model_server: ModelServer
) -> None:
    model_server.decide = lambda request: Failing(400) if SECRET in request.text else None

    raised = await failure_of(await opened())

    assert type(raised) is UnusableAnswer


async def test_a_model_that_answers_nothing_is_a_matter_of_configuration(
    opened: Opened, model_server: ModelServer
) -> None:
    model_server.decide = lambda _: Failing(400)

    raised = await failure_of(await opened())

    assert type(raised) is ModelAccessDenied


async def test_a_form_that_was_taken_is_not_given_up_for_one_bad_request(
    opened: Opened, model_server: ModelServer
) -> None:
    model = await opened()
    await answered(model)

    model_server.script(Failing(400))
    raised = await failure_of(model)
    await answered(model)

    assert type(raised) is UnusableAnswer
    assert {request.format for request in model_server.requests} == {"json_schema"}


@pytest.mark.parametrize(
    ("status", "probed", "error"),
    [
        (400, 400, ModelAccessDenied),
        (422, 422, ModelAccessDenied),
        (409, 409, ModelAccessDenied),
        (400, 503, ModelUnavailable),
    ],
)
async def test_a_model_that_used_to_answer_and_refuses_all_since_blames_no_message(
    opened: Opened, model_server: ModelServer, status: int, probed: int, error: type[ModelError]
) -> None:
    model = await opened()
    await answered(model)

    model_server.decide = lambda request: Failing(probed if "Say ok" in request.text else status)
    raised = await failure_of(model)

    assert type(raised) is error
    assert "Say ok" in model_server.requests[-1].text


@pytest.mark.parametrize("thoughts", [None, "They live in {Lyon}?\n```json\n{}\n```"])
async def test_fences_and_thoughts_around_the_json_are_taken_off(
    opened: Opened, model_server: ModelServer, thoughts: str | None
) -> None:
    model_server.script(Fenced(thoughts))

    answer = await answered(await opened())

    assert answer.text == '{"facts":[],"windows":[]}'


async def test_half_an_emoji_does_not_cost_the_answer(opened: Opened, model_server: ModelServer) -> None:
    model_server.script(Saying('{"facts": ["\ud83d"]}'))

    answer = await answered(await opened())

    assert "\ufffd" in answer.text


async def test_calls_side_by_side_share_one_client(opened: Opened, model_server: ModelServer) -> None:
    model_server.latency_seconds = 0.2
    model = await opened(connections=8)

    await asyncio.gather(*(answered(model) for _ in range(8)))

    assert model_server.stats.most_in_flight == 8


async def test_an_address_may_end_with_a_slash(opened: Opened, model_server: ModelServer) -> None:
    model = await opened(base_url=f"{model_server.base_url}/")

    assert (await answered(model)).text


def test_a_price_is_per_million_tokens() -> None:
    endpoint = Endpoint(base_url="", name="gpt-x", prices=Prices(prompt=Decimal("0.15"), answer=Decimal("0.60")))

    price = OpenAICompatible(endpoint, httpx.AsyncClient()).price(1_000_000, 500_000)

    assert price == Decimal("0.45")
