"""Tells who began: sessions a user opened, attempts the agent made, and what became of them.

A bot message after half an hour of silence is an attempt, unless it answers the user within six hours; a user's message
within 24 hours is its reply. Everything else with which a user ends a silence is a return of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from enrichment.engines import hours, intervals
from enrichment.engines.frame import twin
from enrichment.engines.receptivity import DAYPARTS

SESSION_SECONDS = 1800.0
HOUR = 3600.0
REPLY_SECONDS = 24 * HOUR
ANSWER_SECONDS = 6 * HOUR
KEPT = 20
_FADING_SECONDS = hours.HALF_LIFE_DAYS * 86_400
_BINS_PER_DAYPART = hours.BINS // DAYPARTS


class Attempt(NamedTuple):
    """When the agent wrote first, after what silence, in which daypart, and after how long it was answered, if at all.

    ``silence_hours`` is None if the user had never written.
    """

    at: float
    silence_hours: float | None
    daypart: int
    reply_hours: float | None = None


@dataclass(slots=True, kw_only=True)
class Approaches:
    """Session starts by half hour as of ``faded_at``; silences and own returns by interval; attempts and their ends.

    Mutable while a batch is folded. Times are epoch seconds. ``watched_from`` is the time from which the silence since
    ``last_user`` counts as watched. ``older`` holds number, replies and expected returns of attempts not kept any more.
    """

    starts: list[float] = field(default_factory=lambda: [0.0] * hours.BINS)
    faded_at: float = 0.0
    ahead_hours: float = 0.0
    zone: str = ""
    sessions: int = 0
    events: list[int] = field(default_factory=lambda: [0] * intervals.BINS)
    exposure: list[float] = field(default_factory=lambda: [0.0] * intervals.BINS)
    last: float | None = None
    last_is_user: bool = False
    last_user: float | None = None
    watched_from: float = 0.0
    pending: Attempt | None = None
    attempts: list[Attempt] = field(default_factory=list)
    older: tuple[int, int, float] = (0, 0, 0.0)
    tried: list[int] = field(default_factory=lambda: [0] * DAYPARTS)
    answered: list[int] = field(default_factory=lambda: [0] * DAYPARTS)

    def copied(self) -> "Approaches":
        """Return a copy that shares nothing that changes."""
        new = twin(self)
        new.starts, new.events, new.exposure = self.starts.copy(), self.events.copy(), self.exposure.copy()
        new.attempts, new.tried, new.answered = self.attempts.copy(), self.tried.copy(), self.answered.copy()
        return new

    def set_clock(self, zone: str, ahead_hours: float) -> None:
        """Turn the hours if the zone became known or changed; daylight saving of the same zone turns nothing."""
        if zone != self.zone:
            self.starts = list(hours.turned(self.starts, ahead_hours - self.ahead_hours))
            self.zone = zone
        self.ahead_hours = ahead_hours

    def hear_user(self, at: float) -> None:
        """Note that the user wrote."""
        quiet = self.last is None or at - self.last >= SESSION_SECONDS
        self.expire(at)
        if self.pending is not None:
            waited = (at - self.pending.at) / HOUR
            self._conclude(Attempt(self.pending.at, self.pending.silence_hours, self.pending.daypart, waited))
        elif quiet:
            self._return(at)
        self.last, self.last_is_user, self.last_user, self.watched_from = at, True, at, at

    def hear_bot(self, at: float) -> None:
        """Note that the agent wrote."""
        patience = ANSWER_SECONDS if self.last_is_user else SESSION_SECONDS
        if self.last is None or at - self.last >= patience:
            self._attempt(at)
        self.last, self.last_is_user = at, False

    def expire(self, now: float) -> None:
        """Count a pending attempt as unanswered once its 24 hours are over."""
        if self.pending is not None and now - self.pending.at > REPLY_SECONDS:
            self._conclude(self.pending)

    def expected(self, attempts: Iterable[Attempt]) -> float:
        """Return how many of the attempts would have seen a return within 24 hours without them."""
        law = intervals.returns(self.events, self.exposure)
        return sum(law.within(24.0, each.silence_hours) for each in attempts if each.silence_hours is not None)

    def _return(self, at: float) -> None:
        if self.sessions:
            fading = 2.0 ** (-max(at - self.faded_at, 0.0) / _FADING_SECONDS)
            self.starts = [count * fading for count in self.starts]
        self.starts[hours.bin_of(at, self.ahead_hours)] += 1
        self.faded_at = at
        self.sessions += 1
        if self.last_user is not None:
            self.events[intervals.bin_of((at - self.last_user) / HOUR)] += 1
            self._watch(at)

    def _attempt(self, at: float) -> None:
        self.expire(at)
        if self.pending is not None:
            self._conclude(self.pending)
        self._watch(at)
        silence = None if self.last_user is None else (at - self.last_user) / HOUR
        self.pending = Attempt(at, silence, hours.bin_of(at, self.ahead_hours) // _BINS_PER_DAYPART)
        self.watched_from = at + REPLY_SECONDS

    def _watch(self, until: float) -> None:
        """Count the silence up to now as watched."""
        if self.last_user is not None and until > self.watched_from:
            since = (self.watched_from - self.last_user) / HOUR
            intervals.expose(self.exposure, since, (until - self.last_user) / HOUR)

    def _conclude(self, attempt: Attempt) -> None:
        self.pending = None
        self.attempts.append(attempt)
        self.tried[attempt.daypart] += 1
        self.answered[attempt.daypart] += attempt.reply_hours is not None
        if len(self.attempts) > KEPT:
            oldest = self.attempts.pop(0)
            n, replies, expected = self.older
            self.older = (n + 1, replies + (oldest.reply_hours is not None), expected + self.expected([oldest]))
