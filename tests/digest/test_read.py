"""A bad answer is a failure with a name, never "no facts", and never harms the program."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrichment.digest import ask, read
from enrichment.domain.batches import Known
from enrichment.domain.digest import Digest, Refusal
from enrichment.errors import ModelFailure, UnusableAnswer
from tests.digest.chat import HOME, answer, batch, digested, fact, reasons, summary

CHAT = batch(HOME)
PROMPT = ask(CHAT, Known())


def reading(text: str) -> Digest:
    return read(CHAT, PROMPT, Known(), text)


def several(count: int, **changes: object) -> list[object]:
    """Return this many facts that differ in what nobody looks at."""
    return [{**fact(**changes), "note": number} for number in range(count)]


def failure_of(text: str) -> ModelFailure:
    with pytest.raises(UnusableAnswer) as raised:
        reading(text)
    return raised.value.failure


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I found no facts.",
        "null",
        "[]",
        "{}",
        '{"facts": []}',
        '{"windows": []}',
        '{"facts": null, "windows": []}',
        '{"facts": {}, "windows": []}',
        '{"facts": [], "windows": [], "signals": 7}',
        answer(fact())[:-40],
        "[" * 100_000,
        '{"facts": ' + "[" * 10_000 + "]" * 10_000 + "}",
        '{"facts": [' + "9" * 5_000 + '], "windows": []}',
        answer("a fact", "another"),
    ],
    ids=lambda text: text[:30],
)
def test_what_is_not_an_answer_of_the_form_is_a_failure(text: str) -> None:
    assert failure_of(text) is ModelFailure.SCHEMA


def test_an_answer_without_facts_teaches_nothing_and_is_none() -> None:
    digest = reading('{"facts": [], "windows": [], "signals": null}')

    assert (digest.facts, digest.windows, digest.signals, digest.refused) == ((), (), (), ())


def test_no_words_of_an_answer_get_into_the_error() -> None:
    with pytest.raises(UnusableAnswer) as raised:
        reading('{"facts": "my secret", "windows": []')

    assert "secret" not in f"{raised.value!r} {raised.value.__cause__!r}"


def test_most_facts_without_a_quote_are_a_failure() -> None:
    bad = [fact(q=f"made up {n}") for n in range(4)]

    assert failure_of(answer(*several(3), *bad)) is ModelFailure.REJECTED_ITEMS


def test_half_of_the_facts_may_be_bad() -> None:
    digest = reading(answer(*several(3), *several(3, q="made up")))

    assert len(digest.facts) == 3
    assert reasons(digest) == [Refusal.QUOTE_NOT_FOUND] * 3


def test_few_facts_are_judged_one_by_one() -> None:
    assert reasons(reading(answer(*several(5, q="made up")))) == [Refusal.QUOTE_NOT_FOUND] * 5


def test_facts_that_are_wrong_about_people_are_no_failure_of_form() -> None:
    assert reasons(reading(answer(*several(8, s="Bob lives in Leipzig.")))) == [Refusal.UNSUPPORTED_NAME] * 8


def test_a_model_in_a_loop_is_believed_once() -> None:
    digest = reading(answer(*several(3), *[fact()] * 10_000))

    assert len(digest.facts) == 4
    assert reasons(digest) == [Refusal.REPEATED] * 9_999


def test_of_more_facts_than_can_be_meant_the_first_are_kept() -> None:
    started = time.process_time()
    digest = reading(answer(*several(10_000)))

    assert len(digest.facts) == 40
    assert set(reasons(digest)) == {Refusal.TOO_MANY}
    assert time.process_time() - started < 1


@pytest.mark.parametrize("bad", [[fact(q="made up")] * 10_000, [fact(), *several(10_000, q="made up")]])
def test_ten_thousand_bad_facts_are_a_failure(bad: list[object]) -> None:
    started = time.process_time()

    assert failure_of(answer(*bad)) is ModelFailure.REJECTED_ITEMS
    assert time.process_time() - started < 1


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e999", "[" * 900 + "]" * 900])
def test_an_odd_value_costs_its_own_item_only(value: str) -> None:
    text = answer(fact(), fact(m="ODD")).replace('"ODD"', value)

    assert reasons(reading(text)) == [Refusal.MALFORMED]


def test_additional_keys_do_no_harm() -> None:
    text = json.dumps({"facts": [fact(mood="fine")], "windows": [], "thoughts": "Hm."})

    assert len(reading(text).facts) == 1


def test_a_number_in_place_of_a_list_of_one_is_understood() -> None:
    assert len(reading(answer(fact(m=1))).facts) == 1


def test_each_list_is_judged_by_itself() -> None:
    digest = digested(CHAT, fact(), signals=["?"], windows=[summary(), summary(w=9)])

    assert (len(digest.facts), len(digest.windows)) == (1, 1)
    assert reasons(digest) == [Refusal.UNKNOWN_WINDOW, Refusal.MALFORMED]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(fact())), JSON, max_size=4), JSON)
def test_no_item_whatsoever_raises(changes: dict[str, object], other: object) -> None:
    window = summary(**dict(zip(summary(), changes.values(), strict=False)))

    digest = digested(CHAT, fact(), {**fact(), **changes}, signals=[other, changes], windows=[other, window])

    assert "Mara lives in Leipzig." in [kept.statement for kept in digest.facts]
