"""One point's payload becomes a message, a chunk of one, or a reason why it is neither."""

import hashlib
import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from enrichment.adapters.qdrant.rules import FieldNames, Names, Payload, Rules, first
from enrichment.adapters.qdrant.times import plausible
from enrichment.domain.messages import Access, Emotion, Message, PointRef, Role, Skipped
from enrichment.domain.outcomes import SkipReason
from enrichment.domain.text import content_hash, storable
from enrichment.producer import REVISION

_PAIR = "conversation_pair"
_REACTION = "emoji_reaction"
_LONGEST_NAME = 256
Vectors = Mapping[str, "array[float]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A part of a message that was too long for its agent: ``message`` as if it stood alone, and its place.

    ``total`` is None where the agent does not say. ``parent`` is as the payload has it.
    """

    message: Message
    original: str
    parent: str | int
    index: int
    total: int | None


def read_point(
    ref: PointRef, payload: object, rules: Rules, now: datetime, vectors: Vectors | None = None
) -> Message | Skipped | Chunk:
    """Read one payload; ``now`` is the time of reading, which stands in for a time that is missing or absurd.

    A ``conversation_pair`` is the user's message of the pair: that is whose words can be evidence, and where the agent
    stored them a second time on their own, both have one identity and the copy settles as a duplicate. The answer of
    the pair is left to its own point, since one point can come to one end only.
    """
    known = _as_payload(payload)
    names = rules.names
    said = _said(known, names)
    user_id, bot_name = rules.user(ref.collection, known), bot_of(ref.collection, known, rules)
    if reason := _reason_to_skip(known, names, user_id, bot_name, said):
        return Skipped(ref=ref, reason=reason, content_hash=said.hash, revision=revision_of(known), bot_name=bot_name)
    message = _message(ref, known, names, now, (user_id, bot_name), said, vectors or {})
    return _chunk(message, said.text, known, names) or message


def hash_of(payload: object, rules: Rules) -> bytes | None:
    """Return the hash that ``read_point`` gives; None where it takes reading, because the point may be a chunk."""
    known = _as_payload(payload)
    return None if _parent(known, rules.names) is not None else _said(known, rules.names).hash


def bot_of(collection: str, payload: Payload, rules: Rules) -> str:
    """Return the bot's name: from the payload, else from the collection, else empty."""
    return name_of(first(payload, rules.names.bot_name)) or rules.bot_of_collection(collection)


def name_of(value: object) -> str | None:
    """Return an identifier as storable text; a very long one is cut and keeps a hash of the whole."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not text:
        return None
    if len(text) > _LONGEST_NAME:
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        text = f"{text[: _LONGEST_NAME - len(digest) - 1]}#{digest}"
    return storable(text)[0]


def revision_of(payload: Payload) -> str | None:
    """Return the revision that the agent gave the point's text, if it gives one."""
    value = payload.get(REVISION)
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME else None


def _as_payload(payload: object) -> Payload:
    return payload if isinstance(payload, Mapping) else {}


@dataclass(frozen=True, slots=True)
class _Said:
    """The role, None for what is neither user nor bot, the label that the payload gives it, and the text."""

    role: Role | None
    label: str
    text: str

    @property
    def hash(self) -> bytes:
        return content_hash(self.role.value if self.role else self.label, self.text)


def _said(payload: Payload, names: FieldNames) -> _Said:
    text, value = first(payload, names.text), first(payload, names.role)
    label = value.strip().casefold() if isinstance(value, str) else ""
    role = Role.BOT if label in names.bot_roles else None
    if first(payload, names.kind) == _PAIR or label in names.user_roles:
        role = Role.USER
    return _Said(role, label, text if isinstance(text, str) else "")


def _reason_to_skip(payload: Payload, names: FieldNames, user_id: str, bot_name: str, said: _Said) -> SkipReason | None:
    role, label = said.role, said.label
    user = first(payload, names.user_id)
    checks = (
        (SkipReason.NO_USER, not user_id),
        (SkipReason.OPTED_OUT, _true(first(payload, names.opt_out))),
        (SkipReason.BOT_SELF, isinstance(user, str) and user.casefold() == bot_name.casefold()),
        (SkipReason.REACTION, first(payload, names.interaction) == _REACTION),
        (SkipReason.ROLE_SYSTEM, role is None and label in names.system_roles),
        (SkipReason.ROLE_TOOL, role is None and label in names.tool_roles),
        (SkipReason.ROLE_UNKNOWN, role is None),
        (SkipReason.NO_TEXT, not said.text.strip()),
    )
    return next((reason for reason, holds in checks if holds), None)


def _message(
    ref: PointRef,
    payload: Payload,
    names: FieldNames,
    now: datetime,
    whose: tuple[str, str],
    said: _Said,
    vectors: Vectors,
) -> Message:
    """Return the message of a user with a bot."""
    at = plausible(_candidates(payload, names.timestamp), now)
    text, replaced = storable(said.text)
    return Message(
        points=(ref,),
        user_id=whose[0],
        bot_name=whose[1],
        role=said.role or Role.USER,
        text=text,
        content_hash=said.hash,
        said_at=now if at is None else datetime.fromtimestamp(at, UTC),
        time_known=at is not None,
        author=name_of(first(payload, names.author)),
        message_id=name_of(first(payload, names.message_id)),
        sequence=_whole(first(payload, names.sequence)),
        channel_id=name_of(first(payload, names.channel_id)) or "",
        conversation_id=name_of(first(payload, names.conversation_id)) or "",
        scope=name_of(first(payload, names.scope)) or "",
        revision=revision_of(payload),
        language=name_of(first(payload, names.language)),
        replaced_characters=replaced,
        vectors=vectors,
        emotion=_emotion(payload, names),
        access=_access(payload, names, now),
    )


def _chunk(message: Message, text: str, payload: Payload, names: FieldNames) -> Chunk | None:
    parent = _parent(payload, names)
    if parent is None:
        return None
    total = _whole(first(payload, names.chunk_total))
    return Chunk(
        message=message,
        original=text,
        parent=parent,
        index=_whole(first(payload, names.chunk_index)) or 0,
        total=total if total and total > 0 else None,
    )


def _parent(payload: Payload, names: FieldNames) -> str | int | None:
    """Return the message that a payload is a chunk of, None for what is no chunk."""
    if not _true(first(payload, names.is_chunk)):
        return None
    parent = first(payload, names.chunk_parent)
    return parent if isinstance(parent, str | int) and not isinstance(parent, bool) else None


def _emotion(payload: Payload, names: FieldNames) -> Emotion | None:
    label = name_of(first(payload, names.emotion))
    intensity = _share(first(payload, names.emotion_intensity))
    raw = first(payload, names.emotion_scores)
    found = ((name_of(name), _share(score)) for name, score in raw.items()) if isinstance(raw, Mapping) else ()
    scores = {name: score for name, score in found if name is not None and score is not None}
    return (
        Emotion(label=label, intensity=intensity, scores=scores) if label or intensity is not None or scores else None
    )


def _access(payload: Payload, names: FieldNames, now: datetime) -> Access:
    at = plausible(_candidates(payload, names.accessed_at), now)
    return Access(
        count=max(0, _whole(first(payload, names.access_count)) or 0),
        last_at=None if at is None else datetime.fromtimestamp(at, UTC),
    )


def _candidates(payload: Payload, names: Names) -> tuple[object, ...]:
    return tuple(first(payload, (name,)) for name in names)


def _true(value: object) -> bool:
    return value is True or value == 1 or (isinstance(value, str) and value.casefold() == "true")


def _whole(value: object) -> int | None:
    """A whole number that a database's bigint can hold."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else None


def _share(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return min(1.0, max(0.0, float(value)))
