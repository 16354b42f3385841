"""Engine 6, conversation patterns: how a user writes, feels, and likes to be answered, without assuming a language."""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from enrichment.domain.messages import Role
from enrichment.engines import style
from enrichment.engines.answer_length import observation
from enrichment.engines.emotion import Mood
from enrichment.engines.frame import Asked, Basis, CacheRow, Engine, Pair, Seen, envelope, tidy
from enrichment.engines.hearing import followed, heard
from enrichment.engines.reactions import SESSION_GAP_SECONDS, Exchange
from enrichment.engines.reading import Reading
from enrichment.engines.regression import moments_of
from enrichment.engines.style_state import BINS_PER_E, HALF_HOURS, LENGTH_BINS, StyleState, decode, encode

METHOD = "MATTR, LIX, function words, parabola of reactions"
WINDOW = 50
_ENOUGH = 5
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleRow(CacheRow):
    """How a pair converses; engine 4 writes the other columns of this table."""

    TABLE: ClassVar[str] = "strategic_conversation_patterns"
    KEY: ClassVar[tuple[str, ...]] = ("user_id", "bot_name")
    user_id: str
    bot_name: str
    communication_style: dict[str, Any]


def absorb(state: StyleState, seen: Seen) -> StyleState:
    """Count what can be counted of each message; messages of unknown time are left out."""
    state = state.copy()
    window = dict(Counter(state.window))
    messages = heard(seen.messages)
    state.pairing, exchanges = followed(state.pairing, messages)
    for said in messages:
        if state.origin is None:
            state.origin = said.at
        weight = state.weight(said.at)
        state.note_words("user" if said.role is Role.USER else "bot", said.reading, weight)
        if said.role is Role.USER:
            state.sums["sessions"] += weight * (not state.messages or said.at - state.last_at > SESSION_GAP_SECONDS)
            _count(state, said.reading, weight)
            _enrich(state, said.reading.tokens, window, weight)
            _feel(state, said.mood, weight)
            state.hours[int(said.at % _DAY_SECONDS * HALF_HOURS // _DAY_SECONDS)] += weight
        state.last_at = said.at
    if exchanges:
        _learn(state, [exchange for _, exchange in exchanges])
    return state


def _count(state: StyleState, reading: Reading, weight: float) -> None:
    state.messages += 1
    state.tokens += len(reading.tokens)
    sums = state.sums
    sums["messages"] += weight
    sums["tokens"] += weight * len(reading.tokens)
    sums["spaced_words"] += weight * reading.spaced_words
    sums["long_words"] += weight * reading.long_words
    sums["sentences"] += weight * reading.sentences
    sums["questions"] += weight * (reading.questions > 0)
    sums["exclamations"] += weight * (reading.exclamations > 0)
    sums["emoji"] += weight * bool(reading.emoji)
    sums["shouts"] += weight * reading.shouted
    sums["links"] += weight * (reading.links > 0)
    sums["content_words"] += weight * len(reading.terms)
    state.lengths[length_bin(len(reading.tokens))] += weight


def _enrich(state: StyleState, tokens: tuple[str, ...], window: dict[str, int], weight: float) -> None:
    """Continue the moving-average type-token ratio (Covington and McFall 2010): distinct words of the last fifty."""
    held, distinct, windows = [*state.window, *tokens], 0, 0
    for place, token in enumerate(tokens, len(state.window)):
        window[token] = window.get(token, 0) + 1
        if place >= WINDOW:
            oldest = held[place - WINDOW]
            left = window[oldest] - 1
            if left:
                window[oldest] = left
            else:
                del window[oldest]
        if place >= WINDOW - 1:
            distinct += len(window)
            windows += 1
    state.window = held[-WINDOW:]
    state.sums["richness"] += weight * distinct / WINDOW
    state.sums["windows"] += weight * windows


def _feel(state: StyleState, mood: Mood | None, weight: float) -> None:
    if mood is None:
        return
    if mood.label:
        state.note_label(mood.label, weight * mood.weight)
    if mood.valence is not None:
        state.feelings.add(mood.valence, weight * mood.weight)


def _learn(state: StyleState, exchanges: list[Exchange]) -> None:
    """Add exchanges to the sums, all at once: exact but for the order of additions."""
    rows, scores, weights = [], [], []
    for exchange in exchanges:
        weight = state.weight(exchange.bot.at)
        state.answers[length_bin(exchange.bot.words)] += weight
        x = observation(exchange)
        if x is not None:
            rows.append(x)
            scores.append(exchange.score)
            weights.append(weight)
    if rows:
        state.paired += len(rows)
        state.moments = state.moments + moments_of(np.array(rows), np.array(scores), np.array(weights))


def length_bin(words: int) -> int:
    """Return the bin of a length: an eighth of a unit of ln(words) each."""
    return min(int(BINS_PER_E * math.log(max(words, 1))), LENGTH_BINS - 1)


def report(state: StyleState, pair: Pair, asked: Asked) -> StyleRow:
    """Describe the style; each part is None below the number of messages or words that it needs."""
    is_enough = state.messages >= style.FEWEST_MESSAGES and state.tokens >= style.FEWEST_TOKENS
    basis = Basis.PRIOR if not is_enough else Basis.MIXED
    if state.messages >= _ENOUGH * style.FEWEST_MESSAGES:
        basis = Basis.OBSERVED
    said = envelope(n=state.messages, prior_n=style.FEWEST_MESSAGES, method=METHOD, basis=basis, late=asked.late)
    described = {
        "fingerprint": style.fingerprint(state) if is_enough else None,
        "preferred_depth": style.depth(state, asked.population),
        "emotional_engagement": style.feelings(state),
        "optimal_response_length": style.answer_length(state),
        "active_hours": style.active_hours(state, asked),
        "n_messages": state.messages,
        "n_tokens": state.tokens,
    }
    return StyleRow(user_id=pair.user_id, bot_name=pair.bot_name, communication_style={**said, **tidy(described)})


ENGINE = Engine(
    name="conversation_patterns",
    version=1,
    row=StyleRow,
    empty=StyleState,
    absorb=absorb,
    report=report,
    encode=encode,
    decode=decode,
    contribute=style.contribute,
    keeps_words=True,
)
