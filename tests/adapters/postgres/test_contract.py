"""What the simulation takes for granted holds for its fakes and for Postgres alike."""

from dataclasses import replace

import pytest

from enrichment.domain.batches import Known
from enrichment.domain.changes import Changes
from enrichment.domain.facts import FactState
from enrichment.domain.messages import Message, PointRef
from enrichment.domain.outcomes import Settled
from enrichment.domain.upkeep import Reopened
from enrichment.errors import ModelFailure
from tests.adapters.postgres.examples import USER, a_batch, a_fact, a_message, a_session, learnt
from tests.adapters.postgres.keepers import Keeper, fake, real

TEA = a_message("m1", text="I like tea", message_id=None)
COPY = replace(TEA, points=(PointRef("chat", "copy"),))
RAIN = a_message("m1", text="I like rain", message_id=None)
FACT = a_fact("likes tea", TEA)


@pytest.fixture(params=["fake", "real"])
def keeper(request: pytest.FixtureRequest) -> Keeper:
    return fake() if request.param == "fake" else real(request.getfixturevalue("database"))


async def two_copies(keeper: Keeper) -> None:
    lease = await keeper.claim()
    await keeper.commit(lease, a_batch(TEA), learnt(FACT, TEA))
    await keeper.history.skip(USER, [(COPY, "duplicate")], lease)
    await keeper.leases.release(lease, served=True)


async def sessions_summaries(keeper: Keeper, message: Message) -> list[str | None]:
    return [session.summary for session in (await keeper.history.history(USER, [message], ())).sessions]


async def test_a_text_that_is_edited_is_cited_at_a_copy_that_still_holds_it(keeper: Keeper) -> None:
    await two_copies(keeper)

    [found] = await keeper.memory.related(a_batch(RAIN), [], Known())

    assert [one.ref for one in found.evidence] == list(COPY.points)


async def test_a_text_of_which_there_is_no_copy_is_cited_where_it_was(keeper: Keeper) -> None:
    await keeper.commit(await keeper.claim(), a_batch(TEA), learnt(FACT, TEA))

    [found] = await keeper.memory.related(a_batch(RAIN), [], Known())

    assert [one.ref for one in found.evidence] == list(TEA.points)


async def test_a_fact_goes_with_the_last_copy_of_its_message(keeper: Keeper) -> None:
    await two_copies(keeper)
    lease, last = await keeper.claim(), replace(RAIN, points=COPY.points)

    await keeper.commit(lease, a_batch(RAIN))
    one_left = await keeper.fact(FACT, TEA)
    await keeper.history.skip(USER, [(last, "duplicate")], lease)

    assert (one_left.state, one_left.evidence_count) == (FactState.ACTIVE, 1)
    assert (await keeper.fact(FACT, TEA)).state is FactState.RETRACTED


async def test_a_copy_that_ends_again_leaves_the_decision_to_who_reads_the_text(keeper: Keeper) -> None:
    await two_copies(keeper)
    await keeper.again(TEA)

    await keeper.history.skip(USER, [(COPY, "duplicate")], await keeper.claim())

    assert (await keeper.fact(FACT, TEA)).state is FactState.ACTIVE


async def test_what_was_to_be_read_again_and_is_a_copy_of_something_else_teaches_nothing(keeper: Keeper) -> None:
    lease = await keeper.claim()
    await keeper.commit(lease, a_batch(TEA), learnt(FACT, TEA))
    await keeper.again(TEA)

    await keeper.history.skip(USER, [(RAIN, "duplicate")], lease)

    assert (await keeper.fact(FACT, TEA)).state is FactState.RETRACTED


async def test_what_was_reopened_waits_until_a_look_misses_it(keeper: Keeper) -> None:
    await keeper.commit(await keeper.claim(), a_batch(TEA), learnt(FACT, TEA))
    await keeper.again(TEA)
    before = await keeper.requeued.waiting(10)
    await keeper.requeued.reopened(Reopened(verified=TEA.points, gone=()))

    await keeper.look(TEA)
    seen = await keeper.requeued.waiting(10)
    await keeper.look()

    assert (list(before), list(seen), list(await keeper.requeued.waiting(10))) == ([TEA.ref], [], [TEA.ref])


