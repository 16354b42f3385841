"""Keeps a lease alive while a turn runs, and ends the turn when the lease cannot be kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from enrichment.errors import DependencyUnavailable, LeaseLost, UserErased
from enrichment.ports import Lease, Leases


@asynccontextmanager
async def kept(leases: Leases, lease: Lease, lease_seconds: float) -> AsyncIterator[None]:
    """Renew every third of the lease; the body is cancelled and ``LeaseLost`` raised when that failed for two thirds.

    The deadline is the loop's own monotonic clock, so that a stalled database or a stopped process cannot stretch it.
    """
    patience = lease_seconds * 2 / 3
    deadline = asyncio.timeout(patience)
    try:
        async with deadline:
            heartbeat = asyncio.create_task(
                _beat(leases, lease, lease_seconds / 3, deadline, patience), name="heartbeat"
            )
            try:
                yield
            finally:
                heartbeat.cancel()
                await asyncio.gather(heartbeat, return_exceptions=True)
    except TimeoutError:
        if not deadline.expired():
            raise
        raise LeaseLost("no heartbeat got through in time") from None


async def _beat(leases: Leases, lease: Lease, every: float, deadline: asyncio.Timeout, patience: float) -> None:
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(every)
        asked_at = loop.time()
        try:
            await leases.renew(lease)
        except (LeaseLost, UserErased):
            deadline.reschedule(loop.time())
            return
        except DependencyUnavailable:
            continue
        deadline.reschedule(asked_at + patience)
