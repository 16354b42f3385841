"""Days, weeks, months, seasons and years around a day: the arithmetic of the calendar, without any words."""

from datetime import date, timedelta
from typing import NamedTuple

from enrichment.domain.dates import Granularity

DECADE = 10
# What "a few" is taken to be.
FEW = (2, 5)
_WEEKDAYS = tuple(f"d{number}" for number in range(7))
_SEASON_MONTHS = (3, 6, 9, 12)


class Span(NamedTuple):
    """Days [start, end), and how exactly they were said."""

    start: date
    end: date
    granularity: Granularity


def day(at: date) -> Span:
    """Return one day."""
    return Span(at, at + timedelta(days=1), Granularity.DAY)


def week(monday: date) -> Span:
    """Return the week that begins on this day."""
    return Span(monday, monday + timedelta(weeks=1), Granularity.WEEK)


def month(year: int, number: int) -> Span:
    """Return a month; months below 1 and above 12 belong to other years."""
    return Span(first_of(year, number), first_of(year, number + 1), Granularity.MONTH)


def first_of(year: int, number: int) -> date:
    """Return the first day of a month, which may lie in another year."""
    carried, index = divmod(number - 1, 12)
    return date(year + carried, index + 1, 1)


def year(number: int) -> Span:
    """Return a year."""
    return Span(date(number, 1, 1), date(number + 1, 1, 1), Granularity.YEAR)


def decade(first: int) -> Span:
    """Return the ten years from this one on."""
    return Span(date(first, 1, 1), date(first + DECADE, 1, 1), Granularity.DECADE)


def season(number: int, of_year: int) -> Span:
    """Return a season (1 spring to 4 winter) of the northern half, the winter that begins in that year."""
    first = _SEASON_MONTHS[number - 1]
    return Span(first_of(of_year, first), first_of(of_year, first + 3), Granularity.SEASON)


def unit(name: str, offset: int, today: date) -> Span:
    """Return the calendar day, week, weekend, month, year or decade that lies ``offset`` of them away from today's."""
    monday = today - timedelta(days=today.weekday())
    match name:
        case "day":
            return day(today + timedelta(days=offset))
        case "week":
            return week(monday + timedelta(weeks=offset))
        case "weekend":
            start = monday + timedelta(weeks=offset, days=5)
            return Span(start, start + timedelta(days=2), Granularity.DAY)
        case "month":
            return month(today.year, today.month + offset)
        case "year":
            return year(today.year + offset)
        case _:
            return decade(today.year - today.year % DECADE + DECADE * offset)


def last_week(today: date) -> Span:
    """Return the days from last week's Monday to yesterday.

    Late in a week some mean by "last week" the one before it, others the seven days just gone: this is true of both.
    """
    return Span(unit("week", -1, today).start, today, Granularity.WEEK)


def few(name: str, sign: int, today: date) -> Span:
    """Return from when to when "a few" units ago, or ahead, can be."""
    near, far = (unit(name, sign * count, today) for count in FEW)
    return Span(min(near.start, far.start), max(near.end, far.end), near.granularity)


def weekday(number: int, step: str | None, today: date) -> Span:
    """Return the last such day before today, or the next after; a bare weekday is the last one, today included."""
    if step in {"next", "coming"}:
        return day(today + timedelta(days=(number - today.weekday() - 1) % 7 + 1))
    back = (today.weekday() - number) % 7
    return day(today - timedelta(days=7 if step == "last" and not back else back))


def beside(name: str, count: int, sign: int, anchor: Span) -> Span:
    """Return the unit, or weekday (d0 to d6), that lies ``count`` of them before (-1) or after (1) another span.

    A week is seven days here, not a calendar's: "the week before 9 June" ends on the 8th.
    """
    before = sign < 0
    edge = anchor.start if before else anchor.end
    eve = edge - timedelta(days=1)
    further = sign * timedelta(weeks=count - 1)
    if name in _WEEKDAYS:
        number = _WEEKDAYS.index(name)
        return day((weekday(number, "last", edge) if before else weekday(number, "next", eve)).start + further)
    if name == "week":
        return week((edge - timedelta(weeks=1) if before else edge) + further)
    if name == "weekend":
        saturday = (weekday(5, "last", eve) if before else weekday(5, "next", eve)).start + further
        return Span(saturday, saturday + timedelta(days=2), Granularity.DAY)
    return unit(name, sign * count, edge if before else eve)
