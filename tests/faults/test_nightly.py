"""T04, T29, T36, T37: restarts for minutes, a large backlog, an older database, and a worker that runs and runs."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import psutil
import pytest

from tests.faults.background import wait_until
from tests.faults.canaries import say
from tests.faults.chaos_proxy import Latency
from tests.faults.database import Database
from tests.faults.rig import CALLS_PER_KILL, Machinery, Rig, rigged
from tests.faults.workers import KILLED, Ended, Worker

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(900)]

RESTARTS = 12
SOAK_ROUNDS = 60
ENDS = [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL]


def pause(seconds: float) -> None:
    until = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() > until, "some time to pass", seconds + 5)


def drained(rig: Rig, within_seconds: float = 120) -> None:
    wait_until(lambda: not rig.chat.pending(), "the backlog to drain", within_seconds, every=0.5)


def drained_by(rig: Rig, worker: Worker) -> Ended:
    drained(rig)
    worker.terminate()
    return rig.end(worker, code=0)


def test_a_backlog_drains_although_postgres_is_restarted_every_few_seconds(
    rig: Rig, machinery: Machinery, capsys: pytest.CaptureFixture[str]
) -> None:
    moments = random.Random(4)
    worker = rig.start("run", LOOP__LEASE_SECONDS=6)
    rig.golden_calls = 4 * RESTARTS
    for restart in range(RESTARTS):
        rig.write(say(users=4, messages=6, first_message=6 * restart))
        rig.allow(4 * CALLS_PER_KILL, messages=6)
        pause(moments.uniform(2, 10))
        machinery.postgres.end(moments.choice(ENDS))
        machinery.postgres.start()

    waited = drained_by(rig, worker).events("cycle.waiting")
    rig.recover()

    with capsys.disabled():
        print(f"\n  {RESTARTS} restarts, {len(waited)} cycles that had to wait")  # noqa: T201  # the report
    assert waited


@pytest.fixture
def crowd(machinery: Machinery, shared_folder: object) -> Iterator[Rig]:
    """A rig with 200,000 pending messages of 20,000 users, which nobody is going to read."""
    with rigged(machinery, shared_folder, "crowd") as rig:  # type: ignore[arg-type]  # a path
        rig.sampler.__exit__()
        rig.chat.write(say(users=20_000, messages=10))
        yield rig


def test_two_hundred_thousand_pending_messages_are_planned_in_twenty_seconds(
    crowd: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    started = time.monotonic()
    worker = crowd.start("run", "--once", failpoints="C1=kill")

    ended = worker.ended(within_seconds=120)
    seconds = time.monotonic() - started

    with capsys.disabled():
        print(f"\n  planned in {seconds:.1f} s with {ended.max_rss_mb:.0f} MB")  # noqa: T201  # the report
    assert ended.code == KILLED
    assert crowd.database.value("select sum(points) from backlog") == 200_000
    assert seconds <= 20
    assert ended.max_rss_mb <= 300


def put_back(rig: Rig, machinery: Machinery, meanwhile: Callable[[], None]) -> None:
    """Keep a copy of the database, let something happen, and put the copy in its place."""
    rig.sampler.__exit__()
    with closing(Database(machinery.background, machinery.postgres.dsn("postgres"))) as maintenance:
        name = rig.chat.name
        rig.database.close()
        maintenance.rows(f"create database {name}_older template {name} strategy file_copy")
        meanwhile()
        rig.database.close()
        maintenance.rows(f"drop database {name} (force)")
        maintenance.rows(f"alter database {name}_older rename to {name}")


def read_more(rig: Rig) -> None:
    rig.write(say(users=4, messages=6, first_message=6))
    rig.once()


def test_an_older_database_that_was_put_back_is_found_out_and_repaired(rig: Rig, machinery: Machinery) -> None:
    rig.write(say(users=4, messages=6))
    rig.once()
    put_back(rig, machinery, lambda: read_more(rig))

    found = rig.end(rig.start("reconcile", "--json"), code=3)
    repaired = rig.end(rig.start("reconcile", "--repair", "--json"), code=0)
    rig.golden_calls = 8
    rig.allow(4, messages=6)
    again = rig.once()

    assert "done_without_ledger" in found.stdout + found.stderr
    assert "done_without_ledger" in repaired.stdout + repaired.stderr
    assert again.report["completed"] == 24


def test_a_worker_that_runs_on_through_small_faults_grows_in_nothing(
    rig: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = rig.start("run")
    rig.golden_calls = 2 * SOAK_ROUNDS
    rig.allow(CALLS_PER_KILL * SOAK_ROUNDS // 5, messages=3)

    sizes = [size_after_a_round(rig, worker, number) for number in range(SOAK_ROUNDS)]
    drained_by(rig, worker)
    rig.recover()

    third = SOAK_ROUNDS // 3
    middle, last = (tuple(map(max, zip(*part, strict=True))) for part in (sizes[third:-third], sizes[-third:]))
    with capsys.disabled():
        print(f"\n  MB, files, threads, connections: {middle}, later {last}")  # noqa: T201  # the report
    assert last[0] <= middle[0] + 10
    assert all(late <= early + 2 for early, late in zip(middle[1:], last[1:], strict=True))


def size_after_a_round(rig: Rig, worker: Worker, number: int) -> tuple[float, ...]:
    """Write for two users, break something for a moment in every fifth round, and measure the process."""
    rig.write(say(users=2, messages=3, first_message=3 * number))
    faults: list[Callable[[], None]] = [
        rig.to_postgres.reset_all,
        rig.to_qdrant.reset_all,
        lambda: rig.to_model.behave(Latency(0.5)),
    ]
    if number % 5 == 0:
        faults[number // 5 % 3]()
    pause(2)
    rig.to_model.behave()
    process = psutil.Process(worker.pid)
    sizes = process.memory_info().rss / 2**20, process.num_fds(), process.num_threads()
    return *sizes, len(process.net_connections())
