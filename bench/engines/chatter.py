"""Invented conversations with all that an engine may look at: sessions, topics, moods, recalls, in five scripts."""

import random
from array import array
from datetime import datetime

import numpy as np

from bench.engines.stream import day, said
from enrichment.domain.messages import Emotion, Message, Role
from enrichment.engines.frame import Access, Quality, Topic, Vector
from enrichment.engines.waiting import Arrived

LINES = {
    "en": (
        "I went hiking with my sister, and it rained all day.",
        "Did you sleep well?",
        "lol no way",
        "Thanks a lot!",
    ),
    "de": ("Gestern habe ich mit meinem Bruder ein neues Fahrrad gekauft.", "Wie geht es dir heute?", "Na klar!"),
    "es": ("Mañana empiezo un trabajo nuevo en el hospital, y estoy nerviosa.", "¿Qué opinas?", "¡Qué bien!"),
    "ru": ("Вчера мы с мамой готовили борщ, и было очень вкусно.", "Как ты думаешь?", "Спасибо большое!"),
    "zh": ("我昨天和朋友去了公园，天气很好。", "你觉得怎么样？", "谢谢你！"),
    "": ("🎉🎉", "😂", "❤️👍"),
}
_IN_SESSION, _ON_TOPIC, _WITH_MOOD = 0.93, 0.85, 0.7
MOODS = ("joy", "sadness", "anger", "fear", "neutral", "love")
SIZE = 384
_TOPICS = 6


def chatter(
    seed: int | str, messages: int, *, language: str | None = None, size: int = SIZE, start: float = 0.0
) -> Arrived:
    """Return a conversation of that many messages in time order, with recalls, measurements and topics.

    Without a ``language`` each message has another; vectors have ``size`` dimensions; ``start`` is in days.
    """
    chance = random.Random(f"chatter-{seed}")
    centres = np.random.default_rng(chance.getrandbits(32)).normal(size=(_TOPICS, size)).astype(np.float32)
    at, topic, spoken = start + chance.uniform(0, 1), 0, []
    for i in range(messages):
        at += chance.uniform(20, 300) / 86_400 if chance.random() < _IN_SESSION else chance.lognormvariate(-0.5, 1.0)
        topic = topic if chance.random() < _ON_TOPIC else chance.randrange(_TOPICS)
        spoken.append(_line(chance, f"{seed}-{i}", day(at), language, centres[topic] if size else None))
    times = [message.said_at for message in spoken]
    return Arrived(
        messages=tuple(spoken),
        accesses=tuple(_recall(chance, spoken, i) for i in range(0, messages, 5)),
        qualities=tuple(
            Quality(metric=chance.choice(("engagement", "satisfaction")), at=at, value=chance.random())
            for at in times[::7]
        ),
        topics=tuple(Topic(label=f"topic {chance.randrange(40)}", said_at=at) for at in times[::9]),
    )


def parts(arrived: Arrived, at: datetime) -> tuple[Arrived, Arrived]:
    """Cut a conversation in two by time."""
    return _part(arrived, at, early=True), _part(arrived, at, early=False)


def _part(arrived: Arrived, at: datetime, *, early: bool) -> Arrived:
    return Arrived(
        messages=tuple(m for m in arrived.messages if (m.said_at < at) is early),
        accesses=tuple(a for a in arrived.accesses if (a.at < at) is early),
        qualities=tuple(q for q in arrived.qualities if (q.at < at) is early),
        topics=tuple(t for t in arrived.topics if (t.said_at < at) is early),
    )


def _line(
    chance: random.Random,
    name: str,
    at: datetime,
    language: str | None,
    centre: Vector | None,
) -> Message:
    spoken = chance.choice(list(LINES)) if language is None else language
    vector = None if centre is None else array("f", centre + 0.8 * chance.gauss(0, 1) * np.roll(centre, 1))
    return said(
        name,
        at,
        " ".join(chance.choices(LINES[spoken], k=chance.randint(1, 3))),
        role=chance.choice((Role.USER, Role.BOT)),
        language=spoken or None,
        emotion=Emotion(label=chance.choice(MOODS), intensity=round(chance.random(), 3))
        if chance.random() < _WITH_MOOD
        else None,
        vectors={"content": vector} if vector is not None else {},
    )


def _recall(chance: random.Random, spoken: list[Message], place: int) -> Access:
    chosen = spoken[chance.randrange(place + 1)]
    return Access(memory_id=chosen.ref.point_id, at=spoken[place].said_at, grade=chance.choice((1, 3, 3, 3, 4)))
