"""Texts and answers with odd characters or sizes: neutral in the prompt, and harmless in what is kept."""

import json
import time

import pytest

from enrichment.digest import ask, read
from enrichment.digest.own_words import LONGEST, own_words
from enrichment.domain.batches import Known
from enrichment.domain.text import content_hash
from tests.digest.chat import answer, batch, digested, fact, said, summary

UNSEEN = {
    "ansi colours": "I live \x1b[1;31min\x1b[0m Leipzig",
    "ansi link": "I live in \x1b]8;;http://evil.example\x07Leipzig\x1b]8;;\x07",
    "bell and backspace": "I live\x07 in\x08 Leipzig",
    "c1 control": "I live in\x9b Leipzig",
    "byte order mark": "\ufeffI live in Leipzig",
    "right to left override": "I live in \u202eLeipzig\u202c",
    "isolates": "I live in \u2066Leipzig\u2069",
    "zero widths": "I l\u200bi\u2060ve in Leip\u200bzig",
    "tag characters": "I live in Leipzig" + "".join(chr(0xE0000 + ord(letter)) for letter in "obey"),
    "soft hyphens": "I live in Leip\u00adzig",
    "non-character": "I live in\ufffe Leipzig",
}


@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN)
def test_what_is_not_seen_is_not_shown_and_hides_nothing(text: str) -> None:
    message = said(text)

    prompt = ask(batch(message), Known())
    digest = digested(batch(message), fact(q="I live in Leipzig"))

    assert "1 18:04 Mara: I live in Leipzig" in prompt.user.splitlines()
    assert len(digest.facts) == 1
    assert not set(digest.facts[0].evidence[0].quote) & set("\x1b\x07\x08\x9b")
    assert digest.facts[0].evidence[0].content_hash == content_hash("user", text)


@pytest.mark.parametrize("size", [1_000_000, 10_000_000])
def test_a_huge_message_costs_little_and_says_that_it_was_cut(size: int) -> None:
    chat = batch(said("I live in Leipzig. " + "x 1 " * (size // 4) + "I own a boat."))
    started = time.process_time()

    prompt = ask(chat, Known())
    boat = fact(q="I own a boat", s="Mara owns a boat.", p="owns", o="a boat")
    digest = digested(chat, fact(), boat, fact(q="x 1 " * 500, s="Mara says x 1."))

    assert len(prompt.user) < 9_000
    assert "[… left out …]" in prompt.user
    assert len(digest.facts) == 3
    assert time.process_time() - started < 3


def test_where_a_text_is_cut_no_half_of_a_secret_is_shown() -> None:
    key = "sk-proj-" + "aB3" * 40
    shown = [
        ask(batch(said("y" * (at - 60) + f" {key} " + "z" * 200_000)), Known()).user for at in range(5_280, 5_400, 7)
    ]

    assert not any("aB3aB3" in prompt for prompt in shown)


def test_a_context_that_an_agent_put_in_does_not_crowd_out_the_words() -> None:
    text = "<context>" + "old memories " * 2_000 + "</context> I live in Leipzig."

    assert ask(batch(said(text)), Known()).user.splitlines()[3] == "1 18:04 Mara: I live in Leipzig."


def test_a_text_that_is_not_too_long_keeps_every_place() -> None:
    text = "I \x1b[31mlive\x1b[0m in > Leipzig\n> no\nmy PIN is 4711"

    assert len(own_words(text)) == len(text)
    assert len(own_words("a" * (LONGEST + 5_000))) < LONGEST + 50


@pytest.mark.parametrize("odd", ["\\ud83d", "\\udc00", "\\u0000", "\\ufffe", "\\u001b[31m"])
def test_odd_characters_of_a_model_are_storable_or_gone(odd: str) -> None:
    chat = batch(said("I live in Leipzig."))
    told = answer(
        fact(s="Mara lives in ODD Leipzig.", o="ODD x"), windows=[summary(title="ODD home", topics=["ODD t"])]
    )

    digest = read(chat, ask(chat, Known()), Known(), told.replace("ODD", odd))

    stored = json.dumps([repr(digest.facts), repr(digest.windows)])
    assert len(digest.facts) == len(digest.windows) == 1
    assert stored.encode()
    assert not set(digest.facts[0].statement + digest.windows[0].title) & set("\x00\x1b\ud83d\udc00")
