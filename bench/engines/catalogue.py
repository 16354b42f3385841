"""Which checks belong to which engine: each engine's module here gives its ``TRIALS`` and ``REPLAYS``."""

from collections.abc import Mapping

from bench.engines import (
    character_performance,
    context_switch,
    conversation_patterns,
    emotion_fallback,
    memory_aging,
    memory_behavior,
    personality,
    proactive_engagement,
)
from bench.engines.check import Replay, Trial

TRIALS: Mapping[str, tuple[Trial, ...]] = {
    "character_performance": character_performance.TRIALS,
    "context_switch": context_switch.TRIALS,
    "conversation_patterns": conversation_patterns.TRIALS,
    "memory_aging": memory_aging.TRIALS,
    "memory_behavior": memory_behavior.TRIALS,
    "personality": personality.TRIALS,
    "proactive_engagement": proactive_engagement.TRIALS,
}
REPLAYS: Mapping[str, tuple[Replay, ...]] = {
    "context_switch": context_switch.REPLAYS,
    "emotion_fallback": emotion_fallback.REPLAYS,
    "memory_aging": memory_aging.REPLAYS,
    "memory_behavior": memory_behavior.REPLAYS,
}
