"""The JSON of an answer is found in what models put around it, in time that grows with its length alone."""

import time

import pytest

from enrichment.adapters.model.completion import answer_of, unwrapped
from enrichment.adapters.model.prices import FREE

JSON = '{"facts": ["`a`"]}'
QUOTING = '{"facts": ["```json"]}'


@pytest.mark.parametrize(
    ("said", "json"),
    [
        (JSON, JSON),
        (f"Here you are: {JSON} Anything else?", JSON),
        (f"```json\n{JSON}\n```", JSON),
        (f"```\n{JSON}```\nThat is all.", JSON),
        (f"```json\n{QUOTING}\n```\nMore of {{that}}?", QUOTING),
        (f"<think>They like {{bees}}.</think>\n{JSON}", JSON),
        (f"They like {{bees}}.</thinking>```json\n{JSON}\n```", JSON),
        (" No. ", "No."),
    ],
)
def test_what_stands_around_the_json_is_taken_off(said: str, json: str) -> None:
    assert unwrapped(said) == json


@pytest.mark.parametrize("said", ["```json\n{" + "\n" * 50_000, "\n" * 50_000 + "</think", "```\n" * 50_000 + "{"])
def test_an_endless_answer_is_looked_through_at_once(said: str) -> None:
    started = time.process_time()

    unwrapped(said)

    assert time.process_time() - started < 0.2


def test_an_answer_that_was_cut_is_not_looked_through() -> None:
    choice = {"finish_reason": "length", "message": {"content": '{"facts": ['}}

    answer, _ = answer_of({"choices": [choice]}, "x", FREE)

    assert answer.text == ""
