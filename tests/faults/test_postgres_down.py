"""T03: Postgres goes away while the worker writes, and nobody knows whether the COMMIT came through."""

import signal

import pytest

from tests.faults.background import wait_until
from tests.faults.canaries import asked, say
from tests.faults.chaos_proxy import Blackhole, Refusing, Reset
from tests.faults.rig import CALLS_PER_KILL, Rig
from tests.faults.workers import Worker

pytestmark = pytest.mark.faults

# The worker stands still inside the transaction, before its COMMIT, long enough for us to do something there.
BEFORE_COMMIT = "C6a=sleep:0.7"
# It has been there for a while, so it is between no two statements.
WAITING = """
select count(*) from pg_stat_activity
 where application_name = 'enrichment' and datname = current_database() and state = 'idle in transaction'
   and backend_xid is not null and state_change < clock_timestamp() - interval '100 ms'
"""


def wait_for_commit(rig: Rig) -> None:
    """Wait until a worker has written its rows and stands still before its COMMIT."""
    wait_until(lambda: rig.database.value(WAITING), "a worker to stand before its COMMIT", every=0.05)


def daemon(rig: Rig, **settings: object) -> Worker:
    """Start a worker that has to get over everything by itself."""
    return rig.start("run", failpoints=BEFORE_COMMIT, **settings)


def drained(rig: Rig, worker: Worker) -> None:
    """Wait until nothing is pending, and end the worker."""
    wait_until(lambda: not rig.chat.pending(), "nothing to be pending", 30, every=0.1)
    unsettled = "select count(*) from ledger where settled_at is null and withdrawn_at is null"
    wait_until(lambda: not rig.database.value(unsettled), "everything to be settled", 30, every=0.1)
    worker.terminate()
    rig.end(worker, code=0)


def test_a_commit_whose_answer_is_lost_is_found_again_by_its_batch(rig: Rig) -> None:
    rig.write(say(users=1, messages=4))
    worker = daemon(rig)
    wait_for_commit(rig)

    rig.to_postgres.behave(Reset())
    wait_until(lambda: rig.database.value("select count(*) from batches"), "the commit to come through")
    rig.to_postgres.behave()
    drained(rig, worker)

    assert rig.model.stats.calls == 1


def test_a_commit_that_never_arrived_is_done_again_from_the_stored_answer(rig: Rig) -> None:
    rig.write(say(users=1, messages=4))
    worker = daemon(rig)
    wait_for_commit(rig)

    rig.to_postgres.behave(Blackhole())
    wait_until(lambda: any(link.lost_bytes for link in rig.to_postgres.links()), "the COMMIT to be lost")
    rig.to_postgres.behave(Refusing())
    rig.to_postgres.behave()
    drained(rig, worker)

    assert rig.model.stats.calls == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGQUIT])
def test_a_postgres_that_dies_before_the_commit_costs_no_answer(rig: Rig, number: signal.Signals) -> None:
    rig.write(say(users=2, messages=4))
    # The other user's batch may be open and not asked yet: it comes back in parts, as after a crash.
    rig.allow(CALLS_PER_KILL, messages=1)
    worker = daemon(rig, MODEL__CONCURRENCY=1)
    wait_for_commit(rig)

    rig.machinery.postgres.end(number)
    rig.machinery.postgres.start()
    drained(rig, worker)

    answered = list(asked(rig.model.requests[0]))
    assert [rig.sent().count(canary) for canary in answered] == [1, 1, 1, 1]


def test_a_run_once_without_postgres_says_so_and_ends(rig: Rig) -> None:
    rig.write(say(users=1, messages=2))
    rig.to_postgres.behave(Refusing())

    ended = rig.once(code=69)

    assert "postgres" in ended.stderr
    assert "Traceback" not in ended.stderr
    rig.to_postgres.behave()
    rig.once()
