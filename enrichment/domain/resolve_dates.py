"""From the words for a time and the moment they were said to the interval they mean: English, German, Spanish.

What is not understood gives None, never a guess: the fact then happened when it was said, as far as anybody knows.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from re import Match
from typing import Final, NamedTuple

from enrichment.domain.date_words import FORMS, IGNORED
from enrichment.domain.dates import Granularity, Interval
from enrichment.domain.text import normalised

_LONGEST = 100
_TOKEN = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{4}-\d{1,2}|\d{1,2}\.\d{1,2}\.\d{4}|\d+|[^\W\d_]+")


class _Span(NamedTuple):
    """Days [start, end), and how exactly they were said."""

    start: date
    end: date
    granularity: Granularity


def resolve(words: str, anchor: datetime, zone: tzinfo, *, ahead: bool = False) -> Interval | None:
    """Return the half-open interval that the words mean when said at ``anchor`` (aware), in the speaker's zone.

    "in May" and "on Friday" are the last ones, or, ``ahead``, the next, as in a plan.
    "until" and "since" give an interval that is open on one side. None if the words are not understood, or if the time
    lies outside of the years 1 to 9999.
    """
    today = anchor.astimezone(zone).date()
    try:
        return _interval(_canonical(words, ahead=ahead), today, zone)
    except (OverflowError, ValueError):
        return None


def _canonical(words: str, *, ahead: bool) -> str:
    """Return the words in the resolver's own forms, one space apart: "vor zwei Jahren" is "ago 2 year"."""
    text = re.sub(r"\b(?:last|letzte) (?:night|nacht)\b|\banoche\b", "yesterday", normalised(words[:_LONGEST]))
    text = re.sub(r"\b(?:this|diesen|esta) (?:morning|afternoon|evening|night|morgen|abend|noche)\b", "today", text)
    text = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", text)
    text = re.sub(r"\bfor (?:the )?(?=last|past)", "since ", text)
    text = re.sub(r"\b(an?)(?= (?:days?|weeks?|months?|years?)\b)", "1", text)
    tokens = (FORMS.get(token, token) for token in _TOKEN.findall(text) if token not in IGNORED)
    text = " ".join(tokens).replace("day before yesterday", "daybefore").replace("day after tomorrow", "dayafter")
    return re.sub(r"\A(?:in )?(?=d\d\Z|m\d+\Z)", "coming ", text) if ahead else text


def _interval(text: str, today: date, zone: tzinfo) -> Interval | None:
    if found := re.fullmatch(r"(?:from )?(.+) (?:to|until) (.+)", text):
        first, last = _span(found[1], today), _span(found[2], today)
        return _aware(first.start, last.end, last.granularity, zone) if first and last else None
    if found := re.fullmatch(r"(since|until) (?:ago |last )?(.+)", text):
        spell = re.fullmatch(r"\d+ (?:day|week|month|year)", found[2])
        span = _span(f"ago {found[2]}" if spell else found[2], today)
        if span is None:
            return None
        since = found[1] == "since"
        return _aware(span.start if since else None, None if since else span.end, span.granularity, zone)
    span = _span(text, today)
    return span and _aware(span.start, span.end, span.granularity, zone)


def _aware(start: date | None, end: date | None, granularity: Granularity, zone: tzinfo) -> Interval | None:
    if start is not None and end is not None and start >= end:
        return None
    return Interval(_midnight(start, zone), _midnight(end, zone), granularity)


def _midnight(day: date | None, zone: tzinfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), zone)


def _span(text: str, today: date) -> _Span | None:
    found = ((rule.fullmatch(text), build) for rule, build in _RULES)
    return next((build(match, today) for match, build in found if match), None)


def _day(day: date) -> _Span:
    return _Span(day, day + timedelta(days=1), Granularity.DAY)


def _month(year: int, month: int) -> _Span:
    """Return a month; months below 1 and above 12 belong to other years."""
    carried, index = divmod(month - 1, 12)
    following, after = divmod(month, 12)
    return _Span(date(year + carried, index + 1, 1), date(year + following, after + 1, 1), Granularity.MONTH)


def _year(year: int) -> _Span:
    return _Span(date(year, 1, 1), date(year + 1, 1, 1), Granularity.YEAR)


