"""A dialogue as the digest sees it, and what a perfect model would answer."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.dialogues.generate import BOT_NAME, Dialogue, Gold, Utterance
from enrichment.digest import ask, read
from enrichment.domain.batches import Batch, Known, SessionKey, Window
from enrichment.domain.digest import Digest
from enrichment.domain.messages import Message, PointRef, Role
from enrichment.domain.prompt import Prompt
from enrichment.domain.text import content_hash

USER_ID = "user-4711"


@dataclass(frozen=True, slots=True)
class Reading:
    """One batch of a dialogue with its prompt; line numbers are the places of the utterances, counted from 1."""

    dialogue: Dialogue
    batch: Batch
    prompt: Prompt

    @classmethod
    def of(cls, dialogue: Dialogue) -> "Reading":
        """Put all sessions of a dialogue into one batch."""
        sessions = sorted({each.session for each in dialogue.utterances})
        windows = tuple(_window(dialogue, session) for session in sessions)
        batch = Batch(user_id=USER_ID, bot_name=BOT_NAME, scope="", windows=windows)
        return cls(dialogue, batch, ask(batch, Known()))

    def digest(self, facts: Sequence[Any]) -> Digest:
        """Return what is kept of an answer with these items."""
        return read(self.batch, self.prompt, Known(), json.dumps({"facts": facts, "signals": [], "windows": []}))

    def perfect(self) -> list[dict[str, Any]]:
        """Return the items of a model that finds everything and invents nothing."""
        return [item(fact) for fact in self.dialogue.facts]


def item(fact: Gold) -> dict[str, Any]:
    """Return a true fact in the answer's form."""
    return {
        "m": [turn + 1 for turn in fact.turns],
        "q": fact.quote,
        "s": fact.statement,
        "who": fact.subject,
        "p": fact.predicate,
        "o": fact.object,
        "cat": fact.category,
        "op": None,
        "sure": "sure",
        "t": fact.time_words,
    }


def _window(dialogue: Dialogue, session: int) -> Window:
    messages = tuple(
        _message(dialogue, place, each) for place, each in enumerate(dialogue.utterances) if each.session == session
    )
    return Window(
        session_id=uuid.uuid5(uuid.NAMESPACE_OID, f"{dialogue.name} {session}"),
        key=SessionKey(BOT_NAME),
        messages=messages,
    )


def _message(dialogue: Dialogue, place: int, said: Utterance) -> Message:
    role = Role.BOT if said.author is None else Role.USER
    return Message(
        points=(PointRef("dialogues", f"{dialogue.name}-{place}"),),
        user_id=USER_ID,
        bot_name=BOT_NAME,
        role=role,
        text=said.text,
        content_hash=content_hash(role, said.text),
        said_at=said.said_at,
        author=said.author,
    )
