"""``python -m bench.bad_day``: Postgres, Qdrant and the model stop, each in turn, under a daemon at work: watch it."""

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any

from bench.model_server import FactResponder, GoldFact, ModelServer
from bench.stage import CHECKOUT, Stage, stage

CHAT = CHECKOUT / "enrichment" / "cli" / "demo_chat.jsonl"
LATENCY_SECONDS = 3.0
PACE = {
    "ENRICHMENT_MODEL__CONCURRENCY": "1",
    "ENRICHMENT_MODEL__TIMEOUT_SECONDS": "8",
    "ENRICHMENT_BATCH__MAX_MESSAGES": "6",
    "ENRICHMENT_LOOP__BUSY_INTERVAL_SECONDS": "0.5",
    "ENRICHMENT_LOOP__IDLE_INTERVAL_SECONDS": "4",
    "ENRICHMENT_LOOP__LEASE_SECONDS": "5",
    "ENRICHMENT_LOG_FORMAT": "json",
}


class Day:
    """A daemon over the demo's chat, with a clock that starts when it does."""

    def __init__(self, where: Stage, model_url: str) -> None:
        own = {
            "ENRICHMENT_DATA_DIR": str(where.servers.data_dir),
            "ENRICHMENT_QDRANT__URL": where.servers.qdrant_url,
            "ENRICHMENT_POSTGRES__DSN": where.servers.postgres_dsn,
            "ENRICHMENT_MODEL__BASE_URL": model_url,
        }
        self._environment = {**os.environ, **PACE, **own}
        self._children = where.servers.data_dir / "keeper.json"
        self._began = time.monotonic()

    def say(self, what: str) -> None:
        """Print a line of the day."""
        print(f"{time.monotonic() - self._began:5.1f} s  {what}", flush=True)

    def kill(self, server: str) -> None:
        """End a server without warning; its keeper will notice."""
        self.say(f"── {server} is killed")
        os.kill(json.loads(self._children.read_text())["children"][server], signal.SIGKILL)

    async def enrichment(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start the program."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "enrichment", *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=CHECKOUT,
            env=self._environment,
        )

    async def report(self, *arguments: str) -> dict[str, Any]:
        """Run a command that prints JSON."""
        program = await self.enrichment(*arguments, "--json")
        output, _ = await program.communicate()
        report: dict[str, Any] = json.loads(output)
        return report

    async def listen(self, worker: asyncio.subprocess.Process) -> None:
        """Print what the worker says, as it says it."""
        if worker.stderr is None:
            raise RuntimeError("the worker has no voice")
        async for line in worker.stderr:
            told = json.loads(line)
            about = {name: told[name] for name in ("messages", "facts", "failure", "reason") if name in told}
            self.say(f"{told['level']:<7} {told['event']:<16} " + ", ".join(f"{k} {v}" for k, v in about.items()))


async def live(pause: float) -> dict[str, Any]:
    """Let the day happen and return how things stand at its end."""
    lines = [json.loads(line) for line in CHAT.read_text(encoding="utf-8").splitlines()]
    async with stage() as where:
        model = _model(lines, 0)
        with model:
            port = model.port
            day = Day(where, model.base_url)
            await day.report("import", str(CHAT), "--collection", "chat")
            day = Day(where, model.base_url)
            worker = await day.enrichment("run")
            listening = asyncio.create_task(day.listen(worker))
            for server in ("postgres", "qdrant"):
                await asyncio.sleep(pause)
                day.kill(server)
            await asyncio.sleep(pause)
            day.say("── the model is stopped")
        await asyncio.sleep(pause)
        day.say("── the model is back")
        with _model(lines, port):
            standing = await _settled(day)
            day.say("── SIGTERM")
            worker.terminate()
            day.say(f"── the worker exits with {await worker.wait()}")
            await listening
    return standing


async def _settled(day: Day) -> dict[str, Any]:
    """Wait until nothing is pending, at most two minutes."""
    async with asyncio.timeout(120):
        while True:
            standing = await day.report("status")
            if standing["collections"] and not any(one["pending"] for one in standing["collections"]):
                return standing
            await asyncio.sleep(1)


def _model(lines: Iterable[dict[str, str]], port: int) -> ModelServer:
    server = ModelServer(responder=FactResponder(_facts(lines)), port=port)
    server.latency_seconds = LATENCY_SECONDS
    return server


def _facts(lines: Iterable[dict[str, str]]) -> Sequence[GoldFact]:
    return [
        GoldFact(
            messages=(line["content"],),
            statement=f"{line['author']} said: {line['content']}",
            predicate="said",
            object=line["content"],
            subject=line["author"],
        )
        for line in lines
        if line["role"] == "user"
    ]


def main() -> None:
    """Print the day as it happens, and at the end how things stand; exit with 1 if anything is left over."""
    parser = argparse.ArgumentParser(prog="python -m bench.bad_day", description=__doc__)
    parser.add_argument("--pause", type=float, default=12.0, metavar="SECONDS", help="between two outages (default 12)")
    standing = asyncio.run(live(parser.parse_args().pause))
    left = {name: standing[name] for name in ("unsettled", "quarantined", "open_batches")}
    print(f"at the end: 0 pending, {left['unsettled']} unsettled, {left['quarantined']} quarantined")
    sys.exit(1 if any(left.values()) else 0)


if __name__ == "__main__":
    main()
