"""Decides whether a user's waiting messages are worth a model call now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from enrichment.domain.batches import UserBacklog


class DueReason(StrEnum):
    """Why a user is served now: a closed set, also a metric's label."""

    REQUESTED = "requested"
    WAITED = "waited"
    MESSAGES = "messages"
    TOKENS = "tokens"
    IDLE = "idle"


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePolicy:
    """When waiting messages are due.

    ``flush_tokens`` and ``flush_messages`` (None: no such rule) are the sizes that are due at once, ``max_wait`` is the
    age of the oldest message that is due at any size. Below ``min_messages`` nothing else counts. A user has at most
    one turn in ``min_interval``; only a request comes before all of this.
    """

    flush_tokens: int = 2048
    flush_messages: int | None = None
    max_wait: timedelta = timedelta(minutes=5)
    min_messages: int = 1
    min_interval: timedelta = timedelta(0)
    idle_gap: timedelta = timedelta(minutes=30)


FRESH = DuePolicy()
THRIFTY = DuePolicy(flush_messages=10, max_wait=timedelta(hours=24), min_messages=5, min_interval=timedelta(hours=1))


def due(backlog: UserBacklog, policy: DuePolicy, now: datetime) -> DueReason | None:
    """Return why this user is due, None if not yet.

    Without a usable time (none, or one that is still to come) messages count as waiting since the user's last turn, and
    are due at once for a user who never had one: that is never too late, and no call is spent on each of them.
    """
    if backlog.requested:
        # Also with nothing waiting: somebody left an open batch behind.
        return DueReason.REQUESTED
    if backlog.messages <= 0:
        return None
    if _was_just_served(backlog, policy, now):
        return None
    since = backlog.oldest if backlog.oldest is not None and backlog.oldest <= now else backlog.served_at
    if since is None or now - since >= policy.max_wait:
        return DueReason.WAITED
    return _by_size(backlog, policy, now) if backlog.messages >= policy.min_messages else None


def _was_just_served(backlog: UserBacklog, policy: DuePolicy, now: datetime) -> bool:
    return backlog.served_at is not None and timedelta(0) <= now - backlog.served_at < policy.min_interval


def _by_size(backlog: UserBacklog, policy: DuePolicy, now: datetime) -> DueReason | None:
    if policy.flush_messages is not None and backlog.messages >= policy.flush_messages:
        return DueReason.MESSAGES
    if backlog.messages * backlog.mean_tokens >= policy.flush_tokens:
        return DueReason.TOKENS
    if backlog.newest is not None and now - backlog.newest > policy.idle_gap:
        return DueReason.IDLE
    return None
