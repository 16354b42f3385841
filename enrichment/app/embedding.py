"""Where vectors come from, opened as the settings say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from enrichment import options
from enrichment.adapters.embedding.hashed import HashedWords
from enrichment.adapters.embedding.server import embedding_server
from enrichment.ports import Embedder
from enrichment.settings import Settings


@asynccontextmanager
async def open_embedder(settings: Settings, otherwise: Embedder | None = None) -> AsyncIterator[Embedder]:
    """Open the configured server; without one, hash words, or do it ``otherwise``."""
    endpoint = options.embedding_endpoint(settings.embedding)
    if endpoint is None:
        yield otherwise or HashedWords()
        return
    async with embedding_server(endpoint) as server:
        yield server
