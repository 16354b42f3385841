"""A memory of many users as rows, made one by one: facts with evidence, messages read, sessions, profiles."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from enrichment.domain.facts import Category, Certainty
from enrichment.domain.ids import derived_uuid
from enrichment.domain.outcomes import Outcome
from enrichment.memory.likeness import likeness

BOT = "luna"
COLLECTION = "memory"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
METHOD = "bench"
# What facts are about, with their categories; the first two have one object at a time.
PREDICATES: tuple[tuple[str, Category], ...] = (
    ("lives in", Category.HOME),
    ("works at", Category.WORK),
    ("likes", Category.INTEREST),
    ("owns", Category.POSSESSION),
    ("plans", Category.PLAN),
    ("has friend", Category.RELATIONSHIP),
    ("speaks", Category.SKILL),
    ("did", Category.EVENT),
)
SINGLE = 2
# How often somebody has moved, or changed jobs.
CHANGES = 3
SESSIONS = 3
_BATCH = uuid.UUID(int=1)
Row = tuple[Any, ...]


def user(number: int) -> str:
    """Return the id of a user."""
    return f"user-{number:06}"


def predicate_of(index: int) -> tuple[str, Category]:
    """Return what the fact with this number is about: the first few are of what has one object at a time."""
    if index < SINGLE * CHANGES:
        return PREDICATES[index % SINGLE]
    return PREDICATES[SINGLE + index % (len(PREDICATES) - SINGLE)]


def fact_rows(numbers: Sequence[int], facts: int) -> Iterator[Row]:
    """Yield the columns of ``FACTS``; of what has one object at a time, only the last is active."""
    for number in numbers:
        for index in range(facts):
            predicate, category = predicate_of(index)
            is_old = index < SINGLE * (CHANGES - 1)
            thing = f"thing {index}"
            said_at = BEGINNING + timedelta(hours=index)
            yield (
                *(user(number), fact_id(number, index), BOT, "", category.value, f"The user {predicate} {thing}"),
                *("user", predicate, "", thing, thing, "superseded" if is_old else "active"),
                *(0.5 + index % 5 / 10, Certainty.SURE.value, 1, said_at, said_at),
                *(METHOD, likeness(thing), 1, _BATCH, COLLECTION),
            )


FACTS = [
    "user_id", "fact_id", "bot_name", "scope", "category", "statement", "subject", "predicate", "qualifier",
    "object", "object_key", "state", "confidence", "certainty", "evidence_count", "said_at", "valid_from",
    "method", "likeness", "pipeline_version", "batch_id", "source_collection",
]  # fmt: skip


def evidence_rows(numbers: Sequence[int], facts: int) -> Iterator[Row]:
    """Yield the columns of ``EVIDENCE``, one message for each fact."""
    for number in numbers:
        for index in range(facts):
            key = fact_id(number, index)
            yield (
                *(user(number), key, key.bytes, COLLECTION, str(key), key.bytes * 2, "user"),
                *(BEGINNING + timedelta(hours=index), f"I said thing {index}", Certainty.SURE.value, _BATCH),
            )


EVIDENCE = [
    "user_id", "fact_id", "identity", "collection", "point_id", "content_hash", "role", "said_at", "quote",
    "certainty", "batch_id",
]  # fmt: skip


def ledger_rows(numbers: Sequence[int], facts: int) -> Iterator[Row]:
    """Yield the columns of ``LEDGER``: the messages of the evidence have been read and settled, in turn by session."""
    for number in numbers:
        for index in range(facts):
            key = fact_id(number, index)
            said_at = BEGINNING + timedelta(hours=index)
            yield (
                *(user(number), COLLECTION, str(key), key.bytes * 2, 1, 1, key.bytes, BOT),
                *(session_id(number, index % SESSIONS), said_at, _BATCH, Outcome.COMPLETED.value, said_at, said_at),
            )


LEDGER = [
    "user_id", "collection", "point_id", "content_hash", "pipeline_version", "read_number", "identity", "bot_name",
    "session_id", "said_at", "batch_id", "outcome", "committed_at", "settled_at",
]  # fmt: skip


def session_rows(numbers: Sequence[int], _facts: int) -> Iterator[Row]:
    """Yield the columns of ``SESSION``."""
    for number in numbers:
        for index in range(SESSIONS):
            at = BEGINNING + timedelta(days=index)
            yield user(number), session_id(number, index), BOT, "", "", "", at, at, 10


SESSION = [
    "user_id", "session_id", "bot_name", "channel_id", "conversation_id", "scope", "started_at", "ended_at",
    "message_count",
]  # fmt: skip


def summary_rows(numbers: Sequence[int], _facts: int) -> Iterator[Row]:
    """Yield the columns of ``SUMMARY``."""
    for number in numbers:
        for index in range(SESSIONS):
            at = BEGINNING + timedelta(days=index)
            yield (
                *(user(number), session_id(number, index), BOT, "", f"Talk {index}", f"They spoke of thing {index}."),
                *(["things"], [], [], at, at, 10, 1, METHOD),
            )


SUMMARY = [
    "user_id", "session_id", "bot_name", "scope", "title", "summary_text", "topics", "decisions", "questions",
    "start_timestamp", "end_timestamp", "message_count", "revision", "method",
]  # fmt: skip


def profile_rows(numbers: Sequence[int], _facts: int) -> Iterator[Row]:
    """Yield the columns of ``PROFILE``: each is due."""
    for number in numbers:
        yield user(number), BOT, "", BEGINNING, BEGINNING + timedelta(days=SESSIONS), 10


PROFILE = [
    "user_id", "bot_name", "scope", "first_seen", "last_active", "new_messages",
]  # fmt: skip


def user_rows(numbers: Sequence[int], _facts: int) -> Iterator[Row]:
    """Yield the one column of users."""
    return ((user(number),) for number in numbers)


TABLES: Mapping[str, tuple[list[str], Callable[[Sequence[int], int], Iterator[Row]]]] = {
    "users": (["user_id"], user_rows),
    "facts": (FACTS, fact_rows),
    "evidence": (EVIDENCE, evidence_rows),
    "ledger": (LEDGER, ledger_rows),
    "sessions": (SESSION, session_rows),
    "conversation_summaries": (SUMMARY, summary_rows),
    "user_profiles": (PROFILE, profile_rows),
}


def fact_id(number: int, index: int) -> uuid.UUID:
    """Return the id of a user's fact: ids of facts lie apart, whoever's they are."""
    return derived_uuid("bench", number.to_bytes(4, "big"), index.to_bytes(4, "big"))


def session_id(number: int, index: int) -> uuid.UUID:
    """Return the id of a user's session."""
    return derived_uuid("bench session", number.to_bytes(4, "big"), index.to_bytes(4, "big"))
