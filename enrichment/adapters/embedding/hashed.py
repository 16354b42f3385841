"""Vectors from the words alone: near where texts share words, and no model to ask."""

import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

HASHED_DIMENSIONS = 256
PIECES_DIMENSIONS = 1024
_LEAST_WEIGHT = 0.05
# Scripts that write without spaces give one word for each character.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_UNSPACED_RUNS = re.compile(rf"[{_UNSPACED}]+")
_WORDS = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


class HashedWords:
    """``ports.Embedder``: each word adds 1 or -1 in the dimension that its hash names.

    Feature hashing (Weinberger et al. 2009, https://arxiv.org/abs/0902.2206). Enough to try things out; it knows no
    meaning.
    """

    name = f"hashed words, {HASHED_DIMENSIONS} dimensions"

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [hashed_words(text) for text in texts]


def hashed_words(text: str) -> list[float]:
    """Return the vector of a text, of length 1 in both senses of its norm; a text without words has one too."""
    vector = [0.0] * HASHED_DIMENSIONS
    for word in _WORDS.findall(text.casefold()):
        digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4).digest()
        number = int.from_bytes(digest)
        vector[number % HASHED_DIMENSIONS] += 1.0 if number & 0x80000000 else -1.0
    norm = math.sqrt(sum(each * each for each in vector))
    # Words may cancel each other out, and a zero vector has no direction to compare.
    return [each / norm for each in vector] if norm else [1.0, *vector[1:]]


class HashedPieces:
    """``ports.Embedder``: words and their pieces of three and four characters are hashed, long words count most.

    Nearer to meaning than words alone, because endings and compounds share pieces (Bojanowski et al. 2017,
    https://arxiv.org/abs/1607.04606, for the pieces); it still knows no synonym. Words that are short in most languages
    say little, which stands in for how rare a word is.
    """

    name = f"hashed words and pieces, {PIECES_DIMENSIONS} dimensions"

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [hashed_pieces(text) for text in texts]


def hashed_pieces(text: str) -> list[float]:
    """Return the vector of a text, of length 1; a text without words has one too."""
    vector = [0.0] * PIECES_DIMENSIONS
    for feature, weight in _features(text.casefold()):
        number = _number(feature)
        vector[(number >> 1) % PIECES_DIMENSIONS] += weight if number & 1 else -weight
    norm = math.sqrt(sum(each * each for each in vector))
    return [each / norm for each in vector] if norm else [1.0, *vector[1:]]


def _features(text: str) -> Iterator[tuple[str, float]]:
    for run in _UNSPACED_RUNS.findall(text):
        yield from ((run[at : at + size], 1.0) for size in (1, 2) for at in range(len(run) - size + 1))
    for word in _WORDS.findall(_UNSPACED_RUNS.sub(" ", text)):
        weight = min(1.0, max(_LEAST_WEIGHT, (len(word) - 2) / 4))
        yield word, weight
        marked = f"<{word}>"
        pieces = [marked[at : at + size] for size in (3, 4) for at in range(len(marked) - size + 1)]
        yield from ((piece, 2 * weight / math.sqrt(len(pieces))) for piece in pieces)


@lru_cache(maxsize=50_000)
def _number(feature: str) -> int:
    return int.from_bytes(hashlib.blake2b(feature.encode("utf-8", "surrogatepass"), digest_size=8).digest())
