"""Finds the words for a time in a sentence: the longest runs of words that the resolver understands."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from enrichment.domain.date_words import Piece, canonical, tongue
from enrichment.domain.resolve_dates import resolve

_LONGEST = 9
# "sun", "sat", "mon": by themselves these are words for other things.
_SHORT = 3
# What is a time by itself; all else ("may", "sun", "2015", "two") needs a word beside it that makes it one.
_PLAIN: Final = re.compile(r"yesterday|today|tomorrow|daybefore|dayafter|decade \d+|few day ago")
_CERTAIN: Final = re.compile(
    r"\b(?:beforelast|last|next|this|ago|before|after|since|until|later)\b|\bin (?:year )?[12]\d{3}\b"
    r"|\bin (?:[ms]\d|decade )|\b[ms]\d+ (?:nth)?\d|\d m\d|\d{4}-\d|\d[./]\d+[./]\d{4}"
    r"|\bd\d\b|\bin (?:\d+|few) |\btoday\b|\bh\d{4}\b"
)
_ANY_TIME = datetime(2024, 2, 14, 12, tzinfo=UTC)


class Spotted(NamedTuple):
    """Words for a time, and where they stand."""

    words: str
    start: int
    end: int


def spot(sentence: str, language: str) -> Iterator[Spotted]:
    """Yield the words for times in a sentence of a language whose words are spaced, in order, none overlapping."""
    run: list[Piece] = []
    for piece in (*tongue(language).pieces(sentence), Piece(None, len(sentence), len(sentence))):
        joined = not run or not re.search(r"[.,;:!?]", sentence[run[-1].end : piece.start].rstrip("’'"))
        if piece.form is None or not joined:
            yield from _in_run(sentence, run, language)
            run = []
        if piece.form is not None:
            run.append(piece)


def _in_run(sentence: str, run: list[Piece], language: str) -> Iterator[Spotted]:
    at = 0
    while at < len(run):
        ends = range(min(len(run), at + _LONGEST), at, -1)
        end = next((end for end in ends if _is_time(sentence, run[at:end], language)), None)
        if end is not None:
            start, stop = run[at].start, run[end - 1].end
            yield Spotted(sentence[start:stop], start, stop)
        at = at + 1 if end is None else end


def _is_time(sentence: str, pieces: list[Piece], language: str) -> bool:
    # What begins or ends with a word that says nothing is longer than it needs to be.
    if not pieces[0].form or not pieces[-1].form:
        return False
    words = sentence[pieces[0].start : pieces[-1].end]
    if len(pieces) == 1 and len(words) <= _SHORT:
        return False
    text = canonical(words, language)
    if text is None or not (_PLAIN.fullmatch(text) or _CERTAIN.search(text)):
        return False
    return resolve(words, _ANY_TIME, UTC, language=language) is not None
