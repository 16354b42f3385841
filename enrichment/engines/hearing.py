"""What several engines want to know of the same messages, found out once for all of them."""

from dataclasses import dataclass, field

from enrichment.domain.messages import Message, Role
from enrichment.engines.emotion import Mood, mood_of
from enrichment.engines.reactions import Turn
from enrichment.engines.reading import Reading, read

_REMEMBERED = 2


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of known time, read: ``turn`` has its time in epoch seconds."""

    message: Message
    role: Role
    at: float
    reading: Reading
    mood: Mood | None
    turn: Turn


@dataclass(slots=True)
class _Memo:
    """The last lists of messages that were heard; by identity, because equal lists are hardly ever met twice."""

    entries: list[tuple[tuple[Message, ...], tuple[Heard, ...]]] = field(default_factory=list)

    def heard(self, messages: tuple[Message, ...]) -> tuple[Heard, ...]:
        for known, result in self.entries:
            if known is messages:
                return result
        result = tuple([_hear(message) for message in messages if message.time_known])
        self.entries = [(messages, result), *self.entries][:_REMEMBERED]
        return result


_memo = _Memo()


def heard(messages: tuple[Message, ...]) -> tuple[Heard, ...]:
    """Return the messages whose time is known, read; what is said of messages does not depend on who asks."""
    return _memo.heard(messages)


def _hear(message: Message) -> Heard:
    at, reading, mood = message.said_at.timestamp(), read(message.text, message.language), mood_of(message)
    turn = Turn(message.role, at, len(reading.tokens), mood.valence if mood else None)
    return Heard(message, message.role, at, reading, mood, turn)
