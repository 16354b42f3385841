"""Engine 4 drawn: the heaviest topics around a circle, with an arrow for what follows what.

Labels are words of the chat. They stand in the list beside the graph, where long ones wrap; circles have numbers.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from enrichment.engines.context_switch import FEWEST_CLOSED
from enrichment.web.admin.drawing.charts import Drawing, Edge, Graph, Kept, Node, Table, Values
from enrichment.web.admin.drawing.standing import absent, standing
from enrichment.web.admin.drawing.words import UNKNOWN, missing, number, percent, span, times

NAME, TITLE = "topics", "Topics and what follows them"
MOST_TOPICS, MOST_ARROWS = 12, 24
UNNAMED = "(no words)"
_SIZE = 360
_RING = 142.0
_SMALLEST, _LARGEST = 12.0, 30.0
_THINNEST, _THICKEST = 1.0, 5.0
_BEND = 0.16
_TIP = 5.0
_MINUTES_OF_DAY = 1440


def topics(row: Kept | None, now: datetime) -> Drawing:
    """Draw at most twelve topics and the transitions among them; a topic that follows itself has no arrow."""
    if row is None or row.values["topic_transition_graph"] is None:
        return absent(NAME, TITLE, "No topic has been looked at yet.")
    graph = row.values["topic_transition_graph"]
    resting = standing(row, graph, "topics that have ended", now)
    if graph["n"] < FEWEST_CLOSED:
        return absent(NAME, TITLE, missing("topics that have ended", graph["n"], FEWEST_CLOSED), resting)
    nodes = _nodes(graph["nodes"][:MOST_TOPICS], sum(each["weight"] for each in graph["nodes"]))
    ways = sorted(graph["edges"], key=lambda each: -each["n"])
    ways = [each for each in ways if each["from"] in nodes and each["to"] in nodes and each["from"] != each["to"]]
    edges = _edges(ways[:MOST_ARROWS], nodes)
    return Drawing(
        name=NAME,
        title=TITLE,
        sentence=_sentence(graph, nodes, ways),
        standing=resting,
        figures=(Graph(title="Topics and transitions", size=_SIZE, nodes=tuple(nodes.values()), edges=edges),),
        facts=_facts(row.values),
        table=_table(ways, nodes),
    )


def _nodes(found: Sequence[Values], total: float) -> dict[int, Node]:
    heaviest = max(each["weight"] for each in found)
    placed = {}
    for place, each in enumerate(found):
        angle = 2 * math.pi * place / len(found) - math.pi / 2
        size = math.sqrt(each["weight"] / heaviest) if heaviest else 0.0
        placed[each["id"]] = Node(
            number=place + 1,
            label=each["label"] or UNNAMED,
            share=percent(each["weight"] / total if total else None),
            x=round(_SIZE / 2 + _RING * math.cos(angle), 1),
            y=round(_SIZE / 2 + _RING * math.sin(angle), 1),
            radius=round(_SMALLEST + (_LARGEST - _SMALLEST) * size, 1),
        )
    return placed


def _edges(ways: Sequence[Values], nodes: Mapping[int, Node]) -> tuple[Edge, ...]:
    most = max((each["n"] for each in ways), default=1)
    return tuple(
        Edge(
            path=_path(nodes[each["from"]], nodes[each["to"]]),
            width=round(_THINNEST + (_THICKEST - _THINNEST) * each["n"] / most, 1),
            hint=f"{nodes[each['from']].number} → {nodes[each['to']].number}: {_times(each)}",
        )
        for each in ways
    )


def _path(start: Node, end: Node) -> str:
    """Return a curve from rim to rim, bent to its right, so that there and back are two curves."""
    dx, dy = end.x - start.x, end.y - start.y
    bend_x, bend_y = (start.x + end.x) / 2 - _BEND * dy, (start.y + end.y) / 2 + _BEND * dx
    from_x, from_y = _towards(start, bend_x, bend_y, start.radius)
    to_x, to_y = _towards(end, bend_x, bend_y, end.radius + _TIP)
    return f"M{from_x:.1f} {from_y:.1f}Q{bend_x:.1f} {bend_y:.1f} {to_x:.1f} {to_y:.1f}"


def _towards(node: Node, x: float, y: float, distance: float) -> tuple[float, float]:
    length = math.hypot(x - node.x, y - node.y) or 1.0
    return node.x + (x - node.x) * distance / length, node.y + (y - node.y) * distance / length


def _times(way: Values) -> str:
    return f"{times(way['n'])}, {percent(way['p'])} of what follows"


def _sentence(graph: Values, nodes: Mapping[int, Node], ways: Sequence[Values]) -> str:
    first = next(iter(nodes.values()))
    known = len(graph["nodes"])
    several = f"The {len(nodes)} heaviest of {known} topics" if known > len(nodes) else f"{known} topics"
    shown = several if known > 1 else "One topic"
    said = f"{shown}; most is about “{first.label}” ({first.share})"
    if not ways:
        return f"{said}; none has followed another yet."
    before, after = nodes[ways[0]["from"]], nodes[ways[0]["to"]]
    return f"{said}; most often “{before.label}” is followed by “{after.label}” ({_times(ways[0])})."


def _facts(values: Values) -> tuple[tuple[str, str], ...]:
    minutes, per_hour = values["avg_topic_duration_minutes"], values["context_switch_frequency"]
    return (
        ("a topic lasts", span(None if minutes is None else minutes / _MINUTES_OF_DAY)),
        ("switches", UNKNOWN if per_hour is None else f"{number(per_hour)} per hour of conversation"),
        ("a switch within three messages", percent(values["predicted_switch_likelihood"])),
    )


def _table(ways: Sequence[Values], nodes: Mapping[int, Node]) -> Table:
    return Table(
        head=("topic", "is followed by", "times", "share of what follows"),
        rows=tuple(
            (nodes[each["from"]].label, nodes[each["to"]].label, number(each["n"], 0), percent(each["p"]))
            for each in ways
        ),
    )
