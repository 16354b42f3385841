"""Vectors from the words alone: near where texts share words, and no model to ask."""

import hashlib
import math
import re
from collections.abc import Sequence

HASHED_DIMENSIONS = 256
# Scripts that write without spaces give one word for each character.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
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
