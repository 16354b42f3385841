"""From words for a time to an interval, as somebody means them who asks: parts of days and spans of days too."""

import re
from datetime import datetime, timedelta, tzinfo
from typing import Final

from enrichment.domain.dates import Granularity, Interval
from enrichment.domain.resolve_dates import LANGUAGES, resolve
from enrichment.domain.spot_dates import spot

# From which to which hour a part of a day lasts, in the user's zone; a night ends on the next day.
_PARTS: Final = {
    (5, 12): r"morning|vormittag|morgens|früh|mañana|matin",
    (12, 18): r"afternoon|nachmittag|tarde|après-midi",
    (17, 24): r"evening|abend|soir|soirée|noche",
    (20, 30): r"night|nacht|nuit|anoche",
}
_WEEKDAYS: Final = "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
# The same in words that the resolver knows.
_SAME: Final = (
    (re.compile(r"\bla nuit dernière\b"), "hier nuit"),
    (re.compile(r"\bcette nuit\b"), "aujourd'hui nuit"),
    (re.compile(rf"({_WEEKDAYS})(morgen|vormittag|nachmittag|abend)"), r"\1 \2"),
    (re.compile(rf"\b(heute|gestern|vorgestern|{_WEEKDAYS}) morgen\b"), r"\1 früh"),
)
# A part of a day with what joins it to the day.
_WITH_PART: Final = re.compile(
    r"(?:\b(?:in the|at|por la|de la|en la|le|am|in der) )?\b(?:vormittags?|nachmittags?|abends?|nachts?|früh|morgens"
    r"|morning|afternoon|evening|night|mañana|tarde|noche|matin|après-midi|soirée?|nuit)\b"
)
_BEHIND: Final = re.compile(rf"\s+{_WITH_PART.pattern}", re.IGNORECASE)
_TODAY: Final = ("this", "esta", "ce", "cet", "cette", "diesen", "dieser", "heute", "hoy", "aujourd'hui", "today")
_BETWEEN: Final = re.compile(
    r"(?:between|zwischen|entre)\s+(?P<first>.+?)\s+(?:and|und|y|et)\s+(?P<last>.+)", re.IGNORECASE
)
_COUNTS: Final = {
    "two zwei dos deux": 2, "three drei tres trois": 3, "four vier cuatro quatre": 4, "five fünf cinco cinq": 5,
    "six sechs seis": 6, "seven sieben siete sept": 7, "ten zehn diez dix": 10,
}  # fmt: skip
_NUMBERS: Final = {word: number for words, number in _COUNTS.items() for word in words.split()}
_N: Final = r"(?P<n>\d{1,3}|" + "|".join(_NUMBERS) + ")"
_LAST_FEW: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:in |during |over |within )?(?:the )?(?:last|past) {_N} (?P<unit>day|week|month|year)s?",
        rf"(?:in )?(?:den |die )?(?:letzten?|vergangenen?) {_N} (?P<unit>tag|woche|monat|jahr)e?n?",
        rf"(?:en )?(?:los |las )últim[oa]s {_N} (?P<unit>día|semana|mes|año)(?:e?s)?",
        rf"(?:dans |pendant )?(?:ces |les ){_N} derni(?:er|ère)s (?P<unit>jour|semaine|mois|année|an)s?",
    )
)
_DAYS: Final = {
    **dict.fromkeys(("day", "tag", "día", "jour"), 1),
    **dict.fromkeys(("week", "woche", "semana", "semaine"), 7),
    **dict.fromkeys(("month", "monat", "mes", "mois"), 30),
    **dict.fromkeys(("year", "jahr", "año", "an", "année"), 365),
}


def interval_of(words: str, now: datetime, zone: tzinfo, language: str | None) -> Interval | None:
    """Return the interval that time words mean, asked at ``now``; None if they are not (only) words for a time."""
    text = " ".join(words.casefold().replace("’", "'").split()).strip("?.!,¿¡ ")
    if found := _BETWEEN.fullmatch(text):
        return _between(found["first"], found["last"], now, zone, language)
    if found := next(filter(None, (few.fullmatch(text) for few in _LAST_FEW)), None):
        return _last_few(found["n"], found["unit"], now, zone)
    for known, same in _SAME:
        text = known.sub(same, text)
    whole = resolve(text, now, zone, language=language) or _without_part(text, now, zone, language)
    return whole and _narrowed(text, whole, zone)


def _without_part(text: str, now: datetime, zone: tzinfo, language: str | None) -> Interval | None:
    rest = " ".join(_WITH_PART.sub(" ", text).split())
    if rest == text:
        return None
    return resolve("today" if rest in _TODAY else rest, now, zone, language="en" if rest in _TODAY else language)


def time_in(question: str, now: datetime, zone: tzinfo, language: str | None) -> tuple[Interval, str] | None:
    """Return the interval of the first words for a time in a question, and those words."""
    whole = interval_of(question, now, zone, language)
    if whole is not None:
        return whole, question
    for spotted in spot(question, language if language in LANGUAGES else "en"):
        # A part of the day stands behind the day, and is no word for a time to those who date facts.
        part = _BEHIND.match(question, spotted.end)
        words = question[spotted.start : part.end() if part else spotted.end]
        found = interval_of(words, now, zone, language)
        if found is not None:
            return found, words
    return None


def _between(first: str, last: str, now: datetime, zone: tzinfo, language: str | None) -> Interval | None:
    begin, end = (resolve(words, now, zone, language=language) for words in (first, last))
    if begin is None or end is None or begin.start is None or end.end is None or begin.start >= end.end:
        return None
    return Interval(begin.start, end.end, end.granularity)


def _last_few(count: str, unit: str, now: datetime, zone: tzinfo) -> Interval:
    """Return so many days up to now, from midnight on."""
    days = _DAYS[unit] * (int(count) if count.isdigit() else _NUMBERS[count])
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return Interval(today - timedelta(days=days), now, Granularity.DAY)


def _narrowed(text: str, whole: Interval, zone: tzinfo) -> Interval:
    """Return the part of the day that was said, if one was."""
    hours = next((hours for hours, words in _PARTS.items() if re.search(rf"\b(?:\w*(?:{words}))\b", text)), None)
    if hours is None or whole.granularity is not Granularity.DAY or whole.start is None:
        return whole
    midnight = whole.start.astimezone(zone)
    begin, end = ((midnight + timedelta(days=hour // 24)).replace(hour=hour % 24) for hour in hours)
    return Interval(begin, end, Granularity.HOUR)
