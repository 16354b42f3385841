"""Puts points into the embedded Qdrant as an agent would, in big requests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import httpx
import orjson
from qdrant_client import AsyncQdrantClient
from qdrant_client.http import models

from bench.progress import bar
from enrichment.producer import PENDING, STATUS, create_indexes, stamp

POINTS_PER_REQUEST = 2_000
# Benches that do not search need a vector only because every point has one.
SMALL_VECTOR = (1.0, 0.0, 0.0, 0.0)
_JSON = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Point:
    """A message as an agent writes it, before it is stamped; ``point_id`` is a UUID."""

    point_id: str
    payload: Mapping[str, object]
    vector: Sequence[float] = SMALL_VECTOR
    status: str = PENDING


async def create_collection(url: str, collection: str, dimensions: int = len(SMALL_VECTOR)) -> None:
    """Create a collection with the indexes that the worker needs."""
    client = AsyncQdrantClient(url=url)
    try:
        vectors = models.VectorParams(size=dimensions, distance=models.Distance.COSINE)
        await client.create_collection(collection, vectors_config=vectors)
        await create_indexes(client, collection)
    finally:
        await client.close()


async def seed(url: str, collection: str, points: Iterable[Point], total: int) -> None:
    """Write the points; they are there when this returns."""
    done = 0
    rest = iter(points)
    with bar("writing messages", total) as show:
        async with httpx.AsyncClient(base_url=url, timeout=120) as http:
            for part in _parts(rest):
                body = orjson.dumps({"points": part})
                path = f"/collections/{collection}/points"
                reply = await http.put(path, params={"wait": "true"}, content=body, headers=_JSON)
                reply.raise_for_status()
                done += len(part)
                show(done)


def _parts(points: Iterator[Point]) -> Iterator[list[dict[str, object]]]:
    while part := list(islice(points, POINTS_PER_REQUEST)):
        yield [{"id": p.point_id, "vector": p.vector, "payload": _stamped(p)} for p in part]


def _stamped(point: Point) -> dict[str, object]:
    return {**stamp(point.payload, point.point_id), STATUS: point.status}
