from datetime import UTC, datetime

import pytest

from enrichment.web.admin.drawing import words


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "0 %"), (0.001, "< 1 %"), (0.396, "40 %"), (0.999, "> 99 %"), (1, "100 %"), (-0.12, "−12 %")],
)
def test_shares_never_look_like_none_or_all_unless_they_are(share: float, said: str) -> None:
    assert words.percent(share).replace(words.JOINED, " ") == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1 / 1440, "1 minute"),
        (0.5, "12 hours"),
        (2.5, "2.5 days"),
        (45, "45 days"),
        (200, "6.6 months"),
        (948, "2.6 years"),
    ],
)
def test_lengths_of_time_are_small_numbers(days: float, said: str) -> None:
    assert words.span(days) == said


def test_what_nobody_knows_is_said_in_words() -> None:
    assert {words.percent(None), words.span(None), words.number(None), words.score(None)} == {"not known yet"}


def test_numbers_keep_their_zeros() -> None:
    assert (words.number(100, 0), words.number(1491.0), words.number(0.25, 2)) == ("100", "1,491", "0.25")


def test_nothing_is_never_negative() -> None:
    assert words.signed(-0.001) == "+0.00"


def test_what_has_not_happened_yet_is_no_time_ago() -> None:
    assert words.since("2026-08-05T19:00:00+00:00", datetime(2026, 8, 5, tzinfo=UTC)) == 0
