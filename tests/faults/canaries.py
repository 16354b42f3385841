"""Messages that can be recognised wherever they turn up, and the model that finds exactly one fact in each."""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.model_server import ChatRequest
from bench.model_server.facts import Line, known, numbered, summaries
from enrichment.domain.outcomes import Outcome
from enrichment.producer import stamp

CANARY = re.compile(r"u\d{2,5}m\d{4}")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BOT = "elena"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message of the rig: what is stored, and which end it must come to (None: it is gone from the store).

    Of an erased user, the ledger holds nothing.
    """

    point_id: str
    user_id: str
    canary: str
    at: datetime
    outcome: Outcome | None = Outcome.COMPLETED
    erased: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The words: a fact, whose object is the canary."""
        return f"I own a teapot called {self.canary}."

    @property
    def payload(self) -> dict[str, object]:
        """The point's payload, pending."""
        plain = {
            "user_id": self.user_id,
            "bot_name": BOT,
            "role": "user",
            "content": self.text,
            "timestamp": self.at.isoformat(),
            **self.fields,
        }
        return stamp(plain, self.point_id)


def say(users: int, messages: int, *, first_user: int = 1, first_message: int = 0) -> list[Said]:
    """Return that many messages of that many users, 20 seconds apart: each user's in one session, up to a day."""
    return [
        Said(
            point_id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"u{user:02}m{place:04}")),
            user_id=f"u{user:02}",
            canary=f"u{user:02}m{place:04}",
            at=NOON + timedelta(seconds=20 * place),
        )
        for user in range(first_user, first_user + users)
        for place in range(first_message, first_message + messages)
    ]


class CanaryResponder:
    """Answers, for each new line with a canary, that the speaker owns the teapot of that name."""

    def answer(self, request: ChatRequest) -> dict[str, Any]:
        """Return the digest of the prompt in the last message: a pure function of its canaries."""
        prompt = str(request.messages[-1]["content"])
        lines = tuple(numbered(prompt))
        known_ids = known(prompt)
        facts = [fact(line, canary, known_ids) for line in lines if line.new for canary in CANARY.findall(line.text)]
        return {"facts": facts, "signals": [], "windows": list(summaries(lines))}


def fact(line: Line, canary: str, known_ids: Mapping[str, str]) -> dict[str, Any]:
    """Return the fact that a line proves, in the answer's form."""
    statement = f"{line.speaker} owns a teapot called {canary}."
    same = known_ids.get(statement)
    return {
        "m": [line.number],
        "q": line.text,
        "s": statement,
        "who": line.speaker,
        "p": "owns",
        "o": canary,
        "cat": "possession",
        "op": f"same {same}" if same else None,
        "sure": "sure",
        "t": None,
    }


def asked(request: ChatRequest) -> Iterator[str]:
    """Yield the canaries of a prompt's new lines."""
    for line in numbered(str(request.messages[-1]["content"])):
        if line.new:
            yield from CANARY.findall(line.text)
