import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from enrichment.reader.values import Freshness
from enrichment.web.admin.drawing.charts import Bars, Drawing, Plot
from enrichment.web.admin.drawing.gallery import of_bot, of_pair, of_user
from tests.web.admin.drawing.pairs import Pair, talked

SIZES = (0, 1, 7, 30, 70, 200, 700)


def all_of(pair: Pair) -> tuple[Drawing, ...]:
    return of_pair(pair.rows, pair.now) + of_bot(pair.rows["character_performance"], pair.sums, pair.now)


def numbers(value: object) -> Iterator[float]:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in items:
        yield from numbers(each)
    yield from [value] if isinstance(value, float) else ()


@pytest.mark.parametrize("size", SIZES)
def test_a_drawing_either_shows_something_and_tells_it_or_says_what_is_missing(size: int) -> None:
    drawings = all_of(talked(size))

    assert all(each.sentence.endswith(".") for each in drawings)
    assert [each.name for each in drawings if bool(each.figures) != bool(each.table and each.table.rows)] == []


@pytest.mark.parametrize("size", SIZES)
def test_a_drawing_that_nobody_has_computed_for_long_still_tells_itself(size: int) -> None:
    pair = talked(size)

    drawings = of_pair(pair.rows, pair.now + timedelta(days=400))

    assert [each.name for each in drawings if bool(each.figures) != bool(each.table and each.table.rows)] == []


@pytest.mark.parametrize("size", SIZES)
def test_whatever_is_drawn_lies_within_its_axes(size: int) -> None:
    figures = [figure for drawing in all_of(talked(size)) for figure in drawing.figures]

    outside = [
        (plot.title, series.name, x, y)
        for plot in figures
        if isinstance(plot, Plot)
        for series in plot.series
        for x, y in series.points
        if not plot.x.low <= x <= plot.x.high or not plot.y.low <= (plot.y.low if y is None else y) <= plot.y.high
    ]
    outside += [
        (bars.title, bar.label, 0.0, bar.value)
        for bars in figures
        if isinstance(bars, Bars)
        for bar in bars.bars
        if not bars.axis.low <= bar.value <= bars.axis.high
    ]
    assert outside == []


@pytest.mark.parametrize("size", SIZES)
def test_descriptions_are_finite_numbers(size: int) -> None:
    figures = [figure for drawing in all_of(talked(size)) for figure in drawing.figures]

    described = [orjson.loads(figure.described) for figure in figures if isinstance(figure, Plot | Bars)]

    assert all(math.isfinite(each) for each in numbers(described))


def test_a_pair_that_no_engine_knows_is_drawn_in_words() -> None:
    drawings = of_pair({}, talked(0).now)

    assert [(each.figures, each.standing) for each in drawings] == [((), None)] * 8
    assert all("yet" in each.sentence for each in drawings)


def test_every_drawing_says_what_it_rests_on() -> None:
    pair = talked(700)

    resting = [each.standing for each in all_of(pair)]

    assert {(each.as_of, each.freshness) for each in resting if each} == {(pair.now, Freshness.FRESH)}
    assert all(each and each.sample[-1].isdigit() and 0 < each.confidence < 1 for each in resting)


def test_a_row_that_has_run_out_is_stale() -> None:
    pair = talked(30)

    drawings = of_pair(pair.rows, pair.now + timedelta(days=2))

    assert {each.standing.freshness for each in drawings if each.standing} == {Freshness.STALE}


def test_bots_are_drawn_apart_the_latest_first_and_the_bots_own_rows_not_at_all() -> None:
    pair = talked(30)
    older = [
        replace(row, bot_name="old", computed_at=row.computed_at - timedelta(days=1)) for row in pair.rows.values()
    ]
    alone = replace(pair.rows["character_performance"], bot_name="alone")

    found = of_user([*older, alone, *pair.rows.values()], pair.now)

    assert [bot for bot, _ in found] == ["bot", "old"]


def test_only_the_latest_pairs_are_drawn() -> None:
    pair = talked(30)
    rows = [replace(row, bot_name=f"bot {at}") for at in range(7) for row in pair.rows.values()]

    found = of_user(rows, pair.now)

    assert [len(drawings) for _, drawings in found] == [8] * 5 + [0] * 2


def test_a_row_of_another_version_spoils_no_other_drawing() -> None:
    pair = talked(700)
    old = replace(pair.rows["memory_behavior"], values={"forgetting_curve_params": {"n": 3}})

    drawings = of_pair({**pair.rows, "memory_behavior": old}, pair.now)

    assert [each.name for each in drawings if "another version" in each.sentence] == ["forgetting"]
    assert sum(bool(each.figures) for each in drawings) == 7


def test_columns_that_another_engine_has_not_written_yet_are_absent() -> None:
    pair = talked(30)
    half = replace(pair.rows["conversation_patterns"], values={"communication_style": None})

    drawings = of_pair({"conversation_patterns": half}, pair.now)

    assert {each.sentence for each in drawings if each.name in {"activity", "style"}} == {
        "No message has been looked at yet."
    }
