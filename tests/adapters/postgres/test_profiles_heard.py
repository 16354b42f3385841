"""What agents may read of profiles, insights and digests: what may be heard where they ask, through functions alone."""

from datetime import date
from typing import Any

import asyncpg
import pytest

from tests.adapters.postgres.examples import BOT, USER, Stage

FILL = """
insert into user_profiles (user_id, bot_name, scope, summary, version, first_seen, last_active)
select 'ada', bot, scope, bot || ' ' || scope, 1, now(), now()
  from unnest(array['ava', 'bob']) bot, unnest(array['', 'team', 'dm']) scope;
insert into insights (user_id, insight_id, bot_name, scope, about, category, subcategory, name, value, confidence,
                      sample_size, state, supporting_text, fact_ids, signal_ids, last_at, stale_since)
select 'ada', gen_random_uuid(), 'ava', '', '', 'interest', 's', name, '', 0.7, 1, state, 'q', '{}', '{}', now(), stale
  from (values ('tea', 'confirmed', null), ('eels', 'candidate', null), ('wasps', 'confirmed', now())) as
       one(name, state, stale);
insert into period_digests (user_id, bot_name, scope, period, starts_on, title, summary_text, topics, decisions,
                            questions, message_count, parts, session_ids, fact_ids)
select 'ada', 'ava', scope, 'day', '2026-03-01', 'in ' || scope, '', '[]', '[]', '[]', 1, '[]', '{}', '{}'
  from unnest(array['', 'team', 'dm']) scope;
insert into signals (user_id, signal_id, bot_name, scope, kind, about, name, name_key, value, confidence, sample_size,
                     strength, quote, first_at, last_at)
values ('ada', gen_random_uuid(), 'ava', '', 'identity', '', 't', 'telegram:ada_l', 'ada_l', 0.5, 1, 1, '', now(),
        now());
"""
DIGESTS = "select title from enrichment_api.digests($1, $2, $3, 'day', $4, $4) order by 1"


@pytest.fixture
async def heard(stage: Stage) -> Stage:
    await stage.execute(FILL)
    return stage


async def names(stage: Stage, statement: str, *arguments: Any) -> list[str]:  # noqa: ANN401 - a statement's arguments
    return [next(iter(row.values())) for row in await stage.rows(statement, *arguments)]


@pytest.mark.parametrize(
    ("place", "profile"), [("", "ava "), ("team", "ava team"), ("other", "ava "), ("dm", "ava dm")]
)
async def test_a_channel_hears_the_profile_of_its_scope_or_the_public_one(
    heard: Stage, place: str, profile: str
) -> None:
    assert await names(heard, "select summary from enrichment_api.profile($1, $2, $3)", USER, BOT, place) == [profile]


@pytest.mark.parametrize(("place", "titles"), [("", ["in "]), ("team", ["in ", "in team"]), ("dm", ["in ", "in dm"])])
async def test_digests_are_heard_where_facts_are(heard: Stage, place: str, titles: list[str]) -> None:
    assert await names(heard, DIGESTS, USER, BOT, place, date(2026, 3, 1)) == titles


async def test_only_confirmed_insights_that_still_hold_are_shown(heard: Stage) -> None:
    assert await names(heard, "select name from enrichment_api.insights($1, $2, '', 10)", USER, BOT) == ["tea"]


async def test_a_bot_without_a_profile_gets_one_only_where_bots_share(heard: Stage) -> None:
    statement = "select summary from enrichment_api.profile($1, 'new', '')"
    alone = await names(heard, statement, USER)
    await heard.execute("insert into memory_rules (bots_share) values (true)")

    assert (alone, len(await names(heard, statement, USER))) == ([], 1)


async def test_somebody_is_found_by_an_account(heard: Stage) -> None:
    assert await names(heard, "select user_id from enrichment_users_of_account('telegram:ada_l')") == [USER]
    assert await names(heard, "select user_id from enrichment_users_of_account('telegram:ada')") == []


async def test_an_agents_role_calls_the_functions_and_reads_no_table(heard: Stage, database_dsn: str) -> None:
    connection = await asyncpg.connect(database_dsn)
    async with connection.transaction():
        await connection.execute("set local role enrichment_reader")
        shown = await connection.fetchval("select summary from enrichment_api.profile('ada', 'ava', '')")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("select * from user_profiles")
    await connection.close()

    assert shown == "ava "
