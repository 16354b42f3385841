"""Writes what engines made of a batch, in the transaction that is bound to the user: two statements, whatever came."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any

import asyncpg

from enrichment.adapters.postgres.pool import Connection
from enrichment.adapters.postgres.queries import query
from enrichment.engines.folding import KeptRow, Observed
from enrichment.engines.frame import CacheRow, MemoryState

# When a row was made and until when it may be served: what every cache has beside its engines' columns.
STAMPS = ("computed_at", "expires_at")
_MEMORY = (
    *("memory_id", "first_at", "last_at", "previous_at", "uses", "stability_days", "difficulty", "lapses"),
    *("importance", "due_at", "risk_at"),
)
_of_memory = attrgetter(*_MEMORY)
# Table, key columns and columns: what a statement is made of.
_Shape = tuple[str, tuple[str, ...], tuple[str, ...]]


async def write_observed(connection: Connection, observed: Observed) -> None:
    """Write states, memories, shares, the pair's standing, and its rows if it was reported on."""
    pair = observed.pair
    await connection.execute(
        query("write_observed"),
        *(pair.user_id, pair.bot_name),
        *_columns(observed.states, 3),
        *_memory_columns(observed.memories),
        *_columns(observed.shares, 3),
        *(observed.last_message_at, observed.messages, observed.late, observed.is_wrong),
        *(observed.seen_at, observed.reported_at, observed.invalid_since),
    )
    if observed.rows and observed.reported_at is not None:
        await write_rows(connection, observed.rows, observed.reported_at)


async def write_rows(connection: Connection, rows: Iterable[KeptRow], computed_at: datetime) -> None:
    """Write rows of caches, in one statement; two engines that share a row write it together."""
    tables: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
    for kept in rows:
        values = tables.setdefault((kept.row.TABLE, kept.row.KEY), {})
        values |= {name: getattr(kept.row, name) for name in columns_of(type(kept.row))}
        values |= dict(zip(STAMPS, (computed_at, kept.expires_at), strict=True))
    shapes = tuple((table, key, tuple(values)) for (table, key), values in tables.items())
    parameters = [value for values in tables.values() for value in values.values()]
    await connection.execute(_upsert(shapes), *parameters)


def columns_of(row: type[CacheRow]) -> tuple[str, ...]:
    """Return the columns that a row type writes."""
    return tuple(field.name for field in fields(row))


@cache
def _upsert(shapes: tuple[_Shape, ...]) -> str:
    """Derive a statement from row types: an upsert for each table, all in one."""
    parts, first = [], 1
    for table, key, columns in shapes:
        values = ", ".join(f"${first + place}" for place in range(len(columns)))
        changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
        parts.append(
            f"insert into {table} ({', '.join(columns)}) values ({values}) "  # noqa: S608 - names of our own types
            f"on conflict ({', '.join(key)}) do update set {changed}"
        )
        first += len(columns)
    named = ", ".join(f"row_{number} as ({part})" for number, part in enumerate(parts[:-1]))
    return f"with {named} {parts[-1]}" if named else parts[-1]


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def _memory_columns(memories: Sequence[MemoryState]) -> list[list[Any]]:
    return _columns([_of_memory(memory) for memory in memories], len(_MEMORY))


def memory_of(row: asyncpg.Record) -> MemoryState:
    """Return the memory that a row of ``pair_memories.sql`` holds, by position."""
    return MemoryState(**{name: row[place] for place, name in enumerate(_MEMORY)})
