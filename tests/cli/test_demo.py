"""What the demo prints of a fact."""

from datetime import UTC, datetime

import pytest

from enrichment.cli.demo import happening


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "granularity", "told"),
    [
        ("2026-05-02", "2026-05-03", "day", "2026-05-02"),
        ("2026-05-04", "2026-05-11", "week", "2026-05-04 to 2026-05-10"),
        ("2026-05-01", "2026-06-01", "month", "2026-05"),
        ("2026-06-01", "2026-09-01", "season", "2026-06 to 2026-08"),
        ("2026-01-01", "2027-01-01", "year", "2026"),
        ("2020-01-01", "2030-01-01", "decade", "2020 to 2029"),
        ("2026-05-02T18:00", "2026-05-02T19:00", "hour", "2026-05-02 18:00"),
    ],
)
def test_a_time_is_told_no_more_exactly_than_it_was_said(start: str, end: str, granularity: str, told: str) -> None:
    assert happening(at(start), at(end), granularity) == told


def test_what_goes_on_has_no_end_and_what_ended_may_have_no_beginning() -> None:
    assert happening(at("2026-05-02"), None, "day") == "from 2026-05-02"
    assert happening(None, at("2026-05-01"), "month") == "until 2026-04"
