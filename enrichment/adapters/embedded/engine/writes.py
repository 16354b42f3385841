"""Requests that change points, each turned into one operation of the engine."""

# The type aliases of the engine exist in its stubs only, not at run time.
from __future__ import annotations

from collections.abc import Callable

import qdrant_edge as edge

from enrichment.adapters.embedded.engine.collection import Collection
from enrichment.adapters.embedded.engine.filters import only, read_filter
from enrichment.adapters.embedded.engine.points import Shapes, read_point, read_vectors
from enrichment.adapters.embedded.engine.wire import (
    BadRequest,
    Fields,
    NotFound,
    engine_input,
    point_id,
    point_ids,
    strings,
)

Write = Callable[[Collection, object], edge.UpdateOperation]
Operation = edge.UpdateOperation

_MODES = {
    "upsert": edge.UpdateMode.Upsert,
    "insert_only": edge.UpdateMode.InsertOnly,
    "update_only": edge.UpdateMode.UpdateOnly,
}


def upsert(collection: Collection, body: object) -> Operation:
    """`{points: [{id, vector, payload}]}`, or the same by columns: `{batch: {ids, vectors, payloads}}`."""
    with Fields(body) as fields:
        batch = fields.any("batch")
        points = fields.need("points", list) if batch is None else _rows(batch)
        condition = read_filter(fields.any("update_filter"))
        mode = fields.take("update_mode", str)
    if mode is not None and mode not in _MODES:
        raise BadRequest(f"Format error in JSON body: unknown update_mode `{mode}`")
    read = [read_point(point, collection.shapes) for point in points]
    return Operation.upsert_points(read, condition, None if mode is None else _MODES[mode])


def _rows(batch: object) -> list[object]:
    with Fields(batch) as fields:
        ids, vectors = fields.need("ids", list), fields.any("vectors")
        payloads = fields.take("payloads", list) or [None] * len(ids)
    columns = vectors
    if isinstance(vectors, dict):
        columns = [dict(zip(vectors, row, strict=True)) for row in zip(*vectors.values(), strict=True)]
    if not isinstance(columns, list) or not len(ids) == len(columns) == len(payloads):
        raise BadRequest("Wrong input: ids, vectors and payloads of a batch differ in length")
    return [
        {"id": each, "vector": vector, "payload": payload}
        for each, vector, payload in zip(ids, columns, payloads, strict=True)
    ]


def delete(collection: Collection, body: object) -> Operation:
    """`{points: [id]}` or `{filter}`."""
    del collection
    with Fields(body) as fields:
        if "points" in fields:
            return Operation.delete_points(list(point_ids(fields.need("points", list))))
        return Operation.delete_points_by_filter(_filter(fields))


def set_payload(collection: Collection, body: object) -> Operation:
    """`{payload, points | filter, key}`: merge into what is there."""
    with Fields(body) as fields, engine_input():
        payload, key = fields.need("payload", dict), fields.take("key", str)
        return Operation.set_payload_by_filter(_selected(collection, fields), payload, key)


def overwrite_payload(collection: Collection, body: object) -> Operation:
    """`{payload, points | filter, key}`: replace what is there."""
    with Fields(body) as fields, engine_input():
        payload, key = fields.need("payload", dict), fields.take("key", str)
        return Operation.overwrite_payload_by_filter(_selected(collection, fields), payload, key)


def delete_payload(collection: Collection, body: object) -> Operation:
    """`{keys, points | filter}`."""
    with Fields(body) as fields, engine_input():
        keys = strings(fields.need("keys", list))
        return Operation.delete_payload_by_filter(_selected(collection, fields), keys)


def clear_payload(collection: Collection, body: object) -> Operation:
    """`{points | filter}`."""
    with Fields(body) as fields:
        return Operation.clear_payload_by_filter(_selected(collection, fields))


def update_vectors(collection: Collection, body: object) -> Operation:
    """`{points: [{id, vector}]}`."""
    with Fields(body) as fields:
        points = [_point_vectors(point, collection.shapes) for point in fields.need("points", list)]
        condition = read_filter(fields.any("update_filter"))
    _check_existing(collection, [point.id for point in points])
    return Operation.update_vectors(points, condition)


def delete_vectors(collection: Collection, body: object) -> Operation:
    """`{vector: [name], points | filter}`."""
    with Fields(body) as fields:
        names = strings(fields.need("vector", list))
        return Operation.delete_vectors_by_filter(_selected(collection, fields), names)


def _point_vectors(value: object, shapes: Shapes) -> edge.PointVectors:
    with Fields(value) as fields, engine_input():
        return edge.PointVectors(point_id(fields.any("id")), read_vectors(fields.any("vector"), shapes))


def _selected(collection: Collection, fields: Fields) -> edge.Filter:
    if "points" not in fields:
        return _filter(fields)
    ids = point_ids(fields.need("points", list))
    _check_existing(collection, list(ids))
    return only(ids)


def _check_existing(collection: Collection, ids: list[edge.PointId]) -> None:
    records = collection.shard.retrieve(ids, with_payload=False, with_vector=False)
    missing = set(ids) - {record.id for record in records}
    if missing:
        raise NotFound(f"Not found: No point with id {min(map(str, missing))} found")


def _filter(fields: Fields) -> edge.Filter:
    return read_filter(fields.need("filter", dict)) or edge.Filter()


BATCHED: dict[str, Write] = {
    "upsert": upsert,
    "delete": delete,
    "set_payload": set_payload,
    "overwrite_payload": overwrite_payload,
    "delete_payload": delete_payload,
    "clear_payload": clear_payload,
    "update_vectors": update_vectors,
    "delete_vectors": delete_vectors,
}


def batched(collection: Collection, body: object) -> list[Operation]:
    """`{operations: [{<name>: {...}}]}`."""
    with Fields(body) as fields:
        return [_named(collection, each) for each in fields.need("operations", list)]


def _named(collection: Collection, value: object) -> Operation:
    with Fields(value) as fields:
        for name, write in BATCHED.items():
            if name in fields:
                content = fields.any(name)
                return write(
                    collection,
                    {"points": content} if name == "clear_payload" and isinstance(content, list) else content,
                )
    raise BadRequest("Format error in JSON body: unknown operation")
