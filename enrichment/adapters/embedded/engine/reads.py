"""Requests that read points: by id, by page, by filter, by likeness."""

# The type aliases of the engine exist in its stubs only, not at run time.
from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import qdrant_edge as edge

from enrichment.adapters.embedded.engine.collection import Collection
from enrichment.adapters.embedded.engine.filters import read_filter
from enrichment.adapters.embedded.engine.points import (
    DEFAULT_VECTOR,
    read_vector,
    read_with_payload,
    read_with_vector,
    render_record,
    render_scored,
    vector_of,
)
from enrichment.adapters.embedded.engine.wire import BadRequest, Fields, engine_input, point_id, point_ids

Read = Callable[[Collection, object], object]

_PAGE = 10


def retrieve(collection: Collection, body: object) -> object:
    """`{ids, with_payload, with_vector}`: the points that exist, in the order asked for."""
    with Fields(body) as fields:
        ids = list(point_ids(fields.need("ids", list)))
        payload, vector = _wanted(fields, payload=True)
    records = collection.shard.retrieve(ids, payload, vector)
    return [render_record(each, payload=payload is not False, vector=vector is not False) for each in records]


def scroll(collection: Collection, body: object) -> object:
    """`{offset, limit, filter, with_payload, with_vector, order_by}`: one page, and where the next one begins."""
    with Fields(body) as fields, engine_input():
        offset, order = fields.any("offset"), fields.any("order_by")
        payload, vector = _wanted(fields, payload=True)
        request = edge.ScrollRequest(
            offset=None if offset is None else point_id(offset),
            limit=_limit(fields),
            filter=read_filter(fields.any("filter")),
            with_payload=payload,
            with_vector=vector,
            order_by=None if order is None else _order(order),
        )
    records, following = collection.shard.scroll(request)
    points = [render_record(each, payload=payload is not False, vector=vector is not False) for each in records]
    return {"points": points, "next_page_offset": following}


def count(collection: Collection, body: object) -> object:
    """`{filter, exact}`."""
    with Fields(body) as fields:
        exact = fields.take("exact", bool)
        request = edge.CountRequest(exact=exact is not False, filter=read_filter(fields.any("filter")))
    return {"count": collection.shard.count(request)}


def query(collection: Collection, body: object) -> object:
    """`{query, using, filter, params, score_threshold, limit, offset, with_…}`: the nearest points."""
    with Fields(body) as fields, engine_input():
        name = fields.take("using", str) or DEFAULT_VECTOR
        asked = _asked(fields)
        wanted = read_filter(fields.any("filter"))
        payload, vector = _wanted(fields, payload=False)
        request = edge.QueryRequest(
            limit=_limit(fields),
            offset=fields.take("offset", int) or 0,
            query=None if asked is None else _nearest(collection, asked, name),
            filter=_without(wanted, asked),
            params=_params(fields.any("params")),
            score_threshold=fields.take("score_threshold", float),
            with_payload=payload,
            with_vector=vector,
        )
    hits = collection.shard.query(request)
    return {"points": [render_scored(hit, payload=payload is not False, vector=vector is not False) for hit in hits]}


def query_batch(collection: Collection, body: object) -> object:
    """`{searches: [...]}`: several queries, their answers in the same order."""
    with Fields(body) as fields:
        return [query(collection, each) for each in fields.need("searches", list)]


def _wanted(fields: Fields, *, payload: bool) -> tuple[edge.WithPayloadType, edge.WithVectorType]:
    with_payload = fields.any("with_payload")
    return (
        read_with_payload(payload if with_payload is None else with_payload),
        read_with_vector(fields.any("with_vector")),
    )


def _limit(fields: Fields) -> int:
    limit = fields.take("limit", int)
    if limit is not None and limit < 1:
        raise BadRequest(f"Validation error in JSON body: [limit: value {limit} invalid, must be 1 or larger]")
    return limit or _PAGE


def _order(value: object) -> edge.OrderBy:
    with Fields({"key": value} if isinstance(value, str) else value) as fields:
        direction = fields.take("direction", str)
        return edge.OrderBy(
            key=fields.need("key", str),
            direction=edge.Direction.Desc if direction == "desc" else edge.Direction.Asc,
            start_from=cast("edge.StartFromType | None", fields.any("start_from")),
        )


def _asked(fields: Fields) -> object:
    """A vector or the id of a point, bare or as `{nearest}`."""
    asked = fields.any("query")
    if not isinstance(asked, dict) or "indices" in asked:
        return asked
    with Fields(asked) as kinds:
        return kinds.any("nearest")


def _nearest(collection: Collection, asked: object, name: str) -> edge.Query:
    if isinstance(asked, (str, int)):
        vector = vector_of(collection.shard, point_id(asked), name)
    else:
        vector = read_vector(asked, name, collection.shapes)
    return edge.Query.Nearest(vector, using=name or None)


def _without(wanted: edge.Filter | None, asked: object) -> edge.Filter | None:
    """A point that is searched for by its own id is no answer."""
    if not isinstance(asked, (str, int)):
        return wanted
    this: list[Any] = [edge.HasIdCondition({point_id(asked)})]
    return edge.Filter(must=None if wanted is None else [wanted], must_not=this)


def _params(value: object) -> edge.SearchParams | None:
    """Every search here is exact: there is no graph to tune."""
    if value is not None:
        with Fields(value) as fields:
            fields.ignore("hnsw_ef", "exact", "indexed_only", "quantization", "acorn")
    return None
