"""What is stored of an open batch, so that a successor can finish it: ids and hashes, no text."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg

from enrichment.adapters.postgres.ends import End
from enrichment.domain.batches import Batch, Known
from enrichment.domain.messages import Message, PointRef
from enrichment.domain.outcomes import Outcome
from enrichment.domain.prompt import Answer, Usage
from enrichment.errors import ModelFailure
from enrichment.ports import UnfinishedBatch, WindowRecord

Record = Mapping[str, Any]


def record_of(batch: Batch, known: Known) -> Record:
    """Return the record of a batch as JSON."""
    return {
        "windows": [
            {
                "session_id": str(window.session_id),
                "messages": [_stored(message) for message in window.messages],
                "context": [_stored(message) for message in window.context],
            }
            for window in batch.windows
        ],
        "known": {short: str(fact.fact_id) for short, fact in known.facts.items()},
    }


def unfinished_of(row: asyncpg.Record) -> UnfinishedBatch:
    """Return what a row of ``unfinished.sql`` holds."""
    windows = row["record"]["windows"]
    return UnfinishedBatch(
        batch_id=row["batch_id"],
        bot_name=row["bot_name"],
        scope=row["scope"],
        windows=tuple(
            WindowRecord(
                session_id=uuid.UUID(window["session_id"]),
                messages=tuple(map(_read, window["messages"])),
                context=tuple(map(_read, window["context"])),
            )
            for window in windows
        ),
        known_ids={short: uuid.UUID(fact_id) for short, fact_id in row["record"]["known"].items()},
        prompt_hash=row["prompt_hash"],
        answer=_answer(row),
        points=tuple(
            ref for window in windows for stored in (*window["context"], *window["messages"]) for ref in _points(stored)
        ),
        resumed=row["resumed"],
        in_hand=row["in_hand"],
    )


def messages_of(record: Record) -> Sequence[tuple[PointRef, bytes]]:
    """Return the new messages of a record, by which their attempts are counted."""
    return [_read(stored) for window in record["windows"] for stored in window["messages"]]


def quarantined_end(record: Record, bot_name: str, failure: ModelFailure, item: tuple[PointRef, bytes]) -> End:
    """Return the end of the one message of a record that failed alone."""
    [(window, stored)] = [
        (window, stored) for window in record["windows"] for stored in window["messages"] if _read(stored) == item
    ]
    return End(
        points=_points(stored),
        identity=bytes.fromhex(stored["identity"]),
        content_hash=bytes.fromhex(stored["hash"]),
        bot_name=bot_name,
        said_at=datetime.fromisoformat(stored["said_at"]),
        outcome=Outcome.QUARANTINED,
        reason=failure.value,
        revision=stored["revision"],
        session_id=uuid.UUID(window["session_id"]),
    )


def _stored(message: Message) -> Record:
    return {
        "points": [[ref.collection, ref.point_id] for ref in message.points],
        "hash": message.content_hash.hex(),
        "identity": message.identity.hex(),
        "said_at": message.said_at.isoformat(),
        "revision": message.revision,
    }


def _points(stored: Record) -> tuple[PointRef, ...]:
    return tuple(PointRef(collection, point_id) for collection, point_id in stored["points"])


def _read(stored: Record) -> tuple[PointRef, bytes]:
    return _points(stored)[0], bytes.fromhex(stored["hash"])


def _answer(row: asyncpg.Record) -> Answer | None:
    if row["answer"] is None:
        return None
    return Answer(
        text=row["answer"],
        model=row["served_model"],
        usage=Usage(
            prompt_tokens=row["prompt_tokens"],
            completion_tokens=row["completion_tokens"],
            cached_tokens=row["cached_tokens"],
            cost_usd=row["cost_usd"],
        ),
        generation_id=row["generation_id"],
    )
