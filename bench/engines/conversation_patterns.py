"""What a style is worth: measures that do not depend on how much was written, and a best length that exists."""

import math
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from statistics import fmean, median

import numpy as np
from numpy.typing import NDArray

from bench.engines.authors import Author
from bench.engines.check import Check
from bench.engines.stream import BASE, day, said
from enrichment.engines.answer_length import USUAL_WORDS, best_length
from enrichment.engines.conversation_patterns import ENGINE, WINDOW
from enrichment.engines.frame import Seen
from enrichment.engines.regression import Moments, moments_of
from enrichment.engines.style_state import StyleState

Array = NDArray[np.float64]

_AUTHORS = 30
_REPEATS = 400
_NOISE = 0.7
_MESSAGE = 10


def richness_does_not_depend_on_length() -> Iterator[Check]:
    """Thirty authors with vocabularies of their own: 100 words against 2,000, and one half against the other."""
    texts = [Author(seed, richness=0.5 + 0.03 * seed).words(2000) for seed in range(_AUTHORS)]
    drift = [fmean(richness(words[at : at + 100]) for at in range(0, 2000, 100)) - richness(words) for words in texts]
    naive = [fmean(_ratio(words[at : at + 100]) for at in range(0, 2000, 100)) - _ratio(words) for words in texts]
    yield Check(
        check="vocabulary richness of 100 words less that of 2,000",
        value=abs(fmean(drift)),
        high=0.03,
        naive=abs(fmean(naive)),
    )
    halves = [(richness(words[:1000]), richness(words[1000:])) for words in texts]
    ratios = [(_ratio(words[:1000]), _ratio(words[1000:])) for words in texts]
    yield Check(
        check="richness, correlation of halves",
        value=float(np.corrcoef(np.array(halves).T)[0, 1]),
        low=0.90,
        naive=float(np.corrcoef(np.array(ratios).T)[0, 1]),
    )
    streamed = max(abs(richness(words) - _batch(words)) for words in texts)
    yield Check(check="richness, streamed less computed at once", value=streamed, high=1e-9)


def a_best_length_is_found_if_there_is_one() -> Iterator[Check]:
    """Reactions that peak at some length of the answer, noise 0.7; and reactions that do not care."""
    for n, bound in ((60, 0.12), (120, 0.10)):
        ours, binned, usual = [], [], []
        for seed in range(_REPEATS):
            rng = np.random.default_rng((n, seed))
            best = float(rng.uniform(-1.2, 1.2))
            x = rng.normal(0.0, 1.0, n)
            y = -0.4 * (x - best) ** 2 + _NOISE * rng.standard_normal(n)
            ours.append(abs(_best(x, y) - best))
            binned.append(abs(_best_quarter(x, y) - best))
            usual.append(abs(float(x.mean()) - best))
        yield Check(
            check=f"best length, median error of ln(words), {n} turns",
            value=median(ours),
            high=bound,
            naive=median(binned),
        )
        yield Check(check=f"the same of the mean length, {n} turns", value=median(usual))
        flat = fmean(_is_identified(n, seed) for seed in range(_REPEATS))
        yield Check(check=f"a best length claimed where there is none, {n} turns", value=flat, high=0.08, naive=1.0)


def richness(words: list[str]) -> float:
    """Return the richness that the engine's state holds after messages of ten words."""
    messages = tuple(
        said(f"{at:05}", day(0) + timedelta(microseconds=at), " ".join(words[at : at + _MESSAGE]))
        for at in range(0, len(words), _MESSAGE)
    )
    state: StyleState = ENGINE.absorb(
        ENGINE.empty(), Seen(user_id=BASE.user_id, bot_name=BASE.bot_name, messages=messages)
    )
    return state.sums["richness"] / state.sums["windows"]


def _batch(words: list[str]) -> float:
    windows = [words[at : at + WINDOW] for at in range(len(words) - WINDOW + 1)]
    return fmean(len(set(window)) / WINDOW for window in windows)


def _ratio(words: list[str]) -> float:
    return len(Counter(words)) / len(words)


def _moments(x: Array, y: Array) -> Moments:
    known = np.column_stack([np.ones(len(x)), x, x * x, np.zeros(len(x)), np.zeros(len(x))])
    return moments_of(known, y)


def _best(x: Array, y: Array) -> float:
    low, middle, high = (USUAL_WORDS * math.exp(float(np.quantile(x, q))) for q in (0.05, 0.5, 0.95))
    return math.log(best_length(_moments(x, y), low, middle, high).words / USUAL_WORDS)


def _best_quarter(x: Array, y: Array) -> float:
    quarters = np.array_split(np.argsort(x), 4)
    return float(x[max(quarters, key=lambda of: float(y[of].mean()))].mean())


def _is_identified(n: int, seed: int) -> bool:
    rng = np.random.default_rng((n, seed, 1))
    x, y = rng.normal(0.0, 1.0, n), rng.standard_normal(n)
    return best_length(_moments(x, y), 20, 80, 300).identified


TRIALS = (richness_does_not_depend_on_length, a_best_length_is_found_if_there_is_one)
