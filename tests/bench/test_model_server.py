"""The scriptable model server does over real HTTP what its script says, and counts it exactly."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from bench.model_server import (
    After,
    Behaviour,
    BrokenJson,
    ContentFiltered,
    Cut,
    Dripping,
    Dropped,
    ErrorInside,
    Failing,
    Fenced,
    Hanging,
    Held,
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
from tests.patience import patiently

ANSWER = {"facts": ["Ann lives in Lyon."], "windows": []}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "digest", "strict": True, "schema": {"type": "object"}}}


@pytest.fixture
async def client(model_server: ModelServer) -> AsyncIterator[httpx.AsyncClient]:
    model_server.responder = Fixed(ANSWER)
    async with httpx.AsyncClient(base_url=model_server.base_url, timeout=5) as client:
        yield client


async def ask(client: httpx.AsyncClient, *texts: str, **more: object) -> httpx.Response:
    messages = [{"role": "system" if number == 0 else "user", "content": text} for number, text in enumerate(texts)]
    return await client.post("/chat/completions", json={"model": "gpt-x", "messages": messages, **more})


def only_choice(response: httpx.Response) -> dict[str, Any]:
    choices = response.json()["choices"]
    assert len(choices) == 1
    choice: dict[str, Any] = choices[0]
    return choice


async def test_an_unscripted_request_gets_the_responders_answer(client: httpx.AsyncClient) -> None:
    response = await ask(client, "Read this.", "1 Ann: I live in Lyon.")

    assert response.status_code == 200
    assert response.json()["model"] == "gpt-x"
    assert json.loads(only_choice(response)["message"]["content"]) == ANSWER
    assert only_choice(response)["finish_reason"] == "stop"


async def test_usage_counts_messages_schema_and_answer_in_real_tokens(client: httpx.AsyncClient) -> None:
    response = await ask(client, "hello world", "tiktoken is great!", response_format=SCHEMA)

    usage = response.json()["usage"]
    schema_tokens = 5  # {" type ":" object "}
    assert usage["prompt_tokens"] == 2 + 6 + schema_tokens
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


async def test_a_repeated_prefix_is_reported_as_cached(client: httpx.AsyncClient) -> None:
    first = await ask(client, "hello world", "one")
    second = await ask(client, "hello world", "two")
    other = await ask(client, "goodbye world", "two")

    cached = [reply.json()["usage"]["prompt_tokens_details"]["cached_tokens"] for reply in (first, second, other)]
    assert cached == [0, 2, 0]


async def test_the_script_is_played_once_and_in_order(client: httpx.AsyncClient, model_server: ModelServer) -> None:
    model_server.script(Failing(500), Failing(401, code="invalid_api_key"))

    replies = [await ask(client, "hi") for _ in range(3)]

    assert [reply.status_code for reply in replies] == [500, 401, 200]
    assert replies[1].json()["error"]["code"] == "invalid_api_key"


async def test_a_function_of_the_request_can_decide(client: httpx.AsyncClient, model_server: ModelServer) -> None:
    model_server.decide = lambda request: Failing(400, param="response_format") if request.schema else None

    strict, plain = await ask(client, "hi", response_format=SCHEMA), await ask(client, "hi")

    assert (strict.status_code, plain.status_code) == (400, 200)


@pytest.mark.parametrize("retry_after", ["2", "Wed, 21 Oct 2026 07:28:00 GMT", None])
async def test_a_rate_limit_says_when_to_return(
    client: httpx.AsyncClient, model_server: ModelServer, retry_after: str | None
) -> None:
    model_server.script(RateLimited(retry_after))

    response = await ask(client, "hi")

    assert response.status_code == 429
    assert response.headers.get("retry-after") == retry_after


@pytest.mark.parametrize(
    ("behaviour", "finish_reason", "said"),
    [
        (Truncated(0.25), "length", '{"facts":["'),
        (BrokenJson(), "stop", '{"facts":["Ann lives i'),
        (Saying("never mind"), "stop", "never mind"),
        (Refusing("No."), "stop", None),
        (ContentFiltered(), "content_filter", ""),
        (NullContent(), "stop", None),
    ],
)
async def test_a_provider_may_say_less_than_was_asked(
    client: httpx.AsyncClient, model_server: ModelServer, behaviour: Behaviour, finish_reason: str, said: str | None
) -> None:
    model_server.script(behaviour)

    choice = only_choice(await ask(client, "hi"))

    assert (choice["finish_reason"], choice["message"]["content"]) == (finish_reason, said)


async def test_a_refusal_is_in_its_own_field(client: httpx.AsyncClient, model_server: ModelServer) -> None:
    model_server.script(Refusing("No."))

    assert only_choice(await ask(client, "hi"))["message"]["refusal"] == "No."


async def test_a_fenced_answer_still_holds_the_json(client: httpx.AsyncClient, model_server: ModelServer) -> None:
    model_server.script(Fenced(thoughts="Lyon, then."))

    said = only_choice(await ask(client, "hi"))["message"]["content"]

    assert said.startswith("<think>Lyon, then.</think>")
    assert json.loads(said.split("```json\n")[1].split("```")[0]) == ANSWER


@pytest.mark.parametrize(("behaviour", "missing"), [(ErrorInside(), "choices"), (NoChoices(), "error")])
async def test_a_200_may_hold_no_answer(
    client: httpx.AsyncClient, model_server: ModelServer, behaviour: Behaviour, missing: str
) -> None:
    model_server.script(behaviour)

    response = await ask(client, "hi")

    assert response.status_code == 200
    assert missing not in response.json()
    assert not response.json().get("choices")


async def test_another_model_may_have_answered(client: httpx.AsyncClient, model_server: ModelServer) -> None:
    model_server.script(OtherModel("gpt-cheap"))

    assert (await ask(client, "hi")).json()["model"] == "gpt-cheap"


@pytest.mark.parametrize("behaviour", [Cut(), Dropped()])
async def test_a_connection_may_close_too_early(
    client: httpx.AsyncClient, model_server: ModelServer, behaviour: Behaviour
) -> None:
    model_server.script(behaviour)

    with pytest.raises(httpx.RemoteProtocolError):
        await ask(client, "hi")

    assert (await ask(client, "hi")).status_code == 200


@pytest.mark.parametrize("behaviour", [Hanging(), Hanging(after_headers=True)])
async def test_a_hanging_request_ends_with_the_clients_patience(
    client: httpx.AsyncClient, model_server: ModelServer, behaviour: Behaviour
) -> None:
    model_server.script(behaviour)

    client.timeout = httpx.Timeout(0.1)

    with pytest.raises(httpx.ReadTimeout):
        await ask(client, "hi")


async def test_headers_come_before_a_hang(client: httpx.AsyncClient, model_server: ModelServer) -> None:
    model_server.script(Hanging(after_headers=True))
    body = {"model": "gpt-x", "messages": [{"role": "user", "content": "hi"}]}

    async with client.stream("POST", "/chat/completions", json=body) as response:
        assert response.status_code == 200


async def test_a_dripping_answer_never_trips_a_read_timeout(
    client: httpx.AsyncClient, model_server: ModelServer
) -> None:
    model_server.script(Dripping(0.0005))

    response = await ask(client, "hi")

    assert json.loads(only_choice(response)["message"]["content"]) == ANSWER


async def test_a_held_request_is_answered_on_release(client: httpx.AsyncClient, model_server: ModelServer) -> None:
    held = Held()
    model_server.script(held)

    asking = asyncio.create_task(ask(client, "hi"))
    await asyncio.to_thread(model_server.wait_for_calls, 1)
    assert not asking.done()
    held.release()

    assert (await asking).status_code == 200


async def test_latency_holds_for_thirty_two_at_once(client: httpx.AsyncClient, model_server: ModelServer) -> None:
    model_server.latency_seconds = 0.3

    started = time.monotonic()
    replies = await asyncio.gather(*(ask(client, "read", f"line {number}") for number in range(32)))
    took = time.monotonic() - started

    assert {reply.status_code for reply in replies} == {200}
    assert 0.3 <= took < patiently(1)
    assert model_server.stats.most_in_flight == 32


async def test_one_slow_request_does_not_hold_up_the_next(client: httpx.AsyncClient, model_server: ModelServer) -> None:
    model_server.script(After(3), After(0))

    slow = asyncio.create_task(ask(client, "slow"))
    await asyncio.to_thread(model_server.wait_for_calls, 1)
    fast = await ask(client, "fast")

    assert fast.status_code == 200
    assert not slow.done()
    slow.cancel()


async def test_calls_are_counted_and_tokens_only_when_charged(
    client: httpx.AsyncClient, model_server: ModelServer
) -> None:
    model_server.script(Failing(503))

    failed, answered = await ask(client, "hello world"), await ask(client, "hello world")

    stats = model_server.stats
    assert (failed.status_code, answered.status_code) == (503, 200)
    assert (stats.calls, stats.prompt_tokens, stats.in_flight) == (2, 2, 0)
    assert stats.completion_tokens == answered.json()["usage"]["completion_tokens"]


async def test_the_last_requests_are_kept_and_no_more() -> None:
    with ModelServer(keep=2) as server:
        async with httpx.AsyncClient(base_url=server.base_url) as client:
            for number in range(3):
                await ask(client, "read", f"line {number}")

    assert [request.messages[1]["content"] for request in server.requests] == ["line 1", "line 2"]
    assert [request.number for request in server.requests] == [2, 3]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.pop("model"),
        lambda body: body.update(messages=[]),
        lambda body: body.update(messages=[{"role": "user"}]),
        lambda body: body.update(response_format={"type": "json_schema", "json_schema": {"name": "x"}}),
        lambda body: body.update(stream=True),
    ],
)
async def test_a_malformed_request_is_refused_as_a_provider_would(
    client: httpx.AsyncClient, model_server: ModelServer, spoil: Callable[[dict[str, Any]], object]
) -> None:
    body: dict[str, Any] = {"model": "gpt-x", "messages": [{"role": "user", "content": "hi"}]}
    spoil(body)

    response = await client.post("/chat/completions", json=body)

    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"
    assert model_server.stats.bad_requests == 1


async def test_texts_with_common_words_have_close_vectors(client: httpx.AsyncClient) -> None:
    texts = ["the red house", "a red house", "quantum chromodynamics"]

    reply = await client.post("/embeddings", json={"model": "e", "input": texts})

    red, also_red, other = (item["embedding"] for item in reply.json()["data"])
    near = sum(a * b for a, b in zip(red, also_red, strict=True))
    far = sum(a * b for a, b in zip(red, other, strict=True))
    assert len(red) == 384
    assert near > 0.5 > far


async def test_the_models_are_listed(client: httpx.AsyncClient) -> None:
    assert (await client.get("/models")).json()["data"][0]["id"] == "scripted"
