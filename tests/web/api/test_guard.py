"""Who is let in, how often, with how much, and what everybody else is told."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from enrichment.settings import WebSettings
from enrichment.web.api.buckets import Bucket
from enrichment.web.api.callers import OPERATOR as THE_OPERATOR
from enrichment.web.api.callers import Caller, Tokens
from enrichment.web.api.guard import LARGEST_BODY, ApiOptions, Guard
from tests.adapters.postgres.examples import Stage
from tests.web.api.conftest import LUNA, OPERATOR, Agent, Opened, bearer

WHO = {"user_id": "ada", "bot": "luna"}
QUESTION = {**WHO, "question": "tea"}
NO_TOKENS = WebSettings()


async def test_without_its_token_nobody_is_let_in(opened: Opened) -> None:
    async with opened(token="") as agent:
        for headers in ({}, bearer("wrong"), bearer(""), {"authorization": f"Basic {LUNA}"}, bearer(LUNA[:-1])):
            answer = await agent.get("/v1/context", params=WHO, headers=headers)

            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_bot_speaks_for_itself_alone_and_the_operator_for_all(opened: Opened) -> None:
    async with opened(token=LUNA) as agent:
        own = await agent.get("/v1/context", params={"user_id": "ada"})
        others = await agent.get("/v1/context", params={"user_id": "ada", "bot": "ava"})
        erasing = await agent.delete("/v1/users/ada")
        unnamed = await agent.get("/v1/context", params={"user_id": "ada"}, headers=bearer(OPERATOR))

    assert own.status_code == 200
    assert (others.status_code, others.json()["reason"]) == (403, "not_yours")
    assert (erasing.status_code, erasing.json()["reason"]) == (403, "operator_only")
    assert (unnamed.status_code, unnamed.json()["reason"]) == (422, "invalid")


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "evil.example:8642"},
        {"host": "localhost", "origin": "http://evil.example"},
        {"host": "localhost:1", "origin": "http://localhost:2"},
        {"host": "localhost", "origin": "null"},
        {"host": "[localhost"},
        {"sec-fetch-site": "cross-site"},
        {"x-forwarded-for": "203.0.113.7"},
        {"via": "1.1 proxy"},
    ],
    ids=str,
)
async def test_without_any_token_pages_of_other_sites_are_refused(opened: Opened, headers: Mapping[str, str]) -> None:
    async with opened(NO_TOKENS, token="") as agent:
        answer = await agent.get("/v1/context", params=WHO, headers=headers)

    assert (answer.status_code, answer.json()["reason"]) == (403, "foreign_origin")


async def test_without_any_token_programs_of_this_machine_are_served(opened: Opened) -> None:
    async with opened(NO_TOKENS, token="") as agent:
        for host in ("localhost", "127.0.0.1:8642", "[::1]:8642"):
            assert (await agent.get("/v1/context", params=WHO, headers={"host": host})).status_code == 200


async def test_answers_are_kept_by_nobody_on_the_way(agent: Agent) -> None:
    for path in ("/v1/users/ada", "/v1/nothing"):
        headers = (await agent.get(path)).headers

        assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


async def test_what_a_form_can_send_is_not_taken(agent: Agent) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = await agent.post("/v1/recall", content=b'{"a": 1}', headers={"content-type": kind})

        assert (answer.status_code, answer.json()["reason"]) == (415, "not_json")


async def test_a_large_body_is_refused_whether_it_is_announced_or_not(agent: Agent) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * (LARGEST_BODY // 2)

    kind = {"content-type": "application/json"}
    announced = await agent.post("/v1/recall", content=b"x" * (LARGEST_BODY + 1), headers=kind)
    streamed = await agent.post("/v1/recall", content=pieces(), headers=kind)

    assert (announced.status_code, streamed.status_code) == (413, 413)


async def test_who_asks_too_often_is_told_when_to_come_back_and_holds_up_nobody_else(opened: Opened) -> None:
    few = WebSettings(token=SecretStr(OPERATOR), bot_tokens={"luna": SecretStr(LUNA)}, requests_per_minute=30)
    async with opened(few, token=LUNA) as agent:
        answers = [await agent.get("/v1/context", params={"user_id": "ada"}) for _ in range(4)]
        other = await agent.get("/v1/context", params=WHO, headers=bearer(OPERATOR))

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 2
    assert other.status_code == 200


def test_a_bucket_fills_at_its_pace_and_not_beyond_its_size() -> None:
    bucket = Bucket(size=2, per_second=0.5)

    assert [bucket.take(0), bucket.take(0), bucket.take(0)] == [0, 0, 2]
    assert [bucket.take(2), bucket.take(2)] == [0, 2]
    assert [bucket.take(100), bucket.take(100), bucket.take(100)] == [0, 0, 2]


def test_a_token_names_its_bot_and_no_token_at_all_the_operator() -> None:
    tokens = Tokens(operator="o" * 16, bots={"luna": "l" * 16})

    assert tokens.caller(f"bearer  {'l' * 16}") == Caller("luna")
    assert tokens.caller(f"Bearer {'o' * 16}") == THE_OPERATOR
    assert tokens.caller("l" * 16) is None
    assert Tokens(bots={}).caller("") == THE_OPERATOR


async def test_what_is_wrong_is_named_without_repeating_it(agent: Agent) -> None:
    secret = "I am allergic to nuts"
    answers = [
        await agent.post("/v1/recall", json={**QUESTION, secret: 1}),
        await agent.post("/v1/recall", json={**QUESTION, "most": secret}),
        await agent.post("/v1/recall", content=secret.encode(), headers={"content-type": "application/json"}),
        await agent.post("/v1/recall", content=b"[" * 60_000, headers={"content-type": "application/json"}),
        await agent.post("/v1/feedback", json={**WHO, "fact_id": secret, "verdict": secret}),
        await agent.get("/v1/context", params={"user_id": "\0", "bot": secret}),
        await agent.get(f"/v1/{secret}"),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 400, 422, 422, 404]
    assert all(secret not in answer.text for answer in answers)
    assert answers[1].json()["errors"] == [{"in": "body", "name": "most", "what": "int_type"}]


async def test_what_takes_too_long_is_given_up() -> None:
    async def never(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await asyncio.Event().wait()

    seen: list[tuple[str | None, str, int]] = []
    options = ApiOptions(tokens=Tokens(bots={}), per_minute=100, deadline_seconds=0.05)
    guard = Guard(never, options, lambda route, method, status, _: seen.append((route, method, status)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(guard), base_url="http://localhost") as client:
        answer = await client.get("/v1/context")

    assert (answer.status_code, answer.json()["reason"]) == (503, "too_late")
    assert answer.headers["retry-after"]
    assert seen == [(None, "GET", 503)]


async def test_a_database_without_our_schema_is_told_without_its_words(
    opened: Opened, database_dsn: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with opened() as agent:
        await Stage(agent.app.servers.database).execute("alter schema public rename to elsewhere")
        known = await agent.get("/v1/users/ada")
        recalled = await agent.post("/v1/recall", json=QUESTION)
        loaded = await agent.get("/v1/context", params=WHO)

    assert [known.status_code, recalled.status_code, loaded.status_code] == [503, 503, 200]
    assert {part["freshness"] for part in list(loaded.json().values())[:-1]} == {"absent"}
    assert "elsewhere" not in known.text
    assert database_dsn not in known.text
    assert "relation" not in known.text


@pytest.mark.parametrize("unstorable", ["\0", "lu\0na"])
async def test_a_bot_of_a_name_that_no_store_takes_is_refused(opened: Opened, unstorable: str) -> None:
    async with opened(token=OPERATOR) as agent:
        answers = [
            await agent.get("/v1/users/ada", params={"bot": unstorable}),
            await agent.get("/v1/context", params={**WHO, "bot": unstorable}),
            await agent.post("/v1/recall", json={**QUESTION, "bot": unstorable}),
        ]

    assert [(answer.status_code, answer.json()["reason"]) for answer in answers] == [(422, "invalid")] * 3
