"""All drawings of a pair, and those of a bot, in the order in which they are shown."""

from collections.abc import Mapping
from datetime import datetime

from enrichment.web.admin.drawing.activity import activity
from enrichment.web.admin.drawing.charts import Drawing, Kept
from enrichment.web.admin.drawing.engagement import engagement
from enrichment.web.admin.drawing.forgetting import forgetting
from enrichment.web.admin.drawing.need import need
from enrichment.web.admin.drawing.quality import quality
from enrichment.web.admin.drawing.style import style
from enrichment.web.admin.drawing.topics import topics
from enrichment.web.admin.drawing.traits import evolution, reactions


def of_pair(rows: Mapping[str, Kept], now: datetime) -> tuple[Drawing, ...]:
    """Draw what six engines have found of a pair; ``rows`` are by engine, and any may be missing."""
    return (
        activity(rows.get("conversation_patterns"), rows.get("proactive_engagement"), now),
        engagement(rows.get("proactive_engagement"), now),
        topics(rows.get("context_switch"), now),
        style(rows.get("conversation_patterns"), now),
        forgetting(rows.get("memory_behavior"), now),
        need(rows.get("memory_aging"), now),
        evolution(rows.get("personality"), now),
        reactions(rows.get("personality"), now),
    )


def of_bot(row: Kept | None, sums: Mapping[str, float], now: datetime) -> tuple[Drawing, ...]:
    """Draw what is found of a bot with all its users."""
    return (quality(row, sums, now),)
