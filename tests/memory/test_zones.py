"""A time zone is what somebody says, where they live, or when they are awake."""

from datetime import UTC, datetime, timedelta

import pytest

from enrichment.domain.profile import Owner, Sources
from enrichment.memory.profile import composed
from enrichment.memory.zones import zone_of_activity, zone_of_place, zone_said
from tests.memory.test_profile import a_fact

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
OWNER = Owner("u1", "ava", "")


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("UTC+2", "UTC+02:00"),
        ("gmt -5:30", "UTC-05:30"),
        ("+09:00", "UTC+09:00"),
        ("CEST", "Europe/Berlin"),
        ("UTC+25", None),
        ("somewhere", None),
    ],
)
def test_a_zone_is_read_as_people_write_it(said: str, zone: str | None) -> None:
    assert zone_said(said) == zone


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        ("Leipzig, Germany", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("東京", "Asia/Tokyo"),
        ("Москва", "Europe/Moscow"),
        ("between London and Tokyo", None),
        ("the woods", None),
    ],
)
def test_a_place_has_a_zone_if_there_is_only_one(place: str, zone: str | None) -> None:
    assert zone_of_place(place) == zone


def awake(offset: int, days: int = 10) -> list[datetime]:
    """Sessions from eight in the morning to ten in the evening, on a clock so many hours ahead of UTC."""
    hours = range(8 - offset, 23 - offset)
    return [MONDAY + timedelta(days=number, hours=hour) for number in range(days) for hour in hours]


@pytest.mark.parametrize("offset", [-8, -5, 0, 1, 2, 5, 9, 12])
def test_the_quiet_hours_are_the_night(offset: int) -> None:
    zone = zone_of_activity(awake(offset))

    assert zone is not None
    assert abs(int(zone[3:6]) - offset) <= 1


def test_little_activity_or_activity_at_all_hours_tells_nothing() -> None:
    always = [MONDAY + timedelta(hours=hour) for hour in range(240)]

    assert zone_of_activity(awake(0)[:19]) is None
    assert zone_of_activity(awake(0, days=2)) is None
    assert zone_of_activity(always) is None


def test_what_is_said_counts_before_a_home_and_a_home_before_habits() -> None:
    said, home = a_fact("timezone", "UTC+3"), a_fact("lives in", "Tokyo")
    begun = tuple(awake(0))
    found = [composed(OWNER, Sources(facts=facts, begun=begun), MONDAY) for facts in ((said, home), (home,), ())]

    assert [(one.profile.timezone, one.profile.timezone_from) for one in found] == [
        ("UTC+03:00", "said"),
        ("Asia/Tokyo", "home"),
        (zone_of_activity(begun), "activity"),
    ]
