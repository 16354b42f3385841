"""An erasure leaves a tombstone and nothing else, in every table, whoever is at work meanwhile."""

import asyncio
import hashlib
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from enrichment.adapters.postgres.erasure import erase, holdings
from enrichment.adapters.postgres.export import exporting
from enrichment.errors import LeaseLost, UserErased
from tests.adapters.postgres.examples import START, USER, Stage, a_fact, a_message, an_answer, learnt
from tests.adapters.postgres.rights_examples import PERSONAL, fill_every_table

TOMBSTONES = "select user_hash, erased_before from tombstones"
SCHEMA_TABLES = "select name from schema_tables"
EVERY_TABLE = """
select table_name as name from information_schema.tables
 where table_schema = current_schema() and table_type = 'BASE TABLE'
"""


async def test_every_table_is_listed_and_every_one_with_a_user_counts_as_personal(stage: Stage) -> None:
    listed = {row["name"] for row in await stage.rows(SCHEMA_TABLES)}
    existing = {row["name"] for row in await stage.rows(EVERY_TABLE)}
    personal = {row["name"] for row in await stage.rows(PERSONAL)}

    assert existing - listed == set()
    assert set(await holdings(stage.database, USER)) == personal


async def test_an_erasure_deletes_every_row_of_the_user_in_every_table(stage: Stage) -> None:
    await fill_every_table(stage, USER)
    await fill_every_table(stage, "bert")
    before = await holdings(stage.database, USER)

    receipt = await erase(stage.database, USER)

    assert min(before.values()) > 0
    assert receipt.rows == before
    assert set((await holdings(stage.database, USER)).values()) == {0}
    assert min((await holdings(stage.database, "bert")).values()) > 0


async def test_an_export_holds_every_row_that_an_erasure_would_delete(stage: Stage) -> None:
    await fill_every_table(stage, USER)

    async with exporting(stage.database, USER) as found:
        rows = {table: [row async for row in found.rows(table)] for table in found.tables}

    evidence = [one for fact in rows["facts"] for one in fact["evidence"]]
    assert {table: len(each) for table, each in rows.items()} | {"evidence": len(evidence)} == await holdings(
        stage.database, USER
    )
    assert {row["user_id"] for each in rows.values() for row in each} == {USER}


async def test_what_is_kept_is_a_hash_and_a_time(stage: Stage) -> None:
    await stage.commit(await stage.claim(), a_message("m1"))

    receipt = await erase(stage.database, USER)

    digest = hashlib.sha256(USER.encode()).digest()
    assert await stage.rows(TOMBSTONES) == [{"user_hash": digest, "erased_before": receipt.erased_before}]
    assert receipt.user_hash == digest


async def test_a_batch_in_flight_cannot_be_committed(stage: Stage) -> None:
    message = a_message("m1")
    lease = await stage.claim()
    opened = await stage.open(lease, message)
    call = await stage.calls.reserve(opened, "stub", Decimal("0.3"))

    await erase(stage.database, USER)

    await stage.calls.answered(call, an_answer("said"))
    with pytest.raises(UserErased):
        await stage.memory.commit(opened, learnt(a_fact("ada keeps bees", message), message), lease)
    with pytest.raises(UserErased):
        await stage.open(lease, message)
    with pytest.raises(UserErased):
        await stage.leases.renew(lease)
    assert set((await holdings(stage.database, USER)).values()) == {0}


async def test_no_call_is_reserved_for_a_batch_that_went(stage: Stage) -> None:
    opened = await stage.open(await stage.claim(), a_message("m1"))
    await erase(stage.database, USER)

    with pytest.raises(UserErased):
        await stage.calls.reserve(opened, "stub", Decimal("0.3"))

    assert await stage.rows("select 1 from model_calls union all select 1 from budgets where reserved_usd > 0") == []


async def test_a_call_under_way_counts_as_spent_at_its_reservation(stage: Stage) -> None:
    opened = await stage.open(await stage.claim(), a_message("m1"))
    call = await stage.calls.reserve(opened, "stub", Decimal("0.3"))

    await erase(stage.database, USER)
    await stage.calls.answered(call, an_answer(cost="0.02"))

    assert await stage.rows("select reserved_usd, spent_usd from budgets where user_id is null") == [
        {"reserved_usd": Decimal(0), "spent_usd": Decimal("0.3")}
    ]


async def test_commits_and_an_erasure_at_once_leave_nothing(stage: Stage) -> None:
    message = a_message("m1")
    lease = await stage.claim()
    opened = await stage.open(lease, message)
    changes = learnt(a_fact("ada keeps bees", message), message)

    await asyncio.gather(
        stage.memory.commit(opened, changes, lease), erase(stage.database, USER), return_exceptions=True
    )

    assert set((await holdings(stage.database, USER)).values()) == {0}


async def test_what_was_said_later_is_to_be_read_again(stage: Stage) -> None:
    early, late = a_message("early"), a_message("late", minutes=10)
    await stage.commit(await stage.claim(), early, late)

    receipt = await erase(stage.database, USER, early.said_at)

    assert (receipt.erased_before, receipt.read_again) == (START, 1)
    assert await stage.rows("select point_id, reason from requeued") == [{"point_id": "late", "reason": "reenrich"}]
    assert await stage.value("select count(*) from ledger") == 0


async def test_a_tombstone_only_moves_forward_and_never_into_the_future(stage: Stage) -> None:
    await erase(stage.database, USER, START)

    earlier = await erase(stage.database, USER, START - timedelta(days=1))
    later = await erase(stage.database, USER, START + timedelta(days=100_000))

    assert earlier.erased_before == START
    assert later.erased_before <= await stage.value("select now()")


async def test_an_erased_user_who_has_said_nothing_since_leaves_no_lease_row(stage: Stage) -> None:
    await erase(stage.database, USER)
    lease = await stage.claim()

    await stage.leases.release(lease, served=True)

    assert await stage.rows("select 1 from users") == []


async def test_a_sweep_that_stands_at_the_user_forgets_the_name(stage: Stage) -> None:
    await stage.execute("insert into sweeps (collection, phase, after) values ('chat', 'ledger', '[\"ada\", \"p\"]')")
    await stage.execute("insert into sweeps (collection, phase, after) values ('talk', 'ledger', '[\"bert\", \"p\"]')")

    await erase(stage.database, USER)

    assert await stage.rows("select collection, after from sweeps order by 1") == [
        {"collection": "chat", "after": None},
        {"collection": "talk", "after": '["bert", "p"]'},
    ]


async def test_a_lease_that_another_worker_took_is_lost_and_not_erased(stage: Stage) -> None:
    lease = await stage.claim()
    await stage.execute("update users set owner = $1, fence = fence + 1", uuid.uuid4())

    with pytest.raises(LeaseLost):
        await stage.open(lease, a_message("m1"))
