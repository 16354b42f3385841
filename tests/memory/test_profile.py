"""A profile is a function of what is remembered: merged, ranked, grounded, and the same in any order."""

import random
import uuid
from datetime import timedelta
from typing import Any

import pytest

from enrichment.domain.profile import InsightCategory, MergedSignal, Owner, ProfileFact, SignalKey, SignalKind, Sources
from enrichment.memory.portrait import LONGEST, portrait
from enrichment.memory.profile import INTERESTS, UpdatePolicy, composed
from enrichment.memory.signals import strength
from tests.memory.book import day

OWNER = Owner("u1", "ava", "")
AT = day(100)
POLICY = UpdatePolicy()
HOUR = timedelta(hours=1)


def a_fact(predicate: str, thing: str, **other: object) -> ProfileFact:
    fields: dict[str, Any] = {
        "fact_id": uuid.uuid5(uuid.NAMESPACE_OID, predicate + thing),
        "statement": f"The user {predicate} {thing}",
        "category": "other",
        "subject": "user",
        "predicate": predicate,
        "object": thing,
        "confidence": 0.7,
        "evidence_count": 1,
        "said_at": day(10),
        "quote": f"I, {thing}",
        "about": "",
    }
    return ProfileFact(**(fields | other))


def a_signal(kind: str, name: str, value: str = "", messages: int = 2, at: float = 50) -> MergedSignal:
    return MergedSignal(
        signal_id=uuid.uuid5(uuid.NAMESPACE_OID, kind + name),
        key=SignalKey(kind, "", name.casefold()),
        name=name,
        value=value,
        confidence=1 - 0.5**messages,
        sample_size=messages,
        strength=strength([day(at)] * messages),
        quote=f"about {name}",
        first_at=day(at),
        last_at=day(at),
    )


def test_the_order_of_what_is_known_does_not_matter() -> None:
    facts = [a_fact("likes", f"thing {number}", confidence=0.7 + number % 3 / 10) for number in range(20)]
    signals = [a_signal("interest", f"thing {number}", messages=1 + number % 4) for number in range(10, 30)]
    wanted = composed(OWNER, Sources(facts=tuple(facts), signals=tuple(signals)), AT)

    for seed in range(50):
        mixed = random.Random(seed)
        sources = Sources(facts=tuple(mixed.sample(facts, 20)), signals=tuple(mixed.sample(signals, 20)))
        assert composed(OWNER, sources, AT) == wanted


def test_the_ten_strongest_interests_are_scored_by_the_mentions_that_are_left() -> None:
    signals = tuple(a_signal("interest", f"topic {number}", messages=number + 1, at=100) for number in range(15))

    interests = composed(OWNER, Sources(signals=signals), AT).profile.interests

    assert [one["score"] for one in interests] == pytest.approx([15, 14, 13, 12, 11, 10, 9, 8, 7, 6])
    assert len(interests) == INTERESTS


def test_traits_need_two_messages_and_carry_value_confidence_and_sample_size() -> None:
    signals = a_signal("trait", "expertise level", "expert", 3), a_signal("trait", "terse", messages=1)

    [trait] = composed(OWNER, Sources(signals=signals), AT).profile.traits

    assert (trait["name"], trait["value"], trait["confidence"], trait["sample_size"]) == (
        "expertise level",
        "expert",
        0.875,
        3,
    )


def test_who_and_what_matters_is_sorted_by_kind_and_a_fact_counts_before_a_word() -> None:
    facts = a_fact("partner", "Rio", category="relationship"), a_fact("works at", "Acme"), a_fact("lives in", "Porto")
    signals = a_signal("entity", "Rio", "city"), a_signal("entity", "Tom", "best friend"), a_signal("entity", "Zog")

    entities = composed(OWNER, Sources(facts=facts, signals=signals), AT).profile.entities

    assert {kind: [one["name"] for one in found] for kind, found in entities.items()} == {
        "persons": ["Rio", "Tom"],
        "organizations": ["Acme"],
        "locations": ["Porto"],
        "others": ["Zog"],
    }


