"""T08, T10, T11: Qdrant is away, slow to admit what it did, killed while it writes, or put back to an older day."""

import signal
from pathlib import Path

import pytest

from tests.faults.background import wait_until
from tests.faults.canaries import say
from tests.faults.chaos_proxy import Latency, Refusing, Rewriting
from tests.faults.rig import Rig

pytestmark = pytest.mark.faults

# The worker stands still after its COMMIT, before the first flag is written.
BEFORE_SETTLING = "C7=sleep:0.7"
COMMITTED = "select count(*) from batches"
UNSETTLED = "select count(*) from ledger where settled_at is null"


def test_a_run_once_without_qdrant_says_so_and_ends(rig: Rig) -> None:
    rig.write(say(users=1, messages=2))
    rig.to_qdrant.behave(Refusing())

    ended = rig.once(code=69)

    assert "qdrant" in ended.stderr
    assert "Traceback" not in ended.stderr
    rig.to_qdrant.behave()
    rig.once()


def test_a_daemon_without_qdrant_waits_for_it(rig: Rig) -> None:
    rig.write(say(users=1, messages=2))
    rig.to_qdrant.behave(Refusing())
    daemon = rig.start("run")
    wait_until(lambda: "cycle.waiting" in daemon.stderr.read_text(), "the daemon to wait", 40)

    rig.to_qdrant.behave()

    wait_until(lambda: not rig.chat.pending(), "nothing to be pending")
    daemon.terminate()
    rig.end(daemon, code=0)


def test_a_qdrant_that_goes_during_the_scan_costs_nothing(rig: Rig) -> None:
    rig.write(say(users=3, messages=10))
    rig.to_qdrant.behave(Latency(0.3))
    worker = rig.start("run", "--once", "--json", QDRANT__PAGE_SIZE=5)
    wait_until(lambda: any(link.answered > 2000 for link in rig.to_qdrant.links()), "the scan")

    rig.to_qdrant.behave(Refusing())
    rig.end(worker, code=75)

    assert rig.model.stats.calls == 0
    rig.to_qdrant.behave()
    rig.once()


def test_flags_that_could_not_be_written_are_written_later_without_a_call(rig: Rig) -> None:
    rig.write(say(users=1, messages=4))
    worker = rig.start("run", "--once", "--json", failpoints=BEFORE_SETTLING)
    wait_until(lambda: rig.database.value(COMMITTED), "the commit")

    rig.to_qdrant.behave(Refusing())
    rig.end(worker, code=75)

    assert (rig.database.value(UNSETTLED), rig.chat.pending()) == (4, 4)
    rig.to_qdrant.behave()
    rig.once()
    assert rig.model.stats.calls == 1


@pytest.mark.parametrize("status", [b'"acknowledged"', b'"wait_timeout"'])
def test_what_qdrant_only_took_note_of_is_not_settled(rig: Rig, status: bytes) -> None:
    rig.write(say(users=1, messages=2))
    rig.to_qdrant.behave(Rewriting(b'"status":"completed"', b'"status":' + status))

    rig.once()

    assert rig.database.value(UNSETTLED) == 2
    rig.to_qdrant.behave()
    rig.once()
    assert rig.model.stats.calls == 1


def test_a_write_that_ends_after_our_deadline_is_settled_by_the_next_run(rig: Rig) -> None:
    rig.write(say(users=1, messages=4))
    worker = rig.start("run", "--once", "--json", failpoints=BEFORE_SETTLING, QDRANT__TIMEOUT_SECONDS=1)
    wait_until(lambda: rig.database.value(COMMITTED), "the commit")

    rig.to_qdrant.behave(Latency(30))
    rig.end(worker, code=75)

    assert (rig.database.value(UNSETTLED), rig.chat.pending()) == (4, 0)
    rig.to_qdrant.behave()
    rig.once()
    assert rig.model.stats.calls == 1


def test_a_qdrant_that_is_killed_while_flags_are_written_costs_no_call(rig: Rig) -> None:
    rig.write(say(users=4, messages=10))
    worker = rig.start("run", failpoints=BEFORE_SETTLING)
    wait_until(lambda: rig.database.value(COMMITTED) == 4, "the commits")

    for _ in range(3):
        # Asked to end, it flushes; killed in the midst of that, it has flushed half.
        process = rig.machinery.qdrant.process
        assert process is not None
        process.send_signal(signal.SIGTERM)
        rig.machinery.qdrant.end(signal.SIGKILL)
        rig.machinery.qdrant.start()
    wait_until(lambda: not rig.chat.pending(), "nothing to be pending")
    wait_until(lambda: not rig.database.value(UNSETTLED), "everything to be settled")
    worker.terminate()
    rig.end(worker, code=0)

    assert rig.model.stats.calls == 4


def test_an_older_copy_of_qdrant_gets_its_flags_again_without_a_call(rig: Rig, tmp_path: Path) -> None:
    qdrant = rig.machinery.qdrant
    rig.write(say(users=2, messages=5))
    qdrant.end(signal.SIGTERM)
    qdrant.copy(tmp_path / "yesterday")
    qdrant.start()
    rig.once()

    qdrant.end(signal.SIGKILL)
    qdrant.restore(tmp_path / "yesterday")
    qdrant.start()
    assert rig.chat.pending() == 10
    rig.once()

    assert rig.model.stats.calls == 2
