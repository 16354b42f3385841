"""How a conversation gets to the worker: its turns as points of Qdrant, its observations as facts of the model."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from bench.locomo.conversation import Conversation
from bench.model_server import GoldFact
from bench.seeding import Point

# A verb that may be said of anything, and often: no observation contradicts another.
PREDICATE = "observed"
BOT = "listener"
_POINTS = uuid.UUID("0d7c1a0e-54f0-4c0f-9b9e-5a3f3a7c7b52")


def user_ids(conversation: Conversation, users: int) -> tuple[str, ...]:
    """Return the names under which a conversation is repeated."""
    return tuple(f"{conversation.sample_id}-{number:03}" for number in range(1, users + 1))


def point_id(user_id: str, turn_id: str, delivery: int) -> str:
    """Return the id of a turn's point: another one in each delivery."""
    return str(uuid.uuid5(_POINTS, f"{user_id}\0{turn_id}\0{delivery}"))


def points(conversation: Conversation, users: Sequence[str], delivery: int) -> Iterator[Point]:
    """Yield the points of a delivery: in order the first time, backwards after that."""
    turns = conversation.turns if delivery == 1 else conversation.turns[::-1]
    for turn in turns:
        for user_id in users:
            payload = {
                "user_id": user_id,
                "bot_name": BOT,
                "role": "user",
                "author": turn.speaker,
                "content": turn.text,
                "timestamp": turn.said_at.isoformat(),
                "conversation_id": conversation.sample_id,
                "message_id": turn.turn_id,
            }
            yield Point(point_id(user_id, turn.turn_id, delivery), payload)


def gold_facts(conversation: Conversation) -> list[dict[str, Any]]:
    """Return the observations as the model server reads them, in their order."""
    texts = {turn.turn_id: turn.text for turn in conversation.turns}
    return [
        asdict(
            GoldFact(
                messages=tuple(texts[turn_id] for turn_id in each.cited),
                statement=each.statement,
                subject=each.subject,
                predicate=PREDICATE,
                object=each.object,
            )
        )
        for each in conversation.observations
    ]
