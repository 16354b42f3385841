"""All drawings of a pair, and those of a bot, in the order in which they are shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from enrichment.web.admin.drawing.activity import activity
from enrichment.web.admin.drawing.charts import Drawing, Kept, PairRow
from enrichment.web.admin.drawing.engagement import engagement
from enrichment.web.admin.drawing.forgetting import forgetting
from enrichment.web.admin.drawing.need import need
from enrichment.web.admin.drawing.quality import quality
from enrichment.web.admin.drawing.style import style
from enrichment.web.admin.drawing.topics import topics
from enrichment.web.admin.drawing.traits import evolution, reactions

MOST_PAIRS = 5


def of_user(rows: Sequence[PairRow], now: datetime) -> tuple[tuple[str, tuple[Drawing, ...]], ...]:
    """Draw a user's pairs, the one first that was looked at last; rows that are the bots' own are left out.

    Beyond the five latest pairs there are names without drawings.
    """
    by_bot: dict[str, dict[str, Kept]] = {}
    for row in sorted(rows, key=lambda each: each.computed_at, reverse=True):
        if row.user_id is not None:
            by_bot.setdefault(row.bot_name, {})[row.engine] = row
    return tuple(
        (bot_name, of_pair(of, now) if place < MOST_PAIRS else ())
        for place, (bot_name, of) in enumerate(by_bot.items())
    )


def of_pair(rows: Mapping[str, Kept], now: datetime) -> tuple[Drawing, ...]:
    """Draw what six engines have found of a pair; ``rows`` are by engine, and any may be missing."""
    return (
        activity(rows.get("conversation_patterns"), rows.get("proactive_engagement"), now),
        engagement(rows.get("proactive_engagement"), now),
        topics(rows.get("context_switch"), now),
        reactions(rows.get("personality"), now),
        style(rows.get("conversation_patterns"), now),
        forgetting(rows.get("memory_behavior"), now),
        need(rows.get("memory_aging"), now),
        evolution(rows.get("personality"), now),
    )


def of_bot(row: Kept | None, sums: Mapping[str, float], now: datetime) -> tuple[Drawing, ...]:
    """Draw what is found of a bot with all its users."""
    return (quality(row, sums, now),)
