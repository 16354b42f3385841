"""What is found of bots, read back as it was written."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bench.engines.acquaintance import acquaintance
from bench.engines.seeding import write_talk
from enrichment.adapters.postgres.bot_rows import bot_row, bot_sums, known_bots
from enrichment.adapters.postgres.pool import Database
from enrichment.engines.character_performance import ENGINE, summed
from enrichment.engines.frame import Pair

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
async def talked(database: Database) -> Database:
    await write_talk(database, Pair("ada", "luna"), acquaintance("bots", NOW), NOW)
    return database


async def test_a_bot_is_listed_with_its_users_and_its_scores(talked: Database) -> None:
    (bot,) = await known_bots(talked, ENGINE)

    assert (bot["bot_name"], bot["pairs"], bot["computed_at"]) == ("luna", 1, NOW)
    assert 0 < bot["satisfaction_score_avg"] < 1


async def test_a_bots_row_and_its_sums_tell_the_same(talked: Database) -> None:
    row = await bot_row(talked, ENGINE, "luna")
    sums = await bot_sums(talked, ENGINE, "luna")

    assert row is not None
    assert row.user_id is None
    assert row.values["recent_anomalies"]["metrics"]["satisfaction"]["source"] == "measured"
    assert "satisfaction" in summed(sums).series


async def test_sums_of_another_version_are_not_read(talked: Database) -> None:
    assert await bot_sums(talked, replace(ENGINE, version=ENGINE.version + 1), "luna") == {}


async def test_of_a_bot_that_nobody_talked_to_nothing_is_known(talked: Database) -> None:
    assert await bot_row(talked, ENGINE, "nobody") is None
    assert await bot_sums(talked, ENGINE, "nobody") == {}
