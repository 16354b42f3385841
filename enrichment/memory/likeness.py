"""Tells wordings of one thing from wordings of two: by a form that the same thing has in whatever words; pure.

A form, and not a measure of distance: whether two wordings have the same one does not depend on a third, so that what
is merged does not depend on the order of arrival, and looking for them costs one look-up. It errs on the side of two
things; what it leaves open, a model may answer.
"""

# ruff: noqa: RUF001 - signs and letters of other scripts look like Latin ones, and are none

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from enrichment.memory.wordings import (
    HAN_NUMBERS,
    JOINING,
    NAMES,
    NAMES_UNSPACED,
    NEGATING_SIGNS,
    NEGATIONS,
    NUMBERS,
    OVER,
    OVER_SIGNS,
    SILENT,
    TYING,
)

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3040-\u30ff"
_EMOJI = "\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_TOKEN = re.compile(
    rf"(?P<han>[{_HAN}{_KANA}\d]*[{_HAN}{_KANA}][{_HAN}{_KANA}\d]*)"
    rf"|(?P<number>\d+(?:[.,:/]\d+)*)"
    rf"|(?P<word>[^\W\d_{_HAN}{_KANA}]+(?:['’][^\W\d_]+)?)"
    rf"|(?P<emoji>[{_EMOJI}](?:\u200d[{_EMOJI}])*)"
    r"|(?P<stop>[,;+&/()\n、，；：:—–])"
    r"|(?P<unit>[%‰°€$£¥₽#])"
)
# Skin tones, variation selectors, Arabic vowel signs and stretching, zero-width signs that join no emoji.
_MARKS = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f\u064b-\u0652\u0670\u0640\u200b\u200c\u200e\u200f\u2060\ufeff]")
_LETTERS = str.maketrans("ёأإآٱىةؤئ", "еااااىهوي") | {ord("ى"): "ي"}
_HAN_COUNT = re.compile(rf"([{''.join(HAN_NUMBERS)}]|\d+)(?=[个個只隻条條位本辆輛台次杯岁歲年月天名张張家])")
_HAN_SILENT = re.compile("的|了|着|一个|一個|非常|很|我")
_LONG_NAMES = re.compile(
    r"(?<!\w)(?:"
    + "|".join(sorted((name for name in {*NAMES, *NAMES.values()} if " " in name), key=len, reverse=True))
    + r")(?!\w)"
)
_UNSPACED_NAMES = re.compile("|".join(sorted((*NAMES_UNSPACED, *NAMES_UNSPACED.values()), key=len, reverse=True)))
_POLAR = re.compile("[👎🚫❌🙅⛔👍💔❤✅]")
_EMOJIS = re.compile(f"[{_EMOJI}](?:\u200d[{_EMOJI}])*")
_FIRST_PLURAL = 4
_FIRST_CASE_ENDING = 6
_VOWELS = "аяуюыиеоьй"


def folded(text: str) -> str:
    """Return the text without what writing leaves open: width, case, vowel signs, skin tones, letter forms."""
    if text.isascii():
        return text.casefold()
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold()).translate(_LETTERS)


_SILENT, _TYING, _JOINING, _DENYING = (frozenset(map(folded, words)) for words in (SILENT, TYING, JOINING, NEGATIONS))
_OVER, _OVER_SIGNS = frozenset(map(folded, OVER)), tuple(map(folded, OVER_SIGNS))
# A name of several words becomes one word, or a part of it could be taken for another thing's.
_RENAMED = {folded(name): folded(first).replace(" ", "") for name, first in NAMES.items()} | {
    folded(first): folded(first).replace(" ", "") for first in NAMES.values()
}
_FIGURES = {folded(word): figure for word, figure in NUMBERS.items()}


@lru_cache(maxsize=4_096)
def likeness(text: str) -> str:
    """Return the form that a thing has however it is put; equal forms mean the same thing. Empty for no words.

    It leaves out grammar, and the order of what is listed or tied on ("with Tom in May"); inside each part the order
    stays. It keeps numbers, negations, and which word is tied to which.
    """
    parts: list[list[str]] = [[]]
    tied: list[str] = []
    signs: list[str] = []
    tie = ""
    for kind, token in _tokens(_named(folded(text))):
        if kind == "emoji":
            signs.append(token)
        elif kind == "stop" or token in _JOINING:
            parts.append([])
        elif token in _TYING:
            tie = f"{tie}{token}:"
        elif tie:
            tied.append(tie + token)
            tie = ""
        else:
            parts[-1].append(token)
    if tie:
        tied.append(tie)
    spoken = sorted(filter(None, map(" ".join, parts)))
    shown = [sign for sign in signs if _POLAR.match(sign)] if spoken or tied else signs
    return "|".join((*spoken, *sorted(tied), *sorted(set(shown))))


