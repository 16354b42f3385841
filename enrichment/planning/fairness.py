"""Orders the due users so that everybody has a turn: who was served longest ago first, old messages weighing more."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from enrichment.domain.batches import UserBacklog

# A user who never had a turn, or asked for one, counts as served this long ago: a flood of new users cannot hold up
# somebody who has waited longer than twice that.
NEW = timedelta(days=1)
# The age of the oldest message at which it weighs half of what the oldest possible one does.
HALF_WEIGHT = timedelta(hours=1)


def fair_order(backlogs: Iterable[UserBacklog], now: datetime) -> list[UserBacklog]:
    """Return the users in the order in which they get their next turn.

    The key is the time since the last turn, times a weight from 1 to 2 that grows with the age of the oldest message.
    How much somebody has waiting is not in it, and each turn brings the time back to 0: among N users who always have
    something waiting, nobody waits for more than 2N turns.
    """
    return sorted(backlogs, key=lambda backlog: (-urgency(backlog, now), backlog.user_id))


def urgency(backlog: UserBacklog, now: datetime) -> float:
    """Return the seconds since the user's last turn, weighted; odd times (none, or still to come) weigh nothing."""
    waited = NEW if backlog.served_at is None else max(now - backlog.served_at, timedelta(0))
    if backlog.requested:
        waited = max(waited, NEW)
    age = timedelta(0) if backlog.oldest is None else max(now - backlog.oldest, timedelta(0))
    return waited.total_seconds() * (1 + age / (age + HALF_WEIGHT))
