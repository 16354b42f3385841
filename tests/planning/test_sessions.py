from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from enrichment.domain.batches import Limits, Session, SessionKey
from enrichment.domain.messages import Message
from enrichment.planning.positions import position
from enrichment.planning.sessions import key_of, split
from tests.planning.builders import START, USER, a_message, a_session, by_window, drawn_messages, frozen_sessions

LIMITS = Limits()


def test_half_an_hour_of_silence_opens_a_new_session() -> None:
    messages = [a_message("a", 0), a_message("b", 30), a_message("c", 61)]

    windows = split(USER, messages, [], LIMITS)

    assert by_window(windows) == [["a", "b"], ["c"]]
    assert all(window.session is None for window in windows)


def test_a_week_of_silence_opens_a_new_session_whatever_gap_is_allowed() -> None:
    patient = Limits(idle_gap=timedelta(days=30), max_session=timedelta(days=300))
    week = 7 * 1440
    messages = [a_message("a", 0), a_message("b", week), a_message("c", 2 * week + 1), a_message("d", 3 * week + 2)]

    windows = split(USER, messages, [a_session(3 * week + 3, 3 * week + 4)], patient)

    assert by_window(windows) == [["a", "b"], ["c"], ["d"]]


def test_what_follows_a_change_for_good_is_another_session_and_what_came_late_before_it_is_not() -> None:
    over = a_session(0, 10, ended=True)
    messages = [a_message("late", 5), a_message("soon", 11), a_message("later", 12)]

    windows = split(USER, messages, [over], LIMITS)

    assert by_window(windows) == [["late"], ["soon", "later"]]
    assert [window.session for window in windows] == [over, None]


def test_a_session_that_never_pauses_is_cut_at_a_day() -> None:
    messages = [a_message(f"{minute:05}", minute) for minute in range(0, 2880, 20)]

    windows = split(USER, messages, [], LIMITS)

    spans = [window.messages[-1].said_at - window.messages[0].said_at for window in windows]
    assert len(windows) == 2
    assert all(span <= LIMITS.max_session for span in spans)


def test_interleaved_channels_are_not_shredded() -> None:
    messages = [a_message(f"{number:02}", number, channel_id=f"c{number % 2}") for number in range(20)]

    windows = split(USER, messages, [], LIMITS)

    assert [window.key.channel_id for window in windows] == ["c0", "c1"]
    assert [len(window.messages) for window in windows] == [10, 10]


def test_a_late_message_joins_the_nearest_session_within_the_gap() -> None:
    early, late = a_session(0, 60), a_session(100, 120)

    windows = split(USER, [a_message("late", 85)], [early, late], LIMITS)

    assert windows[0].session == late


def test_a_late_message_that_is_near_to_no_session_opens_its_own() -> None:
    windows = split(USER, [a_message("late", 200)], [a_session(0, 60), a_session(400, 420)], LIMITS)

    assert windows[0].session is None


def test_new_messages_between_two_digested_sessions_go_each_to_the_nearer_and_merge_nothing() -> None:
    before, after = a_session(0, 10), a_session(70, 80)
    messages = [a_message(str(minute), minute) for minute in (20, 30, 40, 50, 60)]

    windows = split(USER, messages, [before, after], LIMITS)

    assert [(window.session, len(window.messages)) for window in windows] == [(before, 3), (after, 2)]


def test_a_conversation_that_goes_on_stays_in_its_session() -> None:
    messages = [a_message(str(minute), minute) for minute in (80, 100, 120, 140)]

    windows = split(USER, messages, [a_session(0, 60)], LIMITS)

    assert by_window(windows) == [["80", "100", "120", "140"]]
    assert windows[0].session == a_session(0, 60)


def test_a_digested_session_grows_to_a_day_and_no_longer() -> None:
    times = {"before": -20, "inside": 1000, "after": 1430, "a day after": 1441}
    messages = [a_message(name, at) for name, at in times.items()]

    windows = split(USER, messages, [a_session(0, 1410)], LIMITS)

    assert by_window(windows) == [["before"], ["inside", "after"], ["a day after"]]


def test_messages_without_a_time_form_a_session_of_their_own_in_sequence() -> None:
    untimed = [a_message(name, 5, time_known=False, sequence=n) for name, n in [("third", 3), ("first", 1)]]

    windows = split(USER, [a_message("timed", 5), *untimed], [a_session(0, 4)], LIMITS)

    assert sorted(by_window(windows)) == [["first", "third"], ["timed"]]