def numbers(text: str) -> frozenset[str]:
    """Return the numbers of a text in figures, those written as words in five languages or in Chinese included."""
    return frozenset(part for _, token in _tokens(folded(text)) for part in re.findall(r"\d+(?:[.,:/]\d+)*", token))


def emoji(text: str) -> list[str]:
    """Return the emoji of a text, whatever their colour."""
    return [] if text.isascii() else _EMOJIS.findall(folded(text))


def is_denied(text: str) -> bool:
    """Tell whether an odd number of negations stands in a text."""
    plain = folded(text)
    signs = sum(plain.count(sign) for sign in NEGATING_SIGNS)
    contracted = len(re.findall(r"\w+n['’]t\b", plain))
    return (signs + contracted + sum(word in _DENYING for word in re.findall(r"[^\W\d_]+", plain))) % 2 == 1


def says_over(text: str) -> bool:
    """Tell whether a text says that something was so once: "used to", "früher", "раньше", "以前"."""
    plain = folded(text)
    return any(sign in plain for sign in _OVER_SIGNS) or not _OVER.isdisjoint(re.findall(r"[^\W\d_]+", plain))


def vocabulary(text: str) -> frozenset[str]:
    """Return what the words of a text have in common with other wordings, for telling how much they share."""
    found: set[str] = set()
    for kind, token in _tokens(_named(folded(text))):
        if kind == "han":
            found.update(token[at : at + 2] for at in range(max(1, len(token) - 1)))
        elif kind != "stop" and token not in _TYING and token not in _JOINING:
            found.add(token)
    return frozenset(found)


def alikeness(one: str, other: str) -> float:
    """Return from 0 to 1 how much of their words two texts share."""
    left, right = vocabulary(one), vocabulary(other)
    return len(left & right) / len(left | right) if left | right else float(one == other)


def _named(text: str) -> str:
    """Return a folded text with one name for what has several, as far as they are more than a word."""
    text = _LONG_NAMES.sub(lambda found: _RENAMED[found[0]], text.replace("-", " "))
    if text.isascii():
        return text
    return _UNSPACED_NAMES.sub(lambda found: NAMES_UNSPACED.get(found[0], found[0]), text)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield kind and basic form of each word that is not silent."""
    for found in _TOKEN.finditer(text):
        kind, token = found.lastgroup or "", found.group()
        if kind == "word":
            yield from _words(token)
        elif kind == "han":
            counted = _HAN_COUNT.sub(lambda number: HAN_NUMBERS.get(number[0], number[0]), token)
            plain = _HAN_SILENT.sub("", counted)
            yield kind, plain or token
        else:
            yield kind, token


def _words(token: str) -> Iterator[tuple[str, str]]:
    stem, _, ending = token.replace("’", "'").partition("'")
    if ending == "t" and stem.endswith("n"):
        yield "word", "not"
        return
    if stem.startswith("وال") and len(stem) > _FIRST_PLURAL:
        yield "stop", ","
        stem = stem[1:]
    stem = stem.removeprefix("ال") if len(stem) > _FIRST_PLURAL else stem
    if ending == "s":
        yield "word", "of"
    if stem not in _SILENT:
        yield ("number", _FIGURES[stem]) if stem in _FIGURES else ("word", _basic(_RENAMED.get(stem, stem)))


def _basic(word: str) -> str:
    """Return a word without the ending of an English plural or a Russian case, where little else can be meant."""
    if word.isascii():
        if len(word) < _FIRST_PLURAL or not word.endswith("s") or word.endswith(("ss", "us", "is", "as", "os")):
            return word
        return word[:-3] + "y" if word.endswith("ies") else word[:-1]
    if len(word) >= _FIRST_CASE_ENDING and word[-1] in _VOWELS and "а" <= word[0] <= "я":
        return word[:-1]
    return word
