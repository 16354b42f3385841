"""Recognises topics that come back: leader clustering of segments, and labels by class-based TF-IDF, without a model.

How alike two segments must be depends on the embedding model. The bar is therefore learnt: neighbouring segments of one
session are about different topics, so their likeness shows what "different" looks like.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from enrichment.engines.frame import Vector

MOST_TOPICS = 32
KEYWORDS = 3
_MOST_TERMS = 32
_CANDIDATES = 8
_HALF_LIFE_SECONDS = 60 * 86_400.0
_STANDS_OUT = 4.0
# So that a topic that began as a mixture of two soon becomes one of them.
_MOST_INERTIA = 10.0


class Topic(NamedTuple):
    """What segments about one thing have in common; ``weight`` counts units, decayed to ``at``, ``size`` words."""

    topic_id: int
    weight: float
    at: float
    terms: Mapping[str, int] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    size: int = 0

    def weight_at(self, now: float) -> float:
        """Return the weight at another time."""
        return self.weight * math.exp2((self.at - now) / _HALF_LIFE_SECONDS)


class Difference(NamedTuple):
    """How alike segments about different topics are, beginning with a prior worth 8 of them."""

    n: float = 8.0
    mean: float = 0.3
    square: float = 8 * 0.1**2

    @property
    def bar(self) -> float:
        """The likeness from which on two segments are about the same."""
        return self.mean + _STANDS_OUT * self.sd

    @property
    def sd(self) -> float:
        """The spread."""
        return math.sqrt(self.square / self.n)

    def added(self, likeness: float) -> "Difference":
        """Return the statistics with one more pair (Welford), held down where one topic was cut in two."""
        likeness = min(likeness, self.mean + self.sd)
        off = likeness - self.mean
        mean = self.mean + off / (self.n + 1)
        return Difference(n=self.n + 1, mean=mean, square=self.square + off * (likeness - mean))


@dataclass(frozen=True, slots=True)
class Topics:
    """Topics by id, and their mean vectors as rows in the same order."""

    known: Mapping[int, Topic] = field(default_factory=dict)
    rows: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))

    def nearest(self, vector: Vector, bar: float) -> int | None:
        """Return the topic that a segment is about, None if none is like enough."""
        if not self.known:
            return None
        likeness = self.rows @ vector
        best = int(likeness.argmax())
        return list(self.known)[best] if likeness[best] >= bar else None

    def told(self, topic_id: int, vector: Vector, units: int, terms: Mapping[str, int], at: float) -> "Topics":
        """Return the topics after one more segment about ``topic_id``; a 33rd topic displaces the lightest."""
        earlier = self.known.get(topic_id)
        others = [each for key, each in self.known.items() if key != topic_id]
        kept = _most_frequent(terms, earlier.terms if earlier else {})
        weight = earlier.weight_at(at) if earlier else 0.0
        topic = Topic(
            topic_id=topic_id,
            weight=weight + units,
            at=at,
            terms=kept,
            keywords=_keywords(kept, others),
            size=sum(kept.values()),
        )
        known = {**self.known, topic_id: topic}
        if earlier:
            place, rows = list(known).index(topic_id), self.rows.copy()
            rows[place] = as_stored(vector * units + rows[place] * min(weight, _MOST_INERTIA))
            return Topics(known, rows)
        rows = np.concatenate((self.rows, vector[None])) if others else vector[None]
        if len(known) > MOST_TOPICS:
            lightest = min(others, key=lambda each: (each.weight_at(at), each.topic_id)).topic_id
            rows = np.delete(rows, list(known).index(lightest), axis=0)
            del known[lightest]
        return Topics(known, rows)


def _keywords(terms: Mapping[str, int], others: Sequence[Topic]) -> tuple[str, ...]:
    """Return the words that tell a topic from the others: tf / |topic| x ln(1 + A / f) (BERTopic's c-TF-IDF)."""
    size = sum(terms.values())
    mean_size = (size + sum([each.size for each in others])) / (1 + len(others))
    scored, counts = [], [each.terms for each in others]
    for term, n in sorted(terms.items(), key=itemgetter(1), reverse=True)[:_CANDIDATES]:
        everywhere = n + sum([of[term] for of in counts if term in of])
        scored.append((-n / size * math.log(1 + mean_size / everywhere), term))
    return tuple(term for _, term in sorted(scored)[:KEYWORDS])


def _most_frequent(new: Mapping[str, int], known: Mapping[str, int]) -> dict[str, int]:
    terms = {**known, **{term: n + known.get(term, 0) for term, n in new.items()}}
    if len(terms) <= _MOST_TERMS:
        return terms
    return dict(sorted(terms.items(), key=itemgetter(1), reverse=True)[:_MOST_TERMS])


def as_stored(vector: Vector) -> Vector:
    """Return a vector of length one as it survives half precision."""
    length = math.sqrt(float(vector @ vector)) or 1.0
    stored: Vector = (vector / length).astype(np.float16).astype(np.float32)
    return stored
