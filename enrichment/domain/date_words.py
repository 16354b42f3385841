"""Reads words for a time in any of the languages we know as the resolver's own forms, which are the same for all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NamedTuple

from enrichment.domain.date_tongues import TABLES
from enrichment.domain.text import normalised

UNSPACED: Final = frozenset({"ja", "ko", "zh"})
_TOKEN = re.compile(
    r"(?P<clock>\b\d{1,2}:\d\d(?:\s?(?:am|pm|uhr|h)\b)?|\b\d{1,2}\s?(?:[ap]\.?m\b\.?|uhr\b))"
    r"|(?P<decade>\b(?:\d\d)?\d0(?:['’]?s|er|ern)\b)"
    r"|(?P<date>\d{4}-\d{1,2}(?:-\d{1,2})?|\d{1,2}[./]\d{1,2}[./]\d{4})"
    r"|(?P<nth>\d{1,2}(?:st|nd|rd|th|º|ª)\b)"
    r"|(?P<number>\d+)"
    r"|(?P<word>[^\W\d_]+)",
    re.IGNORECASE,
)
_UNIT: Final = "day|week|weekend|month|year|decade"
_THIS_CENTURY = 30


class Piece(NamedTuple):
    """A part of a text and its form, None if it means no time; the empty form says nothing."""

    form: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language's words for times, phrases as tuples of folded words."""

    name: str
    forms: dict[tuple[str, ...], str]
    longest: int

    def pieces(self, text: str) -> Iterator[Piece]:
        """Yield the parts of a text in order, of several phrases that begin alike the longest."""
        found = list(_TOKEN.finditer(text))
        folded = [normalised(each["word"]) if each["word"] else "" for each in found]
        at = 0
        while at < len(found):
            spans = (span for span in range(min(self.longest, len(found) - at), 0, -1))
            span = next((span for span in spans if tuple(folded[at : at + span]) in self.forms), 0)
            form = self.forms[tuple(folded[at : at + span])] if span else _figure(found[at])
            last = at + max(span, 1)
            yield Piece(form, found[at].start(), found[last - 1].end())
            at = last


@cache
def tongue(name: str) -> Tongue:
    """Return a language that is in the tables."""
    forms = {tuple(word.split("_")): form for form, words in _rows(name) for word in words}
    return Tongue(name, forms, max(map(len, forms)))


def _rows(name: str) -> Iterator[tuple[str, list[str]]]:
    for line in TABLES[name].strip().splitlines():
        form, _, words = line.partition(" = ")
        yield "" if form == "-" else form.replace("_", " "), [normalised(word) for word in words.split()]


def _figure(found: re.Match[str]) -> str | None:
    if found["clock"]:
        return ""
    if found["decade"]:
        decade = int(re.sub(r"\D", "", found["decade"]))
        century = 0 if decade >= 100 else 2000 if decade < _THIS_CENTURY else 1900  # noqa: PLR2004 - two figures
        return f"decade {century + decade}"
    if found["nth"]:
        return f"nth{found['nth'][:-2] if found['nth'][-1].isascii() else found['nth'][:-1]}"
    return found["number"] or found["date"] or None


@lru_cache(maxsize=4_096)
def canonical(words: str, name: str) -> str | None:
    """Return the words in the resolver's forms ("vor zwei Jahren" is "ago 2 year"), None if one is not known."""
    if name in UNSPACED:
        return _joined(_cut(normalised(words), name))
    return _joined([piece.form for piece in tongue(name).pieces(words)])


def _joined(forms: list[str | None]) -> str | None:
    if None in forms:
        return None
    text = " ".join(form for form in forms if form)
    # An article counts where it stands before what can be counted: "a week ago", but "a few weeks ago".
    return " ".join(re.sub(rf"\?1 (?={_UNIT})", "1 ", text).replace("?1", "").split())


@cache
def _unspaced(name: str) -> re.Pattern[str]:
    words = sorted((word for _, words in _rows(name) for word in words), key=len, reverse=True)
    known = "|".join(re.escape(word).replace("_", r"\s?") for word in words)
    return re.compile(rf"\s+|{known}|\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d+|.")


def _cut(text: str, name: str) -> list[str | None]:
    """Cut a text without spaces into words, the longest that fits first."""
    forms = {word.replace("_", ""): form for form, words in _rows(name) for word in words}
    found = ("".join(word.split()) for word in _unspaced(name).findall(text))
    return [word if word[0].isdecimal() and word not in forms else forms.get(word) for word in found if word]


@cache
def _names() -> dict[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    for language in TABLES:
        for form, words in _rows(language):
            if re.fullmatch(r"m\d+|d\d", form):
                for word in words:
                    names.setdefault(word, set()).add(form)
    return {word: frozenset(forms) for word, forms in names.items()}


def named(word: str) -> frozenset[str]:
    """Return the months (m1 to m12) and weekdays (d0 to d6) that a folded word can be the name of, in any language."""
    return _names().get(word, frozenset())
