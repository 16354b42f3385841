"""Replicas share one line in front of a model, and what one learns all know."""

import asyncio
from dataclasses import replace

import pytest

from enrichment.adapters.model.gate import ModelGate, Place
from enrichment.adapters.postgres.paces import PostgresPace
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.resilience import Retries
from enrichment.pacing.pace import RateLimits
from tests.fakes.pace import TurnedClock

MODEL = "api.example.com/gpt-x"
SIX = RateLimits(requests_per_minute=6)


def replica(database: Database, limits: RateLimits | None = None, model: str = MODEL) -> PostgresPace:
    return PostgresPace(database, model, limits or RateLimits())


async def waits(*paces: PostgresPace) -> list[float]:
    places = await asyncio.gather(*(pace.book(1_000, None) for pace in paces))
    return sorted(place.wait_seconds for place in places)


async def test_replicas_stand_in_one_line(database: Database) -> None:
    one, other = replica(database, SIX), replica(database, SIX)

    assert await waits(one, other, one, other) == pytest.approx([0, 10, 20, 30], abs=1)


async def test_another_model_has_a_line_of_its_own(database: Database) -> None:
    assert await waits(replica(database, SIX), replica(database, SIX, "another")) == [0, 0]


async def test_a_refusal_of_one_replica_holds_all_back(database: Database) -> None:
    one, other = replica(database), replica(database)
    place = await one.book(1_000, None)

    await one.refused(place.booking, 30)

    told = await other.book(1_000, None)
    assert [told.wait_seconds, told.rest_seconds] == pytest.approx([30, 30], abs=1)
    assert told.limited


async def test_a_place_that_was_booked_before_a_refusal_is_booked_again(database: Database) -> None:
    one, other = replica(database, SIX), replica(database, SIX)
    refused, waiting = await one.book(1_000, None), await other.book(1_000, None)

    kept = await other.book(1_000, waiting.booking)
    await one.refused(refused.booking, 30)
    booked_again = await other.book(1_000, waiting.booking)

    assert kept.booking == waiting.booking
    assert booked_again.wait_seconds == pytest.approx(30, abs=1)


async def test_tokens_that_were_not_used_are_given_back_to_all(database: Database) -> None:
    limits = RateLimits(tokens_per_minute=6_000)
    one, other = replica(database, limits), replica(database, limits)
    place = await one.book(3_000, None)

    await one.answered(place.booking, 1_000)

    assert (await other.book(1_000, None)).wait_seconds == pytest.approx(10, abs=1)


async def test_a_server_in_need_of_time_gets_it_from_all(database: Database) -> None:
    await replica(database).hold(20)

    assert await waits(replica(database)) == pytest.approx([20], abs=1)


async def test_a_hundred_at_once_each_get_their_place(database: Database) -> None:
    limits = replace(SIX, requests_per_minute=600)

    found = await waits(*(replica(database, limits) for _ in range(100)))

    assert found == pytest.approx([number / 10 for number in range(100)], abs=2)
    assert found[-1] - found[0] >= 7


async def test_a_gate_learns_through_it(database: Database) -> None:
    gate = ModelGate(replica(database, SIX), TurnedClock(), Retries())
    async with gate.passage(1_000) as passage:
        passage.used_tokens = 10

    place: Place = await replica(database, SIX).book(1_000, None)

    assert place.wait_seconds == pytest.approx(10, abs=1)
