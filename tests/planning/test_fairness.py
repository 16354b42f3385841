import random
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from enrichment.domain.batches import UserBacklog
from enrichment.planning.fairness import fair_order
from tests.planning.builders import START as NOW

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def a_user(name: str, served: timedelta | None, oldest: timedelta | None = MINUTE, **other: object) -> UserBacklog:
    fields: dict[str, Any] = {
        "user_id": name,
        "messages": 3,
        "oldest": None if oldest is None else NOW - oldest,
        "newest": None,
        "mean_tokens": 30.0,
        "served_at": None if served is None else NOW - served,
    }
    return UserBacklog(**(fields | other))


def order(*users: UserBacklog) -> list[str]:
    return [user.user_id for user in fair_order(users, NOW)]


def test_who_was_served_longest_ago_comes_first() -> None:
    assert order(a_user("now", MINUTE), a_user("new", None), a_user("before", 60 * MINUTE)) == ["new", "before", "now"]


def test_old_messages_weigh_more() -> None:
    assert order(a_user("young", 10 * MINUTE), a_user("old", 8 * MINUTE, DAY)) == ["old", "young"]


def test_a_large_old_backlog_does_not_come_before_a_user_with_three() -> None:
    large = a_user("large", MINUTE, 900 * DAY, messages=100_000)

    assert order(large, a_user("small", 5 * MINUTE)) == ["small", "large"]


def test_a_request_goes_before_those_who_were_served_today() -> None:
    assert order(a_user("b", 60 * MINUTE), a_user("a", MINUTE, requested=True)) == ["a", "b"]


def test_odd_times_are_in_the_order_too() -> None:
    odd = [a_user("odd", 60 * MINUTE, None), a_user("future", 50 * MINUTE, -DAY)]

    assert order(*odd, a_user("served later", MINUTE)) == ["odd", "future", "served later"]


def serve(users: dict[str, UserBacklog], now: datetime, turns: int) -> tuple[list[str], datetime]:
    """Give the first in line one turn a minute; everybody always has something waiting."""
    served = []
    for _ in range(turns):
        now += MINUTE
        first = fair_order(users.values(), now)[0]
        users[first.user_id] = replace(first, served_at=now)
        served.append(first.user_id)
    return served, now


@given(st.integers(1, 12), st.integers(0, 2**32))
def test_nobody_waits_longer_than_two_rounds(count: int, seed: int) -> None:
    chance = random.Random(seed)
    ages = [chance.choice([None, MINUTE, 60 * MINUTE, 900 * DAY]) for _ in range(count)]
    users = {f"u{n}": a_user(f"u{n}", None, age, messages=chance.randint(1, 10**5)) for n, age in enumerate(ages)}

    served, _ = serve(users, NOW, 8 * count)

    turns = defaultdict(list)
    for turn, user_id in enumerate(served):
        turns[user_id].append(turn)
    assert set(turns) == set(users)
    assert all(b - a <= 2 * count + 1 for each in turns.values() for a, b in pairwise([*each, len(served)]))


def test_a_flood_of_new_users_does_not_starve_an_old_one() -> None:
    now, old = NOW, a_user("old", MINUTE)

    turns = 0
    first = ""
    while first != "old":
        now, turns = now + 10 * MINUTE, turns + 1
        first = fair_order([old, a_user(f"new {turns}", None, 900 * DAY)], now)[0].user_id

    assert turns <= 2 * 24 * 6 + 1
