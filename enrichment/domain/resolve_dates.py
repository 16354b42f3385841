"""From the words for a time and the moment they were said to the interval they mean.

What is not understood gives None, never a guess: the fact then happened when it was said, as far as anybody knows.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from re import Match
from typing import Final

from enrichment.domain import calendar_spans as calendar
from enrichment.domain.calendar_spans import Span
from enrichment.domain.date_tongues import TABLES
from enrichment.domain.date_words import canonical
from enrichment.domain.dates import Granularity, Interval

LANGUAGES: Final = tuple(TABLES)
_LONGEST = 100


def resolve(
    words: str, anchor: datetime, zone: tzinfo, *, ahead: bool = False, language: str | None = None
) -> Interval | None:
    """Return the half-open interval that the words mean when said at ``anchor`` (aware), in the speaker's zone.

    "in May" and "on Friday" are the last ones, or, ``ahead``, the next, as in a plan. ``language`` (``en``, …) is tried
    before the others. "until" and "since" give an interval that is open on one side. Seasons are those of the northern
    half. None if the words are not understood, or if the time lies outside of the years 1 to 9999.
    """
    today = anchor.astimezone(zone).date()
    for text in _readings(words[:_LONGEST], language):
        try:
            found = _interval(_ahead(text) if ahead else text, today, zone)
        except (OverflowError, ValueError):
            continue
        if found is not None:
            return found
    return None


def _readings(words: str, language: str | None) -> Iterator[str]:
    """Yield the words in the resolver's forms, by each language that knows them all."""
    first = (language,) if language in TABLES else ()
    for name in dict.fromkeys((*first, *LANGUAGES)):
        text = canonical(words, name)
        if text:
            yield text


def _ahead(text: str) -> str:
    return re.sub(r"\A(?:in )?(?=(?:d\d|m\d+|s\d|nth\d+|h\d+|m\d+ (?:nth)?\d+|(?:nth)?\d+ m\d+)\Z)", "coming ", text)


def _interval(text: str, today: date, zone: tzinfo) -> Interval | None:
    if found := re.fullmatch(r"(?:from )?(.+) (?:to|until) (.+)", text):
        first, last = _span(found[1], today), _span(found[2], today)
        return _aware(first.start, last.end, last.granularity, zone) if first and last else None
    if found := re.fullmatch(rf"({_SPELL}) today|since (?:(?:ago|since|last) )?({_SPELL})", text):
        # "Seven years now", "since five years", "over the past year": it began then, and goes on.
        span = _span("ago " + _counting(found[1] or found[2]), today)
        return span and _aware(span.start, None, span.granularity, zone)
    if found := re.fullmatch(r"(since|until) (.+)", text):
        span = _span(found[2], today)
        if span is None:
            return None
        since = found[1] == "since"
        return _aware(span.start if since else None, None if since else span.end, span.granularity, zone)
    span = _span(text, today)
    return span and _aware(span.start, span.end, span.granularity, zone)


def _counting(spell: str) -> str:
    return spell if " " in spell else f"1 {spell}"


def _aware(start: date | None, end: date | None, granularity: Granularity, zone: tzinfo) -> Interval | None:
    if start is not None and end is not None and start >= end:
        return None
    return Interval(_midnight(start, zone), _midnight(end, zone), granularity)


def _midnight(day: date | None, zone: tzinfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), zone)


def _span(text: str, today: date) -> Span | None:
    found = ((rule.fullmatch(text), build) for rule, build in _RULES)
    return next((span for match, build in found if match and (span := build(match, today)) is not None), None)


_STEPS: Final = {"beforelast": -2, "last": -1, "this": 0, "next": 1, "coming": 1}


def _relative(match: Match[str], today: date) -> Span:
    if (match["unit"], match["step"]) == ("week", "last"):
        return calendar.last_week(today)
    return calendar.unit(match["unit"], _STEPS[match["step"]], today)


