"""Decides which known fact a newly worded one is: the one filed so before, the model's, or one of the same form."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from enrichment.domain.changes import Merge, MergeReason
from enrichment.domain.digest import ExtractedFact, Operation
from enrichment.domain.facts import Claim, Evidence, Fact, FactState, Remembered
from enrichment.domain.text import normalised
from enrichment.memory.claims import extracted_key
from enrichment.memory.confidence import confidence, weight
from enrichment.memory.keys import marks_of
from enrichment.memory.likeness import alikeness, likeness
from enrichment.memory.predicates import predicates
from enrichment.memory.refutation import may_overlap, refuted
from enrichment.memory.slots import MERGED, free_id, summed_up

RULES = "rules"
Key = tuple[Claim, str]


@dataclass(frozen=True, slots=True)
class Home:
    """Where a report belongs; with a ``reason`` if its own words would put it elsewhere.

    ``score`` from 0 to 1 is how many of its words the fact that it is has too.
    """

    key: Key
    object: str
    likeness: str = ""
    reason: MergeReason | None = None
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Wording:
    """A report that belongs elsewhere: the row that its own words would make, and what it rests on."""

    template: Fact
    evidence: Sequence[Evidence]
    doubts: Sequence[str]
    home: Home


def merge_of(
    wordings: Sequence[Wording], into: Fact, stored: Fact | None, taken: Collection[uuid.UUID], method: str
) -> Merge:
    """Return the link of reports in the same words to the fact that they are; ``stored`` is their row, if any."""
    first = wordings[0]
    evidence = tuple({one.identity: one for each in wordings for one in each.evidence}.values())
    reason = first.home.reason or MergeReason.WORDING
    sure = confidence(weight(one, each.doubts) for each in wordings for one in each.evidence)
    row = replace(
        summed_up(first.template, evidence),
        fact_id=free_id(first.template, evidence[0], taken),
        state=FactState.RETRACTED,
        state_reason=MERGED,
        superseded_by=into.fact_id,
        evidence_count=0,
        confidence=sure,
    )
    return Merge(
        wording=stored or row,
        into=into.fact_id,
        is_new=stored is None,
        evidence=evidence,
        score=first.home.score,
        reason=reason,
        decided_by=method if reason is MergeReason.MODEL else RULES,
    )


def likeness_of(fact: ExtractedFact, claim: Claim) -> str:
    """Return the form of an extracted fact's object, with what its statement says of it."""
    form = likeness(fact.object)
    return "|".join((form, *marks_of(fact, claim))) if form else ""


class Homes:
    """The facts of one user, bot and scope as far as a batch touches them, by key and by form."""

    def __init__(self, own: Iterable[Remembered], known: Mapping[str | None, Fact]) -> None:
        self._known = known
        self._objects: dict[Key, str] = {}
        self._filed: dict[Key, Fact] = {}
        self._decided: dict[Key, Home] = {}
        self._alike: dict[tuple[Claim, str], list[Fact]] = defaultdict(list)
        facts = {remembered.fact.fact_id: remembered.fact for remembered in own}
        for fact in sorted(facts.values(), key=lambda fact: (fact.valid_from, fact.fact_id)):
            if fact.state is not FactState.RETRACTED or fact.state_reason != MERGED:
                self.file(fact)
            elif (into := facts.get(fact.superseded_by) if fact.superseded_by else None) and _key(into) != _key(fact):
                self._filed[_key(fact)] = into

    def of(self, fact: ExtractedFact) -> Home:
        """Return where a report belongs.

        Words that have a fact of their own keep it, so that a merge that was undone stays undone. What the model calls
        the same is believed where code cannot refute it.
        """
        key = extracted_key(fact)
        if fact.flagged or key in self._objects:
            return Home(key, self._objects.get(key, fact.object), likeness_of(fact, key[0]))
        if key not in self._decided:
            self._decided[key] = self._decide(fact, key)
        return self._decided[key]

    def _decide(self, fact: ExtractedFact, key: Key) -> Home:
        if (into := self._filed.get(key)) is not None:
            return _merged(fact, into, _reason(fact, into))
        same = self._known.get(fact.known) if fact.operation is Operation.SAME else None
        if same is not None and _key(same) != key and refuted(fact, key[0], same) is None:
            return _merged(fact, same, MergeReason.MODEL)
        return self._of_form(fact, key)

    def file(self, fact: Fact) -> None:
        """Take in a fact, so that the next one can be found to be the same."""
        if _key(fact) not in self._objects:
            self._objects[_key(fact)] = fact.object
            self._decided.pop(_key(fact), None)
            if fact.likeness and fact.state is not FactState.FLAGGED:
                self._alike[fact.claim, fact.likeness].append(fact)

    def _of_form(self, fact: ExtractedFact, key: Key) -> Home:
        claim, form = key[0], likeness_of(fact, key[0])
        alike = self._first(claim, form, fact)
        if alike is not None:
            return _merged(fact, alike, _reason(fact, alike))
        # What denies the fact of the same form has to share its object, or the later word would not end the earlier.
        denied = self._first(Claim(claim.subject, _opposite(claim), claim.qualifier), form, fact)
        return Home(key if denied is None else (claim, denied.object_key), fact.object, form)

    def _first(self, claim: Claim, form: str, fact: ExtractedFact) -> Fact | None:
        is_event = claim.predicate in predicates().events
        found = self._alike[claim, form] if form else ()
        return next((one for one in found if not is_event or _is_one_event(fact, one)), None)


def _merged(fact: ExtractedFact, into: Fact, reason: MergeReason) -> Home:
    # Words that were filed under another's object, because they deny it, are no merge when they come again.
    is_own = normalised(fact.object) == normalised(into.object) and into.claim.predicate not in predicates().events
    score = alikeness(fact.object, into.object)
    return Home(_key(into), into.object, into.likeness, None if is_own else reason, score)


def _reason(fact: ExtractedFact, into: Fact) -> MergeReason:
    written = ("".join(filter(str.isalnum, normalised(text))) for text in (fact.object, into.object))
    return MergeReason.SPELLING if len(set(written)) == 1 else MergeReason.WORDING


def _is_one_event(fact: ExtractedFact, known: Fact) -> bool:
    """Tell whether two reports can be of one event; where only one has a time, a model may know, but not a rule."""
    return (fact.occurred is None) == (known.occurred is None) and may_overlap(fact.occurred, known.occurred)


def _opposite(claim: Claim) -> str:
    return predicates().counterparts.get(claim.predicate, "")


def _key(fact: Fact) -> Key:
    return fact.claim, fact.object_key
