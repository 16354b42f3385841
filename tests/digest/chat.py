"""Small conversations and answers about them, for the tests of the digest."""
# ruff: noqa: ANN401 - items of an answer are whatever a model wrote, and fields are a dataclass's

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from enrichment.digest import ask, read
from enrichment.domain.batches import Batch, Known, Session, SessionKey, Window
from enrichment.domain.digest import Digest, Refusal
from enrichment.domain.facts import Category, Certainty, Claim, Fact, FactState
from enrichment.domain.messages import Message, PointRef, Role
from enrichment.domain.text import content_hash, normalised

START = datetime(2026, 3, 2, 18, 4, tzinfo=UTC)
KEY = SessionKey("luna", "dm")
NOTHING = Known()


def said(text: str, author: str | None = "Mara", *, minutes: float = 0, **fields: Any) -> Message:
    """Return a message; without further words a user's."""
    role = fields.pop("role", Role.USER)
    default: dict[str, Any] = {
        "points": (PointRef("chat", str(uuid.uuid5(uuid.NAMESPACE_OID, f"{role} {author} {minutes} {text}"))),),
        "user_id": "user-4711",
        "bot_name": "luna",
        "content_hash": content_hash(role, text),
        "said_at": START + timedelta(minutes=minutes),
    }
    return Message(**{**default, "role": role, "text": text, "author": author, **fields})


def by_bot(text: str, *, minutes: float = 0) -> Message:
    return said(text, None, minutes=minutes, role=Role.BOT)


def window(*messages: Message, context: Sequence[Message] = (), summary: str | None = None) -> Window:
    """Return a window of a new session, or of one that goes on if it has a summary or a context."""
    session_id = uuid.uuid5(uuid.NAMESPACE_OID, messages[0].text)
    session = Session(
        session_id=session_id, key=KEY, started_at=START, ended_at=START, message_count=1, summary=summary
    )
    return Window(
        session_id=session_id,
        key=KEY,
        messages=messages,
        session=session if summary or context else None,
        context=tuple(context),
    )


def batch(*parts: Message | Window) -> Batch:
    """Return a batch of windows, or of one window with these messages."""
    messages = [part for part in parts if isinstance(part, Message)]
    windows = [part for part in parts if isinstance(part, Window)]
    return Batch(
        user_id="user-4711",
        bot_name="luna",
        scope="",
        windows=tuple(windows + ([window(*messages)] if messages else [])),
    )


def known(*statements: str, predicate: str = "lives in", value: str = "Leipzig", subject: str = "Mara") -> Known:
    """Return these statements as known facts K1, K2, …"""
    facts = [
        Fact(
            fact_id=uuid.uuid5(uuid.NAMESPACE_OID, statement),
            user_id="user-4711",
            bot_name="luna",
            scope="",
            category=Category.HOME,
            statement=statement,
            claim=Claim.of(subject, predicate),
            object=value,
            object_key=normalised(value),
            state=FactState.ACTIVE,
            confidence=0.7,
            certainty=Certainty.SURE,
            said_at=START,
            valid_from=START,
        )
        for statement in statements
    ]
    return Known(facts={f"K{number}": fact for number, fact in enumerate(facts, start=1)})


def fact(**changes: Any) -> dict[str, Any]:
    """Return a good item about line 1 of `HOME`, with these changes."""
    return {
        "m": [1],
        "q": "I live in Leipzig",
        "s": "Mara lives in Leipzig.",
        "who": "Mara",
        "p": "lives_in",
        "o": "Leipzig",
        "cat": "home",
        "op": None,
        "sure": "sure",
        "t": None,
    } | changes


def summary(**changes: Any) -> dict[str, Any]:
    """Return a good item about the first window, with these changes."""
    good = {"w": 1, "title": "Home", "sum": "Mara said where she lives.", "topics": ["home"], "tone": None}
    return {**good, "dec": [], "ask": [], "end": False, **changes}


def answer(*facts: Any, signals: Sequence[Any] = (), windows: Sequence[Any] = ()) -> str:
    return json.dumps({"facts": facts, "signals": signals, "windows": windows})


def digested(of: Batch, *facts: Any, knows: Known = NOTHING, **lists: Any) -> Digest:
    """Return what ``read`` makes of an answer with these facts."""
    return read(of, ask(of, knows), knows, answer(*facts, **lists))


def reasons(digest: Digest) -> list[Refusal]:
    return [refused.reason for refused in digest.refused]


HOME = said("Hi! I live in Leipzig and I work at the harbour museum since 2019.")
