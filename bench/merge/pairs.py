"""Labelled pairs of wordings, drawn from templates: the same fact, or two that look alike."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
PER_TEMPLATE: Final = 10
# What is drawn against another list is shifted in a second round of negatives: other numbers, people and places.
_SHIFTED: Final = frozenset({"other", "alike", "spot", "m", "later", "past"})
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two wordings of objects of one predicate; ``same`` if they are one fact. ``kind`` is what makes it hard."""

    language: str
    kind: str
    same: bool
    predicate: str
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Template:
    """A line of a file, with words in braces."""

    language: str
    same: bool
    kind: str
    predicate: str
    one: str
    other: str


def pairs(split: str) -> list[Pair]:
    """Return the pairs of ``train`` or ``test``, each once."""
    templates, words = read(split)
    found = [pair for template in templates for pair in _filled(template, words[template.language])]
    return list({(pair.predicate, frozenset((pair.one, pair.other))): pair for pair in found}.values())


def read(split: str) -> tuple[list[Template], dict[str, dict[str, list[str]]]]:
    """Return the templates of a split, and the words to fill in, by language and name."""
    templates: list[Template] = []
    words: dict[str, dict[str, list[str]]] = {}
    language = ""
    for line in (HERE / f"{split}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            language = line.strip("[]")
            words[language] = {}
        elif line.startswith(("+ ", "- ")):
            kind, predicate, one, other = (part.strip() for part in line[2:].split("|"))
            templates.append(Template(language, line.startswith("+"), kind, predicate, one, other))
        elif line and not line.startswith("#"):
            name, _, listed = line.partition(":")
            words[language][name] = [word.strip() for word in listed.split(";")]
    return templates, words


def _filled(template: Template, words: dict[str, list[str]]) -> Iterator[Pair]:
    """Fill a template: lists go in step, so that a word and its counterpart come together."""
    names = sorted({*_SLOT.findall(template.one), *_SLOT.findall(template.other)})
    longest = max((len(words[name]) for name in names), default=1)
    for shift in (0,) if template.same else (0, 1):
        for number in range(min(longest, PER_TEMPLATE)):
            at = {name: number + shift * (name in _SHIFTED) for name in names}
            drawn = {name: words[name][at[name] % len(words[name])] for name in names}
            one, other = template.one.format(**drawn), template.other.format(**drawn)
            if one != other:
                yield Pair(template.language, template.kind, template.same, template.predicate, one, other)
