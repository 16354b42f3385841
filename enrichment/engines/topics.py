"""Recognises topics that come back: leader clustering of segments, and labels by class-based TF-IDF, without a model.

How alike two segments must be depends on the embedding model. The bar is therefore learnt: neighbouring segments of one
session are about different topics, so their likeness shows what "different" looks like.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

import numpy as np

from enrichment.engines.frame import Vector

MOST_TOPICS = 32
KEYWORDS = 3
_MOST_TERMS = 32
_CANDIDATES = 8
_HALF_LIFE_SECONDS = 60 * 86_400.0
_STANDS_OUT = 4.0
# So that a topic that began as a mixture of two soon becomes one of them.
_MOST_INERTIA = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What segments about one thing have in common; ``weight`` counts units, decayed to ``at``, ``size`` words."""

    topic_id: int
    vector: Vector
    weight: float
    at: float
    terms: Mapping[str, int] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    size: int = 0

    def weight_at(self, now: float) -> float:
        """Return the weight at another time."""
        return self.weight * math.exp2((self.at - now) / _HALF_LIFE_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
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


Topics = dict[int, Topic]


def nearest(topics: Topics, vector: Vector, bar: float) -> tuple[int, float] | None:
    """Return the topic that a segment is about and its likeness, None if none is like enough."""
    if not topics:
        return None
    ids = sorted(topics)
    likeness = np.einsum("ij,j->i", np.array([topics[each].vector for each in ids]), vector)
    best = int(np.argmax(likeness))
    return (ids[best], float(likeness[best])) if likeness[best] >= bar else None


def told(topics: Topics, topic_id: int, vector: Vector, units: int, terms: Mapping[str, int], at: float) -> Topics:
    """Return the topics after one more segment about ``topic_id``; a 33rd topic displaces the lightest."""
    known = topics.get(topic_id)
    weight = known.weight_at(at) if known else 0.0
    joint = as_stored(vector * units + (known.vector * min(weight, _MOST_INERTIA) if known else 0))
    kept = _most_frequent(terms, known.terms if known else {})
    others = [each for each in topics.values() if each.topic_id != topic_id]
    grown = {
        **topics,
        topic_id: Topic(
            topic_id=topic_id,
            vector=joint,
            weight=weight + units,
            at=at,
            terms=kept,
            keywords=_keywords(kept, others),
            size=sum(kept.values()),
        ),
    }
    if len(grown) > MOST_TOPICS:
        del grown[min(others, key=lambda each: (each.weight_at(at), each.topic_id)).topic_id]
    return grown


def _keywords(terms: Mapping[str, int], others: Sequence[Topic]) -> tuple[str, ...]:
    """Return the words that tell a topic from the others: tf / |topic| x ln(1 + A / f) (BERTopic's c-TF-IDF)."""
    size = sum(terms.values())
    mean_size = (size + sum([each.size for each in others])) / (1 + len(others))
    scored = []
    for term, n in sorted(terms.items(), key=itemgetter(1), reverse=True)[:_CANDIDATES]:
        everywhere = n + sum([each.terms.get(term, 0) for each in others])
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
