"""What is committed is settled in the end, and what was lost on the way takes its evidence along."""

from dataclasses import replace

from enrichment.adapters.postgres.inventory import PostgresInventory
from enrichment.domain.changes import Changes
from enrichment.domain.messages import PointRef
from enrichment.domain.outcomes import Outcome, Settled, Settlement
from enrichment.domain.upkeep import LedgerPoint
from tests.adapters.postgres.examples import USER, Stage, a_fact, a_message, a_session, evidence_for, learnt

FACT = "select state, state_reason from facts"
SUMMARIES = "select summary_text from conversation_summaries"


async def test_a_committed_message_waits_to_be_settled(stage: Stage) -> None:
    message = a_message("m1", revision="r1")
    await stage.commit(await stage.claim(), message)

    expected = Settlement(
        ref=message.ref, outcome=Outcome.COMPLETED, reason=None, content_hash=message.content_hash, revision="r1"
    )
    assert await stage.ledger.unsettled(USER, 10) == [expected]
    assert await stage.ledger.unsettled(None, 10) == [expected]


async def test_the_oldest_come_first_of_one_user_or_of_all(stage: Stage) -> None:
    await stage.commit(await stage.claim(), a_message("m1"))
    await stage.commit(await stage.claim("bo"), a_message("m2", user_id="bo"))
    await stage.commit(await stage.claim("cy"), a_message("m3", user_id="cy"))

    assert [one.ref.point_id for one in await stage.ledger.unsettled(None, 2)] == ["m1", "m2"]
    assert [one.ref.point_id for one in await stage.ledger.unsettled("bo", 9)] == ["m2"]


async def test_what_is_verified_does_not_wait_any_more(stage: Stage) -> None:
    message = a_message("m1")
    await stage.commit(await stage.claim(), message, a_message("m2"))
    settlements = await stage.ledger.unsettled(USER, 10)

    await stage.ledger.settled(settlements, Settled(verified=(message.ref,)))
    await stage.ledger.settled(settlements, Settled(verified=(message.ref,)))

    assert [one.ref.point_id for one in await stage.ledger.unsettled(USER, 10)] == ["m2"]


async def test_a_point_that_changed_before_it_was_settled_loses_its_evidence(stage: Stage) -> None:
    message = a_message("m1")
    await stage.commit(await stage.claim(), message, changes=learnt(a_fact("likes tea", message), message))

    await stage.ledger.settled(await stage.ledger.unsettled(USER, 10), Settled(changed=(message.ref,)))

    assert await stage.rows(FACT) == [{"state": "retracted", "state_reason": "changed"}]
    assert await stage.ledger.unsettled(USER, 10) == []
    assert (await stage.history.history(USER, [message], [])).entries == ()


async def test_a_point_that_went_before_it_was_settled_loses_its_evidence(stage: Stage) -> None:
    lease, message, other = await stage.claim(), a_message("m1"), a_message("m2")
    fact = a_fact("likes tea", message, evidence_count=2)
    both = Changes(new_facts=(fact,), evidence=(evidence_for(fact, message), evidence_for(fact, other)))
    await stage.commit(lease, message, other, changes=both)

    await stage.ledger.settled(await stage.ledger.unsettled(USER, 10), Settled(gone=(message.ref,)))

    assert await stage.rows("select state, evidence_count from facts") == [{"state": "active", "evidence_count": 1}]
    assert await stage.value("select withdrawn_reason from evidence where point_id = 'm1'") == "gone"


async def test_a_point_that_goes_after_it_was_settled_leaves_its_facts(stage: Stage) -> None:
    message = a_message("m1")
    await stage.commit(await stage.claim(), message, changes=learnt(a_fact("likes tea", message), message))
    settlements = await stage.ledger.unsettled(USER, 10)
    await stage.ledger.settled(settlements, Settled(verified=(message.ref,)))

    await stage.ledger.settled(settlements, Settled(gone=(message.ref,)))

    assert await stage.value("select state from facts") == "active"


