"""What a batch brings for a pair's engines: its messages, how they were recalled, and what was spoken of."""

from collections.abc import Sequence

from enrichment.domain.batches import Batch
from enrichment.domain.digest import Digest
from enrichment.domain.facts import Category
from enrichment.domain.messages import Message
from enrichment.engines.frame import Access, Topic
from enrichment.engines.outside import Outside
from enrichment.engines.waiting import Arrived

NOTHING = Outside()


def arrived(messages: Sequence[Message], topics: Sequence[Topic] = (), outside: Outside = NOTHING) -> Arrived:
    """Return what these messages bring; the agent counts their recalls in the payload."""
    accesses = [
        Access(memory_id=message.ref.point_id, at=message.access.last_at, count=message.access.count)
        for message in messages
        if message.access.count > 0 and message.access.last_at is not None
    ]
    return Arrived(
        messages=tuple(messages),
        accesses=(*accesses, *outside.accesses),
        qualities=outside.qualities,
        topics=tuple(topics),
        read_until=outside.read_until,
    )


def spoken_of(messages: Sequence[Message], batch: Batch, digest: Digest) -> list[Topic]:
    """Return the topics and the plans that a digest found in these messages of the batch."""
    new = {message.ref for message in messages}
    spoken = {
        window.session_id: max(message.said_at for message in window.messages)
        for window in batch.windows
        if any(message.ref in new for message in window.messages)
    }
    topics = [
        Topic(label=label, said_at=spoken[window.session_id])
        for window in digest.windows
        if window.session_id in spoken
        for label in window.topics
    ]
    plans = [
        Topic(label=fact.statement, said_at=said.said_at, due_at=fact.occurred.start)
        for fact in digest.facts
        for said in fact.evidence[:1]
        if fact.category is Category.PLAN and fact.occurred is not None and fact.flagged is None
        if said.ref in new and fact.occurred.start is not None and fact.occurred.start > said.said_at
    ]
    return topics + plans
