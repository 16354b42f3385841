"""What the settings mean to each part: the values that it is given."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from enrichment.adapters.model.completion import Prices
from enrichment.adapters.model.openai_compatible import Endpoint
from enrichment.adapters.postgres.pool import PoolOptions
from enrichment.adapters.qdrant.pending import Scope
from enrichment.adapters.qdrant.rules import Rules, configured
from enrichment.domain.batches import Limits
from enrichment.domain.prompt import PromptLimits
from enrichment.loop import Rhythm
from enrichment.planning.due import FRESH, THRIFTY, DuePolicy
from enrichment.reconcile.sweep import SweepOptions
from enrichment.settings import ModelSettings, Settings
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
    )


def endpoint(model: ModelSettings, base_url: str) -> Endpoint:
    """Return where the model is and how to deal with it."""
    return Endpoint(
        base_url=base_url,
        name=model.name,
        api_key=model.api_key.get_secret_value() if model.api_key else None,
        timeout_seconds=model.timeout_seconds,
        attempts=model.attempts,
        connections=model.concurrency,
        prices=Prices(prompt=model.usd_per_million_prompt_tokens, answer=model.usd_per_million_answer_tokens),
    )


def budgets(settings: Settings, run_id: uuid.UUID, now: datetime) -> Mapping[str, Decimal | None]:
    """Return the budgets in force, key to limit in US dollars; days are UTC."""
    return {f"run:{run_id}": settings.budget.run_usd, f"day:{now.date()}": settings.budget.day_usd}
