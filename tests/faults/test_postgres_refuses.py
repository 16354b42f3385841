"""T05, T06: Postgres answers, and says no: somebody else was faster, all doors are taken, or its disk is full."""

import os
import pwd
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import closing
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from tests.adapters.embedded.processes import reachable_folder
from tests.faults.background import wait_until
from tests.faults.canaries import say
from tests.faults.conftest import SideBySide, collected
from tests.faults.database import Database
from tests.faults.rig import Rig
from tests.faults.servers import free_port
from tests.faults.small_disks import mounted

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
Futures = Mapping[str, "Future[None]"]

# What a commit writes is refused so many times; a sequence counts on when the transaction is undone.
REFUSE = (
    "create sequence refusals",
    """
    create function refuse() returns trigger language plpgsql as $$
    begin
        if nextval('refusals') <= {times} then
            raise exception 'no' using errcode = '{state}';
        end if;
        return new;
    end $$
    """,
    "create trigger refuse before insert on facts for each statement execute function refuse()",
)
TRIES = "select last_value from refusals"
WRITTEN = """
select (select count(*) from batches) + (select count(*) from ledger) + (select count(*) from evidence)
     + (select count(*) from facts) + (select count(*) from conversation_summaries)
"""
PASSES: Mapping[str, str] = {
    "a serialization failure": "40001",
    "a deadlock": "40P01",
    "a lock timeout": "55P03",
    "too many connections": "53300",
}
# With the exit code of a run: a state that heals without us, or a bug of ours.
STAYS: Mapping[str, tuple[str, int]] = {
    "a full disk": ("53100", 75),
    "a read-only server": ("25006", 75),
    "a division by zero": ("22012", 1),
}


def refuse(rig: Rig, state: str, times: int) -> None:
    """Let Postgres refuse commits, so many times."""
    for statement in REFUSE:
        rig.database.rows(statement.format(state=state, times=times))


def get_over(rig: Rig, name: str) -> None:
    """Do an undone commit again, within the run, without asking again."""
    refuse(rig, PASSES[name], times=4)

    rig.once()

    assert rig.database.value(TRIES) >= 5


def give_up(rig: Rig, name: str) -> None:
    """Do not try again what another try does not help; nothing is written, and the answer is kept."""
    state, code = STAYS[name]
    refuse(rig, state, times=1)

    rig.once(code=code)

    assert (rig.database.value(TRIES), rig.database.value(WRITTEN), rig.chat.pending()) == (1, 0, 3)
    # A bug leaves its lease, as a death does.
    rig.database.rows("update users set lease_until = now()")
    rig.once()


def play(rig: Rig, name: str) -> None:
    """Let one user's messages be read once, whatever Postgres says."""
    rig.write(say(users=1, messages=3))
    rig.golden_calls = 1
    (get_over if name in PASSES else give_up)(rig, name)


@pytest.fixture(scope="module")
def played(side_by_side: SideBySide, request: pytest.FixtureRequest) -> Futures:
    return side_by_side(play, collected(request, "why"))


@pytest.mark.parametrize("why", PASSES)
def test_a_commit_that_was_undone_for_a_passing_reason_is_done_again(played: Futures, why: str) -> None:
    played[why].result()


@pytest.mark.parametrize("why", STAYS)
def test_a_refusal_that_another_try_does_not_help_is_not_tried_again(played: Futures, why: str) -> None:
    played[why].result()


def test_a_table_that_somebody_else_has_locked_is_waited_for(rig: Rig) -> None:
    rig.write(say(users=1, messages=3))
    with closing(Database(rig.machinery.background, rig.machinery.postgres.dsn(rig.chat.name))) as another:
        another.rows("begin")
        another.rows("lock table facts in share mode")
        worker = rig.start("run", "--once", POSTGRES__LOCK_TIMEOUT_SECONDS=0.2)
        waits = "select count(*) from pg_locks where relation = 'facts'::regclass and not granted"
        for _ in range(2):
            wait_until(lambda: rig.database.value(waits), "the commit to wait")
            wait_until(lambda: not rig.database.value(waits), "the commit to give up for a moment")
        another.rows("rollback")

    rig.end(worker, code=0)


@pytest.fixture
def small_disk(rig: Rig) -> Iterator[Path]:
    """A disk on which the ledger and the facts of this test lie."""
    with reachable_folder() as folder, mounted(folder, megabytes=4):
        user = pwd.getpwnam("nobody")
        os.chown(folder, user.pw_uid, user.pw_gid)
        rig.database.rows(f"create tablespace small location '{folder}'")
        for table in ("ledger", "facts"):
            rig.database.rows(f"alter table {table} set tablespace small")
        yield folder
        for table in ("ledger", "facts"):
            rig.database.rows(f"alter table {table} set tablespace pg_default")
        rig.database.rows("drop tablespace small")


def test_a_daemon_outlives_a_full_disk_of_postgres_unready_and_writes_all_when_there_is_room(
    rig: Rig, small_disk: Path
) -> None:
    rig.write(say(users=1, messages=4))
    filler, port = small_disk / "filler", free_port()
    filler.write_bytes(bytes(shutil.disk_usage(small_disk).free))
    daemon = rig.start("run", WEB__PORT=port)
    wait_until(lambda: "53100" in daemon.stderr.read_text(), "the daemon to notice")
    ready = f"http://127.0.0.1:{port}/readyz"
    wait_until(lambda: httpx.get(ready).status_code == HTTPStatus.SERVICE_UNAVAILABLE, "the daemon to say so")
    written = rig.database.value(WRITTEN), rig.chat.pending()

    filler.unlink()
    wait_until(lambda: not rig.chat.pending(), "nothing to be pending")
    wait_until(lambda: httpx.get(ready).status_code == HTTPStatus.OK, "the daemon to be ready")
    daemon.terminate()
    rig.end(daemon, code=0)

    assert (written, rig.model.stats.calls) == ((0, 4), 1)
