"""A context as JSON: the reader's values by their names, each part with its age."""

from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import Field

from enrichment.reader import Freshness
from enrichment.web.api.fields import Told

T = TypeVar("T")
Json = dict[str, Any]


class Part(Told, Generic[T]):
    """One part of a context; `value` is null where it is absent, `as_of` is what time it tells of."""

    freshness: Freshness
    as_of: datetime | None
    value: T | None


class FactBody(Told):
    """An active fact; confidence from 0 to 1."""

    fact_id: str
    category: str
    statement: str
    confidence: float
    confirmations: int
    importance: float
    said_at: datetime
    valid_from: datetime
    valid_until: datetime | None
    occurred_from: datetime | None
    occurred_until: datetime | None
    granularity: str | None


class SummaryBody(Told):
    """What one session was about."""

    session_id: str
    title: str
    text: str
    topics: tuple[str, ...]
    tone: str | None
    messages: int
    started_at: datetime
    ended_at: datetime


class ProfileBody(Told):
    """The user at a glance."""

    summary: str
    traits: Json
    interests: Json
    entities: Json
    preferences: Json
    work: Json
    language: str | None
    timezone: str | None
    first_seen: datetime
    last_active: datetime
    version: int


class WorkBody(Told):
    """What user and bot are at."""

    project: str | None
    task: str | None
    branch: str | None
    skills: tuple[str, ...]
    notes: tuple[str, ...]


class MemoryHealthBody(Told):
    """How old the memories are, and which are at risk of being forgotten."""

    memory_snapshot: Json
    avg_memory_age_hours: float | None
    retrieval_frequency_trend: str | None
    forgetting_risk_memories: Json


class CharacterPerformanceBody(Told):
    """How the bot does with everybody, over a week; scores from 0 to 1."""

    engagement_score_avg: float | None
    satisfaction_score_avg: float | None
    coherence_score_avg: float | None
    personality_consistency_index: float | None
    quality_trend: str | None
    recent_anomalies: Json


class PersonalityBody(Told):
    """Which of the bot's ways this user answers to."""

    dominant_traits: Json
    user_response_patterns: Json
    adaptation_suggestions: Json
    trait_evolution_history: Json


class ContextSwitchesBody(Told):
    """Topics and how they change."""

    recent_topics: Json
    avg_topic_duration_minutes: float | None
    context_switch_frequency: float | None
    predicted_switch_likelihood: float | None
    topic_transition_graph: Json


class MemoryBehaviorBody(Told):
    """How this user's memories fade."""

    forgetting_curve_params: Json
    high_retention_memories: Json
    low_retention_memories: Json
    recall_simulation_score: float | None


class ConversationStyleBody(Told):
    """How the user writes."""

    communication_style: Json


class EngagementBody(Told):
    """When and about what the bot may write first."""

    optimal_timing_hours: float | None
    receptivity_score: float | None
    suggested_topics: Json
    last_engagement_gap_hours: float | None
    proactive_success_rate: float | None


class ContextBody(Told):
    """All that is known of a user for one bot, as it may be told in one channel."""

    profile: Part[ProfileBody]
    facts: Part[tuple[FactBody, ...]]
    summaries: Part[tuple[SummaryBody, ...]]
    work: Part[WorkBody]
    memory_health: Part[MemoryHealthBody]
    character_performance: Part[CharacterPerformanceBody]
    personality: Part[PersonalityBody]
    context_switches: Part[ContextSwitchesBody]
    memory_behavior: Part[MemoryBehaviorBody]
    conversation_style: Part[ConversationStyleBody]
    engagement: Part[EngagementBody]
    prompt: str | None = Field(None, description="The memory as a block for a system prompt, if it was asked for.")
