"""How many of the true facts of dialogues were found, and how much of what was found is true."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from bench.dialogues.generate import Dialogue, Gold
from enrichment.digest.words import Vocabulary, content
from enrichment.domain.digest import ExtractedFact
from enrichment.memory.claims import claim_of, stored_claim


@dataclass(slots=True, kw_only=True)
class Score:
    """Counts; a fact is right if its subject, its claim and its object are, and its evidence is the gold's message."""

    gold: int = 0
    found: int = 0
    told: int = 0
    right: int = 0
    wrong_speaker: int = 0
    dated: int = 0
    dated_right: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        """The share of what was told that is true."""
        return self.right / self.told if self.told else 1.0

    @property
    def recall(self) -> float:
        """The share of what is true that was told."""
        return self.found / self.gold if self.gold else 1.0

    @property
    def date_accuracy(self) -> float:
        """The share of the right facts with a gold time that have just that time."""
        return self.dated_right / self.dated if self.dated else 1.0

    def add(self, dialogue: Dialogue, facts: Iterable[ExtractedFact]) -> None:
        """Count one dialogue; flagged facts are not told to anybody."""
        told = [fact for fact in facts if fact.flagged is None]
        matches = [(fact, [gold for gold in dialogue.facts if _same(fact, gold, dialogue)]) for fact in told]
        self.gold += len(dialogue.facts)
        self.told += len(told)
        self.right += sum(bool(gold) for _, gold in matches)
        found = {id(gold) for _, golds in matches for gold in golds}
        self.found += len(found)
        self.missed.update(gold.kind for gold in dialogue.facts if id(gold) not in found)
        for fact, golds in matches:
            self.wrong_speaker += _is_of_another(fact, dialogue)
            if not golds:
                self.wrong.update(["trap" if _turns(fact, dialogue) & set(dialogue.traps) else fact.predicate])
            for gold in golds[:1]:
                self.dated += gold.occurred is not None
                self.dated_right += gold.occurred is not None and _is_dated_like(fact, gold)


def _same(fact: ExtractedFact, gold: Gold, dialogue: Dialogue) -> bool:
    verb, _, aspect = gold.predicate.partition("/")
    of_gold, of_fact = content(gold.object), content(fact.object)
    return (
        claim_of(fact) == stored_claim(gold.subject, verb, aspect)
        and all(word in Vocabulary(of_fact) for word in of_gold)
        and len(of_fact) <= len(of_gold) + 2
        and not _turns(fact, dialogue).isdisjoint(gold.turns)
    )


def _turns(fact: ExtractedFact, dialogue: Dialogue) -> set[int]:
    prefix = f"{dialogue.name}-"
    return {int(one.ref.point_id.removeprefix(prefix)) for one in fact.evidence}


def _is_of_another(fact: ExtractedFact, dialogue: Dialogue) -> bool:
    """Whether the fact is about a person of the dialogue who said none of its evidence."""
    authors = {dialogue.utterances[turn].author for turn in _turns(fact, dialogue)}
    return fact.subject in dialogue.speakers and fact.subject not in authors


def _is_dated_like(fact: ExtractedFact, gold: Gold) -> bool:
    if fact.occurred is None or gold.occurred is None:
        return False
    start, end = (datetime.combine(day, time(), UTC) for day in gold.occurred)
    return (fact.occurred.start, fact.occurred.end) == (start, end)
