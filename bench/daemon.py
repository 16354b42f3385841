"""A daemon as a process of its own, with its pages on a free port, for those who look at them."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.stage import CHECKOUT

TOKEN = "a-token-for-looking-around"  # noqa: S105 - of a server that is gone in a minute
START_SECONDS = 60.0
_ADDRESS = re.compile(r'"address": "(http://[^"]+)", "event": "web.started"')


@dataclass(frozen=True, slots=True)
class Daemon:
    """A running daemon: where its pages are, and where it logs."""

    address: str
    log: Path
    token: str = field(default=TOKEN, repr=False)


@contextmanager
def daemon(folder: Path, settings: Mapping[str, str]) -> Iterator[Daemon]:
    """Run the daemon with these settings, named like ``QDRANT__URL``; raises ``RuntimeError`` if it does not start."""
    log = folder / "daemon.log"
    quick = {"LOOP__BUSY_INTERVAL_SECONDS": "0.1", "LOOP__IDLE_INTERVAL_SECONDS": "0.5", "LOOP__REPLAN_SECONDS": "1"}
    own = {"WEB__PORT": "0", "WEB__TOKEN": TOKEN, "LOG_FORMAT": "json", **quick, **settings}
    named = {f"ENRICHMENT_{name}": value for name, value in own.items()}
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "enrichment", "run"],
            stderr=stderr,
            stdout=subprocess.DEVNULL,
            cwd=CHECKOUT,
            env={**os.environ, **named},
        )
    try:
        yield Daemon(_address(process, log), log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        if found := _ADDRESS.search(log.read_text(encoding="utf-8")):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"the daemon does not start:\n{log.read_text(encoding='utf-8')[-4000:]}")
