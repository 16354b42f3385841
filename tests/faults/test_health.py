"""A worker says over HTTP what it lacks, and says it of the right page."""

import socket
from collections.abc import Mapping

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.faults.background import wait_until
from tests.faults.canaries import say
from tests.faults.chaos_proxy import Refusing
from tests.faults.rig import Rig

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@pytest.fixture
def address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def status(address: str, page: str) -> int | None:
    try:
        return httpx.get(f"{address}/{page}", timeout=5).status_code
    except httpx.TransportError:
        return None


def series(address: str) -> Mapping[tuple[str, str], float]:
    """Return each series by its name and its labels' values."""
    families = text_string_to_metric_families(httpx.get(f"{address}/metrics", timeout=5).text)
    return {
        (sample.name.removeprefix("enrichment_"), ",".join(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def port(address: str) -> str:
    return address.rpartition(":")[2]


@pytest.mark.parametrize("dependency", ["to_postgres", "to_qdrant"])
def test_a_dependency_that_goes_makes_the_worker_unready_and_not_dead(rig: Rig, address: str, dependency: str) -> None:
    worker = rig.start("run", WEB__PORT=port(address))
    wait_until(lambda: status(address, "readyz") == 200, "the worker to be ready")

    getattr(rig, dependency).behave(Refusing())
    wait_until(lambda: status(address, "readyz") == 503, "the worker to be unready")
    alive = status(address, "livez")
    rig.end(rig.start("health", "--live", WEB__PORT=port(address)), code=0)
    getattr(rig, dependency).behave()
    wait_until(lambda: status(address, "readyz") == 200, "the worker to be ready again")
    worker.terminate()
    rig.end(worker, code=0)

    assert alive == 200


def test_a_worker_that_is_not_there_is_not_alive(rig: Rig, address: str) -> None:
    asked = rig.end(rig.start("health", "--live", WEB__PORT=port(address)), code=69)

    assert "does not answer" in asked.stderr


def test_work_that_waits_on_a_model_that_is_away_shows_as_no_progress(rig: Rig, address: str) -> None:
    rig.to_model.behave(Refusing())
    rig.write(say(users=1, messages=2))
    worker = rig.start("run", WEB__PORT=port(address), WEB__STALLED_AFTER_SECONDS=1, POLICY__MAX_WAIT_SECONDS=1)

    wait_until(lambda: status(address, "progress") == 503, "the worker to be found standing")
    alive = status(address, "livez")
    rig.to_model.behave()
    wait_until(lambda: status(address, "progress") == 200, "the worker to get on", 60)
    wait_until(lambda: not rig.chat.pending(), "everything to be read", 30)
    worker.terminate()
    rig.end(worker, code=0)

    assert alive == 200


def test_the_metrics_count_what_was_done_and_no_user_makes_more_of_them(rig: Rig, address: str) -> None:
    worker = rig.start("run", WEB__PORT=port(address))
    wait_until(lambda: status(address, "readyz") == 200, "the worker to be ready")
    before = series(address)
    rig.write(say(users=1, messages=2))
    wait_until(lambda: series(address)["messages_total", "completed"] == 2, "two messages to be counted", 60)
    after = series(address)
    worker.terminate()
    rig.end(worker, code=0)

    assert after["batch_messages_sum", ""] == 2
    assert {key for key in after if "collection" not in key[0]} - set(before) <= grown(after)


def grown(after: Mapping[tuple[str, str], float]) -> set[tuple[str, str]]:
    """Return the series that a first collection brings, and a first run."""
    first = ("pending_messages", "backlog_scan_timestamp_seconds", "sweep_last_success_timestamp_seconds")
    return {key for key in after if key[0] in first}
