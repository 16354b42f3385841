"""The full sweep finds every disagreement between the store and the ledger, and repairs what may be repaired."""

from datetime import timedelta

import pytest

from enrichment.engines.frame import Pair
from enrichment.reconcile.rebuild import rebuild
from enrichment.reconcile.refresh import with_lease
from tests.worker.operator import Operator
from tests.worker.stage import NOON, Stage

FACTS = "select fact_content from user_facts order by 1"
# What is left when a backup from before the second run is restored.
BACKUP = (
    "delete from facts where batch_id <> (select batch_id from batches order by committed_at limit 1)",
    "delete from ledger where batch_id <> (select batch_id from batches order by committed_at limit 1)",
    "delete from batches where batch_id <> (select batch_id from batches order by committed_at limit 1)",
)
DIRTY = "select dirty_since is not null from engine_pairs"
FORGET = "delete from ledger where point_id = $1"


@pytest.fixture
def operator(stage: Stage) -> Operator:
    return Operator(stage)


async def test_what_is_as_it_should_be_is_left_alone(stage: Stage, operator: Operator) -> None:
    await stage.say("I keep bees.", "I keep hens.")
    await stage.run()
    await stage.say("I keep ducks.")

    found = await operator.sweep(repair=True)

    assert (found.points, dict(found.found), found.gone) == (3, {}, 0)
    assert await stage.statuses() == {"completed": 2, "pending": 1}


async def test_a_done_point_that_the_ledger_does_not_know_is_counted_and_left(stage: Stage, operator: Operator) -> None:
    [point_id] = await stage.say("I keep bees.")
    await stage.run()
    await operator.execute(FORGET, point_id)

    found = await operator.sweep()

    assert (dict(found.found), found.left) == ({"done_without_ledger": 1}, 1)
    assert await stage.statuses() == {"completed": 1}


async def test_with_repair_it_is_read_again_into_the_same_memory(stage: Stage, operator: Operator) -> None:
    [point_id, _] = await stage.say("I keep bees.", "I keep hens.")
    await stage.run()
    facts = await stage.rows(FACTS)
    await operator.execute(FORGET, point_id)

    found = await operator.sweep(repair=True)

    assert (dict(found.repaired), found.left) == ({"done_without_ledger": 1}, 0)
    assert (await stage.run()).completed == 1
    assert await stage.rows(FACTS) == facts


async def test_after_a_backup_was_restored_the_lost_hour_is_read_again(stage: Stage, operator: Operator) -> None:
    await stage.say("I keep bees.")
    await stage.run()
    await stage.say("I keep hens.", "I keep ducks.")
    await stage.run()
    facts = await stage.rows(FACTS)
    for statement in BACKUP:
        await operator.execute(statement)

    found = await operator.sweep(repair=True)
    await stage.run()

    assert found.repaired["done_without_ledger"] == 2
    assert await stage.rows(FACTS) == facts
    assert await stage.statuses() == {"completed": 3}


async def test_an_edit_that_nobody_announced_is_read_again(stage: Stage, operator: Operator) -> None:
    [point_id, _] = await stage.say("I keep bees.", "I keep hens.")
    await stage.run()
    await stage.set_payload(point_id, content="I keep hens.")

    found = await operator.sweep()
    await stage.run()

    assert (dict(found.repaired), found.left) == ({"changed": 1}, 0)
    assert await stage.rows(FACTS) == [("anna said I keep hens.",)]
    assert (await operator.sweep()).found.total() == 0


@pytest.mark.parametrize("status", ["pending", None])
async def test_a_flag_that_got_lost_is_written_again_without_a_call(
    stage: Stage, operator: Operator, status: str | None
) -> None:
    [point_id] = await stage.say("I keep bees.")
    await stage.run()
    calls = stage.model.stats.calls
    await stage.set_payload(point_id, enrichment_status=status)

    found = await operator.sweep()

    assert dict(found.repaired) == {"flag_lost": 1}
    assert await stage.statuses() == {"completed": 1}
    assert stage.model.stats.calls == calls


async def test_what_an_erasure_left_in_the_store_is_not_brought_back(stage: Stage, operator: Operator) -> None:
    await stage.say("I keep bees.")
    await stage.run()
    await operator.execute("insert into tombstones values (sha256(convert_to('anna', 'UTF8')), now())")
    await operator.execute("delete from ledger")

    found = await operator.sweep(repair=True)

    assert dict(found.found) == {}
    assert await stage.statuses() == {"completed": 1}


async def test_facts_of_a_message_that_is_deleted_later_stay(stage: Stage, operator: Operator) -> None:
    [point_id, _] = await stage.say("I keep bees.", "I keep hens.")
    await stage.run()
    await stage.delete(point_id)

    found = await operator.sweep()

    assert (found.gone, found.retracted, found.left) == (1, 0, 0)
    assert len(await stage.rows(FACTS)) == 2


async def test_engines_count_messages_that_are_gone_until_they_fold_anew_once(stage: Stage, operator: Operator) -> None:
    [point_id, _] = await stage.say("I keep bees.", "I keep hens.")
    await stage.say("They are calm.", at=NOON + timedelta(hours=1))
    await stage.run()
    await stage.delete(point_id)

    await operator.sweep()
    marked = await stage.rows(DIRTY)
    async with stage.opened() as app:
        await with_lease(app.ports, 60, Pair("anna", "luna"), rebuild)
    await operator.sweep()

    assert marked == [(True,)]
    assert await stage.rows(DIRTY) == [(False,)]
    assert await stage.rows("select (memory_snapshot ->> 'memories')::int from strategic_memory_health") == [(2,)]


async def test_they_are_retracted_where_that_is_wanted(stage: Stage, operator: Operator) -> None:
    [point_id, _] = await stage.say("I keep bees.", "I keep hens.")
    await stage.run()
    await stage.delete(point_id)

    found = await operator.sweep(deleted="retract")

    assert (found.gone, found.retracted) == (1, 1)
    assert await stage.rows(FACTS) == [("anna said I keep hens.",)]
    assert await stage.rows("select state_reason from facts where state = 'retracted'") == [("gone",)]
    assert (await operator.sweep(deleted="retract")).gone == 0


async def test_a_message_that_is_deleted_before_it_is_settled_leaves_no_fact(stage: Stage, operator: Operator) -> None:
    [point_id] = await stage.say("I keep bees.")
    await stage.run()
    await operator.execute("update ledger set settled_at = null")
    await stage.delete(point_id)

    await stage.run()

    assert await stage.rows(FACTS) == []
    assert await stage.rows("select withdrawn_reason from evidence") == [("gone",)]


async def test_the_background_sweep_takes_one_slice_at_a_time(stage: Stage, operator: Operator) -> None:
    await stage.say("I keep bees.")

    await operator.sweep_slices(3, every=timedelta(minutes=1))

    assert await stage.rows("select phase, counts -> 'points' from sweeps") == [("points", 1)]


async def test_it_goes_on_where_it_was_and_rests_when_it_is_through(stage: Stage, operator: Operator) -> None:
    [point_id, _] = await stage.say("I keep bees.", "I keep hens.")
    await stage.run()
    await operator.execute(FORGET, point_id)

    for _ in range(5):
        await operator.sweep_slices(1)

    counts = "select last_counts -> 'points', last_counts -> 'found' from sweeps where finished_at is not null"
    assert await stage.rows(counts) == [(2, {"done_without_ledger": 1})]
    assert await stage.rows("select after, next_at > now() + interval '23 hours' from sweeps") == [(None, True)]
