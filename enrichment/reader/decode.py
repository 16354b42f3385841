"""Turns the one row of a load into values, and judges how fresh each section is."""

import json
import uuid
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


def context_of(row: Row) -> Context:
    """Return the context of one row of ``enrichment_api.load``."""
    return Context(
        facts=_committed(row, _facts(row["facts"])),
        summaries=_committed(row, _summaries(row["summaries"])),
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


def _facts(text: str | None) -> tuple[ServedFact, ...]:
    return tuple(
        ServedFact(
            fact_id=uuid.UUID(fact_id),
            category=category,
            statement=statement,
            confidence=confidence,
            confirmations=confirmations,
            said_at=_time(said_at),
            valid_from=_time(valid_from),
            valid_until=_maybe(valid_until),
            occurred_from=_maybe(occurred_from),
            occurred_until=_maybe(occurred_until),
            granularity=granularity,
            relevance=relevance,
        )
        for (
            fact_id,
            category,
            statement,
            confidence,
            confirmations,
            said_at,
            valid_from,
            valid_until,
            occurred_from,
            occurred_until,
            granularity,
            relevance,
        ) in _list(text)
    )


def _summaries(text: str | None) -> tuple[SessionSummary, ...]:
    return tuple(
        SessionSummary(
            session_id=uuid.UUID(session_id),
            title=title,
            text=said,
            topics=tuple(topics),
            tone=tone,
            messages=messages,
            started_at=_time(started_at),
            ended_at=_time(ended_at),
        )
        for session_id, title, said, topics, tone, messages, started_at, ended_at in _list(text)
    )


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
