"""What measures the quality of conversations, opened as the settings say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from enrichment import options
from enrichment.adapters.outside.influx_v1 import InfluxV1Metrics
from enrichment.adapters.outside.influx_v2 import InfluxV2Metrics
from enrichment.adapters.outside.table import TableMetrics
from enrichment.adapters.postgres.pool import Database, PoolOptions
from enrichment.adapters.postgres.pool import connected as postgres_connected
from enrichment.adapters.resilience import Retries
from enrichment.engines.outside import QualityMetrics
from enrichment.settings import QualitySettings, Settings


@asynccontextmanager
async def open_quality(settings: Settings, database: Database) -> AsyncIterator[QualityMetrics | None]:
    """Open the source of quality metrics; None where there is none, and quality is derived from messages."""
    quality = settings.quality
    if quality.source == "none":
        yield None
    elif quality.source == "postgres":
        async with _host_database(quality, database) as host:
            yield TableMetrics(host, quality.table, quality.time_column, options.naming(quality))
    else:
        async with _http(quality) as http:
            yield _influx(quality, http)


@asynccontextmanager
async def _host_database(quality: QualitySettings, database: Database) -> AsyncIterator[Database]:
    if quality.dsn is None:
        yield database
        return
    wanted = PoolOptions(size=1, statement_timeout=options.source_rhythm_of(quality).deadline)
    async with postgres_connected(quality.dsn.get_secret_value(), wanted) as host:
        yield host


def _http(quality: QualitySettings) -> httpx.AsyncClient:
    headers = {"authorization": f"Token {quality.token.get_secret_value()}"} if quality.token else {}
    password = quality.password.get_secret_value() if quality.password else ""
    return httpx.AsyncClient(
        base_url=quality.url or "",
        headers=headers,
        auth=(quality.username, password) if quality.username else None,
        timeout=quality.timeout_seconds,
    )


def _influx(quality: QualitySettings, http: httpx.AsyncClient) -> QualityMetrics:
    retries = Retries(attempts=2, seconds=quality.timeout_seconds, base_seconds=0.1)
    if quality.source == "influxdb1":
        return InfluxV1Metrics(http, quality.bucket, options.naming(quality), retries)
    return InfluxV2Metrics(http, quality.bucket, quality.organisation, options.naming(quality), retries)
