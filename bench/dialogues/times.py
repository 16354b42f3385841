"""When the words for a time in the templates mean, said on a day: written down apart from the program's resolver."""

from datetime import date, timedelta

Days = tuple[date, date]
_WEEKS = {"two weeks ago": -2, "in two weeks": 2}
_MONTHS = dict.fromkeys(("last month", "letzten Monat", "el mes pasado"), -1) | {"four months ago": -4, "next month": 1}
_MONTHS |= dict.fromkeys(("vor drei Monaten", "hace tres meses"), -3)
_YEARS = {"last year": -1, "vor zwei Jahren": -2, "hace dos años": -2, "next year": 1}
_LAST_WEEK = {"last week", "letzte Woche", "la semana pasada"}
_FIXED = {
    "in March 2019": (date(2019, 3, 1), date(2019, 4, 1)),
    "in June 2027": (date(2027, 6, 1), date(2027, 7, 1)),
    "in 2018": (date(2018, 1, 1), date(2019, 1, 1)),
    "in 2029": (date(2029, 1, 1), date(2030, 1, 1)),
}


def meant(words: str, said: date) -> Days:
    """Return the days [start, end) that are meant; raises ``KeyError`` for words of no template."""
    days, weeks, months, years = _days(said), _WEEKS, _MONTHS, _YEARS
    monday = said - timedelta(days=said.weekday())
    if words in days:
        return said - timedelta(days=days[words]), said - timedelta(days=days[words] - 1)
    if words in months:
        return _first(said, months[words]), _first(said, months[words] + 1)
    if words in weeks:
        return monday + timedelta(weeks=weeks[words]), monday + timedelta(weeks=weeks[words] + 1)
    if words in years:
        return date(said.year + years[words], 1, 1), date(said.year + years[words] + 1, 1, 1)
    return _stretch(words, said, monday)


def _stretch(words: str, said: date, monday: date) -> Days:
    if words in _LAST_WEEK:
        return monday - timedelta(weeks=1), said
    if words == "next spring":
        year = said.year + (said >= date(said.year, 3, 1))
        return date(year, 3, 1), date(year, 6, 1)
    return _FIXED[words]


def _first(said: date, months: int) -> date:
    """Return the first day of the month that lies this many months away."""
    number = said.year * 12 + said.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _days(said: date) -> dict[str, int]:
    """Return how many days before today each of the named days is."""
    ago = {"yesterday": 1, "gestern": 1, "ayer": 1, "tomorrow": -1, "three days ago": 3}
    ago |= dict.fromkeys(("the day before yesterday", "vorgestern", "anteayer"), 2)
    last_saturday, next_friday = (said.weekday() - 5 - 1) % 7 + 1, (4 - said.weekday() - 1) % 7 + 1
    return ago | {"last Saturday": last_saturday, "next Friday": -next_friday}
