"""What several engines want to know of the same messages, found out once for all of them.

Nothing here depends on who asks, so the answers to the last questions are kept: a batch, and what still waits after it,
are given to every engine in turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from enrichment.domain.messages import Message, Role
from enrichment.engines.emotion import Mood, mood_of
from enrichment.engines.reactions import Exchange, Pairing, Turn
from enrichment.engines.reading import Reading, read

_REMEMBERED = 2


class Heard(NamedTuple):
    """A message of known time, read; ``at`` is in epoch seconds."""

    message: Message
    role: Role
    at: float
    reading: Reading
    mood: Mood | None
    turn: Turn


class Followed(NamedTuple):
    """Where a pairing is after some messages, and which exchanges which of them (by position) completed."""

    pairing: Pairing
    exchanges: tuple[tuple[int, Exchange], ...]


@dataclass(slots=True)
class _Memo:
    """The last messages that were heard and followed, known by identity: equal ones are hardly ever met again."""

    read: list[tuple[Sequence[Message], tuple[Heard, ...]]] = field(default_factory=list)
    followed: list[tuple[tuple[Heard, ...], Pairing, Followed]] = field(default_factory=list)


_memo = _Memo()


def heard(messages: Sequence[Message]) -> tuple[Heard, ...]:
    """Return the messages whose time is known, read."""
    for known, result in _memo.read:
        if known is messages:
            return result
    result = tuple([_hear(message) for message in messages if message.time_known])
    _memo.read = [(messages, result), *_memo.read][:_REMEMBERED]
    return result


def followed(pairing: Pairing, said: tuple[Heard, ...]) -> Followed:
    """Return the pairing after these messages, as a new one, and the exchanges."""
    for known, start, result in _memo.followed:
        if known is said and start == pairing:
            return result
    end, exchanges = pairing.copy(), []
    for at, each in enumerate(said):
        exchange = end.hear(each.turn)
        if exchange:
            exchanges.append((at, exchange))
    result = Followed(end, tuple(exchanges))
    _memo.followed = [(said, pairing, result), *_memo.followed][:_REMEMBERED]
    return result


def _hear(message: Message) -> Heard:
    at, reading, mood = message.said_at.timestamp(), read(message.text, message.language), mood_of(message)
    turn = Turn(message.role, at, len(reading.tokens), mood.valence if mood else None)
    return Heard(message, message.role, at, reading, mood, turn)
