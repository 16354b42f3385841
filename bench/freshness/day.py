"""What two thousand users say in a day: sessions in bursts, more in the evening than at night."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.seeding import Point

MIDNIGHT = datetime(2026, 6, 2, tzinfo=UTC)
BOTS = ("luna", "atlas", "elena", "marcus")
SESSIONS_A_DAY = 1.5
EXCHANGES = (2, 3, 3, 4, 6)
SECONDS_BETWEEN = 45.0
# How much is begun in each hour, of UTC.
HOURS = (2, 1, 1, 1, 1, 2, 4, 6, 6, 5, 5, 6, 7, 6, 5, 5, 6, 8, 10, 12, 12, 10, 7, 4)
SAID = (
    "I went for a long run by the river this morning.",
    "My sister plays the violin in a small orchestra.",
    "We are painting the kitchen yellow next weekend.",
    "The train was late again, I read half a novel.",
    "I planted tomatoes and basil on the balcony.",
    "Work was exhausting, three meetings and a broken build.",
    "Can you help me plan a trip to Lisbon in autumn?",
    "I am learning to bake sourdough bread.",
)
ANSWERED = (
    "That sounds lovely, how did it feel?",
    "I remember that you enjoy that. What comes next?",
    "Good to hear! Tell me more about it.",
    "That must have been tiring. Did you get some rest?",
)


@dataclass(frozen=True, slots=True)
class Said:
    """One message on its way into the store."""

    at: datetime
    user_id: str
    bot_name: str
    is_users: bool
    point: Point


def day(users: int, start: datetime, seed: str, sessions: float = SESSIONS_A_DAY) -> list[Said]:
    """Return what is said within 24 hours from ``start``, in order; every user talks to one bot."""
    said = [each for number in range(users) for each in _of_user(number, start, seed, sessions)]
    return sorted(said, key=lambda each: (each.at, each.point.point_id))


def eve(users: int, start: datetime) -> list[Said]:
    """Return one session of every user on the day before."""
    return sorted(
        (each for number in range(users) for each in _session(random.Random(f"eve-{number}"), number, start)),
        key=lambda each: (each.at, each.point.point_id),
    )


def _of_user(number: int, start: datetime, seed: str, sessions: float) -> Iterator[Said]:
    chance = random.Random(f"{seed}-{number}")
    left = chance.expovariate(1 / sessions)
    while left >= chance.random():
        left -= 1
        yield from _session(chance, number, start)


def _session(chance: random.Random, number: int, start: datetime) -> Iterator[Said]:
    hour = chance.choices(range(24), weights=HOURS)[0]
    at = start + timedelta(hours=hour + chance.random())
    for _ in range(chance.choice(EXCHANGES)):
        yield _said(chance, number, at, chance.choice(SAID), is_users=True)
        at += timedelta(seconds=3 + chance.expovariate(1 / 5))
        yield _said(chance, number, at, chance.choice(ANSWERED), is_users=False)
        at += timedelta(seconds=chance.expovariate(1 / SECONDS_BETWEEN))


def _said(chance: random.Random, number: int, at: datetime, text: str, *, is_users: bool) -> Said:
    user_id, bot_name = f"user-{number:05}", BOTS[number % len(BOTS)]
    payload = {
        "user_id": user_id,
        "bot_name": bot_name,
        "role": "user" if is_users else "bot",
        "content": text,
        "timestamp": at.isoformat(),
    }
    return Said(at, user_id, bot_name, is_users, Point(str(uuid.UUID(int=chance.getrandbits(128), version=4)), payload))
