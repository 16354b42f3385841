"""What is known of predicates: which have one value at a time, which deny another, which are events, which fade."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from enrichment.domain.text import normalised
from enrichment.memory.built_in import BUILT_IN

_FIELDS = {"name", "kind", "also", "denied", "lasts_days"}
_LONGEST_DAYS = 36_500
_NEGATION = re.compile(r"(?:(?:does|do|did) ?(?:not|n[o'’]t)|is no longer|no longer|not any ?more|not|never) (.+)")


class Kind(StrEnum):
    """How many objects a predicate has.

    ``SINGLE``: one at a time, the next ends the last. ``MANY``: any number. ``EVENT``: any number, and the same one at
    another time is another one.
    """

    SINGLE = "single"
    MANY = "many"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """One predicate: other ways to say it, what denies it of the same object, and how long it holds unsaid."""

    name: str
    kind: Kind = Kind.MANY
    also: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    lasts: timedelta | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Every way to say it or to deny it."""
        return (self.name, *self.also, *self.denied)


@dataclass(frozen=True, slots=True)
class Predicates:
    """A table of predicates, looked up by the words of a claim."""

    listed: Sequence[Predicate]
    single: frozenset[str] = field(init=False)
    events: frozenset[str] = field(init=False)
    lasting: Mapping[str, timedelta] = field(init=False)
    counterparts: Mapping[str, str] = field(init=False)
    affirmed: Mapping[str, str] = field(init=False)
    _first: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Derive what is looked up."""
        denying = [(one.name, one.denied[0]) for one in self.listed if one.denied]
        put = object.__setattr__
        put(self, "single", frozenset(one.name for one in self.listed if one.kind is Kind.SINGLE))
        put(self, "events", frozenset(one.name for one in self.listed if one.kind is Kind.EVENT))
        put(self, "lasting", {one.name: one.lasts for one in self.listed if one.lasts is not None})
        put(self, "counterparts", dict(denying) | {denied: name for name, denied in denying})
        put(self, "affirmed", {denied: name for name, denied in denying})
        said = {word: one.name for one in self.listed for word in (one.name, *one.also)}
        put(self, "_first", said | {word: one.denied[0] for one in self.listed for word in one.denied})

    def canonical(self, predicate: str) -> str:
        """Return the first name of a normalised predicate; one that no entry knows stays as it is."""
        if (known := self._first.get(predicate)) is not None:
            return known
        negated = _NEGATION.fullmatch(predicate)
        if negated is None:
            return predicate
        # "no longer likes" denies "likes", and "not play" is "does not play".
        said = self._first.get(f"does not {negated[1]}") or self.counterparts.get(self._first.get(negated[1], ""))
        return said or predicate

    def extended(self, more: Iterable[Predicate]) -> "Predicates":
        """Return the table with these entries; one of a name that is there takes its place."""
        own = {one.name: one for one in more}
        return Predicates([*(one for one in self.listed if one.name not in own), *own.values()])


def built_in() -> Predicates:
    """Return the table that the program knows without being told."""
    found, mistakes = read(BUILT_IN)
    assert not mistakes, mistakes  # noqa: S101 - a test reads it too
    return Predicates(found)


def read(entries: Sequence[Mapping[str, Any]], base: Sequence[Predicate] = ()) -> tuple[list[Predicate], list[str]]:
    """Return the predicates of a table as it is written in TOML, and all its mistakes, a line each.

    ``base`` are entries that are there already: a word of theirs may not get a second meaning.
    """
    found: list[Predicate] = []
    mistakes: list[str] = []
    for number, entry in enumerate(entries, start=1):
        wrong = [f"predicate {number} ({entry.get('name', 'without a name')}): {why}" for why in _mistakes(entry)]
        mistakes += wrong
        if not wrong:
            found.append(_predicate(entry))
    names = {one.name for one in found}
    owners: dict[str, str] = {}
    for one in (*(each for each in base if each.name not in names), *found):
        for word in one.words:
            if owners.setdefault(word, one.name) != one.name or one.words.count(word) > 1:
                mistakes.append(f"predicate {one.name}: “{word}” has a meaning already, as “{owners[word]}”")
    return found, list(dict.fromkeys(mistakes))


def _mistakes(entry: Mapping[str, Any]) -> Iterator[str]:
    name, kind, lasts = entry.get("name"), entry.get("kind", Kind.MANY), entry.get("lasts_days")
    if unknown := sorted(entry.keys() - _FIELDS):
        yield f"unknown {', '.join(unknown)}; known are {', '.join(sorted(_FIELDS))}"
    if not isinstance(name, str) or not _plain(name):
        yield "needs a name"
    if kind not in set(Kind):
        yield f"kind is one of {', '.join(Kind)}"
    for words in ("also", "denied"):
        said = entry.get(words, [])
        if not isinstance(said, Sequence) or isinstance(said, str) or not all(isinstance(w, str) and w for w in said):
            yield f"{words} is a list of words"
    if entry.get("denied") and kind != Kind.MANY:
        yield "only what may have many objects can be denied of one"
    if lasts is not None and (type(lasts) is not int or not 0 < lasts <= _LONGEST_DAYS):
        yield f"lasts_days is a whole number from 1 to {_LONGEST_DAYS}"


def _predicate(entry: Mapping[str, Any]) -> Predicate:
    lasts = entry.get("lasts_days")
    return Predicate(
        name=_plain(entry["name"]),
        kind=Kind(entry.get("kind", Kind.MANY)),
        also=tuple(map(_plain, entry.get("also", ()))),
        denied=tuple(map(_plain, entry.get("denied", ()))),
        lasts=None if lasts is None else timedelta(days=lasts),
    )


def _plain(words: str) -> str:
    """Return a predicate as claims hold it."""
    return normalised(words.replace("_", " ").replace("-", " "))


class _InForce:
    """The one table of this process; what a claim means must not differ between two parts of it."""

    table = built_in()


def predicates() -> Predicates:
    """Return the table in force."""
    return _InForce.table


def put_in_force(table: Predicates) -> None:
    """Let this process go by a table, before it reads anything."""
    _InForce.table = table
