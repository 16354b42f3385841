"""Who writes the answers: the server asks a responder, and sends what it says."""

import json
from typing import Any, Protocol

from bench.model_server.requests import ChatRequest


class Responder(Protocol):
    """Something that knows what to answer; called in the server's thread, so it must be quick."""

    def answer(self, request: ChatRequest) -> str | dict[str, Any]:
        """Return the message's content; a dictionary is sent as compact JSON."""


class Fixed:
    """Answers every request with the same words."""

    def __init__(self, said: str | dict[str, Any] = "ok") -> None:
        self._said = said

    def answer(self, request: ChatRequest) -> str | dict[str, Any]:  # noqa: ARG002 (that is the point)
        """Return the words."""
        return self._said


def as_content(answer: str | dict[str, Any]) -> str:
    """Return an answer as the text that goes over the wire."""
    return answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
