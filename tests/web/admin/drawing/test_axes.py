from datetime import date
from itertools import pairwise

import pytest

from enrichment.web.admin.drawing import axes

WIDTHS = (0.004, 0.07, 0.3, 1, 7, 30, 44, 365, 2_900)


@pytest.mark.parametrize("width", WIDTHS)
def test_ticks_are_few_round_and_evenly_spaced(width: float) -> None:
    found = axes.ticks(0, width)

    steps = {round(after - before, 9) for before, after in pairwise(found)}
    assert 3 <= len(found) <= 7
    assert len(steps) == 1
    assert f"{steps.pop():e}"[0] in "125"


@pytest.mark.parametrize("width", WIDTHS)
def test_an_axis_ends_at_its_last_tick_and_holds_everything(width: float) -> None:
    axis = axes.days("days", width)

    assert axis.high >= width
    assert axis.ticks[-1][0] == axis.high


@pytest.mark.parametrize("highest", [0.0, 0.003, 0.04, 0.3, 0.97, 1.0])
def test_shares_have_labels_that_differ_and_never_exceed_all(highest: float) -> None:
    axis = axes.shares("share", highest)

    labels = [label for _, label in axis.ticks]
    assert highest <= axis.high <= 1
    assert len({*labels}) == len(labels) > 1


def test_the_last_day_of_a_calendar_has_a_tick() -> None:
    axis = axes.dates("", date(2026, 2, 20), date(2026, 3, 20), 3)

    assert axis.ticks[-1] == (28.0, "20 Mar")
    assert len(axis.ticks) <= 4


def test_an_axis_around_zero_has_zero_as_a_tick() -> None:
    axis = axes.numbers("effect", -0.6, 0.6, 4)

    assert (0.0, "0.0") in axis.ticks
    assert axis.ticks[0][1].startswith("−")
