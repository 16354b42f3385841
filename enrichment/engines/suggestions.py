"""What an agent could speak of: topics by weight and mood, not the one just closed, open plans before all others."""

import hashlib
import math
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from enrichment.domain.text import normalised
from enrichment.engines.frame import Topic, iso
from enrichment.engines.wishes import is_about

MOST = 32
SHOWN = 5
_HALF_LIFE_DAYS = 60.0
_REST_HOURS = 48.0
_OPEN_BOOST = 2.0
_STILL_OPEN_DAYS = 14.0
_DAY, _HOUR = 86_400.0, 3600.0
_CACHED = 1024
_key = lru_cache(maxsize=_CACHED)(normalised)


class Known(NamedTuple):
    """A topic with its faded weight as of ``said_at`` (epoch seconds), the mean of its moods, and its date if any."""

    label: str
    weight: float
    said_at: float
    due_at: float | None
    valence: float
    valences: int


def heard(known: tuple[Known, ...], topics: Iterable[Topic]) -> tuple[Known, ...]:
    """Add topics; of more than 32 the faintest is dropped."""
    by_label = {_key(each.label): each for each in known}
    for topic in topics:
        key, at = _key(topic.label), topic.said_at.timestamp()
        by_label[key] = _renewed(by_label.get(key), topic, at)
        if len(by_label) > MOST:
            faintest = min(by_label.items(), key=lambda each: (_weight(each[1], at), each[0]))
            del by_label[faintest[0]]
    return tuple(by_label.values())


def suggested(known: Iterable[Known], now: float, disliked: Collection[str] = ()) -> list[dict[str, Any]]:
    """Return the five topics with the highest score, each with the reason for it; none that names what is disliked."""
    scored = [(_score(topic, now), topic) for topic in known if not (disliked and is_about(topic.label, disliked))]
    best = sorted(scored, key=lambda each: (-each[0], each[1].label))[:SHOWN]
    return [
        {
            "topic_id": hashlib.blake2b(_key(topic.label).encode(), digest_size=6).hexdigest(),
            "label": topic.label,
            "score": score,
            "reason": "open_plan" if _is_open(topic, now) else "recurring" if topic.weight > 1 else "mentioned",
            "last_discussed": iso(topic.said_at),
            "due_at": None if topic.due_at is None else iso(topic.due_at),
        }
        for score, topic in best
    ]


def _renewed(before: Known | None, topic: Topic, at: float) -> Known:
    due = topic.due_at.timestamp() if topic.due_at is not None else None
    if before is None:
        return Known(topic.label, 1.0, at, due, topic.valence or 0.0, int(topic.valence is not None))
    n = before.valences + (topic.valence is not None)
    valence = before.valence + ((topic.valence - before.valence) / n if topic.valence is not None else 0.0)
    latest = max(at, before.said_at)
    return Known(
        topic.label, _weight(before, latest) + 1, latest, due if due is not None else before.due_at, valence, n
    )


def _weight(topic: Known, at: float) -> float:
    return topic.weight * math.pow(2.0, -max(at - topic.said_at, 0.0) / (_HALF_LIFE_DAYS * _DAY))


def _score(topic: Known, now: float) -> float:
    rest = -math.expm1(-max(now - topic.said_at, 0.0) / _HOUR / _REST_HOURS)
    boost = _OPEN_BOOST if _is_open(topic, now) else 1.0
    return _weight(topic, now) * max(1 + topic.valence, 0.0) * rest * boost


def _is_open(topic: Known, now: float) -> bool:
    return topic.due_at is not None and topic.said_at < topic.due_at and now < topic.due_at + _STILL_OPEN_DAYS * _DAY
