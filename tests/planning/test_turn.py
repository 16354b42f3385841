import random
import time
from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from enrichment.domain.batches import Limits, Session
from enrichment.domain.changes import AttemptRecord, UserHistory
from enrichment.domain.messages import Message, PointRef, Role, Skipped
from enrichment.domain.outcomes import Outcome, SkipReason
from enrichment.planning.turn import TurnPlan, leaves_no_trace, plan_turn
from tests.planning.builders import (
    SMALL,
    START,
    USER,
    a_message,
    a_session,
    an_entry,
    drawn_messages,
    frozen_sessions,
    names,
)

LIMITS = Limits()
NOTHING = UserHistory()


def planned(plan: TurnPlan) -> list[str]:
    return [name for batch in plan.batches for name in names(batch.messages)]


def skipped(plan: TurnPlan) -> dict[str, SkipReason]:
    passed_over = [(message, reason) for batch, reason in plan.passed_over for message in batch.messages]
    return {message.ref.point_id: reason for message, reason in (*plan.skipped, *passed_over)}


def test_what_the_ledger_has_for_this_point_is_only_settled() -> None:
    message = a_message("p", points=(PointRef("chat", "p"), PointRef("chat", "p2")), revision="r")
    entries = tuple(an_entry(message, ref=ref, reason="x") for ref in message.points)

    plan = plan_turn(USER, [message], UserHistory(entries=entries), LIMITS)

    assert [(s.ref.point_id, s.outcome, s.reason, s.revision) for s in plan.settle_only] == [
        ("p", Outcome.COMPLETED, "x", "r"),
        ("p2", Outcome.COMPLETED, "x", "r"),
    ]
    assert (plan.batches, plan.skipped) == ((), ())


def test_of_a_message_in_chunks_only_the_chunk_that_was_stored_again_is_skipped() -> None:
    again, first, second = (PointRef("chat", name) for name in ("1", "5", "6"))
    message = a_message("p", points=(again, first, second), message_id="7")
    entries = tuple(an_entry(message, ref=ref) for ref in (first, second))

    plan = plan_turn(USER, [message], UserHistory(entries=entries), LIMITS)

    assert [settlement.ref for settlement in plan.settle_only] == [first, second]
    assert [(item.points, reason) for item, reason in plan.skipped] == [((again,), SkipReason.DUPLICATE)]
    assert plan.batches == ()


def test_a_copy_under_another_point_is_skipped_as_duplicate() -> None:
    first, copy = a_message("p", message_id="7", text="hi"), a_message("q", 99, message_id="7", text="hi")

    plan = plan_turn(USER, [copy], UserHistory(entries=(an_entry(first),)), LIMITS)

    assert skipped(plan) == {"q": SkipReason.DUPLICATE}
    assert plan.batches == ()


def test_an_edit_of_what_was_read_is_read_again() -> None:
    first, edit = a_message("p", message_id="7", text="hi"), a_message("p", message_id="7", text="hello, I am Bo")

    plan = plan_turn(USER, [edit], UserHistory(entries=(an_entry(first),)), LIMITS)

    assert planned(plan) == ["p"]


def test_of_copies_in_one_turn_the_first_is_read() -> None:
    copies = [a_message(name, at, message_id="7", text="tea") for name, at in [("b", 2), ("a", 1), ("c", 3)]]

    plan = plan_turn(USER, copies, NOTHING, LIMITS)

    assert planned(plan) == ["a"]
    assert skipped(plan) == {"b": SkipReason.DUPLICATE, "c": SkipReason.DUPLICATE}


def test_of_different_texts_of_one_message_the_last_in_order_is_current() -> None:
    texts = [("a", 1, "old"), ("b", 2, "new"), ("c", 3, "new")]
    copies = [a_message(name, at, message_id="7", text=text) for name, at, text in texts]

    plan = plan_turn(USER, copies, NOTHING, LIMITS)

    assert planned(plan) == ["b"]
    assert skipped(plan) == {"a": SkipReason.DUPLICATE, "c": SkipReason.DUPLICATE}


def test_the_same_words_at_another_time_are_read() -> None:
    plan = plan_turn(USER, [a_message("a", 1, text="tea"), a_message("b", 2, text="tea")], NOTHING, LIMITS)

    assert planned(plan) == ["a", "b"]


def test_what_is_not_newer_than_the_erasure_is_skipped_and_so_is_what_cannot_prove_it() -> None:
    messages = [a_message("old", 0), a_message("at", 5), a_message("new", 6), a_message("odd", 9, time_known=False)]

    plan = plan_turn(USER, messages, UserHistory(erased_before=START + timedelta(minutes=5)), LIMITS)

    assert planned(plan) == ["new"]
    assert skipped(plan) == dict.fromkeys(["old", "at", "odd"], SkipReason.ERASED)


def test_an_erased_message_leaves_no_trace_and_neither_does_what_cannot_be_told_to_be_newer() -> None:
    erased = UserHistory(erased_before=START)
    nobody = Skipped(ref=PointRef("chat", "s"), reason="role_system", content_hash=b"")

    assert leaves_no_trace((a_message("a", 0), SkipReason.ERASED), erased)
    assert leaves_no_trace(nobody, erased)
    assert not leaves_no_trace(nobody, NOTHING)
    assert not leaves_no_trace((a_message("a", 0), SkipReason.DUPLICATE), erased)


