"""Turns the one row of a load into values, and judges how fresh each section is."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

from enrichment.reader.values import (
    SESSION_TIMEOUT,
    CharacterPerformance,
    Context,
    ContextSwitches,
    ConversationStyle,
    Document,
    Engagement,
    Freshness,
    MemoryBehavior,
    MemoryHealth,
    Personality,
    Profile,
    Section,
    ServedFact,
    SessionSummary,
    WorkContext,
)

T = TypeVar("T")


class Row(Protocol):
    """A row of the driver, or a mapping: its columns by name."""

    def __getitem__(self, column: str, /) -> Any:  # noqa: ANN401 - any column
        """Return a column."""


# How far a row of an engine may lag behind the last commit and still be fresh.
GRACE: Final = timedelta(minutes=5)
# A fact loses the most of its weight with age, but never all of it.
_TIMELESS, _AGING, _HALF_LIFE_SECONDS = 0.4, 0.6, 30 * 86_400.0
# Where these stand in what the statement returns.
_IMPORTANCE, _SAID_AT, _ENDED_AT = 5, 6, 7


def context_of(row: Row, *, most_facts: int, most_summaries: int) -> Context:
    """Return the context of one row of ``enrichment_api.load``, in which facts and summaries come in any order."""
    return Context(
        profile=_profile(row),
        facts=_committed(row, _facts(row["facts"], most_facts)),
        summaries=_committed(row, _summaries(row["summaries"], most_summaries)),
        work=_work(row),
        memory_health=_engine(row, "health", _memory_health),
        character_performance=_engine(row, "performance", _character_performance),
        personality=_engine(row, "personality", _personality),
        context_switches=_engine(row, "patterns", _context_switches),
        memory_behavior=_engine(row, "behavior", _memory_behavior),
        conversation_style=_engine(row, "patterns", _conversation_style),
        engagement=_engine(row, "opportunities", _engagement),
    )


def _committed(row: Row, value: tuple[T, ...]) -> Section[tuple[T, ...]]:
    """What a commit writes is as fresh as can be: what is not yet committed is not yet known."""
    if not value:
        return Section()
    return Section(value=value, freshness=Freshness.FRESH, as_of=row["committed_at"])


def _engine(row: Row, name: str, build: Any) -> Section[Any]:  # noqa: ANN401 - row → its value or None
    as_of = row[f"{name}_computed_at"]
    value = None if as_of is None else build(row)
    if value is None:
        return Section()
    # A bot's row is of no pair: it is as fresh as the last pass that refreshed it.
    committed_at = None if name == "performance" else row["committed_at"]
    is_behind = committed_at is not None and as_of < committed_at - GRACE
    is_fresh = row[f"{name}_expires_at"] > row["read_at"] and not is_behind
    return Section(value=value, freshness=Freshness.FRESH if is_fresh else Freshness.STALE, as_of=as_of)


def _facts(text: str | None, most: int) -> tuple[ServedFact, ...]:
    """Return each fact once, by relevance."""
    rows = list({row[0]: row for row in _list(text)}.values())
    newest = max((row[_SAID_AT] for row in rows), default=0.0)
    rows.sort(key=lambda row: (-row[_IMPORTANCE] * _weight(newest - row[_SAID_AT]), row[0]))
    return tuple(map(_fact, rows[:most]))


def _weight(seconds: float) -> float:
    """Return what is left of a fact's weight, which is so much older than the newest: time alone reorders nothing."""
    return float(_TIMELESS + _AGING * 0.5 ** (seconds / _HALF_LIFE_SECONDS))


def _fact(row: Sequence[Any]) -> ServedFact:
    told, times, granularity = row[:_SAID_AT], row[_SAID_AT:-1], row[-1]
    return ServedFact(*told, *map(_maybe, times), granularity)  # type: ignore[call-arg]  # as the SQL says


def _summaries(text: str | None, most: int) -> tuple[SessionSummary, ...]:
    rows = sorted(_list(text), key=lambda row: (-row[_ENDED_AT], row[0]))
    return tuple(
        SessionSummary(session_id, title, said, tuple(topics), tone, messages, _time(started_at), _time(ended_at))
        for session_id, title, said, topics, tone, messages, started_at, ended_at in rows[:most]
    )


