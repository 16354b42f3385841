"""Which field is which metric, and what is no measurement."""

from datetime import UTC, datetime

import pytest

from enrichment.adapters.outside.measurements import Naming, Point, measurements

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMING = Naming(metrics={"engagement": [("q", "score")]}, largest=10)


@pytest.mark.parametrize("value", [None, True, "", "much", float("nan"), "inf", b"5"])
def test_what_is_no_number_is_no_measurement(value: object) -> None:
    assert measurements([Point("q", "anna", NOON, {"score": value})], NAMING) == []


def test_what_belongs_to_nobody_or_was_not_asked_for_is_left_out() -> None:
    points = [Point("q", "", NOON, {"score": 5}), Point("r", "anna", NOON, {"score": 5, "other": 1})]

    assert measurements(points, NAMING) == []


@pytest.mark.parametrize(("flag", "is_feedback"), [("true", True), (1, True), ("false", False), (None, False)])
def test_what_a_person_said_is_marked(flag: object, *, is_feedback: bool) -> None:
    (found,) = measurements([Point("q", "anna", NOON, {"score": "5", "has_user_feedback": flag})], NAMING)

    assert (found.quality.value, found.quality.is_feedback) == (0.5, is_feedback)
