"""Requests keep to known limits, find unknown ones with few refusals, and share one line."""

from dataclasses import replace

import pytest

from enrichment.pacing import pace as pacing
from enrichment.pacing.pace import Booking, Pace, RateLimits
from tests.pacing.simulation import Server, Simulation, bucket, fixed_window, sliding_window

NOW = 1_000.0
MINUTE = 60.0


def line(limits: RateLimits, requests: int, tokens: int = 1000) -> list[Booking]:
    pace, bookings = Pace(), list[Booking]()
    for _ in range(requests):
        pace, booking = pacing.booked(pace, limits, NOW, tokens)
        bookings.append(booking)
    return bookings


def test_without_limits_nobody_waits() -> None:
    assert {booking.at for booking in line(RateLimits(), 100)} == {NOW}


def test_requests_are_spaced_so_that_no_minute_holds_more_than_the_limit() -> None:
    times = [booking.at for booking in line(RateLimits(requests_per_minute=30), 100)]

    assert max(sum(start <= at < start + MINUTE for at in times) for start in times) == 30


def test_tokens_are_spaced_by_their_number() -> None:
    times = [booking.at for booking in line(RateLimits(tokens_per_minute=10_000), 3, tokens=5_000)]

    assert times == [NOW, NOW + 30, NOW + 60]


def test_tokens_that_were_not_used_are_given_back() -> None:
    limits = RateLimits(tokens_per_minute=10_000)
    pace, booking = pacing.booked(Pace(), limits, NOW, 5_000)

    pace = pacing.answered(pace, limits, booking, 1_000)

    assert pacing.booked(pace, limits, NOW, 5_000)[1].at == NOW + 6


def test_what_the_server_demands_is_waited_for() -> None:
    pace, booking = pacing.booked(Pace(), RateLimits(), NOW, 1)

    pace = pacing.refused(pace, RateLimits(), NOW, booking, 17.0)

    assert pacing.booked(pace, RateLimits(), NOW, 1)[1].at == NOW + 17


def test_the_refusals_of_one_burst_slow_down_once() -> None:
    pace, bookings = Pace(), list[Booking]()
    for _ in range(20):
        pace, booking = pacing.booked(pace, RateLimits(), NOW, 1)
        bookings.append(booking)

    falls = set[int]()
    for booking in bookings:
        pace = pacing.refused(pace, RateLimits(), NOW, booking, None)
        falls.add(pace.falls)

    assert falls == {1}
    assert pace.learnt == pytest.approx(0.7 * 20)


def test_one_refusal_in_quiet_times_does_not_stop_the_work() -> None:
    pace, booking = pacing.booked(Pace(), RateLimits(), NOW, 1)

    pace = pacing.refused(pace, RateLimits(), NOW, booking, 0.0)

    assert pace.learnt == MINUTE


def test_a_rate_that_nobody_waits_for_does_not_rise() -> None:
    pace = replace(Pace(), learnt=10.0, ceiling=12.0)
    booking = Booking(at=NOW, tokens=1, refusals=0, held_back=False)

    assert pacing.answered(pace, RateLimits(), booking, 1).learnt == 10.0


def test_a_limit_that_is_set_is_never_exceeded_by_what_was_learnt() -> None:
    simulation = Simulation(fixed_window(100), RateLimits(requests_per_minute=20), latency=0.2)

    simulation.run(600)

    assert 190 <= len(simulation.sent) <= 201


SERVERS = {
    "10 in a minute by the clock": lambda: fixed_window(10),
    "30 in a minute by the clock": lambda: fixed_window(30),
    "100 in a minute by the clock": lambda: fixed_window(100),
    "2 in a second by the clock": lambda: fixed_window(2, 1.0),
    "30 in any minute": lambda: sliding_window(30),
    "100 in any minute": lambda: sliding_window(100),
    "a bucket of 30 a minute": lambda: bucket(30),
}


@pytest.mark.parametrize("retry_after", [None, 1.0, 5.0])
@pytest.mark.parametrize("latency", [0.2, 3.0])
@pytest.mark.parametrize("limit", SERVERS)
def test_after_the_first_minute_of_a_storm_one_request_in_ten_is_refused_at_most(
    limit: str, latency: float, retry_after: float | None
) -> None:
    server: Server = SERVERS[limit]()
    simulation = Simulation(server, latency=latency, retry_after=retry_after)

    simulation.run(1_800)

    assert simulation.ratio(MINUTE, 1_800) <= 1.1


@pytest.mark.parametrize("limit", [5, 30, 100])
def test_most_of_what_the_server_would_give_is_taken(limit: int) -> None:
    simulation = Simulation(sliding_window(limit), latency=0.2)

    simulation.run(1_800)

    assert sum(ok for _, ok in simulation.sent) >= 0.75 * limit * 30
