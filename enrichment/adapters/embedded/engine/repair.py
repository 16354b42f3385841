"""After an unclean stop, what the payload indexes say is compared with the payloads, and the payloads win."""

# The type aliases of the engine exist in its stubs only, not at run time.
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import qdrant_edge as edge

from enrichment.adapters.embedded.engine.filters import only
from enrichment.adapters.embedded.engine.schema import index_type
from enrichment.adapters.embedded.engine.wire import PointId

_PAGE = 5_000
# Up to here every value of a page is looked up; above, only where the counts of the page differ.
_FEW_VALUES = 16
# What a write by value can tear from its index; times and fractions are never such a value.
_COMPARED: dict[str, type[Value]] = {"keyword": str, "integer": int, "bool": bool}

Value = str | int | bool


def repair(shard: edge.EdgeShard) -> int:
    """Rewrite every indexed value that its index does not find; return how many there were.

    Pages through all points without a filter, because a filter would not see the points that it is looking for. The
    values are rewritten by id: a write by their value would miss them for the same reason.
    """
    schema = shard.info().payload_schema
    kinds = {field: _COMPARED.get(index_type(index.data_type)) for field, index in schema.items() if _is_plain(field)}
    fields = {field: kind for field, kind in kinds.items() if kind is not None}
    repaired = 0
    for page in _pages(shard, list(fields)):
        for field, kind in fields.items():
            repaired += _repair_page(shard, field, kind, page)
    if repaired:
        shard.flush()
    return repaired


def _pages(shard: edge.EdgeShard, fields: list[str]) -> Iterator[Sequence[edge.Record]]:
    if not fields:
        return
    offset: PointId | None = None
    while True:
        request = edge.ScrollRequest(offset=offset, limit=_PAGE, with_payload=edge.PayloadSelector.Include(fields))
        page, following = shard.scroll(request)
        yield page
        if following is None:
            return
        offset = following


def _is_plain(field: str) -> bool:
    return not set(field) & set('.[]"')


def _repair_page(shard: edge.EdgeShard, field: str, kind: type[Value], page: Sequence[edge.Record]) -> int:
    payloads = {record.id: (record.payload or {}).get(field) for record in page}
    stored: defaultdict[Value, set[PointId]] = defaultdict(set)
    for point, content in payloads.items():
        for value in content if isinstance(content, list) else [content]:
            if isinstance(value, kind) and type(value) is kind:
                stored[value].add(point)
    indexed = _indexed(shard, field, payloads.keys())
    if len(indexed) > _FEW_VALUES and indexed == {value: len(points) for value, points in stored.items()}:
        return 0
    torn: set[PointId] = set()
    for value in stored.keys() | indexed.keys():
        torn |= stored[value] ^ _found(shard, field, value, payloads.keys())
    for point in torn:
        _rewrite(shard, field, point, payloads[point])
    return len(torn)


def _indexed(shard: edge.EdgeShard, field: str, points: Iterable[PointId]) -> dict[Value, int]:
    """Each value of these points, with their number, as the index has it."""
    limit = 2 * _PAGE
    hits = shard.facet(edge.FacetRequest(key=field, limit=limit, exact=True, filter=only(points))).hits
    return {hit.value: hit.count for hit in hits}


def _found(shard: edge.EdgeShard, field: str, value: Value, points: Iterable[PointId]) -> set[PointId]:
    """Those of the points that the index finds under a value."""
    match = edge.FieldCondition(key=field, match=edge.MatchValue(value))
    wanted = edge.Filter(must=[edge.HasIdCondition(set(points)), match])
    records, _ = shard.scroll(edge.ScrollRequest(limit=_PAGE, filter=wanted, with_payload=False))
    return {record.id for record in records}


def _rewrite(shard: edge.EdgeShard, field: str, point: PointId, content: object) -> None:
    if content is None:
        shard.update(edge.UpdateOperation.delete_payload_by_filter(only([point]), [field]))
    else:
        shard.update(edge.UpdateOperation.set_payload_by_filter(only([point]), {field: content}))
