"""Qdrant's filter language, from JSON to the engine's objects."""

# The type aliases of the engine exist in its stubs only, not at run time.
from __future__ import annotations

from collections.abc import Callable, Iterable

import qdrant_edge as edge

from enrichment.adapters.embedded.engine.wire import BadRequest, Fields, PointId, engine_input, point_ids

_MATCHES: dict[str, Callable[..., edge.MatchType]] = {
    "value": edge.MatchValue,
    "text": edge.MatchText,
    "text_any": edge.MatchTextAny,
    "phrase": edge.MatchPhrase,
    "any": edge.MatchAny,
    "except": edge.MatchExcept,
}
_BOUNDS = ("gte", "gt", "lte", "lt")


def read_filter(value: object) -> edge.Filter | None:
    """A filter, None for an absent one; raises BadRequest for anything the engine cannot evaluate."""
    if value is None:
        return None
    with Fields(value) as fields, engine_input():
        minimum = fields.any("min_should")
        return edge.Filter(
            must=_conditions(fields.any("must")),
            should=_conditions(fields.any("should")),
            must_not=_conditions(fields.any("must_not")),
            min_should=None if minimum is None else _min_should(minimum),
        )


def only(ids: Iterable[PointId]) -> edge.Filter:
    """The filter that selects exactly these ids.

    Writes go through it, never through the engine's plain lists of ids: those stop at the first id that is missing,
    with half of the points written, and stop there again when the log is replayed.
    """
    return edge.Filter(must=[edge.HasIdCondition(set(ids))])


def _conditions(value: object) -> list[edge.ConditionType] | None:
    if value is None:
        return None
    return [_condition(each) for each in (value if isinstance(value, list) else [value])]


def _min_should(value: object) -> edge.MinShould:
    with Fields(value) as fields:
        conditions = _conditions(fields.need("conditions", list)) or []
        return edge.MinShould(conditions=conditions, min_count=fields.need("min_count", int))


def _condition(value: object) -> edge.ConditionType:
    with Fields(value) as fields:
        if "key" in fields:
            return _field(fields)
        for name, read in _SPECIAL.items():
            if name in fields:
                return read(fields.any(name))
        nested = {name: fields.any(name) for name in ("must", "should", "must_not", "min_should")}
        return read_filter(nested) or edge.Filter()


def _field(fields: Fields) -> edge.FieldCondition:
    match, bounds, count = fields.any("match"), fields.any("range"), fields.any("values_count")
    return edge.FieldCondition(
        key=fields.need("key", str),
        match=None if match is None else _match(match),
        range=None if bounds is None else _range(bounds),
        values_count=None if count is None else _values_count(count),
        is_empty=fields.take("is_empty", bool),
        is_null=fields.take("is_null", bool),
    )


def _match(value: object) -> edge.MatchType:
    with Fields(value) as fields:
        for name, kind in _MATCHES.items():
            if name in fields:
                return kind(fields.any(name))
    raise BadRequest("Format error in JSON body: `match` needs one of " + ", ".join(_MATCHES))


def _range(value: object) -> edge.RangeType:
    with Fields(value) as fields:
        bounds = {name: fields.any(name) for name in _BOUNDS}
    if any(isinstance(bound, str) for bound in bounds.values()):
        return edge.RangeDateTime(**bounds)  # type: ignore[arg-type]  # the engine checks, and engine_input translates
    return edge.RangeFloat(**bounds)  # type: ignore[arg-type]


def _values_count(value: object) -> edge.ValuesCount:
    with Fields(value) as fields:
        return edge.ValuesCount(**{name: fields.take(name, int) for name in _BOUNDS})


def _key(value: object) -> str:
    with Fields(value) as fields:
        return fields.need("key", str)


def _nested(value: object) -> edge.NestedCondition:
    with Fields(value) as fields:
        return edge.NestedCondition(fields.need("key", str), read_filter(fields.need("filter", dict)) or edge.Filter())


def _has_id(value: object) -> edge.HasIdCondition:
    if not isinstance(value, list):
        raise BadRequest("Format error in JSON body: `has_id` must be a list")
    return edge.HasIdCondition(set(point_ids(value)))


def _slice(value: object) -> edge.ConditionType:
    with Fields(value) as fields:
        total, index = fields.need("total", int), fields.need("index", int)
    # The binding has this condition, its type stubs do not.
    condition: edge.ConditionType = edge.SliceCondition(total=total, index=index)  # type: ignore[attr-defined]
    return condition


_SPECIAL: dict[str, Callable[[object], edge.ConditionType]] = {
    "has_id": _has_id,
    "has_vector": lambda value: edge.HasVectorCondition(str(value)),
    "is_empty": lambda value: edge.IsEmptyCondition(_key(value)),
    "is_null": lambda value: edge.IsNullCondition(_key(value)),
    "nested": _nested,
    "slice": _slice,
}
