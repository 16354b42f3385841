"""What the embedded engine does not know it refuses, in the form of Qdrant's own errors."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

GOOD = {"id": 1, "vector": [1.0, 2.0], "payload": {"a": 1}}


@pytest.fixture
async def collection(raw: httpx.AsyncClient) -> str:
    path = f"/collections/{uuid4().hex}"
    (await raw.put(path, json={"vectors": {"size": 2, "distance": "Dot"}})).raise_for_status()
    return path


@pytest.mark.parametrize(
    ("method", "path", "body", "complaint"),
    [
        ("POST", "/points/scroll", {"limit": 1, "colour": "red"}, "unknown field `colour`"),
        ("POST", "/points/scroll", {"filter": {"maybe": []}}, "unknown field `maybe`"),
        ("POST", "/points/scroll", {"filter": {"must": [{"key": "a", "resembles": 1}]}}, "unknown field `resembles`"),
        ("POST", "/points/scroll", {"filter": {"must": [{"key": "a", "match": {"like": 1}}]}}, "unknown field `like`"),
        ("POST", "/points/scroll", {"filter": {"must": [{"key": "a", "range": {"gt": "soon"}}]}}, "Wrong input"),
        ("POST", "/points/scroll", {"limit": "many"}, "`limit` must be int"),
        ("POST", "/points/scroll", {"limit": 0}, "1 or larger"),
        ("POST", "/points/count", [], "expected an object"),
        ("POST", "/points", {"ids": ["not-a-uuid"]}, "not a valid point ID"),
        ("POST", "/points", {"ids": [-1]}, "not a valid point ID"),
        ("POST", "/points/query", {"query": [1, 2], "prefetch": []}, "unknown field `prefetch`"),
        ("POST", "/points/query", {"query": [1, 2, 3]}, "expected dim: 2, got 3"),
        ("POST", "/points/query", {"query": [1, 2], "using": "other"}, "Not existing vector name"),
        ("PUT", "/points", {"points": [{**GOOD, "vector": [1]}]}, "expected dim: 2, got 1"),
        ("PUT", "/points", {"points": [{**GOOD, "vector": ["a", "b"]}]}, "list of numbers"),
        ("PUT", "/points", {"points": [{**GOOD, "payload": "text"}]}, "`payload` must be dict"),
        ("PUT", "/points", {"points": [{**GOOD, "colour": "red"}]}, "unknown field `colour`"),
        ("POST", "/points/payload", {"payload": {"a": 1}}, "missing field `filter`"),
        ("POST", "/points/delete", {}, "missing field `filter`"),
        ("PUT", "/index", {"field_name": "a", "field_schema": "smell"}, "not `smell`"),
    ],
)
async def test_a_request_that_is_not_understood_is_refused(
    raw: httpx.AsyncClient, collection: str, method: str, path: str, body: object, complaint: str
) -> None:
    answer = await raw.request(method, collection + path, json=body)

    assert answer.status_code == 400
    assert complaint in answer.json()["status"]["error"]


async def test_a_body_that_is_no_json_is_refused(raw: httpx.AsyncClient, collection: str) -> None:
    answer = await raw.put(collection + "/points", content=b'{"points": [')

    assert (answer.status_code, answer.json()["status"]["error"][:25]) == (400, "Format error in JSON body")


async def test_lone_surrogates_are_refused_because_payloads_cannot_hold_them(
    raw: httpx.AsyncClient, collection: str
) -> None:
    body = rb'{"points": [{"id": 1, "vector": [1, 2], "payload": {"content": "\ud83d"}}]}'

    answer = await raw.put(collection + "/points", content=body)

    assert answer.status_code == 400


async def test_a_point_of_a_refused_batch_is_not_stored(raw: httpx.AsyncClient, collection: str) -> None:
    await raw.put(collection + "/points", json={"points": [GOOD, {**GOOD, "id": 2, "vector": [1]}]})

    counted = await raw.post(collection + "/points/count", json={})

    assert counted.json()["result"] == {"count": 0}


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/points/scroll"), ("PUT", "/points")])
async def test_an_unknown_collection_is_not_found(raw: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await raw.request(method, "/collections/nowhere" + path, json={})

    assert answer.status_code == 404
    assert answer.json()["status"] == {"error": "Not found: Collection `nowhere` doesn't exist!"}


async def test_a_name_is_given_once(raw: httpx.AsyncClient, collection: str) -> None:
    again = await raw.put(collection, json={"vectors": {"size": 2, "distance": "Dot"}})

    assert again.status_code == 409
    assert "already exists!" in again.json()["status"]["error"]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"vectors": {"size": 2}}, "missing field `distance`"),
        ({"vectors": {"size": 2, "distance": "Far"}}, "not `Far`"),
        ({"vectors": {"a": {"size": 0, "distance": "Dot"}}}, "1 to 65536 dimensions"),
        ({"vectors": {}, "colour": "red"}, "unknown field `colour`"),
    ],
)
async def test_a_collection_that_cannot_be_made_is_refused(
    raw: httpx.AsyncClient, body: dict[str, Any], complaint: str
) -> None:
    answer = await raw.put("/collections/impossible", json=body)

    assert answer.status_code == 400
    assert complaint in answer.json()["status"]["error"]


async def test_an_alias_leads_somewhere_and_hides_nothing(raw: httpx.AsyncClient, collection: str) -> None:
    name = collection.removeprefix("/collections/")
    nowhere = {"create_alias": {"alias_name": "a", "collection_name": "nowhere"}}
    hiding = {"create_alias": {"alias_name": name, "collection_name": name}}

    answers = [await raw.post("/collections/aliases", json={"actions": [each]}) for each in (nowhere, hiding)]

    assert [answer.status_code for answer in answers] == [404, 409]
