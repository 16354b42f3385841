"""Says which facts are the same, and which can contradict each other."""

import uuid
from collections.abc import Iterator
from dataclasses import replace

from enrichment.domain.digest import ExtractedFact
from enrichment.domain.facts import Claim, Fact, Slot
from enrichment.domain.ids import derived_uuid
from enrichment.memory.keys import key_of
from enrichment.memory.predicates import predicates


def claim_of(fact: ExtractedFact) -> Claim:
    """Return the claim of a fact as it is stored."""
    return stored_claim(fact.subject, fact.predicate, fact.qualifier)


def stored_claim(subject: str, predicate: str, qualifier: str = "") -> Claim:
    """Return a claim with its parts normalised, and a predicate of the table under its first name."""
    claim = Claim.of(subject, predicate.replace("_", " ").replace("-", " "), qualifier)
    return Claim(claim.subject, predicates().canonical(claim.predicate), claim.qualifier)


def slot_of(claim: Claim, object_key: str) -> Slot:
    """Return where a fact with this claim and object belongs: that of the opposite claim is the same."""
    return Slot(affirmed(claim), None if claim.predicate in predicates().single else object_key)


def affirmed(claim: Claim) -> Claim:
    """Return the claim itself, or of one that denies something the claim that it denies."""
    said = predicates().affirmed.get(claim.predicate)
    return claim if said is None else replace(claim, predicate=said)


def looked_up(slot: Slot) -> Iterator[Slot]:
    """Yield the slot by each claim that the facts in it can have."""
    yield slot
    if (other := predicates().counterparts.get(slot.claim.predicate)) is not None:
        yield replace(slot, claim=replace(slot.claim, predicate=other))


def value_of(claim: Claim, object_key: str) -> str:
    """Return what distinguishes a fact from the others in its slot: the object, or whether it is affirmed of it."""
    return claim.predicate if claim.predicate in predicates().counterparts else object_key


def takes_effect_when_said(claim: Claim) -> bool:
    """Whether a stated time ahead is only when it happens: a plan is one from the day on which it is told.

    Of what has one object at a time, the next one begins when it begins: who moves in June lives here until then.
    """
    return claim.predicate not in predicates().single


def extracted_key(fact: ExtractedFact) -> tuple[Claim, str]:
    """Return what an extracted fact has in common with every other report of it: its claim and its object's key."""
    claim = claim_of(fact)
    return claim, key_of(fact, claim)


def slot_of_fact(fact: Fact) -> Slot:
    """Return where a stored fact belongs."""
    return slot_of(fact.claim, fact.object_key)


def value_of_fact(fact: Fact) -> str:
    """Return what distinguishes a stored fact from the others in its slot."""
    return value_of(fact.claim, fact.object_key)


def fact_id(user_id: str, bot_name: str, scope: str, claim: Claim, object_key: str, first_identity: bytes) -> uuid.UUID:
    """Return the id of a fact; ``first_identity`` is that of the message by which this validity begins."""
    parts = (user_id, bot_name, scope, claim.subject, claim.predicate, claim.qualifier, object_key)
    return derived_uuid("fact", *parts, first_identity)
