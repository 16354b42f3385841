"""Reads off engine 6's sums what they say: rates, richness, readability, likeness to the bot, moods, hours."""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from enrichment.engines.answer_length import FEWEST, best_length
from enrichment.engines.closed_classes import CATEGORIES
from enrichment.engines.frame import Asked
from enrichment.engines.function_words import style_matching
from enrichment.engines.style_state import BINS_PER_E, HALF_HOURS, StyleState

FEWEST_MESSAGES = 20
FEWEST_TOKENS = 250
FEWEST_MATCHED = 500
FEWEST_FELT = 10
FEWEST_PAIRS = 10
_HALF_HOUR_SECONDS = 1800
_MOSTLY = 0.7
_LEAST_VARIANCE = 1e-9
_DEPTHS = ("shallow", "medium", "deep")
_DEPTH_BINS = 24


def fingerprint(state: StyleState) -> dict[str, Any]:
    """Return what marks a user's writing; what a script or language does not have is None."""
    sums = state.sums
    spaced = sums["spaced_words"] / sums["tokens"]
    language = _main_language(state, "user")
    return {
        "mattr": sums["richness"] / sums["windows"] if sums["windows"] else None,
        "words_median": quantile(state.lengths, 0.5),
        "words_p90": quantile(state.lengths, 0.9),
        "lix": _lix(sums) if spaced >= _MOSTLY else None,
        "question_rate": _rate(state, "questions"),
        "emoji_rate": _rate(state, "emoji"),
        "exclaim_rate": _rate(state, "exclamations"),
        "caps_rate": _rate(state, "shouts"),
        "link_rate": _rate(state, "links"),
        "language": language,
        "lsm_with_bot": likeness(state),
        "function_profile": _profile(state, "user", language) if language else None,
    }


def likeness(state: StyleState) -> float | None:
    """Return language style matching of user and bot in the user's main language, None below 500 words each."""
    language = _main_language(state, "user")
    rows = [state.profiles[side].get(language or "") for side in ("user", "bot")]
    now = state.weight(state.last_at)
    if any(row is None or row[-1] / now < FEWEST_MATCHED for row in rows):
        return None
    ours, theirs = ([n / row[-1] for n in row[:-1]] for row in rows if row)
    return style_matching(ours, theirs)


def _lix(sums: Mapping[str, float]) -> float:
    """Return the readability index LIX (Björnsson 1968): words per sentence, plus the percentage of long words."""
    return sums["spaced_words"] / sums["sentences"] + 100 * sums["long_words"] / sums["spaced_words"]


def _rate(state: StyleState, what: str) -> float:
    """Return the share of messages, with the Jeffreys prior of a proportion."""
    now = state.weight(state.last_at)
    return (state.sums[what] / now + 0.5) / (state.sums["messages"] / now + 1)


def _main_language(state: StyleState, side: str) -> str | None:
    profile = state.profiles[side]
    return max(profile, key=lambda each: (profile[each][-1], each), default=None)


def _profile(state: StyleState, side: str, language: str) -> dict[str, float]:
    row = state.profiles[side][language]
    return {name: n / row[-1] for name, n in zip(CATEGORIES, row, strict=False)}


def quantile(bins: Sequence[float], q: float) -> float | None:
    """Return a quantile of the lengths in logarithmic bins, interpolated within the bin."""
    reached = list(accumulate(bins, initial=0.0))
    target = q * sum(bins)
    at = bisect_left(reached, target) - 1
    if not 0 <= at < len(bins):
        return None
    return math.exp((at + (target - reached[at]) / bins[at]) / BINS_PER_E)


