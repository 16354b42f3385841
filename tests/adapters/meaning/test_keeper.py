"""What is remembered has a vector, what has ended has none, and neither store nor embedder is trusted to be there."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from qdrant_client.http import models

from enrichment.adapters.embedding.server import EmbeddingFailure
from enrichment.adapters.meaning.points import hash_of
from enrichment.adapters.qdrant.pending import QdrantPending, Scope
from enrichment.errors import ConfigurationError
from tests.adapters.meaning.stage import Stage, Words
from tests.adapters.qdrant.worlds import FrozenClock
from tests.reader.examples import BOT, USER

QUOTE = """
insert into evidence (user_id, fact_id, identity, collection, point_id, content_hash, role, said_at, quote, certainty,
                      batch_id)
values ($1, $2, 'i', 'chat', 'm1', 'h', 'user', now(), 'I really like tea', 'sure', gen_random_uuid())
"""
MONTH = """
insert into period_digests (user_id, bot_name, scope, period, starts_on, title, summary_text, topics, decisions,
                            questions, message_count, parts, session_ids, fact_ids)
values ($1, $2, '', 'month', '2026-01-01', 'January', 'They planned a voyage.', '[]', '[]', '[]', 1, '[]', '{}', '{}')
"""
SUPERSEDED = "update facts set state = 'superseded' where fact_id = $1"


async def refuse_tea(texts: Sequence[str]) -> None:
    """Refuse whatever has tea in it."""
    if "Ada likes tea" in texts:
        raise EmbeddingFailure("HTTP 400", status=400)


async def test_what_is_known_already_gets_vectors(stage: Stage) -> None:
    fact = await stage.shelf.fact("Ada likes tea")
    summary = await stage.shelf.summary("They drank tea")

    assert await stage.keep() == {"users": 1, "written": 2}
    assert await stage.kept() == {("fact", str(fact)), ("summary", str(summary))}
    assert await stage.keep() == {}


async def test_what_is_learnt_later_gets_a_vector_and_nothing_else_is_sent_again(stage: Stage) -> None:
    await stage.shelf.fact("Ada likes tea")
    await stage.keep()

    await stage.shelf.fact("Ada likes cats")
    await stage.keep()

    assert stage.words.sent == ["Ada likes tea", "Ada likes cats"]


async def test_a_fact_is_sent_with_its_quote(stage: Stage) -> None:
    fact = await stage.shelf.fact("Ada likes tea")
    await stage.execute(QUOTE, USER, fact)

    await stage.keep()

    assert stage.words.sent == ["Ada likes tea\nI really like tea"]


async def test_points_hold_neither_texts_nor_names(stage: Stage) -> None:
    fact = await stage.shelf.fact("Ada likes tea", scope="guild:1")
    await stage.keep()

    (payload,) = await stage.payloads()

    assert payload.pop("written_at") == pytest.approx(datetime.now(UTC).timestamp(), abs=600)
    assert payload == {
        "user": hash_of(USER).hex(),
        "bot": BOT,
        "scope": "guild:1",
        "kind": "fact",
        "row": str(fact),
        "model": "words",
    }


async def test_a_month_has_a_vector_too(stage: Stage) -> None:
    await stage.keep()
    await stage.execute(MONTH, USER, BOT)
    await stage.keep()

    assert [hit.kind for hit in await stage.nearest("a voyage")] == ["digest"]


@pytest.mark.parametrize("ended", [SUPERSEDED, "delete from facts where fact_id = $1"])
async def test_what_has_ended_loses_its_vector(stage: Stage, ended: str) -> None:
    fact = await stage.shelf.fact("Ada likes tea")
    other = await stage.shelf.fact("Ada likes cats")
    await stage.keep()

    await stage.execute(ended, fact)

    assert await stage.keep() == {"deleted": 1}
    assert await stage.kept() == {("fact", str(other))}
    assert await stage.rows("select row_id from vectors") == [(other,)]


async def test_a_text_that_changed_is_sent_again_and_one_that_did_not_is_not(stage: Stage) -> None:
    fact = await stage.shelf.fact("Ada likes tea")
    await stage.keep()

    await stage.execute("update facts set confidence = 0.9 where fact_id = $1", fact)
    await stage.keep()
    await stage.execute("update facts set statement = 'Ada loves tea' where fact_id = $1", fact)
    await stage.keep()

    assert stage.words.sent == ["Ada likes tea", "Ada loves tea"]
    assert await stage.rows("select due_at from vectors") == [(None,)]


async def test_a_collection_that_was_lost_is_made_again(stage: Stage) -> None:
    fact = await stage.shelf.fact("Ada likes tea")
    await stage.keep()
    await stage.server.client.delete_collection(stage.collection)

    await stage.keep()

    assert await stage.kept() == {("fact", str(fact))}


async def test_another_model_makes_everything_anew(stage: Stage) -> None:
    await stage.shelf.fact("Ada likes tea")
    await stage.keep()
    stage.words = Words("other words")

    await stage.keep()

    assert [payload["model"] for payload in await stage.payloads()] == ["other words"]


async def test_the_days_budget_stops_the_sending_and_loses_nothing(stage: Stage) -> None:
    await stage.shelf.fact("Ada likes tea")
    await stage.keep()
    await stage.shelf.fact("Ada likes cats")
    stage.day_tokens = 4

    assert await stage.keep() == {}
    stage.day_tokens = 1000

    assert await stage.keep() == {"written": 1}


async def test_a_days_budget_that_is_less_than_a_request_still_sends_what_fits(stage: Stage) -> None:
    await stage.shelf.fact("Ada likes tea")
    await stage.shelf.fact("Ada likes cats")
    stage.day_tokens = 4

    assert await stage.keep() == {"users": 1, "written": 1}
    assert await stage.keep() == {}


async def test_a_failing_embedder_leaves_everything_due_and_the_pass_free(stage: Stage) -> None:
    async def fail(_: Sequence[str]) -> None:
        raise EmbeddingFailure("HTTP 503", status=503)

    await stage.shelf.fact("Ada likes tea")
    await stage.keep()
    await stage.shelf.fact("Ada likes cats")
    stage.words.before = fail

    with pytest.raises(EmbeddingFailure):
        await stage.keep()
    stage.words.before = None

    assert await stage.keep() == {"written": 1}


async def test_a_text_that_is_refused_is_put_off_and_holds_up_no_other(stage: Stage) -> None:
    await stage.shelf.fact("Ada likes tea")
    others = [await stage.shelf.fact(f"Ada likes {what}") for what in ("cats", "dogs", "bees")]
    stage.words.before = refuse_tea

    await stage.keep()

    assert await stage.kept() == {("fact", str(other)) for other in others}
    ((due_at,),) = await stage.rows("select due_at from vectors where due_at is not null")
    assert due_at > datetime.now(UTC) + timedelta(hours=23)


async def test_a_collection_of_somebody_else_is_left_alone(stage: Stage) -> None:
    await stage.server.client.create_collection(
        stage.collection, vectors_config=models.VectorParams(size=2, distance=models.Distance.COSINE)
    )
    theirs = models.PointStruct(id=1, vector=[1.0, 0.0], payload={"user_id": "ada"})
    await stage.server.client.upsert(stage.collection, [theirs], wait=True)

    with pytest.raises(ConfigurationError, match="ENRICHMENT_EMBEDDING__COLLECTION"):
        await stage.keep()

    assert await stage.payloads() == [{"user_id": "ada"}]


async def test_one_replica_at_a_time_keeps_vectors(stage: Stage) -> None:
    asked = []

    async def look(_: Sequence[str]) -> None:
        asked.append(await stage.keeper.next_slice(timedelta(0)))

    await stage.shelf.fact("Ada likes tea")
    stage.words.before = look

    await stage.keep()

    assert asked == [None, None]


async def test_our_collection_is_never_served_as_messages(stage: Stage) -> None:
    await stage.keep()
    alias = f"chat_{uuid.uuid4().hex}"
    operation = models.CreateAlias(collection_name=stage.collection, alias_name=alias)
    await stage.server.client.update_collection_aliases([models.CreateAliasOperation(create_alias=operation)])

    served = await QdrantPending(stage.server, FrozenClock(), scope=Scope(own=(stage.collection,))).collections()
    unguarded = await QdrantPending(stage.server, FrozenClock(), scope=Scope()).collections()

    assert stage.collection not in served
    assert stage.collection in unguarded
