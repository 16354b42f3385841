"""What a kill inside a flush may leave behind: an index that is older than the payloads."""

import shutil
from pathlib import Path

import qdrant_edge as edge

from enrichment.adapters.embedded.engine.filters import only
from enrichment.adapters.embedded.engine.schema import read_index, read_schema
from enrichment.adapters.embedded.engine.store import Store

HELLO = {"user_id": "u1", "content": "Hello to my bees!", "role": "user", "timestamp": "2026-03-08T11:00:00Z"}


def hello(number: int) -> dict[str, str]:
    """Return a payload without its status."""
    return {**HELLO, "message_id": str(number)}


def tear(folder: Path) -> None:
    """Make a collection ``chat``: points 0 to 9 were completed and 10 to 19 reopened after the index was written."""
    folder.mkdir(parents=True)
    folder.parent.chmod(0o700)
    store = Store(folder)
    store.open()
    store.create("chat", read_schema({"vectors": {"size": 1, "distance": "Dot"}}))
    shard = store.get("chat").shard
    shard.update(edge.UpdateOperation.create_field_index("enrichment_status", read_index("keyword")))
    statuses = [("pending", range(10)), ("completed", range(10, 20))]
    shard.update(
        edge.UpdateOperation.upsert_points(
            [
                edge.Point(id=number, vector=[1.0], payload={**hello(number), "enrichment_status": status})
                for status, numbers in statuses
                for number in numbers
            ]
        )
    )
    shard.flush()
    [index] = folder.glob("collections/*/segments/*/payload_index")
    shutil.copytree(index, folder.parent / "before")
    for status, numbers in [("completed", range(10)), ("pending", range(10, 20))]:
        shard.update(edge.UpdateOperation.set_payload_by_filter(only(numbers), {"enrichment_status": status}))
    shard.close()
    shutil.rmtree(index)
    (folder.parent / "before").rename(index)
    # A clean stop, as far as the engine knows: nothing is compared at the start.
    (folder / "running").unlink()
