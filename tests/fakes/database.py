"""What Postgres holds of all users, in memory, by the rules of its statements: a simulated world’s truth."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from enrichment.adapters.in_memory import InMemoryBacklog
from enrichment.domain.batches import Session
from enrichment.domain.changes import AttemptRecord, Committed
from enrichment.domain.facts import Evidence, Fact, FactState
from enrichment.domain.messages import Message, PointRef, Skipped
from enrichment.domain.outcomes import Outcome
from enrichment.domain.prompt import Answer
from enrichment.errors import ConflictingLedger, LeaseLost, ModelFailure, UserErased
from enrichment.ports import Lease, UnfinishedBatch

UNANSWERED = frozenset({ModelFailure.SERVER, ModelFailure.TRANSPORT})
# Batches in a row without an answer that are no accident.
SUSPICIOUS = 3


@dataclass(slots=True, kw_only=True)
class End:
    """A row of the ledger."""

    user_id: str
    ref: PointRef
    content_hash: bytes
    identity: bytes
    said_at: datetime
    outcome: Outcome
    reason: str | None = None
    revision: str | None = None
    session_id: uuid.UUID | None = None
    settled: bool = False
    withdrawn: bool = False


@dataclass(slots=True, kw_only=True)
class Proof:
    """A row of evidence."""

    user_id: str
    fact_id: uuid.UUID
    evidence: Evidence
    withdrawn: bool = False


@dataclass(slots=True, kw_only=True)
class Held:
    """A row of leases."""

    fence: int
    owner: uuid.UUID | None = None
    until: float = 0.0


@dataclass(slots=True, kw_only=True)
class Open:
    """An open batch: its record, its messages, the process that has it in hand, and the answer to it."""

    record: UnfinishedBatch
    messages: tuple[Message, ...]
    owner: uuid.UUID
    answer: Answer | None = None


@dataclass(slots=True, kw_only=True)
class Again:
    """A point that is to be read again, and how many looks there had been when the store was seen to say pending."""

    user_id: str
    content_hash: bytes
    reopened_after: int | None = None


@dataclass(slots=True, kw_only=True)
class Called:
    """A request to the model: when it was sent and when it ended, in the order of everything that happened."""

    user_id: str
    batch_id: uuid.UUID
    asked_at: int
    ended_at: int | None = None
    failure: ModelFailure | None = None

    @property
    def answered_at(self) -> int | None:
        """When its answer came, if one did."""
        return self.ended_at if self.failure is None else None


@dataclass(slots=True)
class Truth:
    """All tables; a copy of it is a backup."""

    held: dict[str, Held] = field(default_factory=dict)
    backlog: InMemoryBacklog = field(default_factory=InMemoryBacklog)
    open: dict[str, Open] = field(default_factory=dict)
    attempts: dict[tuple[str, PointRef, bytes], AttemptRecord] = field(default_factory=dict)
    died_alone: Counter[PointRef] = field(default_factory=Counter)
    deaths: dict[uuid.UUID, int] = field(default_factory=dict)
    ledger: list[End] = field(default_factory=list)
    facts: dict[uuid.UUID, Fact] = field(default_factory=dict)
    proofs: list[Proof] = field(default_factory=list)
    sessions: dict[str, dict[uuid.UUID, Session]] = field(default_factory=dict)
    batches: dict[uuid.UUID, Committed] = field(default_factory=dict)
    calls: dict[uuid.UUID, Called] = field(default_factory=dict)
    looks: int = 0
    happened: int = 0
    requeued: dict[PointRef, Again] = field(default_factory=dict)
    erased_before: dict[str, datetime] = field(default_factory=dict)

    def hold(self, lease: Lease, now: float) -> None:
        """Demand that the lease is still its owner's; raises ``LeaseLost`` or ``UserErased``."""
        held = self.held.get(lease.user_id)
        if held is None:
            raise UserErased("the user was erased meanwhile")
        if (held.owner, held.fence) != (lease.owner, lease.fence) or held.until <= now:
            raise LeaseLost("the lease has run out or has gone to somebody else")

    def in_force(self, user_id: str | None = None) -> list[End]:
        """Return the ends in force, of one user or of all."""
        return [end for end in self.ledger if not end.withdrawn and user_id in (None, end.user_id)]

    def proofs_of(self, fact_id: uuid.UUID) -> list[Evidence]:
        """Return a fact's evidence in force."""
        return [proof.evidence for proof in self.proofs if proof.fact_id == fact_id and not proof.withdrawn]

    def write_ends(self, ends: Sequence[End]) -> set[uuid.UUID]:
        """Write ends in place of those of older texts; return the facts that lost evidence.

        Raises ``ConflictingLedger``, and nothing is written, if another end of the same text is in force.
        """
        standing = self.in_force()
        if {(end.ref, end.content_hash) for end in standing} & {(end.ref, end.content_hash) for end in ends}:
            raise ConflictingLedger("a message has been committed already")
        older = [
            row
            for row in standing
            if any(
                row.user_id == end.user_id
                and row.content_hash != end.content_hash
                and (row.identity == end.identity or row.ref == end.ref)
                for end in ends
            )
        ]
        self._move_proofs(older)
        lost = self.withdraw(older) | self._withdraw_requeued(ends)
        self.drop_summaries_of(older)
        self.ledger += ends
        for end in ends:
            self.requeued.pop(end.ref, None)
        return lost

    def _withdraw_requeued(self, ends: Sequence[End]) -> set[uuid.UUID]:
        """Withdraw what points taught that were to be read again and have ended without being read.

        Not what a copy taught: that is decided where its text is read.
        """
        unread = [end for end in ends if end.outcome is not Outcome.COMPLETED and end.ref in self.requeued]
        noted = [(end, self.requeued[end.ref].content_hash) for end in unread]
        again = {(end.ref, text) for end, text in noted if end.reason != "duplicate" or end.content_hash != text}
        rows = [row for row in self.ledger if (row.ref, row.content_hash) in again]
        texts = {(row.user_id, row.identity, row.content_hash) for row in rows}
        read = [end for end in self.in_force() if end.outcome is Outcome.COMPLETED]
        return self._withdraw_proofs(texts - {(end.user_id, end.identity, end.content_hash) for end in read})

    def held_elsewhere(self, evidence: Evidence, points: Collection[PointRef]) -> PointRef | None:
        """Return another point in force with a text, beside these."""
        text = evidence.identity, evidence.content_hash
        refs = [end.ref for end in self.in_force() if (end.identity, end.content_hash) == text]
        return min((ref for ref in refs if ref not in points), default=None)

    def _move_proofs(self, older: Sequence[End]) -> None:
        """Let copies hold the evidence of points whose older text is about to be withdrawn."""
        points = {end.ref for end in older}
        for proof in self.proofs:
            if proof.evidence.ref in points:
                ref = self.held_elsewhere(proof.evidence, points)
                proof.evidence = replace(proof.evidence, ref=ref or proof.evidence.ref)

    def drop_summaries_of(self, lost: Iterable[End]) -> None:
        """Drop the summaries of the sessions that these ends were withdrawn from, unless a copy holds the text."""
        held = {(end.identity, end.content_hash) for end in self.in_force()}
        for end in lost:
            session = self.sessions.get(end.user_id, {}).get(end.session_id or uuid.UUID(int=0))
            if session and end.outcome is Outcome.COMPLETED and (end.identity, end.content_hash) not in held:
                self.sessions[end.user_id][session.session_id] = replace(session, summary=None)

    def fails_alone(self, user_id: str, batch_id: uuid.UUID) -> bool:
        """Tell whether a user's last three batches got no answer while others got one in between."""
        own = [call for call in self.calls.values() if call.user_id == user_id]
        since = max((call.asked_at for call in own if call.answered_at), default=0)
        began: dict[uuid.UUID, int] = {}
        for call in own:
            if call.failure in UNANSWERED and call.asked_at > since:
                began.setdefault(call.batch_id, call.asked_at)
        last = sorted(began.values())[-3:]
        others = [call.answered_at for call in self.calls.values() if call.user_id != user_id and call.answered_at]
        between = [any(first < at <= then for at in others) for first, then in pairwise(last)]
        return len(last) == SUSPICIOUS and began.get(batch_id) in last and all(between)

    def tick(self) -> int:
        """Return the next moment."""
        self.happened += 1
        return self.happened

    def withdraw(self, rows: Iterable[End]) -> set[uuid.UUID]:
        """Withdraw ends, and the evidence of texts that no end in force holds; return the facts that lost some."""
        texts = set()
        for row in rows:
            row.withdrawn = True
            texts.add((row.user_id, row.identity, row.content_hash))
        return self._withdraw_proofs(texts - {(end.user_id, end.identity, end.content_hash) for end in self.in_force()})

    def _withdraw_proofs(self, texts: set[tuple[str, bytes, bytes]]) -> set[uuid.UUID]:
        lost = [
            proof
            for proof in self.proofs
            if (proof.user_id, proof.evidence.identity, proof.evidence.content_hash) in texts and not proof.withdrawn
        ]
        for proof in lost:
            proof.withdrawn = True
        return {proof.fact_id for proof in lost}

    def recount(self, fact_ids: Iterable[uuid.UUID], reason: str) -> None:
        """Count evidence again; a fact that rests on nothing is retracted."""
        for fact_id in fact_ids:
            fact, count = self.facts[fact_id], len(self.proofs_of(fact_id))
            if fact.state is not FactState.RETRACTED:
                state = fact.state if count else FactState.RETRACTED
                why = fact.state_reason if count else reason
                self.facts[fact_id] = replace(fact, evidence_count=count, state=state, state_reason=why)

    def forget_attempts(self, user_id: str, refs: Iterable[PointRef]) -> None:
        """Drop what is held against points."""
        gone = set(refs)
        self.attempts = {key: one for key, one in self.attempts.items() if key[0] != user_id or key[1] not in gone}

    def erase(self, user_id: str, now: datetime) -> None:
        """Delete everything of a user but the tombstone."""
        self.erased_before[user_id] = now
        for table in (self.held, self.open, self.sessions):
            table.pop(user_id, None)
        self.calls = {key: call for key, call in self.calls.items() if call.user_id != user_id}
        self.attempts = {key: one for key, one in self.attempts.items() if key[0] != user_id}
        self.ledger = [end for end in self.ledger if end.user_id != user_id]
        self.facts = {key: fact for key, fact in self.facts.items() if fact.user_id != user_id}
        self.proofs = [proof for proof in self.proofs if proof.user_id != user_id]
        self.requeued = {ref: one for ref, one in self.requeued.items() if one.user_id != user_id}

    def requeue(self, ref: PointRef) -> None:
        """Withdraw the end in force of a point, and of all that hold the same text, and note them."""
        texts = {(end.identity, end.content_hash) for end in self.in_force() if end.ref == ref}
        for end in self.in_force():
            if (end.identity, end.content_hash) in texts:
                end.withdrawn = True
                self.requeued[end.ref] = Again(user_id=end.user_id, content_hash=end.content_hash)


def ends_of(
    message: Message, outcome: Outcome, reason: str | None = None, session_id: uuid.UUID | None = None
) -> list[End]:
    """Return a message's rows, one for each point."""
    return [
        End(
            user_id=message.user_id,
            ref=ref,
            content_hash=message.content_hash,
            identity=message.identity,
            said_at=message.said_at,
            outcome=outcome,
            reason=reason,
            revision=message.revision,
            session_id=session_id,
        )
        for ref in message.points
    ]


def end_of_skipped(user_id: str, item: Skipped, now: datetime) -> End:
    """Return the row of what is no message: the point is all the identity that it has."""
    return End(
        user_id=user_id,
        ref=item.ref,
        content_hash=item.content_hash,
        identity=hashlib.sha256(repr((user_id, item.ref)).encode()).digest()[:16],
        said_at=now,
        outcome=Outcome.SKIPPED,
        reason=item.reason,
        revision=item.revision,
    )
