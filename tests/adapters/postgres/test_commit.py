"""A batch is written whole, once, and only by who has the right to."""

import asyncio
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from enrichment.adapters.postgres.pool import connected
from enrichment.domain.changes import Changes, Committed, WithdrawnEvidence
from enrichment.domain.digest import Refusal, Refused
from enrichment.domain.facts import FactState
from enrichment.domain.messages import PointRef
from enrichment.engines.folding import Observed
from enrichment.engines.frame import Pair
from enrichment.errors import ConflictingLedger, LeaseLost, UserErased
from tests.adapters.postgres.examples import (
    BOT,
    SESSION,
    START,
    USER,
    Stage,
    a_fact,
    a_message,
    a_session,
    evidence_for,
    learnt,
)
from tests.adapters.postgres.lossy import Loss, lossy

RUN_OUT = "update users set lease_until = clock_timestamp() - interval '1 second'"
ERASED = "insert into tombstones values (sha256(convert_to($1, 'UTF8')), $2)"
FACTS = "select state, state_reason, evidence_count from facts"
WRITTEN = """
select (select count(*) from ledger) + (select count(*) from facts) + (select count(*) from evidence)
     + (select count(*) from batches) + (select count(*) from sessions)
"""


async def test_everything_that_a_batch_taught_is_written_with_counts(stage: Stage) -> None:
    lease, message = await stage.claim(), a_message("m1", text="I like tea")
    opened = await stage.open(lease, message)
    told = a_session([message], summary="They talked about tea.", title="Tea")
    refused = (Refused(reason=Refusal.NO_QUOTE, item={}),)

    done = await stage.memory.commit(
        opened, replace(learnt(a_fact("likes tea", message), message), sessions=(told,), refused=refused), lease
    )

    assert done == Committed(messages=1, facts_new=1, summaries=1)
    assert await stage.rows("select fact_content, source_collection from user_facts") == [
        {"fact_content": "likes tea", "source_collection": "chat"}
    ]
    assert (await stage.rows("select title, questions, revision, message_count from conversation_summaries")) == [
        {"title": "Tea", "questions": [{"question": "Why?", "answer": None}], "revision": 1, "message_count": 1}
    ]
    assert await stage.value("select refused from batches") == {"no_quote": 1}


async def test_a_commit_closes_the_batch_and_forgets_its_attempts(stage: Stage) -> None:
    lease = await stage.claim()

    await stage.commit(lease, a_message("m1"))

    assert await stage.open_batches.unfinished(lease) is None
    assert await stage.value("select count(*) from attempts") == 0


async def test_each_point_of_a_message_gets_its_own_ledger_row(stage: Stage) -> None:
    points = (PointRef("chat", "m1"), PointRef("chat", "m1b"))

    await stage.commit(await stage.claim(), a_message("m1", points=points, revision="r1"))

    assert await stage.rows("select point_id, outcome, session_id, revision from ledger order by point_id") == [
        {"point_id": ref.point_id, "outcome": "completed", "session_id": SESSION, "revision": "r1"} for ref in points
    ]


async def test_a_fenced_worker_writes_nothing(stage: Stage) -> None:
    lease, message = await stage.claim(), a_message("m1")
    opened = await stage.open(lease, message)
    await stage.execute(RUN_OUT)
    await Stage(stage.database).claim()

    with pytest.raises(LeaseLost):
        await stage.memory.commit(opened, learnt(a_fact("likes tea", message), message), lease)

    assert await stage.value(WRITTEN) == 0


async def test_an_older_lease_of_the_same_worker_is_fenced_too(stage: Stage) -> None:
    lease = await stage.claim()
    opened = await stage.open(lease, a_message("m1"))
    await stage.execute(RUN_OUT)
    await stage.claim()

    with pytest.raises(LeaseLost):
        await stage.memory.commit(opened, Changes(), lease)

    assert await stage.value(WRITTEN) == 0


async def test_a_lease_that_ran_out_commits_nothing_even_if_nobody_took_it(stage: Stage) -> None:
    lease = await stage.claim()
    opened = await stage.open(lease, a_message("m1"))
    await stage.execute(RUN_OUT)

    with pytest.raises(LeaseLost):
        await stage.memory.commit(opened, Changes(), lease)


async def test_messages_not_newer_than_an_erasure_are_not_written(stage: Stage) -> None:
    lease, message = await stage.claim(), a_message("m1")
    opened = await stage.open(lease, message)
    await stage.execute(ERASED, USER, message.said_at)

    with pytest.raises(UserErased):
        await stage.memory.commit(opened, learnt(a_fact("likes tea", message), message), lease)

    assert await stage.value(WRITTEN) == 0


