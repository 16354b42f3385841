"""What fades is served with what is left of it, ranks lower, and is gone once it is over, noted or not."""

from datetime import timedelta

import pytest

from enrichment.reader import EnrichmentReader
from tests.reader.examples import BOT, NOW, PATIENT, USER, Shelf

DAY = timedelta(days=1)


async def test_what_is_over_is_served_by_no_load_and_no_recall(reader: EnrichmentReader, shelf: Shelf) -> None:
    await shelf.fact("Ada feels tired", lasts_from=NOW - 3 * DAY, expires_at=NOW - DAY)
    await shelf.fact("Ada feels hungry")

    loaded = await reader.load(USER, BOT, deadline=PATIENT)
    recalled = await reader.recall(USER, BOT, "How does Ada feel?", deadline=PATIENT)

    assert [fact.statement for fact in loaded.facts.value or ()] == ["Ada feels hungry"]
    assert [found.text for found in recalled.found] == ["Ada feels hungry"]


async def test_half_of_its_time_halves_the_confidence_of_what_fades(reader: EnrichmentReader, shelf: Shelf) -> None:
    await shelf.fact("Ada feels tired", confidence=0.8, lasts_from=NOW - DAY, expires_at=NOW + DAY)

    loaded = await reader.load(USER, BOT, deadline=PATIENT)
    recalled = await reader.recall(USER, BOT, "How does Ada feel?", deadline=PATIENT)

    served = [*(fact.confidence for fact in loaded.facts.value or ()), *(found.confidence for found in recalled.found)]
    assert served == pytest.approx([0.4, 0.4], abs=0.01)


async def test_what_fades_ranks_below_what_stays(reader: EnrichmentReader, shelf: Shelf) -> None:
    await shelf.fact("Ada plans a trip", confidence=0.9, lasts_from=NOW - 9 * DAY, expires_at=NOW + DAY)
    await shelf.fact("Ada plans a garden", confidence=0.8)

    loaded = await reader.load(USER, BOT, deadline=PATIENT)
    recalled = await reader.recall(USER, BOT, "What does Ada plan?", deadline=PATIENT)

    assert [fact.statement for fact in loaded.facts.value or ()] == ["Ada plans a garden", "Ada plans a trip"]
    assert [found.text for found in recalled.found] == ["Ada plans a garden", "Ada plans a trip"]