def _profile(row: Row) -> Section[Profile]:
    as_of = row["profile_composed_at"]
    if as_of is None:
        return Section()
    value = Profile(
        summary=row["profile_summary"],
        traits=Document(row["traits"]),
        interests=Document(row["interests"]),
        entities=Document(row["entities"]),
        preferences=Document(row["preferences"]),
        work=Document(row["work"]),
        language=row["language"],
        timezone=row["timezone"],
        first_seen=row["first_seen"],
        last_active=row["last_active"],
        version=row["profile_version"],
    )
    is_behind = row["profile_new_messages"] > 0 and row["last_active"] > as_of + GRACE
    is_fresh = row["profile_stale_since"] is None and not is_behind
    return Section(value=value, freshness=Freshness.FRESH if is_fresh else Freshness.STALE, as_of=as_of)


def _work(row: Row) -> Section[WorkContext]:
    as_of = row["work_updated_at"]
    if as_of is None or row["read_at"] - as_of > SESSION_TIMEOUT:
        return Section()
    value = WorkContext(
        project=row["project"],
        task=row["task"],
        branch=row["branch"],
        skills=tuple(_list(row["skills"])),
        notes=tuple(_list(row["notes"])),
    )
    return Section(value=value, freshness=Freshness.FRESH, as_of=as_of)


def _memory_health(row: Row) -> MemoryHealth:
    return MemoryHealth(
        memory_snapshot=Document(row["memory_snapshot"]),
        avg_memory_age_hours=row["avg_memory_age_hours"],
        retrieval_frequency_trend=row["retrieval_frequency_trend"],
        forgetting_risk_memories=Document(row["forgetting_risk_memories"]),
    )


def _character_performance(row: Row) -> CharacterPerformance:
    return CharacterPerformance(
        engagement_score_avg=row["engagement_score_avg"],
        satisfaction_score_avg=row["satisfaction_score_avg"],
        coherence_score_avg=row["coherence_score_avg"],
        personality_consistency_index=row["personality_consistency_index"],
        quality_trend=row["quality_trend"],
        recent_anomalies=Document(row["recent_anomalies"]),
    )


def _personality(row: Row) -> Personality:
    return Personality(
        dominant_traits=Document(row["dominant_traits"]),
        user_response_patterns=Document(row["user_response_patterns"]),
        adaptation_suggestions=Document(row["adaptation_suggestions"]),
        trait_evolution_history=Document(row["trait_evolution_history"]),
    )


def _context_switches(row: Row) -> ContextSwitches | None:
    if row["recent_topics"] is None or row["topic_transition_graph"] is None:
        return None  # the other engine of this row was first
    return ContextSwitches(
        recent_topics=Document(row["recent_topics"]),
        avg_topic_duration_minutes=row["avg_topic_duration_minutes"],
        context_switch_frequency=row["context_switch_frequency"],
        predicted_switch_likelihood=row["predicted_switch_likelihood"],
        topic_transition_graph=Document(row["topic_transition_graph"]),
    )


def _conversation_style(row: Row) -> ConversationStyle | None:
    style = row["communication_style"]
    return None if style is None else ConversationStyle(communication_style=Document(style))


def _memory_behavior(row: Row) -> MemoryBehavior:
    return MemoryBehavior(
        forgetting_curve_params=Document(row["forgetting_curve_params"]),
        high_retention_memories=Document(row["high_retention_memories"]),
        low_retention_memories=Document(row["low_retention_memories"]),
        recall_simulation_score=row["recall_simulation_score"],
    )


def _engagement(row: Row) -> Engagement:
    return Engagement(
        optimal_timing_hours=row["optimal_timing_hours"],
        receptivity_score=row["receptivity_score"],
        suggested_topics=Document(row["suggested_topics"]),
        last_engagement_gap_hours=row["last_engagement_gap_hours"],
        proactive_success_rate=row["proactive_success_rate"],
    )


def _list(text: str | None) -> list[Any]:
    found: list[Any] = json.loads(text) if text else []
    return found


def _time(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def _maybe(epoch: float | str | None) -> datetime | None:
    # JSON has no infinity: a fact "since ever" comes as text.
    return None if epoch is None or isinstance(epoch, str) else _time(epoch)
