"""Pairs each turn of the bot with what the user did next: how they replied, how soon, in which mood, or not at all."""

import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from enrichment.domain.messages import Role

SESSION_GAP_SECONDS = 1800.0
_PRIOR_N = 10.0
# Of a change of valence, ln(1 + words), -ln(seconds to the reply), and of replying at all: what they are usually like.
_PRIORS = ((0.0, 0.5), (2.0, 1.0), (-4.0, 1.5), (0.8, 0.4))


# Named tuples, because several are made of each message, and frozen dataclasses take three times as long to make.
class Turn(NamedTuple):
    """What one side said: time in epoch seconds, words, and valence if known."""

    role: Role
    at: float
    words: int
    valence: float | None = None


class Exchange(NamedTuple):
    """A bot's turn, the user's message before it, and their reply within the session, if there was one.

    ``score`` is how well it was received, in standard deviations from what is usual for the pair.
    """

    bot: Turn
    before: Turn | None
    reply: Turn | None
    score: float

    @property
    def latency_seconds(self) -> float | None:
        """How long the reply took, at least a second."""
        return max(1.0, self.reply.at - self.bot.at) if self.reply else None

    @property
    def valence_change(self) -> float | None:
        """How the user's valence moved over the bot's turn."""
        if not self.reply or not self.before or self.reply.valence is None or self.before.valence is None:
            return None
        return self.reply.valence - self.before.valence


@dataclass(slots=True)
class Usual:
    """Running mean and spread of one quantity, beginning with a prior worth ten values."""

    n: float
    mean: float
    square: float

    def standardised(self, value: float) -> float:
        """Return how far a value is from the mean so far, in standard deviations, and take it into account."""
        off = value - self.mean
        z = off / math.sqrt(self.square / self.n)
        self.n += 1
        self.mean += off / self.n
        self.square += off * (value - self.mean)
        return z


def usual(mean: float, sd: float) -> Usual:
    """Return statistics that rest on their prior alone."""
    return Usual(_PRIOR_N, mean, _PRIOR_N * sd * sd)


@dataclass(slots=True)
class Pairing:
    """The turns that wait for a reply: the user's last message, and the bot's turn after it."""

    before: Turn | None = None
    bot: Turn | None = None
    components: list[Usual] = field(default_factory=lambda: [usual(*prior) for prior in _PRIORS])

    def copy(self) -> "Pairing":
        """Return a pairing that can be continued without changing this one."""
        return Pairing(self.before, self.bot, [Usual(each.n, each.mean, each.square) for each in self.components])

    def hear(self, turn: Turn) -> Exchange | None:
        """Take the next message; return the exchange that it completes or shows to have no reply."""
        last = self.bot or self.before
        is_new_session = last is not None and turn.at - last.at > SESSION_GAP_SECONDS
        closed = self._closed(None) if is_new_session else None
        if is_new_session:
            self.before, self.bot = None, None
        if turn.role is Role.BOT:
            self.bot = joined(self.bot, turn) if self.bot else turn
            return closed
        answered = self._closed(turn)
        self.before, self.bot = turn, None
        return answered or closed

    def _closed(self, reply: Turn | None) -> Exchange | None:
        if self.bot is None:
            return None
        return Exchange(self.bot, self.before, reply, self._score(self.bot, reply))

    def _score(self, bot: Turn, reply: Turn | None) -> float:
        """Return the mean of the z-scores that there are."""
        change, words, promptness, replying = self.components
        scores = [replying.standardised(1.0 if reply else 0.0)]
        if reply:
            scores.append(words.standardised(math.log1p(reply.words)))
            scores.append(promptness.standardised(-math.log(max(1.0, reply.at - bot.at))))
            before = self.before
            if before and before.valence is not None and reply.valence is not None:
                scores.append(change.standardised(reply.valence - before.valence))
        return sum(scores) / len(scores)


def joined(first: Turn, second: Turn) -> Turn:
    """Return two turns of one side as one; the later time is what a reply is measured from."""
    valence = second.valence if second.valence is not None else first.valence
    return Turn(second.role, second.at, first.words + second.words, valence)


def packed(pairing: Pairing) -> list[Any]:
    """Return a JSON value."""
    turns = [[each.role.value, *each[1:]] if each else None for each in (pairing.before, pairing.bot)]
    return [*turns, [[each.n, each.mean, each.square] for each in pairing.components]]


def unpacked(held: list[Any]) -> Pairing:
    """Return what ``packed`` took."""
    before, bot = (Turn(Role(each[0]), *each[1:]) if each else None for each in held[:2])
    return Pairing(before, bot, [Usual(*each) for each in held[2]])
