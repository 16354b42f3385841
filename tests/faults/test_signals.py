"""T30: SIGTERM and SIGINT at every moment: nothing is lost, leases are given back, and a second signal ends at once."""

import signal

import pytest

from bench.model_server import Hanging, Held
from tests.faults.background import wait_until
from tests.faults.canaries import say
from tests.faults.chaos_proxy import Blackhole
from tests.faults.rig import Rig

pytestmark = pytest.mark.faults

HELD = "select count(*) from users where owner is not null"


def test_an_idle_daemon_ends_with_0(rig: Rig) -> None:
    daemon = rig.start("run")
    wait_until(lambda: rig.to_qdrant.accepted, "the daemon to look")

    daemon.terminate()
    rig.end(daemon, code=0, within_seconds=5)


def test_a_daemon_leaves_a_row_of_its_run_with_all_that_it_did(rig: Rig) -> None:
    rig.write(say(users=1, messages=2))
    daemon = rig.start("run")
    wait_until(lambda: not rig.chat.pending(), "the daemon to read")

    daemon.terminate()
    rig.end(daemon, code=0, within_seconds=5)

    finished = "select result, report ->> 'completed' as completed from runs where trigger = 'daemon'"
    assert rig.database.rows(finished) == [{"result": "done", "completed": "2"}]


@pytest.mark.parametrize("mode", [("run",), ("run", "--once", "--json")])
def test_a_batch_in_hand_is_finished_and_none_is_begun(rig: Rig, mode: tuple[str, ...]) -> None:
    rig.write(say(users=8, messages=2))
    held = Held()
    rig.model.script(held)
    worker = rig.start(*mode, MODEL__CONCURRENCY=1)
    rig.model.wait_for_calls(1, timeout_seconds=60)

    worker.terminate()
    held.release()
    rig.end(worker, code=0 if mode == ("run",) else 75)

    assert (rig.model.stats.calls, rig.chat.pending(), rig.database.value(HELD)) == (1, 14, 0)
    rig.once()


def test_a_call_that_outlasts_the_grace_is_given_up_without_blame(rig: Rig) -> None:
    rig.write(say(users=1, messages=2))
    rig.model.script(Hanging())
    rig.allow(1, messages=2)
    daemon = rig.start("run", LOOP__GRACE_SECONDS=4, MODEL__TIMEOUT_SECONDS=60)
    rig.model.wait_for_calls(1, timeout_seconds=60)

    daemon.terminate()
    rig.end(daemon, code=0, within_seconds=5)

    assert rig.database.value("select coalesce(sum(attempts), 0) from attempts") == 0
    assert (rig.chat.pending(), rig.database.value(HELD)) == (2, 0)
    rig.once()


def test_a_database_that_is_away_does_not_outlast_the_grace(rig: Rig) -> None:
    rig.write(say(users=1, messages=2))
    rig.model.script(Hanging())
    rig.allow(8, messages=2)
    daemon = rig.start("run", LOOP__GRACE_SECONDS=1, MODEL__TIMEOUT_SECONDS=60, LOOP__LEASE_SECONDS=20)
    rig.model.wait_for_calls(1, timeout_seconds=60)
    rig.to_postgres.behave(Blackhole())

    daemon.terminate()
    rig.end(daemon, code=0, within_seconds=3)

    rig.to_postgres.behave()
    rig.recover()


@pytest.mark.parametrize("step", ["C6a", "C7"])
def test_a_signal_during_the_commit_or_the_settling_leaves_nothing_half_done(rig: Rig, step: str) -> None:
    rig.write(say(users=1, messages=2))
    daemon = rig.start("run", failpoints=f"{step}=sleep:0.5")
    wait_until(lambda: rig.database.value("select count(*) from model_calls where ended_at is not null"), "the answer")

    daemon.terminate()
    rig.end(daemon, code=0)

    assert (rig.chat.pending(), rig.database.value(HELD)) == (0, 0)


def test_a_second_signal_ends_at_once(rig: Rig) -> None:
    rig.write(say(users=1, messages=2))
    rig.model.script(Hanging())
    rig.allow(8, messages=2)
    daemon = rig.start("run", MODEL__TIMEOUT_SECONDS=60)
    rig.model.wait_for_calls(1, timeout_seconds=60)

    daemon.terminate()
    # Two signals that are pending at once come in the order of their numbers.
    wait_until(lambda: "stop.requested" in daemon.stderr.read_text(), "the first signal to be heard")
    daemon.send(signal.SIGINT)
    rig.end(daemon, code=128 + signal.SIGINT, within_seconds=5)

    rig.recover()


def test_an_interrupted_run_once_says_that_work_is_left(rig: Rig) -> None:
    rig.write(say(users=1, messages=2))
    rig.model.script(Hanging())
    rig.allow(1, messages=2)
    worker = rig.start("run", "--once", "--json", LOOP__GRACE_SECONDS=2, MODEL__TIMEOUT_SECONDS=60)
    rig.model.wait_for_calls(1, timeout_seconds=60)

    worker.send(signal.SIGINT)
    rig.end(worker, code=75, within_seconds=5)

    rig.once()
