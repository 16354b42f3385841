"""What engine 6 remembers of a pair: sums that fade by forward decay, and a window of fifty words.

Forward decay (Cormode et al. 2009): instead of the old growing light, the new grows heavy, by 2 every 45 days from the
pair's first message on. So sums are only added to, and divided by the weight of the moment when they are read.
"""

import math
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import orjson

from enrichment.engines import reactions
from enrichment.engines.answer_length import SIZE
from enrichment.engines.closed_classes import CATEGORIES
from enrichment.engines.frame import twin
from enrichment.engines.reactions import Pairing
from enrichment.engines.reading import Reading
from enrichment.engines.regression import Moments, no_moments

HALF_LIFE_SECONDS = 45 * 86_400.0
LENGTH_BINS, BINS_PER_E = 64, 8
HALF_HOURS = 48
COUNTS = (
    "messages", "tokens", "spaced_words", "long_words", "sentences", "questions", "exclamations", "emoji", "shouts",
    "links", "content_words", "sessions", "richness", "windows",
)  # fmt: skip
_MOST_LANGUAGES = 3
_MOST_LABELS = 32

Profile = dict[str, list[float]]


@dataclass(slots=True)
class Feelings:
    """Sums over messages with a valence x: weight, x, x²; with the one before: weight, x x', mean, (x - x')²."""

    last: float | None = None
    n: float = 0.0
    x: float = 0.0
    xx: float = 0.0
    pairs: float = 0.0
    product: float = 0.0
    pair_x: float = 0.0
    change: float = 0.0

    def add(self, valence: float, weight: float) -> None:
        """Take one more message into account."""
        self.n += weight
        self.x += weight * valence
        self.xx += weight * valence * valence
        if self.last is not None:
            self.pairs += weight
            self.product += weight * self.last * valence
            self.pair_x += weight * (self.last + valence) / 2
            self.change += weight * (valence - self.last) ** 2
        self.last = valence


@dataclass(slots=True)
class StyleState:
    """Sums by forward decay from ``origin`` (epoch seconds); ``messages``, ``tokens`` and ``paired`` are plain counts.

    ``profiles`` hold function words by category and the number of all words, by side and language. ``hours`` are half
    hours of the day in UTC. ``window`` holds the user's last fifty words.
    """

    origin: float | None = None
    last_at: float = 0.0
    messages: int = 0
    tokens: int = 0
    paired: int = 0
    sums: dict[str, float] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0.0))
    lengths: list[float] = field(default_factory=lambda: [0.0] * LENGTH_BINS)
    answers: list[float] = field(default_factory=lambda: [0.0] * LENGTH_BINS)
    hours: list[float] = field(default_factory=lambda: [0.0] * HALF_HOURS)
    labels: dict[str, float] = field(default_factory=dict)
    feelings: Feelings = field(default_factory=Feelings)
    window: list[str] = field(default_factory=list)
    profiles: dict[str, Profile] = field(default_factory=lambda: {"user": {}, "bot": {}})
    pairing: Pairing = field(default_factory=Pairing)
    moments: Moments = field(default_factory=lambda: no_moments(SIZE))

    def copy(self) -> "StyleState":
        """Return a state that can be changed without changing this one."""
        new = twin(self)
        new.sums, new.labels, new.feelings = dict(self.sums), dict(self.labels), twin(self.feelings)
        new.lengths, new.answers, new.hours = self.lengths[:], self.answers[:], self.hours[:]
        new.profiles = {side: {lang: row[:] for lang, row in of.items()} for side, of in self.profiles.items()}
        return new

    def weight(self, at: float) -> float:
        """Return how heavy a message weighs that is said at ``at``; 1 before the first."""
        return 1.0 if self.origin is None else math.exp2((at - self.origin) / HALF_LIFE_SECONDS)

    def note_words(self, side: str, reading: Reading, weight: float) -> None:
        """Count the function words of a message by category; only the three most used languages are kept."""
        if reading.language is None:
            return
        profile = self.profiles[side]
        row = profile.setdefault(reading.language, [0.0] * (len(CATEGORIES) + 1))
        for at, n in enumerate(reading.categories):
            if n:
                row[at] += weight * n
        row[-1] += weight * len(reading.tokens)
        if len(profile) > _MOST_LANGUAGES:
            del profile[min(profile, key=lambda each: (profile[each][-1], each))]

    def note_label(self, label: str, weight: float) -> None:
        """Count an emotion's label; only the 32 most frequent are kept."""
        self.labels[label] = self.labels.get(label, 0.0) + weight
        if len(self.labels) > _MOST_LABELS:
            del self.labels[min(self.labels, key=lambda each: (self.labels[each], each))]


_PLAIN = (
    "origin",
    "last_at",
    "messages",
    "tokens",
    "paired",
    "sums",
    "lengths",
    "answers",
    "hours",
    "labels",
    "window",
)


def encode(state: StyleState) -> bytes:
    """Return JSON."""
    moments = state.moments
    held: dict[str, Any] = {name: getattr(state, name) for name in (*_PLAIN, "profiles")}
    held["feelings"] = [getattr(state.feelings, each.name) for each in fields(Feelings)]
    held["pairing"] = reactions.packed(state.pairing)
    held["moments"] = [moments.xx.tolist(), moments.xy.tolist(), moments.yy, moments.n]
    return orjson.dumps(held)


def decode(data: bytes) -> StyleState:
    """Return what ``encode`` took."""
    held = orjson.loads(data)
    xx, xy, yy, n = held["moments"]
    return StyleState(
        **{name: held[name] for name in (*_PLAIN, "profiles")},
        feelings=Feelings(*held["feelings"]),
        pairing=reactions.unpacked(held["pairing"]),
        moments=Moments(xx=np.array(xx), xy=np.array(xy), yy=yy, n=n),
    )
