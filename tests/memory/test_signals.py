"""Signals of the same thing become one, whatever the order and however often their messages are read."""

import random
from datetime import timedelta

import pytest

from enrichment.domain.digest import Signal
from enrichment.domain.facts import Certainty, Evidence
from enrichment.domain.profile import Owner, SignalKey, SignalKind, Witness
from enrichment.memory.signals import HALF_LIFE, KEPT, kept, mentions_left, merged, strength, told
from tests.memory.book import START, a_message, day

OWNER = Owner("u1", "ava", "")


def a_witness(number: int, value: str = "", **other: object) -> Witness:
    fields = {"name": "Climbing", "quote": f"said {number}", "weight": 0.5, "said_at": day(number)}
    return Witness(identity=number.to_bytes(16, "big"), value=value, **(fields | other))  # type: ignore[arg-type]


def key(kind: str = SignalKind.TRAIT) -> SignalKey:
    return SignalKey(kind, "", "climbing")


def test_any_order_of_delivery_leads_to_the_same_signal() -> None:
    witnesses = [a_witness(number, random.Random(number).choice(["beginner", "expert"])) for number in range(100)]
    wanted = merged(OWNER, key(), kept(witnesses))

    for seed in range(100):
        shuffled = random.Random(seed).sample(witnesses, len(witnesses))
        first = kept(shuffled[:50])
        again = kept([*first, *shuffled[50:], *shuffled[:10]])
        assert merged(OWNER, key(), again) == wanted


def test_only_the_newest_witnesses_are_kept() -> None:
    assert [one.said_at for one in kept(a_witness(number) for number in range(KEPT + 5))] == [
        day(number) for number in range(5, KEPT + 5)
    ]


def test_one_message_is_worth_half_and_two_are_worth_showing() -> None:
    one, two = (merged(OWNER, key(), kept(map(a_witness, range(number)))) for number in (1, 2))

    assert (one.confidence, one.sample_size) == (0.5, 1)
    assert (two.confidence, two.sample_size) == (0.75, 2)


def test_a_trait_has_the_value_that_most_is_said_for_and_a_preference_the_latest() -> None:
    witnesses = kept([a_witness(1, "short"), a_witness(2, "Short"), a_witness(3, "long")])

    assert merged(OWNER, key(), witnesses).value == "Short"
    assert merged(OWNER, key(SignalKind.PREFERENCE), witnesses).value == "long"


def test_a_message_that_is_taken_back_counts_no_more() -> None:
    witnesses = [a_witness(1), a_witness(2)]

    assert kept(witnesses, [witnesses[0].identity]) == (witnesses[1],)


def test_mentions_fade_by_half_in_a_half_life() -> None:
    once = strength([START])

    assert mentions_left(once, START) == pytest.approx(1)
    assert mentions_left(once, START + HALF_LIFE) == pytest.approx(0.5)
    assert mentions_left(strength([START] * 4), START) == pytest.approx(4)
    assert strength([START + timedelta(days=1)]) > once


def test_each_author_has_signals_of_their_own_and_the_user_needs_no_name() -> None:
    said = [a_message("m1", 1), a_message("m2", 2, author="Mara"), a_message("m3", 3, author="u1")]
    evidence = tuple(Evidence.from_message(message, message.text, Certainty.LIKELY) for message in said)
    found = told("u1", [Signal(kind="interest", name="Ｃlimbing", value="", evidence=evidence)])

    assert {one.about: len(ones) for one, ones in found.items()} == {"": 2, "Mara": 1}
    assert {one.name_key for one in found} == {"climbing"}
