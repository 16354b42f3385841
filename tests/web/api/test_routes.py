"""An agent in any language reads the memory, asks it, judges it, and has it brought up to date."""

import uuid
from typing import Any

import pytest

from enrichment.adapters.postgres.audit import PostgresAudit
from enrichment.adapters.postgres.pool import Database
from tests.adapters.postgres.examples import Stage
from tests.reader.examples import Shelf
from tests.web.api.conftest import Agent, Opened

WHO = {"user_id": "ada", "bot": "luna"}
EVIDENCE = """
insert into evidence (user_id, fact_id, identity, collection, point_id, content_hash, role, said_at, quote, certainty,
                      batch_id)
values ('ada', $1, 'i', 'chat', 'point 1', 'h', 'user', now(), 'I like tea', 'sure', gen_random_uuid())
"""


@pytest.fixture
def shelf(database: Database) -> Shelf:
    return Shelf(Stage(database))


async def likes_tea(shelf: Shelf, **columns: object) -> uuid.UUID:
    fact = await shelf.fact("likes tea", bot_name="luna", **columns)
    await shelf.stage.execute(EVIDENCE, fact)
    return fact


async def test_a_context_comes_with_the_age_of_each_part_and_as_a_prompt(agent: Agent, shelf: Shelf) -> None:
    await likes_tea(shelf)
    await shelf.caches()

    answer = await agent.get("/v1/context", params={**WHO, "prompt": "true"})
    body: dict[str, Any] = answer.json()

    assert answer.status_code == 200
    assert [fact["statement"] for fact in body["facts"]["value"]] == ["likes tea"]
    assert body["facts"]["freshness"] == "fresh"
    assert body["profile"] == {"freshness": "absent", "as_of": None, "value": None}
    assert "- likes tea" in body["prompt"]
    assert (await agent.get("/v1/context", params=WHO)).json()["prompt"] is None


async def test_every_part_of_a_context_is_there_by_its_name(agent: Agent, shelf: Shelf) -> None:
    await shelf.caches()
    await shelf.stage.execute("update strategic_character_performance set bot_name = 'luna'")

    body = (await agent.get("/v1/context", params={"user_id": "ada", "bot": "ava"})).json()
    of_bot = (await agent.get("/v1/context", params=WHO)).json()["character_performance"]["value"]

    assert body["memory_health"]["value"]["memory_snapshot"] == {"v": 1, "named": "memory_snapshot"}
    assert body["engagement"]["value"]["proactive_success_rate"] == 0.8
    assert body["context_switches"]["freshness"] == "fresh"
    assert of_bot["quality_trend"] == "improving"


async def test_a_question_is_answered_with_quotes_and_what_was_understood(agent: Agent, shelf: Shelf) -> None:
    fact = await likes_tea(shelf)

    body = (await agent.post("/v1/recall", json={**WHO, "question": "tea last week"})).json()
    again = (await agent.post("/v1/recall", json={**WHO, "question": "tea"})).json()

    assert body["found"] == []
    assert body["since"] < body["until"]
    assert [found["found_id"] for found in again["found"]] == [str(fact)]
    assert again["found"][0]["quotes"] == [{"message_id": "point 1", "text": "I like tea"}]


async def test_an_interval_can_be_named(agent: Agent, shelf: Shelf) -> None:
    await likes_tea(shelf)
    question = {**WHO, "question": "tea", "since": "2020-01-01T00:00:00Z"}

    found = (await agent.post("/v1/recall", json=question)).json()["found"]
    before = await agent.post("/v1/recall", json={**question, "until": "2021-01-01T00:00:00+01:00"})

    assert len(found) == 1
    assert before.json()["found"] == []


async def test_a_wrong_fact_is_taken_back_and_corrected(agent: Agent, shelf: Shelf) -> None:
    fact = await likes_tea(shelf)
    said = {**WHO, "fact_id": str(fact), "verdict": "incorrect", "correction": "I like coffee", "comment": "never"}
    await agent.get("/v1/context", params=WHO)

    judged = (await agent.post("/v1/feedback", json=said)).json()
    facts = (await agent.get("/v1/context", params=WHO)).json()["facts"]["value"]

    assert judged["state"] == "retracted"
    assert [fact["fact_id"] for fact in facts] == [judged["correction_id"]]
    assert facts[0]["statement"] == "I like coffee"


