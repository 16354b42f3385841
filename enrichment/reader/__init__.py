"""What an agent imports to use the memory: ``EnrichmentReader`` reads it, ``build_prompt`` tells a model.

    async with EnrichmentReader(dsn) as reader:
        context = await reader.load(user_id, bot_name)
        prompt = build_prompt("You are Ava.", context)

It needs asyncpg and nothing else of this package's dependencies, and imports fast.
"""

from enrichment.reader.events import ReaderEvent
from enrichment.reader.meaning import Meaning, Near
from enrichment.reader.options import ReaderOptions, Wanted, WorkUpdate
from enrichment.reader.prompt import build_prompt
from enrichment.reader.reader import EnrichmentReader
from enrichment.reader.values import Context, Freshness, Section
from enrichment.reader.wire import WireOptions

__all__ = [
    "Context",
    "EnrichmentReader",
    "Freshness",
    "Meaning",
    "Near",
    "ReaderEvent",
    "ReaderOptions",
    "Section",
    "Wanted",
    "WireOptions",
    "WorkUpdate",
    "build_prompt",
]
