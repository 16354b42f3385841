from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from enrichment.domain.batches import UserBacklog
from enrichment.planning.due import FRESH, THRIFTY, DuePolicy, DueReason, due
from tests.planning.builders import START as NOW
from tests.planning.builders import minutes

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def waiting(messages: int, oldest: timedelta | None = SECOND, **other: object) -> UserBacklog:
    at = None if oldest is None else NOW - oldest
    fields: dict[str, Any] = {"user_id": "u", "messages": messages, "oldest": at, "newest": at, "mean_tokens": 30.0}
    return UserBacklog(**(fields | other))


def test_a_fresh_message_waits_and_is_due_after_five_minutes() -> None:
    assert due(waiting(1, minutes(4.9)), FRESH, NOW) is None
    assert due(waiting(1, minutes(5)), FRESH, NOW) is DueReason.WAITED


def test_a_batch_full_of_tokens_is_due_at_once() -> None:
    assert due(waiting(68), FRESH, NOW) is None
    assert due(waiting(69), FRESH, NOW) is DueReason.TOKENS


def test_a_request_is_due_at_once_under_every_policy() -> None:
    asked = waiting(1, requested=True, served_at=NOW - SECOND)

    assert due(asked, FRESH, NOW) is due(asked, THRIFTY, NOW) is DueReason.REQUESTED


def test_thrifty_takes_ten_messages_or_a_day() -> None:
    assert due(waiting(9), THRIFTY, NOW) is None
    assert due(waiting(10), THRIFTY, NOW) is DueReason.MESSAGES
    assert due(waiting(1, DAY), THRIFTY, NOW) is DueReason.WAITED


def test_thrifty_serves_a_user_at_most_once_an_hour() -> None:
    assert due(waiting(500, DAY, served_at=NOW - HOUR + SECOND), THRIFTY, NOW) is None
    assert due(waiting(500, DAY, served_at=NOW - HOUR), THRIFTY, NOW) is DueReason.WAITED


def test_thrifty_takes_an_idle_session_of_five_messages_and_none_of_four() -> None:
    assert due(waiting(5, minutes(31)), THRIFTY, NOW) is DueReason.IDLE
    assert due(waiting(4, minutes(31), mean_tokens=9000.0), THRIFTY, NOW) is None


def test_nobody_without_messages_is_due() -> None:
    assert due(waiting(0, DAY), FRESH, NOW) is None


def test_who_was_asked_for_is_due_even_with_nothing_waiting() -> None:
    assert due(waiting(0, DAY, requested=True), FRESH, NOW) is DueReason.REQUESTED


def test_messages_without_a_usable_time_are_due_at_once_for_a_new_user() -> None:
    assert due(waiting(1, None), THRIFTY, NOW) is DueReason.WAITED
    assert due(waiting(1, -DAY), THRIFTY, NOW) is DueReason.WAITED


def test_messages_without_a_usable_time_wait_as_long_as_any_after_a_turn() -> None:
    assert due(waiting(1, None, served_at=NOW - minutes(4)), FRESH, NOW) is None
    assert due(waiting(1, None, served_at=NOW - minutes(5)), FRESH, NOW) is DueReason.WAITED
    assert due(waiting(1, -DAY, served_at=NOW - DAY), THRIFTY, NOW) is DueReason.WAITED


def test_a_message_from_1970_is_due_at_once() -> None:
    assert due(waiting(1, timedelta(days=20_000)), THRIFTY, NOW) is DueReason.WAITED


times = st.none() | st.integers(-(10**6), 10**6).map(lambda seconds: NOW + timedelta(seconds=seconds))


@given(st.sampled_from([FRESH, THRIFTY]), st.integers(1, 100), times, times, st.floats(0, 100))
def test_nobody_starves_below_a_threshold(
    policy: DuePolicy, messages: int, oldest: datetime | None, served: datetime | None, mean: float
) -> None:
    backlog = replace(waiting(messages, mean_tokens=mean, served_at=served), oldest=oldest)
    latest = max(at for at in (oldest, served, NOW) if at is not None)

    assert due(backlog, policy, latest + policy.max_wait + policy.min_interval) is not None
