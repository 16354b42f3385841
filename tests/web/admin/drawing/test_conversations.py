"""The drawings of engines 2, 3 and 4: topics, the bot's ways, and its quality."""

import math

import pytest

from enrichment.web.admin.drawing.charts import Bars, Drawing, Graph, Mark, Plot
from enrichment.web.admin.drawing.quality import quality
from enrichment.web.admin.drawing.topics import topics
from enrichment.web.admin.drawing.traits import evolution, reactions
from tests.web.admin.drawing.pairs import Row, talked

PAIR = talked(700)


def graph_of(row: Row) -> Graph:
    (figure,) = topics(row, PAIR.now).figures
    assert isinstance(figure, Graph)
    return figure


def crowded() -> Row:
    nodes = [{"id": at, "label": f"topic {at}", "weight": 40.0 - at} for at in range(32)]
    edges = [{"from": a, "to": b, "n": 1 + a, "p": 0.1} for a in range(8) for b in range(8)]
    return PAIR.edited("context_switch", "topic_transition_graph", nodes=nodes, edges=edges)


def test_the_heaviest_topics_are_drawn_and_no_more_arrows_than_can_be_followed() -> None:
    graph = graph_of(crowded())

    assert [node.label for node in graph.nodes] == [f"topic {at}" for at in range(12)]
    assert len(graph.edges) == 24


def test_no_arrow_leads_back_to_where_it_comes_from() -> None:
    table = topics(crowded(), PAIR.now).table

    assert table is not None
    assert [row for row in table.rows if row[0] == row[1]] == []


def test_circles_neither_touch_nor_leave_the_square() -> None:
    graph = graph_of(crowded())

    gaps = [
        math.dist((one.x, one.y), (other.x, other.y)) - one.radius - other.radius
        for one in graph.nodes
        for other in graph.nodes
        if one.number < other.number
    ]
    assert min(gaps) > 0
    assert all(node.radius <= min(node.x, node.y, graph.size - node.x, graph.size - node.y) for node in graph.nodes)


def test_there_and_back_are_two_curves() -> None:
    nodes = [{"id": at, "label": "a", "weight": 1.0} for at in range(3)]
    edges = [{"from": 0, "to": 1, "n": 1, "p": 0.5}, {"from": 1, "to": 0, "n": 1, "p": 0.5}]

    graph = graph_of(PAIR.edited("context_switch", "topic_transition_graph", nodes=nodes, edges=edges))

    bends = [edge.path.split("Q")[1].split(" ")[:2] for edge in graph.edges]
    assert bends[0] != bends[1]


def test_a_topic_without_words_and_one_without_followers_are_said_so() -> None:
    nodes = [{"id": 0, "label": None, "weight": 1.0}]

    drawing = topics(PAIR.edited("context_switch", "topic_transition_graph", nodes=nodes, edges=[]), PAIR.now)

    assert drawing.sentence == ("One topic; most is about “(no words)” (100\u00a0%); none has followed another yet.")


def test_too_few_topics_are_counted() -> None:
    drawing = topics(PAIR.edited("context_switch", "topic_transition_graph", n=1), PAIR.now)

    assert (drawing.sentence, drawing.figures) == ("Not enough topics that have ended yet: 1 of 3.", ())


def plots_of(drawing: Drawing) -> list[Plot]:
    assert drawing.figures
    return [figure for figure in drawing.figures if isinstance(figure, Plot)]


def test_each_way_has_a_plot_of_its_shares_on_one_scale() -> None:
    found = PAIR.rows["personality"].values["trait_evolution_history"]["traits"]

    plots = plots_of(evolution(PAIR.rows["personality"], PAIR.now))

    assert [plot.title.split(":")[0] for plot in plots] == list(found)
    assert len({(plot.x, plot.y) for plot in plots}) == 1
    assert [[y for _, y in plot.series[0].points] for plot in plots] == [
        [each["share"] for each in trait["history"]] for trait in found.values()
    ]


def test_a_day_with_more_turns_is_surer() -> None:
    history = [{"date": "2026-01-05", "share": 0.4, "n": 1}, {"date": "2026-01-06", "share": 0.4, "n": 100}]
    traits = {"warm": {"history": history, "trend": None, "slope": None, "p": None}}

    (plot,) = plots_of(evolution(PAIR.edited("personality", "trait_evolution_history", traits=traits), PAIR.now))

    one, hundred = (high - low for low, high in plot.series[0].band)
    assert one > 3 * hundred


def test_one_day_is_no_evolution() -> None:
    traits = {"warm": {"history": [{"date": "2026-01-05", "share": 0.4, "n": 40}], "trend": None}}

    drawing = evolution(PAIR.edited("personality", "trait_evolution_history", traits=traits), PAIR.now)

    assert (drawing.sentence, drawing.figures) == ("Not enough days with turns of the bot yet: 1 of 2.", ())


@pytest.mark.parametrize(
    ("paired", "p", "said"),
    [
        (59, 0.999, "Not enough answered turns to tell yet: 59 of 60."),
        (60, 0.999, "The user reacts better when the bot is warm"),
        (60, 0.98, "No way of the bot is surely taken better"),
    ],
)
def test_an_effect_is_claimed_when_the_engine_would(paired: int, p: float, said: str) -> None:
    row = PAIR.edited("personality", "adaptation_suggestions", paired=paired)
    traits = [{"trait": "warm", "frequency": 0.4, "effectiveness": 0.3, "ci90": [0.1, 0.5], "p_positive": p, "n": 70}]
    values = {**row.values, "dominant_traits": {**row.values["dominant_traits"], "traits": traits}}

    drawing = reactions(Row("personality", values, row.computed_at, row.expires_at), PAIR.now)

    assert drawing.sentence.startswith(said)
    assert isinstance(drawing.figures[0], Bars)


def test_a_way_that_was_never_met_has_no_bar() -> None:
    drawing = reactions(PAIR.rows["personality"], PAIR.now)

    (bars,) = drawing.figures
    assert isinstance(bars, Bars)
    met = [each["trait"] for each in PAIR.rows["personality"].values["dominant_traits"]["traits"] if each["n"]]
    assert [bar.label for bar in bars.bars] == met


def test_days_without_values_are_gaps() -> None:
    (plot,) = plots_of(quality(PAIR.rows["character_performance"], PAIR.sums, PAIR.now))

    shares = [y for series in plot.series if series.mark is Mark.LINE for _, y in series.points]
    assert None in shares
    assert all(0 <= share <= 1 for share in shares if share is not None)


def test_oddities_are_marked_and_listed() -> None:
    at = PAIR.now.isoformat()
    odd = [
        {"metric": "coherence", "kind": "shift", "direction": "down", "value": 0.3, "started_at": at},
        {"metric": "style", "kind": "style", "direction": "away", "value": 0.2, "started_at": at},
    ]

    drawing = quality(PAIR.edited("character_performance", "recent_anomalies", anomalies=odd), PAIR.sums, PAIR.now)

    (plot,) = plots_of(drawing)
    assert [each.hints for each in plot.series if each.mark is Mark.POINTS] == [("coherence: shift down",)]
    assert drawing.table is not None
    assert [row[3] for row in drawing.table.rows[:2]] == ["shift down", "style away"]


def test_a_bot_that_nobody_talked_to_has_no_quality() -> None:
    pair = talked(0)

    drawing = quality(pair.rows["character_performance"], {}, pair.now)

    assert (drawing.sentence, drawing.figures) == ("Not enough values yet: 0 of 5.", ())
