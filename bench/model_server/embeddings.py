"""Deterministic vectors: each word is hashed to a place and a sign, so that texts with common words are close."""

import hashlib
import math
import re


def embed(text: str, dimensions: int) -> list[float]:
    """Return a vector of length 1, or of zeros for a text without words."""
    vector = [0.0] * dimensions
    for word in re.findall(r"\w+", text.casefold()):
        place = int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest())
        vector[(place >> 1) % dimensions] += 1.0 if place & 1 else -1.0
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]
