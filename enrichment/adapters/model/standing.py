"""Whether a server keeps to the form that it was asked for: some take the demand, say nothing, and ignore it."""

import json
from collections.abc import Mapping
from typing import Any

import orjson

# Answers out of form, one after the other, that speak against the form of asking and not against the messages: one and
# its repair, where no answer was ever in form; more, where the server has shown that it can.
STRAYS_OF_A_STRANGER = 2
STRAYS_OF_A_FRIEND = 4


class Standing:
    """The answers of late in one form of asking; an answer in form makes up for all before it."""

    def __init__(self) -> None:
        self._strays = 0
        self._is_friend = False
        self._is_vain = False

    def kept(self) -> None:
        """Note an answer in form."""
        self._strays, self._is_friend, self._is_vain = 0, True, False

    def strayed(self) -> bool:
        """Note an answer out of form; tell whether another form of asking is worth a try."""
        self._strays += 1
        return not self._is_vain and self._strays >= (STRAYS_OF_A_FRIEND if self._is_friend else STRAYS_OF_A_STRANGER)

    def in_vain(self) -> None:
        """Note that no other form helped: nothing of the kind is tried again before an answer was in form."""
        self._is_vain = True


def is_in_form(text: str, schema: Mapping[str, Any]) -> bool:
    """Whether an answer is a JSON object with any of the properties that the schema demands.

    No more than that: which of its items are good is for others to say.
    """
    demanded = schema.get("required", ())
    parsed = parsed_json(text.encode("utf-8", "surrogatepass"))
    return isinstance(parsed, dict) and (not demanded or any(name in parsed for name in demanded))


def parsed_json(content: bytes) -> object:
    """Parse JSON, None if it is none; what orjson is too strict for (half an emoji, NaN) must not cost an answer."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        parsed: object = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return parsed
