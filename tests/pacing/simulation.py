"""Workers at a pace, and a server that refuses, in a time of their own: an hour of it takes a moment."""

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from enrichment.pacing import pace as pacing
from enrichment.pacing.pace import Booking, Pace, RateLimits

Server = Callable[[float], bool]


def fixed_window(limit: int, seconds: float = 60.0) -> Server:
    """Admit that many requests in each window by the clock."""
    counts: dict[int, int] = {}

    def admits(now: float) -> bool:
        window = int(now // seconds)
        if counts.get(window, 0) >= limit:
            return False
        counts[window] = counts.get(window, 0) + 1
        return True

    return admits


def sliding_window(limit: int, seconds: float = 60.0) -> Server:
    """Admit that many requests in any span of this length."""
    admitted: deque[float] = deque()

    def admits(now: float) -> bool:
        while admitted and admitted[0] <= now - seconds:
            admitted.popleft()
        if len(admitted) >= limit:
            return False
        admitted.append(now)
        return True

    return admits


def bucket(limit: int, size: int = 5) -> Server:
    """Admit so many a minute, and a handful at once."""
    state = [float(size), 0.0]

    def admits(now: float) -> bool:
        state[0] = min(size, state[0] + (now - state[1]) * limit / 60)
        state[1] = now
        if state[0] < 1:
            return False
        state[0] -= 1
        return True

    return admits


@dataclass
class Simulation:
    """Runs workers that always have something to ask; ``sent`` lists (time, was it admitted)."""

    server: Server
    limits: RateLimits = field(default_factory=RateLimits)
    workers: int = 8
    latency: float = 3.0
    retry_after: float | None = None
    tokens: int = 1000
    pace: Pace = field(default_factory=Pace)
    sent: list[tuple[float, bool]] = field(default_factory=list)

    def run(self, seconds: float, start: float = 1_000_000.0) -> None:
        """Go on until then."""
        order = itertools.count()
        events: list[tuple[float, int, Iterator[float]]] = []
        self._now = start
        for _ in range(self.workers):
            heapq.heappush(events, (start, next(order), self._work()))
        while events and events[0][0] < start + seconds:
            self._now, _, worker = heapq.heappop(events)
            heapq.heappush(events, (next(worker), next(order), worker))

    def ratio(self, start: float, until: float) -> float:
        """Return requests per answer between two times, counted from the first request."""
        began = self.sent[0][0]
        admitted = [ok for at, ok in self.sent if start <= at - began < until]
        return len(admitted) / sum(admitted)

    def _work(self) -> Iterator[float]:
        while True:
            booking: Booking | None = None
            while booking is None or booking.refusals != self.pace.refusals:
                self.pace, booking = pacing.booked(self.pace, self.limits, self._now, self.tokens)
                while (at := max(booking.at, self.pace.not_before)) > self._now:
                    yield at
            admitted = self.server(self._now)
            self.sent.append((self._now, admitted))
            yield self._now + (self.latency if admitted else 0.05)
            if admitted:
                self.pace = pacing.answered(self.pace, self.limits, booking, self.tokens)
            else:
                self.pace = pacing.refused(self.pace, self.limits, self._now, booking, self.retry_after)
