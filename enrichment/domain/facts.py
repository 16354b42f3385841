"""Facts: a statement with its claim, its validity, its confidence and its evidence."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from enrichment.domain.dates import Interval
from enrichment.domain.messages import Message, PointRef, Role
from enrichment.domain.text import normalised


class FactState(StrEnum):
    """The states of a fact; only ``active`` ones are served."""

    ACTIVE = "active"
    SUPERSEDED = "superseded"
    RETRACTED = "retracted"
    FLAGGED = "flagged"
    EXPIRED = "expired"


class Certainty(StrEnum):
    """How sure the speaker was, as the model read it."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"


class Category(StrEnum):
    """What a fact is about; a closed list, so that a host can group by it."""

    IDENTITY = "identity"
    RELATIONSHIP = "relationship"
    WORK = "work"
    HOME = "home"
    HEALTH = "health"
    INTEREST = "interest"
    PREFERENCE = "preference"
    SKILL = "skill"
    PLAN = "plan"
    EVENT = "event"
    POSSESSION = "possession"
    BELIEF = "belief"
    OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """(subject, predicate, qualifier): what two facts must share to contradict each other; all parts normalised."""

    subject: str
    predicate: str
    qualifier: str = ""

    @classmethod
    def of(cls, subject: str, predicate: str, qualifier: str = "") -> "Claim":
        """Build a claim from parts as they were written."""
        return cls(normalised(subject), normalised(predicate), normalised(qualifier))


@dataclass(frozen=True, slots=True)
class Slot:
    """Where facts can end each other: all objects (None) of a single-valued claim, or one object of any other.

    With a ``likeness`` it is only for looking up: the facts whose wordings have this form, whatever their objects.
    """

    claim: Claim
    object_key: str | None = None
    likeness: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """That one message supports a fact: which, who said it when, and the words themselves.

    ``quote`` is a verbatim part of the message's text. ``identity`` and ``content_hash`` are the message's.
    ``occurred`` is when it happened as stated there, so that reports in any order lead to the same validity.
    """

    ref: PointRef
    identity: bytes
    content_hash: bytes
    role: Role
    author: str | None
    said_at: datetime
    quote: str
    certainty: Certainty
    occurred: Interval | None = None

    @classmethod
    def from_message(cls, message: Message, quote: str, certainty: Certainty) -> "Evidence":
        """Take everything but the quote and the certainty from the message, never from a model."""
        return cls(
            ref=message.ref,
            identity=message.identity,
            content_hash=message.content_hash,
            role=message.role,
            author=message.author,
            said_at=message.said_at,
            quote=quote,
            certainty=certainty,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing known about a user's world.

    ``object_key`` is the normalised object: facts of one claim with the same key are the same fact. ``likeness`` is
    what it has in common with other wordings of the same ("" for nothing). ``confidence`` is
    from 0 to 1, computed from the evidence. ``valid_from`` is the occurred time if stated, else the time said.
    ``lasts_from`` and ``expires_at`` are of facts that fade: when somebody last vouched for it, and when it is over.
    """

    fact_id: uuid.UUID
    user_id: str
    bot_name: str
    scope: str
    category: Category
    statement: str
    claim: Claim
    object: str
    object_key: str
    state: FactState
    confidence: float
    certainty: Certainty
    said_at: datetime
    valid_from: datetime
    occurred: Interval | None = None
    valid_until: datetime | None = None
    superseded_by: uuid.UUID | None = None
    state_reason: str | None = None
    evidence_count: int = 1
    method: str = ""
    likeness: str = ""
    lasts_from: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A fact of any state with all its evidence that is in force, as ``memory`` needs it to merge what is new."""

    fact: Fact
    evidence: tuple[Evidence, ...]
