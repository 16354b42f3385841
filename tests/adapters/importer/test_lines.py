"""Lines of a file, good and bad."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from enrichment.adapters.importer.lines import BadLine, Line, lines, read_line
from enrichment.errors import ConfigurationError
from enrichment.producer import stamp
from tests.adapters.qdrant.test_schema import SCHEMA
from tests.adapters.qdrant.worlds import NOW

HELLO = {"user_id": "u1", "content": "Hello!", "role": "user", "timestamp": "2026-03-08T11:00:00Z"}


def good(**changed: object) -> Line:
    given = {name: value for name, value in {**HELLO, **changed}.items() if value is not ...}
    read = read_line(1, json.dumps(given).encode(), NOW)
    assert isinstance(read, Line), read
    return read


def bad(raw: str | bytes) -> str:
    read = read_line(7, raw if isinstance(raw, bytes) else raw.encode(), NOW)
    assert isinstance(read, BadLine)
    return str(read)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ('{"user_id": "u1",', "line 7: no JSON: Expecting property name enclosed in double quotes at column 18"),
        ('{"user_id": NaN}', "line 7: no JSON: NaN is no number"),
        (b'{"content": "\xff"}', "line 7: not UTF-8"),
        ("[" * 100_000, "line 7: no JSON: nested too deeply"),
        ("[1]", "line 7: not an object but a list"),
        ('"hello"', "line 7: not an object but a text"),
        ("null", "line 7: not an object but null"),
        ("{}", "line 7: missing field timestamp"),
    ],
)
def test_a_line_that_holds_no_message_is_told_by_number_and_reason(raw: str | bytes, said: str) -> None:
    assert bad(raw) == said


@pytest.mark.parametrize("field", ["user_id", "content", "role", "timestamp"])
def test_a_missing_field_is_named(field: str) -> None:
    for_json = {name: value for name, value in HELLO.items() if name != field}

    assert bad(json.dumps(for_json)) == f"line 7: missing field {field}"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"user_id": ""}, "user_id: must be a whole number or a text of 1 to 256 characters"),
        ({"user_id": [1]}, "user_id: must be a whole number or a text of 1 to 256 characters"),
        ({"content": 42}, "content: must be a text, not a number"),
        ({"content": ["a"]}, "content: must be a text, not a list"),
        ({"role": True}, "role: must be a text, not true or false"),
        ({"timestamp": "soon"}, "timestamp: no time between 1990 and today (ISO 8601, or seconds since 1970)"),
        ({"timestamp": 0}, "timestamp: no time between 1990 and today (ISO 8601, or seconds since 1970)"),
        ({"vector": []}, "vector: must be a list of numbers, or an object of such lists"),
        ({"vector": [1, "2"]}, "vector: must be a list of numbers, or an object of such lists"),
        ({"vectors": {"a": [True]}}, "vector: must be a list of numbers, or an object of such lists"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(changed: dict[str, object], said: str) -> None:
    assert bad(json.dumps({**HELLO, **changed})) == f"line 7: {said}"


def test_the_payload_is_canonical_and_keeps_what_else_was_there() -> None:
    line = good(content=..., text="Hello!", user_id=7, timestamp=1772355600000, role="human", mood="glad")

    assert line.payload["user_id"] == "7"
    assert line.payload["timestamp"] == "2026-03-01T09:00:00+00:00"
    assert (line.payload["content"], line.payload["mood"]) == ("Hello!", "glad")
    assert Draft202012Validator(SCHEMA).is_valid(stamp(line.payload, line.point_id))


def test_half_a_smile_costs_a_character_and_not_the_message() -> None:
    read = read_line(1, rb'{"user_id":1,"role":"user","timestamp":1772355600,"content":"a \ud83d"}', NOW)

    assert isinstance(read, Line)
    assert read.text == "a \ufffd"


def test_an_id_follows_from_who_said_what_when() -> None:
    ids = {
        good(**changed).point_id
        for changed in (
            {"timestamp": "2026-03-08T12:00:00+01:00", "note": 1},
            {"content": "Hello"},
            {"timestamp": "2026-03-08T11:00:01Z"},
            {"role": "bot"},
            {"user_id": "u2"},
            {"bot_name": "ada"},
            {"channel_id": "c"},
            {"message_id": "m"},
        )
    }

    assert good().point_id in ids
    assert len(ids) == 8


def test_with_a_message_id_an_edit_is_the_same_point() -> None:
    one, other = good(message_id=5, content="a"), good(message_id="5", content="b", timestamp=1772355600)

    assert one.point_id == other.point_id


def test_empty_lines_a_byte_order_mark_and_windows_ends_are_no_matter(tmp_path: Path) -> None:
    file = tmp_path / "chat.jsonl"
    text = json.dumps(HELLO)
    file.write_bytes(b"\xef\xbb\xbf" + f"{text}\r\n\r\n  \n{text}".encode())

    assert [line.number for line in lines(file, NOW)] == [1, 4]


def test_vectors_have_the_same_sizes_in_all_lines_or_are_in_none(tmp_path: Path) -> None:
    file = tmp_path / "chat.jsonl"
    vectors: list[dict[str, object]] = [{"vector": [1, 2]}, {"vector": [1]}, {}, {"vector": {"": [3.5, 4]}}]
    file.write_text("\n".join(json.dumps({**HELLO, **each}) for each in vectors))

    kinds = [type(line) for line in lines(file, NOW)]

    assert kinds == [Line, BadLine, BadLine, Line]


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot read"):
        list(lines(tmp_path / name, NOW))
