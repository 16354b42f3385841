"""Where a bench plays: embedded servers in a folder of their own, and workers as processes of their own."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from enrichment.adapters.embedded import EmbeddedServers, embedded
from enrichment.adapters.postgres.migrate import migrate
from enrichment.adapters.postgres.pool import PoolOptions, connected

CHECKOUT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Stage:
    """Running servers, and a folder for whatever else a bench has to put somewhere."""

    folder: Path
    servers: EmbeddedServers

    async def work(
        self, *arguments: str, model_url: str | None = None, settings: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Run ``python -m bench.worker`` to its end and return its report; raises ``RuntimeError`` with its last words.

        Settings of the environment hold for the worker too, except for where its servers are; ``settings`` are
        further variables of its environment.
        """
        log = self.folder / "worker.log"
        with log.open("wb") as stderr:
            worker = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bench.worker", *arguments),
                stdout=asyncio.subprocess.PIPE,
                stderr=stderr,
                cwd=CHECKOUT,
                env={**self._environment(model_url), **(settings or {})},
            )
            output, _ = await worker.communicate()
        if worker.returncode:
            raise RuntimeError(f"the worker ended with code {worker.returncode}:\n{log.read_text()[-4000:]}")
        report: dict[str, Any] = json.loads(output)
        return report

    def servers_cpu_seconds(self) -> dict[str, float]:
        """Return the CPU time of each server so far, its own child processes included."""
        children = json.loads((self.servers.data_dir / "keeper.json").read_text())["children"]
        return {name: _cpu_seconds(psutil.Process(pid)) for name, pid in children.items()}

    def _environment(self, model_url: str | None) -> dict[str, str]:
        own = {
            "ENRICHMENT_DATA_DIR": str(self.servers.data_dir),
            "ENRICHMENT_QDRANT__URL": self.servers.qdrant_url,
            "ENRICHMENT_POSTGRES__DSN": self.servers.postgres_dsn,
        }
        return {**os.environ, **own, **({"ENRICHMENT_MODEL__BASE_URL": model_url} if model_url else {})}


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Start empty servers; they and their data are gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="enrichment-bench-") as name:
        folder = Path(name)
        # Started by root, Postgres runs as another user, who has to pass through here; what lies inside guards itself.
        folder.chmod(0o711)  # noqa: ASYNC240 - nothing else runs yet
        async with embedded(folder / "data") as servers:
            async with connected(servers.postgres_dsn, PoolOptions(size=1)) as database:
                await migrate(database)
            yield Stage(folder, servers)


def _cpu_seconds(process: psutil.Process) -> float:
    """Count a process, its living children, and those that have ended.

    A child that ends while it is looked at counts among the ended ones of its parent, who is asked last.
    """
    children = 0.0
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            children += sum(child.cpu_times()[:4])
    return children + sum(process.cpu_times()[:4])
