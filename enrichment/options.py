"""What the settings mean to each part: the values that it is given."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from enrichment.adapters.clock import SystemClock
from enrichment.adapters.embedding.server import EmbeddingEndpoint
from enrichment.adapters.meaning.keeper import VectorOptions
from enrichment.adapters.meaning.points import PREFIX
from enrichment.adapters.model.gate import ModelGate, OpenGate
from enrichment.adapters.model.openai_compatible import Endpoint
from enrichment.adapters.model.prices import FREE, Prices, listed
from enrichment.adapters.model.providers import Profile, Provider, profile_of, provider_at
from enrichment.adapters.outside.kept import Rhythm as SourceRhythm
from enrichment.adapters.outside.measurements import Naming
from enrichment.adapters.postgres.calls import Budget
from enrichment.adapters.postgres.maintenance import Retention
from enrichment.adapters.postgres.paces import PostgresPace
from enrichment.adapters.postgres.pool import Database, PoolOptions
from enrichment.adapters.qdrant.pending import Scope
from enrichment.adapters.qdrant.rules import Rules, configured
from enrichment.adapters.resilience import Retries
from enrichment.domain.batches import Limits
from enrichment.domain.ids import derived_uuid
from enrichment.domain.prompt import PromptLimits
from enrichment.loop import Rhythm
from enrichment.pacing.pace import RateLimits
from enrichment.planning.due import FRESH, THRIFTY, DuePolicy
from enrichment.ports import Gate
from enrichment.reconcile.refresh import RefreshOptions
from enrichment.reconcile.sweep import SweepOptions
from enrichment.settings import EmbeddingSettings, ModelSettings, QualitySettings, Settings
from enrichment.turn import TurnLimits


def turn_limits(settings: Settings) -> TurnLimits:
    """Return how much one turn may take."""
    batch = settings.batch
    limits = Limits(
        max_batch_tokens=batch.max_tokens,
        max_batch_messages=batch.max_messages,
        idle_gap=timedelta(seconds=batch.idle_gap_seconds),
    )
    shown = PromptLimits(
        known_tokens=batch.known_tokens,
        summary_tokens=batch.summary_tokens,
        max_answer_tokens=settings.model.max_answer_tokens,
    )
    return TurnLimits(messages=batch.turn_messages, batches=limits, prompts=shown)


def due_policy(settings: Settings) -> DuePolicy:
    """Return when users are due: the preset, with what was set explicitly."""
    policy = replace(
        FRESH if settings.policy.preset == "fresh" else THRIFTY,
        flush_tokens=settings.policy.flush_tokens,
        idle_gap=timedelta(seconds=settings.batch.idle_gap_seconds),
    )
    if settings.policy.max_wait_seconds is None:
        return policy
    return replace(policy, max_wait=timedelta(seconds=settings.policy.max_wait_seconds))


def rhythm(settings: Settings) -> Rhythm:
    """Return the daemon's pauses."""
    loop = settings.loop
    return Rhythm(
        busy_seconds=loop.busy_interval_seconds,
        idle_seconds=loop.idle_interval_seconds,
        replan_seconds=loop.replan_seconds,
        reconcile_seconds=loop.reconcile_seconds,
    )


def sweep_options(settings: Settings, *, repair: bool = False) -> SweepOptions:
    """Return what a sweep may do, and how often the background one takes a slice."""
    return SweepOptions(
        repair=repair,
        retract_deleted=settings.memory.on_message_deleted == "retract",
        every=timedelta(seconds=settings.loop.sweep_seconds),
    )


def retention(settings: Settings) -> Retention:
    """Return how long derived rows and those of calls are kept, and who shares memories."""
    memory = settings.memory
    return Retention(
        summaries=timedelta(days=memory.summaries_days) if memory.summaries_days else None,
        calls=timedelta(days=memory.calls_days) if memory.calls_days else None,
        bots_share=memory.bots_share,
    )


def refresh_options(settings: Settings) -> RefreshOptions:
    """Return how much a refresh pass does, and how often."""
    return RefreshOptions(lease_seconds=settings.loop.lease_seconds)


def maintenance_pause(settings: Settings) -> timedelta:
    """Return the time between two passes over what is derived."""
    return timedelta(seconds=settings.loop.maintenance_seconds)


def pool_options(settings: Settings) -> PoolOptions:
    """Return how to connect to Postgres."""
    postgres = settings.postgres
    return PoolOptions(
        size=postgres.pool_size,
        statement_cache_size=postgres.statement_cache_size,
        statement_timeout=timedelta(seconds=postgres.statement_timeout_seconds),
        lock_timeout=timedelta(seconds=postgres.lock_timeout_seconds),
    )


def rules(settings: Settings) -> Rules:
    """Return how payloads are to be read; raises ``ConfigurationError``."""
    qdrant = settings.qdrant
    return configured(fields_by_name=qdrant.fields, bot_pattern=qdrant.bot_pattern, namespaces=qdrant.namespaces)


def scope(settings: Settings) -> Scope:
    """Return which collections are served, and how."""
    qdrant = settings.qdrant
    return Scope(
        collections=qdrant.collections,
        adopt=qdrant.adopt,
        adopt_max_age=timedelta(days=qdrant.adopt_max_age_days) if qdrant.adopt_max_age_days else None,
        with_vectors=qdrant.with_vectors,
        page_size=qdrant.page_size,
        max_wait=due_policy(settings).max_wait,
        own=(settings.embedding.collection, f"{PREFIX}*"),
    )