async def test_what_is_known_of_a_user_comes_with_what_it_rests_on(agent: Agent, shelf: Shelf) -> None:
    await likes_tea(shelf)
    await shelf.profile(bot_name="luna", summary="Ada, who likes tea", scope="private")
    await shelf.summary("They talked of tea.")

    body = (await agent.get("/v1/users/ada")).json()

    assert body["facts"][0]["evidence"][0]["quote"] == "I like tea"
    assert [told["text"] for told in body["summaries"]] == ["They talked of tea."]
    assert "Ada, who likes tea" in [profile["summary"] for profile in body["profiles"]]
    assert body["is_whole"]
    assert body["rows"]["facts"] == 1


async def test_an_erased_user_is_gone_and_the_receipt_says_what_went(agent: Agent, shelf: Shelf) -> None:
    await likes_tea(shelf)
    await agent.get("/v1/context", params=WHO)

    receipt = (await agent.delete("/v1/users/ada", params={"messages": "true"})).json()
    body = (await agent.get("/v1/users/ada")).json()

    assert receipt["rows"]["facts"] == 1
    assert receipt["messages"] == {}
    assert body["facts"] == []
    assert body["erased_before"] == receipt["erased_before"]
    assert (await agent.get("/v1/context", params=WHO)).json()["facts"]["value"] is None


async def test_an_erasure_is_on_record_with_whoever_asked_for_it_here_or_on_the_admin_page(
    agent: Agent, shelf: Shelf
) -> None:
    await likes_tea(shelf)
    receipt = (await agent.delete("/v1/users/ada")).json()

    [row] = await PostgresAudit(agent.app.servers.database).recent("ada", 10, 0)

    assert (row["asked_by"], row["action"], row["outcome"]) == ("api", "erase", "done")
    assert row["counts"] == {"rows": receipt["total"], "points": 0}
    assert row["user_hash"].hex() == receipt["user_hash"]


async def test_a_user_is_asked_for_and_waited_for(agent: Agent, shelf: Shelf) -> None:
    requested = await agent.post("/v1/users/a%2Fda/enrich", json={})
    waited = await agent.post("/v1/users/a%2Fda/enrich", json={"wait": 0.1})

    assert requested.json() == {"requested": True, "settled": None}
    assert waited.json() == {"requested": True, "settled": False}
    assert await shelf.stage.rows("select user_id from users") == [{"user_id": "a/da"}]


async def test_requests_are_counted_by_route_and_not_by_user(agent: Agent) -> None:
    await agent.get("/v1/context", params=WHO)
    await agent.get("/v1/users/ada/lovelace")
    await agent.get("/v1/nowhere")

    told = agent.metrics.exposition().decode()

    assert 'api_requests_total{method="GET",route="/v1/context",status="2xx"} 1.0' in told
    assert 'api_requests_total{method="GET",route="/v1/users/{user_id}",status="2xx"} 1.0' in told
    assert 'api_requests_total{method="GET",route="other",status="4xx"} 1.0' in told
    assert 'api_request_duration_seconds_count{route="/v1/context"} 1.0' in told
    assert 'reader_events_total{event="loaded"} 1.0' in told


async def test_the_document_names_all_routes_and_no_page_of_another_site_is_needed(opened: Opened) -> None:
    async with opened() as agent:
        document = (await agent.get("/v1/openapi.json")).json()
        pages = [(await agent.get(f"/v1/{page}")).status_code for page in ("docs", "redoc")]

    assert set(document["paths"]) == {
        "/context", "/recall", "/feedback", "/users/{user_id}", "/users/{user_id}/enrich",
    }  # fmt: skip
    assert document["servers"] == [{"url": "/v1"}]
    assert pages == [404, 404]
