"""Figures that cannot be had keep nobody waiting longer than once."""

import asyncio

from structlog.testing import capture_logs

from enrichment.adapters.clock import SystemClock
from enrichment.adapters.monitoring.figures import FigureReader
from enrichment.adapters.monitoring.registry import Metrics
from enrichment.adapters.postgres.pool import connected

NOWHERE = "postgresql://127.0.0.1:1/nothing"


async def test_who_waits_while_the_database_does_not_answer_others_waits_once() -> None:
    metrics = Metrics({"model": "m", "version": "1", "pipeline_version": "1"})
    async with connected(NOWHERE) as database:
        reader = FigureReader(database, metrics, SystemClock(), None)
        with capture_logs() as together:
            await asyncio.gather(*(reader.refresh() for _ in range(3)))
        with capture_logs() as alone:
            await reader.refresh()

    assert [entry["event"] for entry in together] == ["figures.missed"]
    assert [entry["event"] for entry in alone] == ["figures.missed"]
