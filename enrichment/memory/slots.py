"""Keeps the facts of one slot: decides which row carries which validity, and what each row looks like then."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from enrichment.domain.facts import Certainty, Evidence, Fact, FactState, Remembered
from enrichment.memory.claims import fact_id, takes_effect_when_said, value_of_fact
from enrichment.memory.confidence import confidence, weight
from enrichment.memory.predicates import predicates
from enrichment.memory.supersede import Cut, Validity, reports_of, timeline

REREAD = "reread"
MERGED = "merged"
_BY_CERTAINTY = (Certainty.SURE, Certainty.LIKELY, Certainty.UNSURE)


@dataclass(frozen=True, slots=True)
class Draft:
    """One message's support for a fact, and the fact as worded there: ``template`` is a row without evidence."""

    template: Fact
    evidence: Evidence
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A fact as it is to be, with all its evidence, beside what is stored of it."""

    fact: Fact
    evidence: tuple[Evidence, ...]
    stored: Remembered | None = None


@dataclass(slots=True)
class SlotFacts:
    """The stored facts of a slot that take part in its timeline, and what a batch adds.

    ``taken_ids`` are the ids that no new fact may get. ``counts`` tells whether evidence is from a reading still
    in force.
    """

    stored: list[Remembered]
    counts: Callable[[Evidence], bool]
    taken_ids: Collection[uuid.UUID] = ()
    drafts: list[Draft] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)

    def rows(self) -> list[Row]:
        """Return the rows of this slot as they are to be."""
        supporting: dict[str, dict[bytes, Evidence]] = defaultdict(dict)
        for remembered in self.stored:
            supporting[value_of_fact(remembered.fact)].update((one.identity, one) for one in self._live(remembered))
        for draft in self.drafts:
            supporting[value_of_fact(draft.template)].setdefault(draft.evidence.identity, draft.evidence)
        reports = [
            report
            for value, evidence in supporting.items()
            for report in reports_of(value, evidence.values(), when_said=self._when_said)
        ]
        validities = timeline(reports, [*self.cuts, *self._stored_cuts()])
        carriers = self._carriers(validities)
        ids = self._ids(validities, carriers)
        rows = [self._row(validity, carrier, ids) for validity, carrier in zip(validities, carriers, strict=True)]
        left = [remembered for remembered in self.stored if remembered.fact.fact_id not in ids.values()]
        return [*rows, *(self._left_over(remembered, rows) for remembered in left)]

    @property
    def _when_said(self) -> bool:
        facts = [*(remembered.fact for remembered in self.stored), *(draft.template for draft in self.drafts)]
        return all(takes_effect_when_said(fact.claim) for fact in facts)

    def _live(self, remembered: Remembered) -> list[Evidence]:
        return [one for one in remembered.evidence if self.counts(one)]

    def _stored_cuts(self) -> list[Cut]:
        """Return the ends that facts of other slots have put to values of this one."""
        own = {remembered.fact.fact_id for remembered in self.stored}
        return [
            Cut(value_of_fact(fact), fact.valid_until, fact.superseded_by)
            for fact in (remembered.fact for remembered in self.stored)
            if fact.superseded_by is not None and fact.superseded_by not in own and fact.valid_until is not None
        ]

    def _carriers(self, validities: Sequence[Validity]) -> list[Remembered | None]:
        """Choose for each validity the oldest stored row that shares evidence with it, else one without evidence."""
        free = sorted(self.stored, key=lambda remembered: (remembered.fact.valid_from, remembered.fact.fact_id))
        chosen: list[Remembered | None] = []
        for validity in validities:
            same = [remembered for remembered in free if value_of_fact(remembered.fact) == validity.value]
            identities = {report.evidence.identity for report in validity.reports}
            sharing = (one for one in same if any(e.identity in identities for e in self._live(one)))
            bare = (one for one in same if not self._live(one))
            carrier = next(sharing, None) or next(bare, None)
            if carrier is not None:
                free.remove(carrier)
            chosen.append(carrier)
        return chosen

    def _ids(self, validities: Sequence[Validity], carriers: Sequence[Remembered | None]) -> dict[Validity, uuid.UUID]:
        """Return the fact id of each validity."""
        taken = {*self.taken_ids, *(remembered.fact.fact_id for remembered in self.stored)}
        ids: dict[Validity, uuid.UUID] = {}
        for validity, carrier in zip(validities, carriers, strict=True):
            ids[validity] = (
                carrier.fact.fact_id
                if carrier
                else free_id(self._template(validity), validity.reports[0].evidence, taken)
            )
            taken.add(ids[validity])
        return ids

    def _template(self, validity: Validity) -> Fact:
        """Return the wording for a validity: that of its first new report, else of the row that had its evidence."""
        drafts = {(value_of_fact(d.template), d.evidence.identity): d.template for d in reversed(self.drafts)}
        for report in validity.reports:
            if (found := drafts.get((report.value, report.evidence.identity))) is not None:
                return found
        first = validity.reports[0].evidence
        same = (one for one in self.stored if value_of_fact(one.fact) == validity.value)
        return next(one.fact for one in same if first in one.evidence)

    def _row(self, validity: Validity, carrier: Remembered | None, ids: dict[Validity, uuid.UUID]) -> Row:
        evidence = tuple(report.evidence for report in validity.reports)
        by = validity.superseded_by
        base = carrier.fact if carrier and self._live(carrier) else self._template(validity)
        fact = replace(
            base,
            fact_id=ids[validity],
            state=FactState.ACTIVE if by is None else FactState.SUPERSEDED,
            state_reason=None,
            superseded_by=ids[by] if isinstance(by, Validity) else by,
            valid_from=validity.since,
            valid_until=validity.until,
            confidence=self._confidence(evidence, carrier),
        )
        return Row(summed_up(fact, evidence), evidence, carrier)

    def _confidence(self, evidence: Sequence[Evidence], carrier: Remembered | None) -> float:
        doubts = {(draft.evidence.identity, draft.evidence.content_hash): draft.doubts for draft in self.drafts}
        stored = carrier.evidence if carrier else ()
        kept = [one for one in stored if one in evidence]
        before = confidence(map(weight, kept))
        if carrier and kept:
            before = carrier.fact.confidence if len(kept) == len(stored) else min(before, carrier.fact.confidence)
        added = (one for one in evidence if one not in kept)
        return confidence((weight(one, doubts.get((one.identity, one.content_hash), ())) for one in added), before)

    def _left_over(self, remembered: Remembered, rows: Sequence[Row]) -> Row:
        """Return a stored row that carries nothing any more: its texts were replaced, or another row has it all now.

        The latter happens when a report shows that two rows tell of the same stretch of time.
        """
        live = self._live(remembered)
        if not live and not remembered.evidence:
            return Row(remembered.fact, (), remembered)
        heir = next((row.fact.fact_id for row in rows if any(one in row.evidence for one in live)), None)
        fact = replace(
            remembered.fact,
            state=FactState.RETRACTED,
            state_reason=MERGED if heir else REREAD,
            superseded_by=heir,
            evidence_count=0,
        )
        return Row(fact, (), remembered)


def _vouched_until(evidence: Evidence) -> datetime:
    """Return when what somebody said has become old: not before the time of which they spoke."""
    stated = evidence.occurred
    ends = [each for each in (stated.start, stated.end) if each is not None] if stated else []
    return max([evidence.said_at, *ends])


def free_id(template: Fact, first: Evidence, taken: Collection[uuid.UUID]) -> uuid.UUID:
    """Return the id of a new fact that begins with this message; the next one where that is taken by an older row."""
    identity = first.identity
    while (chosen := id_of(template, identity)) in taken:
        identity += b"+"
    return chosen


def id_of(template: Fact, identity: bytes) -> uuid.UUID:
    """Return the id that a fact of this user, bot, scope, claim and object has when it begins with this message."""
    return fact_id(template.user_id, template.bot_name, template.scope, template.claim, template.object_key, identity)


def summed_up(fact: Fact, evidence: Sequence[Evidence]) -> Fact:
    """Return the fact with what follows from its evidence: count, when it was first said, stated time, certainty.

    And how long it lasts, if it fades: from the last time that somebody vouched for it, or for which it was said.
    """
    lasts = predicates().lasting.get(fact.claim.predicate)
    from_ = max(map(_vouched_until, evidence)) if lasts else None
    return replace(
        fact,
        lasts_from=from_,
        expires_at=from_ + lasts if lasts and from_ else None,
        evidence_count=len(evidence),
        said_at=min(one.said_at for one in evidence),
        occurred=next((one.occurred for one in evidence if one.occurred is not None), None),
        certainty=min((one.certainty for one in evidence), key=_BY_CERTAINTY.index),
    )
