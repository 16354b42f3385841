"""What was said in private is not told in public."""

import pytest

from enrichment.reader import EnrichmentReader, Freshness
from tests.reader.examples import BOT, PATIENT, USER, Shelf


@pytest.mark.parametrize(
    ("heard_in", "told"),
    [
        ("", {"said anywhere"}),
        ("guild:1", {"said anywhere", "said in guild:1"}),
        ("guild:3", {"said anywhere"}),
        ("private:ada", {"said anywhere", "said in private:ada"}),
    ],
)
async def test_a_channel_hears_what_it_may(
    reader: EnrichmentReader, shelf: Shelf, heard_in: str, told: set[str]
) -> None:
    await shelf.fact("said anywhere")
    await shelf.summary("said anywhere")
    for scope in ("guild:1", "guild:2", "private:ada"):
        await shelf.fact(f"said in {scope}", scope=scope)
        await shelf.summary(f"said in {scope}", scope=scope)

    context = await reader.load(USER, BOT, scope=heard_in, deadline=PATIENT)

    assert {fact.statement for fact in context.facts.value or ()} == told
    assert {summary.text for summary in context.summaries.value or ()} == told


@pytest.mark.parametrize(
    ("spoken_in", "heard_in", "freshness"),
    [
        ("", "", Freshness.FRESH),
        ("guild:1", "guild:1", Freshness.FRESH),
        ("private:ada", "", Freshness.ABSENT),
        ("guild:1", "guild:2", Freshness.ABSENT),
        ("zebra", "guild:2", Freshness.ABSENT),
        ("guild:2", "zebra", Freshness.ABSENT),
        ("private:ada", "private:ada", Freshness.FRESH),
        ("guild:1", "private:ada", Freshness.ABSENT),
    ],
)
async def test_words_that_engines_heard_in_private_stay_there(
    reader: EnrichmentReader, shelf: Shelf, spoken_in: str, heard_in: str, freshness: Freshness
) -> None:
    await shelf.caches()
    await shelf.heard_in("")
    await shelf.heard_in(spoken_in)

    context = await reader.load(USER, BOT, scope=heard_in, deadline=PATIENT)

    assert context.context_switches.freshness is freshness
    assert context.engagement.freshness is freshness
    assert context.character_performance.freshness is Freshness.FRESH


async def test_a_profile_of_the_scope_is_told_there_and_the_public_one_elsewhere(
    reader: EnrichmentReader, shelf: Shelf
) -> None:
    await shelf.profile(summary="Likes tea.")
    await shelf.profile(summary="Likes tea and is ill.", scope="private:ada")

    told = [await reader.load(USER, BOT, scope=scope, deadline=PATIENT) for scope in ("", "private:ada", "guild:1")]

    assert [context.profile.value and context.profile.value.summary for context in told] == [
        "Likes tea.",
        "Likes tea and is ill.",
        "Likes tea.",
    ]
