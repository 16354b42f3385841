"""What was acknowledged is there after a kill, and an index that was torn from its payloads is mended."""

import asyncio
import shutil
from pathlib import Path

import psutil
import pytest
import qdrant_edge as edge
from qdrant_client import models

from enrichment.adapters.embedded import durability, embedded
from enrichment.adapters.embedded.engine.filters import only, read_filter
from enrichment.adapters.embedded.engine.schema import read_index, read_schema
from enrichment.adapters.embedded.engine.store import Store
from tests.adapters.embedded.conftest import connected
from tests.adapters.embedded.processes import pids, running, wait_until

PENDING = {"must": [{"key": "status", "match": {"value": "pending"}}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "qdrant"


async def test_a_kill_right_after_an_acknowledged_write_loses_nothing(lived_in: Path) -> None:
    async with embedded(lived_in) as servers, connected(servers.qdrant_url) as client:
        await client.create_collection("killed", models.VectorParams(size=1, distance=models.Distance.DOT))
        await client.create_payload_index("killed", "status", models.PayloadSchemaType.KEYWORD)
        for number in range(1, 51):
            point = models.PointStruct(id=number, vector=[1.0], payload={"status": "pending"})
            await client.upsert("killed", [point], wait=True)
        kill_and_wait(lived_in)

        counted = await client.count("killed", models.Filter.model_validate(PENDING))
        assert counted.count == 50


def kill_and_wait(data_dir: Path) -> None:
    killed: psutil.Process = running(data_dir)["qdrant"]
    killed.kill()
    wait_until(lambda: pids(data_dir)["qdrant"] != killed.pid)


async def test_collections_aliases_and_indexes_survive_a_restart(folder: Path) -> None:
    store = filled(folder)
    store.set_aliases({"alias": "messages"})
    await store.close()

    again = Store(folder)
    again.open()

    assert again.get("alias").describe()["points_count"] == 100
    assert again.get("messages").describe()["payload_schema"]["status"] == {"data_type": "keyword", "points": 100}
    await again.close()


async def test_a_clean_stop_is_not_checked(folder: Path) -> None:
    store = torn(folder)
    (folder / "running").unlink()

    assert store.open() == 0
    await store.close()


async def test_an_unclean_stop_mends_what_the_index_does_not_find(folder: Path) -> None:
    store = torn(folder)

    assert store.open() == 40
    assert store.get("messages").shard.count(edge.CountRequest(filter=read_filter(PENDING))) == 60
    await store.close()


def test_what_a_kill_left_of_a_half_made_collection_is_swept_away(folder: Path) -> None:
    asyncio.run(filled(folder).close())
    orphan = folder / "collections" / "orphan"
    orphan.joinpath("segments").mkdir(parents=True)

    Store(folder).open()

    assert [path != orphan for path in orphan.parent.iterdir()] == [True]


async def test_writes_at_the_same_time_share_their_trips_to_the_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trips: list[Path] = []
    monkeypatch.setattr(durability, "sync_folder", trips.append)
    commits = durability.GroupCommit(folder)

    await asyncio.gather(*(commits.durable() for _ in range(100)))
    await commits.durable()

    assert trips == [folder, folder]


async def test_a_log_that_cannot_be_synced_is_no_acknowledgement(folder: Path) -> None:
    commits = durability.GroupCommit(folder / "gone")

    with pytest.raises(FileNotFoundError):
        await commits.durable()


def test_a_replaced_file_is_never_half_written(folder: Path) -> None:
    folder.mkdir()
    for content in (b"old", b"new"):
        durability.write_atomically(folder / "catalog.json", content)

    assert [path.name for path in folder.iterdir()] == ["catalog.json"]
    assert (folder / "catalog.json").read_bytes() == b"new"


def filled(folder: Path) -> Store:
    """A hundred pending messages, flushed."""
    store = Store(folder)
    store.open()
    store.create("messages", read_schema({"vectors": {"size": 1, "distance": "Dot"}}))
    shard = store.get("messages").shard
    shard.update(edge.UpdateOperation.create_field_index("status", read_index("keyword")))
    points = [edge.Point(id=number, vector=[1.0], payload={"status": "pending"}) for number in range(100)]
    shard.update(edge.UpdateOperation.upsert_points(points))
    shard.flush()
    return store


def torn(folder: Path) -> Store:
    """Forty messages are completed, but the index is the one of before: what a kill inside a flush leaves behind."""
    filled_store = filled(folder)
    [index] = folder.glob("collections/*/segments/*/payload_index")
    before = folder.parent / "index"
    shutil.copytree(index, before)
    shard = filled_store.get("messages").shard
    shard.update(edge.UpdateOperation.set_payload_by_filter(only(range(40)), {"status": "completed"}))
    shard.close()
    shutil.rmtree(index)
    before.rename(index)
    return Store(folder)
