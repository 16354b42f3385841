"""Every panel asks something that a real Prometheus answers with series, once a real worker has done real work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from grafana.boards import BOARDS
from tests.faults.background import wait_until
from tests.faults.canaries import say
from tests.faults.prometheus import RULES, Prometheus, needs_prometheus, scraping
from tests.faults.rig import Rig

# What a run of seconds has no series of: a full sweep takes a day, objectives are recorded by the minute.
MAY_BE_EMPTY = ("sweep_last_success_timestamp_seconds", "enrichment:fresh", "enrichment:caches_fresh")


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[Prometheus]:
    with scraping(tmp_path, yaml.safe_load(RULES.read_text())) as running:
        yield running


@pytest.mark.faults
@pytest.mark.timeout(300)
@needs_prometheus
def test_a_real_prometheus_answers_every_panel(rig: Rig, prometheus: Prometheus) -> None:
    worker = rig.start("run", WEB__PORT=prometheus.target, BUDGET__DAY_USD=5)
    wait_until(lambda: prometheus.series("enrichment_build_info"), "a first scrape", 60)
    # A rate is what happens between two scrapes.
    rig.write(say(users=2, messages=3))
    wait_until(lambda: not unanswered(prometheus), "every panel to have something to show", 60)
    worker.terminate()
    rig.end(worker, code=0)


def unanswered(prometheus: Prometheus) -> list[str]:
    """Return the expressions that give no series."""
    asked = [query.filled for board in BOARDS for _, row in board.rows for panel in row for query in panel.queries]
    return [expr for expr in asked if not any(name in expr for name in MAY_BE_EMPTY) and not prometheus.series(expr)]
