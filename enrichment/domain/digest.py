"""The digest: the model's answer after every item of it was checked, and the names of what was refused."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from enrichment.domain.dates import Interval
from enrichment.domain.facts import Category, Certainty, Evidence


class Operation(StrEnum):
    """How an extracted fact relates to what is known; the model only pairs, code decides the direction by time."""

    NEW = "new"
    SAME = "same"
    REPLACES = "replaces"


class Refusal(StrEnum):
    """Why an item of an answer was dropped: a closed set, also the metric's label.

    ``ABSENT``: it cites a message that has changed or gone since, or that is read by itself.
    ``SECRET``: it holds a password, key or account number, or stands for one. ``REPEATED``: the same item came before.
    """

    MALFORMED = "malformed"
    UNKNOWN_MESSAGE = "unknown_message"
    ABSENT = "absent"
    NO_NEW_MESSAGE = "no_new_message"
    NO_QUOTE = "no_quote"
    QUOTE_NOT_FOUND = "quote_not_found"
    QUOTE_UNRELATED = "quote_unrelated"
    BOT_ONLY = "bot_only"
    WRONG_AUTHOR = "wrong_author"
    UNSUPPORTED_NUMBER = "unsupported_number"
    UNSUPPORTED_NAME = "unsupported_name"
    LENGTH = "length"
    SCRIPT = "script"
    UNKNOWN_WINDOW = "unknown_window"
    UNKNOWN_FACT = "unknown_fact"
    FORBIDDEN = "forbidden"
    SECRET = "secret"  # noqa: S105 - the reason's name
    REPEATED = "repeated"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One item that was dropped, with its reason; ``item`` is for debugging and never logged."""

    reason: Refusal
    item: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedFact:
    """A fact that passed every check, not yet merged with what is known.

    ``known`` is the short id (``K3``) that ``operation`` refers to. ``evidence`` is never empty. ``flagged`` names why
    a fact is kept but never served (an instruction to the assistant, say). ``doubts`` are counted and lower confidence.
    """

    statement: str
    category: Category
    subject: str
    predicate: str
    object: str
    qualifier: str
    operation: Operation
    known: str | None
    certainty: Certainty
    evidence: tuple[Evidence, ...]
    occurred: Interval | None = None
    time_words: str | None = None
    flagged: str | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that was asked in a session, with its answer if it got one."""

    question: str
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowDigest:
    """What one window was about, in the third person; it replaces the summary of a continued session.

    ``ended``: the talk has changed for good to another subject, so that what is said next is another session.
    """

    session_id: uuid.UUID
    title: str
    summary: str
    topics: tuple[str, ...] = ()
    tone: str | None = None
    decisions: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A hint for the profile: a trait, interest, entity, preference or work context, with the messages behind it."""

    kind: str
    name: str
    value: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a batch taught; windows without a usable summary are simply missing from ``windows``.

    ``truncated`` are the identities of messages that were too long to be shown whole.
    """

    windows: tuple[WindowDigest, ...] = ()
    facts: tuple[ExtractedFact, ...] = ()
    signals: tuple[Signal, ...] = ()
    refused: Sequence[Refused] = field(default_factory=tuple)
    truncated: frozenset[bytes] = frozenset()
