"""What engine 2 remembers of a pair: qualities in buckets of eight hours, and the bot's function words by week."""

import base64
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import orjson

from enrichment.engines import reactions
from enrichment.engines.frame import Vector, twin
from enrichment.engines.halves import singles
from enrichment.engines.hearing import Heard
from enrichment.engines.reactions import Pairing, Usual, usual
from enrichment.engines.spaces import folded_together

BUCKET_SECONDS = 8 * 3600
BUCKETS = 180
WEEK_SECONDS = 7 * 86_400
REFERENCE_TOKENS = 2000
RECENT_WEEKS = 2
_REFERENCE_WEEKS = 6
_HEARD = 12
_MISMATCHED = 3
_DIMENSIONS = 128
_90_PERCENT = 3.29

Words = dict[str, dict[str, float]]


@dataclass(slots=True)
class Week:
    """What the bot said in one week: function words by language (``*`` are all others), and labels of its moods."""

    words: Words = field(default_factory=dict)
    moods: dict[str, float] = field(default_factory=dict)

    @property
    def tokens(self) -> float:
        """All words."""
        return sum(sum(of.values()) for of in self.words.values())

    def copy(self) -> "Week":
        """Return a week that can be changed without changing this one."""
        return Week({language: dict(of) for language, of in self.words.items()}, dict(self.moods))


@dataclass(slots=True)
class Series:
    """One metric's buckets in order, weight and weighted sum of each: three lists, which JSON reads as they are."""

    buckets: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    totals: list[float] = field(default_factory=list)

    def copy(self) -> "Series":
        """Return a series that can be changed without changing this one."""
        return Series(self.buckets[:], self.weights[:], self.totals[:])

    def add(self, bucket: int, weight: float, total: float) -> None:
        """Add to a bucket, mostly the latest; what is 180 buckets older than this one is dropped."""
        buckets = self.buckets
        place = len(buckets) - 1 if buckets and buckets[-1] == bucket else bisect_left(buckets, bucket)
        if place < len(buckets) and buckets[place] == bucket:
            self.weights[place] += weight
            self.totals[place] += total
            return
        buckets.insert(place, bucket)
        self.weights.insert(place, weight)
        self.totals.insert(place, total)
        old = bisect_left(buckets, bucket - BUCKETS + 1)
        del buckets[:old], self.weights[:old], self.totals[:old]


@dataclass(slots=True)
class PerformanceState:
    """``series`` holds qualities by metric, ``heard`` the user's last vectors, all of one size.

    ``likeness`` is how much more the bot's replies are like what was just said than like what was said long ago.
    """

    messages: int = 0
    series: dict[str, Series] = field(default_factory=dict)
    weeks: dict[int, Week] = field(default_factory=dict)
    heard: tuple[Vector, ...] = ()
    likeness: Usual = field(default_factory=lambda: usual(0.2, 0.2))
    pairing: Pairing = field(default_factory=Pairing)
    # Weeks that this state does not share with the one it was copied from.
    fresh: frozenset[int] = field(default=frozenset(), compare=False)

    def copy(self) -> "PerformanceState":
        """Return a state that can be changed without changing this one."""
        new = twin(self)
        new.series = {metric: of.copy() for metric, of in self.series.items()}
        new.weeks, new.fresh, new.likeness = dict(self.weeks), frozenset(), twin(self.likeness)
        return new

    def note(self, metric: str, at: float, value: float, weight: float = 1.0) -> None:
        """Add a value from 0 to 1 to its bucket; of each metric the latest 180 buckets are kept."""
        series = self.series.get(metric)
        if series is None:
            series = self.series[metric] = Series()
        series.add(int(at // BUCKET_SECONDS), weight, weight * min(max(value, 0.0), 1.0))

    def note_words(self, said: Heard) -> None:
        """Count what the bot says; first weeks up to 2,000 words stay as a reference, and the latest two."""
        number = int(said.at // WEEK_SECONDS)
        if number not in self.weeks:
            self._begin(number)
        elif number not in self.fresh:
            self.weeks[number] = self.weeks[number].copy()
            self.fresh |= {number}
        week, reading, mood = self.weeks[number], said.reading, said.mood
        if reading.language:
            held = week.words.setdefault(reading.language, {})
            for word, n in reading.function_words.items():
                held[word] = held.get(word, 0.0) + n
        if mood and mood.label:
            week.moods[mood.label] = week.moods.get(mood.label, 0.0) + 1

    def _begin(self, number: int) -> None:
        kept: dict[int, Week] = {}
        tokens = 0.0
        for each in sorted(self.weeks):
            is_reference = tokens < REFERENCE_TOKENS and len(kept) < _REFERENCE_WEEKS
            tokens += self.weeks[each].tokens
            if is_reference or each > number - RECENT_WEEKS:
                kept[each] = self.weeks[each]
        self.weeks = {**kept, number: Week()}
        self.fresh |= {number}

    def coherence(self, vector: Vector) -> float | None:
        """Return how much a reply follows what was just said, within the pair's usual range (after Foltz 1998)."""
        heard = self.heard
        if len(heard) < 2 * _MISMATCHED or heard[0].size != vector.size:
            return None
        more = float(heard[-1] @ vector) - sum([float(each @ vector) for each in heard[:_MISMATCHED]]) / _MISMATCHED
        return 0.5 + self.likeness.standardised(more) / _90_PERCENT

    def hear(self, vector: Vector) -> None:
        """Keep what the user said; vectors of another size put an end to the older ones."""
        alike = self.heard[1 - _HEARD :] if self.heard and self.heard[0].size == vector.size else ()
        self.heard = (*alike, vector)


def shortened(vectors: Mapping[str, Vector]) -> dict[str, Vector]:
    """Return vectors of at most 128 dimensions: enough for means over many likenesses."""
    return dict(zip(vectors, folded_together(list(vectors.values()), _DIMENSIONS), strict=True))


def encode(state: PerformanceState) -> bytes:
    """Return JSON; vectors in half precision."""
    likeness = state.likeness
    return orjson.dumps(
        [
            state.messages,
            {metric: [of.buckets, of.weights, of.totals] for metric, of in state.series.items()},
            [[number, week.words, week.moods] for number, week in state.weeks.items()],
            [len(state.heard), _packed(state.heard)],
            [likeness.n, likeness.mean, likeness.square],
            reactions.packed(state.pairing),
        ]
    )


def decode(data: bytes) -> PerformanceState:
    """Return what ``encode`` took."""
    messages, series, weeks, heard, likeness, pairing = orjson.loads(data)
    return PerformanceState(
        messages=messages,
        series={metric: Series(*of) for metric, of in series.items()},
        weeks={number: Week(words, moods) for number, words, moods in weeks},
        heard=_unpacked(*heard),
        likeness=Usual(*likeness),
        pairing=reactions.unpacked(pairing),
    )


def _packed(vectors: tuple[Vector, ...]) -> str:
    return base64.b64encode(np.concatenate(vectors).astype(np.float16).tobytes()).decode() if vectors else ""


def _unpacked(rows: int, packed: str) -> tuple[Vector, ...]:
    return tuple(singles(base64.b64decode(packed)).reshape(rows, -1)) if rows else ()
