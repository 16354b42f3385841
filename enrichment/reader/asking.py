"""Understands what is asked of a memory: a time, a category, and the words that are left."""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from enrichment.domain.dates import Interval
from enrichment.domain.facts import Category
from enrichment.domain.text import normalised
from enrichment.reader.when import time_in

_MOST_WORDS, _LONGEST_QUESTION = 24, 1000
# By the beginning of a word that stands for a category when it is asked for by itself: "my job", "meine Arbeit".
_CATEGORIES: Final = {
    Category.IDENTITY: "me name who myself ich wer nombre quién nom qui",
    Category.RELATIONSHIP: "famil friend relationship freund beziehung amig ami amis relation pareja partner",
    Category.WORK: "job work career office arbeit beruf stelle trabajo empleo travail emploi boulot métier",
    Category.HOME: "home house flat apartment zuhause wohnung haus casa hogar piso maison appartement logement",
    Category.HEALTH: "health illness gesundheit krank salud santé",
    Category.INTEREST: "hobb interest interess aficion pasatiempo loisir passe-temps intérêt",
    Category.PREFERENCE: "preference favourite favorite like vorlieb liebling preferenc gusto préférence goût",
    Category.SKILL: "skill abilit fähigkeit können habilidad compétence",
    Category.PLAN: "plan goal vorhaben ziel planes objetivo projet",
    Category.EVENT: "event ereignis evento événement",
    Category.POSSESSION: "possession belonging besitz posesi possession",
    Category.BELIEF: "belief opinion meinung glaube opini creencia avis croyance",
}
_POSSESSIVES: Final = (
    "my our the his her their mein meine meiner meinen meinem unser unsere der die das mi mis nuestro nuestra el la "
    "los las mon ma mes notre nos le les about über sur"
)
# "on October 13, 2023", "on 25 February, 2022": the year belongs to the day.
_COMMA_BEFORE_YEAR: Final = re.compile(r"(\w), ((?:19|20)\d\d\b)")
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_UNSPACED: Final = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is looked for: ``words`` by their beginning, ``pieces`` of two characters where scripts have no spaces."""

    during: Interval | None = None
    category: Category | None = None
    words: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()


def understood(question: str, now: datetime, zone: tzinfo, language: str | None) -> Asked:
    """Return what a question asks for; the words for a time are no words to look for."""
    question = _COMMA_BEFORE_YEAR.sub(r"\1 \2", question[:_LONGEST_QUESTION])
    timed = time_in(question, now, zone, language)
    during, rest = (None, question) if timed is None else (timed[0], question.replace(timed[1], " "))
    said = normalised(rest)
    if (category := _category(said)) is not None:
        return Asked(during=during, category=category)
    pieces = [run[at : at + 2] for run in _UNSPACED.findall(said) for at in range(max(1, len(run) - 1))]
    words = _WORD.findall(_UNSPACED.sub(" ", said))
    return Asked(during=during, words=_each_once(words), pieces=_each_once(pieces))


def _category(said: str) -> Category | None:
    """Return the category that is asked for by its name alone."""
    words = [word for word in _WORD.findall(said) if word not in _POSSESSIVES.split()]
    if len(words) != 1:
        return None
    named = (each for each, stems in _CATEGORIES.items() if any(words[0].startswith(stem) for stem in stems.split()))
    return next((Category(words[0]) for each in Category if each.value == words[0]), next(named, None))


def _each_once(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))[:_MOST_WORDS]
