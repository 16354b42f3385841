"""When the words for a time in the templates mean, said on a day: written down apart from the program's resolver."""

from datetime import date, timedelta

Days = tuple[date, date]


def meant(words: str, said: date) -> Days:
    """Return the days [start, end) that are meant; raises ``KeyError`` for words of no template."""
    monday = said - timedelta(days=said.weekday())
    days = {
        "yesterday": 1,
        "gestern": 1,
        "ayer": 1,
        "tomorrow": -1,
        "three days ago": 3,
        "the day before yesterday": 2,
        "vorgestern": 2,
        "anteayer": 2,
        "last Saturday": (said.weekday() - 5 - 1) % 7 + 1,
        "next Friday": -((4 - said.weekday() - 1) % 7 + 1),
    }
    months = {
        "last month": -1,
        "letzten Monat": -1,
        "el mes pasado": -1,
        "four months ago": -4,
        "vor drei Monaten": -3,
        "hace tres meses": -3,
        "next month": 1,
    }
    weeks = {"two weeks ago": -2, "in two weeks": 2}
    years = {"last year": -1, "vor zwei Jahren": -2, "hace dos años": -2, "next year": 1}
    fixed = {
        "in March 2019": (date(2019, 3, 1), date(2019, 4, 1)),
        "in June 2027": (date(2027, 6, 1), date(2027, 7, 1)),
        "in 2018": (date(2018, 1, 1), date(2019, 1, 1)),
        "in 2029": (date(2029, 1, 1), date(2030, 1, 1)),
        "next spring": (date(2026 + (said >= date(2026, 3, 1)), 3, 1), date(2026 + (said >= date(2026, 3, 1)), 6, 1)),
    }
    week = dict.fromkeys(("last week", "letzte Woche", "la semana pasada"), (monday - timedelta(weeks=1), said))
    if words in days:
        return said - timedelta(days=days[words]), said - timedelta(days=days[words] - 1)
    if words in months:
        return _first(said, months[words]), _first(said, months[words] + 1)
    if words in weeks:
        return monday + timedelta(weeks=weeks[words]), monday + timedelta(weeks=weeks[words] + 1)
    if words in years:
        return date(said.year + years[words], 1, 1), date(said.year + years[words] + 1, 1, 1)
    return (fixed | week)[words]


def _first(said: date, months: int) -> date:
    """Return the first day of the month that lies this many months away."""
    number = said.year * 12 + said.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
