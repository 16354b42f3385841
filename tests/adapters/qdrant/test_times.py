"""Every way in which agents write times."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrichment.adapters.qdrant.times import plausible
from tests.adapters.qdrant.worlds import NOW

MOMENT = 1772355600.0


@pytest.mark.parametrize(
    "value",
    [
        1772355600,
        1772355600.0,
        1772355600000,
        1772355600000000,
        1772355600000000000,
        "1772355600",
        " 1772355600000 ",
        "2026-03-01T09:00:00",
        "2026-03-01 09:00:00",
        "2026-03-01T09:00:00Z",
        "2026-03-01T10:00:00+01:00",
        "20260301T090000Z",
    ],
)
def test_one_moment_can_be_written_in_many_ways(value: object) -> None:
    assert plausible([value], NOW) == MOMENT


@pytest.mark.parametrize(
    "value",
    [None, True, "", "soon", 0, -5, 12, "1970-01-01", "nan", "inf", 1e300, 10**400, "9" * 5000, [1], {}, "2199-01-01"],
)
def test_missing_unreadable_and_absurd_times_are_no_times(value: object) -> None:
    assert plausible([value], NOW) is None


def test_a_clock_may_be_wrong_by_a_day_and_no_more() -> None:
    early, late = NOW + timedelta(hours=23), NOW + timedelta(hours=25)

    assert plausible([late.isoformat(), early.isoformat()], NOW) == early.timestamp()


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none()))
def test_nothing_that_can_be_in_a_payload_raises(value: object) -> None:
    at = plausible([value], NOW)

    assert at is None or at > 0
