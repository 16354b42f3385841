"""What a profile is made of, and the profile: signals with their witnesses, facts, activity, insights."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class SignalKind(StrEnum):
    """What a merged signal tells: what a digest's does, and what is seen in messages themselves."""

    TRAIT = "trait"
    INTEREST = "interest"
    ENTITY = "entity"
    PREFERENCE = "preference"
    WORK = "work"
    LANGUAGE = "language"
    IDENTITY = "identity"


class InsightCategory(StrEnum):
    """What an insight is about: a closed list."""

    PREFERENCE = "preference"
    INTEREST = "interest"
    SKILL = "skill"
    RELATIONSHIP = "relationship"
    DISLIKE = "dislike"
    TRAIT = "trait"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose memory it is, and where it may be served: user, bot and privacy scope."""

    user_id: str
    bot_name: str
    scope: str


@dataclass(frozen=True, slots=True)
class SignalKey:
    """What two signals must share to be one: its kind, the author whom it is about, and its normalised name."""

    kind: str
    about: str
    name_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """That one message says so; ``weight`` is the probability that it is right, from 0 to 1."""

    identity: bytes
    name: str
    value: str
    quote: str
    weight: float
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedSignal:
    """What all messages together say: a function of the set of its witnesses; see ``memory.signals``."""

    signal_id: uuid.UUID
    key: SignalKey
    name: str
    value: str
    confidence: float
    sample_size: int
    strength: float
    quote: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFact:
    """An active fact as a profile needs it.

    ``about`` is the author if the fact is about a speaker (empty: the one user), None if it is about somebody else.
    """

    fact_id: uuid.UUID
    statement: str
    category: str
    subject: str
    predicate: str
    object: str
    confidence: float
    evidence_count: int
    said_at: datetime
    quote: str
    about: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Everything that a profile is composed of; ``begun`` are the beginnings of the latest sessions."""

    facts: tuple[ProfileFact, ...] = ()
    signals: tuple[MergedSignal, ...] = ()
    begun: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """One thing worth knowing in a conversation; ``confirmed`` from a confidence of 0.6 on, else a candidate."""

    insight_id: uuid.UUID
    about: str
    category: InsightCategory
    subcategory: str
    name: str
    value: str
    confidence: float
    sample_size: int
    confirmed: bool
    supporting_text: str
    fact_ids: tuple[uuid.UUID, ...]
    signal_ids: tuple[uuid.UUID, ...]
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of somebody at a glance; the parts are JSON values as ``user_profiles`` holds them."""

    summary: str = ""
    traits: tuple[dict[str, Any], ...] = ()
    interests: tuple[dict[str, Any], ...] = ()
    entities: dict[str, Any] = field(default_factory=dict)
    preferences: dict[str, Any] = field(default_factory=dict)
    work: tuple[dict[str, Any], ...] = ()
    language: str | None = None
    timezone: str | None = None
    timezone_from: str | None = None
    platform_ids: dict[str, Any] = field(default_factory=dict)
    fact_ids: tuple[uuid.UUID, ...] = ()
    summary_facts: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """A profile with its insights."""

    profile: Profile
    insights: tuple[Insight, ...] = ()