def test_every_part_names_the_facts_that_it_came_from() -> None:
    likes, work = a_fact("likes", "climbing"), a_fact("works at", "Acme", category="work")
    both = Sources(facts=(likes, work), signals=(a_signal("interest", "climbing"),))

    composition = composed(OWNER, both, AT)

    profile = composition.profile
    assert profile.interests[0]["facts"] == [str(likes.fact_id)]
    assert profile.work[0]["facts"] == [str(work.fact_id)]
    assert set(profile.fact_ids) == {likes.fact_id, work.fact_id} == set(profile.summary_facts)
    assert [one.fact_ids for one in composition.insights] == [(likes.fact_id,)]


@pytest.mark.parametrize(
    ("fact", "category"),
    [
        (a_fact("likes", "tea"), InsightCategory.INTEREST),
        (a_fact("dislikes", "noise"), InsightCategory.DISLIKE),
        (a_fact("speaks", "Welsh"), InsightCategory.SKILL),
        (a_fact("has friend", "Tom"), InsightCategory.RELATIONSHIP),
        (a_fact("favourite", "red"), InsightCategory.PREFERENCE),
    ],
)
def test_a_fact_bears_an_insight_with_its_quote(fact: ProfileFact, category: InsightCategory) -> None:
    [insight] = composed(OWNER, Sources(facts=(fact,)), AT).insights

    assert (insight.category, insight.subcategory, insight.supporting_text) == (category, fact.predicate, fact.quote)


def test_below_sixty_percent_an_insight_is_a_candidate_until_something_confirms_it() -> None:
    hint, hints = (a_signal("interest", "chess", messages=number) for number in (1, 2))
    alone, confirmed = (composed(OWNER, Sources(signals=(one,)), AT).insights[0] for one in (hint, hints))
    by_fact = composed(OWNER, Sources(facts=(a_fact("likes", "Chess"),), signals=(hint,)), AT).insights

    assert (alone.confirmed, confirmed.confirmed) == (False, True)
    assert [(one.confirmed, len(one.fact_ids), len(one.signal_ids)) for one in by_fact] == [(True, 1, 1)]
    assert alone.insight_id == confirmed.insight_id == by_fact[0].insight_id


def test_the_prose_tells_who_somebody_is_first_and_leaves_out_what_is_doubtful() -> None:
    name = a_fact("name", "Ada", category="identity", statement="The user is Ada")
    pet = a_fact("has pet", "Rex", category="possession", statement="The user has a dog. 它很小。")
    doubt = a_fact("likes", "eels", confidence=0.3)

    prose, told = portrait([pet, doubt, name])

    assert prose == "The user is Ada. The user has a dog. 它很小。"
    assert told == (name, pet)


def test_the_prose_is_bounded() -> None:
    facts = [a_fact("likes", f"{number} " * 40, category=f"kind {number}") for number in range(100)]

    assert len(portrait(facts)[0]) <= LONGEST


def test_what_is_about_somebody_else_is_no_trait_of_the_users() -> None:
    sister = a_fact("likes", "chess", subject="sister", about=None)

    composition = composed(OWNER, Sources(facts=(sister,)), AT)

    assert (composition.insights, composition.profile.interests) == ((), ())


def test_language_and_accounts_come_from_what_was_observed() -> None:
    signals = (
        a_signal(SignalKind.LANGUAGE, "de", messages=5),
        a_signal(SignalKind.LANGUAGE, "en", messages=2),
        a_signal(SignalKind.IDENTITY, "telegram:ada", "ada"),
        a_signal("preference", "length", "short"),
    )

    profile = composed(OWNER, Sources(signals=signals), AT).profile

    assert (profile.language, profile.platform_ids) == ("de", {"telegram": ["ada"]})
    assert profile.preferences["length"]["value"] == "short"


@pytest.mark.parametrize(
    ("new", "since", "due"),
    [
        (4, None, False),
        (5, None, True),
        (10, 0.5 * HOUR, False),
        (10, HOUR, True),
        (9, 23 * HOUR, False),
        (5, 24 * HOUR, True),
        (4, 240 * HOUR, False),
    ],
)
def test_a_profile_is_composed_after_ten_messages_or_a_day_but_not_within_the_hour(
    new: int, since: timedelta | None, *, due: bool
) -> None:
    assert POLICY.is_due(new, since) is due


def test_what_is_stale_does_not_wait() -> None:
    assert POLICY.is_due(0, timedelta(0), stale=True)
