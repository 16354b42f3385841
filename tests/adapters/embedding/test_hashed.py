"""Vectors from the words alone."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrichment.adapters.embedding.hashed import (
    HASHED_DIMENSIONS,
    PIECES_DIMENSIONS,
    HashedPieces,
    HashedWords,
    hashed_pieces,
    hashed_words,
)


def nearness(one: str, other: str) -> float:
    return sum(a * b for a, b in zip(hashed_words(one), hashed_words(other), strict=True))


@given(st.text())
def test_every_text_has_a_vector_of_one_size_and_length(text: str) -> None:
    vector = hashed_words(text)

    assert len(vector) == HASHED_DIMENSIONS
    assert math.isclose(math.hypot(*vector), 1.0)


def test_hashed_words_do_not_depend_on_the_process() -> None:
    where = [(at, round(number, 3)) for at, number in enumerate(hashed_words("Hello, hello world")) if number]

    assert where == [(180, 0.447), (247, 0.894)]


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("my cat sleeps all day", "MY CAT sleeps at night", "the train to Leipzig is late"),
        ("我的猫整天睡觉", "我的猫在睡觉", "火车晚点了"),
    ],
)
def test_shared_words_bring_texts_together(text: str, near: str, far: str) -> None:
    assert nearness(text, near) > 0.4 > nearness(text, far)


@given(st.text())
def test_every_text_has_a_vector_of_pieces(text: str) -> None:
    vector = hashed_pieces(text)

    assert len(vector) == PIECES_DIMENSIONS
    assert math.isclose(math.hypot(*vector), 1.0)


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("the photographer", "a photograph is here", "the parakeet is here"),
        ("Gemüsesuppe kochen", "eine Suppe aus Gemüse", "ein Buch aus dem Regal"),
        ("东京的天气", "他住在东京", "他住在柏林"),
    ],
)
def test_shared_pieces_bring_texts_together(text: str, near: str, far: str) -> None:
    vector = hashed_pieces(text)

    nearness = [sum(a * b for a, b in zip(vector, hashed_pieces(other), strict=True)) for other in (near, far)]

    assert nearness[0] > 0.2 > nearness[1]


async def test_there_is_nothing_to_do_for_no_texts() -> None:
    assert await HashedWords().embed([]) == await HashedPieces().embed([]) == []
