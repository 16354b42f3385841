"""What a drawing is made of: plots, bars and graphs as plain values, with the words and the table that go with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import orjson

from enrichment.reader.values import Freshness

Values = Mapping[str, Any]
Point = tuple[float, float | None]


class Mark(StrEnum):
    """How a series is drawn; a reference is a thin line that the others are compared with."""

    LINE = "line"
    POINTS = "points"
    REFERENCE = "reference"


class Look(StrEnum):
    """How a bar is filled; quiet ones are hatched and the best are dark, so that no colour has to be told apart."""

    USUAL = "usual"
    BEST = "best"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A linear axis; ``title`` names the unit, ticks are (value, label) in order."""

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Points (x, y), in order of x where they are joined; a y of None is a gap, never a zero.

    ``band`` has a (low, high) for each point where the uncertainty is known, ``hints`` what is said of each under a
    pointer. ``hue`` (1 to 6) chooses colour, dashes and shape together.
    """

    name: str
    mark: Mark
    hue: int
    points: tuple[Point, ...]
    band: tuple[tuple[float, float], ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Series over two axes; a small one is one of several side by side."""

    title: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    small: bool = False

    @property
    def described(self) -> str:
        """The plot as JSON, as the browser's script reads it."""
        return orjson.dumps(self).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A value with its label, a note beside it (its number and sample), and its interval where there is one."""

    label: str
    value: float
    note: str = ""
    low: float | None = None
    high: float | None = None
    look: Look = Look.USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Bars along one axis, upright or lying; ``legend`` names the looks that need it."""

    title: str
    axis: Axis
    bars: tuple[Bar, ...]
    upright: bool = False
    legend: tuple[tuple[Look, str], ...] = ()

    @property
    def described(self) -> str:
        """The bars as JSON, as the browser's script reads them."""
        return orjson.dumps(self).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A circle of the graph, in the graph's own units, what it stands for, and its share of all that was said."""

    number: int
    label: str
    share: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """An arrow: an SVG path, its width, and what it says."""

    path: str
    width: float
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Nodes around a circle within a square of ``size``, joined by arrows."""

    title: str
    size: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


Figure = Plot | Bars | Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The same as a table, for those who do not see the chart; the first cell of a row is its heading."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a drawing rests on: sample size with its unit, basis, confidence from 0 to 1, when it was made and how good.

    ``late`` counts the messages that came after their place was final; until then is when the row may be served.
    """

    sample: str
    basis: str
    confidence: float
    as_of: datetime
    until: datetime
    freshness: Freshness
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One drawing: ``sentence`` says what it shows, or what is missing; then there is neither figure nor table."""

    name: str
    title: str
    sentence: str
    standing: Standing | None = None
    figures: tuple[Figure, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    table: Table | None = None


class Kept(Protocol):
    """A row of a strategic table as it was read: its columns by name, and its times."""

    @property
    def values(self) -> Values:
        """The engine's own columns."""
        ...

    @property
    def computed_at(self) -> datetime:
        """When it was made."""
        ...

    @property
    def expires_at(self) -> datetime:
        """Until when it may be served."""
        ...


class PairRow(Kept, Protocol):
    """The same with whose it is; a row of a bot with all its users has no ``user_id``."""

    @property
    def engine(self) -> str:
        """The engine's name."""
        ...

    @property
    def user_id(self) -> str | None:
        """With whom the bot talked."""
        ...

    @property
    def bot_name(self) -> str:
        """Which bot."""
        ...
