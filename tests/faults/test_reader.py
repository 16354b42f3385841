"""Loads while Postgres hangs, crawls, is cut off, stops and comes back: no error, no delay, no help needed."""

import asyncio
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from enrichment.reader import EnrichmentReader, ReaderEvent, ReaderOptions
from tests.faults.chaos_proxy import Blackhole, ChaosProxy, Fault, Latency, Passing, Refusing, Reset
from tests.faults.database import Database
from tests.faults.rig import TEMPLATE, Machinery
from tests.faults.servers import PostgresServer
from tests.patience import patiently

pytestmark = pytest.mark.faults

NAME = "read_by_agents"
DEADLINE = timedelta(milliseconds=300)
# What a busy machine may take to come back to somebody whose time is up.
SLACK = timedelta(seconds=1)
AT_ONCE = 20
UNCACHED = ReaderOptions(good_for=timedelta(0), listen=True)


@dataclass
class Agents:
    """Agents that load contexts, many at a time, and how long each load took."""

    reader: EnrichmentReader
    seconds: list[float] = field(default_factory=list)

    async def load(self, times: int) -> None:
        """Load so many contexts; any error ends the test."""
        left = iter(range(times))

        async def one_after_the_other() -> None:
            for number in left:
                begun = time.monotonic()
                await self.reader.load(f"user {number}", "ava", deadline=DEADLINE)
                self.seconds.append(time.monotonic() - begun)

        await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))

    async def until_served(self) -> None:
        """Load until twenty loads in a row have been answered by the database."""
        async with asyncio.timeout(90):
            while not await self._all_served(AT_ONCE):
                pass

    async def survive_the_death_of(self, server: PostgresServer) -> None:
        """Load while the database is dead, and until it serves again."""
        await asyncio.to_thread(server.end, signal.SIGKILL)
        await self.load(2_000)
        # Not in a thread: the server dies with the thread that started it, and others need it after this test.
        server.start()
        await self.until_served()

    async def _all_served(self, times: int) -> bool:
        before = self.reader.counts[ReaderEvent.LOADED]
        await self.load(times)
        return self.reader.counts[ReaderEvent.LOADED] == before + times


@pytest.fixture
def proxy(machinery: Machinery) -> Iterator[ChaosProxy]:
    maintenance = Database(machinery.background, machinery.postgres.dsn("postgres"))
    maintenance.rows(f"create database {NAME} template {TEMPLATE} strategy file_copy")
    with ChaosProxy(machinery.background, ("127.0.0.1", machinery.postgres.port)) as proxy:
        yield proxy
    maintenance.close()


async def become(proxy: ChaosProxy, fault: Fault) -> None:
    await asyncio.to_thread(proxy.behave, fault)


@pytest.mark.timeout(300)
async def test_no_load_fails_or_is_late_whatever_postgres_does(machinery: Machinery, proxy: ChaosProxy) -> None:
    async with EnrichmentReader(machinery.postgres.dsn(NAME, proxy.port), UNCACHED) as reader:
        agents = Agents(reader)
        for fault in (Blackhole(), Latency(1.0), Reset(), Refusing()):
            await agents.until_served()
            await become(proxy, fault)
            await agents.load(2_000)
            await become(proxy, Passing())
        await agents.until_served()
        await agents.survive_the_death_of(machinery.postgres)

    assert len(agents.seconds) >= 10_000
    assert max(agents.seconds) <= DEADLINE.total_seconds() + patiently(SLACK.total_seconds())
    assert reader.counts[ReaderEvent.TIMED_OUT] > 0
    assert reader.counts[ReaderEvent.UNREACHABLE] > 0
    assert reader.counts[ReaderEvent.FAILED] == 0
