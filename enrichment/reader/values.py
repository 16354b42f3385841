"""What a load gives an agent: frozen values, each with its age and whether that is good enough."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar

T_co = TypeVar("T_co", covariant=True)
SESSION_TIMEOUT = timedelta(hours=2)


class Freshness(StrEnum):
    """How far a section may be relied on; ``stale`` is the last that is known, ``absent`` has no value."""

    FRESH = "fresh"
    STALE = "stale"
    ABSENT = "absent"


class Document(Mapping[str, Any]):
    """A JSON object that is parsed when it is first looked into, since most look into few; a list is ``items``."""

    __slots__ = ("_parsed", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._parsed: Mapping[str, Any] | None = None

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - any JSON value
        return self._read()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return f"Document({self._text!r})"

    def _read(self) -> Mapping[str, Any]:
        if self._parsed is None:
            found = json.loads(self._text)
            self._parsed = MappingProxyType(found if isinstance(found, dict) else {"items": found})
        return self._parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(Generic[T_co]):
    """One part of a context; ``value`` is None where it is absent, ``as_of`` is what time it tells of."""

    value: T_co | None = None
    freshness: Freshness = Freshness.ABSENT
    as_of: datetime | None = None

    def aged(self) -> "Section[T_co]":
        """Return the same, stale if it was fresh."""
        return replace(self, freshness=Freshness.STALE) if self.freshness is Freshness.FRESH else self


class ServedFact(NamedTuple):
    """An active fact; ``confidence`` is from 0 to 1, ``importance`` weighs it against others of the same age.

    ``occurred_from`` and ``occurred_until`` are when it happened as it was said, in the named granularity.
    """

    fact_id: str
    category: str
    statement: str
    confidence: float
    confirmations: int
    importance: float
    said_at: datetime
    valid_from: datetime
    valid_until: datetime | None = None
    occurred_from: datetime | None = None
    occurred_until: datetime | None = None
    granularity: str | None = None


class SessionSummary(NamedTuple):
    """What one session was about."""

    session_id: str
    title: str
    text: str
    topics: tuple[str, ...]
    tone: str | None
    messages: int
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The user at a glance: prose, and lists of what it is made of, each item with its confidence and sample size.

    ``preferences`` has values by name: language, length, tone, emoji, address.
    """

    summary: str
    traits: Document
    interests: Document
    entities: Document
    preferences: Document
    work: Document
    language: str | None
    timezone: str | None
    first_seen: datetime
    last_active: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkContext:
    """What user and bot are at: up to 5 recent skills and 10 notes of this session, newest first.

    It ends two hours after it was last touched.
    """

    project: str | None = None
    task: str | None = None
    branch: str | None = None
    skills: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryHealth:
    """Engine 1: how old the memories are and which are at risk of being forgotten."""

    memory_snapshot: Document
    avg_memory_age_hours: float | None
    retrieval_frequency_trend: str | None
    forgetting_risk_memories: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacterPerformance:
    """Engine 2: how the bot does with everybody, over a week; scores are from 0 to 1."""

    engagement_score_avg: float | None
    satisfaction_score_avg: float | None
    coherence_score_avg: float | None
    personality_consistency_index: float | None
    quality_trend: str | None
    recent_anomalies: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Personality:
    """Engine 3: which of the bot's ways this user answers to."""

    dominant_traits: Document
    user_response_patterns: Document
    adaptation_suggestions: Document
    trait_evolution_history: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextSwitches:
    """Engine 4: topics and how they change; the frequency is per active hour, the likelihood from 0 to 1."""

    recent_topics: Document
    avg_topic_duration_minutes: float | None
    context_switch_frequency: float | None
    predicted_switch_likelihood: float | None
    topic_transition_graph: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryBehavior:
    """Engine 5: how this user's memories fade; the score is from 0 to 1."""

    forgetting_curve_params: Document
    high_retention_memories: Document
    low_retention_memories: Document
    recall_simulation_score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationStyle:
    """Engine 6: how the user writes."""

    communication_style: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """Engine 7: when and about what the bot may write first; score and rate are from 0 to 1."""

    optimal_timing_hours: float | None
    receptivity_score: float | None
    suggested_topics: Document
    last_engagement_gap_hours: float | None
    proactive_success_rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that is known of a user for one bot, as it may be told in one channel."""

    profile: Section[Profile] = Section()
    facts: Section[tuple[ServedFact, ...]] = Section()
    summaries: Section[tuple[SessionSummary, ...]] = Section()
    work: Section[WorkContext] = Section()
    memory_health: Section[MemoryHealth] = Section()
    character_performance: Section[CharacterPerformance] = Section()
    personality: Section[Personality] = Section()
    context_switches: Section[ContextSwitches] = Section()
    memory_behavior: Section[MemoryBehavior] = Section()
    conversation_style: Section[ConversationStyle] = Section()
    engagement: Section[Engagement] = Section()

    def aged(self) -> "Context":
        """Return the same with every fresh section stale: what is served while the database is away."""
        return Context(**{name: getattr(self, name).aged() for name in self.__slots__})


EMPTY = Context()
