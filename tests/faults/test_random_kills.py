"""T02: the worker is killed at random times, seed after seed; `-k "[17]"` plays one seed again."""

import os
import random
import time
from collections.abc import Mapping
from concurrent.futures import Future

import pytest

from tests.faults.background import wait_until
from tests.faults.canaries import say
from tests.faults.conftest import SideBySide, collected
from tests.faults.rig import SHORT_LEASE_SECONDS, Rig

# The first test of those that are played side by side waits for most of the others.
pytestmark = [pytest.mark.nightly, pytest.mark.timeout(1_500)]

SEEDS = range(int(os.environ.get("TESTS_SEEDS", "200")))


def kill_at_random_times(rig: Rig, seed: int) -> None:
    """Kill one or two workers, one after the other, somewhere between their start and their end."""
    moments = random.Random(seed)
    rig.write(say(users=3, messages=8))
    rig.model.latency_seconds = 0.05
    for _ in range(moments.randint(1, 2)):
        worker = rig.start("run", MODEL__CONCURRENCY=1, LOOP__LEASE_SECONDS=SHORT_LEASE_SECONDS)
        moment = time.monotonic() + moments.uniform(0.3, 2.0)
        wait_until(lambda: time.monotonic() > moment, "the moment to kill", every=0.002)  # noqa: B023  # called at once
        rig.kill(worker)
    rig.recover()


@pytest.fixture(scope="module")
def killed_at(side_by_side: SideBySide, request: pytest.FixtureRequest) -> Mapping[int, Future[None]]:
    return side_by_side(kill_at_random_times, collected(request, "seed"))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_kill_at_a_random_time_loses_nothing_and_repeats_nothing(
    killed_at: Mapping[int, Future[None]], seed: int
) -> None:
    killed_at[seed].result()
