"""A model that fails is left alone, then asked once, then trusted again."""

import math

from enrichment.errors import ModelFailure
from enrichment.pacing.breaker import Breaker

NOW = 1_000.0


def broken(times: int = 3) -> Breaker:
    breaker = Breaker(failures=3, seconds=10, longest_seconds=35)
    for _ in range(times):
        breaker.failed(ModelFailure.SERVER, NOW, probe=breaker.sent())
    return breaker


def test_a_few_failures_change_nothing() -> None:
    assert broken(2).wait_seconds(NOW) == 0


def test_an_answer_starts_the_count_anew() -> None:
    breaker = broken(2)

    breaker.succeeded()
    breaker.failed(ModelFailure.SERVER, NOW, probe=False)

    assert breaker.wait_seconds(NOW) == 0


def test_after_failures_in_a_row_nothing_is_sent_for_a_while() -> None:
    breaker = broken()

    assert (breaker.wait_seconds(NOW), breaker.wait_seconds(NOW + 4)) == (10, 6)
    assert breaker.last_failure is ModelFailure.SERVER


def test_then_one_probe_goes_and_the_others_wait_for_it() -> None:
    breaker = broken()

    assert breaker.wait_seconds(NOW + 10) == 0
    assert breaker.sent()
    assert breaker.wait_seconds(NOW + 10) == math.inf


def test_a_probe_that_is_answered_closes_the_circuit() -> None:
    breaker = broken()
    breaker.sent()

    breaker.succeeded()

    assert breaker.wait_seconds(NOW + 10) == 0
    assert not breaker.is_open


def test_each_probe_that_fails_doubles_the_rest_up_to_a_bound() -> None:
    breaker, now, rests = broken(), NOW, list[float]()

    for _ in range(3):
        now += breaker.wait_seconds(now)
        breaker.failed(ModelFailure.TRANSPORT, now, probe=breaker.sent())
        rests.append(breaker.wait_seconds(now))

    assert rests == [20, 35, 35]


def test_the_server_may_demand_a_longer_rest() -> None:
    breaker = broken(2)

    breaker.failed(ModelFailure.RATE, NOW, 120, probe=False)

    assert breaker.wait_seconds(NOW) == 120


def test_late_failures_of_what_was_sent_before_change_nothing() -> None:
    breaker = broken()

    breaker.failed(ModelFailure.SERVER, NOW + 5, probe=False)

    assert breaker.wait_seconds(NOW + 5) == 5


def test_a_probe_that_came_to_no_end_lets_the_next_one_try() -> None:
    breaker = broken()
    breaker.sent()

    breaker.abandoned()

    assert breaker.wait_seconds(NOW + 10) == 0
