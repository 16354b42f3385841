"""The background pass builds digests, folds old summaries, composes what is due or stale, and prunes; bounded, once."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from enrichment.adapters.postgres.erasure import erase, holdings
from enrichment.adapters.postgres.maintenance import PostgresMaintenance, Retention
from enrichment.adapters.postgres.pool import connected
from enrichment.domain.batches import Known
from enrichment.domain.changes import Changes, SessionRevision
from enrichment.domain.facts import Fact
from enrichment.domain.messages import Message
from tests.adapters.postgres.examples import KEY, START, USER, Stage, a_batch, a_fact, a_message, a_prompt, evidence_for

AT_ONCE = timedelta(0)
SOON = START + timedelta(days=1)
DIGESTS = "select period, starts_on, summary_text, fact_ids, session_ids, revision from period_digests order by 1, 2"
STALE = "select count(*) from period_digests where stale_since is not null"


def keeper(stage: Stage, users: int = 100, **kept: Any) -> PostgresMaintenance:  # noqa: ANN401 - a retention's fields
    return PostgresMaintenance(stage.database, Retention(**kept), owner=stage.owner, users=users)


async def tell(stage: Stage, number: int, days: float = 0, user: str = USER, fact: str | None = None) -> Fact | None:
    """Read one message of a session of its own, with a summary and perhaps a fact."""
    message = a_message(f"{user} {number} {days}", days * 1440, user_id=user)
    session = SessionRevision(
        session_id=uuid.UUID(int=number),
        key=KEY,
        started_at=message.said_at,
        ended_at=message.said_at,
        new_messages=1,
        summary=f"They spoke of {number}.",
        title=f"Talk {number}",
    )
    learnt = a_fact(fact, message) if fact else None
    await commit(stage, message, session, [learnt] if learnt else [])
    return learnt


async def commit(stage: Stage, message: Message, session: SessionRevision, facts: Sequence[Fact]) -> None:
    batch = a_batch(message, session_id=session.session_id)
    lease = await stage.claim(message.user_id)
    opened = await stage.open_batches.open(batch, Known(), a_prompt(batch), lease)
    changes = Changes(
        new_facts=tuple(facts), evidence=tuple(evidence_for(fact, message) for fact in facts), sessions=(session,)
    )
    await stage.memory.commit(opened, changes, lease)
    await stage.leases.release(lease, served=True)


async def slices(stage: Stage, now: datetime = SOON, users: int = 100, **kept: Any) -> list[Counter[str]]:  # noqa: ANN401
    """Do a whole pass."""
    done = []
    keep = keeper(stage, users, **kept)
    while (one := await keep.next_slice(now, timedelta(hours=1))) is not None:
        done.append(one)
    await stage.execute("update maintenance set next_at = now()")
    return done


async def test_sessions_are_told_in_the_digests_of_their_day_week_and_month(stage: Stage) -> None:
    fact = await tell(stage, 1, fact="Ada keeps bees")
    await tell(stage, 2, days=0.1)
    await tell(stage, 3, days=2)
    assert fact is not None

    [done] = await slices(stage)

    rows = await stage.rows(DIGESTS)
    told = [(row["period"], len(row["session_ids"])) for row in rows]
    assert told == [("day", 2), ("day", 1), ("month", 3), ("week", 3)]
    assert rows[0]["summary_text"] == "Talk 1: They spoke of 1.\nTalk 2: They spoke of 2.\nLearnt: Ada keeps bees"
    assert rows[2]["fact_ids"] == [fact.fact_id]
    assert done["digested_sessions"] == 3


async def test_a_second_pass_finds_nothing_to_do(stage: Stage) -> None:
    await tell(stage, 1, fact="Ada keeps bees")
    await slices(stage)
    before = await stage.rows(DIGESTS)

    again = await slices(stage)

    assert again == [Counter(users=0)]
    assert await stage.rows(DIGESTS) == before


@pytest.mark.parametrize("change", ["delete from facts", "update facts set state = 'superseded'"])
async def test_a_digest_of_an_ended_fact_is_stale_and_is_rebuilt_without_it(stage: Stage, change: str) -> None:
    await tell(stage, 1, fact="Ada keeps bees")
    await slices(stage)
    await stage.execute(change)
    stale = await stage.value(STALE)

    await slices(stage)

    assert (stale, await stage.value(STALE)) == (3, 0)
    assert {row["summary_text"].partition("Talk")[2] for row in await stage.rows(DIGESTS)} == {" 1: They spoke of 1."}
    assert [row["fact_ids"] for row in await stage.rows(DIGESTS)] == [[], [], []]


async def test_a_digest_loses_a_session_whose_summary_has_gone(stage: Stage) -> None:
    await tell(stage, 1)
    await tell(stage, 2)
    await slices(stage)
    await stage.execute("delete from conversation_summaries where session_id = $1", uuid.UUID(int=1))

    await slices(stage)

    assert {tuple(row["session_ids"]) for row in await stage.rows(DIGESTS)} == {(uuid.UUID(int=2),)}


async def test_a_session_that_begins_earlier_after_all_moves(stage: Stage) -> None:
    await tell(stage, 1, days=1)
    await slices(stage)
    await tell(stage, 1, days=0)

    await slices(stage)

    days = [row["starts_on"] for row in await stage.rows(DIGESTS) if row["period"] == "day"]
    assert days == [START.date()]


async def test_old_summaries_are_folded_into_their_month_and_facts_stay(stage: Stage) -> None:
    await tell(stage, 1, fact="Ada keeps bees")
    await tell(stage, 2, days=89)
    before = [row["summary_text"] for row in await stage.rows(DIGESTS)]

    [done] = await slices(stage, START + timedelta(days=91))
    await slices(stage, START + timedelta(days=91))

    rows = await stage.rows(DIGESTS)
    assert before == []
    assert [row["session_id"].int for row in await stage.rows("select session_id from conversation_summaries")] == [2]
    assert [(row["period"], row["starts_on"].month) for row in rows] == [
        ("day", 4),
        ("month", 1),
        ("month", 4),
        ("week", 3),
    ]
    assert "They spoke of 1." in rows[1]["summary_text"]
    assert (done["folded_summaries"], await stage.value("select count(*) from facts")) == (1, 1)


async def test_a_folded_month_still_loses_a_fact_that_ended(stage: Stage) -> None:
    await tell(stage, 1, fact="Ada keeps bees")
    await slices(stage, START + timedelta(days=100))
    await stage.execute("update facts set state = 'retracted'")

    await slices(stage, START + timedelta(days=100))

    assert [row["summary_text"] for row in await stage.rows(DIGESTS)] == ["2026-01-05 Talk 1: They spoke of 1."]


async def test_a_pass_goes_on_where_the_last_slice_ended(stage: Stage) -> None:
    for number in range(5):
        await tell(stage, number, user=f"user {number}")

    done = await slices(stage, users=2)

    assert [one["users"] for one in done] == [2, 2, 1]
    assert await stage.value("select count(*) from period_digests") == 15
    assert (await stage.value("select last_counts ->> 'users' from maintenance")) == "5"


async def test_a_slice_is_nobody_elses_while_its_lease_lasts(stage: Stage) -> None:
    await stage.execute(
        "insert into maintenance (job, owner, lease_until) values ('memory', $1, now() + interval '1 minute')",
        uuid.uuid4(),
    )
    held = await keeper(stage).next_slice(SOON, AT_ONCE)
    await stage.execute("update maintenance set lease_until = now() - interval '1 second'")

    assert held is None
    assert await keeper(stage).next_slice(SOON, AT_ONCE) == Counter(users=0)


async def test_a_profile_that_few_messages_waited_for_is_composed_by_the_pass(stage: Stage) -> None:
    for number in range(5):
        await tell(stage, number)
    await stage.execute("update user_profiles set version = 0, composed_at = null, new_messages = 5")

    [done] = await slices(stage)

    assert done["profiles"] == 1
    assert await stage.value("select version from user_profiles") == 1


@pytest.mark.parametrize(
    ("new", "age", "found"), [(9, "2 hours", 0), (10, "2 hours", 1), (5, "25 hours", 1), (10, "0", 0)]
)
async def test_only_profiles_that_are_due_are_looked_at(stage: Stage, new: int, age: str, found: int) -> None:
    await tell(stage, 1)
    await slices(stage)
    await stage.execute(
        "update user_profiles set new_messages = $1, composed_at = now() - $2::text::interval", new, age
    )

    [done] = await slices(stage)

    assert (done["users"], done["profiles"]) == (found, found)


async def test_what_has_faded_is_told_no_more(stage: Stage) -> None:
    await tell(stage, 1, fact="Ada is sad")
    await slices(stage)
    await stage.execute("update facts set expires_at = now() - interval '1 second'")

    await slices(stage)

    assert await stage.value("select state from facts") == "expired"
    assert [row["fact_ids"] for row in await stage.rows(DIGESTS)] == [[], [], []]


async def test_old_calls_go_and_the_batches_that_nothing_rests_on(stage: Stage) -> None:
    await tell(stage, 1, fact="Ada keeps bees")
    await tell(stage, 2)
    await stage.execute("update batches set committed_at = now() - interval '400 days'")

    await stage.execute(
        "insert into model_calls (user_id, call_id, batch_id, model, budget_keys, reserved_usd, asked_at, ended_at) "
        "values ($1, gen_random_uuid(), gen_random_uuid(), 'm', '{}', 0, now() - interval '400 days', now())",
        USER,
    )
    [done] = await slices(stage, datetime.now(UTC), summaries=None)

    assert (done["calls"], done["batches"], await stage.value("select count(*) from batches")) == (1, 1, 1)


async def test_a_user_who_was_erased_meanwhile_gets_no_rows(stage: Stage) -> None:
    await tell(stage, 1, fact="Ada keeps bees")
    await erase(stage.database, USER)

    await stage.database.transact(lambda connection: keeper(stage)._page(connection, USER, SOON))  # noqa: SLF001 - the race

    assert set((await holdings(stage.database, USER)).values()) == {0}


async def test_the_workers_role_is_enough_for_all_of_it(stage: Stage, database_dsn: str) -> None:
    await tell(stage, 1, fact="Ada keeps bees")
    await tell(stage, 2, days=80, fact="Ada likes tea")
    await stage.execute("update user_profiles set stale_since = now()")

    async with connected(f"{database_dsn}&role=enrichment_worker") as database:
        worker = Stage(database)
        assert await worker.value("select current_user") == "enrichment_worker"
        [done] = await slices(worker, START + timedelta(days=100))
        await tell(worker, 3, days=81, fact="Ada likes milk")

    assert (done["profiles"], done["digested_sessions"], done["folded_summaries"]) == (1, 2, 1)


async def test_bots_share_if_the_settings_say_so(stage: Stage) -> None:
    await keeper(stage, bots_share=True).next_slice(SOON, AT_ONCE)

    assert await stage.value("select bots_share from memory_rules")
