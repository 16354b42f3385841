"""What is being read is written down first, so that a successor knows what was tried and how to go on."""

import uuid
from decimal import Decimal

import pytest

from enrichment.adapters.postgres.retraction import take_user
from enrichment.domain.batches import Batch, Known, Window
from enrichment.domain.messages import Message, PointRef
from enrichment.errors import ConflictingLedger, LeaseLost, ModelFailure
from enrichment.ports import Lease, UnfinishedBatch, WindowRecord
from tests.adapters.postgres.examples import (
    BOT,
    KEY,
    SESSION,
    USER,
    Stage,
    a_batch,
    a_fact,
    a_message,
    a_prompt,
    an_answer,
)

ATTEMPTS = "select point_id, attempts, crashes, largest_batch, last_failure from attempts order by point_id"
RUN_OUT = "update users set lease_until = clock_timestamp() - interval '1 second'"


def tried(
    point_id: str, attempts: int, largest: int | None = None, failure: str | None = None, crashes: int = 0
) -> dict[str, object]:
    """Build a row of attempts."""
    return {
        "point_id": point_id,
        "attempts": attempts,
        "crashes": crashes,
        "largest_batch": largest,
        "last_failure": failure,
    }


async def fail(stage: Stage, lease: Lease, *messages: Message, failure: ModelFailure, parts: int) -> list[str]:
    """Open a batch, fail it, and return the points that were quarantined."""
    opened = await stage.open(lease, *messages)
    quarantined = await stage.open_batches.fail(opened.batch_id, failure, lease, parts=parts)
    return [ref.point_id for ref in quarantined]


async def test_an_open_batch_counts_an_attempt_for_each_message(stage: Stage) -> None:
    await stage.open(await stage.claim(), a_message("m1"), a_message("m2"))

    assert await stage.rows(ATTEMPTS) == [tried("m1", 1), tried("m2", 1)]


async def test_a_successor_finds_the_record_as_it_was_stored(stage: Stage) -> None:
    first = a_message("m1", points=(PointRef("chat", "m1"), PointRef("chat", "m1b")))
    before, fact = a_message("m0"), a_fact("likes tea", first)
    window = Window(session_id=SESSION, key=KEY, messages=(first,), context=(before,))
    batch = Batch(user_id=USER, bot_name=BOT, scope="", windows=(window,))
    opened = await stage.open_batches.open(batch, Known(facts={"K1": fact}), a_prompt(batch), await stage.claim())
    await stage.execute(RUN_OUT)

    found = await stage.open_batches.unfinished(await stage.claim())

    stored = WindowRecord(
        session_id=SESSION,
        messages=((first.ref, first.content_hash),),
        context=((before.ref, before.content_hash),),
    )
    assert found == UnfinishedBatch(
        batch_id=opened.batch_id, bot_name=BOT, scope="", windows=(stored,), known_ids={"K1": fact.fact_id},
        prompt_hash=opened.prompt_hash, answer=None, points=(before.ref, *first.points),
    )  # fmt: skip


async def test_a_user_without_an_open_batch_has_nothing_unfinished(stage: Stage) -> None:
    assert await stage.open_batches.unfinished(await stage.claim()) is None


async def test_the_stored_answer_comes_with_the_record(stage: Stage) -> None:
    lease = await stage.claim()
    opened = await stage.open(lease, a_message("m1"))
    answer = an_answer("said", prompt_tokens=7, completion_tokens=3, cached_tokens=1)
    await stage.calls.answered(await stage.calls.reserve(opened, "stub", Decimal(1)), answer)

    found = await stage.open_batches.unfinished(lease)

    assert found is not None
    assert (found.answer, found.resumed) == (answer, 0)


async def test_an_answer_that_failed_is_not_offered_again(stage: Stage) -> None:
    lease = await stage.claim()
    call = await stage.calls.reserve(await stage.open(lease, a_message("m1")), "stub", Decimal(1))
    await stage.calls.answered(call, an_answer())
    await stage.calls.failed(call, ModelFailure.SCHEMA)

    found = await stage.open_batches.unfinished(lease)

    assert found is not None
    assert found.answer is None


async def test_a_lost_lease_opens_abandons_and_fails_nothing(stage: Stage) -> None:
    lease = await stage.claim()
    opened = await stage.open(lease, a_message("m1"))
    await stage.execute(RUN_OUT)

    with pytest.raises(LeaseLost):
        await stage.open(lease, a_message("m2"))
    with pytest.raises(LeaseLost):
        await stage.open_batches.abandon(opened.batch_id, lease)
    with pytest.raises(LeaseLost):
        await stage.open_batches.fail(opened.batch_id, ModelFailure.SCHEMA, lease, parts=2)

    assert await stage.rows(ATTEMPTS) == [tried("m1", 1)]


