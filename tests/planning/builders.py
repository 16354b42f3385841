"""Messages, sessions and strategies for the tests of planning."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from enrichment.domain.batches import Limits, Session, SessionKey, Window, new_session_id
from enrichment.domain.changes import LedgerEntry
from enrichment.domain.messages import Message, PointRef, Role

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
USER = "u1"
KEY = SessionKey("ava", "general")


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def a_message(name: str, at: float = 0, **other: object) -> Message:
    """Build a message that was said ``at`` minutes after the start; ``name`` is its point id and its text."""
    text = str(other.pop("text", name))
    fields: dict[str, Any] = {
        "points": (PointRef(str(other.pop("collection", "chat")), name),),
        "user_id": USER,
        "bot_name": "ava",
        "channel_id": "general",
        "role": Role.USER,
        "text": text,
        "content_hash": hashlib.sha256(text.encode()).digest(),
        "said_at": START + minutes(at),
    }
    return Message(**(fields | other))


def a_session(begin: float, end: float, key: SessionKey = KEY, **other: object) -> Session:
    started_at = START + minutes(begin)
    fields: dict[str, Any] = {
        "session_id": new_session_id(USER, a_message(f"first of {key} {begin}", begin)),
        "key": key,
        "started_at": started_at,
        "ended_at": START + minutes(end),
        "message_count": 2,
    }
    return Session(**(fields | other))


def an_entry(message: Message, **other: object) -> LedgerEntry:
    fields: dict[str, Any] = {
        "ref": message.ref,
        "identity": message.identity,
        "content_hash": message.content_hash,
        "outcome": "completed",
        "reason": None,
        "settled": False,
    }
    return LedgerEntry(**(fields | other))


def names(messages: Iterable[Message]) -> list[str]:
    return [message.ref.point_id for message in messages]


def by_window(windows: Iterable[Window]) -> list[list[str]]:
    return [names(window.messages) for window in windows]


SMALL = Limits(max_batch_tokens=60, max_batch_messages=6, context_messages=3, context_tokens=12)


def _numbered(drawn: list[dict[str, Any]]) -> list[Message]:
    return [a_message(f"p{number}", **fields) for number, fields in enumerate(drawn)]


drawn_messages = st.lists(
    st.fixed_dictionaries(
        {
            "at": st.integers(0, 4000) | st.integers(0, 400),
            "role": st.sampled_from(Role),
            "bot_name": st.sampled_from(["ava", "ben"]),
            "channel_id": st.sampled_from(["general", "random"]),
            "scope": st.sampled_from(["", "private"]),
            "time_known": st.sampled_from([True, True, True, False]),
            "text": st.text("ab ", min_size=1, max_size=300),
            "message_id": st.none() | st.integers(0, 30).map(str),
        }
    ),
    max_size=60,
).map(_numbered)


@st.composite
def frozen_sessions(draw: st.DrawFn) -> list[Session]:
    """Draw sessions of two channels that do not overlap within one channel."""
    sessions = []
    for channel in ("general", "random"):
        edges = sorted(draw(st.sets(st.integers(0, 4000) | st.integers(0, 400), max_size=8)))
        key = SessionKey("ava", channel)
        pairs = zip(edges[::2], edges[1::2], strict=False)
        sessions += [a_session(begin, end, key) for begin, end in pairs]
    return sessions
