"""The two ways to one Qdrant server, with one deadline on both sides, and its failures in our words."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import urlsplit, urlunsplit

import anyio.lowlevel
import httpx
from qdrant_client import AsyncQdrantClient
from qdrant_client.common.client_exceptions import QdrantException, ResourceExhaustedResponse
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from enrichment.adapters.observation import Observed, timed, unobserved
from enrichment.adapters.resilience import Retries, retried
from enrichment.errors import DependencyUnavailable

T = TypeVar("T")

_DEFAULT_PORT = 6333
_TOO_MANY = 429
_SERVER_ERROR = 500
# A request may hold 32 MB, so that a single point always fits below this and several of that size never do.
_LARGEST_PAGE_BYTES = 40_000_000
# The server is told to give up first, so that its own error arrives before our deadline.
_GRACE_SECONDS = 2.0


class QdrantFailure(DependencyUnavailable):
    """A request that failed: its HTTP status if there was one, and whether a smaller one might not have."""

    def __init__(self, what: str, *, status: int | None = None, too_much: bool = False) -> None:
        super().__init__("qdrant", what)
        self.status = status
        self.too_much = too_much


class QdrantBusy(QdrantFailure):
    """A failure that another try soon may not meet: no connection, a broken one, 429 or 5xx.

    A deadline that passed is none: a smaller page helps there, or the next cycle.
    """

    def __init__(self, what: str, *, status: int | None = None, retry_after_seconds: float | None = None) -> None:
        super().__init__(what, status=status)
        self.retry_after_seconds = retry_after_seconds


class PageTooLarge(httpx.RequestError):
    """An answer that would not fit into memory; its body was not read."""


class Retry(Protocol):
    """Repeats an idempotent call, within bounds, while another try may help."""

    async def __call__(self, call: Callable[[], Awaitable[T]], /) -> T:
        """Return the first result, or raise the last error."""


async def once(call: Callable[[], Awaitable[T]]) -> T:
    """Do not repeat."""
    return await call()


def while_busy(retries: Retries, counted: Callable[[BaseException], None] = lambda _: None) -> Retry:
    """Repeat while the server is busy; what it demands by Retry-After is waited for."""

    async def retry(call: Callable[[], Awaitable[T]]) -> T:
        return await retried(call, on=QdrantBusy, retries=retries, demanded_seconds=_demanded, counted=counted)

    return retry


def _demanded(error: BaseException) -> float | None:
    return error.retry_after_seconds if isinstance(error, QdrantBusy) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The ordinary client, and plain HTTP to the same address for pages that are too big for its models."""

    client: AsyncQdrantClient
    http: httpx.AsyncClient
    timeout_seconds: float = 10.0
    retry: Retry = once
    observed: Observed = unobserved

    @property
    def timeout(self) -> int:
        """The deadline that the server is given: whole seconds, as it wants them."""
        return max(1, math.ceil(self.timeout_seconds))

    async def ask(self, doing: str, call: Callable[[], Awaitable[T]]) -> T:
        """Make an idempotent call; ``doing`` completes "Qdrant failed …" for the operator, without any secret."""

        async def attempt() -> T:
            with timed(self.observed):
                async with _in_our_words(doing, self.timeout + _GRACE_SECONDS):
                    return await call()

        return await self.retry(attempt)

    async def answers(self) -> None:
        """Ask the least, once; raises what failed."""
        async with _in_our_words("to answer", self.timeout_seconds):
            await self.client.get_collections()

    async def exists(self, collection: str) -> bool:
        """Tell whether the collection is there; a proxy's 404 is no proof that it is not."""
        listed = await self.ask("to list collections", self.client.get_collections)
        return any(each.name == collection for each in listed.collections)


@asynccontextmanager
async def connected(
    url: str,
    *,
    api_key: str | None = None,
    timeout_seconds: float = 10.0,
    retry: Retry = once,
    observed: Observed = unobserved,
) -> AsyncIterator[Server]:
    """Open both ways to the server; nothing is sent until something is asked."""
    # Makes the HTTP library load its half of the event loop, which is a part of the start and not of the first cycle.
    await anyio.lowlevel.checkpoint()
    address = _with_port(url)
    timeout = max(1, math.ceil(timeout_seconds))
    limits = httpx.Limits(max_connections=32, max_keepalive_connections=16)
    # As a header of ours: the client's own way ends in a Python warning about plain HTTP, usual inside a cluster.
    headers = {"api-key": api_key} if api_key else {}
    async with AsyncExitStack() as stack:
        client = AsyncQdrantClient(
            url=address,
            headers=headers,
            timeout=timeout,
            check_compatibility=False,  # a request of its own at every start; `doctor` compares versions
            limits=limits,
            event_hooks={"response": [_refuse_what_is_too_large]},
        )
        stack.push_async_callback(client.close)
        http = await stack.enter_async_context(
            httpx.AsyncClient(base_url=address, headers=headers, timeout=timeout, limits=limits)
        )
        yield Server(client=client, http=http, timeout_seconds=timeout_seconds, retry=retry, observed=observed)


def _with_port(url: str) -> str:
    """The client takes 6333 where the address names no port; so do we, for both ways to be one."""
    parts = urlsplit(url)
    netloc = parts.netloc if parts.port else f"{parts.netloc.rstrip(':')}:{_DEFAULT_PORT}"
    return urlunsplit((parts.scheme, netloc, parts.path, "", ""))


async def _refuse_what_is_too_large(response: httpx.Response) -> None:
    if int(response.headers.get("content-length", "0")) > _LARGEST_PAGE_BYTES:
        raise PageTooLarge("the answer is too large", request=response.request)


@asynccontextmanager
async def _in_our_words(doing: str, seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except UnexpectedResponse as error:
        raise _answered(doing, error.status_code or 0, error.headers) from error
    except httpx.HTTPStatusError as error:
        raise _answered(doing, error.response.status_code, error.response.headers) from error
    except ResourceExhaustedResponse as error:
        raise QdrantBusy(_said(doing, "HTTP 429"), status=429, retry_after_seconds=error.retry_after_s) from error
    # The client asserts that answers are not empty.
    except (ApiException, QdrantException, httpx.HTTPError, TimeoutError, ValueError, AssertionError) as error:
        raise _broke(doing, error.source if isinstance(error, ResponseHandlingException) else error) from error


def _answered(doing: str, status: int, headers: httpx.Headers) -> QdrantFailure:
    if status == _TOO_MANY or status >= _SERVER_ERROR:
        asked = headers.get("retry-after", "")
        seconds = float(asked) if asked.isdecimal() else None
        return QdrantBusy(_said(doing, f"HTTP {status}"), status=status, retry_after_seconds=seconds)
    hint = "; is ENRICHMENT_QDRANT__API_KEY right?" if status in {401, 403} else ""
    return QdrantFailure(_said(doing, f"HTTP {status}{hint}"), status=status)


def _broke(doing: str, cause: BaseException) -> QdrantFailure:
    # The type alone: texts of foreign errors may hold addresses.
    said = _said(doing, type(cause).__name__)
    if isinstance(cause, httpx.ReadTimeout | TimeoutError | PageTooLarge):
        return QdrantFailure(said, too_much=True)
    passing = isinstance(cause, httpx.TransportError) and not isinstance(cause, httpx.TimeoutException)
    return QdrantBusy(said) if passing else QdrantFailure(said)


def _said(doing: str, why: str) -> str:
    return f"failed {doing} ({why})"
