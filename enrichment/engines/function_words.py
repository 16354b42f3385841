"""Which language a text is in, and how its function words are spread, where we have that language's closed classes.

Where we have none, the answer is None: no language is the default.
"""

import math
import struct
from collections.abc import Mapping, Sequence
from itertools import repeat

from enrichment.engines.closed_classes import CATEGORIES, WORDS

OTHER = "*"
_FEWEST = 2
_LEAST_SHARE = 0.15

CATEGORY_OF: Mapping[str, Mapping[str, int]] = {
    language: {word: at for at in reversed(range(len(lists))) for word in lists[at].split()}
    for language, lists in WORDS.items()
}


# One digit for each language: a text's words are counted for all languages by adding up one number for each word.
_DIGIT = 1 << 16
_DIGITS = struct.Struct(f"<{len(CATEGORY_OF)}H")
_LANGUAGES = tuple(CATEGORY_OF)


def _ones() -> dict[str, int]:
    found: dict[str, int] = {}
    for place, words in enumerate(CATEGORY_OF.values()):
        for word in words:
            found[word] = found.get(word, 0) + _DIGIT**place
    return found


_ONES = _ones()


def is_function_word(word: str) -> bool:
    """Tell whether a folded word is a function word of any language that we have words for."""
    return word in _ONES


def language_of(tokens: Sequence[str], told: str | None = None) -> str | None:
    """Return the language whose function words occur most, ``told`` deciding ties and texts too short to tell.

    None unless the language is one we have words for, and two of them (or a fifth of a short text) are there.
    """
    told = told[:2].lower() if told else None
    known = told if told in CATEGORY_OF else None
    total = sum(map(_ONES.get, tokens, repeat(0)))
    if not total:
        return known
    hits = _DIGITS.unpack(total.to_bytes(_DIGITS.size, "little"))
    most = max(hits)
    if most < _FEWEST or most < _LEAST_SHARE * len(tokens):
        return known
    if hits.count(most) == 1:
        return _LANGUAGES[hits.index(most)]
    return known


def counts(tokens: Sequence[str], language: str) -> dict[str, int]:
    """Return how often each function word occurs; all other words count as one, ``OTHER``."""
    used = list(filter(CATEGORY_OF[language].__contains__, tokens))
    found = {OTHER: len(tokens) - len(used)}
    for word in used:
        found[word] = found.get(word, 0) + 1
    return found


def by_category(words: Mapping[str, int], language: str) -> tuple[int, ...]:
    """Return the nine category counts of function-word counts."""
    sums = [0] * len(CATEGORIES)
    known = CATEGORY_OF[language]
    for word, count in words.items():
        if word != OTHER:
            sums[known[word]] += count
    return tuple(sums)


def style_matching(ours: Sequence[float], theirs: Sequence[float]) -> float | None:
    """Return language style matching of two category profiles (shares), 0 to 1 (Ireland and Pennebaker 2010).

    A category that neither uses says nothing (Russian has no articles) and is left out.
    """
    used = [(a, b) for a, b in zip(ours, theirs, strict=True) if a + b > 0]
    return sum(1 - abs(a - b) / (a + b + 0.0001) for a, b in used) / len(used) if used else None


def divergence(reference: Mapping[str, float], recent: Mapping[str, float]) -> float:
    """Return the weighted Jensen-Shannon divergence of two count vectors in bits, less what chance alone gives.

    2 N ln 2 times the divergence is the G statistic, whose expectation is the number of categories less one.
    """
    n, m = sum(reference.values()), sum(recent.values())
    total = n + m
    if not n or not m:
        return 0.0
    words = {word for counted in (reference, recent) for word, count in counted.items() if count > 0}
    mixed = {word: reference.get(word, 0.0) + recent.get(word, 0.0) for word in words}
    bits = _entropy(mixed, total) - n / total * _entropy(reference, n) - m / total * _entropy(recent, m)
    return max(0.0, bits - (len(words) - 1) / (2 * total * math.log(2)))


def _entropy(counted: Mapping[str, float], total: float) -> float:
    return -sum(count / total * math.log2(count / total) for count in counted.values() if count > 0)
