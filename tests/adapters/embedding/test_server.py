"""A server of vectors over real HTTP, and what it may do wrong."""

import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from enrichment.adapters.embedding.server import EmbeddingEndpoint, EmbeddingServer, embedding_server
from enrichment.adapters.resilience import Retries
from enrichment.errors import ConfigurationError, DependencyUnavailable
from tests.adapters.importer.serving import served

ONCE = Retries(attempts=1)
QUICKLY = Retries(attempts=3, seconds=5, base_seconds=0.001)


@dataclass
class Endpoint:
    """Gives each text its length as a vector, in a mixed order, once it has given its other answers."""

    answers: Iterator[Response]
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def embeddings(self, request: Request) -> Response:
        self.asked.append(await request.json())
        data = [{"index": at, "embedding": [len(text), 1]} for at, text in enumerate(self.asked[-1]["input"])]
        return next(self.answers, JSONResponse({"data": data[::-1]}))


@asynccontextmanager
async def endpoint(
    *answers: Response, retries: Retries = ONCE, dimensions: int | None = None
) -> AsyncIterator[tuple[EmbeddingServer, Endpoint]]:
    behind = Endpoint(iter(answers))
    app = Starlette(routes=[Route("/v1/embeddings", behind.embeddings, methods=["POST"])])
    async with served(app) as url:
        where = EmbeddingEndpoint(
            base_url=f"{url}/v1", model="small", api_key="sk-1", dimensions=dimensions, retries=retries
        )
        async with embedding_server(where) as server:
            yield server, behind


async def test_texts_go_in_batches_and_vectors_come_back_in_order() -> None:
    async with endpoint() as (server, behind):
        vectors = await server.embed(["a" * number for number in range(100)])

    assert [vector[0] for vector in vectors[1:]] == [float(number) for number in range(1, 100)]
    assert [len(each["input"]) for each in behind.asked] == [64, 36]


@pytest.mark.parametrize(
    "answer",
    [
        Response("busy", 503),
        Response("<html>"),
        JSONResponse({"error": "no"}),
        JSONResponse({"data": []}),
        JSONResponse({"data": [{"index": 0, "embedding": "x"}]}),
        JSONResponse({"data": [{"index": 0, "embedding": []}]}),
        Response('{"data": [{"index": 0, "embedding": [1e999]}]}'),
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
    async with endpoint() as (server, behind):
        assert await server.embed([]) == []

    assert behind.asked == []


async def test_a_busy_server_is_asked_again_within_bounds() -> None:
    busy = [Response("busy", 503), Response("later", 429)]
    async with endpoint(*busy, retries=QUICKLY) as (server, behind):
        assert await server.embed(["abc"]) == [[3.0, 1.0]]
    assert len(behind.asked) == 3

    async with endpoint(*busy, *busy, retries=QUICKLY) as (server, behind):
        with pytest.raises(DependencyUnavailable, match="HTTP 503"):
            await server.embed(["abc"])
    assert len(behind.asked) == 3


async def test_what_the_server_refuses_is_not_asked_again() -> None:
    async with endpoint(Response("too long", 400), retries=QUICKLY) as (server, behind):
        with pytest.raises(DependencyUnavailable, match="HTTP 400"):
            await server.embed(["abc"])

    assert len(behind.asked) == 1


async def test_a_size_that_is_asked_for_is_sent_and_checked() -> None:
    async with endpoint(dimensions=2) as (server, behind):
        assert await server.embed(["abc"]) == [[3.0, 1.0]]
        assert (behind.asked[0]["dimensions"], server.name) == (2, "small, 2 dimensions")

    async with endpoint(dimensions=3) as (server, _):
        with pytest.raises(ConfigurationError, match="vectors of 2 dimensions, not of 3"):
            await server.embed(["abc"])


async def test_vectors_of_two_sizes_are_refused() -> None:
    mixed = JSONResponse({"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": [1]}]})
    async with endpoint(mixed) as (server, _):
        with pytest.raises(ConfigurationError, match="vectors of 1 dimensions, not of 2"):
            await server.embed(["a", "b"])


async def test_a_server_that_hangs_is_left_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        where = EmbeddingEndpoint(base_url=url, model="small", timeout_seconds=0.1, retries=QUICKLY)
        async with embedding_server(where) as server:
            with pytest.raises(DependencyUnavailable, match="embeddings"):
                await server.embed(["a"])
