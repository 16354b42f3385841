"""What the worker depends on goes and comes back: its health pages say which, and the right alert fires and rests."""

import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from bench.model_server import Failing
from tests.faults.background import wait_until
from tests.faults.canaries import say
from tests.faults.chaos_proxy import Blackhole, Refusing
from tests.faults.prometheus import RULES, Prometheus, hastened, needs_prometheus, scraping
from tests.faults.rig import Rig
from tests.faults.servers import PostgresServer, QdrantServer
from tests.faults.workers import Worker

pytestmark = [pytest.mark.faults, needs_prometheus]


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[Prometheus]:
    with scraping(tmp_path, hastened(yaml.safe_load(RULES.read_text()))) as running:
        yield running


@pytest.fixture
def pages(prometheus: Prometheus) -> "Pages":
    return Pages(f"http://127.0.0.1:{prometheus.target}")


class Pages:
    """A worker's health pages."""

    def __init__(self, address: str) -> None:
        self._address = address

    def says(self, page: str, status: int, **details: str) -> bool:
        """Tell whether a page answers with this status and these details."""
        try:
            answer = httpx.get(f"{self._address}/{page}", timeout=4)
        except httpx.TransportError:
            return False
        return answer.status_code == status and details.items() <= answer.json().items()


def daemon(rig: Rig, prometheus: Prometheus, **settings: object) -> Worker:
    """Start a worker where Prometheus looks for it; a model that fails is asked once a message."""
    return rig.start("run", WEB__PORT=prometheus.target, MODEL__ATTEMPTS=1, failpoints="", **settings)


def fire(prometheus: Prometheus, *alerts: str) -> None:
    wait_until(lambda: prometheus.fired() >= set(alerts), f"{alerts} to fire", every=0.1)


def rest(prometheus: Prometheus, *alerts: str) -> None:
    wait_until(lambda: not prometheus.alerts() & set(alerts), f"{alerts} to rest", every=0.1)


def test_a_store_that_is_killed_is_named_by_readiness_and_by_its_alert(
    rig: Rig, prometheus: Prometheus, pages: Pages
) -> None:
    worker = daemon(rig, prometheus)
    wait_until(lambda: pages.says("readyz", 200, postgres="answers", qdrant="answers"), "the worker to be ready")

    falls_and_rises(rig.machinery.postgres, "postgres", prometheus, pages)
    falls_and_rises(rig.machinery.qdrant, "qdrant", prometheus, pages)

    worker.terminate()
    rig.end(worker, code=0)


def falls_and_rises(server: PostgresServer | QdrantServer, name: str, prometheus: Prometheus, pages: Pages) -> None:
    """Kill a store, see it named, start it again, and see that all is well."""
    alert = f"EnrichmentDependencyDown({name})"
    server.end(signal.SIGKILL)
    wait_until(lambda: pages.says("readyz", 503, **{name: "does not answer"}), f"{name} to be missed")
    fire(prometheus, alert)
    server.start()
    wait_until(lambda: pages.says("readyz", 200, **{name: "answers"}), f"{name} to be found again")
    rest(prometheus, alert)


def test_a_model_that_is_away_shows_in_progress_and_in_the_alerts(
    rig: Rig, prometheus: Prometheus, pages: Pages
) -> None:
    alerts = ("EnrichmentStalled", "EnrichmentModelResting")
    rig.to_model.behave(Refusing())
    rig.write(say(users=1, messages=2))
    worker = daemon(rig, prometheus, WEB__STALLED_AFTER_SECONDS=1, POLICY__MAX_WAIT_SECONDS=1)

    wait_until(lambda: pages.says("progress", 503, work="waits and nothing ends"), "the worker to be found standing")
    fire(prometheus, *alerts)
    alive = pages.says("livez", 200)
    rig.to_model.behave()
    wait_until(lambda: pages.says("progress", 200, work="nothing waits"), "the work to be done", 60)
    rest(prometheus, *alerts)

    worker.terminate()
    rig.end(worker, code=0)
    assert alive


def test_a_model_that_refuses_access_is_named_and_a_killed_worker_is_missed(
    rig: Rig, prometheus: Prometheus, pages: Pages
) -> None:
    rig.model.script(Failing(401))
    rig.allow(1, messages=1)
    worker = daemon(rig, prometheus)
    # Counters tell by what they grow from scrape to scrape.
    wait_until(lambda: prometheus.series("enrichment_build_info"), "a first scrape")
    rig.write(say(users=1, messages=1))

    wait_until(lambda: pages.says("readyz", 503, model="refused: access or money"), "the refusal to be named")
    fire(prometheus, "EnrichmentModelAccessDenied")
    rig.kill(worker)
    fire(prometheus, "EnrichmentDown")
    again = daemon(rig, prometheus)
    wait_until(lambda: not rig.chat.pending() and pages.says("readyz", 200), "the next one to be ready")
    rest(prometheus, "EnrichmentModelAccessDenied", "EnrichmentDown")

    again.terminate()
    rig.end(again, code=0)


def test_a_loop_that_is_stuck_is_not_alive_and_one_that_goes_on_is(
    rig: Rig, prometheus: Prometheus, pages: Pages
) -> None:
    worker = daemon(rig, prometheus, WEB__STUCK_AFTER_SECONDS=1)
    wait_until(lambda: pages.says("livez", 200, loop="turns"), "the worker to be alive")

    rig.to_qdrant.behave(Blackhole())
    wait_until(lambda: pages.says("livez", 503, loop="stuck"), "the loop to be found stuck")
    rig.to_qdrant.behave(Refusing())
    rig.to_qdrant.behave()
    wait_until(lambda: pages.says("livez", 200, loop="turns"), "the loop to turn again")

    worker.terminate()
    rig.end(worker, code=0)


def test_an_hour_of_the_rules_is_six_seconds_here_and_nothing_else_changes() -> None:
    rule = {"alert": "Late", "expr": "time() - max(x) > 900 and rate(y[30m]) > 0.1 and z offset 1h > 20", "for": "5m"}

    [group] = hastened({"groups": [{"name": "one", "rules": [rule]}]})["groups"]

    assert group["rules"] == [
        {
            "alert": "Late",
            "expr": "time() - max(x) > 1.5 and rate(y[3000ms]) > 0.1 and z offset 6000ms > 20",
            "for": "500ms",
        }
    ]