async def test_a_user_has_one_open_batch_at_a_time(stage: Stage) -> None:
    lease = await stage.claim()
    await stage.open(lease, a_message("m1"))

    with pytest.raises(ConflictingLedger):
        await stage.open(lease, a_message("m2"))

    assert await stage.rows(ATTEMPTS) == [tried("m1", 1)]


async def test_an_abandoned_batch_blames_nobody(stage: Stage) -> None:
    lease = await stage.claim()
    opened = await stage.open(lease, a_message("m1"))

    await stage.open_batches.abandon(opened.batch_id, lease)
    await stage.open_batches.abandon(opened.batch_id, lease)

    assert await stage.rows(ATTEMPTS) == [tried("m1", 0)]
    assert await stage.open_batches.unfinished(lease) is None


async def test_a_failed_batch_may_only_come_back_in_parts(stage: Stage) -> None:
    messages = [a_message(f"m{number}") for number in range(5)]

    assert await fail(stage, await stage.claim(), *messages, failure=ModelFailure.REFUSAL, parts=2) == []

    assert await stage.rows(ATTEMPTS) == [tried(f"m{number}", 1, 3, "refusal") for number in range(5)]


async def test_a_limit_is_never_widened_again(stage: Stage) -> None:
    lease, messages = await stage.claim(), [a_message(f"m{number}") for number in range(16)]
    await fail(stage, lease, *messages, failure=ModelFailure.REFUSAL, parts=8)

    await fail(stage, lease, *messages, failure=ModelFailure.REFUSAL, parts=2)

    assert {row["largest_batch"] for row in await stage.rows(ATTEMPTS)} == {2}


async def test_a_message_that_failed_alone_is_quarantined_with_its_reason(stage: Stage) -> None:
    message = a_message("m1", points=(PointRef("chat", "m1"), PointRef("chat", "m1b")), revision="r9")

    assert await fail(stage, await stage.claim(), message, failure=ModelFailure.POLICY, parts=2) == ["m1", "m1b"]

    rows = await stage.rows("select point_id, identity, content_hash, outcome, reason, revision, said_at from ledger")
    assert [row.pop("point_id") for row in rows] == ["m1", "m1b"]
    assert rows[0] == rows[1] == {
        "identity": message.identity, "content_hash": message.content_hash, "outcome": "quarantined",
        "reason": "policy", "revision": "r9", "said_at": message.said_at,
    }  # fmt: skip


async def test_a_process_may_die_twice_with_a_message_before_it_is_blamed(stage: Stage) -> None:
    lease, message = await stage.claim(), a_message("m1")

    ends = [await fail(stage, lease, message, failure=ModelFailure.CRASH, parts=8) for _ in range(3)]

    assert ends == [[], [], ["m1"]]


async def test_failing_a_batch_that_is_closed_does_nothing(stage: Stage) -> None:
    lease = await stage.claim()

    assert await stage.open_batches.fail(uuid.uuid4(), ModelFailure.SCHEMA, lease, parts=2) == ()


async def test_the_record_holds_no_text(stage: Stage) -> None:
    await stage.open(await stage.claim(), a_message("m1", text="a secret between us"))

    assert "secret" not in str(await stage.rows("select * from open_batches"))


async def test_the_batch_is_returned_as_it_was_opened(stage: Stage) -> None:
    batch = a_batch(a_message("m1"))

    opened = await stage.open_batches.open(batch, Known(), a_prompt(batch), await stage.claim())

    assert (opened.batch, opened.known, opened.prompt_hash) == (batch, Known(), a_prompt(batch).hash)


async def test_who_is_fenced_off_while_a_call_is_under_way_is_not_blamed_for_a_crash(stage: Stage) -> None:
    await stage.open(await stage.claim(), a_message("m1"), a_message("m2"))

    await stage.database.transact(lambda connection: take_user(connection, USER))
    successor = Stage(stage.database)

    assert await successor.open_batches.unfinished(await successor.claim()) is None
    assert await stage.rows(ATTEMPTS) == [tried("m1", 0), tried("m2", 0)]


async def test_what_was_answered_before_its_reader_was_fenced_off_is_finished(stage: Stage) -> None:
    opened = await stage.open(await stage.claim(), a_message("m1"))
    call = await stage.calls.reserve(opened, "stub", Decimal(1))
    await stage.calls.answered(call, an_answer())

    await stage.database.transact(lambda connection: take_user(connection, USER))

    assert await stage.open_batches.unfinished(await stage.claim()) is not None