def test_an_edit_that_moves_to_another_time_does_not_reopen_the_old_session() -> None:
    original = a_message("p", 0, message_id="7")
    edited = a_message("p", 300, message_id="7", text="edited")

    first = split(USER, [original], [], LIMITS)[0].session_id
    second = split(USER, [edited], [a_session(0, 0, session_id=first)], LIMITS)[0].session_id

    assert first != second


@given(drawn_messages, frozen_sessions())
def test_every_message_is_in_exactly_one_window_of_its_own_key_and_in_order(
    messages: list[Message], frozen: list[Session]
) -> None:
    windows = split(USER, messages, frozen, LIMITS)

    shown = [message for window in windows for message in window.messages]
    assert sorted(shown, key=position) == sorted(messages, key=position)
    assert all({key_of(message) for message in window.messages} == {window.key} for window in windows)
    assert all(window.session is None or window.session.key == window.key for window in windows)
    timed = [[m for m in window.messages if m.time_known] for window in windows]
    assert all(group == sorted(group, key=position) for group in timed)


@given(drawn_messages, frozen_sessions(), st.sampled_from([Limits(), Limits(max_session=timedelta(hours=2))]))
def test_sessions_never_overlap_merge_or_grow_too_long(
    messages: list[Message], frozen: list[Session], limits: Limits
) -> None:
    timed = [message for message in messages if message.time_known]

    windows = split(USER, timed, frozen, limits)

    assert len({window.session_id for window in windows}) == len(windows)
    spans = {(s.key, s.session_id): (s.started_at, s.ended_at) for s in frozen}
    for window in windows:
        times = [message.said_at for message in window.messages]
        begin, end = spans.get((window.key, window.session_id), (times[0], times[0]))
        spans[window.key, window.session_id] = min(begin, *times), max(end, *times)
        grown = (min(times) < begin or max(times) > end) and window.session is not None
        assert not grown or max(end, *times) - min(begin, *times) <= limits.max_session
    assert no_two_overlap(spans)


def no_two_overlap(spans: dict[tuple[SessionKey, UUID], tuple[datetime, datetime]]) -> bool:
    by_key = sorted((key, begin, end) for (key, _), (begin, end) in spans.items())
    return all(one[0] != other[0] or one[2] <= other[1] for one, other in pairwise(by_key))


@given(st.randoms(use_true_random=False), drawn_messages, frozen_sessions())
def test_windows_do_not_depend_on_the_order_of_the_input(
    chance: Random, messages: list[Message], frozen: list[Session]
) -> None:
    shuffled = chance.sample(messages, len(messages))

    assert split(USER, shuffled, frozen[::-1], LIMITS) == split(USER, messages, frozen, LIMITS)


@given(drawn_messages)
def test_new_sessions_are_separated_by_an_idle_gap_and_hold_none(messages: list[Message]) -> None:
    timed = [message for message in messages if message.time_known]

    windows = split(USER, timed, [], Limits(max_session=timedelta(days=9)))

    for window in windows:
        assert all(b.said_at - a.said_at <= LIMITS.idle_gap for a, b in pairwise(window.messages))
    ordered = sorted(windows, key=lambda window: (window.key, window.messages[0].said_at))
    for one, other in pairwise(ordered):
        assert one.key != other.key or other.messages[0].said_at - one.messages[-1].said_at > LIMITS.idle_gap


def test_points_of_the_same_id_in_two_collections_have_an_order_too() -> None:
    messages = [a_message("p", collection=name, text=name) for name in ("chat", "archive")]

    assert split(USER, messages, [], LIMITS) == split(USER, messages[::-1], [], LIMITS)


def test_the_same_session_key_is_needed_to_join() -> None:
    other = a_session(0, 60, SessionKey("ava", "general", scope="private"))

    windows = split(USER, [a_message("new", 61)], [other], LIMITS)

    assert windows[0].session is None
    assert windows[0].messages[0].said_at > START


def test_messages_that_a_full_session_cannot_take_stay_apart_from_those_that_it_takes() -> None:
    messages = [a_message("before", -20), a_message("first", 5), a_message("last", 100)]

    windows = split(USER, messages, [a_session(0, 90)], Limits(max_session=timedelta(minutes=110)))

    assert by_window(windows) == [["before"], ["first", "last"]]
