"""Undoes a merge: what came in a wording's words goes back to it, and both facts are what they would be alone."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from enrichment.domain.changes import NewEvidence, WithdrawnEvidence
from enrichment.domain.facts import Evidence, Fact, FactState, Remembered, Slot
from enrichment.memory.claims import slot_of_fact
from enrichment.memory.confidence import confidence, weight
from enrichment.memory.mend import Mended
from enrichment.memory.slots import REREAD, SlotFacts, summed_up

UNMERGED = "unmerged"
_IN_PLAY = {FactState.ACTIVE, FactState.SUPERSEDED, FactState.EXPIRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerged:
    """What is to be written: ``withdrawn`` first, then ``mended``, which brings the evidence back to the wording."""

    mended: Mended
    withdrawn: tuple[WithdrawnEvidence, ...]


def unmerged(wording: Remembered, into: Fact, related: Sequence[Remembered]) -> Unmerged:
    """Return what changes when a wording is no longer taken for the fact ``into``.

    ``wording`` comes with all that was said in its words; what has been withdrawn since does not come back.
    ``related`` are all facts of the slots of both.
    """
    said = {_mark(one) for one in wording.evidence}
    stored: dict[Slot, list[Remembered]] = defaultdict(list)
    withdrawn: list[WithdrawnEvidence] = []
    moved: set[bytes] = set()
    revised: list[Fact] = []
    before = {one.fact.fact_id: one.fact for one in related}
    for one in related:
        if one.fact.state not in _IN_PLAY or one.fact.fact_id == wording.fact.fact_id:
            continue
        gone = [each for each in one.evidence if _mark(each) in said] if _holds(one.fact, into) else []
        moved |= {each.identity for each in gone}
        withdrawn += [
            WithdrawnEvidence(fact_id=one.fact.fact_id, identity=each.identity, reason=UNMERGED) for each in gone
        ]
        left = _without(one, gone)
        if left.evidence:
            stored[slot_of_fact(one.fact)].append(left)
        else:
            revised.append(replace(left.fact, state=FactState.RETRACTED, state_reason=REREAD))
    back = tuple(one for one in wording.evidence if one.identity in moved)
    restored = _restored(wording.fact, back)
    if back:
        stored[slot_of_fact(restored)].append(Remembered(fact=restored, evidence=back))
    rows = [row.fact for slot in stored.values() for row in SlotFacts(slot, lambda _: True, list(before)).rows()]
    revised += [fact for fact in rows if fact != before.get(fact.fact_id) or fact.fact_id == restored.fact_id]
    evidence = tuple(NewEvidence(fact_id=restored.fact_id, evidence=one) for one in back)
    facts = {fact.fact_id: fact for fact in (restored, *revised)}
    return Unmerged(mended=Mended(revised_facts=tuple(facts.values()), evidence=evidence), withdrawn=tuple(withdrawn))


def _mark(evidence: Evidence) -> tuple[bytes, bytes, str]:
    """Return what tells the support of a wording from another word of the same message."""
    return evidence.identity, evidence.content_hash, evidence.quote


def _holds(fact: Fact, into: Fact) -> bool:
    return (fact.claim, fact.object_key) == (into.claim, into.object_key)


def _without(one: Remembered, gone: Sequence[Evidence]) -> Remembered:
    if not gone:
        return one
    left = tuple(each for each in one.evidence if each not in gone)
    sure = min(one.fact.confidence, confidence(map(weight, left))) if left else one.fact.confidence
    return Remembered(fact=replace(one.fact, confidence=sure, evidence_count=len(left)), evidence=left)


def _restored(wording: Fact, back: Sequence[Evidence]) -> Fact:
    """Return the wording's row in force again; without evidence, as one that comes back when it is said again."""
    if not back:
        return replace(wording, state_reason=REREAD, superseded_by=None)
    return replace(summed_up(wording, back), state=FactState.ACTIVE, state_reason=None, superseded_by=None)
