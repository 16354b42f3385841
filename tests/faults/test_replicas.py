"""T15, T16, T28: several workers at once, one that stalls, and users of very different sizes."""

import signal

import pytest

from bench.model_server import Held
from tests.faults.background import wait_until
from tests.faults.canaries import asked, say
from tests.faults.rig import SHORT_LEASE_SECONDS, Rig
from tests.faults.workers import KILLED

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


def test_two_replicas_share_the_users_and_none_is_read_by_both(rig: Rig) -> None:
    rig.write(say(users=50, messages=20))
    rig.model.latency_seconds = 0.5

    workers = [rig.start("run", "--once", "--json") for _ in range(2)]
    ended = [worker.ended() for worker in workers]

    assert min(each.report["users"] for each in ended) > 5, [each.report for each in ended]
    # Whoever has nobody left while the other is still at it says that work is left.
    assert {each.code for each in ended} <= {0, 75}
    assert rig.model.stats.calls == 50


def test_a_replica_that_was_stopped_beyond_its_lease_writes_nothing_any_more(rig: Rig) -> None:
    rig.write(say(users=1, messages=8))
    held = Held()
    rig.model.script(held)
    stopped = rig.start("run", "--once", "--json", LOOP__LEASE_SECONDS=SHORT_LEASE_SECONDS)
    rig.model.wait_for_calls(1, timeout_seconds=60)

    stopped.send(signal.SIGSTOP)
    rig.allow(8, messages=8)
    rig.recover()
    stopped.send(signal.SIGCONT)
    held.release()
    late = rig.end(stopped, code=0)

    assert (late.report["completed"], late.report["failures"]) == (0, {"lease_lost": 1})


def test_a_replica_that_stalls_before_its_commit_is_fenced_and_its_answer_used(rig: Rig) -> None:
    rig.write(say(users=1, messages=8))
    stalled = rig.start(
        "run",
        "--once",
        "--json",
        failpoints=f"C6=sleep:{SHORT_LEASE_SECONDS + 3}",
        LOOP__LEASE_SECONDS=SHORT_LEASE_SECONDS,
    )
    wait_until(lambda: rig.database.value("select count(*) from model_calls where ended_at is not null"), "the answer")

    successor = rig.recover()
    late = rig.end(stalled, code=0)

    assert (successor.report["completed"], late.report["completed"]) == (8, 0)
    assert late.report["failures"] == {"lease_lost": 1}
    assert rig.model.stats.calls == 1


def test_a_replica_on_a_machine_that_was_suspended_is_fenced_off_at_its_commit(rig: Rig) -> None:
    rig.write(say(users=1, messages=8))
    rig.module = "tests.faults.suspended"
    suspended = rig.start(
        *("run", "--once", "--json"),
        failpoints=f"C6=sleep:{SHORT_LEASE_SECONDS + 8}",
        LOOP__LEASE_SECONDS=SHORT_LEASE_SECONDS,
    )
    rig.module = "enrichment"
    wait_until(lambda: rig.database.value("select count(*) from model_calls where ended_at is not null"), "the answer")

    successor = rig.recover()
    late = rig.end(suspended, code=0)

    assert (successor.report["completed"], late.report["completed"]) == (8, 0)
    assert (late.report["fenced_commits"], late.report["failures"]) == (1, {"lease_lost": 1})
    assert rig.model.stats.calls == 1


def test_a_run_beside_a_dead_worker_says_that_work_is_left(rig: Rig) -> None:
    rig.write(say(users=2, messages=2))
    rig.once(failpoints="C1=kill", MODEL__CONCURRENCY=1, LOOP__LEASE_SECONDS=SHORT_LEASE_SECONDS, code=KILLED)
    rig.database.rows("update users set lease_until = now() + interval '1 minute' where owner is not null")

    rig.once(code=75)

    rig.database.rows("update users set lease_until = now()")
    rig.once()


def test_a_user_with_a_thousand_messages_does_not_hold_up_a_hundred_with_one(rig: Rig) -> None:
    rig.write(say(users=1, messages=1000))
    rig.write(say(users=100, messages=1, first_user=2))
    rig.golden_calls = 107

    rig.once(BATCH__TURN_MESSAGES=320, MODEL__CONCURRENCY=1)

    order = [next(asked(request)).startswith("u01m") for request in rig.model.requests]
    small = [place for place, is_large in enumerate(order) if not is_large]
    assert sum(order[: small[94]]) <= 320 / 160 + 1


def test_a_planner_that_stalls_beyond_its_lease_leaves_the_look_to_another(rig: Rig) -> None:
    rig.write(say(users=2, messages=3))
    stalled = rig.start(
        "run",
        "--once",
        "--json",
        failpoints=f"C0b=sleep:{SHORT_LEASE_SECONDS + 3}",
        LOOP__LEASE_SECONDS=SHORT_LEASE_SECONDS,
    )
    wait_until(lambda: rig.database.value("select count(*) from backlog"), "the look to be written down")

    rig.recover()
    rig.end(stalled, code=0)

    assert rig.model.stats.calls == 2
