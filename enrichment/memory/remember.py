"""Turns what a batch taught into changes of the memory: merged with what is known, never overwriting it."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from enrichment.domain.batches import Batch, Known
from enrichment.domain.changes import Changes, Merge, NewEvidence, WithdrawnEvidence
from enrichment.domain.digest import Digest, ExtractedFact, Operation
from enrichment.domain.facts import Claim, Evidence, Fact, FactState, Remembered, Slot
from enrichment.domain.messages import PointRef
from enrichment.memory.claims import (
    extracted_key,
    looked_up,
    slot_of,
    slot_of_fact,
    takes_effect_when_said,
    value_of_fact,
)
from enrichment.memory.confidence import confidence, weight
from enrichment.memory.merging import Home, Homes, Wording, likeness_of, merge_of
from enrichment.memory.slots import MERGED, REREAD, Draft, Row, SlotFacts, free_id, summed_up
from enrichment.memory.summaries import revised_sessions
from enrichment.memory.supersede import Cut, reports_of

MOVED = "moved"
# Reasons of a retraction that say nothing against the fact: its messages have a new text, or are not there any more.
_LOST_EVIDENCE = {REREAD, "changed", "gone"}
_SAME_CONFIDENCE = 1e-6  # stored in single precision


def touched(batch: Batch, known: Known, digest: Digest) -> frozenset[Slot]:
    """Return the slots whose stored facts ``remember`` needs: those of the facts, and of the known ones they mean.

    With those whose wordings have the same form, and what any of these was merged into.
    """
    known_facts = _own_known(batch, known)
    slots = {_look_up(fact) for fact in digest.facts}
    slots |= {slot_of_fact(known_facts[fact.known]) for fact in digest.facts if fact.known in known_facts}
    return frozenset(each for slot in slots for each in looked_up(slot))


def _look_up(fact: ExtractedFact) -> Slot:
    """Return the slot of a fact; where others do not share it anyhow, with the form that its wording has."""
    slot = slot_of(*extracted_key(fact))
    return slot if slot.object_key is None else replace(slot, likeness=likeness_of(fact, slot.claim))


def remember(batch: Batch, known: Known, related: Sequence[Remembered], digest: Digest, *, method: str) -> Changes:
    """Return everything that this digest changes, facts of any other user, bot or scope left alone.

    ``related`` must hold, each with all its evidence in force: every fact, of any state, in the slots ``touched``; and
    every fact with evidence from an older text of one of the batch's messages, along with all facts of their claims and
    the opposite ones.
    More does no harm. ``method`` names the model, for the rows.

    Equal claim and object, equal form, or the model's ``same``, make the same fact: it gains evidence. Other words for
    it are linked to it, so that it can be undone. What the model calls ``replaces`` is only a pair: the one that holds
    from later on supersedes the other. Flagged facts stay flagged and supersede nothing; the repeat of a flagged or
    retracted fact is evidence for it and does not bring it back.
    """
    merging = _Merging(batch, known, related, method)
    for fact in digest.facts:
        merging.add(fact)
    merging.pair(digest.facts)
    rows = list(merging.rows())
    return Changes(
        new_facts=tuple(row.fact for row in rows if row.stored is None),
        revised_facts=tuple(row.fact for row in rows if row.stored is not None and _differs(row.fact, row.stored.fact)),
        evidence=tuple(new for row in rows for new in _new_evidence(row)),
        withdrawn=tuple(gone for row in rows for gone in _withdrawn(row, merging.counts)),
        merges=tuple(merging.merges(rows)),
        sessions=tuple(revised_sessions(batch, digest)),
        signals=digest.signals,
        refused=tuple(digest.refused),
        superseded=sum(_is_superseded_now(row) for row in rows),
        truncated=digest.truncated,
    )


def _is_superseded_now(row: Row) -> bool:
    was = row.stored is not None and row.stored.fact.state is FactState.SUPERSEDED
    return row.fact.state is FactState.SUPERSEDED and not was


class _Merging:
    """The slots that a batch touches, and the facts that no repeat brings back."""

    def __init__(self, batch: Batch, known: Known, related: Sequence[Remembered], method: str) -> None:
        self._batch = batch
        self._known = _own_known(batch, known)
        self._method = method
        self._read_here: set[bytes | PointRef] = set()
        for message in batch.messages:
            self._read_here.update((message.identity, *message.points))
        self._own = [remembered for remembered in related if _is_own(batch, remembered.fact)]
        self._ids = {remembered.fact.fact_id for remembered in self._own}
        self._stored: dict[Slot, list[Remembered]] = defaultdict(list)
        self._barred: dict[tuple[Claim, str], list[Remembered]] = defaultdict(list)
        for remembered in self._own:
            fact = remembered.fact
            if _is_in_play(fact):
                self._stored[slot_of_fact(fact)].append(remembered)
            elif fact.state_reason != MERGED:
                self._barred[fact.claim, fact.object_key].append(remembered)
        self._homes = Homes(self._own, self._known)
        self._targets: dict[int, tuple[Claim, str]] = {}
        self._wordings: dict[tuple[Claim, str], list[Wording]] = defaultdict(list)
        self._slots: dict[Slot, SlotFacts] = {}
        self._apart: dict[tuple[Claim, str, uuid.UUID | None], Row] = {}
        for remembered in self._own:
            if not all(map(self.counts, remembered.evidence)):
                self._slot(slot_of_fact(remembered.fact))

    def add(self, fact: ExtractedFact) -> None:
        """Take in one extracted fact."""
        home = self._homes.of(fact)
        claim, object_key = self._targets[id(fact)] = home.key
        template = self._template(fact, home)
        evidence = [replace(one, occurred=fact.occurred) for one in fact.evidence]
        if home.reason is not None:
            self._wordings[extracted_key(fact)].append(Wording(self._template(fact), evidence, fact.doubts, home))
        self._homes.file(replace(template, occurred=fact.occurred))
        slot = self._slot(slot_of(claim, object_key))
        barred = {one.fact.state: one for one in self._barred[claim, object_key]}
        is_served = any((one.fact.claim, one.fact.object_key) == (claim, object_key) for one in slot.stored)
        flagged, retracted = barred.get(FactState.FLAGGED), barred.get(FactState.RETRACTED)
        keeper = flagged if fact.flagged else None if is_served else flagged or retracted
        if fact.flagged or keeper is not None:
            self._set_apart(template, evidence, keeper, fact.doubts)
            return
        told = {one.identity for remembered in barred.values() for one in remembered.evidence}
        slot.drafts += [Draft(template, one, fact.doubts) for one in evidence if one.identity not in told]

    def pair(self, facts: Iterable[ExtractedFact]) -> None:
        """Let the later of two facts that the model paired put an end to the earlier one."""
        for fact in facts:
            if fact.operation is not Operation.REPLACES or fact.known not in self._known or fact.flagged:
                continue
            slots = slot_of(*self._targets[id(fact)]), slot_of_fact(self._known[fact.known])
            if slots[0] == slots[1]:
                continue
            new = self._current(slots[0], fact.evidence)
            old = self._current(slots[1], (), self._known[fact.known].fact_id)
            if new is None or old is None:
                continue
            is_late = (new.valid_from, new.said_at) < (old.valid_from, old.said_at)
            (slot, earlier, later) = (slots[0], new, old) if is_late else (slots[1], old, new)
            self._slots[slot].cuts.append(Cut(value_of_fact(earlier), later.valid_from, later.fact_id))

    def rows(self) -> Iterator[Row]:
        """Yield every row that was looked at, changed or not."""
        for slot in self._slots.values():
            yield from slot.rows()
        yield from self._apart.values()

    def merges(self, rows: Sequence[Row]) -> Iterator[Merge]:
        """Yield the wordings that turned out to be known facts, each with the row that has their evidence now."""
        holders = {(row.fact.claim, row.fact.object_key, e.identity): row.fact for row in rows for e in row.evidence}
        stored = {(one.fact.claim, one.fact.object_key): one.fact for one in self._own if _is_merged(one.fact)}
        for key, wordings in self._wordings.items():
            found = (holders.get((*each.home.key, e.identity)) for each in wordings for e in each.evidence)
            into = next(filter(None, found), None)
            if into is not None:
                yield merge_of(wordings, into, stored.get(key), self._ids, self._method)

    def counts(self, evidence: Evidence) -> bool:
        """Tell whether evidence still counts: whatever an earlier reading took from a message, this one replaces."""
        return evidence.identity not in self._read_here and evidence.ref not in self._read_here

    def _slot(self, slot: Slot) -> SlotFacts:
        if slot not in self._slots:
            self._slots[slot] = SlotFacts(self._stored[slot], self.counts, self._ids)
        return self._slots[slot]

    def _current(self, slot: Slot, evidence: Iterable[Evidence], fact_id: uuid.UUID | None = None) -> Fact | None:
        """Return the fact of a slot that has this id or one of these messages, unless it is something past."""
        identities = {one.identity for one in evidence}
        found = [
            row.fact
            for row in self._slot(slot).rows()
            if row.fact.fact_id == fact_id or any(one.identity in identities for one in row.evidence)
        ]
        found = [fact for fact in found if fact.valid_until is None or fact.superseded_by is not None]
        return max(found, key=lambda fact: fact.valid_from, default=None)

    def _set_apart(
        self, template: Fact, evidence: Sequence[Evidence], keeper: Remembered | None, doubts: Sequence[str]
    ) -> None:
        """Keep a flagged fact, or a repeat of a flagged or retracted one, out of everything that is served."""
        key = template.claim, template.object_key, keeper.fact.fact_id if keeper else None
        row = self._apart.get(key)
        if row is None and keeper is not None:
            row = Row(keeper.fact, keeper.evidence, keeper)
        elif row is None:
            row = Row(replace(template, fact_id=free_id(template, evidence[0], self._ids)), ())
            self._ids.add(row.fact.fact_id)
        told = {one.identity for one in row.evidence}
        added = [one for one in evidence if one.identity not in told]
        together = (*row.evidence, *added)
        sure = confidence((weight(one, doubts) for one in added), row.fact.confidence)
        self._apart[key] = Row(replace(summed_up(row.fact, together), confidence=sure), together, keeper)

    def _template(self, fact: ExtractedFact, home: Home | None = None) -> Fact:
        """Return the fact as this report words it, filed under its home or its own words; evidence decides the rest."""
        claim, object_key = home.key if home else extracted_key(fact)
        when_said = takes_effect_when_said(claim)
        return Fact(
            fact_id=uuid.UUID(int=0),
            user_id=self._batch.user_id,
            bot_name=self._batch.bot_name,
            scope=self._batch.scope,
            category=fact.category,
            statement=fact.statement,
            claim=claim,
            object=home.object if home else fact.object,
            object_key=object_key,
            state=FactState.FLAGGED if fact.flagged else FactState.ACTIVE,
            state_reason=fact.flagged,
            confidence=0.0,
            certainty=fact.certainty,
            said_at=min(one.said_at for one in fact.evidence),
            valid_from=min(report.since for report in reports_of(object_key, fact.evidence, when_said=when_said)),
            method=self._method,
            likeness=home.likeness if home else likeness_of(fact, claim),
        )


def _is_own(batch: Batch, fact: Fact) -> bool:
    return (fact.user_id, fact.bot_name, fact.scope) == (batch.user_id, batch.bot_name, batch.scope)


def _own_known(batch: Batch, known: Known) -> dict[str | None, Fact]:
    return {short: fact for short, fact in known.facts.items() if _is_own(batch, fact)}


def _is_in_play(fact: Fact) -> bool:
    if fact.state is FactState.RETRACTED:
        return fact.state_reason in _LOST_EVIDENCE
    return fact.state in {FactState.ACTIVE, FactState.SUPERSEDED, FactState.EXPIRED}


def _is_merged(fact: Fact) -> bool:
    return fact.state is FactState.RETRACTED and fact.state_reason == MERGED


def _differs(fact: Fact, stored: Fact) -> bool:
    is_close = abs(fact.confidence - stored.confidence) < _SAME_CONFIDENCE
    return (replace(fact, confidence=stored.confidence) if is_close else fact) != stored


def _new_evidence(row: Row) -> list[NewEvidence]:
    stored = row.stored.evidence if row.stored else ()
    return [NewEvidence(fact_id=row.fact.fact_id, evidence=one) for one in row.evidence if one not in stored]


def _withdrawn(row: Row, counts: Callable[[Evidence], bool]) -> Iterator[WithdrawnEvidence]:
    kept = {one.identity for one in row.evidence}
    for one in row.stored.evidence if row.stored else ():
        if one.identity not in kept:
            yield WithdrawnEvidence(
                fact_id=row.fact.fact_id, identity=one.identity, reason=MOVED if counts(one) else REREAD
            )
