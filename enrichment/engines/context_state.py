"""What engine 4 remembers of a pair: the open session and topic, the known topics, and how one follows another."""

from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from enrichment.engines import switch_hazard
from enrichment.engines.frame import Vector, twin
from enrichment.engines.halves import packed, singles
from enrichment.engines.segmentation import Depths, Session, Unit
from enrichment.engines.spaces import stacked
from enrichment.engines.topics import Difference, Topic, Topics

_LENGTH = 4

Rows = NDArray[np.float32]


class Segment(NamedTuple):
    """A topic's stretch of a conversation, as the row shows it."""

    topic_id: int | None
    keywords: tuple[str, ...]
    start: float
    end: float
    messages: int
    clarity: float


@dataclass(slots=True)
class OpenTopic:
    """The units that are known to belong to the topic under way; ``total`` is the sum of their vectors."""

    total: Vector
    start: float
    end: float
    messages: int
    units: int
    clarity: float
    terms: dict[str, int] = field(default_factory=dict)

    def copy(self) -> "OpenTopic":
        """Return a topic that can be continued without changing this one."""
        new = twin(self)
        new.terms = dict(self.terms)
        return new


@dataclass(slots=True)
class ContextState:
    """Counts and the bounded rest; times in epoch seconds. ``before`` is the session's last closed topic."""

    space: str = ""
    messages: int = 0
    units: int = 0
    switches: int = 0
    closed: int = 0
    closed_seconds: float = 0.0
    active_seconds: float = 0.0
    last_at: float | None = None
    next_topic: int = 1
    depths: Depths = field(default_factory=Depths)
    difference: Difference = field(default_factory=Difference)
    session: Session = field(default_factory=Session)
    open: OpenTopic | None = None
    before: tuple[int, Vector] | None = None
    topics: Topics = field(default_factory=Topics)
    follows: dict[tuple[int, int], int] = field(default_factory=dict)
    exits: list[int] = field(default_factory=switch_hazard.empty)
    at_risk: list[int] = field(default_factory=switch_hazard.empty)
    recent: tuple[Segment, ...] = ()

    def copy(self) -> "ContextState":
        """Return a state that can be changed without changing this one."""
        new = twin(self)
        new.depths, new.session = twin(self.depths), self.session.copy()
        new.open = self.open.copy() if self.open else None
        new.follows = dict(self.follows)
        return new


def encode(state: ContextState) -> bytes:
    """Return JSON, its length before it, and after it the vectors: in half precision, sums in single."""
    session, open_topic, topics = state.session, state.open, state.topics
    vectors = b"".join(
        (
            packed(stacked([unit.vector for unit in session.units])) if session.units else b"",
            packed(topics.rows),
            state.before[1].astype(np.float16).tobytes() if state.before else b"",
            open_topic.total.tobytes() if open_topic else b"",
        )
    )
    told = orjson.dumps(
        {
            "counts": [state.space, state.messages, state.units, state.switches, state.closed, state.next_topic],
            "times": [state.closed_seconds, state.active_seconds, state.last_at],
            "depths": [state.depths.n, state.depths.mean, state.depths.square],
            "difference": [state.difference.n, state.difference.mean, state.difference.square],
            "session": [session.count, session.scores, session.first_score, session.decided, session.opened],
            "units": [[u.start, u.end, u.messages, u.terms] for u in session.units],
            "open": _plain(open_topic) if open_topic else None,
            "before": state.before[0] if state.before else None,
            "topics": [[*topic] for topic in topics.known.values()],
            "follows": [[*pair, n] for pair, n in state.follows.items()],
            "table": [state.exits, state.at_risk],
            "recent": [[*segment] for segment in state.recent],
        }
    )
    return len(told).to_bytes(_LENGTH, "big") + told + vectors


def decode(data: bytes) -> ContextState:
    """Return what ``encode`` took."""
    start = _LENGTH + int.from_bytes(data[:_LENGTH], "big")
    held = orjson.loads(data[_LENGTH:start])
    units, topics, before, total = _vectors(data[start:], held)
    space, messages, count, switches, closed, next_topic = held["counts"]
    closed_seconds, active_seconds, last_at = held["times"]
    n, mean, square = held["difference"]
    return ContextState(
        space=space,
        messages=messages,
        units=count,
        switches=switches,
        closed=closed,
        closed_seconds=closed_seconds,
        active_seconds=active_seconds,
        last_at=last_at,
        next_topic=next_topic,
        depths=Depths(*held["depths"]),
        difference=Difference(n=n, mean=mean, square=square),
        session=_session(held, units),
        open=OpenTopic(total[0], *held["open"]) if held["open"] else None,
        before=(held["before"], before[0]) if held["before"] is not None else None,
        topics=Topics({each[0]: _topic(each) for each in held["topics"]}, topics),
        follows={(before, after): times for before, after, times in held["follows"]},
        exits=held["table"][0],
        at_risk=held["table"][1],
        recent=tuple([Segment(s[0], tuple(s[1]), *s[2:]) for s in held["recent"]]),
    )


def _vectors(data: bytes, held: dict[str, Any]) -> tuple[Rows, Rows, Rows, Rows]:
    """Return the vectors of units, topics, the topic before and the open one, each as rows."""
    halves = [len(held["units"]), len(held["topics"]), int(held["before"] is not None)]
    size = len(data) // (2 * sum(halves) + 4 * bool(held["open"]) or 1)
    ends = list(accumulate((0, *halves)))
    flat = singles(data, ends[-1] * size).reshape(-1, size or 1)
    units, topics, before = (flat[a:b] for a, b in pairwise(ends))
    return units, topics, before, np.frombuffer(data[2 * ends[-1] * size :], dtype=np.float32).reshape(-1, size or 1)


def _session(held: dict[str, Any], rows: Rows) -> Session:
    count, scores, first_score, decided, opened = held["session"]
    return Session(
        units=[Unit(row, u[0], u[1], u[2], tuple(u[3])) for u, row in zip(held["units"], rows, strict=True)],
        rows=rows if len(rows) else None,
        count=count,
        scores=scores,
        first_score=first_score,
        decided=decided,
        opened=opened,
    )


def _plain(topic: OpenTopic) -> list[Any]:
    return [topic.start, topic.end, topic.messages, topic.units, topic.clarity, topic.terms]


def _topic(held: list[Any]) -> Topic:
    topic_id, weight, at, terms, keywords, size = held
    return Topic(topic_id=topic_id, weight=weight, at=at, terms=terms, keywords=tuple(keywords), size=size)
