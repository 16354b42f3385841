"""Whether a bot still talks like itself: its recent function words and moods against those of its first weeks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from enrichment.engines.function_words import divergence

FEWEST_REFERENCE, FEWEST_RECENT, FEWEST_FOR_ALARM = 1000, 500, 1000
ENOUGH_REFERENCE = 20_000
RECENT_WEEKS = 2
_FEWEST_MOODS = 50
_STYLE_BITS, _MOOD_BITS = 0.05, 0.15
_STYLE_SHARE = 0.6

Counts = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The consistency from 0 to 1, the divergences (bits) it comes from, and the words on both sides."""

    index: float | None
    style_bits: float | None
    mood_bits: float | None
    reference_tokens: float
    recent_tokens: float
    language: str | None

    @property
    def is_alarming(self) -> bool:
        """Whether the style is another one, and enough was said to be sure."""
        enough = self.recent_tokens >= FEWEST_FOR_ALARM and self.reference_tokens >= FEWEST_REFERENCE
        return enough and self.style_bits is not None and self.style_bits >= _STYLE_BITS


def drift(words: Mapping[int, Mapping[str, Counts]], moods: Mapping[int, Counts], week: int) -> Drift:
    """Compare the last two weeks with the first ones, ``words`` being counts by week and language, ``moods`` by week.

    No index below 1,000 words of reference and 500 recent ones in the bot's main language, or without such a language.
    """
    recent_weeks = {each for each in words if week - RECENT_WEEKS < each <= week}
    language = _main_language(words)
    recent = _summed(words[each].get(language or "", {}) for each in sorted(recent_weeks))
    reference = _reference({each: of.get(language or "", {}) for each, of in words.items() if each not in recent_weeks})
    n, m = sum(reference.values()), sum(recent.values())
    if n < FEWEST_REFERENCE or m < FEWEST_RECENT:
        return Drift(
            index=None, style_bits=None, mood_bits=None, reference_tokens=n, recent_tokens=m, language=language
        )
    style = divergence(reference, recent)
    mood = _mood_bits(moods, recent_weeks)
    parts = [(_STYLE_SHARE, 1 - min(style / _STYLE_BITS, 1.0))]
    if mood is not None:
        parts.append((1 - _STYLE_SHARE, 1 - min(mood / _MOOD_BITS, 1.0)))
    index = sum(share * value for share, value in parts) / sum(share for share, _ in parts)
    return Drift(index=index, style_bits=style, mood_bits=mood, reference_tokens=n, recent_tokens=m, language=language)


def _main_language(words: Mapping[int, Mapping[str, Counts]]) -> str | None:
    tokens: dict[str, float] = {}
    for of_week in words.values():
        for language, counts in of_week.items():
            tokens[language] = tokens.get(language, 0.0) + sum(counts.values())
    return max(tokens, key=lambda each: (tokens[each], each), default=None)


def _reference(weeks: Mapping[int, Counts]) -> Counts:
    """Return the counts of the first weeks, until there are 20,000 words."""
    total: Counts = {}
    for week in sorted(weeks):
        if sum(total.values()) >= ENOUGH_REFERENCE:
            break
        total = _summed((total, weeks[week]))
    return total


def _mood_bits(moods: Mapping[int, Counts], recent_weeks: set[int]) -> float | None:
    recent = _summed(moods[each] for each in sorted(moods) if each in recent_weeks)
    reference = _summed(moods[each] for each in sorted(moods) if each not in recent_weeks)
    if min(sum(recent.values()), sum(reference.values())) < _FEWEST_MOODS:
        return None
    return divergence(reference, recent)


def _summed(parts: Iterable[Counts]) -> Counts:
    total: Counts = {}
    for part in parts:
        for name, n in part.items():
            total[name] = total.get(name, 0.0) + n
    return total
