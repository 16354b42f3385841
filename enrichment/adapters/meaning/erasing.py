"""Deletes the vectors of a user who was just erased, and looks whether they are gone."""

import uuid
from collections.abc import Mapping
from datetime import timedelta

from enrichment.adapters.meaning.points import MemoryPoints, hash_of
from enrichment.adapters.meaning.rows import VectorRows
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.qdrant.erasing import Deleted
from enrichment.adapters.qdrant.server import Server

_AT_ONCE = timedelta(0)


async def erase_vectors(database: Database, server: Server, user_id: str) -> Mapping[str, Deleted]:
    """Delete the points of a user whose rows are gone; return what became of the collection, if there ever was one.

    The daemon does the same, and looks again when nothing can be under way any more: what fails here is not lost.
    """
    rows = VectorRows(database, owner=uuid.uuid4())
    index = await rows.index()
    if index is None:
        return {}
    points = MemoryPoints(server, index.collection)
    deleted, left = 0, 0
    for erasure in await rows.erasures(_AT_ONCE, hash_of(user_id)):
        gone, still = await points.erase(erasure.user_hash, erasure.asked_at)
        deleted, left = deleted + gone, left + still
    return {index.collection: Deleted(deleted=deleted, left=left)}
