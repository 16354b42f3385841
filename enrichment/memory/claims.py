"""Says which facts are the same, and which can contradict each other."""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace

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
# Predicates that cannot both be true of one object, the affirmed one first, each with other ways to say it: who likes
# climbing may stop to, and the later word counts.
OPPOSITES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("likes", "loves", "enjoys", "like", "love", "enjoy", "adores", "is fond of"),
        ("dislikes", "hates", "dislike", "hate", "cannot stand", "does not like", "is not fond of"),
    ),
    (("wants", "want", "would like", "hopes"), ("does not want",)),
    (("plans", "plan", "intends", "is planning"), ("does not plan", "cancelled", "canceled")),
    (("can", "is able to"), ("cannot", "can not", "is unable to", "is not able to")),
    (
        ("does", "practices", "practises", "plays"),
        ("does not do", "does not play", "does not practice", "gave up", "quit", "stopped", "stopped doing"),
    ),
    (("believes", "believe", "believes in"), ("does not believe", "does not believe in")),
    (("owns", "own"), ("does not own", "sold", "gave away")),
    (("uses", "use"), ("does not use", "stopped using")),
    (("speaks", "speak"), ("does not speak",)),
    (("studies", "study", "is studying", "is learning"), ("does not study", "does not learn", "stopped studying")),
    (("drinks", "drink"), ("does not drink", "stopped drinking")),
    (("eats", "eat"), ("does not eat", "stopped eating")),
    (("has pet",), ("does not have pet",)),
    (("has condition", "suffers from"), ("does not have condition", "recovered from")),
)
_CANONICAL = {word: name for name, others in SINGLE_VALUED.items() for word in (name, *others)} | {
    word: words[0] for pair in OPPOSITES for words in pair for word in words
}
COUNTERPARTS = {one[0]: other[0] for pair in OPPOSITES for one, other in (pair, pair[::-1])}
_AFFIRMED = {denied[0]: affirmed[0] for affirmed, denied in OPPOSITES}
_NEGATION = re.compile(r"(?:(?:does|do|did) ?(?:not|n[o'’]t)|is no longer|no longer|not any ?more|not|never) (.+)")


def claim_of(fact: ExtractedFact) -> Claim:
    """Return the claim of a fact as it is stored."""
    return stored_claim(fact.subject, fact.predicate, fact.qualifier)


def stored_claim(subject: str, predicate: str, qualifier: str = "") -> Claim:
    """Return a claim with its parts normalised, and a predicate of the tables under its first name."""
    claim = Claim.of(subject, predicate.replace("_", " ").replace("-", " "), qualifier)
    return Claim(claim.subject, _canonical(claim.predicate), claim.qualifier)


def _canonical(predicate: str) -> str:
    if (known := _CANONICAL.get(predicate)) is not None:
        return known
    denied = _NEGATION.fullmatch(predicate)
    if denied is None:
        return predicate
    # "no longer likes" denies "likes", and "not play" is "does not play".
    said = _CANONICAL.get(f"does not {denied[1]}") or COUNTERPARTS.get(_CANONICAL.get(denied[1], ""))
    return said or predicate


def slot_of(claim: Claim, object_key: str) -> Slot:
    """Return where a fact with this claim and object belongs: that of the opposite claim is the same."""
    return Slot(affirmed(claim), None if claim.predicate in SINGLE_VALUED else object_key)


def affirmed(claim: Claim) -> Claim:
    """Return the claim itself, or of one that denies something the claim that it denies."""
    return replace(claim, predicate=_AFFIRMED.get(claim.predicate, claim.predicate))


def looked_up(slot: Slot) -> Iterator[Slot]:
    """Yield the slot by each claim that the facts in it can have."""
    yield slot
    if (other := COUNTERPARTS.get(slot.claim.predicate)) is not None:
        yield Slot(replace(slot.claim, predicate=other), slot.object_key)


def value_of(claim: Claim, object_key: str) -> str:
    """Return what distinguishes a fact from the others in its slot: the object, or whether it is affirmed of it."""
    return claim.predicate if claim.predicate in COUNTERPARTS else object_key


def takes_effect_when_said(claim: Claim) -> bool:
    """Whether a stated time ahead is only when it happens: a plan is one from the day on which it is told.

    Of what has one object at a time, the next one begins when it begins: who moves in June lives here until then.
    """
    return claim.predicate not in SINGLE_VALUED


def extracted_key(fact: ExtractedFact) -> tuple[Claim, str]:
    """Return what an extracted fact has in common with every other report of it: its claim and normalised object."""
    return claim_of(fact), normalised(fact.object)


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
