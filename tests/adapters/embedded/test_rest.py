"""The ordinary client finds in the embedded engine what it finds in a server."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from qdrant_client import AsyncQdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

PENDING = models.Filter(must=[models.FieldCondition(key="status", match=models.MatchValue(value="pending"))])
SOME_UUID = "6f1f5b0e-0c58-4d0e-9f7e-1b2a3c4d5e6f"


def ids(*wanted: int | str) -> models.Filter:
    return models.Filter(must=[models.HasIdCondition(has_id=list(wanted))])


def message(number: int, status: str = "pending") -> models.PointStruct:
    payload = {
        "status": status,
        "user_id": f"u{number % 3}",
        "timestamp": f"2024-01-{number:02}T00:00:00Z",
        "n": number,
    }
    return models.PointStruct(id=number, vector=[1.0, float(number)], payload=payload)


@pytest.fixture
async def collection(qdrant: AsyncQdrantClient) -> str:
    """Twenty pending messages, ids 1 to 20."""
    name = uuid4().hex
    await qdrant.create_collection(name, models.VectorParams(size=2, distance=models.Distance.COSINE))
    await qdrant.create_payload_index(name, "status", models.PayloadSchemaType.KEYWORD)
    await qdrant.create_payload_index(name, "timestamp", models.PayloadSchemaType.DATETIME)
    await qdrant.upsert(name, [message(number) for number in range(1, 21)])
    return name


async def test_pages_of_a_filtered_scroll_hold_every_point_once(qdrant: AsyncQdrantClient, collection: str) -> None:
    await qdrant.set_payload(collection, {"status": "completed"}, points=ids(3, 4))

    first, offset = await qdrant.scroll(collection, PENDING, limit=10, with_payload=["user_id"])
    second, end = await qdrant.scroll(collection, PENDING, limit=10, offset=offset)

    assert [point.id for point in first + second] == [1, 2, *range(5, 21)]
    assert first[0].payload == {"user_id": "u1"}
    assert end is None


async def test_a_uuid_comes_back_in_its_canonical_form(qdrant: AsyncQdrantClient, collection: str) -> None:
    await qdrant.upsert(
        collection, [models.PointStruct(id=SOME_UUID.upper().replace("-", ""), vector=[1.0, 2.0], payload={})]
    )

    found = await qdrant.retrieve(collection, [UUID(SOME_UUID), 1])

    assert [point.id for point in found] == [SOME_UUID, 1]


async def test_retrieve_gives_payload_and_vectors_and_skips_the_missing(
    qdrant: AsyncQdrantClient, collection: str
) -> None:
    found = await qdrant.retrieve(collection, [7, 999], with_vectors=True)

    assert [(point.id, point.payload) for point in found] == [(7, message(7).payload)]
    assert found[0].vector == pytest.approx([0.1414, 0.9899], abs=1e-3)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (models.FieldCondition(key="n", match=models.MatchAny(any=[1, 2, 99])), 2),
        (models.FieldCondition(key="user_id", match=models.MatchExcept(**{"except": ["u0"]})), 14),
        (models.FieldCondition(key="n", range=models.Range(gt=5, lte=7)), 2),
        (models.FieldCondition(key="timestamp", range=models.DatetimeRange(gte=datetime(2024, 1, 19, tzinfo=UTC))), 2),
        (models.FieldCondition(key="user_id", match=models.MatchText(text="u1")), 7),
        (models.IsEmptyCondition(is_empty=models.PayloadField(key="nowhere")), 20),
        (models.IsNullCondition(is_null=models.PayloadField(key="user_id")), 0),
        (models.Filter(should=[ids(1), ids(2)], must_not=[ids(2)]), 1),
        (models.HasIdCondition(has_id=[1, 2, 3, SOME_UUID]), 3),
        (models.HasVectorCondition(has_vector=""), 20),
        (models.NestedCondition(nested=models.Nested(key="none[]", filter=ids(1))), 0),
    ],
)
async def test_each_condition_selects_its_points(
    qdrant: AsyncQdrantClient, collection: str, condition: models.Condition, expected: int
) -> None:
    counted = await qdrant.count(collection, models.Filter(must=[condition]))

    assert counted.count == expected


async def test_the_slices_cover_every_point_once(qdrant: AsyncQdrantClient, collection: str) -> None:
    slices = [models.SliceCondition(slice=models.Slice(total=4, index=index)) for index in range(4)]
    parts = [(await qdrant.scroll(collection, models.Filter(must=[each]), limit=20))[0] for each in slices]

    assert sorted(int(point.id) for part in parts for point in part) == list(range(1, 21))
    assert all(len(part) < 20 for part in parts)


async def test_a_status_is_set_by_id_and_the_index_follows(qdrant: AsyncQdrantClient, collection: str) -> None:
    result = await qdrant.set_payload(collection, {"status": "completed"}, points=ids(1, 2, 999), wait=True)

    assert result.status == models.UpdateStatus.COMPLETED
    assert (await qdrant.count(collection, PENDING)).count == 18
    assert (await qdrant.retrieve(collection, [1]))[0].payload == message(1, "completed").payload


async def test_a_plain_list_with_a_missing_id_changes_nothing(qdrant: AsyncQdrantClient, collection: str) -> None:
    with pytest.raises(UnexpectedResponse, match="No point with id 999 found"):
        await qdrant.set_payload(collection, {"status": "completed"}, points=[1, 999, 2])

    assert (await qdrant.count(collection, PENDING)).count == 20


async def test_payloads_are_overwritten_and_their_keys_deleted(qdrant: AsyncQdrantClient, collection: str) -> None:
    await qdrant.overwrite_payload(collection, {"only": 1}, points=[1])
    await qdrant.delete_payload(collection, ["status", "n"], points=[2])
    await qdrant.clear_payload(collection, points_selector=[3])

    payloads = {point.id: point.payload for point in await qdrant.retrieve(collection, [1, 2, 3])}

    assert payloads[1] == {"only": 1}
    assert payloads[2] == {"user_id": "u2", "timestamp": "2024-01-02T00:00:00Z"}
    assert payloads[3] == {}


async def test_points_are_deleted_by_id_and_by_filter(qdrant: AsyncQdrantClient, collection: str) -> None:
    await qdrant.delete(collection, [1, 2])
    await qdrant.delete(collection, ids(3))

    assert (await qdrant.count(collection)).count == 17


async def test_the_nearest_points_come_first(qdrant: AsyncQdrantClient, collection: str) -> None:
    answer = await qdrant.query_points(collection, [1.0, 20.0], limit=2, query_filter=ids(1, 5, 20), with_payload=True)

    assert [hit.id for hit in answer.points] == [20, 5]
    assert answer.points[0].score == pytest.approx(1.0)
    assert answer.points[0].payload == message(20).payload


async def test_a_search_by_point_leaves_out_the_point_itself(qdrant: AsyncQdrantClient, collection: str) -> None:
    answer = await qdrant.query_points(collection, 20, limit=1, score_threshold=0.5)

    assert [hit.id for hit in answer.points] == [19]


async def test_several_searches_go_in_one_request(qdrant: AsyncQdrantClient, collection: str) -> None:
    searches = [models.QueryRequest(query=[1.0, float(number)], limit=1) for number in (1, 20)]

    answers = await qdrant.query_batch_points(collection, searches)

    assert [answer.points[0].id for answer in answers] == [1, 20]


async def test_named_and_sparse_vectors_are_kept_apart(qdrant: AsyncQdrantClient) -> None:
    name = uuid4().hex
    dense = {
        "a": models.VectorParams(size=2, distance=models.Distance.DOT),
        "b": models.VectorParams(size=3, distance=models.Distance.DOT),
    }
    await qdrant.create_collection(name, dense, sparse_vectors_config={"s": models.SparseVectorParams()})
    stored: models.VectorStruct = {"a": [1.0, 2.0], "s": models.SparseVector(indices=[3], values=[0.5])}

    await qdrant.upsert(
        name, [models.PointStruct(id=1, vector=stored), models.PointStruct(id=2, vector={"b": [1.0, 2.0, 3.0]})]
    )

    assert (await qdrant.retrieve(name, [1], with_vectors=True))[0].vector == stored
    assert [hit.id for hit in (await qdrant.query_points(name, [1.0, 1.0, 1.0], using="b")).points] == [2]


async def test_a_collection_may_have_no_vectors(qdrant: AsyncQdrantClient) -> None:
    name = uuid4().hex
    await qdrant.create_collection(name, {})

    await qdrant.upsert(name, [models.PointStruct(id=1, vector={}, payload={"a": 1})])

    assert (await qdrant.retrieve(name, [1]))[0].payload == {"a": 1}
    assert (await qdrant.get_collection(name)).config.params.vectors == {}


async def test_the_information_names_vectors_and_indexes(qdrant: AsyncQdrantClient, collection: str) -> None:
    info = await qdrant.get_collection(collection)

    assert info.points_count == 20
    assert info.config.params.vectors == models.VectorParams(size=2, distance=models.Distance.COSINE)
    assert {field: index.data_type for field, index in info.payload_schema.items()} == {
        "status": "keyword",
        "timestamp": "datetime",
    }


async def test_an_index_with_parameters_is_made_and_dropped(qdrant: AsyncQdrantClient, collection: str) -> None:
    tenant = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True)
    await qdrant.create_payload_index(collection, "user_id", tenant)
    made = (await qdrant.get_collection(collection)).payload_schema

    await qdrant.delete_payload_index(collection, "user_id")

    assert made["user_id"].points == 20
    assert "user_id" not in (await qdrant.get_collection(collection)).payload_schema


async def test_an_alias_leads_to_its_collection_until_it_is_dropped(qdrant: AsyncQdrantClient, collection: str) -> None:
    alias, renamed = uuid4().hex, uuid4().hex
    create = models.CreateAlias(collection_name=collection, alias_name=alias)
    rename = models.RenameAlias(old_alias_name=alias, new_alias_name=renamed)
    await qdrant.update_collection_aliases([models.CreateAliasOperation(create_alias=create)])
    await qdrant.update_collection_aliases([models.RenameAliasOperation(rename_alias=rename)])

    assert (await qdrant.count(renamed)).count == 20
    assert [each.alias_name for each in (await qdrant.get_collection_aliases(collection)).aliases] == [renamed]
    assert not await qdrant.collection_exists(alias)
    await qdrant.delete_collection(collection)
    assert not await qdrant.collection_exists(renamed)


async def test_operations_of_a_batch_happen_in_their_order(qdrant: AsyncQdrantClient, collection: str) -> None:
    set_payload = models.SetPayload(payload={"status": "done"}, points=[1, 2])
    operations: list[models.UpdateOperation] = [
        models.SetPayloadOperation(set_payload=set_payload),
        models.DeleteOperation(delete=models.PointIdsList(points=[1])),
    ]

    await qdrant.batch_update_points(collection, operations)

    assert [point.payload and point.payload["status"] for point in await qdrant.retrieve(collection, [1, 2])] == [
        "done"
    ]
