"""The drawings of engines 1 and 5: what is forgotten, what is needed."""

from datetime import timedelta

import pytest

from enrichment.engines import fsrs
from enrichment.engines.need import NeedLaw
from enrichment.web.admin.drawing.charts import Mark, Plot
from enrichment.web.admin.drawing.forgetting import forgetting
from enrichment.web.admin.drawing.need import need
from tests.web.admin.drawing.pairs import talked

PAIR = talked(700)


def plot_of(drawing: object) -> Plot:
    (figure,) = drawing.figures  # type: ignore[attr-defined]
    assert isinstance(figure, Plot)
    return figure


def test_the_curve_is_the_users_own() -> None:
    params = PAIR.rows["memory_behavior"].values["forgetting_curve_params"]

    curve = plot_of(forgetting(PAIR.rows["memory_behavior"], PAIR.now)).series[0]

    strength = params["median_S_days"] * params["scale"]
    assert [y for _, y in curve.points] == [pytest.approx(fsrs.retrievability(x, strength)) for x, _ in curve.points]


def test_the_interval_holds_the_curve() -> None:
    curve = plot_of(forgetting(PAIR.rows["memory_behavior"], PAIR.now)).series[0]

    assert len(curve.band) == len(curve.points)
    assert all(low <= (y or 0) <= high for (_, y), (low, high) in zip(curve.points, curve.band, strict=True))


def test_another_curve_is_drawn_where_the_engine_found_another() -> None:
    row = PAIR.edited("memory_behavior", "forgetting_curve_params", model="exponential", median_S_days=10.0, scale=1.0)

    curve = plot_of(forgetting(row, PAIR.now)).series[0]

    assert [y for _, y in curve.points] == [pytest.approx(0.9 ** (x / 10)) for x, _ in curve.points]


def test_memories_fall_while_nobody_computes() -> None:
    row = PAIR.rows["memory_behavior"]

    today, later = (plot_of(forgetting(row, PAIR.now + timedelta(days=more))) for more in (0, 90))

    shares = [
        [y or 0 for series in at.series if series.mark is Mark.POINTS for _, y in series.points]
        for at in (today, later)
    ]
    assert shares[0]
    assert all(after < before for before, after in zip(*shares, strict=True))


def test_need_is_drawn_by_the_law_of_the_row() -> None:
    said = PAIR.rows["memory_aging"].values["memory_snapshot"]["need_law"]
    law = NeedLaw(said["a"], tuple(said["b"]), said["d"], said["se"], said["n"])

    series = plot_of(need(PAIR.rows["memory_aging"], PAIR.now)).series

    lines = [each for each in series if each.mark is Mark.LINE]
    assert [line.points[20][1] for line in lines] == [
        pytest.approx(law.probability(uses, line.points[20][0], 30))
        for uses, line in zip((1, 2, 4), lines, strict=True)
    ]


def test_memories_lie_on_the_line_of_their_class() -> None:
    drawing = need(PAIR.rows["memory_aging"], PAIR.now)

    points = [each for each in plot_of(drawing).series if each.mark is Mark.POINTS]

    known = {round(row["p_need_30d"], 4) for row in PAIR.rows["memory_aging"].values["memory_snapshot"]["fresh"]}
    assert {round(y or 0, 4) for _, y in points[0].points} == known


@pytest.mark.parametrize(("draw", "engine"), [(forgetting, "memory_behavior"), (need, "memory_aging")])
def test_without_memories_nothing_is_drawn(draw: object, engine: str) -> None:
    pair = talked(0)

    drawing = draw(pair.rows[engine], pair.now)  # type: ignore[operator]

    assert (drawing.figures, drawing.sentence) == ((), "There is no memory yet.")
