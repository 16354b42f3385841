"""The published schema and the adapter say the same."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from enrichment.adapters.qdrant.payload import read_point
from enrichment.adapters.qdrant.rules import FieldNames, Rules
from enrichment.domain.messages import Message, PointRef, Skipped
from enrichment.producer import stamp
from tests.adapters.qdrant.generations import generation
from tests.adapters.qdrant.worlds import NOW

SCHEMA = json.loads((Path(__file__).parents[3] / "config" / "message.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
HELLO = {"user_id": "u1", "content": "Hello!", "role": "user", "timestamp": "2026-03-08T11:00:00Z"}
VALID = [point["payload"] for point in generation("canonical").points if "user_id" in point["payload"]]
NAMES = FieldNames()


def read(payload: dict[str, Any]) -> Message | Skipped:
    item = read_point(PointRef("ada", "1"), payload, Rules(), NOW)
    assert isinstance(item, Message | Skipped)
    return item


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("payload", [each for each in VALID if each["role"] != "narrator"])
def test_canonical_payloads_are_valid(payload: dict[str, Any]) -> None:
    assert list(VALIDATOR.iter_errors(payload)) == []


def test_what_the_producer_stamps_is_valid() -> None:
    assert list(VALIDATOR.iter_errors(stamp(HELLO, 1))) == []


@pytest.mark.parametrize("field", SCHEMA["required"])
def test_a_payload_without_a_required_field_is_invalid(field: str) -> None:
    payload = {name: value for name, value in stamp(HELLO, 1).items() if name != field}

    assert [error.validator for error in VALIDATOR.iter_errors(payload)] == ["required"]


@pytest.mark.parametrize(
    "changed", [{"user_id": ""}, {"user_id": 1.5}, {"content": 42}, {"role": "narrator"}, {"enrichment_status": "done"}]
)
def test_what_the_adapter_would_not_read_is_invalid(changed: dict[str, object]) -> None:
    assert not VALIDATOR.is_valid({**stamp(HELLO, 1), **changed})


def test_every_role_of_the_schema_is_known_and_no_other() -> None:
    canonical = set(SCHEMA["properties"]["role"]["enum"])
    known = {*NAMES.user_roles, *NAMES.bot_roles, *NAMES.system_roles, *NAMES.tool_roles}

    assert canonical == known - {"user_message", "bot_response"}


def test_every_field_of_the_schema_is_the_first_that_the_adapter_looks_for() -> None:
    looked_for = {name for names in map(NAMES.__getattribute__, NAMES.__slots__) for name in names[:1]}

    assert set(SCHEMA["properties"]) <= looked_for | {"enrichment_status", "enrichment_rev"}


@pytest.mark.parametrize("role", SCHEMA["properties"]["role"]["enum"])
def test_a_valid_payload_is_a_message_or_skipped_for_its_role(role: str) -> None:
    item = read({**stamp(HELLO, 1), "role": role})

    assert getattr(item, "reason", "message") in {"message", "role_system", "role_tool"}
