"""Sessions, windows and batches: what is read together, and what a user has waiting."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from enrichment.domain.facts import Fact
from enrichment.domain.feedback import Forbidden
from enrichment.domain.ids import derived_uuid
from enrichment.domain.messages import Message, PointRef


@dataclass(frozen=True, slots=True, order=True)
class SessionKey:
    """What the messages of one session share."""

    bot_name: str
    channel_id: str = ""
    conversation_id: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session whose boundaries are frozen, because part of it has been digested.

    ``recent`` are its last digested messages, oldest first, for use as context. One of which a text was edited since is
    ``retold``: its summary does not hold any more, and is made anew from as many of its texts as fit.
    ``ended``: it goes on no more, because its digest says that the subject has changed for good.
    """

    session_id: uuid.UUID
    key: SessionKey
    started_at: datetime
    ended_at: datetime
    message_count: int
    summary: str | None = None
    recent: tuple[PointRef, ...] = ()
    retold: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of a session that is read at once: new messages in order, after some that were read before.

    ``session`` is None for a session that starts here; its id is in ``session_id`` either way.
    """

    session_id: uuid.UUID
    key: SessionKey
    messages: tuple[Message, ...]
    session: Session | None = None
    context: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Windows of one user with one bot and one privacy scope that fit one model call."""

    user_id: str
    bot_name: str
    scope: str
    windows: tuple[Window, ...]

    @property
    def messages(self) -> tuple[Message, ...]:
        """All new messages, window by window."""
        return tuple(message for window in self.windows for message in window.messages)


def new_session_id(user_id: str, first: Message) -> uuid.UUID:
    """Return the id of the session that this message opens: the same each time it is planned.

    Place, text and time are part of it: an edit that moves a message opens another session, not the old one again.
    """
    at = first.said_at.isoformat() if first.time_known else ""
    place = first.channel_id, first.conversation_id, first.scope
    return derived_uuid("session", user_id, *place, first.identity, first.content_hash, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserBacklog:
    """What one user has waiting in all collections, as the due policy sees it.

    ``mean_tokens`` is the running mean size of this user's messages. ``served_at`` is when a turn last ended, None if
    never. ``oldest`` and ``newest`` are None where no pending message has a usable time.
    ``requested``: somebody asked for them, or left a batch open that has to be finished; both without waiting.
    """

    user_id: str
    messages: int
    oldest: datetime | None
    newest: datetime | None
    mean_tokens: float
    served_at: datetime | None = None
    requested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogPoint:
    """One pending point of a user, oldest first when listed; ``at`` in epoch seconds, None where odd."""

    ref: PointRef
    at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large things may be; see ``settings`` for the meaning and default of each."""

    max_batch_tokens: int = 4096
    max_batch_messages: int = 160
    context_messages: int = 6
    context_tokens: int = 300
    retold_messages: int = 160
    retold_tokens: int = 2048
    idle_gap: timedelta = timedelta(minutes=30)
    max_session: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the memory already holds that this batch may touch, under the short ids that the prompt uses.

    ``facts`` maps ``K1``, ``K2``, … to facts, in the order in which they are shown. ``equal`` holds the facts of the
    user's claims, for recognising a repeated fact without the model's help. ``forbidden`` must not be remembered.
    """

    facts: Mapping[str, Fact] = field(default_factory=dict)
    related: Sequence[Fact] = ()
    forbidden: Forbidden = Forbidden()
