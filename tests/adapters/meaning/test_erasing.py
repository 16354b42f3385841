"""Nothing of a user who is erased stays in the collection, whatever was under way."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from enrichment.adapters.embedding.hashed import hashed_words
from enrichment.adapters.meaning.erasing import erase_vectors
from enrichment.adapters.meaning.points import MemoryPoint, Named
from enrichment.adapters.meaning.rows import VectorRows
from enrichment.adapters.postgres.erasure import erase, holdings
from enrichment.adapters.qdrant.erasing import Deleted
from tests.adapters.meaning.stage import Stage
from tests.reader.examples import BOT, USER

WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
LONG_AGO = "update vector_erasures set asked_at = asked_at - interval '10 minutes'"
ERASURES = "select count(*) from vector_erasures"


async def test_an_erasure_leaves_no_point_of_the_user_and_all_of_the_others(stage: Stage) -> None:
    await stage.shelf.fact("Ada likes tea")
    await stage.shelf.summary("They drank tea")
    other = await stage.shelf.fact("Bert likes tea", user_id="bert")
    await stage.keep()

    await erase(stage.database, USER)
    done = await erase_vectors(stage.database, stage.server, USER)

    assert done == {stage.collection: Deleted(deleted=2, left=0)}
    assert await stage.kept() == {("fact", str(other))}
    assert set((await holdings(stage.database, USER)).values()) == {0}


async def test_where_nobody_wants_vectors_there_is_nothing_to_erase(stage: Stage) -> None:
    await stage.shelf.fact("Ada likes tea")

    await erase(stage.database, USER)

    assert await erase_vectors(stage.database, stage.server, USER) == {}
    assert await stage.rows(ERASURES) == [(0,)]
    await stage.keep()


async def test_the_background_pass_erases_what_nobody_else_did(stage: Stage) -> None:
    await stage.shelf.fact("Ada likes tea")
    await stage.keep()

    await erase(stage.database, USER)
    await stage.keep()

    assert await stage.kept() == set()


async def test_who_is_erased_while_a_batch_is_embedded_gets_no_points(stage: Stage) -> None:
    async def erase_ada(_: Sequence[str]) -> None:
        await erase(stage.database, USER)
        await erase_vectors(stage.database, stage.server, USER)

    await stage.keep()
    await stage.shelf.fact("Ada likes tea")
    other = await stage.shelf.fact("Bert likes tea", user_id="bert")
    stage.words.before = erase_ada

    assert await stage.keep() == {"written": 1}
    assert await stage.kept() == {("fact", str(other))}
    assert set((await holdings(stage.database, USER)).values()) == {0}


async def test_an_erasure_waits_for_points_that_are_being_written_and_deletes_them(stage: Stage) -> None:
    erasing: list[asyncio.Task[object]] = []

    async def put(held: Mapping[Named, datetime]) -> None:
        erasing.append(asyncio.create_task(erase(stage.database, USER)))
        await blocked(stage)
        await stage.points.put([_point(named, at) for named, at in held.items()], within_seconds=5)

    await stage.keep()
    await stage.shelf.fact("Ada likes tea")
    rows = VectorRows(stage.database, owner=stage.shelf.stage.owner)

    assert await rows.write(await rows.due(10), [b"hash"], put) == 1
    await asyncio.gather(*erasing)
    done = await erase_vectors(stage.database, stage.server, USER)

    assert done == {stage.collection: Deleted(deleted=1, left=0)}
    assert await stage.rows("select count(*) from vectors") == [(0,)]


async def test_the_pass_looks_again_when_nothing_can_be_under_way_any_more(stage: Stage) -> None:
    fact = await stage.shelf.fact("Ada likes tea")
    await stage.keep()
    ((before,),) = await stage.rows("select clock_timestamp()")
    await erase(stage.database, USER)
    await erase_vectors(stage.database, stage.server, USER)
    # A request of a process that was killed arrives late.
    await stage.points.put([_point(Named(USER, "fact", fact), before)], within_seconds=5)

    await stage.keep()

    assert await stage.kept() == set()
    assert await stage.rows(ERASURES) == [(1,)]
    await stage.execute(LONG_AGO)
    await stage.keep()
    assert await stage.rows(ERASURES) == [(0,)]


async def test_who_comes_back_keeps_what_is_learnt_then(stage: Stage) -> None:
    await stage.shelf.fact("Ada likes tea")
    await stage.keep()
    await erase(stage.database, USER)
    await stage.known(USER)
    fact = await stage.shelf.fact("Ada likes cats")

    await stage.keep()
    await stage.keep()

    assert await stage.kept() == {("fact", str(fact))}


async def blocked(stage: Stage) -> None:
    """Wait until somebody waits for a lock."""
    while await stage.rows(WAITING) == [(0,)]:
        pass


def _point(named: Named, at: datetime) -> MemoryPoint:
    return MemoryPoint(
        named=named,
        bot_name=BOT,
        scope="",
        model="words",
        written_at=at,
        vector=hashed_words("Ada likes tea"),
    )
