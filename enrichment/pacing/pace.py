"""How fast a model may be asked: by the limits that are given, and by what its refusals teach.

Requests are spaced evenly, so that no minute ever holds more than the limit, whether the server counts in fixed
windows, in sliding ones or with a bucket. What was learnt falls at once and rises slowly (AIMD: Chiu and Jain 1989,
https://doi.org/10.1016/0169-7552(89)90019-6): quickly up to where the last refusal came, beyond that slowly at first
(the idea of CUBIC, RFC 9438). A refusal after few requests, none of them held back, tells little of the limit: after it
one request goes for each rest that the server demands, and the rise is quick until the next. Refusals in a row are no
reason to be slower still: the server's minute is used up, and waiting is what helps. What was not held back by the pace
teaches nothing about it.
"""

from dataclasses import dataclass, replace

_FALL = 0.7
_NEAR = 0.9
_QUICK_STEP = 0.05
_SLOW_STEP = 0.005
_SLOW_CALLS = 40
_MOST_DOUBLINGS = 4
_FEW = 10
_SLOWEST = 1.0
# Of a minute.
_LEAST_REST = 1 / 60
_FIRST_REST = 1 / 12
_LONGEST_REST = 1 / 2
_LONGEST_STREAK = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """Limits that are known beforehand, for all replicas together; None: there is none, or nobody said."""

    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    minute_seconds: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What all replicas share about one model; times in seconds of one clock.

    ``learnt`` is the requests a minute that refusals left over, ``ceiling`` the rate at which the last one came.
    ``refusals`` counts the times that the server said no: what was booked before has to be booked again. ``streak``
    counts those since the last answer, ``since`` the answers since the last of them, ``falls`` how often the rate was
    lowered. ``counted`` are the requests since ``counted_from``, ``counted_before`` those of the
    minute before.
    """

    next_request_at: float = 0.0
    next_tokens_at: float = 0.0
    not_before: float = 0.0
    learnt: float | None = None
    ceiling: float = 0.0
    refusals: int = 0
    streak: int = 0
    since: int = 0
    falls: int = 0
    counted_from: float = 0.0
    counted: int = 0
    counted_before: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A place in the line: when its request may go, and the refusals that were known when it was booked.

    ``held_back``: the pace made it wait.
    """

    at: float
    tokens: int
    refusals: int
    held_back: bool


def booked(pace: Pace, limits: RateLimits, now: float, tokens: int) -> tuple[Pace, Booking]:
    """Take the next place in the line for a request of this size."""
    at = max(now, pace.not_before)
    rate = _rate(pace, limits)
    pace = _counted(pace, limits, now)
    if rate is not None:
        at = max(at, pace.next_request_at)
    if limits.tokens_per_minute is not None:
        at = max(at, pace.next_tokens_at)
        pace = replace(pace, next_tokens_at=at + tokens / limits.tokens_per_minute * limits.minute_seconds)
    if rate is not None:
        pace = replace(pace, next_request_at=at + limits.minute_seconds / rate)
    return pace, Booking(at=at, tokens=tokens, refusals=pace.refusals, held_back=at > now)


def answered(pace: Pace, limits: RateLimits, booking: Booking, used_tokens: int | None) -> Pace:
    """Learn that a request went well, and give back the tokens that it did not use."""
    pace = replace(pace, streak=0)
    if limits.tokens_per_minute is not None and used_tokens is not None:
        unused = (booking.tokens - used_tokens) / limits.tokens_per_minute * limits.minute_seconds
        pace = replace(pace, next_tokens_at=pace.next_tokens_at - unused)
    if pace.learnt is None or booking.refusals != pace.refusals or not booking.held_back:
        return pace
    near = pace.falls > 1 and pace.learnt >= _NEAR * pace.ceiling
    doublings = min(_MOST_DOUBLINGS, pace.since // _SLOW_CALLS)
    step = pace.ceiling * _SLOW_STEP * 2**doublings if near else pace.learnt * _QUICK_STEP
    return replace(pace, learnt=pace.learnt + step, since=pace.since + 1)


def refused(pace: Pace, limits: RateLimits, now: float, booking: Booking, retry_after_seconds: float | None) -> Pace:
    """Learn that the server was asked too often; refusals of one burst slow down once."""
    if booking.refusals != pace.refusals:
        return held(pace, now, retry_after_seconds or 0.0)
    backoff = limits.minute_seconds * min(_LONGEST_REST, _FIRST_REST * 2**pace.streak)
    # Who is refused again after the time that was demanded had better not take it at its word.
    rest = backoff if retry_after_seconds is None else max(retry_after_seconds, backoff if pace.streak else 0.0)
    pace = held(_slowed(pace, limits, now, rest, held_back=booking.held_back), now, rest)
    return replace(
        pace,
        refusals=pace.refusals + 1,
        streak=min(_LONGEST_STREAK, pace.streak + 1),
        since=0,
        next_request_at=pace.not_before,
        next_tokens_at=pace.not_before,
    )


def held(pace: Pace, now: float, seconds: float) -> Pace:
    """Send nothing for so long, as the server demanded."""
    return replace(pace, not_before=max(pace.not_before, now + seconds))


def is_free(pace: Pace, limits: RateLimits) -> bool:
    """Whether nothing limits the requests, so that there is nothing to learn from one that goes well."""
    return pace.learnt is None and limits.tokens_per_minute is None


def _slowed(pace: Pace, limits: RateLimits, now: float, rest: float, *, held_back: bool) -> Pace:
    recent = _recent(_counted(pace, limits, now, more=0), limits, now)
    rate = max(_SLOWEST, min(recent, _rate(pace, limits) or recent))
    if recent < _FEW and (not held_back or (pace.falls == 1 and pace.streak)):
        one_a_rest = limits.minute_seconds / max(rest, limits.minute_seconds * _LEAST_REST)
        return replace(pace, learnt=max(_FALL * rate, one_a_rest), ceiling=rate, falls=1)
    if pace.streak:
        return pace
    return replace(pace, learnt=max(_SLOWEST, _FALL * rate), ceiling=rate, falls=pace.falls + 1)


def _rate(pace: Pace, limits: RateLimits) -> float | None:
    rates = [rate for rate in (pace.learnt, limits.requests_per_minute) if rate is not None]
    return min(rates, default=None)


def _counted(pace: Pace, limits: RateLimits, now: float, *, more: int = 1) -> Pace:
    minutes = int((now - pace.counted_from) / limits.minute_seconds)
    if minutes == 0:
        return replace(pace, counted=pace.counted + more)
    before = pace.counted if minutes == 1 else 0
    begun = now if minutes > 1 else pace.counted_from + limits.minute_seconds
    return replace(pace, counted_from=begun, counted_before=before, counted=more)


def _recent(pace: Pace, limits: RateLimits, now: float) -> float:
    """Return the requests of the last minute: those of this one, and the share of the one before that is in reach."""
    share = 1 - (now - pace.counted_from) / limits.minute_seconds
    return pace.counted + pace.counted_before * max(0.0, share)
