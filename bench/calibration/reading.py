"""Reads what people tell the way the worker does, and returns how sure the memory is of each fact at the end."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.calibration.people import Saying, Told
from enrichment.digest.ask import ask
from enrichment.digest.read import read
from enrichment.domain.batches import Batch, Known, SessionKey, Window
from enrichment.domain.changes import Changes
from enrichment.domain.facts import Certainty, Evidence, Remembered
from enrichment.domain.feedback import Verdict
from enrichment.domain.messages import Message, PointRef, Role
from enrichment.memory.confidence import after_feedback
from enrichment.memory.remember import remember

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Held:
    """A fact as it is remembered at the end: how sure, and what it rests on, beside the truth."""

    confidence: float
    is_true: bool
    sayings: int
    certainty: Certainty
    doubts: tuple[str, ...]
    verdict: Verdict | None


def held(person: int, told: Sequence[Told]) -> list[Held]:
    """Let the memory hear everything that a person tells, in rounds, and return what it holds of each fact."""
    memory: dict[uuid.UUID, Remembered] = {}
    doubts: dict[str, tuple[str, ...]] = {}
    rounds = max(len(fact.sayings) for fact in told)
    for number in range(rounds):
        for fact in told:
            if number < len(fact.sayings):
                seen = _hear(memory, _message(person, fact, number), fact, fact.sayings[number])
                doubts.setdefault(fact.thing, seen)
    by_thing = {remembered.fact.object: remembered for remembered in memory.values()}
    return [_held(by_thing[fact.thing], fact, doubts[fact.thing]) for fact in told if fact.thing in by_thing]


def _held(remembered: Remembered, told: Told, doubts: tuple[str, ...]) -> Held:
    sure = remembered.fact.confidence
    return Held(
        confidence=after_feedback(sure, told.verdict) if told.verdict else sure,
        is_true=told.is_true,
        sayings=len(told.sayings),
        certainty=told.sayings[0].certainty,
        doubts=doubts,
        verdict=told.verdict,
    )


def _hear(memory: dict[uuid.UUID, Remembered], message: Message, told: Told, saying: Saying) -> tuple[str, ...]:
    """Read one message with the model's scripted answer to it; return the doubts that code has seen in it."""
    window = Window(session_id=uuid.UUID(int=1), key=SessionKey("bench"), messages=(message,))
    batch = Batch(user_id=message.user_id, bot_name="bench", scope="", windows=(window,))
    item = {
        "m": [1],
        "q": saying.quote,
        "s": f"Mara owns a {told.thing}",
        "who": "Mara",
        "p": "owns",
        "o": told.thing,
        "op": None,
        "sure": saying.certainty,
        "t": None,
        "cat": "possession",
    }
    digest = read(batch, ask(batch, Known()), Known(), json.dumps({"facts": [item], "windows": []}))
    apply(memory, remember(batch, Known(), list(memory.values()), digest, method="scripted"))
    return digest.facts[0].doubts if digest.facts else ()


def apply(memory: dict[uuid.UUID, Remembered], changes: Changes) -> None:
    """Do to a memory what a commit does."""
    for fact in (*changes.new_facts, *changes.revised_facts):
        before = memory.get(fact.fact_id)
        memory[fact.fact_id] = Remembered(fact=fact, evidence=before.evidence if before else ())
    added: dict[uuid.UUID, list[Evidence]] = {}
    for new in changes.evidence:
        added.setdefault(new.fact_id, []).append(new.evidence)
    for fact_id, evidence in added.items():
        one = memory[fact_id]
        memory[fact_id] = Remembered(fact=one.fact, evidence=(*one.evidence, *evidence))


def _message(person: int, told: Told, number: int) -> Message:
    text = told.sayings[number].text
    name = f"{told.thing} {number}"
    return Message(
        points=(PointRef("bench", name),),
        user_id=f"person {person}",
        bot_name="bench",
        author="Mara",
        role=Role.USER,
        text=text,
        content_hash=hashlib.sha256(text.encode()).digest(),
        said_at=START + timedelta(days=number),
        message_id=name,
    )
