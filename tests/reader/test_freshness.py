"""Each cache is judged by its own row, and by no other."""

from datetime import timedelta

import pytest

from enrichment.reader import EnrichmentReader, Freshness
from tests.reader.examples import BOT, NOW, PATIENT, USER, Shelf

# Two engines share the row of conversations, and write it in one statement.
SECTIONS_OF = {
    "strategic_memory_health": {"memory_health"},
    "strategic_character_performance": {"character_performance"},
    "strategic_personality_profiles": {"personality"},
    "strategic_conversation_patterns": {"context_switches", "conversation_style"},
    "strategic_memory_behavior": {"memory_behavior"},
    "strategic_engagement_opportunities": {"engagement"},
}


@pytest.mark.parametrize("table", SECTIONS_OF)
async def test_p17_a_cache_that_has_expired_makes_no_other_stale(
    reader: EnrichmentReader, shelf: Shelf, table: str
) -> None:
    await shelf.caches()
    await shelf.stage.execute(f"update {table} set expires_at = $1", NOW - timedelta(seconds=1))  # noqa: S608 - ours

    context = await reader.load(USER, BOT, deadline=PATIENT)

    names = {name for of_table in SECTIONS_OF.values() for name in of_table}
    assert {name for name in names if getattr(context, name).freshness is Freshness.STALE} == SECTIONS_OF[table]
