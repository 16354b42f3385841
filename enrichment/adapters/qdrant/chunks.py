"""Chunks of one message, re-joined without the words that each repeats of the one before."""

from collections.abc import Sequence
from dataclasses import replace

from enrichment.adapters.qdrant.payload import Chunk
from enrichment.domain.messages import Message
from enrichment.domain.text import content_hash, storable

_GAP = " … "
# Fewer equal characters are chance: "a" ends one chunk and begins the next.
_LEAST_OVERLAP = 8


def complete(chunks: Sequence[Chunk]) -> bool:
    """Tell whether every chunk that was announced is there; without an announcement, whether none is skipped."""
    indices = {chunk.index for chunk in chunks}
    totals = [chunk.total for chunk in chunks if chunk.total is not None]
    return len(indices) >= (max(totals) if totals else max(indices) - min(indices) + 1)


def joined(chunks: Sequence[Chunk], overlap: int) -> Message:
    """Return the whole message, ``partial`` where chunks are missing; its hash is that of the joined original.

    It takes time, speaker and vectors from its first chunk, and its id from the parent that all name. It has no
    revision, since each of its points has its own.
    """
    ordered = sorted(chunks, key=lambda chunk: (chunk.index, chunk.message.ref))
    original = _text(ordered, overlap)
    head = ordered[0].message
    text, replaced = storable(original)
    return replace(
        head,
        points=tuple(chunk.message.ref for chunk in ordered),
        text=text,
        content_hash=content_hash(head.role.value, original),
        message_id=storable(str(ordered[0].parent))[0],
        revision=None,
        partial=not complete(ordered),
        replaced_characters=replaced,
    )


def _text(ordered: Sequence[Chunk], overlap: int) -> str:
    text, last = ordered[0].original, ordered[0].index
    for chunk in ordered[1:]:
        if chunk.index == last + 1:
            text = _appended(text, chunk.original, overlap)
        elif chunk.index > last:
            text += _GAP + chunk.original
        last = chunk.index
    return text


def _appended(text: str, chunk: str, overlap: int) -> str:
    longest = min(overlap, len(chunk))
    for size in range(longest, min(_LEAST_OVERLAP, longest) - 1, -1):
        if size and text.endswith(chunk[:size]):
            return text + chunk[size:]
    # Without a repetition the agent cut between words, and stripped the space where it cut.
    cut_at_space = text[-1:].isspace() or chunk[:1].isspace()
    return text + ("" if cut_at_space else " ") + chunk