async def test_a_copy_that_goes_does_not_take_the_evidence_of_the_first(stage: Stage) -> None:
    lease, message = await stage.claim(), a_message("m1")
    await stage.commit(lease, message, changes=learnt(a_fact("likes tea", message), message))
    copy = replace(message, points=(PointRef("chat", "copy"),))
    await stage.history.skip(USER, [(copy, "duplicate")], lease)

    await stage.ledger.settled(await stage.ledger.unsettled(USER, 10), Settled(gone=(copy.ref,)))

    assert await stage.value("select state from facts") == "active"
    assert [one.ref for one in await stage.ledger.unsettled(USER, 10)] == [message.ref]


async def test_a_late_answer_about_an_older_text_leaves_the_newer_one_alone(stage: Stage) -> None:
    lease, old = await stage.claim(), a_message("m1", text="I like tea")
    await stage.commit(lease, old)
    late = await stage.ledger.unsettled(USER, 10)
    new = a_message("m1", text="I like rain")
    await stage.commit(lease, new, changes=learnt(a_fact("likes rain", new), new))

    await stage.ledger.settled(late, Settled(changed=(old.ref,)))
    await stage.ledger.settled(late, Settled(verified=(old.ref,)))

    assert [one.content_hash for one in await stage.ledger.unsettled(USER, 10)] == [new.content_hash]
    assert await stage.value("select state from facts") == "active"


async def test_evidence_that_is_lost_while_a_batch_is_being_read_is_not_counted_by_it(stage: Stage) -> None:
    lease, old, new = await stage.claim(), a_message("m1"), a_message("m2")
    fact = a_fact("likes tea", old)
    await stage.commit(lease, old, changes=learnt(fact, old))
    opened = await stage.open(lease, new)
    await stage.ledger.settled(await stage.ledger.unsettled(USER, 10), Settled(gone=(old.ref,)))

    decided = replace(fact, evidence_count=2)
    changes = Changes(revised_facts=(decided,), evidence=(evidence_for(fact, new),))
    await stage.memory.commit(opened, changes, lease)

    assert await stage.value("select evidence_count from facts") == 1


async def test_a_revised_fact_whose_evidence_is_lost_meanwhile_is_retracted(stage: Stage) -> None:
    lease, old, new = await stage.claim(), a_message("m1"), a_message("m2")
    fact = a_fact("likes tea", old)
    await stage.commit(lease, old, changes=learnt(fact, old))
    opened = await stage.open(lease, new)
    await stage.ledger.settled(await stage.ledger.unsettled(USER, 10), Settled(gone=(old.ref,)))

    await stage.memory.commit(opened, Changes(revised_facts=(fact,)), lease)

    assert await stage.value("select state from facts") == "retracted"


async def test_a_summary_goes_with_a_message_that_changed_before_it_was_settled(stage: Stage) -> None:
    message = a_message("m1")
    await stage.commit(await stage.claim(), message, changes=Changes(sessions=(a_session([message], summary="tea"),)))

    await stage.ledger.settled(await stage.ledger.unsettled(USER, 10), Settled(changed=(message.ref,)))

    assert await stage.rows(SUMMARIES) == []


async def test_a_summary_goes_with_a_message_that_was_deleted(stage: Stage) -> None:
    message = a_message("m1")
    await stage.commit(await stage.claim(), message, changes=Changes(sessions=(a_session([message], summary="tea"),)))
    deleted = LedgerPoint(ref=message.ref, user_id=USER, content_hash=message.content_hash, settled=True)

    await PostgresInventory(stage.database).retract([deleted])

    assert await stage.rows(SUMMARIES) == []


async def test_a_summary_stays_where_a_copy_holds_the_message(stage: Stage) -> None:
    lease, message = await stage.claim(), a_message("m1")
    await stage.commit(lease, message, changes=Changes(sessions=(a_session([message], summary="tea"),)))
    copy = replace(message, points=(PointRef("chat", "copy"),))
    await stage.history.skip(USER, [(copy, "duplicate")], lease)

    await stage.ledger.settled(await stage.ledger.unsettled(USER, 10), Settled(gone=(message.ref,)))

    assert await stage.rows(SUMMARIES) == [{"summary_text": "tea"}]
