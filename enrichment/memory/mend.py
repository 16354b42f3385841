"""Mends the timelines that a fact has left: as if nobody had ever said it, with a correction in its place."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from enrichment.domain.changes import NewEvidence
from enrichment.domain.facts import Fact, FactState, Remembered, Slot
from enrichment.memory.claims import slot_of_fact
from enrichment.memory.slots import Draft, Row, SlotFacts

_IN_PLAY = {FactState.ACTIVE, FactState.SUPERSEDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What is to be written: whole rows, and the evidence of new ones."""

    new_facts: tuple[Fact, ...] = ()
    revised_facts: tuple[Fact, ...] = ()
    evidence: tuple[NewEvidence, ...] = ()


def mended(gone: Collection[uuid.UUID], related: Sequence[Remembered], correction: Draft | None = None) -> Mended:
    """Return what changes when facts go; ``related`` are all facts of their slots and of those where they ended one."""
    before = {remembered.fact.fact_id: remembered for remembered in related}
    left = [_released(one, gone) for one in related if one.fact.fact_id not in gone and one.fact.state in _IN_PLAY]
    stored: dict[Slot, list[Remembered]] = defaultdict(list)
    for remembered in left:
        stored[slot_of_fact(remembered.fact)].append(remembered)
    if correction is not None:
        stored.setdefault(slot_of_fact(correction.template), [])
    rows = [row for slot, facts in stored.items() for row in _slot(slot, facts, [*before], correction).rows()]
    return Mended(
        new_facts=tuple(row.fact for row in rows if row.stored is None),
        revised_facts=tuple(row.fact for row in rows if row.stored and row.fact != before[row.fact.fact_id].fact),
        evidence=tuple(new for row in rows for new in _new_evidence(row)),
    )


def _released(remembered: Remembered, gone: Collection[uuid.UUID]) -> Remembered:
    """Return a fact without the end that one of those that go has put to it."""
    if remembered.fact.superseded_by not in gone:
        return remembered
    fact = replace(remembered.fact, superseded_by=None, valid_until=None, state=FactState.ACTIVE)
    return replace(remembered, fact=fact)


def _slot(slot: Slot, stored: list[Remembered], taken: list[uuid.UUID], correction: Draft | None) -> SlotFacts:
    facts = SlotFacts(stored, lambda _: True, taken)
    if correction is not None and slot_of_fact(correction.template) == slot:
        facts.drafts.append(correction)
    return facts


def _new_evidence(row: Row) -> list[NewEvidence]:
    stored = row.stored.evidence if row.stored else ()
    return [NewEvidence(fact_id=row.fact.fact_id, evidence=one) for one in row.evidence if one not in stored]
