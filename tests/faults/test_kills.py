"""T01, T24: the worker is killed at each step of the protocol, and by a message."""

import os
import signal
from collections.abc import Mapping
from concurrent.futures import Future

import pytest

from bench.model_server import Behaviour
from enrichment import failpoints
from enrichment.domain.outcomes import Outcome
from tests.faults.canaries import asked, say
from tests.faults.conftest import SideBySide, collected
from tests.faults.rig import Rig
from tests.faults.workers import KILLED

# The first test of those that are played side by side waits for most of the others.
pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

ANSWERED = failpoints.NAMES[failpoints.NAMES.index("C4") :]


def kill_at(rig: Rig, step: str) -> None:
    """Kill a worker that serves one user after the other, and let another one finish."""
    rig.write(say(users=2, messages=4))

    rig.once(failpoints=f"{step}=kill", MODEL__CONCURRENCY=1, code=KILLED)
    rig.recover()

    again = [canary for canary in asked(rig.model.requests[0]) if rig.sent().count(canary) > 1]
    assert step not in ANSWERED or not again, "an answer that was stored was paid for again"


@pytest.fixture(scope="module")
def killed_at(side_by_side: SideBySide, request: pytest.FixtureRequest) -> Mapping[str, Future[None]]:
    return side_by_side(kill_at, collected(request, "step"))


@pytest.mark.parametrize("step", failpoints.NAMES)
def test_a_kill_at_any_step_loses_nothing_and_repeats_nothing(killed_at: Mapping[str, Future[None]], step: str) -> None:
    killed_at[step].result()


def kill_the_asker(rig: Rig) -> Behaviour | None:
    os.kill(rig.started[-1].pid, signal.SIGKILL)
    return None


def test_a_message_that_kills_the_process_is_quarantined_after_three_crashes(rig: Rig) -> None:
    said = rig.write(say(users=1, messages=64))
    poison = said[37]
    rig.expect([poison], outcome=Outcome.QUARANTINED)
    rig.model.decide = lambda request: kill_the_asker(rig) if poison.canary in asked(request) else None

    rig.once(code=KILLED)
    rig.recover(code=KILLED)
    rig.recover(code=KILLED)
    recovered = rig.recover(code=3)

    assert recovered.report["quarantined"] == 1


def test_a_message_whose_answer_kills_its_reader_is_quarantined_after_three_crashes_and_one_call(rig: Rig) -> None:
    said = rig.write(say(users=1, messages=64))
    rig.expect([said[37]], outcome=Outcome.QUARANTINED)
    rig.module = "tests.faults.deadly_reading"

    rig.once(code=KILLED)
    rig.recover(code=KILLED)
    rig.recover(code=KILLED)
    recovered = rig.recover(code=3)

    assert said[37].canary == "u01m0037"
    assert (recovered.report["quarantined"], rig.model.stats.calls) == (1, 1)
