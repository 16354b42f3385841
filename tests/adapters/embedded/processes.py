"""What is known about the processes of a data directory, and waiting for what they do."""

import json
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.memory_disk import folder_in_memory
from tests.patience import patiently

HOLDER = [sys.executable, str(Path(__file__).with_name("holder.py"))]
_PATIENCE_SECONDS = 20.0


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """Unlike pytest's own, a temporary folder whose parents let Postgres in when it runs as `nobody`."""
    folder = Path(tempfile.mkdtemp(prefix="embedded-test-", dir=folder_in_memory()))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def pids(data_dir: Path) -> dict[str, int]:
    """The process ids that the keeper has written down, by name."""
    state = json.loads((data_dir / "keeper.json").read_text())
    return {"keeper": state["pid"], **state["children"]}


def running(data_dir: Path) -> dict[str, psutil.Process]:
    """The processes that serve a data directory now, by name."""
    return {name: psutil.Process(pid) for name, pid in pids(data_dir).items()}


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(condition: Callable[[], bool]) -> None:
    """Ask again and again: other processes tell us nothing by themselves."""
    began = time.monotonic()
    pause = threading.Event()
    while not condition():
        assert time.monotonic() - began < patiently(_PATIENCE_SECONDS), "waited too long"
        pause.wait(0.01)


def wait_until_gone(processes: dict[str, psutil.Process]) -> None:
    wait_until(lambda: not any(map(alive, processes.values())))
