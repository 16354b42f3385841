"""A real Prometheus that scrapes one worker twice a second, with the alerts of the repository."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.faults.servers import free_port

ROOT = Path(__file__).parents[2]
RULES = ROOT / "config" / "alerts.yml"
# An hour of the alerts is six seconds of a hastened test.
HASTE = 600
_LENGTH = re.compile(r"(?<=[\[ ])(\d+)([smhd])(?=[\]\s]|$)")
_MILLISECONDS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
# In expressions, whole numbers from here on are seconds: nothing else that large is compared with.
_SECONDS_FROM = 60
_WHOLE = re.compile(r"(?<![\w.\[])\d+(?![\w.\]])")

needs_prometheus = pytest.mark.skipif(
    shutil.which("prometheus") is None, reason="prometheus is missing (Debian: apt install prometheus)"
)


def hastened(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same rules with every length of time divided by ``HASTE``: ``for``, ranges, offsets, thresholds."""
    return {"groups": [_hastened_group(group) for group in rules["groups"]]}


def _hastened_group(group: Mapping[str, Any]) -> dict[str, Any]:
    rules = [
        {key: _hastened(value) if key in {"expr", "for"} else value for key, value in rule.items()}
        for rule in group["rules"]
    ]
    return {"name": group["name"], "interval": "500ms", "rules": rules}


def _hastened(text: str) -> str:
    def seconds(found: re.Match[str]) -> str:
        number = int(found[0])
        return str(number / HASTE) if number >= _SECONDS_FROM else found[0]

    def length(found: re.Match[str]) -> str:
        return f"{max(1, int(found[1]) * _MILLISECONDS[found[2]] // HASTE)}ms"

    return _LENGTH.sub(length, _WHOLE.sub(seconds, f" {text}")).strip()


class Prometheus:
    """A server of its own; ``target`` is the port of the worker that it scrapes."""

    def __init__(self, port: int, target: int) -> None:
        self.target = target
        self._address = f"http://127.0.0.1:{port}"

    def series(self, expression: str) -> list[Any]:
        """Return what an expression gives, as a dashboard would ask it."""
        filled = expression.replace('job=~"$job", instance=~"$instance"', 'job=~".*"').replace("$__rate_interval", "1m")
        return list(self._ask("query", {"query": filled}).get("result", ()))

    def alerts(self) -> set[str]:
        """Return the alerts that are pending or firing now."""
        return {_named(alert["labels"]) for alert in self._ask("alerts", {}).get("alerts", ())}

    def fired(self) -> set[str]:
        """Return the alerts that have been firing, were it only between two looks of ours."""
        found = self.series('max_over_time(ALERTS{alertstate="firing"}[5m])')
        return {_named(alert["metric"]) for alert in found}

    def _ask(self, page: str, parameters: Mapping[str, str]) -> Mapping[str, Any]:
        try:
            said = httpx.get(f"{self._address}/api/v1/{page}", params=parameters, timeout=10)
        except httpx.ConnectError:
            # It has not started yet.
            return {}
        if said.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            # It is still reading what it has.
            return {}
        answer = said.json()
        assert answer["status"] == "success", f"{answer}: {parameters}"
        return dict(answer["data"])


def _named(labels: Mapping[str, str]) -> str:
    dependency = labels.get("dependency")
    return f"{labels['alertname']}({dependency})" if dependency else labels["alertname"]


@contextmanager
def scraping(folder: Path, rules: Mapping[str, Any]) -> Iterator[Prometheus]:
    """Run a server with these rules until the block ends."""
    port, target = free_port(), free_port()
    job = {"job_name": "enrichment", "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]}
    configuration = {
        "global": {"scrape_interval": "500ms", "scrape_timeout": "500ms", "evaluation_interval": "500ms"},
        "rule_files": [str(folder / "rules.yml")],
        "scrape_configs": [job],
    }
    (folder / "rules.yml").write_text(yaml.safe_dump(dict(rules)))
    (folder / "prometheus.yml").write_text(yaml.safe_dump(configuration))
    with ExitStack() as stack:
        log = stack.enter_context((folder / "prometheus.log").open("w"))
        server = subprocess.Popen(
            [  # noqa: S607 - Debian's
                "prometheus",
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log,
            stderr=log,
        )
        stack.callback(server.wait)
        stack.callback(server.terminate)
        yield Prometheus(port, target)
