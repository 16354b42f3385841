"""Folds a pair's states anew where they have become wrong: after an edit, a deletion, or a message that came late."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from enrichment.domain.messages import Message, PointRef
from enrichment.engines.arrivals import arrived
from enrichment.engines.folding import Fold
from enrichment.engines.frame import Asked, MemoryState, Pair
from enrichment.engines.outside import Outside
from enrichment.ports import Lease, Ports

log = structlog.get_logger()

PAGE = 500


async def rebuild(ports: Ports, pair: Pair, lease: Lease) -> None:
    """Fold in order what the ledger says that engines have seen, and put the result in place of the old states.

    A text that has changed since is left out: it is pending, and comes by itself. Memories are held in memory, a few
    hundred bytes each.
    """
    engines, now = ports.engines, ports.clock.now()
    stored = await engines.states.load(pair)
    known = replace(stored, states={}, late=0)
    fold = Fold(pair, engines.run, known)
    topics = list(await engines.rebuilds.topics(pair))
    seen = await engines.rebuilds.seen(pair)
    memories: dict[str, MemoryState] = {}
    for start in range(0, len(seen), PAGE):
        messages = await _texts(ports, pair, seen[start : start + PAGE])
        until = max((message.said_at for message in messages), default=None)
        spoken = [topic for topic in topics if until is not None and topic.said_at <= until]
        topics = topics[len(spoken) :]
        # What comes from outside comes last: an access that is late is folded late, a message would be lost.
        is_last = start + PAGE >= len(seen)
        outside = await engines.sources.come(pair, {}) if is_last else Outside()
        came = arrived(messages, spoken, outside)
        fold.absorb(came, {each: memories[each] for each in fold.wanted(came) if each in memories})
        memories |= {memory.memory_id: memory for memory in fold.memories}
    fold.report(Asked(now=now), memories.values())
    observed = replace(fold.collect(now), memories=tuple(memories.values()))
    await engines.states.write(observed, lease, anew=[engine.name for engine in engines.run])
    log.info("pair.rebuilt", messages=observed.messages, engines_failed=len(observed.failed))


async def _texts(ports: Ports, pair: Pair, seen: Sequence[tuple[PointRef, bytes]]) -> list[Message]:
    fetched = await ports.pending.fetch(pair.user_id, [ref for ref, _ in seen])
    texts = set(seen)
    return [
        message
        for message in fetched.messages
        if message.bot_name == pair.bot_name and (message.ref, message.content_hash) in texts
    ]
