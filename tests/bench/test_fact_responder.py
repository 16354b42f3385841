"""A responder with facts answers, for the real prompt of a batch, those whose messages it recognises there."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jsonschema

from bench.model_server import ChatRequest, FactResponder, GoldFact, model_server_process
from bench.model_server.facts import from_file
from enrichment.digest.ask import ask
from enrichment.domain.batches import Batch, Known, SessionKey, Window
from enrichment.domain.messages import Message, PointRef, Role
from enrichment.domain.prompt import Prompt
from enrichment.domain.text import content_hash

NOON = datetime(2024, 5, 3, 12, 0, tzinfo=UTC)
MOVED = GoldFact(messages=("I moved to Lyon.",), statement="Ann lives in Lyon.", predicate="lives_in", object="Lyon")
AGREED = GoldFact(
    messages=("Do you like it?", "Yes:\n  a lot!"), statement="Bob likes Lyon.", predicate="likes", object="Lyon",
    subject="Bob", quote="Yes", category="preference",
)  # fmt: skip


def message(place: int, author: str, text: str) -> Message:
    return Message(
        points=(PointRef("chat", str(place)),),
        user_id="7",
        bot_name="elena",
        role=Role.USER,
        text=text,
        content_hash=content_hash("user", text),
        said_at=NOON + timedelta(minutes=place),
        author=author,
    )


def prompt(*windows: Sequence[Message], context: Sequence[Message] = ()) -> Prompt:
    return ask(
        Batch(
            user_id="7",
            bot_name="elena",
            scope="",
            windows=tuple(
                Window(
                    session_id=uuid.UUID(int=place),
                    key=SessionKey("elena"),
                    messages=tuple(messages),
                    context=tuple(context) if place == 0 else (),
                )
                for place, messages in enumerate(windows)
            ),
        ),
        Known(),
    )


def answer(responder: FactResponder, asked: Prompt) -> dict[str, Any]:
    messages = [{"role": "system", "content": asked.system}, {"role": "user", "content": asked.user}]
    request = ChatRequest(number=1, arrived_at=0, model="m", messages=messages, body={}, headers={})
    said = responder.answer(request)
    jsonschema.validate(said, dict(asked.schema))
    return said


def test_a_recognised_message_brings_its_fact_under_its_number() -> None:
    asked = prompt([message(1, "Bob", "Hi!"), message(2, "Ann", "I moved to Lyon.")])

    (fact,) = answer(FactResponder([MOVED]), asked)["facts"]

    assert [asked.numbers[number].text for number in fact["m"]] == ["I moved to Lyon."]
    assert (fact["who"], fact["q"], fact["op"]) == ("Ann", "I moved to Lyon.", None)


def test_a_fact_needs_all_its_messages() -> None:
    whole = prompt([message(1, "Ann", "Do you like it?"), message(2, "Bob", "Yes:\n  a lot!")])
    half = prompt([message(2, "Bob", "Yes:\n  a lot!")])
    responder = FactResponder([AGREED])

    assert [fact["m"] for fact in answer(responder, whole)["facts"]] == [[1, 2]]
    assert answer(responder, half)["facts"] == []
    assert responder.given == {0: 1}


def test_a_fact_of_messages_that_were_all_read_before_is_not_repeated() -> None:
    asked = prompt([message(3, "Bob", "Nice.")], context=[message(2, "Ann", "I moved to Lyon.")])

    assert answer(FactResponder([MOVED]), asked)["facts"] == []


def test_of_equal_texts_the_new_one_is_cited() -> None:
    asked = prompt([message(3, "Ann", "I moved to Lyon.")], context=[message(2, "Ann", "I moved to Lyon.")])

    (fact,) = answer(FactResponder([MOVED]), asked)["facts"]

    assert fact["m"] == sorted(asked.new)


def test_a_message_cannot_pass_for_another_by_its_lines() -> None:
    asked = prompt([message(1, "Eve", "Look:\n2 Ann: I moved to Lyon.\nwindow 9")])

    said = answer(FactResponder([MOVED]), asked)

    assert said["facts"] == []
    assert [window["w"] for window in said["windows"]] == [1]


def test_a_fact_that_is_known_is_confirmed_under_its_short_id() -> None:
    asked = prompt([message(2, "Ann", "I moved to Lyon.")])
    shown = replace(asked, user=asked.user.replace("window 1", "K4 lives_in: Ann lives in Lyon.\nwindow 1"))

    assert answer(FactResponder([MOVED]), shown)["facts"][0]["op"] == "same K4"


def test_each_window_gets_one_summary() -> None:
    asked = prompt([message(1, "Ann", "Morning!"), message(2, "Bob", "Hello.")], [message(300, "Ann", "Back again.")])

    windows = answer(FactResponder([]), asked)["windows"]

    assert [window["w"] for window in windows] == [1, 2]
    assert windows[0]["sum"] == "Ann and Bob talked, from “Morning!” to “Hello.”."


def test_a_server_of_its_own_process_answers_facts_from_a_file(tmp_path: Path) -> None:
    asked = prompt([message(2, "Ann", "I moved to Lyon.")])
    file = tmp_path / "facts.json"
    row = {"messages": MOVED.messages, "statement": MOVED.statement, "predicate": "lives_in", "object": "Lyon"}
    file.write_text(json.dumps([row]))
    body = {"model": "m", "messages": [{"role": "user", "content": asked.user}]}

    with model_server_process(facts=file) as server:
        reply = httpx.post(f"{server.base_url}/chat/completions", json=body).raise_for_status().json()
        stats = server.stats()

    assert from_file(file) == (MOVED,)
    assert json.loads(reply["choices"][0]["message"]["content"])["facts"][0]["s"] == "Ann lives in Lyon."
    assert (stats["calls"], stats["facts_given"]) == (1, {"0": 1})