def _counted(match: Match[str], today: date) -> Span:
    sign = -1 if re.search("ago|since", match[0]) else 1
    if match["count"] == "few":
        return calendar.few(match["unit"], sign, today)
    count = int(match["count"])
    if match["unit"] == "decade":
        return calendar.year(today.year + sign * count * calendar.DECADE)
    return calendar.unit(match["unit"], sign * count, today)


def _weekday(match: Match[str], today: date) -> Span:
    return calendar.weekday(int(match["weekday"]), match["step"], today)


def _weekday_of_week(match: Match[str], today: date) -> Span:
    monday = calendar.unit("week", _STEPS[match["step"]], today).start
    return calendar.day(monday + timedelta(days=int(match["weekday"])))


def _named_month(match: Match[str], today: date) -> Span:
    """Return the month in the year that was said, else the last one that has begun; "next May" is the one after."""
    month = int(match["month"])
    if match["year"]:
        return calendar.month(int(match["year"]), month)
    return _turn(lambda year: calendar.month(year, month), match["step"], today)


def _month_of(match: Match[str], _: date) -> Span:
    return calendar.month(int(match["year"]), int(match["month"]))


def _season(match: Match[str], today: date) -> Span:
    season = int(match["season"])
    if match["year"]:
        return calendar.season(season, int(match["year"]))
    return _turn(lambda year: calendar.season(season, year), match["step"], today)


def _turn(of: Callable[[int], Span], step: str | None, today: date) -> Span:
    """Return the one of a yearly recurring span that is meant: "last" ones are over, "coming" ones are not.

    "this May" is the one of this year; without a word it is the last that has begun, and "next May" the one after that.
    """
    spans = [of(today.year + offset) for offset in (-2, -1, 0, 1)]
    if step == "this":
        return spans[2]
    if step == "coming":
        return next((span for span in spans if span.end > today), of(today.year + 1))
    if step == "last":
        return next(span for span in reversed(spans) if span.end <= today)
    begun = next(at for at in (3, 2, 1, 0) if spans[at].start <= today)
    return of(today.year - 2 + begun + (step == "next"))


def _date(match: Match[str], today: date) -> Span:
    """Return the day in the year that was said, else in the year that brings it nearest to today."""
    month, day = int(match["month"]), int(match["day"])
    fields = match.groupdict()
    if fields.get("year"):
        return calendar.day(date(int(match["year"]), month, day))
    candidates = [date(today.year + step, month, day) for step in (-1, 0, 1)]
    if fields.get("step"):
        if match["step"] == "last":
            return calendar.day(max(one for one in candidates if one < today))
        return calendar.day(min(one for one in candidates if one >= today))
    return calendar.day(min(candidates, key=lambda candidate: abs(candidate - today)))


def _figures(match: Match[str], _: date) -> Span | None:
    """Return a day in figures; where it can be read in two ways, in none."""
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] == "." or first > 12:  # noqa: PLR2004 - months
        return calendar.day(date(year, second, first))
    return calendar.day(date(year, first, second)) if second > 12 or first == second else None  # noqa: PLR2004 - months


def _day_of_month(match: Match[str], today: date) -> Span:
    day, step = int(match["day"]), 1 if match["step"] else -1
    offset = step if (day - today.day) * step < 0 else 0
    return calendar.day(calendar.first_of(today.year, today.month + offset).replace(day=day))


def _beside(match: Match[str], today: date) -> Span | None:
    anchor = _span(match["rest"], today)
    sign = 1 if match["side"] == "after" else -1
    return anchor and calendar.beside(match["unit"], int(match["count"] or 1), sign, anchor)


def _containing(match: Match[str], today: date) -> Span | None:
    day = _span(match["rest"], today)
    is_day = day is not None and day.granularity is Granularity.DAY
    return calendar.unit(match["unit"], 0, day.start) if day and is_day else None