async def test_messages_newer_than_an_erasure_are_written(stage: Stage) -> None:
    await stage.execute(ERASED, USER, START - timedelta(seconds=1))

    await stage.commit(await stage.claim(), a_message("m1"))

    assert await stage.value("select count(*) from ledger") == 1


async def test_a_message_that_was_committed_before_undoes_the_whole_batch(stage: Stage) -> None:
    lease, old, new = await stage.claim(), a_message("m1"), a_message("m2")
    await stage.commit(lease, old)
    opened = await stage.open(lease, new, old)

    with pytest.raises(ConflictingLedger):
        await stage.memory.commit(opened, learnt(a_fact("likes tea", new), new), lease)

    assert await stage.value("select count(*) from ledger") == 1
    assert await stage.rows(FACTS) == []


async def test_committing_a_batch_again_returns_what_it_did(stage: Stage) -> None:
    lease, message = await stage.claim(), a_message("m1")
    opened = await stage.open(lease, message)
    changes = learnt(a_fact("likes tea", message), message)
    first = await stage.memory.commit(opened, changes, lease)
    await stage.execute(RUN_OUT)

    assert await stage.memory.commit(opened, changes, lease) == first
    assert await stage.value("select count(*) from evidence") == 1


@pytest.mark.parametrize("loss", Loss)
async def test_a_commit_that_nobody_saw_end_is_done_once(loss: Loss, stage: Stage, database_dsn: str) -> None:
    lease, message = await stage.claim(), a_message("m1")
    opened = await stage.open(lease, message)

    async with lossy(database_dsn, loss) as dsn, connected(dsn) as broken:
        done = await Stage(broken).memory.commit(opened, learnt(a_fact("likes tea", message), message), lease)

    assert done == Committed(messages=1, facts_new=1)
    assert await stage.value("select count(*) from batches") == 1
    assert await stage.value("select count(*) from evidence") == 1


async def test_of_two_zombies_that_commit_at_once_one_writes(stage: Stage) -> None:
    lease, message = await stage.claim(), a_message("m1")
    opened = await stage.open(lease, message)
    changes = learnt(a_fact("likes tea", message), message)

    done = await asyncio.gather(*(stage.memory.commit(opened, changes, lease) for _ in range(5)))

    assert set(done) == {Committed(messages=1, facts_new=1)}
    assert await stage.value("select count(*) from ledger") == 1


async def test_an_edit_takes_the_place_of_the_older_text(stage: Stage) -> None:
    lease, old = await stage.claim(), a_message("m1", text="I like tea")
    await stage.commit(lease, old, changes=learnt(a_fact("likes tea", old), old))

    await stage.commit(lease, a_message("m1", text="I like rain"))

    assert await stage.rows("select withdrawn_at is null as stands from ledger order by committed_at") == [
        {"stands": False},
        {"stands": True},
    ]
    assert await stage.rows(FACTS) == [{"state": "retracted", "state_reason": "reread", "evidence_count": 0}]


async def test_an_edit_of_a_message_without_an_id_is_recognised_by_its_point(stage: Stage) -> None:
    lease, old = await stage.claim(), a_message("m1", text="I like tea", message_id=None)
    await stage.commit(lease, old, changes=learnt(a_fact("likes tea", old), old))

    await stage.commit(lease, a_message("m1", text="I like rain", message_id=None))

    assert (await stage.rows(FACTS))[0]["state"] == "retracted"


async def test_a_fact_that_other_messages_support_survives_an_edit(stage: Stage) -> None:
    lease, old, other = (
        await stage.claim(),
        a_message("m1", text="I like tea"),
        a_message("m2", text="Tea is what I like"),
    )
    fact = a_fact("likes tea", old, evidence_count=2)
    both = Changes(new_facts=(fact,), evidence=(evidence_for(fact, old), evidence_for(fact, other)))
    await stage.commit(lease, old, other, changes=both)

    await stage.commit(lease, a_message("m1", text="I like rain"))

    assert await stage.rows(FACTS) == [{"state": "active", "state_reason": None, "evidence_count": 1}]


async def test_a_text_that_comes_back_is_read_again_and_its_evidence_counts_again(stage: Stage) -> None:
    lease, a, b = await stage.claim(), a_message("m1", text="I like tea"), a_message("m1", text="I like rain")
    fact = a_fact("likes tea", a)
    await stage.commit(lease, a, changes=learnt(fact, a))
    await stage.commit(lease, b)

    await stage.commit(lease, a, changes=Changes(revised_facts=(fact,), evidence=(evidence_for(fact, a),)))

    reads = await stage.rows("select read_number from ledger where content_hash = $1 order by 1", a.content_hash)
    assert [row["read_number"] for row in reads] == [1, 2]
    assert await stage.rows(FACTS) == [{"state": "active", "state_reason": None, "evidence_count": 1}]
    assert await stage.value("select count(*) from evidence where withdrawn_at is null") == 1


