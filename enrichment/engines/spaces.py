"""Vectors of one kind for one pair: those of the embedder if there are any, else hashed words.

Long vectors are folded to 1,024 dimensions by signed sums (a count sketch), which keeps cosines within some hundredths
and the state small.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from enrichment.engines.frame import Vector
from enrichment.engines.halves import halved

LEXICAL = "words"
MOST_DIMENSIONS = 1024
_WORD_DIMENSIONS = 256
_STEM = 5
_SIGN_BIT = 1 << 31


def space_of(vector: Vector | None, known: str) -> str:
    """Return the space that a pair is in after a message: that of its vector, else the one it was in, else words."""
    return _named(vector.size) if vector is not None else known or LEXICAL


@lru_cache(maxsize=8)
def _named(size: int) -> str:
    return f"d{size}"


def folded(vector: Vector, dimensions: int = MOST_DIMENSIONS) -> Vector:
    """Return a vector of length one with at most so many dimensions, as half precision holds it."""
    if vector.size <= dimensions:
        return vector
    layers = -(-vector.size // dimensions)
    padded = np.zeros(layers * dimensions, dtype=np.float32)
    np.multiply(vector, _signs(vector.size), out=padded[: vector.size])
    sums = padded.reshape(layers, dimensions).sum(axis=0)
    short: Vector = (sums / (math.sqrt(float(sums @ sums)) or 1.0)).astype(np.float16).astype(np.float32)
    return short


def folded_together(vectors: Sequence[Vector], dimensions: int) -> list[Vector]:
    """Return each vector folded; those of one length in one go."""
    if len({vector.size for vector in vectors}) != 1 or vectors[0].size <= dimensions:
        return [folded(vector, dimensions) for vector in vectors]
    size = vectors[0].size
    layers = -(-size // dimensions)
    padded = np.zeros((len(vectors), layers * dimensions), dtype=np.float32)
    np.multiply(stacked(vectors), _signs(size), out=padded[:, :size])
    sums = padded.reshape(len(vectors), layers, dimensions).sum(axis=1)
    lengths = np.sqrt(np.einsum("ij,ij->i", sums, sums))
    return list(halved(sums / np.where(lengths > 0, lengths, 1)[:, None]))


def stacked(vectors: Sequence[Vector]) -> NDArray[np.float32]:
    """Return vectors of one length as rows, five times as fast as ``np.array`` finds out that they are."""
    return np.concatenate(vectors).reshape(len(vectors), -1)


def of_words(terms: Sequence[str]) -> Vector | None:
    """Return hashed words and their beginnings as a vector of length one; None without words."""
    if not terms:
        return None
    sums = np.zeros(_WORD_DIMENSIONS, dtype=np.float32)
    for term in terms:
        for part in {term, term[:_STEM]}:
            code = crc32(part.encode())
            sums[code % _WORD_DIMENSIONS] += 1.0 if code & _SIGN_BIT else -1.0
    length = math.sqrt(float(sums @ sums))
    return (sums / length).astype(np.float16).astype(np.float32) if length else None


@lru_cache(maxsize=8)
def _signs(size: int) -> Vector:
    return np.array([1.0 if crc32(b"%d" % at) & _SIGN_BIT else -1.0 for at in range(size)], dtype=np.float32)
