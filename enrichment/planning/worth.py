"""Decides whether a batch is worth a call: not if all that people say in it is small talk."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from enrichment.domain.batches import Batch, Window
from enrichment.domain.messages import Message, Role
from enrichment.domain.small_talk import asks, is_small_talk, may_agree

# How far back the question may be that a "yes" answers.
_NEAR = 3
_WORD = re.compile(r"[^\W\d_]+")


def is_worth_reading(batch: Batch) -> bool:
    """Whether anybody says something in the batch that may matter.

    The bot's lines count by what people say to them: "yes" matters after a question, "thanks" does not.
    """
    names = frozenset(_names(batch))
    return any(_matters(line, names) for window in batch.windows for line in _lines(window))


def _names(batch: Batch) -> Iterator[str]:
    for name in (batch.bot_name, *(message.author or "" for message in batch.messages)):
        yield from _WORD.findall(name.casefold())


@dataclass(frozen=True, slots=True)
class _Line:
    """A new message of a person, and what was said right before it; ``unknown`` if that has not been looked up."""

    message: Message
    before: Sequence[Message]
    unknown: bool


def _lines(window: Window) -> Iterator[_Line]:
    said: list[Message] = list(window.context)
    is_continued = window.session is not None and not window.context
    for message in window.messages:
        if message.role is Role.USER:
            yield _Line(message, tuple(said[-_NEAR:]), is_continued and not said)
        said.append(message)


def _matters(line: _Line, names: frozenset[str]) -> bool:
    message = line.message
    if not is_small_talk(message.text, names):
        return True
    if not may_agree(message.text):
        return False
    others = (other for other in line.before if (other.role, other.author) != (message.role, message.author))
    return line.unknown or any(asks(other.text) for other in others)