_NAMED_DAYS: Final = {"daybefore": -2, "yesterday": -1, "today": 0, "tomorrow": 1, "dayafter": 2}
_UNITS: Final = "day|week|weekend|month|year|decade"
_STEP = "(?P<step>beforelast|last|this|next|coming)"
_UNIT = f"(?P<unit>{_UNITS})"
_SPELL = f"(?:(?:[0-9]{{1,4}}|few) )?(?:{_UNITS})"
_COUNT = "(?P<count>[0-9]{1,4}|few)"
_YEAR = "(?:year )?(?P<year>[12][0-9]{3})(?: year)?"
_DAY = "(?:nth)?(?P<day>[0-9]{1,2})"
_MONTH = "m(?P<month>[0-9]{1,2})"
_SEASON = "s(?P<season>[1-4])"
_WEEKDAY = "d(?P<weekday>[0-6])"
_HOLIDAY = "h(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
_AT = "(?:in |this )?"
# A straight list: what is compared first comes first.
_RULES: Final[tuple[tuple[re.Pattern[str], Callable[[Match[str], date], Span | None]], ...]] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        ("|".join(_NAMED_DAYS), lambda match, today: calendar.day(today + timedelta(days=_NAMED_DAYS[match[0]]))),
        (f"(?:in |since )?{_STEP} {_UNIT}", _relative),
        (f"(?:in )?{_UNIT} {_STEP}", _relative),
        (f"{_COUNT} {_UNIT} (?:ago|since)", _counted),
        (f"{_COUNT} {_UNIT} later", _counted),
        (f"in {_COUNT} {_UNIT}", _counted),
        (f"ago {_COUNT} {_UNIT}(?: since)?", _counted),
        (f"(?:in )?(?:{_STEP} )?{_WEEKDAY}", _weekday),
        (f"(?:in )?{_WEEKDAY} {_STEP}", _weekday),
        (f"(?:in )?{_STEP} week {_WEEKDAY}", _weekday_of_week),
        (f"{_WEEKDAY} {_STEP} week", _weekday_of_week),
        (f"(?:in )?(?:{_STEP} )?{_MONTH}(?: {_YEAR})?", _named_month),
        (f"(?:in )?{_MONTH} {_STEP}(?P<year>)", _named_month),
        (f"(?:in )?(?:{_STEP} )?{_SEASON}(?: {_YEAR})?", _season),
        (f"(?:in )?{_SEASON} {_STEP}(?P<year>)", _season),
        (f"(?:(?P<step>last|this|next|coming) )?{_HOLIDAY}(?: {_YEAR})?", _date),
        (f"(?:d[0-6] )?(?:(?P<step>last|coming) )?{_MONTH} {_DAY}(?: {_YEAR})?", _date),
        (f"(?:d[0-6] )?(?:(?P<step>last|coming) )?{_DAY} {_MONTH}(?: {_YEAR})?", _date),
        (
            f"{_YEAR} {_MONTH}(?: {_DAY} day)?",
            lambda match, today: (_date if match["day"] else _month_of)(match, today),
        ),
        (f"(?P<step>)?{_MONTH} {_DAY} day(?P<year>)", _date),
        ("(?P<year>[12][0-9]{3})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})", _date),
        (r"([0-9]{1,2})([./])([0-9]{1,2})[./]([0-9]{4})", _figures),
        ("(?P<year>[12][0-9]{3})-(?P<month>[0-9]{1,2})", _month_of),
        ("(?:(?P<step>coming) )?nth(?P<day>[0-9]{1,2})", _day_of_month),
        ("(?:in )?decade (?P<first>[12][0-9]{2}0)", lambda match, _: calendar.decade(int(match["first"]))),
        ("(?:in )?year (?P<first>[3-9]0)", lambda match, _: calendar.decade(1900 + int(match["first"]))),
        (f"{_AT}{_YEAR}", lambda match, _: calendar.year(int(match["year"]))),
        (
            f"(?:(?P<count>[0-9]{{1,3}}) )?(?P<unit>{_UNITS}|d[0-6]) (?P<side>before|after|ago) (?P<rest>.*[mh0-9].*)",
            _beside,
        ),
        ("(?:this )?(?P<unit>week|weekend) (?P<rest>.*m.*)", _containing),
    )
)
