"""Everything that operators and sweeps need of both stores, put together."""

import uuid

from enrichment.adapters.postgres.inventory import PostgresInventory
from enrichment.adapters.postgres.maintenance import PostgresMaintenance, Retention
from enrichment.adapters.postgres.pauses import PostgresPauses
from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.requeued import PostgresRequeued
from enrichment.adapters.postgres.sweeps import PostgresSweeps
from enrichment.adapters.qdrant.points import QdrantPoints
from enrichment.upkeep import Upkeep


def upkeep_of(database: Database, points: QdrantPoints, retention: Retention, owner: uuid.UUID) -> Upkeep:
    """Return the ports on these two servers."""
    return Upkeep(
        points=points,
        requeued=PostgresRequeued(database),
        inventory=PostgresInventory(database),
        sweeps=PostgresSweeps(database),
        pauses=PostgresPauses(database),
        maintenance=PostgresMaintenance(database, retention, owner=owner),
    )
