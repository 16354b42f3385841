"""Recall by meaning, for a host's reader: asks for the question's vector, and searches the collection of ours.

    async with open_meaning(MeaningOptions(qdrant_url=..., embedding_url=..., embedding_model=...)) as meaning:
        async with EnrichmentReader(dsn, meaning=meaning) as reader:
            answer = await reader.recall(user_id, bot_name, question)

It needs httpx and qdrant-client beside what the reader needs, which is why the reader does not import it.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from enrichment.adapters.embedding.hashed import HashedPieces
from enrichment.adapters.embedding.server import EmbeddingEndpoint, embedding_server
from enrichment.adapters.meaning.points import PREFIX, MemoryPoints, Searched
from enrichment.adapters.qdrant.server import Server, connected
from enrichment.adapters.resilience import Retries
from enrichment.ports import Embedder
from enrichment.reader.meaning import Near

_ONCE = Retries(attempts=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeaningOptions:
    """Where to ask. Model, dimensions and collection are those of the worker (``ENRICHMENT_EMBEDDING__…``).

    Without an ``embedding_url`` words and pieces of them are hashed, as the worker does then. ``bots_share`` is the
    worker's ``ENRICHMENT_MEMORY__BOTS_SHARE``. Rows whose cosine is not above ``least_score`` count as far away; what
    is a good value depends on the model. The reader's deadline holds for all of it; nothing is tried twice.
    """

    qdrant_url: str
    qdrant_api_key: str | None = field(default=None, repr=False)
    embedding_url: str | None = None
    embedding_model: str = "text-embedding-3-small"
    embedding_api_key: str | None = field(default=None, repr=False)
    dimensions: int | None = None
    collection: str = PREFIX
    bots_share: bool = False
    least_score: float = 0.0
    timeout_seconds: float = 2.0


class QdrantMeaning:
    """``reader.Meaning`` on the collection that the worker fills."""

    def __init__(
        self, server: Server, embedder: Embedder, *, collection: str, bots_share: bool = False, least_score: float = 0.0
    ) -> None:
        self._points = MemoryPoints(server, collection)
        self._embedder = embedder
        self._bots_share = bots_share
        self._least_score = least_score

    async def nearest(
        self, user_id: str, bot_name: str, scopes: Sequence[str], question: str, most: int
    ) -> Sequence[Near]:
        """Return the nearest rows of a user; raises ``DependencyUnavailable`` or ``ConfigurationError``."""
        (vector,) = await self._embedder.embed([question])
        searched = Searched(
            user_id=user_id,
            bot_name=None if self._bots_share else bot_name,
            scopes=tuple(scopes),
            model=self._embedder.name,
        )
        hits = await self._points.nearest(vector, searched, most)
        return [Near(*hit) for hit in hits if hit.score > self._least_score]


@asynccontextmanager
async def open_meaning(options: MeaningOptions) -> AsyncIterator[QdrantMeaning]:
    """Open both ways; nothing is sent before the first question."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(
            connected(options.qdrant_url, api_key=options.qdrant_api_key, timeout_seconds=options.timeout_seconds)
        )
        yield QdrantMeaning(
            server,
            await _embedder(options, stack),
            collection=options.collection,
            bots_share=options.bots_share,
            least_score=options.least_score,
        )


async def _embedder(options: MeaningOptions, stack: AsyncExitStack) -> Embedder:
    if options.embedding_url is None:
        return HashedPieces()
    endpoint = EmbeddingEndpoint(
        base_url=options.embedding_url,
        model=options.embedding_model,
        api_key=options.embedding_api_key,
        dimensions=options.dimensions,
        timeout_seconds=options.timeout_seconds,
        retries=_ONCE,
    )
    return await stack.enter_async_context(embedding_server(endpoint))
