"""Every panel asks something that a real Prometheus answers with series, once a real worker has done real work."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from grafana.boards import BOARDS
from tests.faults.background import wait_until
from tests.faults.canaries import say
from tests.faults.rig import Rig

ROOT = Path(__file__).parents[2]
# What a run of seconds has no series of: a full sweep takes a day, the objective is recorded by the minute.
MAY_BE_EMPTY = ("sweep_last_success_timestamp_seconds", "enrichment:fresh")

needs_prometheus = pytest.mark.skipif(
    shutil.which("prometheus") is None, reason="prometheus is missing (Debian: apt install prometheus)"
)


@pytest.mark.faults
@pytest.mark.timeout(180)
@needs_prometheus
def test_a_real_prometheus_answers_every_panel(rig: Rig, prometheus: "Prometheus") -> None:
    worker = rig.start("run", WEB__PORT=prometheus.target, BUDGET__DAY_USD=5)
    wait_until(lambda: prometheus.series("enrichment_build_info"), "a first scrape", 60)
    # A rate is what happens between two scrapes.
    rig.write(say(users=2, messages=3))
    wait_until(lambda: not unanswered(prometheus), "every panel to have something to show", 60)
    worker.terminate()
    rig.end(worker, code=0)


def unanswered(prometheus: "Prometheus") -> list[str]:
    """Return the expressions that give no series."""
    asked = [query.filled for board in BOARDS for _, row in board.rows for panel in row for query in panel.queries]
    return [expr for expr in asked if not any(name in expr for name in MAY_BE_EMPTY) and not prometheus.series(expr)]


class Prometheus:
    """A server of its own, which scrapes one worker every second."""

    def __init__(self, port: int, target: int) -> None:
        self.target = target
        self._address = f"http://127.0.0.1:{port}"

    def series(self, expression: str) -> list[Any]:
        """Return what an expression gives, as a dashboard would ask it."""
        filled = expression.replace('job=~"$job", instance=~"$instance"', 'job=~".*"').replace("$__rate_interval", "1m")
        try:
            answer = httpx.get(f"{self._address}/api/v1/query", params={"query": filled}, timeout=10).json()
        except httpx.ConnectError:
            # It has not started yet.
            return []
        assert answer["status"] == "success", f"{answer}: {expression}"
        return list(answer["data"]["result"])


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[Prometheus]:
    port, target = free_port(), free_port()
    job = {"job_name": "enrichment", "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]}
    configuration = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(ROOT / "config" / "alerts.yml")],
        "scrape_configs": [job],
    }
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(configuration))
    with ExitStack() as stack:
        log = stack.enter_context((tmp_path / "prometheus.log").open("w"))
        server = subprocess.Popen(
            [  # noqa: S607 - Debian's
                "prometheus",
                f"--config.file={tmp_path / 'prometheus.yml'}",
                f"--storage.tsdb.path={tmp_path / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log,
            stderr=log,
        )
        stack.callback(server.wait)
        stack.callback(server.terminate)
        yield Prometheus(port, target)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
