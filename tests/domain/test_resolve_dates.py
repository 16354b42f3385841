"""Words for a time become the interval that they meant when they were said."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrichment.domain.dates import Granularity
from enrichment.domain.resolve_dates import resolve

WEDNESDAY = datetime(2023, 5, 10, 14, tzinfo=UTC)


def days(words: str, *, ahead: bool = False) -> tuple[str | None, str | None, str] | None:
    found = resolve(words, WEDNESDAY, UTC, ahead=ahead)
    return None if found is None else (day(found.start), day(found.end), found.granularity.value)


def day(time: datetime | None) -> str | None:
    return None if time is None else time.date().isoformat()


@pytest.mark.parametrize(
    ("words", "start", "end", "granularity"),
    [
        ("yesterday", "2023-05-09", "2023-05-10", "day"),
        ("Tonight!", "2023-05-10", "2023-05-11", "day"),
        ("last night", "2023-05-09", "2023-05-10", "day"),
        ("the day before yesterday", "2023-05-08", "2023-05-09", "day"),
        ("last Saturday", "2023-05-06", "2023-05-07", "day"),
        ("last Wednesday", "2023-05-03", "2023-05-04", "day"),
        ("next Friday", "2023-05-12", "2023-05-13", "day"),
        ("on Friday", "2023-05-05", "2023-05-06", "day"),
        ("last week", "2023-05-01", "2023-05-10", "week"),
        ("the week before last", "2023-04-24", "2023-05-01", "week"),
        ("last weekend", "2023-05-06", "2023-05-08", "day"),
        ("two weeks ago", "2023-04-24", "2023-05-01", "week"),
        ("in 2 weeks", "2023-05-22", "2023-05-29", "week"),
        ("a month ago", "2023-04-01", "2023-05-01", "month"),
        ("five months ago", "2022-12-01", "2023-01-01", "month"),
        ("next year", "2024-01-01", "2025-01-01", "year"),
        ("in May", "2023-05-01", "2023-06-01", "month"),
        ("in June", "2022-06-01", "2022-07-01", "month"),
        ("last May", "2022-05-01", "2022-06-01", "month"),
        ("7 May 2021", "2021-05-07", "2021-05-08", "day"),
        ("May 7th, 2021", "2021-05-07", "2021-05-08", "day"),
        ("December 31", "2022-12-31", "2023-01-01", "day"),
        ("2015", "2015-01-01", "2016-01-01", "year"),
        ("2023-04-02", "2023-04-02", "2023-04-03", "day"),
        ("from 2015 to 2019", "2015-01-01", "2020-01-01", "year"),
        ("until 2019", None, "2020-01-01", "year"),
        ("since 2020", "2020-01-01", None, "year"),
        ("for the past three years", "2020-01-01", None, "year"),
        ("since last week", "2023-05-01", None, "week"),
        ("over the past year", "2022-01-01", None, "year"),
        ("seven years now", "2016-01-01", None, "year"),
        ("a few days ago", "2023-05-05", "2023-05-09", "day"),
        ("several years ago", "2018-01-01", "2022-01-01", "year"),
        ("the other day", "2023-05-05", "2023-05-09", "day"),
        ("two decades ago", "2003-01-01", "2004-01-01", "year"),
        ("last summer", "2022-06-01", "2022-09-01", "season"),
        ("this summer", "2023-06-01", "2023-09-01", "season"),
        ("in the winter of 2019", "2019-12-01", "2020-03-01", "season"),
        ("in the 90s", "1990-01-01", "2000-01-01", "decade"),
        ("the eighties", "1980-01-01", "1990-01-01", "decade"),
        ("in the 2010s", "2010-01-01", "2020-01-01", "decade"),
        ("last Christmas", "2022-12-25", "2022-12-26", "day"),
        ("the week before 9 June", "2023-06-02", "2023-06-09", "week"),
        ("the Friday before 15 July 2023", "2023-07-14", "2023-07-15", "day"),
        ("two weekends before 17 July 2023", "2023-07-08", "2023-07-10", "day"),
        ("the weekend after 3 June 2022", "2022-06-04", "2022-06-06", "day"),
        ("the day after 31 December 2022", "2023-01-01", "2023-01-02", "day"),
        ("3 days before May 2nd", "2023-04-29", "2023-04-30", "day"),
        ("the month before June 2022", "2022-05-01", "2022-06-01", "month"),
        ("the week of 23 August 2023", "2023-08-21", "2023-08-28", "week"),
        ("Monday last week", "2023-05-01", "2023-05-02", "day"),
        ("on the 3rd", "2023-05-03", "2023-05-04", "day"),
        ("on the 15th", "2023-04-15", "2023-04-16", "day"),
        ("yesterday at 5:30 pm", "2023-05-09", "2023-05-10", "day"),
        ("Tuesday, 25 April", "2023-04-25", "2023-04-26", "day"),
        ("13/05/2023", "2023-05-13", "2023-05-14", "day"),
        ("5/13/2023", "2023-05-13", "2023-05-14", "day"),
        ("in early March 2020", "2020-03-01", "2020-04-01", "month"),
        ("gestern Abend", "2023-05-09", "2023-05-10", "day"),
        ("letzte Woche", "2023-05-01", "2023-05-10", "week"),
        ("vor zwei Jahren", "2021-01-01", "2022-01-01", "year"),
        ("im Mai 2021", "2021-05-01", "2021-06-01", "month"),
        ("seit fünf Jahren", "2018-01-01", None, "year"),
        ("7.5.2023", "2023-05-07", "2023-05-08", "day"),
        ("ayer", "2023-05-09", "2023-05-10", "day"),
        ("hace 3 días", "2023-05-07", "2023-05-08", "day"),
        ("la semana pasada", "2023-05-01", "2023-05-10", "week"),
        ("el 3 de mayo de 2020", "2020-05-03", "2020-05-04", "day"),
        ("desde hace cinco años", "2018-01-01", None, "year"),
    ],
)
def test_words_become_days(words: str, start: str | None, end: str | None, granularity: str) -> None:
    assert days(words) == (start, end, granularity)


@pytest.mark.parametrize(
    ("words", "start"),
    [
        ("in June", "2023-06-01"),
        ("in April", "2024-04-01"),
        ("on Friday", "2023-05-12"),
        ("in the summer", "2023-06-01"),
        ("on the 3rd", "2023-06-03"),
        ("May 9", "2024-05-09"),
        ("at Christmas", "2023-12-25"),
        ("this May", "2023-05-01"),
    ],
)
def test_of_a_plan_the_next_such_time_is_meant(words: str, start: str) -> None:
    found = days(words, ahead=True)

    assert found is not None
    assert found[0] == start


@pytest.mark.parametrize(
    "words",
    [
        "",
        "soon",
        "one day",
        "in my twenties",
        "13/13/2023",
        "before",
        "the week before last Tuesday's party",
        "31 February",
        "2023-13-01",
        "7/5/2023",
        "from 2019 to 2015",
        "in 9999 years",
        "9999 years ago",
        "99999999999999999999 days ago",
        "\ud800",
    ],
)
def test_what_is_not_understood_gives_no_date(words: str) -> None:
    assert resolve(words, WEDNESDAY, UTC) is None


def test_days_are_those_of_the_speakers_zone() -> None:
    late = datetime(2023, 5, 9, 23, 30, tzinfo=UTC)

    found = resolve("yesterday", late, ZoneInfo("Europe/Berlin"))

    assert found is not None
    assert found.start == datetime(2023, 5, 8, 22, tzinfo=UTC)


ANCHORS = st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(
    lambda day: datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
)


@given(st.text(max_size=30), ANCHORS)
def test_any_words_are_survived(words: str, anchor: datetime) -> None:
    found = resolve(words, anchor, UTC)

    assert found is None or found.start is None or found.end is None or found.start < found.end


@given(ANCHORS)
def test_last_week_holds_both_of_its_readings(anchor: datetime) -> None:
    found = resolve("last week", anchor, UTC)

    assert found is not None
    assert found.start is not None
    assert found.end is not None
    assert found.start <= anchor.replace(hour=0) - timedelta(days=7)
    assert found.start.weekday() == 0
    assert found.end == anchor.replace(hour=0)


@given(st.sampled_from(["week", "weekend", "month", "year", "Friday"]), st.integers(1, 9), ANCHORS)
def test_what_lies_before_a_day_ends_before_it(unit: str, count: int, anchor: datetime) -> None:
    found = resolve(f"{count} {unit}s before 9 June 2020", anchor, UTC, language="en")
    following = resolve(f"{count} {unit}s after 9 June 2020", anchor, UTC, language="en")

    assert found is not None
    assert found.end is not None
    assert found.end.date() <= date(2020, 6, 9) or unit == "year"
    assert following is not None
    assert following.start is not None
    assert following.start.date() > date(2020, 6, 9)


@given(ANCHORS, st.sampled_from(["in March", "on Friday", "in winter", "on the 12th", "March 3", "at Halloween"]))
def test_what_lies_ahead_is_not_over_and_the_next_of_its_kind(anchor: datetime, words: str) -> None:
    found = resolve(words, anchor, UTC, ahead=True)

    assert found is not None
    assert found.start is not None
    assert found.end is not None
    assert found.end > anchor.replace(hour=0)
    assert found.start <= anchor + timedelta(days=366)


@given(st.integers(0, 5_000), ANCHORS)
def test_days_ago_are_counted_exactly(count: int, anchor: datetime) -> None:
    found = resolve(f"{count} days ago", anchor, UTC)

    assert found is not None
    assert found.granularity is Granularity.DAY
    assert found.start is not None
    assert found.start.date() == anchor.date() - timedelta(days=count)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), ANCHORS)
def test_a_written_date_means_itself_whenever_it_is_said(day: date, anchor: datetime) -> None:
    found = resolve(day.isoformat(), anchor, UTC)

    assert found is not None
    assert (found.start, found.end) == (
        datetime.combine(day, datetime.min.time(), UTC),
        datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC),
    )
