"""Chooses the lines, read before, that a window needs to be understood."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from enrichment.domain.batches import Batch, Limits, Window
from enrichment.domain.messages import Message, PointRef
from enrichment.domain.text import estimated_tokens
from enrichment.planning.positions import position

_BYTES_PER_TOKEN = 4


def last_lines(messages: Sequence[Message], limits: Limits) -> tuple[Message, ...]:
    """Return the last messages that fit ``context_messages`` and ``context_tokens``, in order.

    The very last is always there, because "yes, that one" means nothing without it; where it is too long by itself,
    only its end is kept.
    """
    if not messages or limits.context_messages < 1:
        return ()
    chosen = [_ending(messages[-1], limits.context_tokens)]
    tokens = estimated_tokens(chosen[0].text)
    for message in reversed(messages[-limits.context_messages : -1]):
        tokens += estimated_tokens(message.text)
        if tokens > limits.context_tokens:
            break
        chosen.append(message)
    return tuple(reversed(chosen))


def with_context(batch: Batch, read: Mapping[PointRef, Message], limits: Limits) -> Batch:
    """Put the last digested messages of continued sessions before their windows, as far as ``read`` has them.

    ``read`` are the messages at ``Window.session.recent``. Only what was said before the window's first message counts,
    unless the session is retold: then what was said later stands before that. Windows that have their context already
    keep it.
    """
    return replace(batch, windows=tuple(_preceded(window, read, limits) for window in batch.windows))


def without_unread(batch: Batch, unread: Collection[PointRef]) -> Batch:
    """Take lines out of the context that were to be read by then and could not be: one of them may be what failed."""
    kept = (tuple(message for message in window.context if message.ref not in unread) for window in batch.windows)
    return replace(batch, windows=tuple(replace(w, context=c) for w, c in zip(batch.windows, kept, strict=True)))


def with_summaries(batch: Batch, told: Mapping[uuid.UUID, str]) -> Batch:
    """Give continued sessions the summaries that were told since the batch was planned, by session id."""
    return replace(batch, windows=tuple(_summarised(window, told) for window in batch.windows))


def _summarised(window: Window, told: Mapping[uuid.UUID, str]) -> Window:
    if window.session is None or window.session_id not in told:
        return window
    return replace(window, session=replace(window.session, summary=told[window.session_id]))


def _preceded(window: Window, read: Mapping[PointRef, Message], limits: Limits) -> Window:
    if window.context or window.session is None:
        return window
    first = position(window.messages[0])
    new = {message.identity for message in window.messages}
    there = [read[ref] for ref in window.session.recent if ref in read]
    others = sorted((message for message in there if message.identity not in new), key=position)
    before = [message for message in others if position(message) < first]
    if not window.session.retold:
        return replace(window, context=last_lines(before, limits))
    whole = replace(limits, context_messages=limits.retold_messages, context_tokens=limits.retold_tokens)
    return replace(window, context=last_lines([*others[len(before) :], *before], whole))


def _ending(message: Message, tokens: int) -> Message:
    """Return the message with at most the last ``tokens`` of its text, cut between characters."""
    if estimated_tokens(message.text) <= tokens:
        return message
    end = message.text[-tokens * _BYTES_PER_TOKEN :].encode("utf-8", "surrogatepass")[-tokens * _BYTES_PER_TOKEN :]
    return replace(message, text=end.decode("utf-8", "ignore"))
