"""What planning needs of the past is found by point, by identity and by time."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from enrichment.adapters.postgres.history import stretches
from enrichment.domain.batches import Session
from enrichment.domain.changes import AttemptRecord, Changes, UserHistory
from enrichment.domain.messages import PointRef, Skipped
from enrichment.errors import ConflictingLedger, LeaseLost
from tests.adapters.postgres.examples import (
    KEY,
    SESSION,
    START,
    USER,
    Stage,
    a_batch,
    a_fact,
    a_message,
    a_session,
    learnt,
)

ODD = Skipped(ref=PointRef("chat", "odd"), reason="no_text", content_hash=b"h", revision="r1", bot_name="ava")


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


async def test_a_user_without_a_past_has_none(stage: Stage) -> None:
    assert await stage.history.history(USER, [a_message("m1")], [ODD]) == UserHistory()


async def test_a_message_is_found_again_under_another_point(stage: Stage) -> None:
    message = a_message("m1")
    await stage.commit(await stage.claim(), message)
    copy = replace(message, points=(PointRef("chat", "copy"),))

    [entry] = (await stage.history.history(USER, [copy], [])).entries

    assert (entry.ref, entry.identity, entry.content_hash) == (message.ref, message.identity, message.content_hash)
    assert (entry.outcome, entry.reason, entry.settled) == ("completed", None, False)


async def test_a_point_is_found_again_whatever_it_holds(stage: Stage) -> None:
    await stage.commit(await stage.claim(), a_message("m1", text="before", message_id=None))

    history = await stage.history.history(USER, [a_message("m1", text="after", message_id=None)], [])

    assert [entry.content_hash for entry in history.entries] == [hashlib.sha256(b"before").digest()]


async def test_what_was_withdrawn_or_belongs_to_others_is_not_found(stage: Stage) -> None:
    message = a_message("m1")
    await stage.commit(await stage.claim(), message)
    await stage.commit(await stage.claim("bo"), a_message("m2", user_id="bo"))
    await stage.execute("update ledger set withdrawn_at = now() where point_id = 'm1'")

    assert (await stage.history.history(USER, [message, a_message("m2")], [])).entries == ()


async def test_attempts_are_told_apart_by_text(stage: Stage) -> None:
    lease, message = await stage.claim(), a_message("m1")
    await stage.open(lease, message)

    history = await stage.history.history(USER, [message], [])

    key = (message.ref, message.content_hash)
    assert history.attempts == {key: AttemptRecord(attempts=1, crashes=0, largest_batch=None)}


async def test_sessions_near_a_message_come_with_summary_and_last_messages(stage: Stage) -> None:
    said = [a_message(f"m{number}", number) for number in range(8)]
    await stage.commit(await stage.claim(), *said, changes=Changes(sessions=(a_session(said, summary="They met."),)))

    history = await stage.history.history(USER, [a_message("new", 20)], [])

    assert history.sessions == (
        Session(
            session_id=SESSION,
            key=KEY,
            started_at=said[0].said_at,
            ended_at=said[-1].said_at,
            message_count=8,
            summary="They met.",
            recent=tuple(message.ref for message in said[2:]),
        ),
    )


@pytest.mark.parametrize(("at", "found"), [(-31, 0), (-29, 1), (500, 1), (1000 + 29, 1), (1000 + 31, 0)])
async def test_a_session_is_near_within_the_idle_gap(at: float, found: int, stage: Stage) -> None:
    said = [a_message("m1", 0), a_message("m2", 1000)]
    await stage.commit(await stage.claim(), *said, changes=Changes(sessions=(a_session(said),)))

    assert len((await stage.history.history(USER, [a_message("new", at)], [])).sessions) == found


async def test_an_erasure_is_known(stage: Stage) -> None:
    await stage.execute("insert into tombstones values (sha256(convert_to($1, 'UTF8')), $2)", USER, START)

    assert (await stage.history.history(USER, [], [])).erased_before == START


def test_times_close_together_make_one_stretch() -> None:
    messages = [a_message("a", 0), a_message("b", 40), a_message("c", 300), a_message("d", 0, bot_name="bob")]

    assert stretches(messages, minutes(30)) == [
        ("ava", START - minutes(30), START + minutes(70)),
        ("ava", START + minutes(270), START + minutes(330)),
        ("bob", START - minutes(30), START + minutes(30)),
    ]


async def test_what_is_skipped_comes_to_its_end_with_a_reason(stage: Stage) -> None:
    lease, message = await stage.claim(), a_message("m1")

    await stage.history.skip(USER, [ODD, (message, "duplicate")], lease)

    history = await stage.history.history(USER, [message], [ODD])
    assert [(entry.ref.point_id, entry.outcome, entry.reason) for entry in history.entries] == [
        ("m1", "skipped", "duplicate"),
        ("odd", "skipped", "no_text"),
    ]


async def test_what_is_passed_over_goes_on_with_its_session(stage: Stage) -> None:
    lease, hello, bot = await stage.claim(), a_message("m1"), a_message("m2", 1)
    await stage.history.pass_over(a_batch(hello, bot), "trivial", lease)

    later = a_message("m3", 10)
    history = await stage.history.history(USER, [later], ())

    assert [(one.ended_at, one.message_count, one.recent) for one in history.sessions] == [
        (bot.said_at, 0, (hello.ref, bot.ref))
    ]
    rows = await stage.rows("select outcome, reason, session_id from ledger")
    assert rows == [{"outcome": "skipped", "reason": "trivial", "session_id": SESSION}] * 2


async def test_what_is_skipped_after_an_edit_takes_its_older_text_along(stage: Stage) -> None:
    lease, message = await stage.claim(), a_message("odd", text="I like tea")
    await stage.commit(lease, message, changes=learnt(a_fact("likes tea", message), message))

    await stage.history.skip(USER, [ODD], lease)

    assert await stage.value("select state from facts") == "retracted"
    assert await stage.value("select reason from ledger where withdrawn_at is null") == "no_text"


async def test_skipping_is_fenced_and_happens_once(stage: Stage) -> None:
    lease = await stage.claim()
    await stage.history.skip(USER, [ODD], lease)

    with pytest.raises(ConflictingLedger):
        await stage.history.skip(USER, [ODD], lease)
    await stage.leases.release(lease, served=True)
    with pytest.raises(LeaseLost):
        await stage.history.skip(USER, [replace(ODD, ref=PointRef("chat", "other"))], lease)

    assert await stage.value("select count(*) from ledger") == 1


@pytest.mark.parametrize(("minutes", "ended"), [(-5, True), (5, False)])
async def test_a_session_stays_ended_until_it_goes_on_after_all(stage: Stage, minutes: float, *, ended: bool) -> None:
    first, second = a_message("first"), a_message("second", minutes)
    lease = await stage.claim()
    over = replace(a_session([first], "Done.", "T"), ended=True)
    await stage.commit(lease, first, changes=Changes(sessions=(over,)))
    more = replace(a_session(sorted([first, second], key=lambda one: one.said_at)), new_messages=1)
    await stage.commit(lease, second, changes=Changes(sessions=(more,)))

    [session] = (await stage.history.history(USER, [second], ())).sessions

    assert session.ended is ended
