"""Points read as messages: what stands alone, and chunks in groups of one message each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from enrichment.adapters.qdrant.chunks import complete, joined
from enrichment.adapters.qdrant.payload import Chunk, hash_of, read_point
from enrichment.adapters.qdrant.retrieval import Points, siblings
from enrichment.adapters.qdrant.rules import Rules
from enrichment.adapters.qdrant.server import Server
from enrichment.domain.messages import Message, PointRef, Skipped


@dataclass(frozen=True, slots=True)
class Read:
    """What points hold; every group of chunks is one message, as far as its chunks are there."""

    alone: tuple[Message | Skipped, ...]
    chunked: tuple[tuple[Chunk, ...], ...]

    def hashes(self, overlap: int) -> dict[PointRef, bytes]:
        """Return what each point says: the hash of its text, for a chunk that of its whole message."""
        whole = [joined(group, overlap) for group in self.chunked]
        found = {ref: message.content_hash for message in whole for ref in message.points}
        return found | {item.ref: item.content_hash for item in self.alone}


async def hashes(server: Server, rules: Rules, collection: str, points: Points, now: datetime) -> dict[PointRef, bytes]:
    """Return what each point says (see ``Read.hashes``); only what may be a chunk is read for it."""
    known = {ref: hash_of(payload, rules) for ref, payload in points.payloads.items()}
    alone = {ref: content_hash for ref, content_hash in known.items() if content_hash is not None}
    parts = {ref: payload for ref, payload in points.payloads.items() if ref not in alone}
    if not parts:
        return alone
    return alone | (await read(server, rules, collection, Points(parts), now)).hashes(rules.chunk_overlap)


async def read(server: Server, rules: Rules, collection: str, points: Points, now: datetime) -> Read:
    """Read the points; chunks that are missing among them are looked up, whatever became of them.

    A message is read as a whole: a chunk that arrives after its siblings were read makes their message an edited one.
    """
    items = _items(rules, points, now)
    groups = []
    for group in _by_message(item for item in items if isinstance(item, Chunk)):
        if not complete(group):
            payload = points.payloads[group[0].message.ref]
            found = await siblings(server, collection, rules.names, payload, group[0].parent)
            group = _with(group, _items(rules, found, now))  # noqa: PLW2901  # the same group, larger
        groups.append(group)
    return Read(tuple(item for item in items if not isinstance(item, Chunk)), tuple(groups))


def _items(rules: Rules, points: Points, now: datetime) -> list[Message | Skipped | Chunk]:
    return [read_point(ref, payload, rules, now, points.vectors.get(ref)) for ref, payload in points.payloads.items()]


def _by_message(chunks: Iterable[Chunk]) -> list[tuple[Chunk, ...]]:
    return [tuple(group) for _, group in groupby(sorted(chunks, key=_message), _message)]


def _message(chunk: Chunk) -> tuple[str, str, str, str]:
    """What the chunks of one message have in common."""
    return (chunk.message.user_id, chunk.message.bot_name, chunk.message.role.value, str(chunk.parent))


def _with(group: tuple[Chunk, ...], found: Iterable[Message | Skipped | Chunk]) -> tuple[Chunk, ...]:
    known = {chunk.message.ref for chunk in group}
    return group + tuple(
        item
        for item in found
        if isinstance(item, Chunk) and _message(item) == _message(group[0]) and item.message.ref not in known
    )
