"""Engine 2, character performance: how well a bot does with all its users, where that is heading, and what is odd.

A pair's state is only its share; the row belongs to the bot and is made of the shares' sums. Where no system measures
quality, it is derived from what users do, and says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from enrichment.domain.messages import Role
from enrichment.engines.frame import Asked, Basis, CacheRow, Engine, Pair, Seen, Vector, envelope, tidy
from enrichment.engines.hearing import Heard, followed, heard
from enrichment.engines.performance_state import (
    BUCKET_SECONDS,
    WEEK_SECONDS,
    PerformanceState,
    decode,
    encode,
    shortened,
)
from enrichment.engines.quality_series import FEWEST, PER_DAY, Bucket, anomalies, average, overall_trend
from enrichment.engines.reactions import Exchange
from enrichment.engines.style_drift import Counts, Drift, drift

METHOD = "macro-average, Mann-Kendall with AR(1), CUSUM, function words"
WINDOW_HOURS = 168
METRICS = ("engagement", "satisfaction", "coherence")
DERIVED = "derived-"
# Names that systems give to what we call coherence.
_SYNONYMS = {"natural_flow": "coherence", "natural_flow_score": "coherence"}
_FEEDBACK_WEIGHT = 3.0
_USER_N = 2.0
_HALF_WORDS = 20
_PRIOR_N = 20.0
_ENOUGH = 5
_MOST_ANOMALIES = 10
_PROXY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceRow(CacheRow):
    """How a bot did in the last hours of the window."""

    TABLE: ClassVar[str] = "strategic_character_performance"
    KEY: ClassVar[tuple[str, ...]] = ("bot_name", "time_window_hours")
    bot_name: str
    time_window_hours: int
    engagement_score_avg: float | None
    satisfaction_score_avg: float | None
    coherence_score_avg: float | None
    personality_consistency_index: float | None
    quality_trend: str | None
    recent_anomalies: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sums:
    """What all pairs of a bot add up to: qualities by metric and bucket, words by week and language, moods by week."""

    series: Mapping[str, Mapping[int, Bucket]]
    words: Mapping[int, Mapping[str, Counts]]
    moods: Mapping[int, Counts]


def absorb(state: PerformanceState, seen: Seen) -> PerformanceState:
    """Note what was measured, what users did after the bot's turns, and how the bot spoke."""
    state = state.copy()
    for quality in seen.qualities:
        metric = quality.metric.removesuffix("_score")
        metric = _SYNONYMS.get(metric, metric)
        if metric in METRICS:
            weight = _FEEDBACK_WEIGHT if quality.is_feedback else 1.0
            state.note(metric, quality.at.timestamp(), quality.value, weight)
    vectors, messages = shortened(seen.vectors), heard(seen.messages)
    state.pairing, exchanges = followed(state.pairing, messages)
    for _, exchange in exchanges:
        _learn(state, exchange)
    for said in messages:
        _hear(state, said, vectors.get(said.message.points[0].point_id))
    return state


def _hear(state: PerformanceState, said: Heard, vector: Vector | None) -> None:
    at = said.at
    state.messages += 1
    if said.role is Role.USER:
        if vector is not None:
            state.hear(vector)
        return
    state.note_words(said)
    coherence = state.coherence(vector) if vector is not None else None
    if coherence is not None:
        state.note(DERIVED + "coherence", at, coherence)


def _learn(state: PerformanceState, exchange: Exchange) -> None:
    """Derive engagement from whether and how long the user replied, satisfaction from the mood of the reply."""
    reply = exchange.reply
    engagement = 0.5 + 0.5 * reply.words / (reply.words + _HALF_WORDS) if reply else 0.0
    state.note(DERIVED + "engagement", exchange.bot.at, engagement)
    if reply and reply.valence is not None:
        state.note(DERIVED + "satisfaction", reply.at, (1 + reply.valence) / 2)


def contribute(state: PerformanceState) -> dict[str, float]:
    """Return the pair's share, by names that carry time: what is too old is simply not read any more."""
    shares: dict[str, float] = {}
    for metric, series in state.series.items():
        for bucket, n, total in zip(series.buckets, series.weights, series.totals, strict=True):
            weight = n / (n + _USER_N)
            shares[f"q.{metric}.{bucket}.n"] = n
            shares[f"q.{metric}.{bucket}.w"] = weight
            shares[f"q.{metric}.{bucket}.x"] = weight * total / n
    for number, week in state.weeks.items():
        for language, words in week.words.items():
            shares |= {f"w.{number}.{language}.{word}": n for word, n in words.items()}
        shares |= {f"m.{number}.{label}": n for label, n in week.moods.items()}
    return shares


