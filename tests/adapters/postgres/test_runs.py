"""Runs leave a report, and anybody can see how things stand."""

import uuid
from datetime import timedelta
from decimal import Decimal

from enrichment.adapters.postgres.runs import MOST_KEPT, CollectionCycle, PostgresRuns
from enrichment.adapters.postgres.standing import standing
from enrichment.errors import ModelFailure
from tests.adapters.postgres.examples import USER, Stage, a_message, an_answer, pages, pending


async def test_a_run_has_a_beginning_an_end_and_a_report(stage: Stage) -> None:
    runs, run_id = PostgresRuns(stage.database), uuid.uuid4()
    await runs.start(run_id, "once", stage.owner)

    await runs.finish(run_id, "done", {"completed": 3})

    rows = await stage.rows("select trigger, owner, result, report, finished_at is not null as ended from runs")
    assert rows == [
        {"trigger": "once", "owner": stage.owner, "result": "done", "report": {"completed": 3}, "ended": True}
    ]


async def test_a_run_under_way_tells_what_it_has_done_so_far(stage: Stage) -> None:
    runs, run_id = PostgresRuns(stage.database), uuid.uuid4()
    await runs.start(run_id, "daemon", stage.owner)

    await runs.progress(run_id, {"completed": 2})

    assert await stage.rows("select result, report from runs") == [{"result": None, "report": {"completed": 2}}]


async def test_runs_and_deaths_of_long_ago_are_forgotten_when_a_new_one_begins(stage: Stage) -> None:
    runs, recent = PostgresRuns(stage.database), uuid.uuid4()
    for run_id, age in ((uuid.uuid4(), 91), (recent, 89)):
        await runs.start(run_id, "once", stage.owner)
        await stage.execute(
            "update runs set started_at = now() - $2::interval where run_id = $1", run_id, timedelta(days=age)
        )
    await stage.execute("insert into deaths values (gen_random_uuid(), 1, now() - interval '91 days')")

    await runs.start(new := uuid.uuid4(), "once", stage.owner)

    assert {row["run_id"] for row in await stage.rows("select run_id from runs")} == {recent, new}
    assert await stage.rows("select owner from deaths") == []


async def test_no_more_than_the_latest_runs_are_kept(stage: Stage) -> None:
    await stage.execute(
        "insert into runs (run_id, trigger, owner, started_at)"
        " select gen_random_uuid(), 'once', gen_random_uuid(), now() - n * interval '1 minute'"
        " from generate_series(1, $1) as n",
        MOST_KEPT + 5,
    )

    await PostgresRuns(stage.database).start(uuid.uuid4(), "once", stage.owner)

    assert await stage.value("select count(*) from runs") == MOST_KEPT


async def test_hosts_read_what_each_cycle_did_in_each_collection(stage: Stage) -> None:
    cycles = [
        CollectionCycle(collection="chat", messages=5, facts=2, summaries=1, seconds=0.5),
        CollectionCycle(collection="mail", messages=1, facts=0, summaries=0, seconds=0.1),
    ]

    await PostgresRuns(stage.database).report(uuid.uuid4(), cycles)

    rows = await stage.rows("select collection_name, messages_processed, facts_extracted from enrichment_metadata")
    assert sorted(tuple(row.values()) for row in rows) == [("chat", 5, 2), ("mail", 1, 0)]


async def test_nothing_stands_open_in_an_empty_database(stage: Stage) -> None:
    found = await standing(stage.database)

    assert (found.collections, found.holders) == ([], [])
    assert (found.unsettled, found.quarantined, found.open_batches, found.calls_today) == (0, 0, 0, 0)


async def test_everything_that_waits_or_is_held_is_seen(stage: Stage) -> None:
    await stage.backlog.replace("chat", pages(pending(USER, ("a", 1.0), ("b", 2.0))))
    lease = await stage.claim()
    await stage.commit(lease, a_message("m1"))
    opened = await stage.open(lease, a_message("m2"))
    call = await stage.calls.reserve(opened, "stub", Decimal("0.5"))

    found = await standing(stage.database)

    assert [(one.collection, one.pending) for one in found.collections] == [("chat", 2)]
    assert [(one.owner, one.users) for one in found.holders] == [(stage.owner, 1)]
    assert (found.unsettled, found.open_batches, found.calls_today) == (1, 1, 1)
    assert found.cost_today_usd == call.reserved_usd


async def test_quarantined_messages_and_real_costs_are_counted(stage: Stage) -> None:
    lease = await stage.claim()
    opened = await stage.open(lease, a_message("m1"))
    call = await stage.calls.reserve(opened, "stub", Decimal("0.5"))
    await stage.calls.failed(call, ModelFailure.REFUSAL, an_answer(cost="0.01"))
    await stage.open_batches.fail(opened.batch_id, ModelFailure.REFUSAL, lease, parts=2)

    found = await standing(stage.database)

    assert (found.quarantined, found.open_batches, found.cost_today_usd) == (1, 0, Decimal("0.01"))
