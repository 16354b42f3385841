"""Texts of strangers: what in them is their own, where a quote stands, and which words mean the same."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrichment.digest.own_words import BLANK, own_words, shortened
from enrichment.digest.quotes import find
from enrichment.digest.scripts import scripts
from enrichment.digest.words import Vocabulary, content, figures, length, numbers
from enrichment.domain.text import estimated_tokens

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT, TEXT, TEXT)
def test_every_part_of_a_text_is_found_in_it(before: str, quote: str, after: str) -> None:
    span = find(quote, before + quote + after)

    assert not quote.strip() or (span is not None and (before + quote + after)[slice(*span)].strip())


@given(TEXT)
def test_a_quote_in_capitals_and_with_other_spaces_is_found(text: str) -> None:
    retyped = "\u00a0 ".join(text.upper().split(" "))

    assert not any(map(str.isalnum, text)) or find(retyped, f"He said: {text}. Yes.") is not None


@pytest.mark.parametrize(("quote", "text"), [("cat", "dog"), ("", "dog"), ("…", "dog"), ("I like cats", "I like dogs")])
def test_what_is_not_there_is_not_found(quote: str, text: str) -> None:
    assert find(quote, text) is None


def test_a_quote_is_looked_for_in_ten_megabytes_without_delay() -> None:
    text = "The beginning. " + "x\u00e9 " * 3_000_000 + " The END."
    started = time.process_time()

    assert find("the beginning", text) == (0, 13)
    assert find("the end", text) is not None
    assert find("the middle", text) is None
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("I love cats", "I love cats"),
        ("> I hate cats\nI love cats", "\nI love cats"),
        ("Yes:\n  > hm\n>> no\nI do", "Yes:\n\n\nI do"),
        ("a <context>b</context> c", "a  c"),
        ("a <Memory id=1>b\nb</MEMORY > c", "a  c"),
        ("a <context>b<system>c</system>d</context> e", "a  e"),
        ("a <context>never closed", "a <context>never closed"),
        ("3 > 2 and >:( too", "3 > 2 and >:( too"),
    ],
)
def test_quoted_replies_and_injected_blocks_are_not_ones_own_words(text: str, own: str) -> None:
    blanked = own_words(text)

    assert blanked.replace(BLANK, "") == own
    assert len(blanked) == len(text)


def test_nothing_matches_across_what_was_blanked_out() -> None:
    assert find("I like cats", own_words("I like <memory>to be told of</memory> cats")) is None


def test_a_megabyte_of_tags_is_no_trap() -> None:
    started = time.process_time()

    own_words("<context>" * 50_000 + "<system></system>" * 30_000)

    assert time.process_time() - started < 2


@given(TEXT, st.integers(3, 50))
def test_a_shortened_text_keeps_its_ends(text: str, most: int) -> None:
    short = shortened(text, most)

    assert short == text or (short[0] == text[0] and short[-1] == text[-1])
    assert estimated_tokens(short) <= max(most, estimated_tokens(text)) + 8


@pytest.mark.parametrize(
    ("one", "other"),
    [("dogs", "dog"), ("painting", "painted"), ("swim", "swimming"), ("кошки", "кошка"), ("Katzen", "Katze")],
)
def test_forms_of_a_word_are_the_same_word(one: str, other: str) -> None:
    assert one.casefold() in Vocabulary([other.casefold()])
    assert other.casefold() in Vocabulary([one.casefold()])


@pytest.mark.parametrize(
    ("one", "other"), [("cat", "car"), ("tea", "team work"), ("anna", "annabelle"), ("bob", "rob")]
)
def test_other_words_are_not(one: str, other: str) -> None:
    assert other not in Vocabulary([one])


def test_grammar_carries_no_content_in_any_language() -> None:
    assert content("I am the one who was with you") == frozenset()
    assert content("ich bin der, und das ist es") == frozenset()
    assert content("Yo no soy de la TV") == {"tv"}


def test_numbers_are_compared_without_separators_and_words_count() -> None:
    assert numbers("1,000 and 1.000, seven and sieben") == {"1000", "7"}
    assert figures("on 2026-03-02 at 7:30") >= {"2026", "3", "2", "730", "7", "30"}


def test_words_without_spaces_are_counted_as_a_range() -> None:
    assert length("Mara lives here") == (3, 3)
    assert length("我住在柏林") == (3, 5)


def test_scripts_are_counted_by_letters() -> None:
    assert scripts("Привет, Anna! 😀 東京タワー") == {"cyrillic": 6, "latin": 4, "east_asian": 5}
