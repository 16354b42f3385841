"""Points between JSON and the engine: ids, payloads, and vectors of every declared name and size."""

# The type aliases of the engine exist in its stubs only, not at run time.
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import qdrant_edge as edge

from enrichment.adapters.embedded.engine.wire import BadRequest, Fields, PointId, engine_input, point_id, strings

DEFAULT_VECTOR = ""


@dataclass(frozen=True, slots=True)
class VectorShape:
    """What a collection declares about one of its vectors; `size` is None for a sparse one."""

    size: int | None
    multi: bool = False


Shapes = Mapping[str, VectorShape]


def read_point(value: object, shapes: Shapes) -> edge.Point:
    """A point to be stored; its vectors are checked here because the engine logs an operation before it looks at it."""
    with Fields(value) as fields, engine_input():
        return edge.Point(
            id=point_id(fields.any("id")),
            vector=read_vectors(fields.any("vector") or {}, shapes),
            payload=fields.take("payload", dict) or {},
        )


def read_vectors(value: object, shapes: Shapes) -> edge.Vector:
    """The vector or vectors of one point."""
    if isinstance(value, dict) and not _is_sparse(value):
        return {name: read_vector(each, name, shapes) for name, each in value.items()}
    return cast("edge.Vector", read_vector(value, DEFAULT_VECTOR, shapes))


def read_vector(value: object, name: str, shapes: Shapes) -> edge.NamedVector:
    """One vector, checked against what the collection declares for its name."""
    shape = shapes.get(name)
    if shape is None:
        raise BadRequest(f"Wrong input: Not existing vector name error: {name}")
    if shape.size is None:
        return _sparse(value)
    for row in value if shape.multi and isinstance(value, list) else [value]:
        _check_dense(row, shape.size)
    return cast("edge.NamedVector", value)


def _check_dense(row: object, size: int) -> None:
    if not isinstance(row, list) or not all(type(number) in (int, float) for number in row):
        raise BadRequest("Format error in JSON body: a vector is a list of numbers")
    if len(row) != size:
        raise BadRequest(f"Wrong input: Vector dimension error: expected dim: {size}, got {len(row)}")


def _is_sparse(value: Mapping[str, object]) -> bool:
    return value.keys() == {"indices", "values"}


def _sparse(value: object) -> edge.SparseVector:
    with Fields(value) as fields:
        indices, values = fields.need("indices", list), fields.need("values", list)
    if len(indices) != len(values) or len(set(indices)) != len(indices):
        raise BadRequest("Wrong input: a sparse vector has one value for each of its distinct indices")
    return edge.SparseVector(indices, values)


def read_with_payload(value: object) -> edge.WithPayloadType:
    """Which fields to return: true, false, a list of fields, or `include` and `exclude`."""
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return edge.PayloadSelector.Include(strings(value))
    with Fields(value) as fields, engine_input():
        if "include" in fields:
            return edge.PayloadSelector.Include(strings(fields.need("include", list)))
        return edge.PayloadSelector.Exclude(strings(fields.need("exclude", list)))


def read_with_vector(value: object) -> edge.WithVectorType:
    """Which vectors to return: true, false, or a list of names."""
    return strings(value) if isinstance(value, list) else bool(value)


def render_record(record: edge.Record, *, payload: bool, vector: bool) -> dict[str, Any]:
    """A point as JSON; the ids are serialised in their canonical form."""
    point: dict[str, Any] = {"id": record.id}
    if payload:
        point["payload"] = record.payload
    if vector:
        point["vector"] = render_vectors(record.vector)
    return point


def render_scored(point: edge.ScoredPoint, *, payload: bool, vector: bool) -> dict[str, Any]:
    """A hit of a search as JSON."""
    hit: dict[str, Any] = {"id": point.id, "version": point.version, "score": point.score}
    if payload:
        hit["payload"] = point.payload
    if vector:
        hit["vector"] = render_vectors(point.vector)
    return hit


def render_vectors(value: object) -> object:
    """Vectors as JSON."""
    if isinstance(value, dict):
        return {name: render_vectors(each) for name, each in value.items()}
    if isinstance(value, edge.SparseVector):
        return {"indices": value.indices, "values": value.values}
    return value


def vector_of(shard: edge.EdgeShard, wanted: PointId, name: str) -> edge.NamedVector:
    """The stored vector of a point, for a search that names a point instead of a vector."""
    records = shard.retrieve([wanted], with_payload=False, with_vector=True)
    stored: object = records[0].vector if records else None
    if isinstance(stored, dict):
        stored = stored.get(name)
    if stored is None:
        raise BadRequest(f"Wrong input: no vector {name!r} on a point with id {wanted}")
    return cast("edge.NamedVector", stored)
