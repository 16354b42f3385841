"""Engine 4, context switches: which topics a pair talks about, for how long, what follows what, and what comes next."""

from collections import Counter
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, ClassVar

import numpy as np

from enrichment.engines import switch_hazard
from enrichment.engines.context_state import ContextState, OpenTopic, Segment, decode, encode
from enrichment.engines.frame import Asked, Basis, CacheRow, Engine, Pair, Seen, Vector, envelope, iso, rounded, tidy
from enrichment.engines.hearing import heard
from enrichment.engines.segmentation import Decision, Session, Unit, extended
from enrichment.engines.spaces import LEXICAL, folded, of_words, space_of
from enrichment.engines.topics import Topics, as_stored

METHOD = "TextTiling on {}, leader clustering, life table"
SESSION_GAP_SECONDS = 1800.0
FEWEST_UNITS = 12
FEWEST_CLOSED = 3
_ENOUGH = 5
_SHORT = 3
_RECENT = 10
_EDGES = 30
_MOST_FOLLOWS = 256
_MOST_TERMS = 256
_PRIOR_MINUTES = 12.0
_PRIOR_PER_HOUR = 60 / _PRIOR_MINUTES
_SMOOTHING = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextRow(CacheRow):
    """What a pair talks about; engine 6 writes the other column of this table."""

    TABLE: ClassVar[str] = "strategic_conversation_patterns"
    KEY: ClassVar[tuple[str, ...]] = ("user_id", "bot_name")
    user_id: str
    bot_name: str
    recent_topics: dict[str, Any]
    avg_topic_duration_minutes: float | None
    context_switch_frequency: float | None
    predicted_switch_likelihood: float | None
    topic_transition_graph: dict[str, Any]


def absorb(state: ContextState, seen: Seen) -> ContextState:
    """Continue the open session, or end it after 30 minutes of silence; messages without a known time are left out."""
    state = state.copy()
    said: list[Unit] = []
    for each in heard(seen.messages):
        _hear(state, said, each.at, each.reading.terms, seen.vectors.get(each.message.points[0].point_id))
    _divide(state, said)
    return state


def _hear(state: ContextState, said: list[Unit], at: float, terms: tuple[str, ...], vector: Vector | None) -> None:
    """Put a message into a unit; units are kept in ``said`` until the session or the batch ends."""
    if state.last_at is not None:
        silence = at - state.last_at
        if silence > SESSION_GAP_SECONDS:
            _divide(state, said)
            _end_session(state)
        else:
            state.active_seconds += silence
    space = space_of(vector, state.space)
    if space != state.space:
        _divide(state, said)
        _change_space(state, space)
    state.last_at = at
    state.messages += 1
    place = folded(vector) if vector is not None else of_words(terms) if state.space == LEXICAL else None
    is_first = not said and not state.session.count
    if not is_first and (place is None or len(terms) < _SHORT):
        if said:
            said[-1] = extended(said[-1], at)
        else:
            state.session.extend(at)
    elif place is not None:
        state.units += 1
        said.append(Unit(place, at, at, 1, terms))


def _divide(state: ContextState, said: list[Unit]) -> None:
    """Divide what was said into topics, as far as it can be told by now."""
    for decision in state.session.add(said, state.depths):
        _learn(state, decision)
    said.clear()


def _end_session(state: ContextState) -> None:
    for decision in state.session.finish(state.depths):
        _learn(state, decision)
    if state.open:
        _close(state, by_switch=False)
    state.session, state.before = Session(), None


def _change_space(state: ContextState, space: str) -> None:
    """Begin anew with vectors of another kind: old and new ones cannot be compared, counts stay."""
    _end_session(state)
    state.space, state.topics, state.follows = space, Topics(), {}


def _learn(state: ContextState, decision: Decision) -> None:
    unit = decision.unit
    if decision.clarity is not None:
        if state.open:
            _close(state, by_switch=True)
            state.switches += 1
        state.open = OpenTopic(np.zeros_like(unit.vector), unit.start, unit.end, 0, 0, decision.clarity)
    topic = state.open
    if topic is None:
        return
    topic.total = topic.total + unit.vector
    topic.end = unit.end
    topic.messages += unit.messages
    topic.units += 1
    if len(topic.terms) < _MOST_TERMS:
        for term in unit.terms:
            topic.terms[term] = topic.terms.get(term, 0) + 1


def _close(state: ContextState, *, by_switch: bool) -> None:
    """File the open topic: recognise it, count how long it held and what it followed."""
    topic = state.open
    if topic is None:
        return
    vector = as_stored(topic.total)
    found = state.topics.nearest(vector, state.difference.bar)
    topic_id = found if found is not None else state.next_topic
    state.next_topic += found is None
    state.topics = state.topics.told(topic_id, vector, topic.units, topic.terms, topic.end)
    if state.before:
        previous, other = state.before
        state.difference = state.difference.added(float(other @ vector))
        state.follows[previous, topic_id] = state.follows.get((previous, topic_id), 0) + 1
    if len(state.follows) > _MOST_FOLLOWS or found is None:
        state.follows = _kept(state)
    state.before = (topic_id, vector)
    state.exits, state.at_risk = switch_hazard.ended(state.exits, state.at_risk, topic.units, by_switch=by_switch)
    state.closed += 1
    state.closed_seconds += topic.end - topic.start
    segment = Segment(
        topic_id, state.topics.known[topic_id].keywords, topic.start, topic.end, topic.messages, topic.clarity
    )
    state.recent = (*state.recent, segment)[-_RECENT:]
    state.open = None


