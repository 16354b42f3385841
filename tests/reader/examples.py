"""What is known of a few people, written straight into the tables that a worker fills."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.adapters.postgres.examples import Stage

USER, BOT = "ada", "ava"
# Reading never writes: a deadline that a busy machine can keep.
PATIENT = timedelta(seconds=20)
HEARD = """
insert into user_profiles (user_id, bot_name, scope, first_seen, last_active) values ($1, $2, $3, now(), now())
on conflict do nothing
"""
NOW = datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Puts rows where a worker would; every method's arguments are columns."""

    stage: Stage

    async def fact(self, statement: str, **columns: object) -> uuid.UUID:
        """Write an active fact."""
        await self.heard_in(str(columns.get("scope", "")), columns.get("user_id", USER), columns.get("bot_name", BOT))
        fact_id = uuid.uuid5(uuid.NAMESPACE_OID, statement + str(columns))
        await self._insert(
            "facts",
            {
                "user_id": USER,
                "fact_id": fact_id,
                "bot_name": BOT,
                "scope": "",
                "category": "other",
                "statement": statement,
                "subject": "user",
                "predicate": "says",
                "qualifier": "",
                "object": "it",
                "object_key": statement,
                "state": "active",
                "confidence": 0.7,
                "certainty": "sure",
                "evidence_count": 1,
                "said_at": NOW,
                "valid_from": NOW,
                "method": "m",
                "pipeline_version": 1,
                "batch_id": uuid.UUID(int=1),
                "source_collection": "chat",
                "updated_at": NOW,
                **columns,
            },
        )
        return fact_id

    async def summary(self, text: str, **columns: object) -> uuid.UUID:
        """Write the summary of a session."""
        await self.heard_in(str(columns.get("scope", "")))
        session_id = uuid.uuid5(uuid.NAMESPACE_OID, text)
        await self._insert(
            "conversation_summaries",
            {
                "user_id": USER,
                "session_id": session_id,
                "bot_name": BOT,
                "scope": "",
                "title": "A talk",
                "summary_text": text,
                "topics": ["tea"],
                "decisions": [],
                "questions": [],
                "method": "m",
                "start_timestamp": NOW,
                "end_timestamp": NOW,
                "message_count": 2,
                "revision": 1,
                **columns,
            },
        )
        return session_id

    async def heard_in(self, scope: str, user_id: object = USER, bot_name: object = BOT) -> None:
        """Write that the user was heard in this scope, as every commit does."""
        await self.stage.execute(HEARD, user_id, bot_name, scope)

    async def profile(self, **columns: object) -> None:
        """Write a composed profile."""
        await self._insert(
            "user_profiles",
            {
                "user_id": USER,
                "bot_name": BOT,
                "scope": "",
                "first_seen": NOW,
                "last_active": NOW,
                "version": 1,
                "composed_at": NOW,
                **columns,
            },
        )

    async def batch(self, committed_at: datetime) -> None:
        """Write that a batch was committed."""
        await self._insert(
            "batches",
            {
                "user_id": USER,
                "batch_id": uuid.uuid4(),
                "bot_name": BOT,
                "scope": "",
                "pipeline_version": 1,
                "prompt_hash": b"h",
                "messages": 1,
                "facts_new": 1,
                "facts_confirmed": 0,
                "facts_superseded": 0,
                "summaries": 0,
                "refused": {},
                "committed_at": committed_at,
            },
        )

    async def caches(self, *, computed_at: datetime = NOW, expires_at: datetime = NOW + timedelta(days=1)) -> None:
        """Write a row into each of the engines' tables, every JSON column naming itself."""
        for table, columns in CACHES.items():
            whose = {"bot_name": BOT, **({} if "time_window_hours" in columns else {"user_id": USER})}
            when = {"computed_at": computed_at, "expires_at": expires_at}
            await self._insert(table, {**whose, **columns, **when})

    async def _insert(self, table: str, columns: dict[str, Any]) -> None:
        names = ", ".join(columns)
        places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
        await self.stage.execute(f"insert into {table} ({names}) values ({places})", *columns.values())  # noqa: S608


def _named(*names: str) -> dict[str, object]:
    return {name: {"v": 1, "named": name} for name in names}


CACHES: dict[str, dict[str, object]] = {
    "strategic_memory_health": {
        "avg_memory_age_hours": 1.5,
        "retrieval_frequency_trend": "stable",
        **_named("memory_snapshot", "forgetting_risk_memories"),
    },
    "strategic_character_performance": {
        "time_window_hours": 168,
        "engagement_score_avg": 0.1,
        "satisfaction_score_avg": 0.2,
        "coherence_score_avg": 0.3,
        "personality_consistency_index": 0.4,
        "quality_trend": "improving",
        **_named("recent_anomalies"),
    },
    "strategic_personality_profiles": _named(
        "dominant_traits", "user_response_patterns", "adaptation_suggestions", "trait_evolution_history"
    ),
    "strategic_conversation_patterns": {
        "avg_topic_duration_minutes": 2.5,
        "context_switch_frequency": 3.5,
        "predicted_switch_likelihood": 0.5,
        **_named("recent_topics", "topic_transition_graph", "communication_style"),
    },
    "strategic_memory_behavior": {
        "recall_simulation_score": 0.6,
        **_named("forgetting_curve_params", "high_retention_memories", "low_retention_memories"),
    },
    "strategic_engagement_opportunities": {
        "optimal_timing_hours": 4.5,
        "receptivity_score": 0.7,
        "last_engagement_gap_hours": 5.5,
        "proactive_success_rate": 0.8,
        **_named("suggested_topics"),
    },
}