def endpoint(model: ModelSettings, base_url: str) -> Endpoint:
    """Return where the model is and how to deal with it."""
    provider = Provider(model.provider) if model.provider else provider_at(base_url)
    profile = profile_of(provider, data_collection=model.data_collection, zero_data_retention=model.zero_data_retention)
    return Endpoint(
        base_url=base_url,
        name=model.name,
        api_key=model.api_key.get_secret_value() if model.api_key else None,
        timeout_seconds=model.timeout_seconds,
        connections=model.concurrency,
        prices=prices(model, profile),
        profile=profile,
    )


def prices(model: ModelSettings, profile: Profile) -> Prices:
    """Return what tokens cost: as set, nothing on a server of one's own, else as listed."""
    prompt, answer = model.usd_per_million_prompt_tokens, model.usd_per_million_answer_tokens
    if prompt is None and answer is None:
        return FREE if profile.self_hosted else listed(model.name)
    nothing = Decimal(0)
    return Prices(prompt=prompt or nothing, answer=answer or nothing, cached=model.usd_per_million_cached_tokens)


def embedding_endpoint(embedding: EmbeddingSettings) -> EmbeddingEndpoint | None:
    """Return where vectors come from; None where words are hashed."""
    if embedding.base_url is None:
        return None
    return EmbeddingEndpoint(
        base_url=embedding.base_url,
        model=embedding.name,
        api_key=embedding.api_key.get_secret_value() if embedding.api_key else None,
        dimensions=embedding.dimensions,
        timeout_seconds=embedding.timeout_seconds,
    )


def vector_options(embedding: EmbeddingSettings) -> VectorOptions:
    """Return where the vectors of the memory lie, and how many tokens may be sent for them."""
    return VectorOptions(collection=embedding.collection, day_tokens=embedding.day_tokens)


def gate(model: ModelSettings, database: Database) -> Gate:
    """Return what holds requests to the model back: nothing, where it runs in this process."""
    if model.base_url is None:
        return OpenGate()
    pace = PostgresPace(database, pace_name(model, model.base_url), rate_limits(model))
    return ModelGate(pace, SystemClock(), Retries(attempts=model.attempts, seconds=model.timeout_seconds))


def rate_limits(model: ModelSettings) -> RateLimits:
    """Return how fast all replicas together may ask."""
    return RateLimits(requests_per_minute=model.requests_per_minute, tokens_per_minute=model.tokens_per_minute)


def pace_name(model: ModelSettings, base_url: str) -> str:
    """Return what the provider counts by: its host, and the model."""
    return f"{urlsplit(base_url).netloc.rpartition('@')[2]}/{model.name}"


# What is measured where nobody says otherwise: names that are in use; coherence is closest to what they call flow.
_MEASURED = {
    "engagement": ("conversation_quality.engagement_score",),
    "satisfaction": ("conversation_quality.satisfaction_score", "user_feedback.satisfaction_score"),
    "coherence": ("conversation_quality.natural_flow_score",),
}


def naming(quality: QualitySettings) -> Naming:
    """Return what things are called where they are measured."""
    is_table = quality.source == "postgres"
    fields = {**_MEASURED, **quality.fields} if not is_table else quality.fields
    # A table has a column for it only if somebody says so.
    has_feedback = not is_table or "feedback_name" in quality.model_fields_set
    return Naming(
        metrics={
            metric: [(quality.table, place) if is_table else _divided(place) for place in places]
            for metric, places in fields.items()
        },
        bot=quality.bot_name,
        user=quality.user_name,
        largest=quality.largest,
        feedback_field=(quality.feedback_name or None) if has_feedback else None,
    )


def _divided(place: str) -> tuple[str, str]:
    measurement, _, name = place.rpartition(".")
    return measurement, name


def source_rhythm(settings: Settings) -> SourceRhythm:
    """Return how often and how long what engines look at beside messages is asked for."""
    return source_rhythm_of(settings.quality)


def source_rhythm_of(quality: QualitySettings) -> SourceRhythm:
    """Return the same for the settings of the metrics alone."""
    return SourceRhythm(
        interval=timedelta(seconds=quality.interval_seconds),
        deadline=timedelta(seconds=quality.timeout_seconds),
        look_back=timedelta(hours=quality.look_back_hours),
    )


# A daemon that finds nothing to read for weeks must still know what it has spent.
RUN_KEPT = timedelta(days=90)


def budgets(settings: Settings, run_id: uuid.UUID, now: datetime, user_id: str) -> Sequence[Budget]:
    """Return the budgets in force for a user's call, in US dollars; days are UTC."""
    budget, today = settings.budget, now.date()
    everybodys = (
        Budget(key=f"run:{run_id}", limit_usd=budget.run_usd, day=today + RUN_KEPT),
        Budget(key=f"day:{today}", limit_usd=budget.day_usd, day=today),
    )
    if budget.user_day_usd is None:
        return everybodys
    key = f"user:{derived_uuid('budget', user_id)}:{today}"
    return (*everybodys, Budget(key=key, limit_usd=budget.user_day_usd, user_id=user_id, day=today))
