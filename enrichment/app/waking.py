"""Wakes a daemon that sleeps when an agent asks for somebody: sooner than its next look, which is what counts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from enrichment.reader.listening import listen
from enrichment.reader.wire import WireOptions

REQUESTS: Final = "enrichment_requests"


@asynccontextmanager
async def waking(dsn: str, woken: asyncio.Event) -> AsyncIterator[None]:
    """Set the event whenever somebody was asked for, and whenever that may have been missed."""
    task = asyncio.create_task(
        listen(
            dsn,
            WireOptions(application_name="enrichment-requests"),
            channel=REQUESTS,
            on_news=lambda _: woken.set(),
            on_connected=woken.set,
        ),
        name="listening-for-requests",
    )
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
