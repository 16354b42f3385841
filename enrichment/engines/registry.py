"""The engines that run: a new one is a line here, its file, a migration, and its test."""

from enrichment.engines import memory_aging, memory_behavior, proactive_engagement
from enrichment.engines.frame import AnyEngine

ENGINES: tuple[AnyEngine, ...] = (
    memory_aging.ENGINE,
    memory_behavior.ENGINE,
    proactive_engagement.ENGINE,
)
