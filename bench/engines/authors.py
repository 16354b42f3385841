"""Invented authors: each has a habit of function words and a vocabulary of their own, and writes as long as is asked.

They stand in for the chat logs that the measures were first judged on, which are not at hand; they show that a measure
does what it claims, not how people differ.
"""

from collections.abc import Sequence

import numpy as np

from enrichment.engines.function_words import CATEGORY_OF

LANGUAGE = "en"
_WORDS = sorted(CATEGORY_OF[LANGUAGE])
_CONTENT_SHARE = 0.45
# Chosen so that 500 words of two authors are about as hard to tell apart as those of two people in a chat room.
_CONCENTRATION = 3000.0
_TYPES = 20_000
# Invented words of letters that no function word has.
_VOCABULARY = ["".join("bdfgkmpqvz"[int(digit)] for digit in f"{at:05}") for at in range(_TYPES)]
# People do not keep to one mixture: each message has its own, around the author's.
_WITHIN = 120.0
_MESSAGE = 12


class Author:
    """Draws words; ``richness`` is the exponent of Zipf's law for content words, smaller for a richer vocabulary.

    ``likeness`` is how near the habits of different authors are.
    """

    def __init__(self, seed: int, richness: float = 1.0, likeness: float = _CONCENTRATION) -> None:
        self._rng = np.random.default_rng((seed, 17))
        common = 1.0 / np.arange(1, len(_WORDS) + 1) ** 1.1
        order = np.random.default_rng(5).permutation(len(_WORDS))
        usual = common[order] / common.sum()
        self._habit = self._rng.dirichlet(usual * likeness)
        ranks = 1.0 / np.arange(1, _TYPES + 1) ** richness
        self._content = np.cumsum(ranks) / ranks.sum()

    def words(self, n: int) -> list[str]:
        """Return the next words."""
        written: list[str] = []
        while len(written) < n:
            mixture = self._rng.dirichlet(self._habit * _WITHIN + 1e-3)
            content = np.searchsorted(self._content, self._rng.random(_MESSAGE))
            function = np.searchsorted(np.cumsum(mixture), self._rng.random(_MESSAGE) * mixture.sum())
            chosen = self._rng.random(_MESSAGE) < _CONTENT_SHARE
            pairs = zip(content, function, chosen, strict=True)
            written += [_VOCABULARY[c] if is_content else _WORDS[f] for c, f, is_content in pairs]
        return written[:n]


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the probability that a positive scores higher than a negative, ties counting half."""
    p, q = np.array(positive)[:, None], np.array(negative)[None]
    return float((p > q).mean() + (p == q).mean() / 2)
