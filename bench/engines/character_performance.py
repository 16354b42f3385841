"""What a bot's figures are worth: trends and shifts that are real although days resemble each other, and its style."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import fmean, pstdev

import numpy as np
from numpy.typing import NDArray

from bench.engines.authors import LANGUAGE, Author, auc
from bench.engines.check import Check
from enrichment.engines.cusum import baseline, first_shift
from enrichment.engines.function_words import OTHER, by_category, counts, divergence, style_matching
from enrichment.engines.quality_series import SIGNIFICANT, named
from enrichment.engines.trend import trend

_SERIES = 1500
_RUNS = 1000
_BASELINES = 1500
_AUTHORS = 24
_REFERENCE = 2000
_SHEWHART = 3.0
_OUTLIERS, _OUTLIER = 0.03, 6.0
_NAIVE_CHANGE = 0.1
_LEVEL, _SPREAD = 0.6, 0.15
_FREQUENT = 100

Array = NDArray[np.float64]
Words = dict[str, int]
Measure = Callable[[Words, Words], float]


def series(phi: float, n: int, count: int, seed: int) -> Array:
    """Return AR(1) series, a row each, with mean 0 and variance 1."""
    rng = np.random.default_rng((seed, n, round(100 * phi)))
    noise = rng.standard_normal((count, n))
    x = noise.copy()
    for at in range(1, n):
        x[:, at] = phi * x[:, at - 1] + np.sqrt(1 - phi * phi) * noise[:, at]
    return x


def trends_are_real() -> Iterator[Check]:
    """Series without a trend, and with one of three standard deviations, beside "the halves differ by a tenth"."""
    for n, phi in itertools.product((14, 28), (0.0, 0.3, 0.6)):
        x = series(phi, n, _SERIES, 1)
        times = np.arange(n, dtype=np.float64)
        false = fmean(_is_trend(times, row) for row in x)
        naive = fmean(_halves_differ(_LEVEL + _SPREAD * row) for row in x)
        yield Check(check=f"trend where there is none, n {n}, r {phi:g}", value=false, high=0.11, naive=naive)
    for phi, power in ((0.0, 0.80), (0.3, 0.80), (0.6, None)):
        x = series(phi, 28, _SERIES, 2) + np.linspace(0, 3, 28)
        found = fmean(_is_trend(np.arange(28.0), row) for row in x)
        naive = fmean(_halves_differ(_LEVEL + _SPREAD * row) for row in x)
        yield Check(check=f"drift of 3 sd found, n 28, r {phi:g}", value=found, low=power, naive=naive)


def shifts_are_noticed() -> Iterator[Check]:
    """Run lengths of the sums on independent scores, beside Shewhart's three-sigma rule."""
    rng = np.random.default_rng(3)
    for shift, length in ((0.0, 451.0), (1.0, 10.1), (2.0, 4.0)):
        ours, naive = [], []
        for _ in range(_RUNS):
            scores = (rng.standard_normal(8000) + shift).tolist()
            found = first_shift(scores)
            ours.append(found.at + 1 if found else len(scores))
            naive.append(next((at + 1 for at, z in enumerate(scores) if abs(z) > _SHEWHART), len(scores)))
        name = f"mean values until an alarm, shift {shift:g} sd"
        yield Check(check=name, value=fmean(ours), low=0.9 * length, high=1.1 * length, naive=fmean(naive))


def shifts_are_real() -> Iterator[Check]:
    """The usual level known from 100 values with outliers only, values resembling their neighbours."""
    for phi, low in ((0.0, 0.90), (0.4, 0.90), (0.7, None)):
        alarms: list[bool] = []
        unscaled, found, beyond = [], [], []
        for row in series(phi, 330, _BASELINES, 4):
            known, quiet, shifted = np.split(row, (100, 300))
            usual = baseline(_with_outliers(known, len(alarms)))
            assert usual is not None
            alarms.append(first_shift(map(usual.scaled, quiet.tolist())) is not None)
            unscaled.append(first_shift(map(usual.score, quiet.tolist())) is not None)
            found.append(first_shift(map(usual.scaled, (shifted - 1.5).tolist())) is not None)
            beyond.append(any(abs(usual.score(value)) > _SHEWHART for value in (shifted - 1.5).tolist()))
        yield Check(
            check=f"alarm in 200 usual values, r {phi:g}", value=fmean(alarms), high=0.35, naive=fmean(unscaled)
        )
        yield Check(
            check=f"shift of -1.5 sd noticed within 30, r {phi:g}", value=fmean(found), low=low, naive=fmean(beyond)
        )


def a_style_is_recognised() -> Iterator[Check]:
    """Invented authors: 2,000 words of each against 500 and 1,000 of the same and of the others."""
    for n, low in ((500, 0.80), (1000, 0.87)):
        authors = [Author(seed) for seed in range(_AUTHORS)]
        known = [counts(author.words(_REFERENCE), LANGUAGE) for author in authors]
        new = [counts(author.words(n), LANGUAGE) for author in authors]
        usual = _deltas([*known, *new])
        ours = _same_author(lambda a, b: -divergence(a, b), known, new)
        matching = _same_author(lambda a, b: style_matching(_shares(a), _shares(b)) or 0.0, known, new)
        delta = _same_author(partial(_nearness, scale=usual), known, new)
        yield Check(check=f"same author, AUC, {n} words (naive: LSM)", value=ours, low=low, naive=matching)
        yield Check(
            check=f"same author, AUC, {n} words (naive: Burrows' Delta)", value=ours, low=round(delta, 4), naive=delta
        )


def _is_trend(times: Array, row: Array) -> bool:
    found = trend(times, row)
    return found is not None and found.p < SIGNIFICANT and named(found, times[-1] - times[0], pstdev(row)) != "stable"


def _halves_differ(row: Array) -> bool:
    half = len(row) // 2
    return bool(abs(row[half:].mean() / row[:half].mean() - 1) > _NAIVE_CHANGE)


def _with_outliers(known: Array, seed: int) -> Array:
    rng = np.random.default_rng((seed, 9))
    thrown = (rng.random(len(known)) < _OUTLIERS) * rng.choice((-1.0, 1.0), len(known))
    return np.asarray(known + _OUTLIER * thrown)


def _same_author(measure: Measure, known: Sequence[Words], new: Sequence[Words]) -> float:
    pairs = [(i == j, measure(a, b)) for i, a in enumerate(known) for j, b in enumerate(new)]
    return auc([value for same, value in pairs if same], [value for same, value in pairs if not same])


def _shares(words: Words) -> list[float]:
    total = sum(words.values())
    return [n / total for n in by_category(words, LANGUAGE)]


def _deltas(texts: Sequence[Words]) -> dict[str, float]:
    """Return the standard deviation of each frequent word's share over texts: the scale of Burrows' Delta."""
    total = {word: sum(text.get(word, 0) for text in texts) for text in texts for word in text if word != OTHER}
    frequent = sorted(total, key=lambda word: (-total[word], word))[:_FREQUENT]
    return {word: pstdev(text.get(word, 0) / sum(text.values()) for text in texts) or 1.0 for word in frequent}


def _nearness(a: Words, b: Words, scale: dict[str, float]) -> float:
    n, m = sum(a.values()), sum(b.values())
    return -fmean(abs(a.get(word, 0) / n - b.get(word, 0) / m) / sd for word, sd in scale.items())


TRIALS = (trends_are_real, shifts_are_noticed, shifts_are_real, a_style_is_recognised)
