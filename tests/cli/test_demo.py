"""What the demo prints: facts with their times, and what each engine found of each user."""

import re
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO

import pytest

from enrichment.cli.demo import happening
from enrichment.cli.main import run
from enrichment.configuration import names
from enrichment.engines.registry import ENGINES

ROW = re.compile(r"^  ◆ (?P<engine>[a-z ]+): (?P<said>.+) \((?:prior|mixed|observed), n \d+, confidence \d\.\d\d\)$")


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


@pytest.fixture(scope="module")
def printed() -> list[str]:
    """Return the lines of a demo with the offline rules, on a wide terminal."""
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as out:
        for name, _, _ in names():
            patch.delenv(name, raising=False)
        patch.setenv("COLUMNS", "1000")
        assert run(["demo"]) == 0
    return out.getvalue().splitlines()


def test_the_demo_shows_a_readable_row_of_each_engine_for_each_pair(printed: list[str]) -> None:
    pairs = [place for place, line in enumerate(printed) if line.startswith("with ")]
    rows = [found for line in printed if "◆" in line and (found := ROW.match(line))]

    assert len(pairs) == 3
    assert len(rows) == sum("◆" in line for line in printed) == len(pairs) * len(ENGINES)
    engines = sorted(engine.name.replace("_", " ") for engine in ENGINES)
    assert [row["engine"] for row in rows] == engines * len(pairs)
    assert not [row["said"] for row in rows if re.search(r"None|nan|[{}\[\]]|\d\.\d{4}", row["said"])]


def test_the_demo_suggests_nothing_that_somebody_came_to_dislike(printed: list[str]) -> None:
    suggested = [line.partition("could speak of: ")[2] for line in printed if "could speak of: " in line]

    assert any("does not like climbing" in line for line in printed)
    assert any("swimming" in topics for topics in suggested)
    assert not any("climbing" in topics for topics in suggested)
