"""Signals as rows: what a batch says is merged with what is stored, under the user's lock."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from enrichment.adapters.postgres.pool import Connection
from enrichment.adapters.postgres.queries import query
from enrichment.domain.profile import MergedSignal, Owner, SignalKey, Witness
from enrichment.memory.signals import kept, merged_all, signal_id


async def write_signals(
    connection: Connection,
    owner: Owner,
    told: Mapping[SignalKey, Sequence[Witness]],
    taken_back: Sequence[uuid.UUID],
    batch_id: uuid.UUID | None,
) -> None:
    """Add what messages witness; ``taken_back`` are the signals that have just lost a witness."""
    ids = {signal_id(owner, key) for key in told} | set(taken_back)
    if not ids:
        return
    stored: dict[SignalKey, list[Witness]] = defaultdict(list)
    for row in await connection.fetch(query("witnesses_of_signals"), owner.user_id, list(ids)):
        stored[key_of(row)] += [_witness(row)] if row["identity"] is not None else []
    together = {key: kept([*stored.get(key, ()), *told.get(key, ())]) for key in {*stored, *told}}
    rows = [signal_row(one) for one in merged_all(owner, together)]
    await connection.execute(query("write_signals"), owner.user_id, owner.bot_name, owner.scope, rows)
    added = [(signal_id(owner, key), one) for key in told for one in together[key] if one not in stored.get(key, ())]
    dropped = [
        (signal_id(owner, key), one.identity)
        for key, ones in stored.items()
        for one in ones
        if one.identity not in {each.identity for each in together[key]}
    ]
    await connection.execute(
        query("write_witnesses"),
        *(owner.user_id, [one for one, _ in added], *_columns([one for _, one in added]), batch_id),
        *([one for one, _ in dropped], [identity for _, identity in dropped]),
        [signal_id(owner, key) for key, ones in together.items() if not ones],
    )


def key_of(row: asyncpg.Record) -> SignalKey:
    """Return the key of a stored signal."""
    return SignalKey(row["kind"], row["about"], row["name_key"])


def signal_of(row: asyncpg.Record) -> MergedSignal:
    """Return the signal that a row holds."""
    names = ("signal_id", "name", "value", "confidence", "sample_size", "strength", "quote", "first_at", "last_at")
    return MergedSignal(key=key_of(row), **{name: row[name] for name in names})


def signal_row(signal: MergedSignal) -> dict[str, Any]:
    """Return what ``write_signals.sql`` takes of a signal."""
    return {
        "signal_id": signal.signal_id,
        "kind": signal.key.kind,
        "about": signal.key.about,
        "name": signal.name,
        "name_key": signal.key.name_key,
        "value": signal.value,
        "confidence": signal.confidence,
        "sample_size": signal.sample_size,
        "strength": signal.strength,
        "quote": signal.quote,
        "first_at": signal.first_at,
        "last_at": signal.last_at,
    }


def _witness(row: asyncpg.Record) -> Witness:
    names = ("identity", "name", "value", "quote", "weight", "said_at")
    return Witness(**{name: row[name] for name in names})


def _columns(witnesses: Sequence[Witness]) -> tuple[list[Any], ...]:
    names = ("identity", "name", "value", "quote", "weight", "said_at")
    return tuple([getattr(one, name) for one in witnesses] for name in names)
