"""Turns what waits into bytes and back: only what engines look at is kept, vectors in half precision."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import orjson

from enrichment.domain.messages import Access as Recall
from enrichment.domain.messages import Emotion, Message, PointRef, Role
from enrichment.engines.frame import Access, Quality, Topic, Vector
from enrichment.engines.halves import singles
from enrichment.engines.waiting import Waiting

VERSION = 1


def encode(waiting: Waiting) -> bytes:
    """Return JSON; times in epoch microseconds, so that they come back exactly."""
    return orjson.dumps(
        {
            "newest": _stamp(waiting.newest),
            "final": [_stamp(waiting.final[0]), *waiting.final[1:]] if waiting.final else None,
            "messages": [_message(message) for message in waiting.messages],
            "vectors": {key: _packed(vector) for key, vector in waiting.vectors.items()},
            "accesses": [[a.memory_id, _stamp(a.at), a.grade, a.count, a.source] for a in waiting.accesses],
            "qualities": [[q.metric, _stamp(q.at), q.value, q.is_feedback] for q in waiting.qualities],
            "read_until": {source: _stamp(at) for source, at in waiting.read_until.items()},
            "topics": [[t.label, _stamp(t.said_at), _stamp(t.due_at), t.valence] for t in waiting.topics],
        }
    )


def decode(data: bytes) -> Waiting:
    """Return what ``encode`` took."""
    held = orjson.loads(data)
    final = held["final"]
    return Waiting(
        newest=_time(held["newest"]) if held["newest"] is not None else None,
        final=(_time(final[0]), final[1], final[2], final[3], final[4]) if final else None,
        messages=tuple(_read(fields) for fields in held["messages"]),
        vectors={key: _unpacked(packed) for key, packed in held["vectors"].items()},
        accesses=tuple(
            Access(memory_id=memory_id, at=_time(at), grade=grade, count=count, source=source)
            for memory_id, at, grade, count, source in held["accesses"]
        ),
        qualities=tuple(
            Quality(metric=metric, at=_time(at), value=value, is_feedback=is_feedback)
            for metric, at, value, is_feedback in held["qualities"]
        ),
        read_until={source: _time(at) for source, at in held.get("read_until", {}).items()},
        topics=tuple(
            Topic(label=label, said_at=_time(at), due_at=_time(due) if due is not None else None, valence=valence)
            for label, at, due, valence in held["topics"]
        ),
    )


def _message(m: Message) -> dict[str, Any]:
    emotion = m.emotion
    return {
        "points": [[point.collection, point.point_id] for point in m.points],
        "who": [m.user_id, m.bot_name, m.role.value, m.author, m.message_id, m.sequence],
        "where": [m.channel_id, m.conversation_id, m.scope],
        "text": m.text,
        "hash": m.content_hash.hex(),
        "at": _stamp(m.said_at),
        "at_known": m.time_known,
        "language": m.language,
        "emotion": [emotion.label, emotion.intensity, dict(emotion.scores)] if emotion else None,
        "recalled": [m.access.count, _stamp(m.access.last_at)],
    }


def _read(fields: dict[str, Any]) -> Message:
    user_id, bot_name, role, author, message_id, sequence = fields["who"]
    channel_id, conversation_id, scope = fields["where"]
    count, last_at = fields["recalled"]
    emotion = fields["emotion"]
    return Message(
        points=tuple(PointRef(collection, point_id) for collection, point_id in fields["points"]),
        user_id=user_id,
        bot_name=bot_name,
        role=_ROLES[role],
        text=fields["text"],
        content_hash=bytes.fromhex(fields["hash"]),
        said_at=_time(fields["at"]),
        time_known=fields["at_known"],
        author=author,
        message_id=message_id,
        sequence=sequence,
        channel_id=channel_id,
        conversation_id=conversation_id,
        scope=scope,
        language=fields["language"],
        emotion=Emotion(label=emotion[0], intensity=emotion[1], scores=emotion[2]) if emotion else None,
        access=Recall(count=count, last_at=_time(last_at) if last_at is not None else None),
    )


def _stamp(at: datetime | None) -> int | None:
    """Return whole microseconds, computed without floats."""
    if at is None:
        return None
    passed = at - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def _time(stamp: int) -> datetime:
    return _EPOCH + timedelta(microseconds=stamp)


def _packed(vector: Vector) -> str:
    return base64.b64encode(vector.astype(np.float16).tobytes()).decode()


def _unpacked(packed: str) -> Vector:
    return singles(base64.b64decode(packed))


_ROLES = {role.value: role for role in Role}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
