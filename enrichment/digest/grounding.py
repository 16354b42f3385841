"""Whether a statement says no more than its evidence: numbers, names, script, length, and what makes it doubtful."""

import re
from collections.abc import Iterator, Sequence

from enrichment.digest.answer import ItemRefused
from enrichment.digest.evidence import Proof
from enrichment.digest.languages import FIRST_PERSONS, PRONOUNS, RELATIONS, STOP_WORDS, USERS, language
from enrichment.digest.scripts import scripts
from enrichment.digest.transcript import Transcript
from enrichment.digest.uncertainty import signs_of_doubt
from enrichment.digest.words import Vocabulary, figures, folded, length, numbers, words
from enrichment.domain.date_words import named
from enrichment.domain.dates import Interval
from enrichment.domain.digest import Refusal

SHORTEST, LONGEST = 3, 60
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPT_SHARE = 0.1
_DATE = re.compile(r"\d{4}-\d{1,2}|\d[./]\s?\d|\d[年月]|\d년")
_NAMELESS = STOP_WORDS | USERS | PRONOUNS


def check_form(statement: str, proof: Proof) -> None:
    """Raise ``ItemRefused`` if the statement is too short, too long, or in a script that none of its evidence uses."""
    fewest, most = length(statement)
    if most < SHORTEST or fewest > LONGEST:
        raise ItemRefused(Refusal.LENGTH)
    written = scripts(statement)
    said = scripts(" ".join(line.text for line in proof.lines))
    if written and said and said[max(written, key=written.__getitem__)] < _SCRIPT_SHARE * said.total():
        raise ItemRefused(Refusal.SCRIPT)


def check_numbers(statement: str, proof: Proof, transcript: Transcript, occurred: Interval | None) -> None:
    """Raise ``ItemRefused`` if a number is neither in the cited lines nor known nor part of the resolved date."""
    stated = numbers(statement)
    supported = transcript.known_figures.union(
        *(line.figures for line in proof.lines), _figures_of(occurred, with_day=_names_day(statement))
    )
    for number in stated - supported:
        if not any(number in line.label for line in proof.lines):
            raise ItemRefused(Refusal.UNSUPPORTED_NUMBER)


def _figures_of(occurred: Interval | None, *, with_day: bool) -> Iterator[str]:
    """Yield what may be stated of a date: its year, and its day where the statement has the form of one."""
    for end in (occurred.start, occurred.end) if occurred else ():
        if end is not None:
            yield from figures(f"{end.year} {end.month} {end.day}" if with_day else f"{end.year}")


def _names_day(statement: str) -> bool:
    names = (name for word in words(folded(statement)) for name in named(word))
    return any(name.startswith("m") for name in names) or _DATE.search(statement) is not None


def check_names(statement: str, subject: str, proof: Proof, transcript: Transcript, occurred: Interval | None) -> None:
    """Raise ``ItemRefused`` if a name is in none of the window's lines, its speakers' names and the known facts.

    A name is a word with a capital that does not open the statement; it may open it where the statement does not name
    its subject. In German all nouns have capitals, so that only the subject is looked up there.
    """
    known = transcript.names(proof.line.window)
    named = [word for name in _names(statement, subject) for word in words(folded(name))]
    if any(word not in known and not _dates(word, occurred) for word in named if word not in _NAMELESS):
        raise ItemRefused(Refusal.UNSUPPORTED_NAME)


def check_mentioned(subject: str, proof: Proof, transcript: Transcript) -> None:
    """Raise ``ItemRefused`` if somebody who is no speaker is not spoken of.

    Their name, or what they are to the speaker, stands in the window or is known; where the quote says "I", it stands
    in the cited lines, or they do with a pronoun.
    """
    named = [word for word in words(folded(subject)) if word not in _NAMELESS and word not in RELATIONS]
    known = transcript.names(proof.line.window)
    if any(word not in known for word in named):
        raise ItemRefused(Refusal.UNSUPPORTED_NAME)
    said = frozenset().union(*(line.words for line in proof.lines))
    opening = next(iter(words(folded(proof.quote))), "")
    if opening in FIRST_PERSONS and not any(word in Vocabulary(said) for word in named) and not said & PRONOUNS:
        raise ItemRefused(Refusal.WRONG_AUTHOR)


def _names(statement: str, subject: str) -> Sequence[str]:
    stated = frozenset(words(folded(statement)))
    of_subject = [word for word in _WORD.findall(subject) if word[0].isupper()]
    if language(stated) == "de":
        return of_subject
    names_subject = not stated.isdisjoint(frozenset(words(folded(subject))) | USERS | PRONOUNS)
    capitals = [found for found in _WORD.finditer(statement) if found.group()[0].isupper()]
    opening = _WORD.search(statement)
    skipped = opening.start() if opening and names_subject else None
    return [*of_subject, *(found.group() for found in capitals if found.start() != skipped)]


def _dates(word: str, occurred: Interval | None) -> bool:
    """Whether the word is the month or the weekday of the resolved date."""
    day = (occurred.start or occurred.end) if occurred else None
    return day is not None and not named(word).isdisjoint({f"m{day.month}", f"d{day.weekday()}"})


def doubts(statement: str, proof: Proof) -> Iterator[str]:
    """Yield why a statement that may stay is less certain than it looks."""
    stated = words(folded(statement))
    if stated[0] in PRONOUNS:
        yield "pronoun"
    if proof.assent is not None:
        yield "assent"
    if proof.by_address:
        yield "address"
    spoken = language(proof.line.words)
    if spoken and language(frozenset(stated)) not in {spoken, None}:
        yield "language"
    yield from signs_of_doubt(proof.sentence, proof.line.text, proof.quote)