async def test_what_has_gone_has_its_last_end_again(keeper: Keeper) -> None:
    await keeper.commit(await keeper.claim(), a_batch(TEA), learnt(FACT, TEA))
    await keeper.again(TEA)

    await keeper.requeued.reopened(Reopened(verified=(), gone=TEA.points))

    history = await keeper.history.history(USER, [TEA], ())
    assert [(entry.ref, entry.outcome) for entry in history.entries] == [(TEA.ref, "completed")]
    assert list(await keeper.requeued.waiting(10)) == []


@pytest.mark.parametrize(("lost", "summaries"), [("changed", [None]), ("gone", [None]), ("verified", ["Tea."])])
async def test_a_summary_goes_with_a_message_that_was_lost_before_it_was_settled(
    keeper: Keeper, lost: str, summaries: list[str | None]
) -> None:
    changes = replace(learnt(FACT, TEA), sessions=(a_session([TEA], "Tea."),))
    await keeper.commit(await keeper.claim(), a_batch(TEA), changes)

    await keeper.settle(replace(Settled(), **{lost: TEA.points}))

    assert await sessions_summaries(keeper, TEA) == summaries


async def test_a_session_counts_a_message_once(keeper: Keeper) -> None:
    lease, changes = await keeper.claim(), Changes(sessions=(a_session([TEA], "Tea."),))
    await keeper.commit(lease, a_batch(TEA), changes)
    await keeper.again(TEA)

    await keeper.commit(lease, a_batch(TEA), changes)

    [session] = (await keeper.history.history(USER, [TEA], ())).sessions
    assert (session.message_count, list(session.recent)) == (1, [TEA.ref])


async def test_what_a_message_taught_in_another_scope_goes_when_it_is_read_in_this_one(keeper: Keeper) -> None:
    lease = await keeper.claim()
    await keeper.commit(lease, a_batch(TEA), learnt(FACT, TEA))
    await keeper.again(TEA)

    await keeper.commit(lease, replace(a_batch(TEA), scope="private"))

    assert (await keeper.fact(FACT, TEA)).state is FactState.RETRACTED


@pytest.mark.parametrize(("others", "quarantined"), [(3, ["m1"]), (0, [])])
async def test_who_alone_gets_no_answer_three_times_is_to_blame(
    keeper: Keeper, others: int, quarantined: list[str]
) -> None:
    lease, other = await keeper.claim(), await keeper.claim("bea")
    ends: list[PointRef] = []

    for number in range(3):
        ends += await keeper.ask(lease, a_batch(TEA), ModelFailure.SERVER)
        for another in [a_message(f"b{number}", user_id="bea")] if number < others else []:
            await keeper.ask(other, a_batch(another), None)

    assert [ref.point_id for ref in ends] == quarantined


async def test_a_session_in_which_a_text_was_edited_is_retold_without_its_summary(keeper: Keeper) -> None:
    changes = replace(learnt(FACT, TEA), sessions=(a_session([TEA], "Tea."),))
    await keeper.commit(await keeper.claim(), a_batch(TEA), changes)

    [before] = (await keeper.history.history(USER, [TEA], ())).sessions
    [after] = (await keeper.history.history(USER, [RAIN], ())).sessions

    assert (before.summary, before.retold) == ("Tea.", False)
    assert (after.summary, after.retold, list(after.recent)) == (None, True, [TEA.ref])


async def test_the_summary_goes_with_the_older_text(keeper: Keeper) -> None:
    lease, changes = await keeper.claim(), replace(learnt(FACT, TEA), sessions=(a_session([TEA], "Tea."),))
    await keeper.commit(lease, a_batch(TEA), changes)

    await keeper.commit(lease, a_batch(RAIN))

    assert await sessions_summaries(keeper, RAIN) == [None]
