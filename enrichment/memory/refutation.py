"""What code can see that a model which calls two facts the same has overlooked."""

import re
from collections.abc import Iterator
from enum import StrEnum

from enrichment.domain.dates import Interval
from enrichment.domain.digest import ExtractedFact
from enrichment.domain.facts import Claim, Fact
from enrichment.memory.entities import BY_PREDICATE
from enrichment.memory.keys import marks_of, marks_of_key
from enrichment.memory.likeness import is_denied, numbers, vocabulary
from enrichment.memory.predicates import predicates

# A capital, and small letters after it: an abbreviation may stand for the other's name.
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-ZÀ-ÞА-Я]\w*[a-zà-ÿа-я]\w*")
# German writes every noun with a capital. It is known by words that mean nothing in English, the language of claims.
_GERMAN_WORDS = """der das dem ein eine einen einem einer eines kein keine keinen und oder mit von vom nach im auf über
    für beim zum zur aus bei ohne nicht sehr gern gerne ist mag isst trinkt spielt liebt wohnt hört liest geht fährt
    lernt arbeitet heißt besitzt"""
_GERMAN = frozenset(_GERMAN_WORDS.split())
# After these, without an article, a noun is a name more often than not.
_GERMAN_NAME = re.compile(r"\b(?:[Vv]on|[Bb]ei|[Nn]ach|[Aa]us|[Ii]n|[Mm]it|heißt|namens) ([A-ZÄÖÜ]\w*[a-zäöüß]\w*)")
_SHORTEST_STEM = 4
_UNITS = (
    "km kilometer kilometers kilometre kilometres километр километров|mi mile miles миль",
    "kg kilo kilos kilogram kilograms|lb lbs pound pounds|g gram grams",
    "cm centimeter centimeters|m meter meters metre metres|ft foot feet|in inch inches",
    "second seconds sec|minute minutes min|hour hours h|day days|week weeks|month months|year years",
    "tag tage tagen|woche wochen|monat monate monaten|jahr jahre jahren|stunde stunden|minuten",
    "día días|semana semanas|mes meses|año años|hora horas",
    "euro euros eur €|dollar dollars usd $|pound pounds gbp £|yen jpy ¥|rubel rubles рублей ₽",
    "celsius|fahrenheit",
    "am a.m|pm p.m",
    "день дня дней|неделя недели недель|месяц месяца месяцев|год года лет|час часа часов",
    "mb|gb|tb",
)
_UNIT_OF = [{word: group for group, words in enumerate(kind.split("|")) for word in words.split()} for kind in _UNITS]


class Refutation(StrEnum):
    """Why two facts are not the same one."""

    SUBJECT = "subject"
    CLAIM = "claim"
    NEGATION = "negation"
    NUMBER = "number"
    UNIT = "unit"
    NAME = "name"
    TIME = "time"


def refuted(fact: ExtractedFact, claim: Claim, known: Fact) -> Refutation | None:
    """Return the first thing that speaks against a fact's being a known one, None if nothing does."""
    return next(_against(fact, claim, known), None)


def _against(fact: ExtractedFact, claim: Claim, known: Fact) -> Iterator[Refutation]:
    if claim.subject != known.claim.subject:
        yield Refutation.SUBJECT
    if claim.predicate != known.claim.predicate and not _may_be_one_claim(claim, known.claim):
        yield Refutation.CLAIM
    if marks_of(fact, claim) != marks_of_key(known.object_key) or is_denied(fact.object) != is_denied(known.object):
        yield Refutation.NEGATION
    if _numbers_differ(fact, known):
        yield Refutation.NUMBER
    if _units_differ(fact.statement, known.statement):
        yield Refutation.UNIT
    if _names_differ(fact, claim, known):
        yield Refutation.NAME
    if claim.predicate in predicates().events and not may_overlap(fact.occurred, known.occurred):
        yield Refutation.TIME


def may_overlap(one: Interval | None, other: Interval | None) -> bool:
    """Tell whether two times can be the same one; what is not known can."""
    if one is None or other is None:
        return True
    begins = max((each.start for each in (one, other) if each.start is not None), default=None)
    ends = min((each.end for each in (one, other) if each.end is not None), default=None)
    return begins is None or ends is None or begins < ends


def _may_be_one_claim(one: Claim, other: Claim) -> bool:
    """Tell whether a claim may be another one that was put otherwise: not where the table knows what either means."""
    table = predicates()
    fixed = table.single | table.counterparts.keys()
    return one.predicate not in fixed and other.predicate not in fixed


def _numbers_differ(fact: ExtractedFact, known: Fact) -> bool:
    """Tell whether the objects have other numbers, or neither statement has all numbers of the other."""
    if numbers(fact.object) != numbers(known.object):
        return True
    one, other = numbers(fact.statement), numbers(known.statement)
    return not (one <= other or other <= one)


def _units_differ(one: str, other: str) -> bool:
    left, right = vocabulary_of_units(one), vocabulary_of_units(other)
    return any(a and b and a != b for a, b in zip(left, right, strict=True))


def vocabulary_of_units(text: str) -> list[frozenset[int]]:
    """Return for each kind of unit which ones a text has, where it has numbers at all."""
    words = re.findall(r"[^\W\d_]+|[€$£¥₽]", text.casefold()) if numbers(text) else []
    return [frozenset(kind[word] for word in words if word in kind) for kind in _UNIT_OF]


def _names_differ(fact: ExtractedFact, claim: Claim, known: Fact) -> bool:
    """Tell whether each object names somebody or something that the other's fact does not speak of."""
    one, other = _names(fact.object, fact.statement, claim), _names(known.object, known.statement, known.claim)
    if scripts_differ(one, other):
        return False
    left = vocabulary(f"{fact.statement} {fact.object}")
    right = vocabulary(f"{known.statement} {known.object}")
    return bool(one and other) and any(_unknown(n, right) for n in one) and any(_unknown(n, left) for n in other)


def scripts_differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether names are written in different alphabets, so that they cannot be compared."""
    return len({min(word) > "ɏ" for word in (*one, *other)}) > 1


def _names(thing: str, statement: str, claim: Claim) -> frozenset[str]:
    """Return the words of an object that have a capital inside the statement, where a sentence gives them none.

    In German, only where the claim is about somebody or some place, or where they stand like a name.
    """
    is_german = claim.predicate not in BY_PREDICATE and not _GERMAN.isdisjoint(statement.casefold().split())
    capitals = (_GERMAN_NAME if is_german else _NAME).findall(statement)
    return vocabulary(" ".join(capitals)) & vocabulary(thing)


def _unknown(name: str, words: frozenset[str]) -> bool:
    return name not in words and not any(
        name.startswith(word[:_SHORTEST_STEM]) and abs(len(name) - len(word)) <= 1 and name[:-1] == word[:-1]
        for word in words
        if len(word) > _SHORTEST_STEM
    )
