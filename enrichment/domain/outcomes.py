"""The closed set of ends that a message can come to, and the reasons for each."""

from dataclasses import dataclass
from enum import StrEnum

from enrichment.domain.messages import PointRef


class Outcome(StrEnum):
    """The final states of a message; everything else is still pending."""

    COMPLETED = "completed"
    SKIPPED = "skipped"
    QUARANTINED = "quarantined"


class SkipReason(StrEnum):
    """Why a message was not read by the model."""

    NO_USER = "no_user"
    NO_TEXT = "no_text"
    OPTED_OUT = "opted_out"
    ROLE_SYSTEM = "role_system"
    ROLE_TOOL = "role_tool"
    ROLE_UNKNOWN = "role_unknown"
    BOT_SELF = "bot_self"
    REACTION = "reaction"
    DUPLICATE = "duplicate"
    ERASED = "erased"
    NO_USER_MESSAGE = "no_user_message"
    TRIVIAL = "trivial"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A committed end that has to be written into the message's store, for one point.

    ``content_hash`` is that of the text that was read: a point that holds another text by now goes back to pending.
    ``revision`` is the writer's ``enrichment_rev`` at that time, if the agent writes one.
    """

    ref: PointRef
    outcome: Outcome
    reason: str | None
    content_hash: bytes
    revision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of settlements: verified in the store, changed meanwhile (pending again), or gone from it."""

    verified: tuple[PointRef, ...] = ()
    changed: tuple[PointRef, ...] = ()
    gone: tuple[PointRef, ...] = ()
