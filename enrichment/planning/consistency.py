"""Decides what one point's status, text and index say together with the ledger, and which status it ought to have."""

from dataclasses import dataclass
from enum import StrEnum

from enrichment.domain.outcomes import Outcome
from enrichment.domain.upkeep import Recorded, RecordedEnd, SeenPoint

PENDING = "pending"
FINAL = frozenset(outcome.value for outcome in Outcome)


class Finding(StrEnum):
    """What a sweep can find: the closed set of kinds, also the metric's label."""

    DONE_WITHOUT_LEDGER = "done_without_ledger"
    CHANGED = "changed"
    FLAG_LOST = "flag_lost"
    HIDDEN = "hidden"
    NOT_REOPENED = "not_reopened"


# What costs nothing to mend, or is an ordinary edit that its agent did not announce, is mended at once. A done point
# without a ledger row is left to the operator: after a restored backup they may be many, and each is paid for again.
ALWAYS_REPAIRED = frozenset(Finding) - {Finding.DONE_WITHOUT_LEDGER}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong, and the status to write; ``end`` is the ledger's where that is a final one."""

    finding: Finding
    wanted: str
    end: RecordedEnd | None = None


def judge(point: SeenPoint, recorded: Recorded) -> Verdict | None:
    """Return what is wrong with a point, None if nothing is.

    The point must have been read before the ledger: a row that is committed in between can only acquit. A status that
    is neither ``pending`` nor final is not ours, unless the ledger has the text. What an erasure has left in the store
    is as it should be.
    """
    end = next((one for one in recorded.ends if point.content_hash in (None, one.content_hash)), None)
    if point.status in FINAL:
        return _of_a_done_point(point, recorded, end)
    if end is not None:
        # What is not settled yet is the light reconcile's.
        return Verdict(Finding.FLAG_LOST, end.outcome.value, end) if end.settled else None
    if point.status == PENDING and not point.indexed_pending:
        return Verdict(Finding.HIDDEN, PENDING)
    return None


def _of_a_done_point(point: SeenPoint, recorded: Recorded, end: RecordedEnd | None) -> Verdict | None:
    if end is None:
        if recorded.requeued:
            return Verdict(Finding.NOT_REOPENED, PENDING)
        if recorded.ends:
            return Verdict(Finding.CHANGED, PENDING)
        return None if _is_erased(point, recorded) else Verdict(Finding.DONE_WITHOUT_LEDGER, PENDING)
    if point.status != end.outcome.value:
        return Verdict(Finding.FLAG_LOST, end.outcome.value, end) if end.settled else None
    return Verdict(Finding.HIDDEN, end.outcome.value, end) if point.indexed_pending else None


def _is_erased(point: SeenPoint, recorded: Recorded) -> bool:
    """A message without a known time cannot prove that it is newer than the erasure; see ``planning.turn``."""
    before = recorded.erased_before
    return before is not None and (point.said_at is None or point.said_at <= before)
