"""Engine 7, proactive engagement: when an agent may write first, how welcome it is, and what it could speak of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

import orjson

from enrichment.domain.messages import Role
from enrichment.engines import approaches, hours, intervals, timing
from enrichment.engines.approaches import Approaches, Attempt
from enrichment.engines.frame import Asked, Basis, CacheRow, Courtesy, Engine, Pair, Seen, envelope, rounded, tidy
from enrichment.engines.hours import Floats, profile
from enrichment.engines.intervals import returns
from enrichment.engines.receptivity import DAYPARTS, by_daypart, uplift
from enrichment.engines.suggestions import Known, heard, suggested

METHOD = "piecewise hazard, von Mises hours, Beta receptivity"
PRIOR_N = 10.0
FEWEST_SESSIONS = 5
_WEEK = 7 * 86_400.0
_EPOCH_OF_SUMS = datetime(2024, 1, 1, tzinfo=UTC).timestamp()
_STARTS, _EVENTS, _EXPOSURE = "start", "return", "watched"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementRow(CacheRow):
    """When and about what to write first; the JSON column carries what all of it rests on."""

    TABLE: ClassVar[str] = "strategic_engagement_opportunities"
    KEY: ClassVar[tuple[str, ...]] = ("user_id", "bot_name")
    user_id: str
    bot_name: str
    optimal_timing_hours: float | None
    receptivity_score: float | None
    suggested_topics: dict[str, Any]
    last_engagement_gap_hours: float | None
    proactive_success_rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementState:
    """Who began and who came back, and what was spoken of."""

    approaches: Approaches = field(default_factory=Approaches)
    topics: tuple[Known, ...] = ()


def absorb(state: EngagementState, seen: Seen) -> EngagementState:
    """Follow who writes after which silence; hours are those of the user's clock at that moment."""
    now = state.approaches.copied()
    zone = str(seen.zone or "")
    for message in seen.messages:
        at = message.said_at.timestamp()
        now.set_clock(zone, hours.offset_hours(seen.zone, message.said_at))
        if message.role is Role.USER:
            now.hear_user(at)
        else:
            now.hear_bot(at)
    return EngagementState(approaches=now, topics=heard(state.topics, seen.topics) if seen.topics else state.topics)


def report(state: EngagementState, pair: Pair, asked: Asked) -> EngagementRow:
    """Say when to write first, NULL below five sessions unless the bot's other users tell; never against consent."""
    now = asked.now.timestamp()
    known = state.approaches.copied()
    known.expire(now)
    habits = _habits(known, asked)
    refusal = _refusal(known, asked.courtesy, now)
    moment = None if refusal or habits is None else _moment(known, habits, None)
    window = None if refusal or habits is None else _moment(known, habits, now)
    basis = Basis.PRIOR if known.sessions < FEWEST_SESSIONS else Basis.OBSERVED
    said = envelope(n=known.sessions, prior_n=PRIOR_N, method=METHOD, basis=basis, late=asked.late)
    part = hours.bin_of(now, hours.offset_hours(asked.zone, asked.now)) * DAYPARTS // hours.BINS
    consented = asked.courtesy.consent
    return EngagementRow(
        user_id=pair.user_id,
        bot_name=pair.bot_name,
        optimal_timing_hours=tidy(_hours_since(known.last_user, moment)),
        receptivity_score=tidy(habits.receptivity[part]) if habits is not None else None,
        suggested_topics=tidy(
            {
                **said,
                "topics": suggested(state.topics, now, asked.disliked) if consented else [],
                "timing": {"next_window_utc": _iso(window), "withheld": refusal, **_described(habits, asked)},
                "attempts": _judged(known),
            }
        ),
        last_engagement_gap_hours=tidy(_hours_since(known.last_user, now)),
        proactive_success_rate=_success_rate(known),
    )


@dataclass(frozen=True, slots=True)
class _Habits:
    patience_hours: float
    receptivity: list[float]
    worth: Floats
    ahead_hours: float


def _habits(known: Approaches, asked: Asked) -> _Habits | None:
    """Return what the user's own sessions say, helped by all users of the bot; None if neither is known."""
    others = _of_others(asked.population)
    if known.sessions < FEWEST_SESSIONS and others is None:
        return None
    starts, hazards = others if others is not None else (None, None)
    density = profile(known.starts, starts)
    organic = density.reshape(DAYPARTS, -1).sum(axis=1).tolist()
    receptivity = by_daypart(known.answered, known.tried, organic)
    quiet = asked.courtesy.quiet if asked.zone is not None else None
    worth = timing.desirability(density, receptivity, quiet)
    law = returns(known.events, known.exposure, hazards)
    return _Habits(law.quantile(timing.UNUSUAL), receptivity, worth, known.ahead_hours)


