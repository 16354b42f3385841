"""Words for a time are found in a sentence, and words that only look like it are left alone."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrichment.domain.resolve_dates import resolve
from enrichment.domain.spot_dates import spot

PARTS = ["last", "week", "ago", "2", "in", "May", ",", ".", "on", "a", "the", "day"]


@pytest.mark.parametrize(
    ("language", "sentence", "words"),
    [
        ("en", "I ran a race last Saturday, and three years ago I moved.", ["last Saturday", "three years ago"]),
        ("en", "I may go on Friday, since the 2 of us met in March 2019.", ["Friday", "in March 2019"]),
        ("en", "The sun sat on the wall; we march, we may, we fall. One day!", []),
        ("en", "They left the Friday before 15 July 2023.", ["Friday before 15 July 2023"]),
        ("en", "Back in the 90s, until 2001.", ["in the 90s", "until 2001"]),
        ("en", "I've had them for 3 years now.", ["3 years now"]),
        ("de", "Sie wird im Mai sieben, und ich bin seit zwei Wochen da.", ["im Mai", "seit zwei Wochen"]),
        ("es", "Me mudé hace dos años y en abril voy.", ["hace dos años", "en abril"]),
    ],
)
def test_words_for_a_time_are_found(language: str, sentence: str, words: list[str]) -> None:
    assert [found.words for found in spot(sentence, language)] == words


@given(st.text(max_size=60) | st.lists(st.sampled_from(PARTS)).map(" ".join))
def test_what_is_found_stands_there_and_can_be_resolved(sentence: str) -> None:
    found = list(spot(sentence, "en"))

    assert all(sentence[one.start : one.end] == one.words for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(resolve(one.words, datetime(2024, 5, 6, tzinfo=UTC), UTC) for one in found)
