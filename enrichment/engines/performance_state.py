"""What engine 2 remembers of a pair: qualities in buckets of eight hours, and the bot's function words by week."""

from dataclasses import dataclass, field, replace

import numpy as np
import orjson

from enrichment.domain.messages import Message
from enrichment.engines import reactions
from enrichment.engines.emotion import mood_of
from enrichment.engines.frame import Vector
from enrichment.engines.function_words import counts
from enrichment.engines.reactions import Pairing, Usual, usual
from enrichment.engines.reading import read
from enrichment.engines.spaces import folded

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
class PerformanceState:
    """``series`` holds weight and weighted sum by metric and bucket; ``heard`` are the user's last vectors, shortened.

    ``likeness`` is how much more alike the bot's replies are to what was just said than to what was said long ago.
    """

    messages: int = 0
    series: dict[str, dict[int, tuple[float, float]]] = field(default_factory=dict)
    weeks: dict[int, Week] = field(default_factory=dict)
    heard: tuple[Vector, ...] = ()
    likeness: Usual = field(default_factory=lambda: usual(0.2, 0.2))
    pairing: Pairing = field(default_factory=Pairing)

    def copy(self) -> "PerformanceState":
        """Return a state that can be changed without changing this one."""
        return replace(
            self,
            series={metric: dict(of) for metric, of in self.series.items()},
            weeks={week: of.copy() for week, of in self.weeks.items()},
            likeness=replace(self.likeness),
            pairing=self.pairing.copy(),
        )

    def note(self, metric: str, at: float, value: float, weight: float = 1.0) -> None:
        """Add a value from 0 to 1 to its bucket; of each metric the latest 180 buckets are kept."""
        series, bucket = self.series.setdefault(metric, {}), int(at // BUCKET_SECONDS)
        n, total = series.get(bucket, (0.0, 0.0))
        series[bucket] = (n + weight, total + weight * min(max(value, 0.0), 1.0))
        if len(series) > 1 and min(series) <= bucket - BUCKETS:
            self.series[metric] = {each: held for each, held in series.items() if each > bucket - BUCKETS}

    def note_words(self, message: Message, at: float) -> None:
        """Count what the bot says; first weeks up to 2,000 words stay as a reference, and the latest two."""
        number = int(at // WEEK_SECONDS)
        if number not in self.weeks:
            self._begin(number)
        week, reading, mood = self.weeks[number], read(message.text, message.language), mood_of(message)
        if reading.language:
            held = week.words.setdefault(reading.language, {})
            for word, n in counts(reading.tokens, reading.language).items():
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

    def coherence(self, vector: Vector) -> float | None:
        """Return how much a reply follows what was just said, within the pair's usual range (after Foltz 1998)."""
        if len(self.heard) < 2 * _MISMATCHED:
            return None
        reply = folded(vector, _DIMENSIONS)
        likeness = [float(reply @ each) for each in self.heard]
        more = likeness[-1] - sum(likeness[:_MISMATCHED]) / _MISMATCHED
        return 0.5 + self.likeness.standardised(more) / _90_PERCENT

    def hear(self, vector: Vector) -> None:
        """Keep what the user said, shortened; vectors of another model put an end to the older ones."""
        short = folded(vector, _DIMENSIONS)
        alike = self.heard if self.heard and self.heard[0].size == short.size else ()
        self.heard = (*alike, short)[-_HEARD:]


def encode(state: PerformanceState) -> bytes:
    """Return JSON; vectors as whole numbers, since half precision survives that."""
    likeness = state.likeness
    return orjson.dumps(
        [
            state.messages,
            {metric: [[b, *held] for b, held in of.items()] for metric, of in state.series.items()},
            [[number, week.words, week.moods] for number, week in state.weeks.items()],
            [each.astype(np.float16).view(np.int16).tolist() for each in state.heard],
            [likeness.n, likeness.mean, likeness.square],
            reactions.packed(state.pairing),
        ]
    )


def decode(data: bytes) -> PerformanceState:
    """Return what ``encode`` took."""
    messages, series, weeks, heard, likeness, pairing = orjson.loads(data)
    return PerformanceState(
        messages=messages,
        series={metric: {b: (n, total) for b, n, total in of} for metric, of in series.items()},
        weeks={number: Week(words, moods) for number, words, moods in weeks},
        heard=tuple(np.array(each, dtype=np.int16).view(np.float16).astype(np.float32) for each in heard),
        likeness=Usual(*likeness),
        pairing=reactions.unpacked(pairing),
    )
