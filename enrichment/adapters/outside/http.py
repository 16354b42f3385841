"""One question to a server over HTTP: bounded in time and size, tried again where that may help, never quoting it."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from enrichment.adapters.resilience import Retries, retried
from enrichment.errors import ConfigurationError, DependencyUnavailable

NAME = "influxdb"
LARGEST_BYTES = 32_000_000
_REFUSED = (401, 403)
_NOT_FOUND = 404
_TOO_MANY, _SERVER_ERROR = 429, 500


class Busy(DependencyUnavailable):
    """A failure that another try soon may not meet: no connection, a broken one, 429 or 5xx."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request, and where it goes below the server's address."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str] | None = None
    content: bytes | None = None


async def answer(http: httpx.AsyncClient, question: Question, retries: Retries) -> bytes:
    """Return the body of the answer; raises ``DependencyUnavailable`` or ``ConfigurationError``."""
    return await retried(lambda: _asked(http, question), on=Busy, retries=retries)


async def _asked(http: httpx.AsyncClient, question: Question) -> bytes:
    try:
        async with http.stream(
            question.method,
            question.path,
            params=dict(question.params),
            headers=dict(question.headers or {}),
            content=question.content,
        ) as response:
            _check(response.status_code)
            return await _body(response)
    except httpx.HTTPError as error:
        raise Busy(NAME, type(error).__name__) from error


def _check(status: int) -> None:
    if status in _REFUSED:
        raise ConfigurationError(f"ENRICHMENT_QUALITY: the token or password was refused (HTTP {status})")
    if status == _NOT_FOUND:
        raise ConfigurationError("ENRICHMENT_QUALITY: there is no such bucket, database or organisation (HTTP 404)")
    if status == _TOO_MANY or status >= _SERVER_ERROR:
        raise Busy(NAME, f"HTTP {status}")
    if not httpx.codes.is_success(status):
        raise DependencyUnavailable(NAME, f"HTTP {status}")


async def _body(response: httpx.Response) -> bytes:
    """Read as it comes, so that an answer that is too large is never in memory."""
    parts, size = [], 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > LARGEST_BYTES:
            raise DependencyUnavailable(NAME, "the answer is too large: look back less far, or more often")
        parts.append(part)
    return b"".join(parts)
