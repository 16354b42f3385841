"""Measurements from a real InfluxDB 1.x."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import ValidationError

from enrichment.adapters.outside.influx_v1 import InfluxV1Metrics, influxql, quoted
from enrichment.adapters.outside.measurements import Naming
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.resilience import Retries
from enrichment.app.sources import open_quality
from enrichment.errors import ConfigurationError, DependencyUnavailable
from enrichment.settings import Settings
from tests.adapters.outside import influxd

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAMING = Naming(
    metrics={
        "engagement": [("conversation_quality", "engagement_score")],
        "satisfaction": [("conversation_quality", "satisfaction_score"), ("user_feedback", "satisfaction_score")],
    }
)
LINES = (
    "conversation_quality,bot=luna,user_id=anna engagement_score=0.8,satisfaction_score=0.5,has_user_feedback=true {0}",
    "conversation_quality,bot=luna,user_id=ben engagement_score=0.4 {1}",
    "conversation_quality,bot=atlas,user_id=anna engagement_score=0.1 {1}",
    "user_feedback,bot=luna,user_id=ben,feedback_type=emoji satisfaction_score=0.9 {2}",
)
needs_influxd = pytest.mark.skipif(
    influxd.INSTALLED is None, reason="influxd is not installed: apt-get install influxdb"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with influxd.running(tmp_path_factory.mktemp("influxd")) as address:
        with httpx.Client(base_url=address) as http:
            http.post("/query", params={"q": "create database performance_metrics"}).raise_for_status()
            write(http, *LINES)
        yield address


def write(http: httpx.Client, *lines: str) -> None:
    stamps = [int((NOON + step * HOUR).timestamp()) * 10**9 for step in range(3)]
    written = "\n".join(line.format(*stamps) for line in lines)
    http.post("/write", params={"db": "performance_metrics"}, content=written).raise_for_status()


@asynccontextmanager
async def opened(address: str, database: str = "performance_metrics") -> AsyncIterator[InfluxV1Metrics]:
    async with httpx.AsyncClient(base_url=address) as http:
        yield InfluxV1Metrics(http, database, NAMING, Retries(attempts=1))


@needs_influxd
async def test_a_bots_measurements_are_read_with_their_users_and_their_feedback(address: str) -> None:
    async with opened(address) as source:
        found = await source.measured("luna", NOON, NOON + 3 * HOUR, 100)

    assert [(user, q.metric, q.at, q.value, q.is_feedback) for user, q in found] == [
        ("anna", "engagement", NOON, 0.8, True),
        ("anna", "satisfaction", NOON, 0.5, True),
        ("ben", "engagement", NOON + HOUR, 0.4, False),
        ("ben", "satisfaction", NOON + 2 * HOUR, 0.9, True),
    ]


@needs_influxd
async def test_windows_that_touch_give_each_measurement_once(address: str) -> None:
    async with opened(address) as source:
        first = await source.measured("luna", NOON, NOON + HOUR, 100)
        second = await source.measured("luna", NOON + HOUR, NOON + 3 * HOUR, 100)

    assert (len(first), len(second)) == (2, 2)


@needs_influxd
async def test_a_bots_name_cannot_leave_its_quotes(address: str) -> None:
    strange = "x' or 'bot' = 'luna"

    async with opened(address) as source:
        assert await source.measured(strange, NOON, NOON + 3 * HOUR, 100) == []


@needs_influxd
async def test_a_database_that_is_not_there_is_a_mistake_in_the_settings(address: str) -> None:
    async with opened(address, "no_such") as source:
        with pytest.raises(ConfigurationError):
            await source.measured("luna", NOON, NOON + HOUR, 100)


@needs_influxd
async def test_the_settings_lead_to_the_measurements_that_agents_are_known_to_write(
    address: str, database: Database
) -> None:
    settings = Settings.model_validate({"quality": {"source": "influxdb1", "url": address}})

    async with open_quality(settings, database) as source:
        assert source is not None
        found = await source.measured("luna", NOON, NOON + 3 * HOUR, 100)

    assert [quality.metric for _, quality in found] == ["engagement", "satisfaction", "engagement", "satisfaction"]


@pytest.mark.parametrize(
    "quality",
    [
        {"source": "influxdb1"},
        {"source": "influxdb2", "url": "http://influx:8086"},
        {"source": "postgres", "table": "state"},
        {"fields": {"charm": ["q.charm"]}},
    ],
)
def test_settings_that_cannot_work_are_refused(quality: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"quality": quality})


async def test_nobody_at_the_address_is_a_dependency_that_is_out_of_reach() -> None:
    async with opened("http://127.0.0.1:9") as source:
        with pytest.raises(DependencyUnavailable):
            await source.measured("luna", NOON, NOON + HOUR, 100)


def test_names_are_quoted_whatever_is_in_them() -> None:
    naming = Naming(metrics={"engagement": [('a"; drop database x; --', "score")]}, user='u"')

    statement = influxql(naming, NOON, NOON + HOUR, 5)

    assert '"a\\"; drop database x; --"' in statement
    assert 'group by "u\\""' in statement
    assert quoted("back\\slash") == '"back\\\\slash"'
