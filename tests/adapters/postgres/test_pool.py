"""Connections have deadlines, values keep their types, and errors say what they mean for us."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import asyncpg
import pytest

from enrichment.adapters.postgres.pool import Connection, PoolOptions, connected
from enrichment.adapters.resilience import Retries
from enrichment.errors import ConfigurationError, DependencyUnavailable
from tests.adapters.postgres.examples import Stage

GUARDS = """
select current_setting('lock_timeout') as locks, current_setting('statement_timeout') as statements,
       current_setting('idle_in_transaction_session_timeout') as idle
"""
RAISE = "do $$ begin if nextval('tries') <= {times} then raise sqlstate '{state}'; end if; end $$"


async def test_json_comes_back_as_what_it_was(stage: Stage) -> None:
    value = {"a": [1, None, "ü"], "b": {"c": 0.5}}

    assert await stage.value("select $1::jsonb", value) == value


async def test_money_stays_decimal(stage: Stage) -> None:
    assert await stage.value("select $1::numeric", Decimal("0.000001")) == Decimal("0.000001")


async def test_every_connection_has_deadlines(stage: Stage) -> None:
    assert await stage.rows(GUARDS) == [{"locks": "5s", "statements": "30s", "idle": "1min"}]


async def test_behind_a_pooler_deadlines_hold_for_the_transaction_alone(database_dsn: str) -> None:
    async with connected(database_dsn, PoolOptions(statement_cache_size=0, size=1)) as database:
        inside = await Stage(database).rows(GUARDS)
        outside = await Stage(database).rows("select reset_val from pg_settings where name = 'lock_timeout'")

    assert inside == [{"locks": "5s", "statements": "30s", "idle": "1min"}]
    assert outside == [{"reset_val": "0"}]


async def test_a_statement_that_takes_too_long_is_ended(database_dsn: str) -> None:
    options = PoolOptions(statement_timeout=timedelta(milliseconds=50))

    async with connected(database_dsn, options) as database:
        with pytest.raises(DependencyUnavailable, match="57014"):
            await database.transact(lambda connection: connection.execute("select pg_sleep(5)"))


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03", "53300"])
async def test_what_was_undone_is_done_again(state: str, stage: Stage) -> None:
    await stage.execute("create sequence tries")

    async def work(connection: Connection) -> str:
        await connection.execute(RAISE.format(times=2, state=state))
        return "done"

    assert await stage.database.transact(work) == "done"
    assert await stage.value("select last_value from tries") == 3


async def test_tries_are_bounded(database_dsn: str) -> None:
    tries: list[int] = []

    async def work(connection: Connection) -> None:
        tries.append(1)
        await connection.execute(RAISE.format(times=0, state="40001").replace("nextval('tries')", "-1"))

    options = PoolOptions(retries=Retries(attempts=3, base_seconds=0.001))
    async with connected(database_dsn, options) as database:
        with pytest.raises(DependencyUnavailable, match="40001"):
            await database.transact(work)

    assert len(tries) == 3


async def test_a_full_disk_is_not_tried_again_but_may_pass(stage: Stage) -> None:
    await stage.execute("create sequence tries")

    with pytest.raises(DependencyUnavailable, match="53100"):
        await stage.database.transact(lambda connection: connection.execute(RAISE.format(times=9, state="53100")))

    assert await stage.value("select last_value from tries") == 1


async def test_two_that_wait_for_each_other_both_get_through(stage: Stage) -> None:
    await stage.execute("create table rows (id int primary key, n int); insert into rows values (1, 0), (2, 0)")
    both = asyncio.Barrier(2)

    def crossing(first: int, second: int) -> asyncio.Task[str]:
        met = iter([both.wait()])

        async def work(connection: Connection) -> str:
            await connection.execute("update rows set n = n + 1 where id = $1", first)
            [await waiting for waiting in met]
            return str(await connection.execute("update rows set n = n + 1 where id = $1", second))

        return asyncio.create_task(stage.database.transact(work))

    await asyncio.gather(crossing(1, 2), crossing(2, 1))

    assert await stage.rows("select n from rows") == [{"n": 2}, {"n": 2}]


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    async with connected("postgresql://secret-user:secret-word@127.0.0.1:1/x") as database:
        with pytest.raises(DependencyUnavailable, match=r"^postgres: \w+$"):
            await database.transact(lambda connection: connection.execute("select 1"))


async def test_a_database_that_does_not_exist_is_a_matter_of_configuration(database_dsn: str) -> None:
    async with connected(database_dsn.replace("/test_", "/nowhere_")) as database:
        with pytest.raises(ConfigurationError, match="3D000"):
            await database.transact(lambda connection: connection.execute("select 1"))


@pytest.mark.parametrize("dsn", ["postgresql://u:secret-word@host:port/x", "mysql://u:secret-word@host/x"])
async def test_a_dsn_that_cannot_be_read_is_not_repeated(dsn: str) -> None:
    async with connected(dsn) as database:
        with pytest.raises(ConfigurationError, match=r"^postgres: the DSN cannot be read$"):
            await database.transact(lambda connection: connection.execute("select 1"))


async def test_a_bug_of_ours_stays_a_bug(stage: Stage) -> None:
    with pytest.raises(asyncpg.PostgresSyntaxError):
        await stage.execute("selekt")


async def test_a_pool_works_again_after_its_connections_were_ended(stage: Stage) -> None:
    await stage.value("select 1")

    with pytest.raises(DependencyUnavailable):
        await stage.execute("select pg_terminate_backend(pg_backend_pid())")

    assert await stage.value("select 1") == 1
