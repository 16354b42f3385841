"""What `doctor` is told about a server."""

from qdrant_client.http import models

from enrichment.adapters.qdrant.inspection import IndexProblem, inspect
from enrichment.adapters.qdrant.rules import Rules
from enrichment.domain.messages import PointRef
from tests.adapters.qdrant.worlds import QdrantWorld

HELLO: dict[str, object] = {"user_id": "u1", "content": "Hello!", "role": "user", "timestamp": "2026-03-08T11:00:00Z"}


async def test_a_collection_that_the_producer_prepared_has_no_problems(qdrant: QdrantWorld) -> None:
    collection = qdrant.name("ada")
    await qdrant.create(collection)
    await qdrant.put(PointRef(collection, "1"), {**HELLO, "enrichment_status": "pending"})
    await qdrant.put(PointRef(collection, "2"), {**HELLO, "enrichment_status": "completed"})
    await qdrant.put(PointRef(collection, "3"), HELLO)

    state = await inspect(qdrant.server, [collection], Rules())

    assert state.supported
    (found,) = state.collections
    assert (found.points, found.pending, found.without_status, found.problems) == (3, 1, 1, ())


async def test_missing_and_unfit_indexes_are_named_with_what_the_values_need(qdrant: QdrantWorld) -> None:
    collection = qdrant.name("ada")
    await qdrant.create(collection)
    await qdrant.client.delete_payload_index(collection, "enrichment_status")
    await qdrant.put(PointRef(collection, "1"), {**HELLO, "user_id": 7, "timestamp": 1772355600.5})

    (found,) = (await inspect(qdrant.server, [collection], Rules())).collections

    assert found.problems == (
        IndexProblem(field="enrichment_status", wanted="keyword", found=None),
        IndexProblem(field="user_id", wanted="integer", found="keyword"),
        IndexProblem(field="timestamp", wanted="float", found="datetime"),
    )


async def test_an_index_of_another_field_helps_nobody(qdrant: QdrantWorld) -> None:
    collection = qdrant.name("ada")
    await qdrant.client.create_collection(
        collection, vectors_config=models.VectorParams(size=4, distance=models.Distance.COSINE)
    )
    qdrant.created.append(collection)

    (found,) = (await inspect(qdrant.server, [collection], Rules())).collections

    assert [problem.field for problem in found.problems] == ["enrichment_status", "user_id", "timestamp"]
