"""Composes the profile of a user with a bot from everything that is remembered, never from the last batch alone.

The same facts, signals and sessions make the same profile, in whatever order they came to be.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from enrichment.domain.profile import Composition, MergedSignal, Owner, Profile, ProfileFact, SignalKind, Sources
from enrichment.domain.text import normalised
from enrichment.memory.entities import BY_PREDICATE, LOCATIONS, ORGANIZATIONS, OTHERS, PERSONS, kind_of
from enrichment.memory.insights import CONFIRMED, insights_of
from enrichment.memory.portrait import portrait
from enrichment.memory.signals import mentions_left, strength
from enrichment.memory.zones import ACTIVITY, HOME, SAID, zone_of_activity, zone_of_place, zone_said

INTERESTS, TRAITS, ENTITIES, WORK, ACCOUNTS = 10, 12, 20, 8, 5
_WORK_PREDICATES = frozenset({"works at", "job title", "works as"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePolicy:
    """When a profile is composed again: after so many new messages, or this old with fewer; what is stale, at once."""

    messages: int = 10
    fewest: int = 5
    after: timedelta = timedelta(hours=24)
    at_most_every: timedelta = timedelta(hours=1)

    def is_due(self, new_messages: int, since: timedelta | None, *, stale: bool = False) -> bool:
        """Tell whether a profile with so many new messages is due, ``since`` the last time (None: never composed)."""
        if stale:
            return True
        if new_messages < self.fewest or since is None:
            return new_messages >= self.fewest
        return since >= self.after or (new_messages >= self.messages and since >= self.at_most_every)


def composed(owner: Owner, sources: Sources, at: datetime) -> Composition:
    """Return the profile and the insights that these sources bear; ``at`` is when the user was last active."""
    signals: dict[str, list[MergedSignal]] = defaultdict(list)
    for signal in sorted(sources.signals, key=lambda one: (-one.strength, one.signal_id)):
        signals[signal.key.kind].append(signal)
    facts = sorted(sources.facts, key=lambda one: (-round(one.confidence, 3), -one.evidence_count, one.fact_id))
    own = [fact for fact in facts if fact.about is not None]
    summary, told = portrait(facts)
    zone, zone_from = _zone(own, sources.begun)
    insights = insights_of(owner, sources)
    profile = Profile(
        summary=summary,
        traits=tuple(_item(one) for one in signals[SignalKind.TRAIT] if one.confidence >= CONFIRMED)[:TRAITS],
        interests=_interests(own, signals[SignalKind.INTEREST], at),
        entities=_entities(facts, signals[SignalKind.ENTITY]),
        preferences={one.key.name_key: _item(one) for one in reversed(signals[SignalKind.PREFERENCE])},
        work=_work(own, signals[SignalKind.WORK]),
        language=next((one.name for one in signals[SignalKind.LANGUAGE]), None),
        timezone=zone,
        timezone_from=zone_from,
        platform_ids=_accounts(signals[SignalKind.IDENTITY]),
        fact_ids=tuple(sorted(fact.fact_id for fact in sources.facts)),
        summary_facts=tuple(fact.fact_id for fact in told),
    )
    return Composition(profile=profile, insights=insights)


def _item(signal: MergedSignal, facts: Iterable[uuid.UUID] = ()) -> dict[str, Any]:
    return {
        "name": signal.name,
        "value": signal.value,
        "confidence": round(signal.confidence, 3),
        "sample_size": signal.sample_size,
        "about": signal.key.about,
        "facts": sorted(map(str, facts)),
        "signals": [str(signal.signal_id)],
    }


def _item_of(fact: ProfileFact, value: str = "") -> dict[str, Any]:
    return {
        "name": fact.object,
        "value": value,
        "confidence": round(fact.confidence, 3),
        "sample_size": fact.evidence_count,
        "about": fact.about or "",
        "facts": [str(fact.fact_id)],
        "signals": [],
    }


def _interests(
    facts: Iterable[ProfileFact], signals: Iterable[MergedSignal], at: datetime
) -> tuple[dict[str, Any], ...]:
    """Return the strongest, scored by the mentions that are left of them; a fact counts each of its messages."""
    ranked: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}
    for signal in signals:
        ranked[signal.key.about, signal.key.name_key] = signal.strength, _item(signal)
    for fact in facts:
        if fact.predicate not in {"likes", "does"} and fact.category != "interest":
            continue
        key, alone = (fact.about or "", normalised(fact.object)), strength([fact.said_at] * fact.evidence_count)
        before = ranked.get(key)
        item = _item_of(fact) if before is None else {**before[1], "facts": [*before[1]["facts"], str(fact.fact_id)]}
        ranked[key] = max(alone, before[0] if before else alone), item
    best = sorted(ranked.items(), key=lambda one: (-one[1][0], one[0]))[:INTERESTS]
    return tuple({**item, "score": round(mentions_left(strong, at), 3)} for _, (strong, item) in best)


def _entities(facts: Iterable[ProfileFact], signals: Iterable[MergedSignal]) -> dict[str, Any]:
    """Return who and what matters by kind: what a fact says somebody is counts before what a signal calls them."""
    found: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in (PERSONS, ORGANIZATIONS, LOCATIONS, OTHERS)}
    placed: dict[str, str] = {}
    for fact in facts:
        kind = BY_PREDICATE.get(fact.predicate)
        if kind is not None and placed.setdefault(normalised(fact.object), kind) == kind:
            found[kind].setdefault(normalised(fact.object), _item_of(fact, fact.predicate))
    for signal in signals:
        kind = placed.get(signal.key.name_key) or kind_of(signal.value)
        before = found[kind].get(signal.key.name_key)
        found[kind][signal.key.name_key] = _item(signal, before["facts"] if before else ())
    return {kind: list(items.values())[:ENTITIES] for kind, items in found.items() if items}


def _work(facts: Iterable[ProfileFact], signals: Sequence[MergedSignal]) -> tuple[dict[str, Any], ...]:
    said = [_item_of(fact, fact.predicate) for fact in facts if fact.predicate in _WORK_PREDICATES]
    return (*said, *map(_item, signals))[:WORK]


def _zone(facts: Sequence[ProfileFact], begun: Sequence[datetime]) -> tuple[str | None, str | None]:
    """Return the zone and how it is known: what is said counts before where somebody lives, and both before habits."""
    for predicate, zone_of, how in (("timezone", zone_said, SAID), ("lives in", zone_of_place, HOME)):
        for fact in facts:
            if fact.predicate == predicate and (zone := zone_of(fact.object)) is not None:
                return zone, how
    zone = zone_of_activity(begun)
    return zone, ACTIVITY if zone else None


def _accounts(signals: Iterable[MergedSignal]) -> dict[str, Any]:
    found: dict[str, list[str]] = defaultdict(list)
    for signal in signals:
        platform = signal.key.name_key.partition(":")[0]
        if len(found[platform]) < ACCOUNTS:
            found[platform].append(signal.value)
    return {platform: sorted(handles) for platform, handles in sorted(found.items())}
