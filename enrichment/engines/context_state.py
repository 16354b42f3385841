"""What engine 4 remembers of a pair: the open session and topic, the known topics, and how one follows another."""

import base64
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import orjson

from enrichment.engines import switch_hazard
from enrichment.engines.frame import Vector
from enrichment.engines.segmentation import Depths, Session, Unit
from enrichment.engines.topics import Difference, Topic, Topics


@dataclass(frozen=True, slots=True)
class Segment:
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
        return replace(self, terms=dict(self.terms))


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
    topics: Topics = field(default_factory=dict)
    follows: dict[tuple[int, int], int] = field(default_factory=dict)
    exits: list[int] = field(default_factory=switch_hazard.empty)
    at_risk: list[int] = field(default_factory=switch_hazard.empty)
    recent: tuple[Segment, ...] = ()

    def copy(self) -> "ContextState":
        """Return a state that can be changed without changing this one."""
        return replace(
            self,
            depths=replace(self.depths),
            session=self.session.copy(),
            open=self.open.copy() if self.open else None,
            follows=dict(self.follows),
        )


def encode(state: ContextState) -> bytes:
    """Return JSON; vectors in half precision, sums in single."""
    session, open_topic = state.session, state.open
    return orjson.dumps(
        {
            "counts": [state.space, state.messages, state.units, state.switches, state.closed, state.next_topic],
            "times": [state.closed_seconds, state.active_seconds, state.last_at],
            "depths": [state.depths.n, state.depths.mean, state.depths.square],
            "difference": [state.difference.n, state.difference.mean, state.difference.square],
            "session": [session.count, session.scores, session.first_score, session.decided, session.opened],
            "units": [[u.start, u.end, u.messages, u.terms] for u in session.units],
            "rows": _packed([u.vector for u in session.units], np.float16),
            "open": [*_plain(open_topic), _packed([open_topic.total], np.float32)] if open_topic else None,
            "before": [state.before[0], _packed([state.before[1]], np.float16)] if state.before else None,
            "topics": [[t.topic_id, t.weight, t.at, dict(t.terms), t.keywords] for t in state.topics.values()],
            "centroids": _packed([t.vector for t in state.topics.values()], np.float16),
            "follows": [[*pair, n] for pair, n in state.follows.items()],
            "table": [state.exits, state.at_risk],
            "recent": [[s.topic_id, s.keywords, s.start, s.end, s.messages, s.clarity] for s in state.recent],
        }
    )


def decode(data: bytes) -> ContextState:
    """Return what ``encode`` took."""
    held = orjson.loads(data)
    space, messages, units, switches, closed, next_topic = held["counts"]
    closed_seconds, active_seconds, last_at = held["times"]
    n, mean, square = held["difference"]
    centroids = _unpacked(held["centroids"], len(held["topics"]), np.float16)
    return ContextState(
        space=space,
        messages=messages,
        units=units,
        switches=switches,
        closed=closed,
        closed_seconds=closed_seconds,
        active_seconds=active_seconds,
        last_at=last_at,
        next_topic=next_topic,
        depths=Depths(*held["depths"]),
        difference=Difference(n=n, mean=mean, square=square),
        session=_session(held),
        open=_open(held["open"]),
        before=(held["before"][0], _unpacked(held["before"][1], 1, np.float16)[0]) if held["before"] else None,
        topics={t[0]: _topic(t, vector) for t, vector in zip(held["topics"], centroids, strict=True)},
        follows={(before, after): times for before, after, times in held["follows"]},
        exits=held["table"][0],
        at_risk=held["table"][1],
        recent=tuple(Segment(s[0], tuple(s[1]), *s[2:]) for s in held["recent"]),
    )


def _session(held: dict[str, Any]) -> Session:
    rows = _unpacked(held["rows"], len(held["units"]), np.float16)
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


def _open(held: list[Any] | None) -> OpenTopic | None:
    if held is None:
        return None
    start, end, messages, units, clarity, terms, total = held
    return OpenTopic(_unpacked(total, 1, np.float32)[0], start, end, messages, units, clarity, terms)


def _topic(held: list[Any], vector: Vector) -> Topic:
    topic_id, weight, at, terms, keywords = held
    return Topic(
        topic_id=topic_id,
        vector=vector,
        weight=weight,
        at=at,
        terms=terms,
        keywords=tuple(keywords),
        size=sum(terms.values()),
    )


def _packed(vectors: list[Vector], kind: type[np.floating[Any]]) -> str:
    return base64.b64encode(np.array(vectors, dtype=kind).tobytes()).decode()


def _unpacked(packed: str, count: int, kind: type[np.floating[Any]]) -> Vector:
    flat = np.frombuffer(base64.b64decode(packed), dtype=kind).astype(np.float32)
    return flat.reshape(count, -1) if count else flat.reshape(0, 0)
