"""Reads DialSeg711 and gives its utterances vectors: PPMI word vectors, fitted on the other half of the dialogues."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from enrichment.engines.reading import read

_WORDS = 3000
_DIMENSIONS = 50
_RARE = 1e-3

Array = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Utterances, and the positions at which a new topic begins."""

    utterances: tuple[str, ...]
    boundaries: frozenset[int]


def load(path: Path) -> list[Dialogue]:
    """Return the dialogues of ``dialseg711.json``."""
    return [
        Dialogue(tuple(d["utterances"]), frozenset(list(accumulate(d["segments"]))[:-1]))
        for d in json.loads(path.read_text(encoding="utf-8"))
    ]


def embedded(dialogues: Sequence[Dialogue]) -> list[Array]:
    """Return a matrix of unit rows for each dialogue, its word vectors fitted on the half it is not in."""
    vectors: dict[int, Array] = {}
    for half in (0, 1):
        vocabulary, weights = _fit(dialogues[1 - half :: 2])
        for at in range(half, len(dialogues), 2):
            vectors[at] = np.array([_sum(u, vocabulary, weights) for u in dialogues[at].utterances])
    return [vectors[at] for at in range(len(dialogues))]


def _fit(dialogues: Sequence[Dialogue]) -> tuple[dict[str, int], Array]:
    texts = [[read(utterance).tokens for utterance in each.utterances] for each in dialogues]
    frequency = Counter(token for dialogue in texts for text in dialogue for token in text)
    ranked = sorted(frequency.items(), key=lambda word: (-word[1], word[0]))[:_WORDS]
    vocabulary = {word: at for at, (word, _) in enumerate(ranked)}
    ppmi = _ppmi(_together(texts, vocabulary))
    # Randomised SVD (Halko et al. 2011): the leading directions of a matrix this size in a second.
    basis = ppmi @ np.random.default_rng(711).standard_normal((len(ppmi), _DIMENSIONS + 20))
    for _ in range(4):
        basis = ppmi @ np.linalg.qr(basis)[0]
    q = np.linalg.qr(basis)[0]
    u, s, _ = np.linalg.svd(q.T @ ppmi, full_matrices=False)
    rows = (q @ u)[:, :_DIMENSIONS] * np.sqrt(s[:_DIMENSIONS])
    counts = np.array([count for _, count in ranked])
    return vocabulary, rows * (_RARE / (_RARE + counts / counts.sum()))[:, None]


def _together(texts: Sequence[Sequence[Sequence[str]]], vocabulary: dict[str, int]) -> Array:
    """Count in how many utterances two words stand together; in neighbouring ones counts half."""
    counts = np.zeros((len(vocabulary), len(vocabulary)), dtype=np.float32)
    for dialogue in texts:
        known = [sorted({vocabulary[token] for token in text if token in vocabulary}) for text in dialogue]
        for here, following in zip(known, [*known[1:], []], strict=True):
            counts[np.ix_(here, here)] += 1
            counts[np.ix_(here, following)] += 0.5
            counts[np.ix_(following, here)] += 0.5
    np.fill_diagonal(counts, 0)
    return counts


def _ppmi(counts: Array) -> Array:
    margin = counts.sum(axis=1) + 1e-9
    smoothed = margin**0.75
    ppmi: Array = np.log(np.maximum(counts * smoothed.sum() / np.outer(margin, smoothed), 1.0))
    return ppmi


def _sum(utterance: str, vocabulary: dict[str, int], weights: Array) -> Array:
    total = sum((weights[vocabulary[t]] for t in read(utterance).tokens if t in vocabulary), np.zeros(_DIMENSIONS))
    return total / (np.linalg.norm(total) or 1.0)
