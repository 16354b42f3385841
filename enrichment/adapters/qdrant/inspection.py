"""What `doctor` says about a server: its version, and what each collection lacks for the worker to be quick on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from qdrant_client.http import models

from enrichment.adapters.qdrant.rules import Payload, Rules, first
from enrichment.adapters.qdrant.server import Server
from enrichment.producer import PENDING, STATUS

OLDEST_VERSION = (1, 14)
_SAMPLE = 100
# Whole epoch seconds may have either index.
_FITTING = {"float": ("float", "integer")}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexProblem:
    """A payload index that is missing (``found`` is None) or of another kind than the values need."""

    field: str
    wanted: str
    found: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionState:
    """One collection: how much it holds, how much of it is pending, and which indexes it lacks."""

    name: str
    points: int
    pending: int
    without_status: int
    problems: tuple[IndexProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """A server and the collections that are served."""

    version: str
    supported: bool
    collections: tuple[CollectionState, ...]


async def inspect(server: Server, collections: Sequence[str], rules: Rules) -> ServerState:
    """Look at the server; counts are exact. Raises ``DependencyUnavailable``."""
    info = await server.ask("to tell its version", server.client.info)
    return ServerState(
        version=info.version,
        supported=_version(info.version) >= OLDEST_VERSION,
        collections=tuple([await _state(server, name, rules) for name in collections]),
    )


async def _state(server: Server, collection: str, rules: Rules) -> CollectionState:
    info = await server.ask("to describe a collection", lambda: server.client.get_collection(collection))
    pending = models.FieldCondition(key=STATUS, match=models.MatchValue(value=PENDING))
    without = models.IsEmptyCondition(is_empty=models.PayloadField(key=STATUS))
    sample = await _sample(server, collection)
    indexed = {name: index.data_type.value for name, index in (info.payload_schema or {}).items()}
    return CollectionState(
        name=collection,
        points=await _count(server, collection, None),
        pending=await _count(server, collection, pending),
        without_status=await _count(server, collection, without),
        problems=tuple(
            IndexProblem(field=field, wanted=wanted, found=indexed.get(field))
            for field, wanted in _wanted(sample, rules).items()
            if indexed.get(field) not in _FITTING.get(wanted, (wanted,))
        ),
    )


def _wanted(sample: Sequence[Payload], rules: Rules) -> dict[str, str]:
    """The indexes that fit the values as they are: a keyword index finds no numbers, a datetime index no epochs."""
    names = rules.names
    return {
        STATUS: "keyword",
        _field(sample, names.user_id): "integer" if _numeric(sample, names.user_id) else "keyword",
        _field(sample, names.timestamp): "float" if _numeric(sample, names.timestamp) else "datetime",
    }


def _field(sample: Sequence[Payload], candidates: tuple[str, ...]) -> str:
    """The candidate that most payloads use, the first one if none does."""
    return max(candidates, key=lambda name: sum(first(payload, (name,)) is not None for payload in sample))


def _numeric(sample: Sequence[Payload], candidates: tuple[str, ...]) -> bool:
    values = [first(payload, (_field(sample, candidates),)) for payload in sample]
    return sum(isinstance(value, int | float) for value in values) * 2 > len(values)


async def _sample(server: Server, collection: str) -> list[Payload]:
    records, _ = await server.ask(
        "to read a sample",
        lambda: server.client.scroll(collection, limit=_SAMPLE, with_payload=True, timeout=server.timeout),
    )
    return [record.payload or {} for record in records]


async def _count(server: Server, collection: str, condition: models.Condition | None) -> int:
    chosen = None if condition is None else models.Filter(must=[condition])
    counted = await server.ask(
        "to count messages",
        lambda: server.client.count(collection, count_filter=chosen, exact=True, timeout=server.timeout),
    )
    return counted.count


def _version(text: str) -> tuple[int, int]:
    numbers = [int(part) for part in text.split("-", maxsplit=1)[0].split(".")[:2] if part.isdecimal()]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (0, 0)  # noqa: PLR2004  # major and minor