async def test_a_copy_that_still_holds_the_text_keeps_its_evidence(stage: Stage) -> None:
    lease, old = await stage.claim(), a_message("m1", text="I like tea", message_id=None)
    await stage.commit(lease, old, changes=learnt(a_fact("likes tea", old), old))
    copy = replace(old, points=(PointRef("chat", "copy"),))
    await stage.history.skip(USER, [(copy, "duplicate")], lease)

    await stage.commit(lease, a_message("m1", text="I like rain", message_id=None))

    assert (await stage.rows(FACTS))[0]["state"] == "active"


async def test_evidence_that_moves_is_withdrawn_with_its_reason(stage: Stage) -> None:
    lease, old, new = await stage.claim(), a_message("m1"), a_message("m2")
    first, second = a_fact("likes tea", old), a_fact("liked tea", old)
    await stage.commit(lease, old, changes=learnt(first, old))
    merged = replace(first, state=FactState.SUPERSEDED, superseded_by=second.fact_id, evidence_count=0)
    gone = WithdrawnEvidence(fact_id=first.fact_id, identity=old.identity, reason="moved")
    moved = replace(learnt(second, old), revised_facts=(merged,), withdrawn=(gone,))

    await stage.commit(lease, new, changes=moved)

    assert await stage.value("select withdrawn_reason from evidence where fact_id = $1", first.fact_id) == "moved"
    assert await stage.value("select superseded_by from facts where fact_id = $1", first.fact_id) == second.fact_id


async def test_what_feedback_retracted_stays_retracted(stage: Stage) -> None:
    lease, old, new = await stage.claim(), a_message("m1"), a_message("m2")
    fact = a_fact("likes tea", old)
    await stage.commit(lease, old, changes=learnt(fact, old))
    await stage.execute("update facts set state = 'retracted', state_reason = 'feedback'")

    await stage.commit(lease, new, changes=Changes(revised_facts=(fact,), evidence=(evidence_for(fact, new),)))

    assert (await stage.rows(FACTS))[0]["state"] == "retracted"


async def test_a_session_that_goes_on_has_its_summary_revised(stage: Stage) -> None:
    lease, first, later = await stage.claim(), a_message("m1"), a_message("m2", 10)
    await stage.commit(lease, first, changes=Changes(sessions=(a_session([first], summary="one", title="1"),)))
    await stage.commit(lease, later, changes=Changes(sessions=(a_session([first, later], summary="two"),)))

    found = await stage.rows(
        "select summary_text, revision, message_count, start_timestamp, end_timestamp from conversation_summaries"
    )
    assert found == [
        {
            "summary_text": "two",
            "revision": 2,
            "message_count": 2,
            "start_timestamp": first.said_at,
            "end_timestamp": later.said_at,
        }
    ]


async def test_a_session_without_a_new_summary_keeps_its_last(stage: Stage) -> None:
    lease, first, later = await stage.claim(), a_message("m1"), a_message("m2", 10)
    await stage.commit(lease, first, changes=Changes(sessions=(a_session([first], summary="one"),)))

    await stage.commit(lease, later, changes=Changes(sessions=(a_session([first, later]),)))

    assert await stage.rows("select summary_text, revision from conversation_summaries") == [
        {"summary_text": "one", "revision": 1}
    ]
    assert await stage.value("select ended_at from sessions") == later.said_at


async def test_engine_states_are_part_of_the_commit(stage: Stage) -> None:
    lease = await stage.claim()
    for version, state in enumerate((b"one", b"two")):
        opened = await stage.open(lease, a_message(f"m{version}"))
        observed = Observed(pair=Pair(USER, BOT), seen_at=START, states=(("pulse", version, state),))
        await stage.memory.commit(opened, Changes(), lease, observed)

    assert await stage.rows("select bot_name, engine, version, state from engine_states") == [
        {"bot_name": BOT, "engine": "pulse", "version": 1, "state": b"two"}
    ]


async def test_a_confirmed_and_a_superseded_fact_are_counted_as_such(stage: Stage) -> None:
    lease, old, new = await stage.claim(), a_message("m1"), a_message("m2")
    kept, ended = a_fact("likes tea", old), a_fact("likes rain", old)
    both = Changes(new_facts=(kept, ended), evidence=(evidence_for(kept, old), evidence_for(ended, old)))
    await stage.commit(lease, old, changes=both)
    past = replace(ended, state=FactState.SUPERSEDED, superseded_by=uuid.uuid4())
    opened = await stage.open(lease, new)

    done = await stage.memory.commit(
        opened, Changes(revised_facts=(kept, past), evidence=(evidence_for(kept, new),), superseded=1), lease
    )

    assert (done.facts_new, done.facts_confirmed, done.facts_superseded) == (0, 1, 1)
