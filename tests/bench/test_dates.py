"""The bench for dates counts what it says, on conversations of our own."""

from datetime import UTC, date, datetime

import pytest

from bench.dates import measure, within
from bench.locomo.conversation import Turn
from bench.locomo.questions import TimeQuestion, interval


def asked(text: str, said: str, answer: str) -> TimeQuestion:
    gold = interval(answer)
    assert gold is not None
    turn = Turn(turn_id="D1:1", speaker="Ada", text=said, said_at=datetime(2023, 6, 9, 13, tzinfo=UTC))
    return TimeQuestion(text=text, answer=answer, gold=gold, evidence=(turn,))


@pytest.mark.parametrize(
    ("answer", "start", "end"),
    [
        ("7 May 2023", date(2023, 5, 7), date(2023, 5, 8)),
        ("December, 2023", date(2023, 12, 1), date(2024, 1, 1)),
        ("Since 2016", date(2016, 1, 1), date(2017, 1, 1)),
        ("The week before 9 June 2023", date(2023, 6, 2), date(2023, 6, 9)),
        ("the week of 9 June 2023", date(2023, 6, 5), date(2023, 6, 12)),
        ("The Friday before 9June, 2023.", date(2023, 6, 2), date(2023, 6, 3)),
        ("two weekends before 17 July 2023", date(2023, 7, 8), date(2023, 7, 10)),
        ("The weekend after 9 June 2023", date(2023, 6, 10), date(2023, 6, 12)),
    ],
)
def test_a_gold_answer_becomes_days(answer: str, start: date, end: date) -> None:
    assert interval(answer) == (start, end)


@pytest.mark.parametrize("answer", ["four months", "a few years ago", "Rome", ""])
def test_an_answer_that_is_no_date_is_not_asked_for(answer: str) -> None:
    assert interval(answer) is None


def test_half_of_the_days_have_to_be_right() -> None:
    gold = date(2023, 6, 2), date(2023, 6, 9)

    assert within((date(2023, 6, 1), date(2023, 6, 3)), gold)
    assert not within((date(2023, 5, 31), date(2023, 6, 3)), gold)


def test_the_sentence_that_is_asked_about_decides() -> None:
    report = measure(
        [
            asked("When did Ada paint a fence?", "I moved last year. I painted a fence last month.", "May 2023"),
            asked("When did Ada swim?", "I swam today!", "9 June 2023"),
            asked("When did Ada sing?", "I sang yesterday.", "7 June 2023"),
        ]
    )

    assert report["date_accuracy"] == round(2 / 3, 3)
    assert report["date_accuracy_session_day"] == round(1 / 3, 3)
    assert [one["words"] for one in report["wrong"]] == ["yesterday"]
