"""Any server that speaks OpenAI's chat completions."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import httpx
import orjson

from enrichment.adapters.model.completion import Prices, answer_of
from enrichment.adapters.model.dialect import Dialect
from enrichment.adapters.model.failures import Refusal, error_of, inside
from enrichment.adapters.resilience import Retries, retried
from enrichment.domain.prompt import Answer, Prompt, Usage
from enrichment.errors import ModelError, ModelFailure, ModelUnavailable

_CONNECT_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where the model is and how to deal with it; ``timeout_seconds`` is the deadline of a call with all its tries."""

    base_url: str
    name: str
    api_key: str | None = field(default=None, repr=False)
    timeout_seconds: float = 120.0
    attempts: int = 4
    connections: int = 8
    prices: Prices = Prices()


@asynccontextmanager
async def openai_compatible(
    endpoint: Endpoint, *, counted: Callable[[ModelFailure], None] = lambda _: None
) -> "AsyncIterator[OpenAICompatible]":
    """Open the one client that all calls share; ``counted`` is told of each failure that is tried again."""
    headers = {"content-type": "application/json"}
    if endpoint.api_key:
        headers["authorization"] = f"Bearer {endpoint.api_key}"
    limits = httpx.Limits(max_connections=endpoint.connections, max_keepalive_connections=endpoint.connections)
    # No read timeout: it starts anew with each byte, and a server that drips would never meet it. The deadline does.
    timeout = httpx.Timeout(None, connect=_CONNECT_SECONDS)
    async with httpx.AsyncClient(headers=headers, limits=limits, timeout=timeout) as client:
        yield OpenAICompatible(endpoint, client, counted)


class OpenAICompatible:
    """``ports.Model`` over HTTP; safe to use from many tasks at a time."""

    def __init__(
        self, endpoint: Endpoint, client: httpx.AsyncClient, counted: Callable[[ModelFailure], None] = lambda _: None
    ) -> None:
        self._endpoint = endpoint
        self._client = client
        self._counted = counted
        self._url = f"{endpoint.base_url.rstrip('/')}/chat/completions"
        self._dialect = Dialect()
        self._has_answered = False

    @property
    def name(self) -> str:
        return self._endpoint.name

    def price(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        return self._endpoint.prices.cost(prompt_tokens, completion_tokens)

    async def answer(self, prompt: Prompt) -> Answer:
        spent = _Spent()
        seconds = self._endpoint.timeout_seconds
        try:
            async with asyncio.timeout(seconds):
                answer = await retried(
                    lambda: self._attempt(prompt, spent),
                    on=ModelUnavailable,
                    retries=Retries(attempts=self._endpoint.attempts, seconds=seconds),
                    demanded_seconds=lambda error: getattr(error, "retry_after_seconds", None),
                    counted=lambda error: self._counted(getattr(error, "failure", ModelFailure.SERVER)),
                )
        except TimeoutError:
            late = ModelUnavailable(ModelFailure.TRANSPORT, f"no answer within {seconds:g} s")
            late.charged = spent.answer
            raise late from None
        except ModelError as error:
            error.charged = spent.answer
            raise
        return replace(answer, usage=spent.usage)

    async def _attempt(self, prompt: Prompt, spent: "_Spent") -> Answer:
        """Ask in the way the server is known to take, else in the next, until it takes one; remember that."""
        dialect: Dialect | None = self._dialect
        first: Refusal | None = None
        while dialect is not None:
            body = await self._post(dialect.body(self.name, prompt))
            if not isinstance(body, Refusal):
                return self._read(body, dialect, spent)
            first = first or body
            dialect = self._next(dialect, body)
        if first is None:
            raise RuntimeError("a call without a try")
        raise error_of(first, reachable=await self._is_reachable(first, spent))

    def _read(self, body: dict[str, Any], dialect: Dialect, spent: "_Spent") -> Answer:
        self._dialect, self._has_answered = dialect, True
        answer, unusable = answer_of(body, self.name, self._endpoint.prices)
        spent.add(answer)
        if unusable is not None:
            raise unusable
        return answer

    def _next(self, dialect: Dialect, refusal: Refusal) -> Dialect | None:
        """Return how to ask instead; a form that was ever taken is only given up if it is refused by name."""
        if not refusal.may_be_the_form:
            return None
        return dialect.without(refusal.param) or (None if self._has_answered else dialect.lower())

    async def _is_reachable(self, refusal: Refusal, spent: "_Spent") -> bool:
        """Whether the model answers at all, which tells a wrong configuration from a prompt that it cannot take."""
        if self._has_answered or not refusal.may_be_the_form:
            return self._has_answered
        body = await self._post(self._dialect.probe(self.name))
        if isinstance(body, Refusal):
            return False
        spent.add(answer_of(body, self.name, self._endpoint.prices)[0])
        return True

    async def _post(self, request: bytes) -> dict[str, Any] | Refusal:
        """Send a request; raises ``ModelUnavailable`` where no answer of a model or a server's refusal came of it."""
        try:
            response = await self._client.post(self._url, content=request)
        except httpx.RequestError as error:
            # Only its kind, and no cause: such an error carries the request, and with it the key and the messages.
            raise ModelUnavailable(ModelFailure.TRANSPORT, type(error).__name__) from None
        body = _json(response.content)
        if not response.is_success:
            return Refusal(response.status_code, body, response.headers)
        if not isinstance(body, dict):
            raise ModelUnavailable(ModelFailure.SERVER, f"HTTP {response.status_code} without a JSON object")
        return inside(body) or body


class _Spent:
    """What all tries of one call used together."""

    def __init__(self) -> None:
        self.usage = Usage()
        self._last: Answer | None = None

    @property
    def answer(self) -> Answer | None:
        """The last answer, usable or not, with the usage of all; None if nothing was charged."""
        return self._last and replace(self._last, usage=self.usage)

    def add(self, answer: Answer) -> None:
        self._last, more = answer, answer.usage
        self.usage = Usage(
            prompt_tokens=self.usage.prompt_tokens + more.prompt_tokens,
            completion_tokens=self.usage.completion_tokens + more.completion_tokens,
            cached_tokens=self.usage.cached_tokens + more.cached_tokens,
            cost_usd=self.usage.cost_usd + more.cost_usd,
        )


def _json(content: bytes) -> object:
    """Parse a body; what orjson is too strict for (half an emoji, NaN) must not cost a whole answer."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        parsed: object = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return parsed