def depth(state: StyleState, population: Mapping[str, float]) -> dict[str, Any]:
    """Return turns per session and content words per turn, and their place among the users of the bot."""
    sums = state.sums
    turns, words = _depth_of(state)
    places = [_place(population, name, value) for name, value in (("turns", turns), ("words", words))]
    known = [place for place in places if place is not None]
    is_enough = state.messages >= FEWEST_MESSAGES and len(known) == len(places)
    place = sum(known) / len(known) if is_enough else None
    return {
        "label": None if place is None else _DEPTHS[min(int(3 * place), 2)],
        "quantile": place,
        "turns_per_session": turns if sums["sessions"] else None,
        "content_words": words if sums["messages"] else None,
    }


def _depth_of(state: StyleState) -> tuple[float, float]:
    sums = state.sums
    turns = sums["messages"] / sums["sessions"] if sums["sessions"] else 0.0
    words = sums["content_words"] / sums["messages"] if sums["messages"] else 0.0
    return turns, words


def _place(population: Mapping[str, float], name: str, value: float) -> float | None:
    """Return the share of the bot's users below a value, half of those in its bin; None below ten users."""
    bins = [population.get(f"style.{name}.{at:02}", 0.0) for at in range(_DEPTH_BINS)]
    if sum(bins) < FEWEST_PAIRS:
        return None
    at = _depth_bin(value)
    return (sum(bins[:at]) + bins[at] / 2) / sum(bins)


def _depth_bin(value: float) -> int:
    return min(int(5 * math.log1p(value)), _DEPTH_BINS - 1)


def contribute(state: StyleState) -> dict[str, float]:
    """Return the pair as one count in the histograms of turns per session and words per turn."""
    if state.messages < FEWEST_MESSAGES:
        return {}
    turns, words = _depth_of(state)
    return {f"style.turns.{_depth_bin(turns):02}": 1.0, f"style.words.{_depth_bin(words):02}": 1.0}


def feelings(state: StyleState) -> dict[str, Any] | None:
    """Return shares of emotions and how they move (inertia: Kuppens 2010; RMSSD: Jahng 2008); None below ten."""
    felt = state.feelings
    now = state.weight(state.last_at)
    if felt.n / now < FEWEST_FELT:
        return None
    labelled = sum(state.labels.values())
    mean = felt.x / felt.n
    variance = max(felt.xx / felt.n - mean * mean, 0.0)
    pair_mean = felt.pair_x / felt.pairs if felt.pairs else 0.0
    covariance = felt.product / felt.pairs - pair_mean * pair_mean if felt.pairs else 0.0
    return {
        "shares": {
            label: (n / now + 1) / (labelled / now + len(state.labels)) for label, n in sorted(state.labels.items())
        },
        "dominant": max(state.labels, key=lambda label: (state.labels[label], label), default=None),
        "mean_valence": mean,
        "variability": math.sqrt(variance),
        "inertia": max(-1.0, min(1.0, covariance / variance)) if variance > _LEAST_VARIANCE else None,
        "rmssd": math.sqrt(felt.change / felt.pairs) if felt.pairs else None,
        "n": felt.n / now,
    }


def answer_length(state: StyleState) -> dict[str, Any] | None:
    """Return the best length of answers in words, None below sixty paired turns."""
    low, median, high = (quantile(state.answers, q) for q in (0.05, 0.5, 0.95))
    if state.paired < FEWEST or low is None or median is None or high is None:
        return None
    best = best_length(state.moments.scaled(1 / state.weight(state.last_at)), low, median, high)
    return {
        "words": best.words,
        "low": best.low,
        "high": best.high,
        "identified": best.identified,
        "n": state.paired,
    }


def active_hours(state: StyleState, asked: Asked) -> dict[str, Any]:
    """Return the shares of the half hours of the day in the user's zone, and which zone that is."""
    offset = asked.now.astimezone(asked.zone).utcoffset() if asked.zone else None
    shift = round(offset.total_seconds() / _HALF_HOUR_SECONDS) if offset else 0
    total = sum(state.hours) or 1.0
    shares = [state.hours[(at - shift) % HALF_HOURS] / total for at in range(HALF_HOURS)]
    return {"histogram": shares, "zone": str(asked.zone) if asked.zone else "UTC"}
