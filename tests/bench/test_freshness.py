"""The simulated day is the same each time, and its reads are judged strictly."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from bench.freshness.day import MIDNIGHT, Said, day, eve
from bench.freshness.reads import Hits, reading
from enrichment.adapters.postgres.pool import Database
from enrichment.engines.registry import ENGINES

NOON = MIDNIGHT + timedelta(hours=12)


def test_a_day_is_the_same_each_time_and_within_a_day() -> None:
    said = day(50, MIDNIGHT, "seed")

    assert said == day(50, MIDNIGHT, "seed") != day(50, MIDNIGHT, "other")
    assert said == sorted(said, key=lambda each: (each.at, each.point.point_id))
    assert len({each.point.point_id for each in said}) == len(said)


def test_every_user_has_a_session_on_the_eve() -> None:
    assert len({each.user_id for each in eve(50, MIDNIGHT)}) == 50


async def test_a_read_looks_at_each_engine_s_row_at_once(database: Database) -> None:
    hits = Hits()

    await hits.read(database, day(5, MIDNIGHT, "seed"), None)

    assert hits.reads == 0
    assert hits.before_anything > 0
    assert reading(ENGINES).count("left join strategic_") == len(ENGINES)


@pytest.mark.parametrize(
    ("change", "fresh"),
    [
        ({}, 1),
        ({"e0_expires_at": NOON}, 0),
        ({"e0_computed_at": None}, 0),
        ({"e0_computed_at": NOON - timedelta(hours=3)}, 0),
        ({"unreported": 2}, 1),
    ],
)
def test_a_row_is_fresh_if_it_has_not_run_out_and_lacks_nothing(change: Mapping[str, Any], fresh: int) -> None:
    hits = Hits(engines=[engine for engine in ENGINES if engine.name == "memory_aging"])

    hits.judge(said(NOON), {**row(), **change}, None)

    assert (hits.reads, hits.fresh["memory_aging"]) == (1, fresh)


def test_a_row_may_lack_for_five_minutes_what_was_committed_just_now() -> None:
    hits = Hits(engines=[engine for engine in ENGINES if engine.name == "memory_aging"])
    for minutes in (0, 4, 6):
        hits.judge(said(NOON + timedelta(minutes=minutes)), row() | {"unreported": 1}, None)

    assert (hits.reads, hits.fresh["memory_aging"]) == (3, 2)


def test_a_bots_row_must_be_of_the_last_pass() -> None:
    hits = Hits(engines=[engine for engine in ENGINES if engine.name == "character_performance"])
    for last_pass in (NOON - timedelta(hours=2), NOON - timedelta(minutes=5)):
        hits.judge(said(NOON), row(), last_pass)

    assert (hits.reads, hits.fresh["character_performance"]) == (2, 1)


def said(at: datetime) -> Said:
    return Said(at, "anna", "luna", is_users=True, point=eve(1, MIDNIGHT)[0].point)


def row() -> dict[str, Any]:
    """Return what is found of a pair with one engine, an hour after its row was made."""
    made = NOON - timedelta(hours=1)
    return {
        "unreported": 0,
        "reported_at": made,
        "e0_computed_at": made,
        "e0_expires_at": NOON + timedelta(hours=23),
    }
