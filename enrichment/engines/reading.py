"""What can be counted in one message without knowing its language: words, sentences, marks, emoji, links."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from enrichment.engines.function_words import by_category, counts, language_of

# Scripts that put no spaces between words are read by character.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W\d_{_UNSPACED}]+(?:['’\-][^\W\d_{_UNSPACED}]+)*|\d+(?:[.,:]\d+)*")
# What finds the same where there are none of them: ranges cost time at every letter.
_SPACED_TOKEN = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+(?:[.,:]\d+)*")
_ASCII_TOKEN = re.compile(r"[a-z]+(?:['\-][a-z]+)*|[0-9]+(?:[.,:][0-9]+)*")
_UNSPACED_ONE = re.compile(f"[{_UNSPACED}]")
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
# [ends]+(?:\s|$), [full-width ends]+ or \n+, told by the first character: a search leaps to the next of a class.
_SENTENCE_END = re.compile(
    "[.!?\u2026\u061f\u0964\u3002\uff01\uff1f\n]"
    "(?:(?<=\n)\n*|(?<=[\u3002\uff01\uff1f])[\u3002\uff01\uff1f]*"
    "|(?<=[.!?\u2026\u061f\u0964])[.!?\u2026\u061f\u0964]*(?:\\s|$))"
)
_ASCII_SENTENCE_END = re.compile(r"[.!?\n](?:(?<=\n)\n*|(?<=[.!?])[.!?]*(?:\s|$))")
_LINK = re.compile(r"https?://\S+|www\.\S+")
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff\U0001f300-\U0001f5ff\U0001f600-\U0001f64f\U0001f680-\U0001f6ff"
    "\U0001f900-\U0001faff\u2600-\u27bf\u2b50\u2b55]"
)
_QUESTIONS = "?\uff1f\u061f\u037e"
_EXCLAMATIONS = "!\uff01"
_LONG_WORD = 7
_LONGEST_TEXT = 8000
_SHORTEST_TERM = 3
_DIGIT = re.compile(r"\d")
_SHORTEST_SHOUT = 4
_CACHED = 256


class Reading(NamedTuple):
    """Counts of one text. ``tokens`` are folded words, or characters where words are not spaced.

    ``terms`` are the content words: no function words of the text's language, nothing below three letters; of unspaced
    scripts pairs of characters. ``language`` is None where we cannot tell; then there are no ``function_words`` (all
    other words count as one in them) and no ``categories`` of them.
    """

    tokens: tuple[str, ...]
    terms: tuple[str, ...]
    language: str | None
    function_words: Mapping[str, int]
    categories: tuple[int, ...]
    sentences: int
    long_words: int
    spaced_words: int
    questions: int
    exclamations: int
    emoji: tuple[str, ...]
    links: int
    numbers: int
    shouted: bool


# A batch's texts are read once for all engines; nothing outlives the next batches.
@lru_cache(maxsize=_CACHED)
def read(text: str, told: str | None = None) -> Reading:
    """Return what is in the first 8,000 characters of a text; ``told`` is the language that its writer named."""
    text = text[:_LONGEST_TEXT]
    links = len(_LINK.findall(text)) if "://" in text or "www." in text else 0
    plain = _LINK.sub(" ", text) if links else text
    is_ascii = plain.isascii()
    folded = plain.casefold() if is_ascii else _compatible(plain).casefold().replace("’", "'")
    unspaced = not is_ascii and _UNSPACED_ONE.search(folded) is not None
    tokens = tuple((_ASCII_TOKEN if is_ascii else _TOKEN if unspaced else _SPACED_TOKEN).findall(folded))
    language = language_of(tokens, told)
    words = counts(tokens, language) if language else {}
    spaced = _spaced(tokens, folded) if unspaced else tokens
    numbers = [t for t in tokens if t[0].isdigit()] if _DIGIT.search(folded) else ()
    ends = _ASCII_SENTENCE_END if is_ascii else _SENTENCE_END
    # By position, in the order of its fields: names take as long as half of what they name.
    return Reading(
        tokens,
        _terms(tokens, {*numbers, *words} if numbers else words, _UNSPACED_RUN.findall(folded) if unspaced else ()),
        language,
        words,
        by_category(words, language) if language else (),
        (len(ends.findall(plain.rstrip() + "\n")) or 1) if tokens else 0,
        len([n for n in map(len, spaced) if n >= _LONG_WORD]),
        len(spaced),
        plain.count("?") if is_ascii else _count(plain, _QUESTIONS),
        plain.count("!") if is_ascii else _count(plain, _EXCLAMATIONS),
        () if is_ascii else tuple(_EMOJI.findall(plain)),
        links,
        len(numbers),
        _is_shouted(plain),
    )


def _compatible(text: str) -> str:
    return text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)


def _count(text: str, marks: str) -> int:
    return sum(map(text.count, marks))


def _spaced(tokens: tuple[str, ...], folded: str) -> list[str]:
    """Return the tokens that are no characters of a script without spaces: such a token is one character."""
    alone = set(_UNSPACED_ONE.findall(folded))
    return [token for token in tokens if token not in alone]


def _terms(tokens: tuple[str, ...], left_out: Collection[str], unspaced: Sequence[str]) -> tuple[str, ...]:
    words = [t for t in tokens if t not in left_out and len(t) >= _SHORTEST_TERM]
    # No pair reaches over a mark or a space: what stands on both sides of it are two words.
    pairs = [pair for run in unspaced for pair in pairwise(run)]
    return (*words, *[a + b for a, b in pairs if a not in left_out and b not in left_out])


def _is_shouted(text: str) -> bool:
    return text.isupper() and sum(map(str.isalpha, text)) >= _SHORTEST_SHOUT