def _kept(state: ContextState) -> dict[tuple[int, int], int]:
    """Return the transitions between topics that are still known, at most half of what would be too many."""
    topics = state.topics.known
    known = [edge for edge in state.follows.items() if edge[0][0] in topics and edge[0][1] in topics]
    if len(known) > _MOST_FOLLOWS:
        known = sorted(known, key=lambda edge: (-edge[1], edge[0]))[: _MOST_FOLLOWS // 2]
    return dict(known)


def report(state: ContextState, pair: Pair, asked: Asked) -> ContextRow:
    """Say what is known as if the session ended here; below the least numbers, numbers are None."""
    state = state.copy()
    for decision in state.session.finish(state.depths):
        _learn(state, decision)
    ended = state.last_at is None or asked.now.timestamp() - state.last_at > SESSION_GAP_SECONDS
    if ended and state.open:
        _close(state, by_switch=False)
    age = state.open.units if state.open else 0
    said = _said(state, asked)
    predicted = switch_hazard.likelihood(state.exits, state.at_risk, age)
    return ContextRow(
        user_id=pair.user_id,
        bot_name=pair.bot_name,
        recent_topics={**said, "segments": _segments(state)},
        avg_topic_duration_minutes=tidy(_minutes(state, asked)) if state.closed >= FEWEST_CLOSED else None,
        context_switch_frequency=tidy(_per_hour(state, asked)) if state.units >= FEWEST_UNITS else None,
        predicted_switch_likelihood=tidy(predicted) if state.units >= FEWEST_UNITS else None,
        topic_transition_graph={**said, **_graph(state)},
    )


def _said(state: ContextState, asked: Asked) -> dict[str, Any]:
    basis = Basis.OBSERVED if state.closed >= _ENOUGH * FEWEST_CLOSED else Basis.MIXED
    if state.units < FEWEST_UNITS or state.closed < FEWEST_CLOSED:
        basis = Basis.PRIOR
    method = METHOD.format("hashed words" if state.space in ("", LEXICAL) else "vectors")
    said = envelope(n=state.closed, prior_n=FEWEST_CLOSED, method=method, basis=basis, late=asked.late)
    return {**said, "messages": state.messages, "switches": state.switches, "as_of": iso(state.last_at)}


def _segments(state: ContextState) -> list[dict[str, Any]]:
    shown = list(state.recent)
    topic = state.open
    if topic:
        found = state.topics.nearest(as_stored(topic.total), state.difference.bar)
        known = state.topics.known[found].keywords if found is not None else ()
        words = known or tuple(term for term, _ in sorted(topic.terms.items(), key=lambda e: (-e[1], e[0]))[:3])
        shown.append(Segment(found, words, topic.start, topic.end, topic.messages, topic.clarity))
    return [
        {
            "topic_id": segment.topic_id,
            "label": " ".join(segment.keywords) or None,
            "keywords": list(segment.keywords),
            "start_time": iso(segment.start),
            "end_time": iso(segment.end),
            "n_messages": segment.messages,
            "p": rounded(segment.clarity),
            "open": topic is not None and at == len(shown) - 1,
        }
        for at, segment in enumerate(shown)
    ][-_RECENT:]


def _minutes(state: ContextState, asked: Asked) -> float:
    """Return the mean length of a topic, the open one adding its time so far, shrunk to the bot's mean."""
    known, minutes = asked.population.get("topics_closed", 0.0), asked.population.get("topic_minutes", 0.0)
    mean = (minutes + FEWEST_CLOSED * _PRIOR_MINUTES) / (known + FEWEST_CLOSED)
    under_way = state.open.end - state.open.start if state.open else 0.0
    return ((state.closed_seconds + under_way) / 60 + FEWEST_CLOSED * mean) / (state.closed + FEWEST_CLOSED)


def _per_hour(state: ContextState, asked: Asked) -> float:
    """Return switches per hour of conversation, shrunk to the bot's rate; the start of a session is no switch."""
    switches, hours = asked.population.get("topic_switches", 0.0), asked.population.get("active_hours", 0.0)
    rate = (switches + 1) / (hours + 1 / _PRIOR_PER_HOUR)
    return (state.switches + 1) / (state.active_seconds / 3600 + 1 / rate)


def _graph(state: ContextState) -> dict[str, Any]:
    now = state.last_at or 0.0
    weights = {each.topic_id: each.weight_at(now) for each in state.topics.known.values()}
    total = sum(weights.values())
    left: Counter[int] = Counter()
    for (before, _), n in state.follows.items():
        left[before] += n
    edges = sorted(state.follows.items(), key=itemgetter(1), reverse=True)[:_EDGES]
    return {
        "nodes": [
            {
                "id": each.topic_id,
                "label": " ".join(each.keywords) or None,
                "weight": rounded(weights[each.topic_id]),
            }
            for each in sorted(state.topics.known.values(), key=lambda each: (-weights[each.topic_id], each.topic_id))
        ],
        "edges": [
            {
                "from": before,
                "to": after,
                "n": n,
                "p": rounded((n + _SMOOTHING * weights[after] / total) / (left[before] + _SMOOTHING)),
            }
            for (before, after), n in edges
        ],
    }


def contribute(state: ContextState) -> dict[str, float]:
    """Return what the bot's mean length of topics and rate of switches are made of."""
    return {
        "topics_closed": float(state.closed),
        "topic_minutes": state.closed_seconds / 60,
        "topic_switches": float(state.switches),
        "active_hours": state.active_seconds / 3600,
    }


ENGINE = Engine(
    name="context_switch",
    version=1,
    row=ContextRow,
    empty=ContextState,
    absorb=absorb,
    report=report,
    encode=encode,
    decode=decode,
    contribute=contribute,
    keeps_words=True,
)
