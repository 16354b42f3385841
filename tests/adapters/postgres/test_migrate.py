"""The schema only moves forward, once, whoever asks."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from enrichment.adapters.postgres.migrate import check_schema, current_version, migrate, pending, required_version
from enrichment.adapters.postgres.pool import Database, connected
from enrichment.errors import ConfigurationError
from tests.adapters.postgres.examples import Stage
from tests.postgres_fixtures import scratch_database


@pytest.fixture
async def bare(postgres_server: str) -> AsyncIterator[Stage]:
    """A stage without a schema."""
    async with scratch_database(postgres_server) as dsn, connected(dsn) as database:
        yield Stage(database)


async def test_an_empty_database_is_brought_to_the_required_version(bare: Stage) -> None:
    assert await current_version(bare.database) == 0
    names = await pending(bare.database)

    assert await migrate(bare.database) == names
    assert await current_version(bare.database) == required_version()


async def test_a_second_time_does_nothing(database: Database) -> None:
    assert await migrate(database) == []
    await check_schema(database)


async def test_two_that_migrate_at_once_apply_each_migration_once(bare: Stage) -> None:
    names = await pending(bare.database)

    done = await asyncio.gather(migrate(bare.database), migrate(bare.database))

    assert sorted([*done[0], *done[1]]) == sorted(names)


async def test_a_missing_migration_is_named_before_anything_runs(bare: Stage) -> None:
    with pytest.raises(ConfigurationError, match=r"0001_memory.*enrichment migrate"):
        await check_schema(bare.database)


async def test_an_older_program_refuses_a_newer_schema(stage: Stage) -> None:
    await stage.execute("insert into schema_migrations (version, name, checksum) values (9999, 'later', '')")

    with pytest.raises(ConfigurationError, match="use a newer release"):
        await migrate(stage.database)


async def test_a_migration_that_was_changed_after_it_ran_is_refused(stage: Stage) -> None:
    await stage.execute("update schema_migrations set checksum = 'x'")

    with pytest.raises(ConfigurationError, match="another text"):
        await check_schema(stage.database)


async def test_a_host_keeps_its_own_table_of_the_same_name(bare: Stage) -> None:
    await bare.execute("create table user_facts (mine text)")
    await bare.execute("insert into user_facts values ('kept')")

    await migrate(bare.database)

    assert await bare.value("select mine from user_facts_legacy") == "kept"
    assert await bare.rows("select fact_content from user_facts") == []
