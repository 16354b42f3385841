"""What the admin page looks for and leaves behind, on a real Postgres."""

import hashlib

import pytest

from enrichment.adapters.postgres.audit import PostgresAudit
from enrichment.adapters.postgres.overseen import recent_calls, search_users
from enrichment.adapters.postgres.pool import Database


@pytest.fixture
async def known(database: Database) -> Database:
    """A database that knows four users."""
    async with database.connection() as connection:
        await connection.execute(
            "insert into users (user_id, served_at) select id, now() - n * interval '1 hour' "
            "from unnest(array['ada', 'ns:4711', '100%', 'under_score']) with ordinality as each(id, n)"
        )
    return database


@pytest.mark.parametrize(
    ("words", "found"),
    [("AD", ["ada"]), ("4711", ["ns:4711"]), ("%", ["100%"]), ("_", ["under_score"]), ("nobody", []), ("\\", [])],
)
async def test_a_user_is_found_by_a_part_of_the_id_as_it_is_written(
    known: Database, words: str, found: list[str]
) -> None:
    assert [row["user_id"] for row in await search_users(known, words, [], 50)] == found


async def test_who_was_served_last_comes_first_and_the_list_has_an_end(known: Database) -> None:
    assert [row["user_id"] for row in await search_users(known, "", [], 3)] == ["ada", "ns:4711", "100%"]


async def test_whose_account_it_is_comes_before_all_others(known: Database) -> None:
    [first, *_] = await search_users(known, "a", ["under_score"], 50)

    assert (first["user_id"], first["by_account"]) == ("under_score", True)


async def test_calls_can_be_asked_for_where_there_are_none(database: Database) -> None:
    assert await recent_calls(database, "ada", 10, 0) == []


async def test_the_trail_knows_a_user_by_a_hash_alone(database: Database) -> None:
    audit = PostgresAudit(database)
    begun = await audit.begin("token 1234", "erase", "user-of-the-trail", None)
    await audit.end(begun, "done", {"rows": 7})

    [row] = await audit.recent("user-of-the-trail", 10, 0)

    assert (row["action"], row["outcome"], row["counts"]) == ("erase", "done", {"rows": 7})
    assert row["user_hash"] == hashlib.sha256(b"user-of-the-trail").digest()
    assert "user-of-the-trail" not in repr(row)
    assert await audit.recent("somebody else", 10, 0) == []


async def test_what_was_begun_and_not_ended_says_so(database: Database) -> None:
    audit = PostgresAudit(database)
    await audit.begin("loopback 1234", "pause", None, None)

    [row] = await audit.recent(None, 10, 0)

    assert (row["outcome"], row["ended_at"]) == (None, None)
