"""What a batch does to the memory: everything that its one transaction writes."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from enrichment.domain.batches import Session, SessionKey
from enrichment.domain.digest import Question, Refused, Signal
from enrichment.domain.facts import Evidence, Fact
from enrichment.domain.messages import PointRef


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvidence:
    """Evidence for a fact, new or known."""

    fact_id: uuid.UUID
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnEvidence:
    """Evidence that no longer counts for a fact: its message has a new text, or it counts for a later validity."""

    fact_id: uuid.UUID
    identity: bytes
    reason: str


class MergeReason(StrEnum):
    """Why two wordings are taken for one fact: a closed set, also stored."""

    SPELLING = "spelling"
    WORDING = "wording"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """That a wording of its own is a known fact: a link that can be undone, with what it was decided on.

    ``wording`` is a row that holds nothing in force: it is retracted, and ``superseded_by`` the fact ``into`` which its
    evidence went; ``is_new`` if it is not stored yet. ``evidence`` is what came in these words. ``score`` from 0 to 1
    is the share of words in common; ``decided_by`` names the model, or the rules.
    """

    wording: Fact
    into: uuid.UUID
    is_new: bool
    evidence: tuple[Evidence, ...]
    score: float
    reason: MergeReason
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRevision:
    """A session after this batch: its boundaries, and its summary if the model gave one (None keeps the last).

    ``ended``: what is said after it is another session, however soon.
    """

    session_id: uuid.UUID
    key: SessionKey
    started_at: datetime
    ended_at: datetime
    new_messages: int
    summary: str | None = None
    title: str | None = None
    topics: tuple[str, ...] = ()
    tone: str | None = None
    decisions: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The writes of one batch.

    ``new_facts`` and ``revised_facts`` (known before, now with another state, validity, confidence or count) are whole
    rows; every new fact has evidence in ``evidence``. ``withdrawn`` is to be written before ``evidence``, which may
    bring the same (fact, message) back with its new text. ``merges`` are the new facts that are none. ``superseded``
    counts the facts that held before, or would hold by themselves, and were ended by others. ``truncated`` are the
    identities of messages that were read without their middle.
    """

    new_facts: tuple[Fact, ...] = ()
    revised_facts: tuple[Fact, ...] = ()
    evidence: tuple[NewEvidence, ...] = ()
    withdrawn: tuple[WithdrawnEvidence, ...] = ()
    merges: tuple[Merge, ...] = ()
    sessions: tuple[SessionRevision, ...] = ()
    signals: tuple[Signal, ...] = ()
    refused: tuple[Refused, ...] = ()
    superseded: int = 0
    truncated: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What a commit did, as counts for the report."""

    messages: int = 0
    facts_new: int = 0
    facts_confirmed: int = 0
    facts_superseded: int = 0
    summaries: int = 0
    truncated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """What the ledger says of a message identity that is about to be taken."""

    ref: PointRef
    identity: bytes
    content_hash: bytes
    outcome: str
    reason: str | None
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """How often a message was tried: calls, process deaths, and the largest batch it may be in (None: no limit)."""

    attempts: int
    crashes: int
    largest_batch: int | None
    last_failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserHistory:
    """What planning a user's turn needs of the past.

    ``entries`` holds the ledger rows, not withdrawn, of the asked refs and of every point that shares an identity with
    them. ``attempts`` is keyed by (ref, content hash). ``sessions`` are those near the asked times. ``opted_out``:
    nothing of this user is to be read.
    """

    entries: tuple[LedgerEntry, ...] = ()
    attempts: Mapping[tuple[PointRef, bytes], AttemptRecord] = field(default_factory=dict)
    sessions: tuple[Session, ...] = ()
    erased_before: datetime | None = None
    opted_out: bool = False
