"""A chat request as it arrived, checked as strictly as a provider would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self


class BadRequest(ValueError):
    """The body is not a chat request; ``param`` names the field, as providers do."""

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """One call of ``/v1/chat/completions``; the first has number 1.

    ``headers`` have lower-case names. ``arrived_at`` is ``time.monotonic()`` when the body was complete.
    """

    number: int
    arrived_at: float
    model: str
    messages: Sequence[Mapping[str, Any]]
    body: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """All messages, one below the other."""
        return "\n".join(content(message) for message in self.messages)

    @property
    def format(self) -> str:
        """The form that is asked for: ``text``, ``json_object`` or ``json_schema``."""
        return str(self.body.get("response_format", {}).get("type", "text"))

    @property
    def schema(self) -> Mapping[str, Any] | None:
        """The JSON schema of the answer, if there is one."""
        if self.format != "json_schema":
            return None
        schema: Mapping[str, Any] = self.body["response_format"]["json_schema"]["schema"]
        return schema

    @classmethod
    def checked(cls, body: Any, *, number: int, arrived_at: float, headers: Mapping[str, str]) -> Self:  # noqa: ANN401 (any JSON)
        """Build a request from parsed JSON; raises ``BadRequest``."""
        if not isinstance(body, dict):
            raise BadRequest("The body must be a JSON object.")
        if not isinstance(body.get("model"), str):
            raise BadRequest("You must provide a model.", "model")
        messages = body.get("messages")
        if not isinstance(messages, list) or not messages:
            raise BadRequest("Expected a non-empty array of messages.", "messages")
        if not all(isinstance(message, dict) and {"role", "content"} <= message.keys() for message in messages):
            raise BadRequest("Each message needs a role and a content.", "messages")
        if body.get("stream"):
            raise BadRequest("This server does not stream.", "stream")
        check_format(body.get("response_format", {"type": "text"}))
        return cls(
            number=number, arrived_at=arrived_at, model=body["model"], messages=messages, body=body, headers=headers
        )


def check_format(wanted: Any) -> None:  # noqa: ANN401 (any JSON)
    """Refuse a ``response_format`` that a provider would refuse; raises ``BadRequest``."""
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    if kind not in {"text", "json_object", "json_schema"}:
        raise BadRequest("response_format.type must be text, json_object or json_schema.", "response_format")
    named = wanted.get("json_schema")
    if kind == "json_schema" and not (
        isinstance(named, dict) and isinstance(named.get("name"), str) and isinstance(named.get("schema"), dict)
    ):
        raise BadRequest("response_format.json_schema needs a name and a schema.", "response_format")


def content(message: Mapping[str, Any]) -> str:
    """Return a message's text, whether it came as a string or in parts."""
    parts = message["content"]
    if isinstance(parts, list):
        return "".join(str(part.get("text", "")) for part in parts)
    return str(parts)
