"""All drawings of a pair, and those of a bot, in the order in which they are shown."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from enrichment.web.admin.drawing import activity, engagement, forgetting, need, quality, style, topics, traits
from enrichment.web.admin.drawing.charts import Drawing, Kept, PairRow
from enrichment.web.admin.drawing.standing import absent

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
    style_row, engagement_row = rows.get("conversation_patterns"), rows.get("proactive_engagement")
    personality_row = rows.get("personality")
    return (
        _tried(activity.NAME, activity.TITLE, lambda: activity.activity(style_row, engagement_row, now)),
        _tried(engagement.NAME, engagement.TITLE, lambda: engagement.engagement(engagement_row, now)),
        _tried(topics.NAME, topics.TITLE, lambda: topics.topics(rows.get("context_switch"), now)),
        _tried(traits.EFFECTS, traits.EFFECTS_TITLE, lambda: traits.reactions(personality_row, now)),
        _tried(style.NAME, style.TITLE, lambda: style.style(style_row, now)),
        _tried(forgetting.NAME, forgetting.TITLE, lambda: forgetting.forgetting(rows.get("memory_behavior"), now)),
        _tried(need.NAME, need.TITLE, lambda: need.need(rows.get("memory_aging"), now)),
        _tried(traits.NAME, traits.TITLE, lambda: traits.evolution(personality_row, now)),
    )


def of_bot(row: Kept | None, sums: Mapping[str, float], now: datetime) -> tuple[Drawing, ...]:
    """Draw what is found of a bot with all its users."""
    return (_tried(quality.NAME, quality.TITLE, lambda: quality.quality(row, sums, now)),)


def _tried(name: str, title: str, draw: Callable[[], Drawing]) -> Drawing:
    """Return a drawing; a row of another version, which lacks what this one reads, spoils no other drawing."""
    try:
        return draw()
    except (KeyError, TypeError, ValueError):
        return absent(name, title, "The row is of another version; it is drawn once it has been computed anew.")
