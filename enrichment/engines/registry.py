"""The engines that run: a new one is a line here, its file, a migration, and its test."""

from enrichment.engines import (
    character_performance,
    context_switch,
    conversation_patterns,
    memory_aging,
    memory_behavior,
    personality,
    proactive_engagement,
)
from enrichment.engines.frame import AnyEngine

ENGINES: tuple[AnyEngine, ...] = (
    character_performance.ENGINE,
    context_switch.ENGINE,
    conversation_patterns.ENGINE,
    memory_aging.ENGINE,
    memory_behavior.ENGINE,
    personality.ENGINE,
    proactive_engagement.ENGINE,
)
