"""Lets the engines of a pair see what a batch brought, for the batch's own transaction to write."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter

import structlog

from enrichment.domain.batches import Batch
from enrichment.domain.digest import Digest
from enrichment.domain.messages import Message
from enrichment.domain.tally import Tally
from enrichment.engines import arrivals
from enrichment.engines.folding import Fold, Observed
from enrichment.engines.frame import Asked, Pair
from enrichment.engines.keeping import Told
from enrichment.engines.wishes import DISLIKES, LIKES
from enrichment.memory.claims import claim_of
from enrichment.ports import Ports

log = structlog.get_logger()

# Of a long turn, readers see something before its end.
REPORT_AFTER = timedelta(minutes=2)
REPORT_AFTER_MESSAGES = 1_000


class Observing:
    """What one turn does for the engines; states stay decoded from batch to batch while the lease keeps others out."""

    def __init__(self, ports: Ports, tally: Tally) -> None:
        self._ports = ports
        self._tally = tally
        self._folds: dict[Pair, Fold] = {}
        self._reported: dict[Pair, tuple[datetime, int]] = {}
        self._under_way: tuple[Pair, Fold] | None = None

    async def observe(self, batch: Batch, digest: Digest, *, is_last: bool) -> Observed | None:
        """Fold the batch and return what to write with it; rows too, if it is the pair's last of the turn.

        The result is good once: whoever cannot commit it never calls ``committed``, and the pair is loaded anew.
        """
        engines, now = self._ports.engines, self._ports.clock.now()
        if not engines.run:
            return None
        pair = Pair(batch.user_id, batch.bot_name)
        fold = self._folds.pop(pair, None)
        if fold is None:
            stored = await engines.states.load(pair)
            fold = Fold(pair, engines.run, stored, registered=engines.registered)
        told = await engines.states.told(batch.user_id, batch.messages)
        unknown = _unknown(fold, batch.messages, told)
        outside = await engines.sources.come(pair, fold.read_until)
        self._tally.sources_failed.update(outside.failed)
        fold.mind(_minds(digest))
        arrived = arrivals.arrived(unknown, arrivals.spoken_of(unknown, batch, digest), outside)
        reports = is_last or self._is_long_ago(pair, now, len(unknown))
        wanted = fold.wanted(arrived)
        chosen_at = now if reports else None
        memories = await engines.states.memories(pair, wanted, chosen_at) if wanted or reports else ()
        fold.absorb(arrived, {each.memory_id: each for each in memories if each.memory_id in wanted})
        if reports:
            fold.report(Asked(now=now), memories)
            self._reported[pair] = (now, 0)
        self._under_way = (pair, fold)
        return self._noted(fold.collect(now))

    def committed(self) -> None:
        """Keep the states of the batch that was just committed for the pair's next one."""
        if self._under_way is not None:
            pair, fold = self._under_way
            self._folds[pair], self._under_way = fold, None

    def _is_long_ago(self, pair: Pair, now: datetime, messages: int) -> bool:
        since, unreported = self._reported.get(pair, (now, 0))
        self._reported[pair] = (since, unreported + messages)
        return now - since >= REPORT_AFTER or unreported + messages >= REPORT_AFTER_MESSAGES

    def _noted(self, observed: Observed) -> Observed:
        for engine, error in observed.failed:
            self._tally.engines_failed[engine] += 1
            log.error("engine.failed", engine=engine, error=error)
        return observed


def _minds(digest: Digest) -> list[tuple[str, bool]]:
    """Return what the digest's facts say that the user likes or dislikes, in the order in which it was said."""
    told = [
        (max(one.said_at for one in fact.evidence), fact.object, predicate == DISLIKES)
        for fact in digest.facts
        if fact.flagged is None and (predicate := claim_of(fact).predicate) in (LIKES, DISLIKES)
    ]
    return [(thing, is_disliked) for _, thing, is_disliked in sorted(told, key=itemgetter(0))]


def _unknown(fold: Fold, messages: Sequence[Message], told: Sequence[Told]) -> list[Message]:
    """Return the messages that the engines have not seen; an edit of what they have folded makes the pair wrong."""
    unknown = []
    for message, known in zip(messages, told, strict=True):
        if known is Told.NEW or (known is Told.EDITED and fold.retake(message)):
            unknown.append(message)
        elif known is Told.EDITED:
            fold.mark_wrong()
    return unknown
