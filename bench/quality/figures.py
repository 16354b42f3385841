"""The arithmetic of the report: what the facts are worth to somebody who asks, and what is wrong with them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.dates import days_of, session_day, within
from bench.locomo.figures import ratio
from bench.locomo.questions import interval
from bench.quality.bm25 import Ranking
from bench.quality.reading import Learnt, Told
from bench.quality.sample import CATEGORIES, Question, Sample
from enrichment.digest.words import content

DEPTHS = (5, 10, 20)
ALIKE = 0.8
# What is asked in it was said by the other one: to find its evidence is no merit.
ADVERSARIAL = CATEGORIES[5]
TEMPORAL = CATEGORIES[2]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the facts that it finds, the best first."""

    question: Question
    found: tuple[Told, ...]
    covered: bool

    def recall(self, depth: int) -> float:
        """Return the share of the question's evidence that the first facts cite."""
        cited = frozenset[str]().union(*(fact.cited for fact in self.found[:depth]))
        return sum(turn in cited for turn in self.question.evidence) / len(self.question.evidence)

    @property
    def misled(self) -> bool:
        """Whether one of the first five facts says of the person asked about what another one's words say."""
        return any(
            fact.subject in self.question.text and not fact.cited.isdisjoint(self.question.evidence)
            for fact in self.found[: DEPTHS[0]]
        )


def reported(read: Sequence[tuple[Sample, Learnt]]) -> dict[str, Any]:
    """Return the figures of some conversations together; the fields are described in ``docs/benchmarks.md``."""
    every = [one for sample, learnt in read for one in asked(sample.questions, learnt.facts)]
    dates = [ok for sample, learnt in read for ok in dated(sample, learnt.facts)]
    return {
        "conversations": len(read),
        "messages": sum(learnt.messages for _, learnt in read),
        "questions": len(every),
        "evidence_unresolved": sum(sample.unresolved for sample, _ in read),
        **_cost([learnt for _, learnt in read]),
        **_found(every),
        "date_accuracy": ratio(sum(right for right, _ in dates), len(dates)),
        "date_accuracy_session_day": ratio(sum(baseline for _, baseline in dates), len(dates)),
        **_facts(read),
    }


def asked(questions: Iterable[Question], facts: Sequence[Told]) -> list[Asked]:
    """Ask each question."""
    ranking = Ranking([fact.statement for fact in facts])
    cited = frozenset[str]().union(*(fact.cited for fact in facts))
    return [
        Asked(
            question,
            tuple(facts[place] for place in ranking.best(question.text, DEPTHS[-1])),
            cited.issuperset(question.evidence),
        )
        for question in questions
    ]


def dated(sample: Sample, facts: Sequence[Told]) -> list[tuple[bool, bool]]:
    """Return for each question whose answer is a date whether a fact gives it, and whether its session's day does.

    The fact is the one behind the evidence that has most in common with the question; without a time of its own it
    counts as of the day on which it was said. No fact, no date.
    """
    turns = {turn.turn_id: turn for turn in sample.conversation.turns}
    judged = []
    for question in sample.questions:
        gold = interval(question.answer) if question.category == TEMPORAL and question.answer else None
        if gold is None:
            continue
        session = session_day(turns[question.evidence[0]])
        best = _about(question, facts)
        days = days_of(best.occurred) if best is not None and best.occurred is not None else session
        judged.append((best is not None and within(days, gold), within(session, gold)))
    return judged


def _about(question: Question, facts: Iterable[Told]) -> Told | None:
    words = content(question.text)
    proved = (fact for fact in facts if not fact.cited.isdisjoint(question.evidence))
    return max(proved, key=lambda fact: (len(words & content(fact.statement)), fact.occurred is not None), default=None)


def duplicates(facts: Sequence[Told]) -> int:
    """Count the facts that say nearly the same as an earlier one about the same subject: 80 % of the words shared."""
    said: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
    found = 0
    for fact in facts:
        words = content(fact.statement)
        found += any(len(words & other) >= ALIKE * len(words | other) for other in said[fact.subject])
        said[fact.subject].append(words)
    return found


def wrong_speakers(sample: Sample, facts: Iterable[Told]) -> int:
    """Count the facts about a speaker who said none of the turns behind them."""
    by_turn = sample.speakers
    names = set(by_turn.values())
    return sum(fact.subject in names and fact.subject not in {by_turn[turn] for turn in fact.cited} for fact in facts)


def _cost(learnt: Sequence[Learnt]) -> dict[str, Any]:
    messages = sum(each.messages for each in learnt)
    return {
        "calls_per_100": ratio(100 * sum(each.calls for each in learnt), messages),
        "prompt_tokens_per_message": ratio(sum(each.prompt_tokens for each in learnt), messages, 2),
        "completion_tokens_per_message": ratio(sum(each.completion_tokens for each in learnt), messages, 2),
        "answers_unusable": sum(each.unusable for each in learnt),
    }


def _found(every: Sequence[Asked]) -> dict[str, Any]:
    measures: dict[str, Callable[[Asked], float]] = {
        f"evidence_recall_at_{depth}": lambda one, depth=depth: one.recall(depth)  # type: ignore[misc]
        for depth in DEPTHS
    }
    measures["gold_evidence_covered"] = lambda one: one.covered
    answerable = [one for one in every if one.question.category != ADVERSARIAL]
    trapped = [one for one in every if one.question.category == ADVERSARIAL]
    report: dict[str, Any] = {name: _mean(map(measure, answerable)) for name, measure in measures.items()}
    for name, measure in measures.items():
        of = {kind: [measure(one) for one in every if one.question.category == kind] for kind in CATEGORIES.values()}
        report[f"{name}_by_category"] = {kind: _mean(values) for kind, values in of.items()}
    return {**report, "false_attribution_at_5": _mean(one.misled for one in trapped)}


def _facts(read: Sequence[tuple[Sample, Learnt]]) -> dict[str, Any]:
    facts = sum(len(learnt.facts) for _, learnt in read)
    refused = sum((Counter(learnt.refused) for _, learnt in read), Counter[str]())
    return {
        "facts": facts,
        "facts_per_message": ratio(facts, sum(learnt.messages for _, learnt in read)),
        "quote_validity": ratio(sum(learnt.quoted for _, learnt in read), sum(learnt.items for _, learnt in read)),
        "wrong_speaker_share": ratio(sum(wrong_speakers(sample, learnt.facts) for sample, learnt in read), facts),
        "duplicates_per_100": ratio(100 * sum(duplicates(learnt.facts) for _, learnt in read), facts, 2),
        "refused": dict(refused.most_common()),
    }


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return ratio(sum(listed), len(listed))
