"""What an extracted fact is filed under in its claim: its object, and what makes the same words another thing.

A statement can say of the same object that it is not so, that it is over, how many there are, or, of an event, when it
was. Models are asked to put that into predicate or object, and do not always.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from enrichment.domain.dates import Granularity, Interval
from enrichment.domain.digest import ExtractedFact
from enrichment.domain.facts import Claim
from enrichment.domain.text import normalised
from enrichment.memory.likeness import folded, is_denied, numbers, says_over
from enrichment.memory.predicates import predicates

_CLAUSES = re.compile(r"[,;:，；]| but | aber | pero | но ")  # noqa: RUF001 - of scripts that have their own
_DATE = re.compile(r"\d{4}(-\d\d){0,2}")
_DATES = {Granularity.YEAR: "%Y", Granularity.DECADE: "%Y", Granularity.SEASON: "%Y-%m", Granularity.MONTH: "%Y-%m"}


def key_of(fact: ExtractedFact, claim: Claim) -> str:
    """Return the normalised object with its marks, if any: "tea ⟨not⟩"."""
    marks = ", ".join((*marks_of(fact, claim), *_dates(fact.occurred, claim)))
    return f"{normalised(fact.object)} ⟨{marks}⟩" if marks else normalised(fact.object)


def marks_of(fact: ExtractedFact, claim: Claim) -> tuple[str, ...]:
    """Return what the statement says of the object beyond the claim.

    Nothing of claims with one value, whose values end each other, nor of those that deny.
    """
    table = predicates()
    if claim.predicate in table.single or claim.predicate in table.affirmed:
        return ()
    return _marks(fact.statement, fact.object)


def marks_of_key(object_key: str) -> tuple[str, ...]:
    """Return the marks in a key, dates of events left out."""
    _, marked, marks = object_key.removesuffix("⟩").rpartition(" ⟨")
    return tuple(mark for mark in marks.split(", ") if not _DATE.fullmatch(mark)) if marked else ()


@lru_cache(maxsize=4_096)
def _marks(statement: str, thing: str) -> tuple[str, ...]:
    return tuple(_said_beside(folded(thing), folded(statement)))


def _said_beside(thing: str, statement: str) -> Iterator[str]:
    before, found, after = statement.partition(thing)
    if not found or not thing:
        before, after = statement, ""
    # "does not like tea", "mag Tee nicht", but not "likes tea, not coffee": what comes later is of something else.
    before = _CLAUSES.split(before)[-1]
    last = after if len(after.split()) <= 1 else ""
    if is_denied(before) != is_denied(last) and (found or is_denied(before) != is_denied(thing)):
        yield "not"
    if says_over(before) and not says_over(thing):
        yield "over"
    words = before.split()
    if found and words and (counted := numbers(words[-1])):
        yield from sorted(counted)


def _dates(occurred: Interval | None, claim: Claim) -> Iterator[str]:
    """Yield the date of an event: the same on another day is another one."""
    if occurred is not None and occurred.start is not None and claim.predicate in predicates().events:
        yield f"{occurred.start:{_DATES.get(occurred.granularity, '%Y-%m-%d')}}"
