"""Worker processes: started, killed, stopped, and read when they have ended."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.faults.background import wait_until
from tests.patience import patiently

ROOT = Path(__file__).parents[2]
KILLED = -signal.SIGKILL


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a worker left: its exit code (negative for a signal), its report if it printed one, and what it said."""

    code: int
    report: Mapping[str, Any]
    stdout: str
    stderr: str
    max_rss_mb: float

    def events(self, name: str) -> list[Mapping[str, Any]]:
        """Return the log events of that name."""
        lines = [json.loads(line) for line in self.stderr.splitlines() if line.startswith("{")]
        return [line for line in lines if line.get("event") == name]


@dataclass(slots=True, kw_only=True)
class Worker:
    """One process of the program."""

    pid: int
    stdout: Path
    stderr: Path
    end: dict[str, Any] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return not self.end

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if self.running:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end, as a supervisor does."""
        self.send(signal.SIGTERM)

    def ended(self, within_seconds: float = 40) -> Ended:
        """Wait for its end; fails with what it said if that does not come."""
        try:
            wait_until(lambda: self.end, f"the end of worker {self.pid}", within_seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.stderr.read_text()[-3000:]}") from None
        said = self.stdout.read_text()
        return Ended(
            code=self.end["code"],
            report=json.loads(said) if said.startswith("{") else {},
            stdout=said,
            stderr=self.stderr.read_text(),
            max_rss_mb=self.end["max_rss_mb"],
        )


class Workers:
    """Starts the program from a process that has its libraries loaded; see ``preloaded``."""

    def __init__(self) -> None:
        self._by_pid: dict[int, Worker] = {}
        # By the number of the order: one that was given up must not be taken for the next.
        self._forked: list[Future[Worker]] = []
        self._ordering = threading.Lock()

    def __enter__(self) -> Self:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
        self._nest = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.preloaded"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        self._listener = threading.Thread(target=self._listen, name="workers", daemon=True)
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._nest.stdin is not None
        assert self._nest.stdout is not None
        self._nest.stdin.close()
        self._nest.wait()
        self._listener.join()
        self._nest.stdout.close()

    def start(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        module: str = "enrichment",
        full: Collection[str] = (),
    ) -> Worker:
        """Start ``python -m <module> <arguments>`` with this environment alone; its output goes to ``folder``.

        Of ``full`` (stdout, stderr), nothing can be written: the disk that it goes to is full.
        """
        number = len(list(folder.glob("worker-*.stdout"))) + 1
        stdout, stderr = folder / f"worker-{number}.stdout", folder / f"worker-{number}.stderr"
        stdout.touch()
        stderr.touch()
        order = {"module": module, "arguments": arguments, "environment": dict(environment)}
        outputs = {"stdout": str(stdout), "stderr": str(stderr)} | dict.fromkeys(full, "/dev/full")
        forked = self._ordered({**order, **outputs})
        # The first one waits until everything is loaded.
        worker = forked.result(patiently(60))
        worker.stdout, worker.stderr = stdout, stderr
        return worker

    def _ordered(self, order: Mapping[str, Any]) -> "Future[Worker]":
        assert self._nest.stdin is not None
        with self._ordering:
            self._forked.append(Future())
            self._nest.stdin.write(json.dumps({**order, "number": len(self._forked) - 1}) + "\n")
            self._nest.stdin.flush()
            return self._forked[-1]

    def _listen(self) -> None:
        assert self._nest.stdout is not None
        for line in self._nest.stdout:
            said = json.loads(line)
            if "code" in said:
                self._by_pid[said["pid"]].end = said
            else:
                worker = self._by_pid[said["pid"]] = Worker(pid=said["pid"], stdout=Path(), stderr=Path())
                self._forked[said["number"]].set_result(worker)
