"""After an unclean stop, what the payload indexes say is compared with the payloads, and the payloads win."""

# The type aliases of the engine exist in its stubs only, not at run time.
from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import orjson
import qdrant_edge as edge

from enrichment.adapters.embedded.engine.filters import only
from enrichment.adapters.embedded.engine.schema import index_type
from enrichment.adapters.embedded.engine.wire import PointId

_PAGE = 5_000
# A field with this few values, a status, is compared point by point; of others only the values whose number differs.
_FEW_VALUES = 16
# A field with this many values names its points: nobody rewrites it, and counting them would cost too much memory.
_IDENTIFIERS = 100_000
# What a write can tear from its index; times and fractions are never the target of one.
_COMPARED: dict[str, type[Value]] = {"keyword": str, "integer": int, "bool": bool}

Value = str | int | bool
Page = Sequence[edge.Record]


def repair(shard: edge.EdgeShard) -> int:
    """Rewrite every indexed value that its index does not find; return how many there were.

    Pages through all points without a filter, because a filter would not see the points that it is looking for. The
    values are rewritten by id: a write by their value would miss them for the same reason.
    """
    doubtful = {field: values for field, values in _doubtful(shard).items() if values}
    repaired = 0
    for page in _pages(shard, list(doubtful)):
        for field, values in doubtful.items():
            repaired += _repair_page(shard, field, values, page)
    if repaired:
        shard.flush()
    return repaired


def _doubtful(shard: edge.EdgeShard) -> dict[str, set[Value]]:
    """The values of each field whose points have to be compared one by one."""
    schema = shard.info().payload_schema
    kinds = {field: _COMPARED.get(index_type(index.data_type)) for field, index in schema.items() if _is_plain(field)}
    stored: dict[str, Counter[Value]] = {field: Counter() for field, kind in kinds.items() if kind is not None}
    for page in _pages(shard, list(stored)):
        for field, values in list(stored.items()):
            for record in page:
                values.update(_values((record.payload or {}).get(field), kinds[field]))
            if len(values) > _IDENTIFIERS:
                del stored[field]
    return {field: _differing(values, _indexed(shard, field)) for field, values in stored.items()}


def _differing(stored: Mapping[Value, int], indexed: Mapping[Value, int]) -> set[Value]:
    values = stored.keys() | indexed.keys()
    if len(values) <= _FEW_VALUES:
        return set(values)
    return {value for value in values if stored.get(value) != indexed.get(value)}


def _indexed(shard: edge.EdgeShard, field: str) -> dict[Value, int]:
    """Each value with the number of its points, as the index has it."""
    hits = shard.facet(edge.FacetRequest(key=field, limit=2 * _IDENTIFIERS, exact=True)).hits
    return {hit.value: hit.count for hit in hits}


def _repair_page(shard: edge.EdgeShard, field: str, doubtful: set[Value], page: Page) -> int:
    payloads = {record.id: (record.payload or {}).get(field) for record in page}
    stored: defaultdict[Value, set[PointId]] = defaultdict(set)
    for point, content in payloads.items():
        for value in _values(content, None):
            stored[value].add(point)
    suspects = doubtful if len(doubtful) <= _FEW_VALUES else doubtful & stored.keys()
    torn: set[PointId] = set()
    for value in suspects:
        # To rewrite what may be sound is cheaper than to look up very many values.
        found = _found(shard, field, value, payloads) if len(suspects) <= _FEW_VALUES else set()
        torn |= stored[value] ^ found
    _rewrite(shard, field, {point: payloads[point] for point in torn})
    return len(torn)


def _found(shard: edge.EdgeShard, field: str, value: Value, points: Iterable[PointId]) -> set[PointId]:
    """Those of the points that the index finds under a value."""
    match = edge.FieldCondition(key=field, match=edge.MatchValue(value))
    wanted = edge.Filter(must=[edge.HasIdCondition(set(points)), match])
    records, _ = shard.scroll(edge.ScrollRequest(limit=_PAGE, filter=wanted, with_payload=False))
    return {record.id for record in records}


def _rewrite(shard: edge.EdgeShard, field: str, contents: Mapping[PointId, object]) -> None:
    groups: defaultdict[bytes, list[PointId]] = defaultdict(list)
    for point, content in contents.items():
        groups[orjson.dumps(content)].append(point)
    for content, points in groups.items():
        if content == b"null":
            shard.update(edge.UpdateOperation.delete_payload_by_filter(only(points), [field]))
        else:
            payload = {field: orjson.loads(content)}
            shard.update(edge.UpdateOperation.set_payload_by_filter(only(points), payload))


def _pages(shard: edge.EdgeShard, fields: list[str]) -> Iterator[Page]:
    """All points with these fields of their payloads; none if there is no field to look at."""
    offset: PointId | None = None
    while fields:
        request = edge.ScrollRequest(offset=offset, limit=_PAGE, with_payload=edge.PayloadSelector.Include(fields))
        page, offset = shard.scroll(request)
        yield page
        if offset is None:
            return


def _values(content: object, kind: type[Value] | None) -> list[Value]:
    """What an index of that kind holds for a field's content: itself, or each element of a list."""
    elements = content if isinstance(content, list) else [content]
    return [each for each in elements if isinstance(each, (str, int)) and kind in (None, type(each))]


def _is_plain(field: str) -> bool:
    return not set(field) & set('.[]"')
