"""Row-level security is a second lock: a role of ours can write one user's rows, and delete no ledger."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from structlog.testing import capture_logs

from enrichment.adapters.embedded import embedded_blocking
from enrichment.adapters.postgres.migrate import migrate, migrations
from enrichment.adapters.postgres.pool import connected
from tests.adapters.embedded.processes import reachable_folder
from tests.adapters.postgres.examples import USER, Stage
from tests.adapters.postgres.rights_examples import fill_every_table
from tests.postgres_fixtures import in_database

GUARDED = "select name from schema_tables where guard = 'user' and to_regclass(name) is not null"

UPDATE = "update {} set user_id = user_id"
DELETE = "delete from {} where user_id <> 'ada'"


class As:
    """A connection in a role that is no superuser, which row-level security would not stop."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.connection = connection

    async def __call__(self, role: str, statement: str, user_id: str | None = None) -> str:
        """Run one statement in a transaction of that role, bound to that user."""
        async with self.connection.transaction():
            await self.connection.execute(f"set local role {role}")
            await self.connection.execute("select set_config('enrichment.user_id', $1, true)", user_id or "")
            return await self.connection.execute(statement)


@pytest.fixture
async def run_as(database_dsn: str, stage: Stage) -> AsyncIterator[As]:
    await fill_every_table(stage, USER)
    await fill_every_table(stage, "bert")
    connection = await asyncpg.connect(database_dsn)
    yield As(connection)
    await connection.close()


@pytest.fixture
async def server_without_roles() -> AsyncIterator[str]:
    """A database whose owner is nobody special, on a server of its own: roles belong to a whole server."""
    with reachable_folder() as folder, embedded_blocking(folder / "data") as servers:
        connection = await asyncpg.connect(servers.postgres_dsn)
        await connection.execute("create role plain")
        await connection.execute("create database plain owner plain")
        await connection.close()
        yield f"{in_database(servers.postgres_dsn, 'plain')}&role=plain"


async def test_a_worker_can_neither_change_nor_delete_another_users_rows_in_any_table(run_as: As, stage: Stage) -> None:
    tables = [row["name"] for row in await stage.rows(GUARDED)]

    updated = {await run_as("enrichment_worker", UPDATE.format(name), USER) for name in tables}
    deleted = {await run_as("enrichment_worker", DELETE.format(name), USER) for name in tables}

    assert len(tables) > 15
    assert (updated, deleted) == ({"UPDATE 1"}, {"DELETE 0"})


async def test_a_worker_can_write_nothing_into_another_users_memory(run_as: As) -> None:
    steal = "update facts set user_id = 'bert'"
    forge = "insert into forbidden (user_id, words) values ('bert', 'x')"

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await run_as("enrichment_worker", steal, USER)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await run_as("enrichment_worker", forge, USER)


async def test_a_worker_that_is_bound_to_nobody_writes_nothing(run_as: As) -> None:
    assert await run_as("enrichment_worker", "update facts set confidence = 1") == "UPDATE 0"


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("enrichment_worker", "delete from ledger"),
        ("enrichment_worker", "update ledger set outcome = 'completed'"),
        ("enrichment_worker", "insert into tombstones values ('x', now())"),
        ("enrichment_worker", "delete from tombstones"),
        ("enrichment_worker", "select enrichment_erase_user('ada', null)"),
        ("enrichment_worker", "create table mine (x int)"),
        ("enrichment_reader", "select * from facts"),
        ("enrichment_reader", "update runs set result = 'done'"),
        ("enrichment_eraser", "delete from facts"),
    ],
)
async def test_no_role_can_do_more_than_it_needs(run_as: As, role: str, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run_as(role, statement, USER)


async def test_flags_are_written_across_users_and_the_planner_sees_everybody(run_as: As) -> None:
    assert await run_as("enrichment_worker", "update ledger set settled_at = now()") == "UPDATE 2"
    assert await run_as("enrichment_worker", "select * from backlog") == "SELECT 2"


async def test_an_eraser_erases_through_the_function(run_as: As, stage: Stage) -> None:
    await run_as("enrichment_eraser", "select enrichment_erase_user('ada', null)")

    assert await stage.rows("select user_id from ledger") == [{"user_id": "bert"}]


async def test_a_dashboard_reads_what_holds_no_text(run_as: As) -> None:
    assert await run_as("enrichment_reader", "select * from runs") == "SELECT 0"


async def test_what_hosts_read_stays_readable_for_whom_they_let(run_as: As, stage: Stage) -> None:
    await stage.execute("grant select on conversation_summaries to enrichment_reader")

    assert await run_as("enrichment_reader", "select * from conversation_summaries") == "SELECT 2"


async def test_an_owner_that_may_not_make_roles_gets_the_schema_and_is_told(server_without_roles: str) -> None:
    with capture_logs() as logs:
        async with connected(server_without_roles) as database:
            applied = await migrate(database)
            guarded = await Stage(database).value("select relrowsecurity from pg_class where relname = 'facts'")

    assert len(applied) == len(migrations())
    assert guarded is True
    assert [entry["event"] for entry in logs] == ["roles.missing"]
