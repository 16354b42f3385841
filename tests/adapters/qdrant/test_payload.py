"""Payloads that the fixtures cannot hold, or that differ in one thing only."""

from typing import Any

import pytest

from enrichment.adapters.qdrant.payload import Chunk, hash_of, read_point
from enrichment.adapters.qdrant.rules import Rules, configured
from enrichment.domain.messages import Message, PointRef, Skipped
from enrichment.domain.text import content_hash
from tests.adapters.qdrant.generations import NAMES, RULES, generation
from tests.adapters.qdrant.worlds import NOW

REF = PointRef("ada", "1")
HELLO = {"user_id": "u1", "content": "Hello!", "role": "user", "timestamp": "2026-03-08T11:00:00Z"}


def read(payload: object, rules: Rules | None = None) -> Message | Skipped | Chunk:
    return read_point(REF, payload, rules or Rules(), NOW)


def message(**changed: object) -> Message:
    item = read({**HELLO, **changed})
    assert isinstance(item, Message)
    return item


def skipped(payload: object) -> str:
    item = read(payload)
    assert isinstance(item, Skipped)
    return item.reason


@pytest.mark.parametrize("payload", [None, [], "text", 7, {}])
def test_a_payload_that_is_no_object_or_empty_is_nobodys(payload: object) -> None:
    assert skipped(payload) == "no_user"


@pytest.mark.parametrize("user_id", ["", "  ", "x" * 257, "a\0b", "a\ud800", 1.5, [1], False])
def test_an_id_that_names_nobody_or_cannot_be_stored_is_nobodys(user_id: object) -> None:
    assert skipped({**HELLO, "user_id": user_id}) == "no_user"


def test_what_cannot_be_stored_is_replaced_and_counted_and_the_hash_is_of_the_original() -> None:
    text = "nul \0 and half \ud83d a smile"

    read = message(content=text)

    assert read.text == "nul \ufffd and half \ufffd a smile"
    assert read.replaced_characters == 2
    assert read.content_hash == content_hash("user", text)


def test_a_message_of_ten_megabytes_is_read_whole() -> None:
    assert len(message(content="word " * 2_000_000).text) == 10_000_000


def test_every_vocabulary_gives_the_same_hash() -> None:
    hashes = {message(role=role).content_hash for role in ("user", "Human", " USER ", "user_message")}

    assert hashes == {content_hash("user", "Hello!")}


def test_the_pair_of_a_message_is_a_copy_of_it() -> None:
    points = {point["id"][-1:]: point["payload"] for point in generation("whisperengine").points[:3]}

    single, pair = read(points["1"]), read(points["3"])

    assert isinstance(single, Message)
    assert isinstance(pair, Message)
    assert (pair.identity, pair.content_hash) == (single.identity, single.content_hash)


def test_an_absurd_time_gives_way_to_a_usable_one_beside_it() -> None:
    item = message(timestamp="1970-01-01T00:00:00", timestamp_unix=1772355600.0)

    assert (item.time_known, item.said_at.isoformat()) == (True, "2026-03-01T09:00:00+00:00")


def test_a_message_without_a_usable_time_was_said_when_it_was_read() -> None:
    assert (message(timestamp=None).said_at, message(timestamp=None).time_known) == (NOW, False)


def test_a_very_long_name_is_cut_and_stays_distinct() -> None:
    one, other = message(channel_id="c" * 5000 + "1"), message(channel_id="c" * 5000 + "2")

    assert len(one.channel_id) == len(other.channel_id) == 256
    assert one.channel_id != other.channel_id


@pytest.mark.parametrize("flag", [True, 1, "true", "True"])
def test_opting_out_can_be_written_in_several_ways(flag: object) -> None:
    assert skipped({**HELLO, "enrichment_opt_out": flag}) == "opted_out"


@pytest.mark.parametrize(
    "changed",
    [
        {"emotional_intensity": "strong", "emotion_scores": "joy"},
        {"sequence": "first", "access_count": -3, "last_accessed_at": "never"},
        {"sequence": 2**70, "message_id": ["a"], "scope": 1.5, "language": {}},
        {"is_chunk": True, "parent_message_id": None, "chunk_index": "x"},
    ],
)
def test_odd_values_beside_the_text_cost_nothing_but_themselves(changed: dict[str, Any]) -> None:
    assert (message(**changed).text, message(**changed).emotion) == ("Hello!", None)


def test_the_settings_can_name_other_fields_also_inside_of_objects() -> None:
    rules = configured(
        fields_by_name={"text": ("data.body",), "user_id": ("who", "data.owner"), "user_roles": ("guest",)},
        bot_pattern=r"(?P<bot>a.)",
    )

    item = read({"data": {"body": "Hi", "owner": 7}, "role": "guest", "timestamp": 1772355600}, rules)

    assert isinstance(item, Message)
    assert (item.text, item.user_id, item.bot_name) == ("Hi", "7", "ad")


@pytest.mark.parametrize("name", NAMES)
def test_the_quick_hash_of_a_point_is_the_one_that_reading_gives(name: str) -> None:
    payloads = [point["payload"] for point in generation(name).points]

    quick = [hash_of(payload, RULES) for payload in payloads]

    read = [read_point(REF, payload, RULES, NOW) for payload in payloads]
    assert quick == [None if isinstance(item, Chunk) else item.content_hash for item in read]
