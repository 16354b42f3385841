"""Laughter, hedges and what is only imagined are seen in several languages, and refuse nothing."""

import pytest

from enrichment.digest.uncertainty import HEDGE, HYPOTHETICAL, JOKE, signs_of_doubt
from tests.digest.chat import batch, digested, fact, said


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("I live in Leipzig.", []),
        ("I live in Leipzig 😂", [JOKE]),
        ("ЖИВУ В ЛЕЙПЦИГЕ, АХАХА", [JOKE]),
        ("我住在莱比锡,开玩笑", [JOKE]),
        ("Vielleicht wohne ich in Leipzig.", [HEDGE]),
        ("ربما أسكن في لايبزيغ", [HEDGE]),
        ("Imagine I live in Leipzig.", [HYPOTHETICAL]),
        ("Если бы я жил в Лейпциге", [HYPOTHETICAL]),
        ("haha, maybe if I lived in Leipzig", [JOKE, HEDGE, HYPOTHETICAL]),
        ("The gift was a wifi router.", []),
    ],
)
def test_signs_are_seen_in_any_language(text: str, signs: list[str]) -> None:
    assert list(signs_of_doubt(text, text, text)) == signs


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("I live in Leipzig, maybe you can visit on Sunday.", []),
        ("I live in Leipzig, and I would love to show you around.", []),
        ("So I live in Leipzig, und vielleicht ziehe ich um.", []),
        ("I live in Leipzig, or not sure, perhaps.", [HEDGE]),
        ("I live in Leipzig, I guess", [HEDGE]),
        ("Maybe I live in Leipzig, and I like it", [HEDGE]),
        ("I live in Leipzig, if all goes well", [HYPOTHETICAL]),
        ("If all goes well, I live in Leipzig by May", [HYPOTHETICAL]),
    ],
)
def test_what_follows_in_a_clause_of_its_own_is_said_of_something_else(text: str, signs: list[str]) -> None:
    assert list(signs_of_doubt(text, text, "I live in Leipzig")) == signs


def test_a_joke_is_kept_with_a_doubt_and_only_its_own_sentence_hedges() -> None:
    text = "I live in Leipzig. Maybe it will rain. Haha."

    [kept] = digested(batch(said(text)), fact(q="live in Leipzig", s="Mara lives in Leipzig.")).facts

    assert kept.doubts == (JOKE,)
