"""The gate of the checks: perfect answers mixed with bad items lose every bad one, by its reason, and no good one."""

from random import Random

import pytest

from bench.dialogues import GATE, dialogues
from bench.dialogues.__main__ import checks, mixed
from bench.dialogues.adversary import FLAGS, KINDS
from bench.dialogues.reading import USER_ID, Reading
from enrichment.domain.batches import Known
from enrichment.domain.digest import Refusal
from enrichment.domain.facts import FactState
from enrichment.memory.remember import remember

READINGS = [Reading.of(dialogue) for dialogue in dialogues(GATE)]


def test_every_bad_item_is_refused_with_its_reason_and_every_good_one_is_kept() -> None:
    report = checks(READINGS)

    assert report["checks_bad_items"] >= 0.29 * sum(len(reading.dialogue.facts) for reading in READINGS)
    assert report["checks_bad_items_misjudged"] == 0
    assert report["checks_precision"] == 1.0
    assert report["checks_recall"] >= 0.99


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_bad_item_is_ever_served(kind: str) -> None:
    served = []
    for number, reading in enumerate(READINGS):
        good = reading.perfect()
        bad, reasons = KINDS[kind](good[number % len(good)], reading, Random(number))
        digest = reading.digest([*good, bad])
        given = {each.reason for each in digest.refused} | {fact.flagged for fact in digest.facts if fact.flagged}
        assert len(given) == 1
        assert given <= {str(reason) for reason in reasons}
        served.append(sum(fact.flagged is None for fact in digest.facts) - len(good))

    assert served == [0] * len(READINGS)


def test_ten_thousand_facts_are_read_as_one_answer() -> None:
    reading = READINGS[0]
    good = reading.perfect()

    digest = reading.digest([*good, *[good[0]] * 10_000])

    assert len(digest.facts) == len(good)
    assert {each.reason for each in digest.refused} == {Refusal.REPEATED}


def test_nothing_is_about_another_user_and_no_order_is_served() -> None:
    for number, reading in enumerate(READINGS):
        digest = reading.digest(mixed(reading, Random(number))[0])
        changes = remember(reading.batch, Known(), (), digest, method="gate")

        assert {fact.user_id for fact in changes.new_facts} == {USER_ID}
        served = [fact for fact in changes.new_facts if fact.state is not FactState.FLAGGED]
        assert not any(
            flag in fact.statement.casefold() for fact in served for flag in ("ignore all", "assistant must")
        )
        assert {fact.state_reason for fact in changes.new_facts if fact.state is FactState.FLAGGED} <= FLAGS


def test_what_was_corrected_is_superseded() -> None:
    ended = []
    for reading in READINGS:
        changes = remember(reading.batch, Known(), (), reading.digest(reading.perfect()), method="gate")
        by_statement = {fact.statement: fact for fact in changes.new_facts}
        for later in (fact for fact in reading.dialogue.facts if fact.supersedes is not None):
            before = by_statement[reading.dialogue.facts[later.supersedes or 0].statement]
            ended.append(before.superseded_by == by_statement[later.statement].fact_id)

    assert len(ended) >= 100
    assert all(ended)
