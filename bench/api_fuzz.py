"""``python -m bench.api_fuzz``: ask the API of a real daemon all that its document allows, and what it does not."""

import argparse
import asyncio
import json
import os
import re
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from bench.stage import CHECKOUT, Stage, stage

CHAT: Final = CHECKOUT / "enrichment" / "cli" / "demo_chat.jsonl"
TOKEN: Final = "token of the operator"  # noqa: S105 - of a daemon that lives for a minute
# The examples of the document, which the tool asks for too: so that some of its questions have an answer.
USER, BOT = "4711", "luna"
# That the operator has to name a bot, or a correction its verdict, no schema says; the others need resources that are
# made by one request and found by the next, or hold a path to have but one method.
LEFT_OUT: Final = (
    "positive_data_acceptance,use_after_free,ensure_resource_availability,object_level_authorization,unsupported_method"
)
COUNTED: Final = re.compile(
    r'^enrichment_api_requests_total\{method="(\w+)",route="(.+?)",status="(\w+)"\} (\d+)', re.MULTILINE
)
READY_SECONDS: Final = 60
# Longer than any request may last.
PATIENCE_SECONDS: Final = 40


async def fuzz(seconds: int, seed: int) -> dict[str, Any]:
    """Ask a daemon that remembers the demo's chat; see ``asked``."""
    async with stage() as where, _daemon(where) as address:
        async with httpx.AsyncClient(base_url=address, headers=_headers(), timeout=30) as client:
            await client.post(f"/v1/users/{USER}/enrich", json={"wait": 20})
        return await asked(address, seconds, seed)


async def asked(address: str, seconds: int, seed: int) -> dict[str, Any]:
    """Return how many requests were answered, by route and by class of status, and what the tool found."""
    async with httpx.AsyncClient(base_url=address, headers=_headers(), timeout=30) as client:
        known = (await client.get("/v1/context", params={"user_id": USER, "bot": BOT})).json()
        code, said = await _schemathesis(address, seconds, seed)
        counted = COUNTED.findall((await client.get("/metrics")).text)
    requests = [(f"{method} {route}", status, int(number)) for method, route, status, number in counted if int(number)]
    return {
        "seconds": seconds,
        "facts_known": len(known["facts"]["value"] or ()),
        "requests": sum(number for *_, number in requests),
        "by_route": {
            route: sum(n for r, _, n in requests if r == route) for route in sorted({r for r, *_ in requests})
        },
        "by_status": {one: sum(n for _, s, n in requests if s == one) for one in ("2xx", "4xx", "5xx")},
        "found": [] if code == 0 else said.splitlines(),
    }


def _headers() -> dict[str, str]:
    return {"authorization": f"Bearer {TOKEN}"}


@asynccontextmanager
async def _daemon(where: Stage) -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "ENRICHMENT_DATA_DIR": str(where.servers.data_dir),
        "ENRICHMENT_QDRANT__URL": where.servers.qdrant_url,
        "ENRICHMENT_POSTGRES__DSN": where.servers.postgres_dsn,
        "ENRICHMENT_WEB__PORT": str(port),
        "ENRICHMENT_WEB__TOKEN": TOKEN,
        "ENRICHMENT_WEB__REQUESTS_PER_MINUTE": "1000000",
        "ENRICHMENT_POLICY__FLUSH_TOKENS": "1",
    }
    chat = where.folder / "chat.jsonl"
    lines = [json.loads(line) for line in CHAT.read_text(encoding="utf-8").splitlines()]
    chat.write_text("\n".join(json.dumps({**line, "user_id": USER, "bot_name": BOT}) for line in lines))
    program = sys.executable, "-m", "enrichment"
    importing = await asyncio.create_subprocess_exec(
        *(*program, "import", str(chat), "--collection", "chat"), env=environment, cwd=CHECKOUT
    )
    assert await importing.wait() == 0
    with (where.folder / "daemon.log").open("wb") as log:
        daemon = await asyncio.create_subprocess_exec(*program, "run", stderr=log, env=environment, cwd=CHECKOUT)
        try:
            await _until_ready(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            daemon.terminate()
            assert await daemon.wait() == 0, (where.folder / "daemon.log").read_text()[-4000:]


async def _until_ready(address: str) -> None:
    async with asyncio.timeout(READY_SECONDS), httpx.AsyncClient() as client:
        while True:
            try:
                if (await client.get(f"{address}/readyz")).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)


async def _schemathesis(address: str, seconds: int, seed: int) -> tuple[int, str]:
    with tempfile.TemporaryDirectory(prefix="enrichment-fuzz-") as folder:
        tool = await asyncio.create_subprocess_exec(
            *(str(Path(sys.executable).parent / "schemathesis"), "run", f"{address}/v1/openapi.json"),
            *("--header", f"Authorization: Bearer {TOKEN}", "--max-time", str(seconds), "--seed", str(seed)),
            *("--checks", "all", "--exclude-checks", LEFT_OUT, "--warnings", "off", "--continue-on-failure"),
            *("--suppress-health-check", "all", "--request-timeout", str(PATIENCE_SECONDS)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, "NO_COLOR": "1"},
        )
        said, _ = await tool.communicate()
        assert tool.returncode is not None
        return tool.returncode, said.decode()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a report; 1 if there was an answer of 500 or more, or one that the document does not promise."""
    parser = argparse.ArgumentParser(prog="python -m bench.api_fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="how long to ask")
    parser.add_argument("--seed", type=int, default=1, help="what is asked")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args(arguments)
    report = asyncio.run(fuzz(chosen.seconds, chosen.seed))
    if chosen.json:
        print(json.dumps(report))
    else:
        print("\n".join(report["found"]))
        print(json.dumps({name: value for name, value in report.items() if name != "found"}, indent=2))
    return 1 if report["found"] or report["by_status"]["5xx"] else 0


if __name__ == "__main__":
    sys.exit(main())
