"""Digests of days, weeks and months are functions of their sessions, bounded, and exact on what they rest on."""

import random
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from enrichment.memory.digests import Part, Period, digest_of, line_of, merged, starts_on

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def a_part(number: int, **other: object) -> Part:
    fields: dict[str, Any] = {
        "session_id": str(uuid.UUID(int=number)),
        "at": (NOON + timedelta(hours=number)).isoformat(),
        "title": f"Talk {number}",
        "line": f"They spoke of {number}. Then of more.",
        "messages": 10 + number % 7,
        "topics": (f"topic {number % 3}",),
        "facts": {str(uuid.UUID(int=1000 + number)): f"Ada said {number}."},
    }
    return Part(**(fields | other))


@pytest.mark.parametrize(
    ("period", "first"),
    [(Period.DAY, date(2026, 3, 4)), (Period.WEEK, date(2026, 3, 2)), (Period.MONTH, date(2026, 3, 1))],
)
def test_a_period_begins_at_midnight_on_monday_or_on_the_first(period: Period, first: date) -> None:
    assert starts_on(NOON, period) == first


@pytest.mark.parametrize("period", Period)
def test_the_order_in_which_sessions_come_does_not_matter(period: Period) -> None:
    parts = [a_part(number) for number in range(300)]
    wanted = digest_of(period, merged((), parts))

    for seed in range(20):
        shuffled = random.Random(seed).sample(parts, len(parts))
        assert digest_of(period, merged(shuffled[:100], shuffled[50:])) == wanted


def test_a_digest_tells_of_its_sessions_and_what_was_learnt() -> None:
    one = a_part(1, decisions=("to move",), questions=("When?",), messages=30)
    made = digest_of(Period.DAY, (one, a_part(2)))

    assert made.title == "Talk 1 · Talk 2"
    assert made.text == (
        "Talk 1: They spoke of 1. Then of more.\nTalk 2: They spoke of 2. Then of more.\n"
        "Learnt: Ada said 1. Ada said 2."
    )
    assert (made.decisions, made.questions, made.messages) == (("to move",), ("When?",), 42)
    assert made.session_ids == (uuid.UUID(int=1), uuid.UUID(int=2))
    assert made.fact_ids == (uuid.UUID(int=1001), uuid.UUID(int=1002))


def test_a_month_says_less_of_each_session_and_when_it_was() -> None:
    assert digest_of(Period.MONTH, (a_part(1, facts={}),)).text == "2026-03-04 Talk 1: They spoke of 1."


@pytest.mark.parametrize("period", Period)
def test_a_digest_is_bounded_however_many_sessions_there_are(period: Period) -> None:
    made = digest_of(period, [a_part(number, line="word " * 59) for number in range(500)])

    assert len(made.text) <= 2_000
    assert len(made.parts) <= 192


def test_a_line_ends_with_a_sentence_or_is_cut_between_words() -> None:
    assert line_of("One. Two. " + "x" * 400) == "One. Two."
    assert line_of("word " * 100).endswith("word…")
    assert line_of("今天去了港口。" * 10) == " ".join(["今天去了港口。"] * 10)


def test_a_revision_takes_the_place_of_the_part_before() -> None:
    assert merged([a_part(1)], [a_part(1, title="Again")]) == (a_part(1, title="Again"),)


def test_a_session_that_goes_on_adds_to_what_was_folded_however_often_it_is_revised() -> None:
    folded = a_part(1, folded=True)
    later = a_part(1, line="Much later they met.", facts={})

    once = merged([folded], [later])
    twice = merged(once, [later])

    assert "They spoke of 1." in twice[0].line
    assert twice[0].line.endswith("Much later they met.")
    assert (twice[0].folded, twice[0].facts) == (True, folded.facts)


def test_a_part_is_stored_and_read_as_it_is() -> None:
    assert Part.of(a_part(1).as_json()) == a_part(1)
