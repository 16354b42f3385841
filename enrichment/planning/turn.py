"""Plans one user's turn: what is read together, what need not be read, and what was read before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from enrichment.domain.batches import Batch, Limits
from enrichment.domain.changes import LedgerEntry, UserHistory
from enrichment.domain.messages import Message, PointRef, Role, Skipped
from enrichment.domain.outcomes import Outcome, Settlement, SkipReason
from enrichment.planning.packing import pack
from enrichment.planning.positions import position
from enrichment.planning.sessions import split
from enrichment.planning.worth import is_worth_reading

Skip = Skipped | tuple[Message, SkipReason]
Step = tuple[Batch, SkipReason | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnPlan:
    """Where each message of a turn goes: into one batch, among the skipped, or only to be settled as the ledger says.

    ``steps`` are in order: ``batches`` to be asked, among those that are ``passed_over``, which are skipped too, but
    whose sessions go on with them: what is said next may answer them. When one fails, the turn is planned again.
    """

    steps: tuple[Step, ...] = ()
    skipped: tuple[tuple[Message, SkipReason], ...] = ()
    settle_only: tuple[Settlement, ...] = ()

    @property
    def batches(self) -> tuple[Batch, ...]:
        """What is to be asked."""
        return tuple(batch for batch, reason in self.steps if reason is None)

    @property
    def passed_over(self) -> tuple[tuple[Batch, SkipReason], ...]:
        """What is not worth a call, with the reason."""
        return tuple((batch, reason) for batch, reason in self.steps if reason is not None)


def plan_turn(user_id: str, messages: Iterable[Message], history: UserHistory, limits: Limits) -> TurnPlan:
    """Plan these messages of one user; the result does not depend on their order.

    - A text that the ledger has for this very point is only settled. Of a message in chunks this holds for each
      point by itself: a chunk that was stored again is new, the others are not.
    - Not newer than the user's erasure, or of a user who has opted out: skipped.
    - Copies of one message (equal identity) are read once: if their texts differ, the last in order has the current
      text, and the first with that text is read. A text that the ledger has under another point is not read again;
      another text than the ledger's is an edit and is read.
    - A batch that would hold no message of the user, or nothing of theirs but small talk, is passed over: what only the
      bot said teaches nothing about anybody, nor does "thanks". Read together with others, small talk stays.
    """
    # A copy that was skipped says only that another point was to be read: that may still have to happen.
    read_before = {
        (entry.identity, entry.content_hash) for entry in history.entries if entry.reason != SkipReason.DUPLICATE
    }
    settle_only, unknown = _without_the_known(sorted(messages, key=position), history)
    skipped: list[tuple[Message, SkipReason]] = []
    copies: dict[bytes, list[Message]] = defaultdict(list)
    for identity, message in unknown:
        if (forbidden := _forbidden(message, history)) is not None:
            skipped.append((message, forbidden))
        elif (identity, message.content_hash) in read_before:
            skipped.append((message, SkipReason.DUPLICATE))
        else:
            copies[identity].append(message)
    current = [_current(group) for group in copies.values()]
    kept = {message.ref for message in current}
    skipped += [(m, SkipReason.DUPLICATE) for group in copies.values() for m in group if m.ref not in kept]
    largest = {
        key: record.largest_batch for key, record in history.attempts.items() if record.largest_batch is not None
    }
    batches = pack(user_id, split(user_id, current, history.sessions, limits), limits, largest)
    return TurnPlan(
        steps=tuple((batch, _passing_over(batch)) for batch in batches),
        skipped=tuple(sorted(skipped, key=lambda item: position(item[0]))),
        settle_only=settle_only,
    )


def leaves_no_trace(item: Skip, history: UserHistory) -> bool:
    """Tell whether a message is settled without a ledger row: of an erased user, the tombstone says all there is.

    What is no message has no time, so that it cannot prove to be newer than the erasure.
    """
    return history.erased_before is not None if isinstance(item, Skipped) else item[1] is SkipReason.ERASED


def skipping(item: Skip) -> list[Settlement]:
    """Return what is to be written into the store for a message that is skipped, for each of its points."""
    known, reason = (item, item.reason) if isinstance(item, Skipped) else item
    refs = (known.ref,) if isinstance(known, Skipped) else known.points
    return [
        Settlement(
            ref=ref,
            outcome=Outcome.SKIPPED,
            reason=reason,
            content_hash=known.content_hash,
            revision=known.revision,
        )
        for ref in refs
    ]


def _current(copies: Sequence[Message]) -> Message:
    """Return, of copies in order, the first that has the text of the last."""
    return next(message for message in copies if message.content_hash == copies[-1].content_hash)


def _forbidden(message: Message, history: UserHistory) -> SkipReason | None:
    """A message without a known time cannot prove that it is newer than the erasure."""
    before = history.erased_before
    if before is not None and (not message.time_known or message.said_at <= before):
        return SkipReason.ERASED
    return SkipReason.OPTED_OUT if history.opted_out else None


def _passing_over(batch: Batch) -> SkipReason | None:
    """Return why a batch is not worth a call, None if it is."""
    if not any(message.role is Role.USER for message in batch.messages):
        return SkipReason.NO_USER_MESSAGE
    return None if is_worth_reading(batch) else SkipReason.TRIVIAL


def _without_the_known(
    messages: Sequence[Message], history: UserHistory
) -> tuple[tuple[Settlement, ...], list[tuple[bytes, Message]]]:
    """Return how to settle the points that have an end, and (identity, message with its other points) of the rest."""
    ends = {(entry.ref, entry.content_hash): entry for entry in history.entries}
    settlements: list[Settlement] = []
    rest: list[tuple[bytes, Message]] = []
    for message in messages:
        known = {ref: end for ref in message.points if (end := ends.get((ref, message.content_hash))) is not None}
        settlements += [settlement_of(ref, end, message) for ref, end in known.items()]
        if others := tuple(ref for ref in message.points if ref not in known):
            rest.append((message.identity, replace(message, points=others)))
    return tuple(settlements), rest


def settlement_of(ref: PointRef, end: LedgerEntry, text: Message | Skipped) -> Settlement:
    """Return what has to be written again for a point whose end is in the ledger."""
    return Settlement(
        ref=ref,
        outcome=Outcome(end.outcome),
        reason=end.reason,
        content_hash=text.content_hash,
        revision=text.revision,
    )
