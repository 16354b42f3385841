"""An invented acquaintance of three months: evenings and lunches, topics that lead to each other, moods, and recalls.

More like a chat than ``chatter``, which is for laws that hold of any: here something is to be seen.
"""

import random
from array import array
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from bench.engines.stream import said
from enrichment.domain.messages import Emotion, Message, Role
from enrichment.engines.frame import Access, Quality, Topic
from enrichment.engines.waiting import Arrived


class Theme(NamedTuple):
    """What is said of something, with which mood, and what it leads to."""

    lines: tuple[str, ...]
    mood: str
    leads_to: tuple[str, ...]


THEMES = {
    "running": Theme(
        (
            "I ran ten kilometres along the river before breakfast.",
            "My knee hurts after the intervals, should I rest?",
            "The half marathon in April is the goal of my running plan!",
            "New running shoes arrived, the old pair had a thousand kilometres.",
        ),
        "joy",
        ("sleep", "cooking"),
    ),
    "work": Theme(
        (
            "The deadline of the project moved again and my team is tired.",
            "My manager wants the report on Monday, what do I write first?",
            "We finally shipped the project, the whole office cheered.",
            "Another meeting about the report, and no decision.",
        ),
        "anger",
        ("sleep", "holidays", "work"),
    ),
    "piano": Theme(
        (
            "I practised the nocturne on the piano for an hour.",
            "My piano teacher says the left hand is too loud.",
            "Which sonata is right for a beginner at the piano?",
            "The nocturne sounds like music now, not like practice!",
        ),
        "joy",
        ("running", "cooking"),
    ),
    "sister": Theme(
        (
            "My sister Lena moves to Porto in spring.",
            "Lena called, her flat in Porto has a balcony and no heating.",
            "I miss my sister already, is that silly?",
        ),
        "sadness",
        ("holidays", "piano"),
    ),
    "cooking": Theme(
        (
            "The lentil soup needs more lemon, my recipe was too shy.",
            "I baked bread with the sourdough, it rose like a cloud!",
            "Do you have a recipe for dumplings without eggs?",
        ),
        "love",
        ("sister", "running"),
    ),
    "sleep": Theme(
        (
            "I slept five hours again and woke before the alarm.",
            "How do I stop thinking about tomorrow when I want to sleep?",
            "A walk before bed helped, I slept through the night.",
        ),
        "fear",
        ("work", "running"),
    ),
    "holidays": Theme(
        (
            "The train to Porto takes two days, with a night in Paris.",
            "I want to see the ocean on holiday, not another museum.",
            "Should I book the holiday in May or after the marathon?",
        ),
        "joy",
        ("sister", "running"),
    ),
}
ANSWERS = (
    "That must feel good, well done! What comes next?",
    "I understand, that is a lot. Take care of yourself tonight.",
    "Maybe start with the smallest step; I think the rest follows.",
    "Haha, a classic! You should write that down.",
    "How was it the last time, and what would you do differently?",
    "You need to rest two days, then 20 minutes easy: https://example.org/plan",
)
DAYS, SIZE = 90, 32
_STAYS = 0.88
_EVENING, _LUNCH = 0.75, 12.5


def acquaintance(seed: str, until: datetime) -> Arrived:
    """Return everything that was said in the ninety days before ``until``, on the clock of ``until``."""
    chance = random.Random(f"acquaintance-{seed}")
    centres = dict(zip(THEMES, np.random.default_rng(7).normal(size=(len(THEMES), SIZE)), strict=True))
    spoken: list[Message] = []
    topics: list[Topic] = []
    for start in _sessions(chance, until):
        at, theme = start, chance.choice([*THEMES])
        topics.append(Topic(label=theme, said_at=at, due_at=at + timedelta(days=30) if theme == "holidays" else None))
        for turn in range(chance.randint(8, 26)):
            theme = theme if chance.random() < _STAYS else chance.choice(THEMES[theme].leads_to)
            at += timedelta(seconds=chance.uniform(20, 150))
            vector = centres[theme] + chance.gauss(0, 0.5) * np.roll(centres[theme], 1)
            spoken.append(_message(chance, f"{seed}-{len(spoken)}", at, theme, is_users=turn % 2 == 0, vector=vector))
    return Arrived(
        messages=tuple(spoken),
        accesses=tuple(_recalls(chance, spoken)),
        qualities=tuple(_qualities(chance, spoken, until)),
        topics=tuple(topics),
    )


def _sessions(chance: random.Random, until: datetime) -> Iterator[datetime]:
    """Yield when sessions begin, most evenings and some lunches, none in the last hours."""
    for day in range(DAYS, 0, -1):
        midnight = (until - timedelta(days=day)).replace(hour=0, minute=0, second=0, microsecond=0)
        if chance.random() < 1 - _EVENING:
            yield midnight + timedelta(hours=chance.gauss(_LUNCH, 0.3))
        if chance.random() < _EVENING:
            yield midnight + timedelta(hours=min(chance.gauss(19.7, 1.1), 22.5))


def _message(
    chance: random.Random,
    name: str,
    at: datetime,
    theme: str,
    *,
    is_users: bool,
    vector: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> Message:
    mood = THEMES[theme].mood if chance.random() < _STAYS else "neutral"
    return said(
        name,
        at,
        chance.choice(THEMES[theme].lines if is_users else ANSWERS),
        role=Role.USER if is_users else Role.BOT,
        language="en",
        emotion=Emotion(label=mood, intensity=round(chance.uniform(0.3, 0.9), 2)) if is_users else None,
        vectors={"content": array("f", vector.tolist())},
    )


def _recalls(chance: random.Random, spoken: list[Message]) -> Iterator[Access]:
    """Yield recalls: mostly of what is recent, and one of eight comes too late."""
    for place in range(12, len(spoken), 9):
        back = min(int(chance.expovariate(1 / 60)) + 10, place)
        grade = chance.choice((1, 3, 3, 3, 3, 3, 4, 4))
        yield Access(memory_id=spoken[place - back].ref.point_id, at=spoken[place].said_at, grade=grade)


def _qualities(chance: random.Random, spoken: list[Message], until: datetime) -> Iterator[Quality]:
    """Yield measurements: satisfaction falls for two days, ten days ago."""
    for message in spoken[::5]:
        ago = (until - message.said_at) / timedelta(days=1)
        for metric, usual in (("engagement", 0.62), ("satisfaction", 0.7), ("coherence", 0.8)):
            is_low = metric == "satisfaction" and 3 < ago < 6  # noqa: PLR2004 - the days of the dent
            value = chance.gauss(usual - 0.4 * is_low, 0.05)
            yield Quality(metric=metric, at=message.said_at, value=min(max(value, 0.0), 1.0))
