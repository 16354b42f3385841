"""A message as every part of the program sees it, whatever the payload looked like."""

import hashlib
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Who speaks; decided by the payload, never by a model."""

    USER = "user"
    BOT = "bot"


@dataclass(frozen=True, slots=True, order=True)
class PointRef:
    """Where a message lies: the collection's real name and the point's id as text (UUID or digits)."""

    collection: str
    point_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Emotion:
    """What the writing agent said about the mood: its label, and intensities from 0 to 1."""

    label: str | None = None
    intensity: float | None = None
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How often and when the agent recalled this message, as the payload counts it."""

    count: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One utterance of one author: one point, or the chunks of one re-joined.

    ``text`` is storable (see ``domain.text``); ``content_hash`` is that of the original. ``said_at`` is aware UTC;
    where the payload's time was missing or absurd, ``time_known`` is false, ``said_at`` is the time of reading, and no
    date may be computed from it. ``points`` are in chunk order and never empty. ``user_id`` already carries its
    namespace. ``vectors`` are in single precision, by name: an eighth of what they take as Python's numbers.

    ``identity`` are the 16 bytes by which a copy or an edit under another point id is recognised: of (user, bot, role,
    message id) if the agent gives one, else of (user, bot, channel, role, time, content hash).
    """

    points: tuple[PointRef, ...]
    user_id: str
    bot_name: str
    role: Role
    text: str
    content_hash: bytes
    said_at: datetime
    time_known: bool = True
    author: str | None = None
    message_id: str | None = None
    sequence: int | None = None
    channel_id: str = ""
    conversation_id: str = ""
    scope: str = ""
    revision: str | None = None
    language: str | None = None
    partial: bool = False
    replaced_characters: int = 0
    vectors: Mapping[str, "array[float]"] = field(default_factory=dict)
    emotion: Emotion | None = None
    access: Access = Access()
    identity: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Once: it is asked for at every step.
        object.__setattr__(self, "identity", self._identified())

    @property
    def ref(self) -> PointRef:
        """The first point, which stands for the message."""
        return self.points[0]

    @property
    def speaker(self) -> str:
        """The name to show for the speaker: the author, else the bot's name, else ``user``."""
        return self.author or (self.bot_name or "bot" if self.role is Role.BOT else "user")

    def _identified(self) -> bytes:
        if self.message_id is not None:
            parts: tuple[str, ...] = (self.user_id, self.bot_name, self.role.value, self.message_id)
        else:
            at = self.said_at.isoformat() if self.time_known else self.ref.point_id
            parts = (self.user_id, self.bot_name, self.channel_id, self.role.value, at, self.content_hash.hex())
        return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()

    @property
    def order(self) -> tuple[datetime, int, int, str, str]:
        """The sort key: time, sequence, the user before the bot, message id, point id."""
        return (
            self.said_at,
            self.sequence if self.sequence is not None else 0,
            0 if self.role is Role.USER else 1,
            self.message_id or "",
            self.ref.point_id,
        )


@dataclass(frozen=True, slots=True)
class Pending:
    """A pending point as the plan pass sees it; ``at`` is in epoch seconds, None where the time is missing or odd."""

    point_id: str
    user_id: str
    bot_name: str
    at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A point that is settled without being read by the model, with the reason and the hash of what it held."""

    ref: PointRef
    reason: str
    content_hash: bytes
    revision: str | None = None
    bot_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What the store gave for a list of ids: messages in order, points to skip, and points that are not there.

    ``waiting`` are chunks whose siblings are still missing: they stay pending.
    """

    messages: tuple[Message, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    gone: tuple[PointRef, ...] = ()
    waiting: tuple[PointRef, ...] = ()
