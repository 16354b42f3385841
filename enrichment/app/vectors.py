"""Keeps the vectors of the memory true while the daemon works, and never holds it up."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog

from enrichment import options
from enrichment.adapters.embedding.hashed import HashedPieces
from enrichment.adapters.meaning.keeper import VectorKeeper
from enrichment.app.embedding import open_embedder
from enrichment.app.servers import Servers
from enrichment.app.worker import App
from enrichment.errors import ConfigurationError, DependencyUnavailable
from enrichment.meaning import QdrantMeaning
from enrichment.settings import Settings

log = structlog.get_logger()

# Between two slices while there is more to do: somebody else's requests get their turn.
_BUSY_SECONDS: Final = 0.5


@asynccontextmanager
async def open_vector_keeper(settings: Settings, servers: Servers) -> AsyncIterator[VectorKeeper | None]:
    """Open what makes vectors of the memory; None where nobody wants them."""
    if not settings.embedding.memory:
        yield None
        return
    async with open_embedder(settings, HashedPieces()) as embedder:
        wanted = options.vector_options(settings.embedding)
        yield VectorKeeper(servers.database, servers.qdrant, embedder, wanted, owner=uuid.uuid4())


@asynccontextmanager
async def open_own_meaning(settings: Settings, servers: Servers) -> AsyncIterator[QdrantMeaning | None]:
    """Open what a reader of the daemon's own recalls by meaning with; None where nobody wants that."""
    if not settings.embedding.memory:
        yield None
        return
    async with open_embedder(settings, HashedPieces()) as embedder:
        yield QdrantMeaning(
            servers.qdrant,
            embedder,
            collection=settings.embedding.collection,
            bots_share=settings.memory.bots_share,
        )


@asynccontextmanager
async def keeping_vectors(app: App) -> AsyncIterator[None]:
    """Do slice after slice beside whatever else is done, where that is wanted."""
    async with open_vector_keeper(app.settings, app.servers) as keeper:
        if keeper is None:
            yield
            return
        task = asyncio.create_task(_keep(app, keeper), name="keeping-vectors")
        task.add_done_callback(_tell)
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _keep(app: App, keeper: VectorKeeper) -> None:
    rhythm = options.maintenance_pause(app.settings)
    reason = ""
    while True:
        pause = rhythm.total_seconds()
        try:
            if await app.ports.upkeep.pauses.current() is None:
                done = await keeper.next_slice(rhythm)
                pause = _BUSY_SECONDS if done is not None and done.is_more else pause
            reason = ""
        except (DependencyUnavailable, ConfigurationError) as error:
            if reason != str(error):
                log.warning("vectors.waiting", reason=str(error))
            reason = str(error)
        await app.ports.clock.sleep(pause)


def _tell(task: "asyncio.Task[None]") -> None:
    """A bug here must not stop the worker, but neither must it go unseen."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("vectors.ended", error=type(error).__name__)
