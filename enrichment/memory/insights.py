"""Derives insights from facts and signals: one for each thing, whoever says it, a candidate until it is confirmed."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from enrichment.domain.ids import derived_uuid
from enrichment.domain.profile import Insight, InsightCategory, MergedSignal, Owner, ProfileFact, SignalKind, Sources
from enrichment.domain.text import normalised
from enrichment.memory.entities import PERSONS, kind_of

# From here on an insight is shown; one message of a model's hint is not enough, two are, and so is a plain statement.
CONFIRMED = 0.6
_BY_PREDICATE: Mapping[str, InsightCategory] = {
    "likes": InsightCategory.INTEREST,
    "does": InsightCategory.INTEREST,
    "dislikes": InsightCategory.DISLIKE,
    "favourite": InsightCategory.PREFERENCE,
    "prefers": InsightCategory.PREFERENCE,
    "diet": InsightCategory.PREFERENCE,
    "can": InsightCategory.SKILL,
    "speaks": InsightCategory.SKILL,
    "studies": InsightCategory.SKILL,
    "partner": InsightCategory.RELATIONSHIP,
    "has friend": InsightCategory.RELATIONSHIP,
    "has relative": InsightCategory.RELATIONSHIP,
    "has pet": InsightCategory.RELATIONSHIP,
}
_BY_CATEGORY: Mapping[str, InsightCategory] = {
    "interest": InsightCategory.INTEREST,
    "skill": InsightCategory.SKILL,
    "relationship": InsightCategory.RELATIONSHIP,
    "preference": InsightCategory.PREFERENCE,
}
_BY_KIND: Mapping[str, InsightCategory] = {
    SignalKind.TRAIT: InsightCategory.TRAIT,
    SignalKind.INTEREST: InsightCategory.INTEREST,
    SignalKind.PREFERENCE: InsightCategory.PREFERENCE,
}


def insights_of(owner: Owner, sources: Sources) -> tuple[Insight, ...]:
    """Return the insights that these sources bear, in the order of their ids, each with all that says the same."""
    together: dict[tuple[str, str, str], list[Insight]] = defaultdict(list)
    for one in (*_of_facts(owner, sources.facts), *_of_signals(owner, sources.signals)):
        together[one.about, one.category, normalised(one.name)].append(one)
    return tuple(sorted(map(_as_one, together.values()), key=lambda one: one.insight_id))


def _as_one(same: list[Insight]) -> Insight:
    """Join what says the same; the messages behind a fact and a signal may be the same, so none adds to the other."""
    best = max(same, key=lambda one: (one.confidence, bool(one.fact_ids), one.last_at, one.supporting_text))
    return replace(
        best,
        sample_size=max(one.sample_size for one in same),
        fact_ids=tuple(sorted({fact_id for one in same for fact_id in one.fact_ids})),
        signal_ids=tuple(sorted({signal_id for one in same for signal_id in one.signal_ids})),
        last_at=max(one.last_at for one in same),
    )


def _of_facts(owner: Owner, facts: Iterable[ProfileFact]) -> Iterator[Insight]:
    for fact in facts:
        category = _BY_PREDICATE.get(fact.predicate) or _BY_CATEGORY.get(fact.category)
        if category is None or fact.about is None:
            continue
        yield Insight(
            insight_id=_id(owner, fact.about, category, fact.object),
            about=fact.about,
            category=category,
            subcategory=fact.predicate,
            name=fact.object,
            value="",
            confidence=round(fact.confidence, 3),
            sample_size=fact.evidence_count,
            confirmed=fact.confidence >= CONFIRMED,
            supporting_text=fact.quote,
            fact_ids=(fact.fact_id,),
            signal_ids=(),
            last_at=fact.said_at,
        )


def _of_signals(owner: Owner, signals: Iterable[MergedSignal]) -> Iterator[Insight]:
    for signal in signals:
        category = _BY_KIND.get(signal.key.kind)
        if signal.key.kind == SignalKind.ENTITY and kind_of(signal.value) == PERSONS:
            category = InsightCategory.RELATIONSHIP
        if category is None:
            continue
        yield Insight(
            insight_id=_id(owner, signal.key.about, category, signal.name),
            about=signal.key.about,
            category=category,
            subcategory=signal.value if category is InsightCategory.RELATIONSHIP else signal.key.kind,
            name=signal.name,
            value=signal.value,
            confidence=round(signal.confidence, 3),
            sample_size=signal.sample_size,
            confirmed=signal.confidence >= CONFIRMED,
            supporting_text=signal.quote,
            fact_ids=(),
            signal_ids=(signal.signal_id,),
            last_at=signal.last_at,
        )


def _id(owner: Owner, about: str, category: str, name: str) -> uuid.UUID:
    return derived_uuid("insight", owner.user_id, owner.bot_name, owner.scope, about, category, normalised(name))
