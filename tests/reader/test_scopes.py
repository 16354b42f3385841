"""What was said in private is not told in public."""

import pytest

from enrichment.reader import EnrichmentReader, Freshness
from tests.reader.examples import BOT, PATIENT, USER, Shelf


@pytest.mark.parametrize(
    ("heard_in", "told"),
    [
        ("", {"said anywhere", "said in public"}),
        ("public", {"said anywhere", "said in public"}),
        ("guild:1", {"said anywhere", "said in public", "said in guild:1"}),
        ("guild:3", {"said anywhere", "said in public"}),
        (
            "private:ada",
            {"said anywhere", "said in public", "said in guild:1", "said in guild:2", "said in private:ada"},
        ),
        ("DM", {"said anywhere", "said in public", "said in guild:1", "said in guild:2", "said in private:ada"}),
    ],
)
async def test_a_channel_hears_what_it_may(
    reader: EnrichmentReader, shelf: Shelf, heard_in: str, told: set[str]
) -> None:
    await shelf.fact("said anywhere")
    await shelf.summary("said anywhere")
    for scope in ("public", "guild:1", "guild:2", "private:ada"):
        await shelf.fact(f"said in {scope}", scope=scope)
        await shelf.summary(f"said in {scope}", scope=scope)

    context = await reader.load(USER, BOT, scope=heard_in, deadline=PATIENT)

    assert {fact.statement for fact in context.facts.value or ()} == told
    assert {summary.text for summary in context.summaries.value or ()} == told


@pytest.mark.parametrize(
    ("spoken_in", "heard_in", "freshness"),
    [
        ("", "", Freshness.FRESH),
        ("public", "guild:1", Freshness.FRESH),
        ("guild:1", "guild:1", Freshness.FRESH),
        ("private:ada", "", Freshness.ABSENT),
        ("guild:1", "guild:2", Freshness.ABSENT),
        ("zebra", "guild:2", Freshness.ABSENT),
        ("guild:2", "zebra", Freshness.ABSENT),
        ("private:ada", "dm", Freshness.FRESH),
    ],
)
async def test_words_that_engines_heard_in_private_stay_there(
    reader: EnrichmentReader, shelf: Shelf, spoken_in: str, heard_in: str, freshness: Freshness
) -> None:
    await shelf.caches()
    await shelf.session("")
    await shelf.session(spoken_in)

    context = await reader.load(USER, BOT, scope=heard_in, deadline=PATIENT)

    assert context.context_switches.freshness is freshness
    assert context.engagement.freshness is freshness
    assert context.character_performance.freshness is Freshness.FRESH
