"""A memory kept in a dictionary, which applies changes the way a database has to, and builders of what it is told."""

import hashlib
import uuid
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from enrichment.domain.batches import Batch, Known, SessionKey, Window
from enrichment.domain.changes import Changes, Merge
from enrichment.domain.digest import Digest, ExtractedFact, Operation
from enrichment.domain.facts import Category, Certainty, Evidence, Fact, FactState, Remembered, Slot
from enrichment.domain.messages import Message, PointRef, Role
from enrichment.memory.claims import affirmed, looked_up, slot_of_fact
from enrichment.memory.remember import remember, touched

START = datetime(2020, 1, 1, tzinfo=UTC)
Told = tuple[str, FactState, datetime, datetime | None]


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def a_message(name: str, at: float, **other: object) -> Message:
    text = str(other.pop("text", name))
    fields: dict[str, Any] = {
        "points": (PointRef("chat", name),),
        "user_id": "u1",
        "bot_name": "ava",
        "role": Role.USER,
        "text": text,
        "content_hash": hashlib.sha256(text.encode()).digest(),
        "said_at": day(at),
        "message_id": name,
    }
    return Message(**(fields | other))


def a_fact(thing: str, *messages: Message, **other: object) -> ExtractedFact:
    """Build a fact with this object that these messages state: where the user lives, if nothing else is said."""
    certainty = other.get("certainty", Certainty.SURE)
    assert isinstance(certainty, Certainty)
    fields: dict[str, Any] = {
        "statement": f"The user: {thing}",
        "category": Category.HOME,
        "subject": "user",
        "predicate": "lives in",
        "object": thing,
        "qualifier": "",
        "operation": Operation.NEW,
        "known": None,
        "certainty": certainty,
        "evidence": tuple(Evidence.from_message(message, message.text, certainty) for message in messages),
    }
    return ExtractedFact(**(fields | other))


def a_batch(*messages: Message, **other: object) -> Batch:
    first = messages[0]
    window = Window(session_id=uuid.UUID(int=1), key=SessionKey(first.bot_name, scope=first.scope), messages=messages)
    fields: dict[str, Any] = {
        "user_id": first.user_id,
        "bot_name": first.bot_name,
        "scope": first.scope,
        "windows": (window,),
    }
    return Batch(**(fields | other))


def _is_asked_for(fact: Fact, slots: Collection[Slot]) -> bool:
    return any(
        slot.claim == fact.claim
        and (slot.object_key in {None, fact.object_key} or (slot.likeness and slot.likeness == fact.likeness))
        for slot in slots
    )


class Book:
    """Facts with their evidence, changed by batches alone."""

    def __init__(self) -> None:
        self.kept: dict[uuid.UUID, Remembered] = {}
        self.merged: dict[uuid.UUID, Merge] = {}

    def tell(self, *facts: ExtractedFact, messages: tuple[Message, ...], known: Known | None = None) -> Changes:
        """Read a batch of these messages, which taught these facts."""
        known = known or Known()
        batch, digest = a_batch(*messages), Digest(facts=facts)
        slots = touched(batch, known, digest)
        read_here = {key for message in messages for key in (message.identity, message.ref)}
        reread = {
            affirmed(one.fact.claim)
            for one in self.kept.values()
            for e in one.evidence
            if {e.identity, e.ref} & read_here
        }
        asked = [
            one for one in self.kept.values() if _is_asked_for(one.fact, slots) or affirmed(one.fact.claim) in reread
        ]
        into = {
            self.kept[by].fact for one in asked if (by := one.fact.superseded_by) and one.fact.state_reason == "merged"
        }
        slots_of_those = {each for fact in into for each in looked_up(slot_of_fact(fact))}
        related = [one for one in self.kept.values() if one in asked or _is_asked_for(one.fact, slots_of_those)]
        changes = remember(batch, known, related, digest, method="test")
        self.apply(changes)
        return changes

    def say(self, thing: str, at: float, **other: object) -> Changes:
        """Read one message, named after object and time, that states one fact."""
        message = a_message(f"{thing}@{at}", at)
        return self.tell(a_fact(thing, message, **other), messages=(message,))

    def apply(self, changes: Changes) -> None:
        for fact in changes.new_facts:
            assert fact.fact_id not in self.kept
            self.kept[fact.fact_id] = Remembered(fact=fact, evidence=())
        for fact in changes.revised_facts:
            self.kept[fact.fact_id] = Remembered(fact=fact, evidence=self.kept[fact.fact_id].evidence)
        for gone in changes.withdrawn:
            self._support(gone.fact_id, {gone.identity: None})
        for new in changes.evidence:
            self._support(new.fact_id, {new.evidence.identity: new.evidence})
        for merge in changes.merges:
            wording = merge.wording
            assert merge.is_new != (wording.fact_id in self.kept)
            self.kept.setdefault(wording.fact_id, Remembered(fact=wording, evidence=()))
            self.merged.setdefault(wording.fact_id, merge)
        assert all(one.fact.evidence_count == len(one.evidence) for one in self.kept.values())

    def facts(self, *states: FactState) -> list[Fact]:
        found = [one.fact for one in self.kept.values() if not states or one.fact.state in states]
        return sorted(found, key=lambda fact: (fact.valid_from, fact.object_key))

    def story(self) -> list[Told]:
        """Return what the memory says was true when; rows that another one has taken over say nothing any more."""
        told = [fact for fact in self.facts() if fact.state_reason != "merged"]
        return [(fact.object, fact.state, fact.valid_from, fact.valid_until) for fact in told]

    def the(self, thing: str) -> Fact:
        (fact,) = (one.fact for one in self.kept.values() if one.fact.object == thing)
        return fact

    def retract(self, thing: str) -> None:
        """Let feedback retract the fact with this object."""
        one = self.kept[self.the(thing).fact_id]
        wrong = replace(one.fact, state=FactState.RETRACTED, state_reason="feedback")
        self.kept[wrong.fact_id] = replace(one, fact=wrong)

    def _support(self, fact_id: uuid.UUID, news: dict[bytes, Evidence | None]) -> None:
        one = self.kept[fact_id]
        evidence = {each.identity: each for each in one.evidence} | news
        self.kept[fact_id] = Remembered(fact=one.fact, evidence=tuple(e for e in evidence.values() if e is not None))
