"""A circuit breaker: after failures in a row nothing is sent for a while, then a single probe decides."""

import math

from enrichment.errors import ModelFailure

# Returned while the probe is out: nobody knows yet when the next may go.
PROBING = math.inf


class Breaker:
    """Opens after ``failures`` in a row, for ``seconds``, twice as long after each probe that fails."""

    def __init__(self, *, failures: int = 5, seconds: float = 10.0, longest_seconds: float = 300.0) -> None:
        self._allowed = failures
        self._first, self._longest = seconds, longest_seconds
        self._in_a_row = 0
        self._opened = 0
        self._open_until: float | None = None
        self._probing = False
        self.last_failure = ModelFailure.TRANSPORT

    @property
    def is_open(self) -> bool:
        """Whether requests are held back, or one is out to probe."""
        return self._open_until is not None

    def wait_seconds(self, now: float) -> float:
        """Return how long nothing may be sent; 0 if something may, ``PROBING`` if that depends on the probe."""
        if self._open_until is None:
            return 0.0
        return PROBING if self._probing else max(0.0, self._open_until - now)

    def sent(self) -> bool:
        """Note that a request goes out now, and tell whether it is the probe."""
        self._probing = self._open_until is not None
        return self._probing

    def succeeded(self) -> None:
        """Note that the model answered, whatever it said."""
        self._in_a_row = self._opened = 0
        self._open_until, self._probing = None, False

    def failed(self, failure: ModelFailure, now: float, retry_after_seconds: float = 0.0, *, probe: bool) -> None:
        """Note that it did not; what was sent before the circuit opened changes nothing any more."""
        self.last_failure = failure
        self._in_a_row += 1
        if self._open_until is not None and not probe:
            return
        if probe or self._in_a_row >= self._allowed:
            seconds = min(self._longest, self._first * 2**self._opened)
            self._open_until = now + max(seconds, retry_after_seconds)
            self._opened += 1
            self._probing = False

    def rest(self, now: float, seconds: float) -> None:
        """Open at once, for so long: there is nothing to wait for that would count."""
        self._open_until, self._probing = now + seconds, False

    def abandoned(self) -> None:
        """Note that the probe came to no end: the next may try."""
        self._probing = False
