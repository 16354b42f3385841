"""Words of any script: which of them carry content, which are numbers or names, and when two mean the same."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from enrichment.digest.languages import NUMBER_WORDS, STOP_WORDS

# Scripts that put no spaces between words: Thai to Khmer, kana, Han, and their extensions.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{UNSPACED}]+|[^\W\d_{UNSPACED}]+|\d+")
_UNSPACED_RUN = re.compile(f"[{UNSPACED}]+")
_SEPARATORS = re.compile("[.,:]")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_STEM = 3
_SHARED_PREFIX = 4
_INFLECTION = 2


def folded(text: str) -> str:
    """Return the text as words are compared: NFKC, casefolded."""
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def words(text: str) -> list[str]:
    """Return the words of a folded text; of a run without spaces its pairs of characters."""
    found: list[str] = _WORD.findall(text)
    if text.isascii() or _UNSPACED_RUN.search(text) is None:
        return found
    return [part for word in found for part in _parts(word)]


def _parts(word: str) -> Sequence[str]:
    if len(word) > 1 and _UNSPACED_RUN.match(word):
        return [word[at : at + 2] for at in range(len(word) - 1)]
    return (word,)


def length(text: str) -> tuple[int, int]:
    """Return the fewest and the most words that the text can be said to have.

    Without spaces, a word has one or two characters.
    """
    found = _WORD.findall(text)
    runs = [] if text.isascii() else [word for word in found if _UNSPACED_RUN.match(word)]
    spaced, unspaced = len(found) - len(runs), sum(map(len, runs))
    return spaced + (unspaced + 1) // 2, spaced + unspaced


def content(text: str) -> frozenset[str]:
    """Return the words of a text that are not mere grammar, folded."""
    return frozenset(word for word in words(folded(text)) if word not in STOP_WORDS and _carries(word))


def _carries(word: str) -> bool:
    return len(word) > 1 or not word.isascii() or word.isdigit()


class Vocabulary:
    """Words to look others up in, inflected forms included."""

    def __init__(self, known: Iterable[str]) -> None:
        self._words = frozenset(known)
        self._stems: dict[str, list[str]] = {}
        for word in self._words:
            self._stems.setdefault(word[:_STEM], []).append(word)

    def __contains__(self, word: str) -> bool:
        return word in self._words or any(_inflected(word, other) for other in self._stems.get(word[:_STEM], ()))


@lru_cache(maxsize=16_384)
def _inflected(one: str, other: str) -> bool:
    """Whether two words that begin alike may be forms of one: most is shared, or a short ending differs."""
    shorter, longer = sorted((one, other), key=len)
    if longer.startswith(shorter) and len(longer) - len(shorter) <= _INFLECTION:
        return len(shorter) >= _STEM
    shared = next((at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return shared >= _SHARED_PREFIX and 2 * shared >= len(longer)


def numbers(text: str) -> frozenset[str]:
    """Return the numbers of a text in figures, without separators; words for 2 to 20 count as figures."""
    found = {_plain(number) for number in _NUMBER.findall(text)}
    return frozenset(found.union(NUMBER_WORDS[word] for word in words(folded(text)) if word in NUMBER_WORDS))


def figures(text: str) -> frozenset[str]:
    """Return every number that a text can support: as written, and the parts of dates, times and decimals."""
    return numbers(text).union(_plain(part) for number in _NUMBER.findall(text) for part in _SEPARATORS.split(number))


def _plain(number: str) -> str:
    joined = _SEPARATORS.sub("", number)
    return str(int(joined)) if joined.isdecimal() and len(joined) < 20 else joined  # noqa: PLR2004 - no bigints
