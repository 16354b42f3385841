"""Any OpenAI-compatible ``/embeddings`` server: batches, one deadline, bounded tries, and sizes that are checked."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from enrichment.adapters.resilience import Retries, retried
from enrichment.errors import ConfigurationError, DependencyUnavailable

_TEXTS_PER_REQUEST = 64
_TOO_MANY, _SERVER_ERROR = 429, 500
_BAD_KEY = frozenset({401, 403})


class EmbeddingFailure(DependencyUnavailable):
    """A request for vectors that failed, with its HTTP status if there was one."""

    def __init__(self, what: str, *, status: int | None = None, retry_after_seconds: float | None = None) -> None:
        super().__init__("embeddings", what)
        self.status = status
        self.retry_after_seconds = retry_after_seconds


class EmbeddingBusy(EmbeddingFailure):
    """A failure that another try soon may not meet: no connection, a broken one, 429 or 5xx."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingEndpoint:
    """Where and how to ask; ``dimensions`` None takes the model's own size, whatever it is.

    ``timeout_seconds`` is the deadline of all tries of one request together.
    """

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    dimensions: int | None = None
    timeout_seconds: float = 30.0
    retries: Retries = Retries(attempts=3, seconds=20)


class EmbeddingServer:
    """``ports.Embedder`` over HTTP; raises ``EmbeddingFailure``, or ``ConfigurationError`` for what no try mends."""

    def __init__(self, http: httpx.AsyncClient, endpoint: EmbeddingEndpoint) -> None:
        """Take a client whose base address and key are set."""
        self._http = http
        self._endpoint = endpoint

    @property
    def name(self) -> str:
        size = self._endpoint.dimensions
        return self._endpoint.model if size is None else f"{self._endpoint.model}, {size} dimensions"

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        vectors: list[list[float]] = []
        for start in range(0, len(texts), _TEXTS_PER_REQUEST):
            vectors += await self._part(texts[start : start + _TEXTS_PER_REQUEST])
        self._check_sizes(vectors)
        return vectors

    async def _part(self, texts: Sequence[str]) -> list[list[float]]:
        size = {} if self._endpoint.dimensions is None else {"dimensions": self._endpoint.dimensions}
        # Servers refuse an empty input; a space says as little.
        body = orjson.dumps({"model": self._endpoint.model, "input": [text or " " for text in texts], **size})
        try:
            async with asyncio.timeout(self._endpoint.timeout_seconds):
                answer = await retried(
                    lambda: self._post(body),
                    on=EmbeddingBusy,
                    retries=self._endpoint.retries,
                    demanded_seconds=_demanded,
                )
        except TimeoutError as error:
            raise EmbeddingFailure("no answer by the deadline") from error
        found = _vectors(answer)
        if len(found) != len(texts):
            raise EmbeddingFailure(f"{len(found)} vectors for {len(texts)} texts")
        return found

    async def _post(self, body: bytes) -> bytes:
        try:
            response = await self._http.post("embeddings", content=body, headers={"content-type": "application/json"})
        except httpx.TimeoutException as error:
            raise EmbeddingFailure(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise EmbeddingBusy(type(error).__name__) from error
        if response.status_code in _BAD_KEY:
            raise ConfigurationError(f"ENRICHMENT_EMBEDDING__API_KEY was refused (HTTP {response.status_code})")
        if response.is_success:
            return response.content
        raise _refused(response)

    def _check_sizes(self, vectors: Sequence[Sequence[float]]) -> None:
        wanted = self._endpoint.dimensions or (len(vectors[0]) if vectors else 0)
        if wrong := next((len(each) for each in vectors if len(each) != wanted), None):
            raise ConfigurationError(
                f"embeddings: the model gave vectors of {wrong} dimensions, not of {wanted}: "
                "ENRICHMENT_EMBEDDING__DIMENSIONS and __NAME have to fit"
            )


@asynccontextmanager
async def embedding_server(endpoint: EmbeddingEndpoint) -> AsyncIterator[EmbeddingServer]:
    """Open a client of the server; nothing is sent before the first text."""
    headers = {"authorization": f"Bearer {endpoint.api_key}"} if endpoint.api_key else {}
    async with httpx.AsyncClient(base_url=endpoint.base_url, headers=headers, timeout=endpoint.timeout_seconds) as http:
        yield EmbeddingServer(http, endpoint)


def _refused(response: httpx.Response) -> EmbeddingFailure:
    status, asked = response.status_code, response.headers.get("retry-after", "")
    if status == _TOO_MANY or status >= _SERVER_ERROR:
        seconds = float(asked) if asked.isdecimal() else None
        return EmbeddingBusy(f"HTTP {status}", status=status, retry_after_seconds=seconds)
    return EmbeddingFailure(f"HTTP {status}", status=status)


def _demanded(error: BaseException) -> float | None:
    return error.retry_after_seconds if isinstance(error, EmbeddingBusy) else None


def _vectors(body: bytes) -> list[list[float]]:
    try:
        items: list[Any] = sorted(orjson.loads(body)["data"], key=lambda item: item["index"])
        found = [[float(number) for number in item["embedding"]] for item in items]
    except (ValueError, TypeError, KeyError) as error:
        raise EmbeddingFailure("the answer holds no vectors") from error
    if not all(each and all(map(math.isfinite, each)) for each in found):
        raise EmbeddingFailure("the answer holds no vectors")
    return found
