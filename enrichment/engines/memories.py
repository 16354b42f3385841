"""Follows each memory through its uses: every message is a memory, a recall or a mention strengthens it.

A row per memory, touched only by its own events, so that cost does not grow with history. Uses within half an hour of
the one before are one use: its first grade counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import attrgetter, itemgetter

from enrichment.domain.messages import Message
from enrichment.engines import fsrs
from enrichment.engines.frame import (
    MOST_FADING,
    MOST_LASTING,
    MOST_STALEST,
    Access,
    Asked,
    MemoryState,
    Review,
    Seen,
    rounded,
)
from enrichment.engines.waiting import Arrived, Waiting, admit, preview

SESSION_SECONDS = 1800.0
DAY_SECONDS = 86_400.0
DUE = 0.9
RISK = 0.7
# What is remembered for thousands of years is due then at the latest: dates end in the year 9999.
FAR = datetime(9000, 1, 1, tzinfo=UTC).timestamp()
ORDINARY = 0.3
STRIKING = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A batch in its place: what engines absorb for good, what they see of the rest, and memories to be stored."""

    waiting: Waiting
    final: Seen
    preview: Seen
    memories: tuple[MemoryState, ...]
    late: int


def wanted(waiting: Waiting, arrived: Arrived) -> frozenset[str]:
    """Return the ids of the memories that ``settle`` has to know, as far as they exist."""
    return frozenset(access.memory_id for access in (*waiting.accesses, *arrived.accesses))


def settle(
    waiting: Waiting,
    arrived: Arrived,
    base: Seen,
    known: Mapping[str, MemoryState],
    vector_name: str | None = None,
) -> Settled:
    """Put a batch in its place and follow its memories; with nothing arrived, only the preview matters."""
    admitted = admit(waiting, arrived, base, vector_name)
    done = reviewed(admitted.final, known)
    changed = {review.after.memory_id: review.after for review in done}
    ahead = preview(admitted.waiting, base)
    return Settled(
        waiting=admitted.waiting,
        final=replace(admitted.final, reviews=done),
        preview=replace(ahead, reviews=reviewed(ahead, {**known, **changed})),
        memories=tuple(changed.values()),
        late=admitted.late,
    )


def reviewed(seen: Seen, known: Mapping[str, MemoryState]) -> tuple[Review, ...]:
    """Return what the messages and accesses did to memories, in time order.

    An access to a memory that nobody knows says nothing, because nobody knows its age.
    """
    events: list[tuple[float, int, str, Message | Access]] = [
        (message.said_at.timestamp(), 0, message.points[0].point_id, message) for message in seen.messages
    ]
    events += [(access.at.timestamp(), 1, access.memory_id, access) for access in seen.accesses]
    now_known = dict(known)
    done: list[Review] = []
    for at, _, memory_id, event in sorted(events, key=itemgetter(0, 1, 2)):
        before = now_known.get(memory_id)
        review = _made(event, at) if isinstance(event, Message) else _used(event, at, before)
        if review is not None and (review.before is before):
            now_known[memory_id] = review.after
            done.append(review)
    return tuple(done)


def chosen(asked: Asked, memories: Iterable[MemoryState]) -> Asked:
    """Return the question with the memories that a report looks at, as the database's range scans choose them."""
    now = asked.now.timestamp()
    by_due = sorted(memories, key=attrgetter("due_at", "memory_id"))
    at_risk = sorted((m for m in by_due if m.risk_at < now), key=lambda m: (-m.risk_at, m.memory_id))
    return replace(
        asked,
        fading=tuple(at_risk[:MOST_FADING]),
        lasting=tuple(by_due[: -MOST_LASTING - 1 : -1]),
        stalest=tuple(by_due[:MOST_STALEST]),
    )


def overlaid(asked: Asked, seen: Seen) -> Asked:
    """Return the question with the chosen memories as the preview leaves them, and with those that only it knows."""
    latest = {review.after.memory_id: review.after for review in seen.reviews}
    if not latest:
        return asked
    new = tuple(latest.values())
    at_risk = (memory for memory in new if memory.risk_at < asked.now.timestamp())
    known = (latest.get(memory.memory_id, memory) for memory in asked.fading)
    return replace(
        asked,
        fading=tuple({memory.memory_id: memory for memory in (*known, *at_risk)}.values()),
        lasting=tuple({memory.memory_id: memory for memory in (*asked.lasting, *new)}.values()),
        stalest=tuple(latest.get(memory.memory_id, memory) for memory in asked.stalest),
    )


def _made(message: Message, at: float) -> Review:
    intensity = message.emotion.intensity if message.emotion and message.emotion.intensity is not None else ORDINARY
    grade = fsrs.EASY if intensity >= STRIKING else fsrs.GOOD
    (stability, difficulty), due_seconds, risk_seconds = _NEW[grade]
    importance = rounded((intensity + ORDINARY) / 2)
    due_at, risk_at = at + due_seconds, at + risk_seconds
    memory_id = message.points[0].point_id
    # By position, in the order of its fields: one is made for every message, and names take as long as the rest.
    memory = MemoryState(memory_id, at, at, None, 1, stability, difficulty, 0, importance, due_at, risk_at)
    return Review(at, grade, None, memory)


def _used(access: Access, at: float, before: MemoryState | None) -> Review | None:
    if before is None or at - before.last_at < SESSION_SECONDS:
        return None
    days = (at - before.last_at) / DAY_SECONDS
    strength = fsrs.after(fsrs.Strength(before.stability_days, before.difficulty), days, access.grade)
    used = before._replace(
        last_at=at,
        previous_at=before.last_at,
        uses=before.uses + access.count,
        lapses=before.lapses + (access.grade == fsrs.AGAIN),
        stability_days=strength.stability,
        difficulty=strength.difficulty,
        due_at=min(at + DAY_SECONDS * fsrs.days_until(DUE, strength.stability), FAR),
        risk_at=min(at + DAY_SECONDS * fsrs.days_until(RISK, strength.stability), FAR),
    )
    return Review(at=at, grade=access.grade, before=before, after=used)


def _begun(grade: int) -> tuple[fsrs.Strength, float, float]:
    strength = fsrs.first(grade)
    due_days, risk_days = fsrs.days_until(DUE, strength.stability), fsrs.days_until(RISK, strength.stability)
    return strength, DAY_SECONDS * due_days, DAY_SECONDS * risk_days


_NEW = {grade: _begun(grade) for grade in (fsrs.GOOD, fsrs.EASY)}