def _moment(known: Approaches, habits: _Habits, not_before: float | None) -> float | None:
    if known.last_user is None:
        return None
    patience = max(habits.patience_hours, timing.EARLIEST_HOURS) * approaches.HOUR
    earliest = max(known.last_user + patience, not_before or 0.0)
    return timing.best(habits.worth, earliest, habits.ahead_hours)


def _refusal(known: Approaches, courtesy: Courtesy, now: float) -> str | None:
    """Return why nobody may be written to, None if somebody may."""
    if not courtesy.consent:
        return "no_consent"
    recent = (*known.attempts, *((known.pending,) if known.pending else ()))
    if sum(now - attempt.at < _WEEK for attempt in recent) >= courtesy.most_per_week:
        return "enough_this_week"
    last = recent[-courtesy.most_unanswered :]
    ignored = len(last) >= courtesy.most_unanswered and all(each.reply_hours is None for each in last)
    # Whoever came back by themselves since then may be asked again.
    return "unanswered" if ignored and (known.last_user is None or known.last_user < last[-1].at) else None


def _judged(known: Approaches) -> dict[str, Any]:
    n, replies, older = known.older
    n += len(known.attempts)
    replies += sum(attempt.reply_hours is not None for attempt in known.attempts)
    expected = older + known.expected(known.attempts)
    effect = uplift(n, replies, expected) if n else None
    delays = [attempt.reply_hours for attempt in known.attempts if attempt.reply_hours is not None]
    return {
        "n": n,
        "replies": replies,
        "within_10_minutes": sum(delay <= 1 / 6 for delay in delays),
        "expected_without": expected,
        "uplift": effect.value if effect else None,
        "uplift_ci90": [effect.low, effect.high] if effect else None,
        "alpha": replies + 2,
        "beta": n - replies + 3,
    }


def _success_rate(known: Approaches) -> float | None:
    n, replies = sum(known.tried), sum(known.answered)
    return rounded((replies + 2) / (n + 5)) if n else None


def _described(habits: _Habits | None, asked: Asked) -> dict[str, Any]:
    if habits is None:
        return {}
    best = [place / 2 for place in (-habits.worth).argsort(kind="stable")[:4].tolist()]
    return {
        "patience_hours": habits.patience_hours,
        "best_hours": best,
        "zone": str(asked.zone) if asked.zone is not None else "UTC",
        "receptivity_by_daypart": habits.receptivity,
    }


def contribute(state: EngagementState) -> Mapping[str, float]:
    """Return the pair's share of the bot's habits: sums that fade from one date for everybody, so that they add up."""
    known = state.approaches
    if not known.sessions:
        return {}
    scale = 2.0 ** ((known.faded_at - _EPOCH_OF_SUMS) / (hours.HALF_LIFE_DAYS * 86_400))
    named: dict[str, float] = {}
    for name, values, factor in (
        (_STARTS, known.starts, scale),
        (_EVENTS, known.events, 1.0),
        (_EXPOSURE, known.exposure, 1.0),
    ):
        named |= {f"{name}.{place:02}": value * factor for place, value in enumerate(values) if value}
    return named


def _of_others(population: Mapping[str, float]) -> tuple[list[float], list[float]] | None:
    starts = [population.get(f"{_STARTS}.{place:02}", 0.0) for place in range(hours.BINS)]
    if not any(starts):
        return None
    events = [population.get(f"{_EVENTS}.{place:02}", 0.0) for place in range(intervals.BINS)]
    exposure = [population.get(f"{_EXPOSURE}.{place:02}", 0.0) for place in range(intervals.BINS)]
    return starts, list(returns(events, exposure).hazards)


def _hours_since(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else (end - start) / approaches.HOUR


def _iso(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat()


def encode(state: EngagementState) -> bytes:
    """Return JSON."""
    known = state.approaches
    plain = {name: getattr(known, name) for name in _PLAIN}
    attempts, pending = [[*each] for each in known.attempts], [*known.pending] if known.pending else None
    return orjson.dumps([plain, attempts, pending, [[*each] for each in state.topics]])


def decode(data: bytes) -> EngagementState:
    """Return what ``encode`` took."""
    plain, attempts, pending, topics = orjson.loads(data)
    fields: dict[str, Any] = plain | {"older": tuple(plain["older"])}
    known = Approaches(
        **fields,
        attempts=[Attempt(*attempt) for attempt in attempts],
        pending=Attempt(*pending) if pending else None,
    )
    return EngagementState(approaches=known, topics=tuple([Known(*topic) for topic in topics]))


_PLAIN = tuple(name for name in Approaches.__dataclass_fields__ if name not in {"pending", "attempts"})
ENGINE = Engine(
    name="proactive_engagement",
    version=1,
    row=EngagementRow,
    empty=EngagementState,
    absorb=absorb,
    report=report,
    encode=encode,
    decode=decode,
    contribute=contribute,
    keeps_words=True,
)
