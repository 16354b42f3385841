"""A daemon's row among the runs: that it began, what it has done so far, and how it ended."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from enrichment.app.worker import App
from enrichment.domain.tally import Tally
from enrichment.errors import DependencyUnavailable

# A process that is killed has said what it did up to a minute before.
PROGRESS_SECONDS = 60.0
LAST_WORD_SECONDS = 2


@asynccontextmanager
async def on_record(app: App) -> AsyncIterator[Callable[[Tally], Awaitable[None]]]:
    """Yield what is to be told of each cycle; a database that is away at the end does not hold it up."""
    who, total, result = app.identity, Tally(), "failed"
    written_at = float("-inf")

    async def note(tally: Tally) -> None:
        nonlocal written_at
        total.absorb(tally)
        await app.note(tally)
        now = app.ports.clock.monotonic()
        if tally.users and now - written_at >= PROGRESS_SECONDS:
            await app.runs.progress(who.run_id, total.report())
            written_at = now

    await app.runs.start(who.run_id, who.trigger, who.owner)
    try:
        yield note
        result = "done"
    finally:
        with suppress(DependencyUnavailable, TimeoutError):
            async with asyncio.timeout(LAST_WORD_SECONDS):
                await app.runs.finish(who.run_id, result, total.report())
