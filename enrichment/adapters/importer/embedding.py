"""Where the vectors of imported messages come from, if the file has none."""

import hashlib
import math
import re
from collections.abc import Sequence
from typing import Any, Protocol

import httpx
import orjson

from enrichment.adapters.qdrant.server import Retry, once
from enrichment.errors import ConfigurationError, DependencyUnavailable

HASHED_DIMENSIONS = 256
_TEXTS_PER_REQUEST = 64
# Scripts that write without spaces give one word for each character.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORDS = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


class Embedder(Protocol):
    """Turns texts into vectors of one size."""

    @property
    def name(self) -> str:
        """What made the vectors, for people."""

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector for each text, in order."""


class HashedWords:
    """Each word adds 1 or -1 in the dimension that its hash names: same words, near vectors, and no model to ask.

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


class EmbeddingServer:
    """An OpenAI-compatible ``/embeddings`` endpoint; raises ``DependencyUnavailable`` or ``ConfigurationError``."""

    def __init__(self, http: httpx.AsyncClient, model: str, retry: Retry = once) -> None:
        """Take a client whose base address, key and timeouts are set."""
        self._http = http
        self._model = model
        self._retry = retry

    @property
    def name(self) -> str:
        return self._model

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        vectors: list[list[float]] = []
        for start in range(0, len(texts), _TEXTS_PER_REQUEST):
            vectors += await self._part(texts[start : start + _TEXTS_PER_REQUEST])
        return vectors

    async def _part(self, texts: Sequence[str]) -> list[list[float]]:
        # Servers refuse an empty input; a space says as little.
        body = orjson.dumps({"model": self._model, "input": [text or " " for text in texts]})
        found = _vectors(await self._retry(lambda: self._post(body)))
        if len(found) != len(texts):
            raise DependencyUnavailable("embeddings", f"{len(found)} vectors for {len(texts)} texts")
        return found

    async def _post(self, body: bytes) -> bytes:
        try:
            response = await self._http.post("embeddings", content=body, headers={"content-type": "application/json"})
        except httpx.HTTPError as error:
            raise DependencyUnavailable("embeddings", type(error).__name__) from error
        if response.status_code in {401, 403}:
            raise ConfigurationError(f"ENRICHMENT_EMBEDDING__API_KEY was refused (HTTP {response.status_code})")
        if not response.is_success:
            raise DependencyUnavailable("embeddings", f"HTTP {response.status_code}")
        return response.content


def _vectors(body: bytes) -> list[list[float]]:
    try:
        items: list[Any] = sorted(orjson.loads(body)["data"], key=lambda item: item["index"])
        return [[float(number) for number in item["embedding"]] for item in items]
    except (ValueError, TypeError, KeyError) as error:
        raise DependencyUnavailable("embeddings", "the answer holds no vectors") from error
