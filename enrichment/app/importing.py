"""What ``import`` needs: Qdrant, and where the vectors come from."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Protocol

from enrichment import options
from enrichment.adapters.clock import SystemClock
from enrichment.adapters.embedded import embedded
from enrichment.adapters.importer.importing import ImportReport, import_messages
from enrichment.adapters.importer.importing import Progress as ImportProgress
from enrichment.adapters.qdrant.server import Server
from enrichment.app.embedding import open_embedder
from enrichment.app.servers import qdrant_server
from enrichment.errors import ConfigurationError
from enrichment.ports import Embedder
from enrichment.settings import Settings


def unseen(_done: int, _total: int) -> None:
    """Show no progress."""


class Importer(Protocol):
    """Imports a file into a collection."""

    async def __call__(
        self, path: Path, collection: str, *, skip_bad: bool = False, on_progress: ImportProgress = unseen
    ) -> ImportReport:
        """See ``adapters.importer.import_messages``."""


@asynccontextmanager
async def open_importer(settings: Settings) -> AsyncIterator[Importer]:
    """Open what ``import`` needs: Qdrant, and where the vectors come from."""
    async with AsyncExitStack() as stack:
        url = settings.qdrant.url
        if url is None:
            url = (await stack.enter_async_context(embedded(settings.data_dir))).qdrant_url
        server = await stack.enter_async_context(qdrant_server(settings, url))
        yield importer(settings, server, await stack.enter_async_context(open_embedder(settings)))


def importer(settings: Settings, server: Server, embedder: Embedder) -> Importer:
    """Return an importer that reads payloads as the worker would."""
    rules = options.rules(settings)

    async def imported(
        path: Path, collection: str, *, skip_bad: bool = False, on_progress: ImportProgress = unseen
    ) -> ImportReport:
        if any(fnmatchcase(collection, own) for own in options.scope(settings).own):
            raise ConfigurationError(f"the collection {collection} is for vectors of the memory: choose another")
        return await import_messages(
            path,
            server,
            collection,
            embedder,
            now=SystemClock().now(),
            rules=rules,
            skip_bad=skip_bad,
            on_progress=on_progress,
        )

    return imported
