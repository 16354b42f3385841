"""Points by their ids, or by the message they are chunks of, in pages that shrink when they are too much."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qdrant_client.http import models

from enrichment.adapters.qdrant.payload import Vectors
from enrichment.adapters.qdrant.rules import FieldNames, Payload
from enrichment.adapters.qdrant.server import QdrantFailure, Server
from enrichment.domain.messages import PointRef

# A first page of long messages must fit; the pages then grow as far as the texts allow.
_FIRST_PAGE = 100
_LARGEST_PAGE = 500
_PAGE_CHARACTERS = 4_000_000
# What a server in strict mode says to a filter on a field without an index.
NOT_ALLOWED = frozenset({400, 403})


@dataclass(frozen=True, slots=True)
class Points:
    """Payloads and vectors of the points that exist."""

    payloads: Mapping[PointRef, Payload] = field(default_factory=dict)
    vectors: Mapping[PointRef, Vectors] = field(default_factory=dict)


def api_id(ref: PointRef) -> int | str:
    """Return the id as Qdrant's interface wants it: a number, or the text of a UUID."""
    return int(ref.point_id) if ref.point_id.isdecimal() else ref.point_id


async def retrieve(server: Server, collection: str, refs: Sequence[PointRef], *, with_vectors: bool = False) -> Points:
    """Return those of the points that exist; raises ``QdrantFailure``, of status 404 without the collection."""
    records: list[models.Record] = []
    start, size = 0, _FIRST_PAGE
    while start < len(refs):
        ids = [api_id(ref) for ref in refs[start : start + size]]
        try:
            page = await _page(server, collection, ids, with_vectors=with_vectors)
        except QdrantFailure as failure:
            if not failure.too_much or len(ids) == 1:
                raise
            # In big steps: a server that is stuck is waited for at every step.
            size = max(1, len(ids) // 4)
            continue
        records += page
        start += len(ids)
        size = _next_size(page)
    return _points(collection, records)


async def siblings(server: Server, collection: str, names: FieldNames, payload: Payload, parent: str | int) -> Points:
    """Return all chunks of one message of the user whose payload this is; none where the server forbids the search."""
    wanted = models.Filter(
        must=[
            models.Filter(should=_equal(names.user_id, [payload.get(name) for name in names.user_id])),
            models.Filter(should=_equal(names.chunk_parent, [parent])),
        ]
    )
    records: list[models.Record] = []
    offset: Any = None
    while True:
        try:
            page, offset = await _chunks(server, collection, wanted, offset)
        except QdrantFailure as failure:
            if failure.status not in NOT_ALLOWED:
                raise
            return Points()
        records += page
        if offset is None:
            return _points(collection, records)


async def _page(
    server: Server, collection: str, ids: Sequence[int | str], *, with_vectors: bool
) -> Sequence[models.Record]:
    return await server.ask(
        "to read messages",
        lambda: server.client.retrieve(
            collection, ids, with_payload=True, with_vectors=with_vectors, timeout=server.timeout
        ),
    )


async def _chunks(
    server: Server,
    collection: str,
    wanted: models.Filter,
    offset: Any,  # noqa: ANN401  # the client's own cursor
) -> tuple[Sequence[models.Record], Any]:
    return await server.ask(
        "to find the chunks of a message",
        lambda: server.client.scroll(
            collection, scroll_filter=wanted, limit=_FIRST_PAGE, offset=offset, timeout=server.timeout
        ),
    )


def _equal(names: Iterable[str], values: Iterable[object]) -> list[models.Condition]:
    usable = [value for value in values if isinstance(value, str | int)]
    return [models.FieldCondition(key=name, match=models.MatchValue(value=value)) for name in names for value in usable]


def _next_size(page: Sequence[models.Record]) -> int:
    characters = sum(
        len(value) for record in page for value in (record.payload or {}).values() if isinstance(value, str)
    )
    return max(1, min(_LARGEST_PAGE, _PAGE_CHARACTERS * max(len(page), 1) // max(characters, 1)))


def _points(collection: str, records: Iterable[models.Record]) -> Points:
    found = {PointRef(collection, str(record.id)): record for record in records}
    return Points(
        {ref: record.payload or {} for ref, record in found.items()},
        {ref: _dense(record.vector) for ref, record in found.items() if record.vector},
    )


def _dense(vector: object) -> Vectors:
    """Named vectors under their names, the unnamed one under ""; sparse and multiple ones are left out."""
    named = vector if isinstance(vector, Mapping) else {"": vector}
    return {
        name: array("f", values)
        for name, values in named.items()
        if isinstance(values, Sequence) and values and isinstance(values[0], int | float)
    }