def _unit(unit: str, offset: int, today: date) -> _Span:
    """Return the calendar day, week, weekend, month or year that lies ``offset`` of them away from today's."""
    monday = today - timedelta(days=today.weekday())
    match unit:
        case "day":
            return _day(today + timedelta(days=offset))
        case "week":
            start = monday + timedelta(weeks=offset)
            return _Span(start, start + timedelta(weeks=1), Granularity.WEEK)
        case "weekend":
            start = monday + timedelta(weeks=offset, days=5)
            return _Span(start, start + timedelta(days=2), Granularity.DAY)
        case "month":
            return _month(today.year, today.month + offset)
        case _:
            return _year(today.year + offset)


_STEPS: Final = {"last": -1, "this": 0, "next": 1, "coming": 1}


def _relative(match: Match[str], today: date) -> _Span:
    return _unit(match["unit"], _STEPS[match["step"]], today)


def _counted(match: Match[str], today: date) -> _Span:
    sign = -1 if "ago" in match[0] else 1
    return _unit(match["unit"], sign * int(match["count"]), today)


def _weekday(match: Match[str], today: date) -> _Span:
    """Return the last such day before today, or the next after; a bare weekday is the last one, today included."""
    step, day = match["step"], int(match["weekday"])
    if step in {"next", "coming"}:
        return _day(today + timedelta(days=(day - today.weekday() - 1) % 7 + 1))
    back = (today.weekday() - day) % 7
    return _day(today - timedelta(days=7 if step == "last" and not back else back))


def _named_month(match: Match[str], today: date) -> _Span:
    """Return the month in the year that was said, else the last one that has begun; "next May" is the one after."""
    month = int(match["month"])
    if match["year"]:
        return _month(int(match["year"]), month)
    if match["step"] == "coming":
        return _month(today.year if month >= today.month else today.year + 1, month)
    begun = today.year if month <= today.month else today.year - 1
    if match["step"] == "last" and month == today.month:
        begun -= 1
    return _month(begun + (match["step"] == "next"), month)


def _date(match: Match[str], today: date) -> _Span:
    """Return the day in the year that was said, else in the year that brings it nearest to today."""
    month, day = int(match["month"]), int(match["day"])
    if match["year"]:
        return _day(date(int(match["year"]), month, day))
    candidates = [date(today.year + step, month, day) for step in (-1, 0, 1)]
    return _day(min(candidates, key=lambda candidate: abs(candidate - today)))


_NAMED_DAYS: Final = {"daybefore": -2, "yesterday": -1, "today": 0, "tomorrow": 1, "dayafter": 2}
_STEP = "(?P<step>last|this|next|coming)"
_UNIT = "(?P<unit>day|week|weekend|month|year)"
_COUNT = "(?P<count>[0-9]{1,4})"
_YEAR = "(?P<year>[12][0-9]{3})"
_DAY = "(?P<day>[0-9]{1,2})"
_MONTH = "m(?P<month>[0-9]{1,2})"
_RULES: Final[tuple[tuple[re.Pattern[str], Callable[[Match[str], date], _Span | None]], ...]] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        ("|".join(_NAMED_DAYS), lambda match, today: _day(today + timedelta(days=_NAMED_DAYS[match[0]]))),
        (f"{_STEP} {_UNIT}", _relative),
        (f"{_UNIT} {_STEP}", _relative),
        ("(?P<unit>week|weekend|month|year) before last", lambda match, today: _unit(match["unit"], -2, today)),
        (f"{_COUNT} {_UNIT} ago", _counted),
        (f"(?:ago|in) {_COUNT} {_UNIT}", _counted),
        (f"(?:{_STEP} )?d(?P<weekday>[0-6])", _weekday),
        (f"(?:in )?(?:{_STEP} )?{_MONTH}(?: {_YEAR})?", _named_month),
        (f"{_MONTH} {_DAY}(?: {_YEAR})?", _date),
        (f"{_DAY} {_MONTH}(?: {_YEAR})?", _date),
        (f"{_YEAR}-(?P<month>[0-9]{{1,2}})-{_DAY}", _date),
        (rf"{_DAY}\.(?P<month>[0-9]{{1,2}})\.{_YEAR}", _date),
        (f"{_YEAR}-(?P<month>[0-9]{{1,2}})", lambda match, _: _month(int(match["year"]), int(match["month"]))),
        (f"(?:in )?(?:year )?{_YEAR}", lambda match, _: _year(int(match["year"]))),
    )
)