def test_nothing_is_read_of_who_has_opted_out() -> None:
    plan = plan_turn(USER, [a_message("a", 0), a_message("b", 1)], UserHistory(opted_out=True), LIMITS)

    assert planned(plan) == []
    assert skipped(plan) == dict.fromkeys(["a", "b"], SkipReason.OPTED_OUT)


def test_the_bot_alone_is_not_asked_about() -> None:
    messages = [a_message("bot", 0, role=Role.BOT), a_message("user", 1, scope="private")]

    plan = plan_turn(USER, messages, NOTHING, LIMITS)

    assert planned(plan) == ["user"]
    assert skipped(plan) == {"bot": SkipReason.NO_USER_MESSAGE}


def test_a_session_of_the_bot_alone_rides_along_with_one_of_the_user() -> None:
    plan = plan_turn(USER, [a_message("bot", 0, role=Role.BOT), a_message("user", 100)], NOTHING, LIMITS)

    assert planned(plan) == ["bot", "user"]
    assert len(plan.batches) == 1


def test_small_talk_alone_is_passed_over_and_so_is_what_the_bot_says_to_it() -> None:
    messages = [a_message("a", 0, text="Hi Ava! 😊"), a_message("b", 1, text="How can I help?", role=Role.BOT)]

    plan = plan_turn(USER, messages, NOTHING, LIMITS)

    assert plan.batches == ()
    assert skipped(plan) == dict.fromkeys(["a", "b"], SkipReason.TRIVIAL)


def test_small_talk_beside_anything_else_is_read_with_it() -> None:
    messages = [
        a_message("a", 0, text="Thanks!"),
        a_message("b", 500, text="I moved to Ghent."),
        a_message("c", 501, text="ok"),
    ]

    assert planned(plan_turn(USER, messages, NOTHING, LIMITS)) == ["a", "b", "c"]


def test_a_yes_in_a_session_that_goes_on_may_be_an_answer_and_thanks_is_none() -> None:
    history = UserHistory(sessions=(a_session(0, 10),))

    assert planned(plan_turn(USER, [a_message("a", 12, text="Yes!")], history, LIMITS)) == ["a"]
    assert planned(plan_turn(USER, [a_message("a", 12, text="Thanks!")], history, LIMITS)) == []


def test_what_is_passed_over_keeps_its_session() -> None:
    session = a_session(0, 10)

    plan = plan_turn(USER, [a_message("a", 12, text="Thanks!")], UserHistory(sessions=(session,)), LIMITS)

    assert [window.session for batch, _ in plan.passed_over for window in batch.windows] == [session]


def test_attempts_bound_the_batches() -> None:
    messages = [a_message(str(number), number) for number in range(4)]
    record = AttemptRecord(attempts=1, crashes=0, largest_batch=2)
    attempts = {(m.ref, m.content_hash): record for m in messages}

    plan = plan_turn(USER, messages, UserHistory(attempts=attempts), LIMITS)

    assert [len(batch.messages) for batch in plan.batches] == [2, 2]


def chat(count: int) -> list[Message]:
    roles = [Role.USER, Role.BOT]
    return [a_message(f"{n:06}", n * 2, role=roles[n % 2], text=f"message {n} " * 12) for n in range(count)]


def test_none_of_2501_messages_is_left_out() -> None:
    messages = chat(2501)

    plan = plan_turn(USER, messages, NOTHING, LIMITS)

    assert planned(plan) == names(messages)


def test_planning_costs_less_than_a_third_of_a_millisecond_per_message() -> None:
    messages = chat(2000)
    random.Random(1).shuffle(messages)
    started = time.process_time()

    plan_turn(USER, messages, NOTHING, LIMITS)

    assert (time.process_time() - started) / len(messages) <= 0.0003


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Message], UserHistory]:
    messages = draw(drawn_messages)
    read = draw(st.lists(st.sampled_from(messages), max_size=5)) if messages else []
    erased = draw(st.none() | st.integers(0, 4000))
    sessions: list[Session] = draw(frozen_sessions())
    return messages, UserHistory(
        entries=tuple(an_entry(message) for message in read),
        sessions=tuple(sessions),
        erased_before=None if erased is None else START + timedelta(minutes=erased),
    )


@given(histories())
def test_every_message_goes_to_exactly_one_place(given: tuple[list[Message], UserHistory]) -> None:
    messages, history = given

    plan = plan_turn(USER, messages, history, SMALL)

    places = Counter([*planned(plan), *skipped(plan), *(s.ref.point_id for s in plan.settle_only)])
    assert places == Counter(names(messages))
    assert all(any(m.role is Role.USER for m in batch.messages) for batch in plan.batches)
    identities = [m.identity for batch in plan.batches for m in batch.messages]
    assert len(identities) == len(set(identities))


@given(histories(), st.integers(0, 2**32))
def test_a_plan_does_not_depend_on_the_order_of_the_input(given: tuple[list[Message], UserHistory], seed: int) -> None:
    messages, history = given
    shuffled = random.Random(seed).sample(messages, len(messages))

    assert plan_turn(USER, shuffled, history, SMALL) == plan_turn(USER, messages, history, SMALL)
