"""Says which facts are the same, and which can contradict each other."""

import uuid
from collections.abc import Mapping

from enrichment.domain.digest import ExtractedFact
from enrichment.domain.facts import Claim, Fact, Slot
from enrichment.domain.ids import derived_uuid
from enrichment.domain.text import normalised

# Predicates that have one object at a time, each with other ways to say it. All others may have many: who likes tea may
# like coffee too. "moved to" and "married to" tell of an event, and of the state that it leads to.
SINGLE_VALUED: Mapping[str, tuple[str, ...]] = {
    "lives in": ("lives at", "live in", "is living in", "resides in", "residence", "home city", "moved to"),
    "works at": ("works for", "work at", "is employed by", "employed by", "employed at", "employer"),
    "job title": ("works as", "occupation", "profession", "job", "role"),
    "partner": ("spouse", "husband", "wife", "boyfriend", "girlfriend", "married to", "is married to", "is dating"),
    "relationship status": ("marital status",),
    "name": ("full name", "is named", "is called"),
    "age": ("is aged", "aged", "years old", "is years old"),
    "birthday": ("date of birth", "birth date", "born on", "was born on"),
    "birthplace": ("place of birth", "born in", "was born in"),
    "native language": ("mother tongue", "first language"),
    "timezone": ("time zone",),
}
_CANONICAL = {word: name for name, others in SINGLE_VALUED.items() for word in (name, *others)}


def claim_of(fact: ExtractedFact) -> Claim:
    """Return the claim of a fact as it is stored: normalised, a predicate of the table under its first name."""
    claim = Claim.of(fact.subject, fact.predicate.replace("_", " ").replace("-", " "), fact.qualifier)
    return Claim(claim.subject, _CANONICAL.get(claim.predicate, claim.predicate), claim.qualifier)


def slot_of(claim: Claim, object_key: str) -> Slot:
    """Return where a fact with this claim and object belongs."""
    return Slot(claim, None if claim.predicate in SINGLE_VALUED else object_key)


def extracted_key(fact: ExtractedFact) -> tuple[Claim, str]:
    """Return what an extracted fact has in common with every other report of it: its claim and normalised object."""
    return claim_of(fact), normalised(fact.object)


def slot_of_fact(fact: Fact) -> Slot:
    """Return where a stored fact belongs."""
    return slot_of(fact.claim, fact.object_key)


def fact_id(user_id: str, bot_name: str, scope: str, claim: Claim, object_key: str, first_identity: bytes) -> uuid.UUID:
    """Return the id of a fact; ``first_identity`` is that of the message by which this validity begins."""
    parts = (user_id, bot_name, scope, claim.subject, claim.predicate, claim.qualifier, object_key)
    return derived_uuid("fact", *parts, first_identity)