def summed(sums: Mapping[str, float]) -> Sums:
    """Read what ``contribute`` named."""
    raw: dict[str, dict[int, dict[str, float]]] = {}
    words: dict[int, dict[str, Counts]] = {}
    moods: dict[int, Counts] = {}
    for name, value in sums.items():
        kind, first, rest = name.split(".", 2)
        if kind == "q":
            bucket, part = rest.split(".")
            raw.setdefault(first, {}).setdefault(int(bucket), {})[part] = value
        elif kind == "w":
            language, word = rest.split(".", 1)
            words.setdefault(int(first), {}).setdefault(language, {})[word] = value
        else:
            moods.setdefault(int(first), {})[rest] = value
    series = {
        metric: {at: Bucket(of["n"], of["w"], of["x"]) for at, of in buckets.items() if of["w"] > 0}
        for metric, buckets in raw.items()
    }
    return Sums(series, words, moods)


def report_bot(
    bot_name: str, sums: Mapping[str, float], asked: Asked, window_hours: int = WINDOW_HOURS
) -> PerformanceRow:
    """Say how a bot does: means of the window, trend of four weeks, oddities of the last seven days."""
    known, now = summed(sums), asked.now.timestamp()
    last, buckets = int(now // BUCKET_SECONDS), max(1, window_hours * 3600 // BUCKET_SECONDS)
    oldest = last - 60 * PER_DAY
    series = {
        metric: {at: each for at, each in of.items() if oldest < at <= last} for metric, of in known.series.items()
    }
    chosen = {metric: _source(series, metric, last, buckets) for metric in METRICS}
    means = {metric: average(series.get(name, {}), last, buckets) for metric, name in chosen.items()}
    label, found = overall_trend([series[name] for name in chosen.values() if name in series], last)
    styled = drift(known.words, known.moods, int(now // WEEK_SECONDS))
    n = sum(n for _, n in means.values())
    said = envelope(n=n, prior_n=_PRIOR_N, method=METHOD, basis=_basis(n, chosen.values()), late=asked.late)
    said["confidence"] = _confidence({metric: n for metric, (_, n) in means.items()}, chosen)
    odd = [
        {"metric": metric, **each} for metric, name in chosen.items() for each in anomalies(series.get(name, {}), last)
    ] + _of_style(styled, last)
    return PerformanceRow(
        bot_name=bot_name,
        time_window_hours=window_hours,
        **{f"{metric}_score_avg": tidy(mean) for metric, (mean, _) in means.items()},
        personality_consistency_index=tidy(styled.index),
        quality_trend=label,
        recent_anomalies=tidy(
            {
                **said,
                "anomalies": [_dated(each) for each in odd[:_MOST_ANOMALIES]],
                "metrics": {
                    metric: {"n": n, "mean": mean, "source": _origin(chosen[metric]) if n else None}
                    for metric, (mean, n) in means.items()
                },
                "trend": {"slope_per_day": found.slope, "p": found.p, "r": found.r, "days": found.n} if found else None,
                "style": _styled(styled),
            }
        ),
    )


def _source(series: Mapping[str, Mapping[int, Bucket]], metric: str, last: int, buckets: int) -> str:
    """Return what was measured, if it is enough for a mean, else what was derived."""
    return metric if average(series.get(metric, {}), last, buckets)[1] >= FEWEST else DERIVED + metric


def _confidence(counts: Mapping[str, float], chosen: Mapping[str, str]) -> float:
    """Return n / (n + n0), where a derived value counts half: it is a proxy, and nobody measured it."""
    n = sum(n * (_PROXY if chosen[metric].startswith(DERIVED) else 1.0) for metric, n in counts.items())
    return n / (n + _PRIOR_N)


def _origin(name: str) -> str:
    return "derived" if name.startswith(DERIVED) else "measured"


def _basis(n: float, sources: Any) -> Basis:  # noqa: ANN401
    if n < FEWEST:
        return Basis.PRIOR
    is_measured = not any(name.startswith(DERIVED) for name in sources)
    return Basis.OBSERVED if is_measured and n >= _ENOUGH * _PRIOR_N else Basis.MIXED


def _of_style(styled: Drift, last: int) -> list[dict[str, Any]]:
    if not styled.is_alarming:
        return []
    bits = styled.style_bits
    return [{"metric": "style", "kind": "style", "direction": "away", "bucket": last, "value": bits, "baseline": 0.0}]


def _styled(styled: Drift) -> dict[str, Any]:
    return {
        "language": styled.language,
        "divergence_bits": styled.style_bits,
        "mood_divergence_bits": styled.mood_bits,
        "reference_tokens": styled.reference_tokens,
        "recent_tokens": styled.recent_tokens,
    }


def _dated(anomaly: Mapping[str, Any]) -> dict[str, Any]:
    began = datetime.fromtimestamp(anomaly["bucket"] * BUCKET_SECONDS, UTC).isoformat()
    return {**{key: value for key, value in anomaly.items() if key != "bucket"}, "started_at": began}


def report(state: PerformanceState, pair: Pair, asked: Asked) -> None:
    """Return none: the row is the bot's."""


ENGINE = Engine(
    name="character_performance",
    version=2,
    row=PerformanceRow,
    empty=PerformanceState,
    absorb=absorb,
    report=report,
    encode=encode,
    decode=decode,
    contribute=contribute,
    report_bot=report_bot,
)
