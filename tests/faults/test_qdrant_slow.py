"""T09: Qdrant is slow, drips, says nothing, or says that it is busy: calls end in time, and nobody storms it."""

import time
from collections.abc import Mapping
from concurrent.futures import Future

import pytest

from tests.faults.canaries import say
from tests.faults.chaos_proxy import Blackhole, Dripping, Fault, Latency
from tests.faults.conftest import SideBySide, collected
from tests.faults.http_faults import Instead
from tests.faults.rig import Rig
from tests.patience import patiently

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
Futures = Mapping[str, "Future[None]"]

TIMEOUT_SECONDS = 1
# What a start costs on a busy machine, and a call's deadline with the grace that the server is given.
IN_TIME_SECONDS = 25
# A call, its further tries, and what a run asks before it gives up.
FEW = 8
SLOW: Mapping[str, Fault] = {
    "10 s of latency": Latency(10),
    "a byte at a time": Dripping(0.3),
    "a black hole": Blackhole(),
}
BURSTS: Mapping[str, str] = {"503": "503 Busy", "429": "429 Wait", "507": "507 Full"}
REFUSING: Mapping[str, str] = {"all 503": "503 Busy", "all 507": "507 Full"}
A_SHORT_REST, A_LONG_REST = "2 s of rest", "an hour of rest"


def bear_slowness(rig: Rig, fault: Fault) -> None:
    """End in time and say why; nothing is read, and the next run does all."""
    rig.to_qdrant.behave(fault)
    started = time.monotonic()

    ended = rig.once(code=69, QDRANT__TIMEOUT_SECONDS=TIMEOUT_SECONDS)

    assert time.monotonic() - started < patiently(IN_TIME_SECONDS)
    assert "qdrant" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert rig.model.stats.calls == 0
    rig.to_qdrant.behave()
    rig.once()


def bear_a_burst(rig: Rig, status: str) -> None:
    """Get over a few refusals in a row."""
    burst = Instead(status, times=3)
    rig.to_qdrant.behave(burst)

    rig.once()

    assert len(burst.asked_at) > burst.times


def bear_refusals(rig: Rig, status: str) -> None:
    """Give up after a few tries, however many users wait."""
    refusing = Instead(status, times=1_000)
    rig.to_qdrant.behave(refusing)

    rig.once(code=69)

    assert len(refusing.asked_at) <= FEW
    rig.to_qdrant.behave()
    rig.once()


def wait_as_told(rig: Rig) -> None:
    """Come back when told to, within a second."""
    busy = Instead("429 Wait\r\nretry-after: 2", times=1)
    rig.to_qdrant.behave(busy)

    rig.once()

    assert 2.0 <= busy.asked_at[1] - busy.asked_at[0] < 2 + patiently(1)


def leave_in_peace(rig: Rig) -> None:
    """Do not come back within the run when told to stay away for long."""
    busy = Instead("429 Wait\r\nretry-after: 3600", times=99)
    rig.to_qdrant.behave(busy)

    rig.once(code=69)

    assert len(busy.asked_at) == 1
    rig.to_qdrant.behave()
    rig.once()


def play(rig: Rig, name: str) -> None:
    """Let four users wait for a Qdrant that behaves like this."""
    rig.write(say(users=4, messages=1))
    if name in SLOW:
        bear_slowness(rig, SLOW[name])
    elif name in BURSTS:
        bear_a_burst(rig, BURSTS[name])
    elif name in REFUSING:
        bear_refusals(rig, REFUSING[name])
    else:
        {A_SHORT_REST: wait_as_told, A_LONG_REST: leave_in_peace}[name](rig)


@pytest.fixture(scope="module")
def played(side_by_side: SideBySide, request: pytest.FixtureRequest) -> Futures:
    return side_by_side(play, collected(request, "how"))


@pytest.mark.parametrize("how", SLOW)
def test_a_run_with_a_slow_qdrant_ends_in_time_and_says_why(played: Futures, how: str) -> None:
    played[how].result()


@pytest.mark.parametrize("how", BURSTS)
def test_a_run_gets_over_a_burst_of_refusals(played: Futures, how: str) -> None:
    played[how].result()


@pytest.mark.parametrize("how", REFUSING)
def test_a_qdrant_that_refuses_everything_is_not_stormed(played: Futures, how: str) -> None:
    played[how].result()


@pytest.mark.parametrize("how", [A_SHORT_REST])
def test_a_retry_after_is_honoured_within_a_second(played: Futures, how: str) -> None:
    played[how].result()


@pytest.mark.parametrize("how", [A_LONG_REST])
def test_a_qdrant_that_wants_an_hour_of_rest_is_not_asked_before(played: Futures, how: str) -> None:
    played[how].result()
