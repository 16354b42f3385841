"""What an agent imports to use the memory: ``EnrichmentReader`` reads it.

    async with EnrichmentReader(dsn) as reader:
        context = await reader.load(user_id, bot_name)

It needs asyncpg and nothing else of this package's dependencies, and imports fast.
"""

from enrichment.reader.events import ReaderEvent
from enrichment.reader.reader import EnrichmentReader, ReaderOptions, WorkUpdate
from enrichment.reader.values import Context, Freshness, Section
from enrichment.reader.wire import WireOptions

__all__ = [
    "Context",
    "EnrichmentReader",
    "Freshness",
    "ReaderEvent",
    "ReaderOptions",
    "Section",
    "WireOptions",
    "WorkUpdate",
]
