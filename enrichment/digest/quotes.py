"""Where a quote stands in a text: exactly, else as people and models retype it."""

# ruff: noqa: RUF001 - the look-alikes are what this file is about

import unicodedata
from functools import lru_cache

from enrichment.digest.secrets import MASK

# Beyond this, only the ends of a text are searched for retyped quotes: its middle was not in the prompt either.
_FOLDED_CHARACTERS = 40_000
_LIKE = str.maketrans(
    dict.fromkeys("‘’‚‛`´′", "'") | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‐‑‒–—―−", "-") | {"ı": "i"}
)
_ENDS = " \t\n\"'“”„«»‘’.…"


def find(quote: str, text: str) -> tuple[int, int] | None:
    """Return the span of a quote in a text, None if it is not there.

    What does not fit exactly may differ in case, white space, width, and the form of quotation marks and dashes, and in
    marks around it.
    """
    for wanted in (quote, quote.strip(_ENDS)):
        if not wanted.strip():
            return None
        at = text.find(wanted)
        span = (at, at + len(wanted)) if at >= 0 else _find_folded(_folded(wanted)[0].strip(), text)
        if span is not None:
            return span
    return None


def _find_folded(wanted: str, text: str) -> tuple[int, int] | None:
    for part, offset in _parts(text):
        characters, places = _folded(part)
        at = characters.find(wanted)
        if at >= 0 and wanted:
            return offset + places[at], offset + places[at + len(wanted) - 1] + 1
    return None


def _parts(text: str) -> tuple[tuple[str, int], ...]:
    if len(text) <= _FOLDED_CHARACTERS:
        return ((text, 0),)
    half = _FOLDED_CHARACTERS // 2
    return (text[:half], 0), (text[-half:], len(text) - half)


@lru_cache(maxsize=256)
def _folded(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the text as quotes are compared, and for each of its characters where it came from."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isspace():
            like = "" if characters and characters[-1] == " " else " "
        elif character == MASK:
            # In the prompt, all masks are of one length.
            like = "" if characters and characters[-1] == MASK else MASK
        elif character.isascii():
            like = character.lower().translate(_LIKE)
        elif unicodedata.category(character) == "Cf":
            like = ""
        else:
            # Decomposed, because composing would need the neighbours, and their places with them.
            like = unicodedata.normalize("NFKD", character.translate(_LIKE)).casefold()
        characters += like
        places += [place] * len(like)
    return "".join(characters), tuple(places)
