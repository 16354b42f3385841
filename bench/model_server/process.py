"""The server as a process of its own, so that its work is not counted as the worker's."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class RemoteModelServer:
    """A server in another process."""

    base_url: str
    pid: int

    def stats(self) -> dict[str, Any]:
        """Return the fields of ``Stats``, ``facts_given`` (times by place) and the process's ``cpu_seconds``."""
        reply = httpx.get(self.base_url.removesuffix("/v1") + "/stats", timeout=10)
        stats: dict[str, Any] = reply.raise_for_status().json()
        return stats


@contextmanager
def model_server_process(*, facts: Path | None = None, latency_ms: float = 0) -> Iterator[RemoteModelServer]:
    """Run a server until the block ends; it also ends when this process dies, because its input ends then."""
    command = [sys.executable, "-m", "bench.model_server", "--latency-ms", str(latency_ms)]
    command += [] if facts is None else ["--facts", str(facts)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout is not None
        yield RemoteModelServer(json.loads(process.stdout.readline())["base_url"], process.pid)
