"""How well topic boundaries are found: Pk (Beeferman 1999), WindowDiff (Pevzner and Hearst 2002), and F1."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over conversations of Pk and WindowDiff; F1 and the share of boundaries found over all of them."""

    pk: float
    window_diff: float
    f1: float
    excess: float


def score(truths: Iterable[tuple[Collection[int], int]], found: Sequence[Collection[int]]) -> Scores:
    """Compare boundaries (positions of first units of topics) with the true ones of conversations of known length."""
    pk, window_diff, hits, true_count, found_count = [], [], 0, 0, 0
    for (truth, length), guess in zip(truths, found, strict=True):
        k = max(2, round(length / (len(truth) + 1) / 2))
        a, b = _windows(truth, length, k), _windows(guess, length, k)
        pk.append(float(np.mean((a > 0) != (b > 0))))
        window_diff.append(float(np.mean(a != b)))
        hits += len(set(truth) & set(guess))
        true_count, found_count = true_count + len(truth), found_count + len(guess)
    f1 = 2 * hits / (true_count + found_count)
    return Scores(fmean(pk), fmean(window_diff), f1, found_count / true_count - 1)


def _windows(boundaries: Collection[int], length: int, k: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    marks = np.zeros(length + 1, dtype=np.int64)
    marks[[at + 1 for at in boundaries]] = 1
    counted = np.cumsum(marks)
    return counted[k:] - counted[:-k]


def adjusted_rand(a: Sequence[int], b: Sequence[int]) -> float:
    """Return how alike two labellings are, 0 by chance, 1 if equal (Hubert and Arabie 1985)."""
    pairs = np.zeros((max(a) + 1, max(b) + 1))
    for x, y in zip(a, b, strict=True):
        pairs[x, y] += 1
    both, of_a, of_b = (float((n * (n - 1) / 2).sum()) for n in (pairs, pairs.sum(axis=1), pairs.sum(axis=0)))
    expected = of_a * of_b / (len(a) * (len(a) - 1) / 2)
    return (both - expected) / ((of_a + of_b) / 2 - expected)
