"""One collection: its shard of the engine, and when what was written to it reaches the disk."""

# The type aliases of the engine exist in its stubs only, not at run time.
from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import qdrant_edge as edge

from enrichment.adapters.embedded.durability import GroupCommit
from enrichment.adapters.embedded.engine.schema import Schema, index_type
from enrichment.adapters.embedded.engine.wire import engine_input

# The log is replayed at the next start: this bounds how long that takes after a kill.
_FLUSH_BYTES = 64 * 1024 * 1024


class Collection:
    """A loaded collection. The engine's calls hold the interpreter, so they are simply made, one after the other."""

    def __init__(self, folder: Path, schema: Schema, shard: edge.EdgeShard) -> None:
        self.schema = schema
        self.shapes = schema.shapes
        self.shard = shard
        self._folder = folder
        self._commits = GroupCommit(folder / "wal")
        self._unflushed_bytes = 0
        self._operations = 0

    @classmethod
    def create(cls, folder: Path, schema: Schema) -> Collection:
        """Make an empty collection in a folder that does not exist yet."""
        folder.mkdir(parents=True)
        collection = cls(folder, schema, edge.EdgeShard.create(str(folder), schema.config()))
        collection.shard.flush()
        return collection

    @classmethod
    def load(cls, folder: Path, schema: Schema) -> Collection:
        """Open a collection and replay its log."""
        shutil.rmtree(folder / "temp_segments", ignore_errors=True)
        return cls(folder, schema, edge.EdgeShard.load(str(folder)))

    async def write(self, operation: edge.UpdateOperation, size_bytes: int) -> int:
        """Apply an operation of about that size; return its number once it can no longer be lost."""
        self.shard.update(operation)
        self._operations += 1
        number = self._operations
        self._unflushed_bytes += max(size_bytes, 1)
        await self._commits.durable()
        if self._unflushed_bytes >= _FLUSH_BYTES:
            self.flush()
        return number

    async def create_index(self, field: str, schema: edge.PayloadSchemaType | edge.PayloadSchemaParams) -> int:
        """Index a payload field; doing it twice is harmless."""
        with engine_input():
            operation = edge.UpdateOperation.create_field_index(field, schema)
        return await self.write(operation, len(field))

    async def delete_index(self, field: str) -> int:
        """Drop the index of a payload field; doing it twice is harmless."""
        with engine_input():
            operation = edge.UpdateOperation.delete_field_index(field)
        return await self.write(operation, len(field))

    def flush(self) -> None:
        """Move the log's content into the segments, if there is any."""
        if self._unflushed_bytes:
            self._unflushed_bytes = 0
            self.shard.flush()

    async def close(self) -> None:
        """Flush and release the files."""
        await self._commits.settled()
        self.flush()
        self.shard.close()

    def describe(self) -> dict[str, Any]:
        """The collection's information, in Qdrant's form."""
        info = self.shard.info()
        return {
            "status": "green",
            "optimizer_status": "ok",
            "indexed_vectors_count": info.indexed_vectors_count,
            "points_count": info.points_count,
            "segments_count": info.segments_count,
            "config": self.schema.render(),
            "payload_schema": {
                field: {"data_type": index_type(index.data_type), "points": index.points}
                for field, index in info.payload_schema.items()
            },
        }
