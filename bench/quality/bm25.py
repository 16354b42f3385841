"""Okapi BM25 over short texts, so that retrieval is the same everywhere and no vectors are judged along with the facts.

S. Robertson, H. Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond (2009), section 3.4; the inverse
document frequency is kept above zero by adding one inside its logarithm, as Lucene does. Our own, because a library
for a few hundred sentences would be longer than this: bm25s is made for millions, rank-bm25 is not maintained.
"""

from collections import Counter
from collections.abc import Sequence
from math import log

from enrichment.digest.words import folded, words

SATURATION = 1.2
LENGTH_WEIGHT = 0.75


class Ranking:
    """Texts to look things up in."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [Counter(words(folded(text))) for text in texts]
        self._lengths = [sum(text.values()) for text in self._texts]
        self._mean = sum(self._lengths) / max(1, len(texts))
        self._in_texts = Counter(word for text in self._texts for word in text)

    def best(self, query: str, most: int) -> list[int]:
        """Return the places of the texts that fit best, at most that many, those with no word in common left out."""
        asked = set(words(folded(query)))
        scores = [self._score(place, asked) for place in range(len(self._texts))]
        places = sorted(range(len(scores)), key=lambda place: (-scores[place], place))
        return [place for place in places[:most] if scores[place] > 0]

    def _score(self, place: int, asked: set[str]) -> float:
        text = self._texts[place]
        length = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * self._lengths[place] / (self._mean or 1)
        return sum(
            self._weight(word) * text[word] * (SATURATION + 1) / (text[word] + SATURATION * length)
            for word in asked & text.keys()
        )

    def _weight(self, word: str) -> float:
        count = self._in_texts[word]
        return log(1 + (len(self._texts) - count + 0.5) / (count + 0.5))
