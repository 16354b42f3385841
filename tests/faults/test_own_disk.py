"""T07: the worker's own disk is full or cannot be written to: it goes on, or says so and ends; it is never silent."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.adapters.embedded.processes import reachable_folder
from tests.faults.background import wait_until
from tests.faults.canaries import say
from tests.faults.rig import Rig
from tests.faults.small_disks import mounted

pytestmark = pytest.mark.faults

# Nobody can make anything there, not even root.
READ_ONLY = "/proc/1/nowhere"


def test_a_log_that_cannot_be_written_holds_nobody_up(rig: Rig) -> None:
    rig.write(say(users=3, messages=2))
    rig.full = {"stderr"}

    ended = rig.once()

    assert ended.report["completed"] == 6


def test_a_report_that_cannot_be_written_is_said_so_and_nothing_is_lost(rig: Rig) -> None:
    rig.write(say(users=3, messages=2))
    rig.full = {"stdout"}

    ended = rig.once(code=69)

    assert "No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_daemon_goes_on_when_nothing_of_it_can_be_written(rig: Rig) -> None:
    rig.write(say(users=2, messages=2))
    rig.full = {"stdout", "stderr"}
    daemon = rig.start("run")

    wait_until(lambda: not rig.chat.pending(), "nothing to be pending")
    daemon.terminate()
    rig.end(daemon, code=0)


def test_a_worker_needs_no_folder_to_write_to(rig: Rig) -> None:
    rig.write(say(users=1, messages=2))
    rig.environment |= {"HOME": READ_ONLY, "TMPDIR": READ_ONLY}

    rig.once()


def test_embedded_servers_that_cannot_be_kept_anywhere_are_a_matter_of_configuration() -> None:
    ended = enrichment("--data-dir", READ_ONLY, "run", "--once")

    assert ended.returncode == 78
    assert "choose another --data-dir" in ended.stderr


def test_a_full_disk_under_embedded_servers_is_named() -> None:
    with reachable_folder() as folder, mounted(folder, megabytes=1):
        ended = enrichment("--data-dir", str(folder / "data"), "run", "--once")

    assert ended.returncode == 69
    assert str(folder) in ended.stderr
    assert "Traceback" not in ended.stderr


def enrichment(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a person does."""
    command = [sys.executable, "-m", "enrichment", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=50, cwd=Path.cwd())
