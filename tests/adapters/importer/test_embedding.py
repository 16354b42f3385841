"""Vectors for messages: hashed words, and a server over real HTTP."""

import json
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from enrichment.adapters.importer.embedding import HASHED_DIMENSIONS, EmbeddingServer, HashedWords, hashed_words
from enrichment.errors import ConfigurationError, DependencyUnavailable
from tests.adapters.importer.serving import served


def nearness(one: str, other: str) -> float:
    return sum(a * b for a, b in zip(hashed_words(one), hashed_words(other), strict=True))


@given(st.text())
def test_every_text_has_a_vector_of_one_size_and_length(text: str) -> None:
    vector = hashed_words(text)

    assert len(vector) == HASHED_DIMENSIONS
    assert math.isclose(math.hypot(*vector), 1.0)


def test_hashed_words_do_not_depend_on_the_process() -> None:
    where = [(at, round(number, 3)) for at, number in enumerate(hashed_words("Hello, hello world")) if number]

    assert where == [(180, 0.447), (247, 0.894)]


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("my cat sleeps all day", "MY CAT sleeps at night", "the train to Leipzig is late"),
        ("我的猫整天睡觉", "我的猫在睡觉", "火车晚点了"),
    ],
)
def test_shared_words_bring_texts_together(text: str, near: str, far: str) -> None:
    assert nearness(text, near) > 0.4 > nearness(text, far)


@asynccontextmanager
async def endpoint(answer: Response | None = None) -> AsyncIterator[tuple[EmbeddingServer, list[list[str]]]]:
    """Gives each text its length as a vector, in a mixed order, unless there is an answer to everything."""
    asked: list[list[str]] = []

    async def embeddings(request: Request) -> Response:
        asked.append((await request.json())["input"])
        data = [{"index": at, "embedding": [len(text), 1]} for at, text in enumerate(asked[-1])]
        return answer or JSONResponse({"data": data[::-1]})

    app = Starlette(routes=[Route("/v1/embeddings", embeddings, methods=["POST"])])
    async with served(app) as url, httpx.AsyncClient(base_url=f"{url}/v1") as http:
        yield EmbeddingServer(http, "small"), asked


async def test_texts_go_in_batches_and_vectors_come_back_in_order() -> None:
    async with endpoint() as (server, asked):
        vectors = await server.embed(["a" * number for number in range(100)])

    assert [vector[0] for vector in vectors[1:]] == [float(number) for number in range(1, 100)]
    assert [len(texts) for texts in asked] == [64, 36]


@pytest.mark.parametrize(
    "answer",
    [
        Response("busy", 503),
        Response("<html>"),
        JSONResponse({"error": "no"}),
        JSONResponse({"data": []}),
        JSONResponse({"data": [{"index": 0, "embedding": "x"}]}),
    ],
)
async def test_an_answer_without_vectors_is_unavailability(answer: Response) -> None:
    async with endpoint(answer) as (server, _):
        with pytest.raises(DependencyUnavailable, match="embeddings"):
            await server.embed(["a"])


async def test_a_refused_key_is_named_by_its_setting() -> None:
    async with endpoint(Response(json.dumps({"error": "bad key sk-1"}), 401)) as (server, _):
        with pytest.raises(ConfigurationError, match="ENRICHMENT_EMBEDDING__API_KEY was refused"):
            await server.embed(["a"])


async def test_nothing_is_asked_for_no_texts() -> None:
    assert await HashedWords().embed([]) == []
    async with endpoint() as (server, asked):
        assert await server.embed([]) == []
    assert asked == []
