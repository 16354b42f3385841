"""Any server that speaks OpenAI's chat completions: one request at a time, and what became of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx

from enrichment.adapters.model.completion import answer_of
from enrichment.adapters.model.dialect import Dialect
from enrichment.adapters.model.failures import Refusal, error_of, inside
from enrichment.adapters.model.prices import Prices
from enrichment.adapters.model.providers import Profile
from enrichment.adapters.model.standing import Standing, is_in_form, parsed_json
from enrichment.domain.prompt import Answer, Prompt
from enrichment.domain.text import tokens_in
from enrichment.errors import (
    AskedWrongly,
    ModelAccessDenied,
    ModelError,
    ModelFailure,
    ModelUnavailable,
    UnusableAnswer,
)

_CONNECT_SECONDS = 10.0
# A count below this share of the estimate is a prompt that was cut: estimates are within 15 %.
_CUT_SHARE = 0.7
# A context below this multiple of the instructions leaves no room for messages: a matter of configuration.
_ROOM = 1.5
# A hundred times the longest answer: what is longer comes from a broken server, and memory is shared by all users.
_LONGEST_BODY_BYTES = 16_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where the model is and how to deal with it; ``timeout_seconds`` is the deadline of one request."""

    base_url: str
    name: str
    api_key: str | None = field(default=None, repr=False)
    timeout_seconds: float = 120.0
    connections: int = 8
    prices: Prices = Prices()
    profile: Profile = Profile()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a request is sent; ``refused`` is the first refusal on the way here, ``probing`` the last thing to try.

    ``strayed``: an answer in the form above was not in that form, though nothing was refused.
    """

    dialect: Dialect
    refused: Refusal | None = None
    probing: bool = False
    strayed: bool = False


@asynccontextmanager
async def openai_compatible(endpoint: Endpoint) -> "AsyncIterator[OpenAICompatible]":
    """Open the one client that all calls share."""
    headers = {"content-type": "application/json"}
    if endpoint.api_key:
        headers["authorization"] = f"Bearer {endpoint.api_key}"
    limits = httpx.Limits(max_connections=endpoint.connections, max_keepalive_connections=endpoint.connections)
    # No read timeout: it starts anew with each byte, and a server that drips would never meet it. The deadline does.
    timeout = httpx.Timeout(None, connect=_CONNECT_SECONDS)
    async with httpx.AsyncClient(headers=headers, limits=limits, timeout=timeout) as client:
        yield OpenAICompatible(endpoint, client)


class OpenAICompatible:
    """``ports.Model`` over HTTP; safe to use from many tasks at a time."""

    def __init__(self, endpoint: Endpoint, client: httpx.AsyncClient) -> None:
        self._endpoint = endpoint
        self._client = client
        self._url = f"{endpoint.base_url.rstrip('/')}/chat/completions"
        self._dialect = Dialect(limit=endpoint.profile.limit, extra=endpoint.profile.extra)
        self._has_answered = False
        self._standing = Standing()

    @property
    def name(self) -> str:
        return self._endpoint.name

    @property
    def price_known(self) -> bool:
        return self._endpoint.prices.known

    def price(self, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> Decimal:
        return self._endpoint.prices.cost(prompt_tokens, completion_tokens, cached_tokens)

    async def answer(self, prompt: Prompt, way: object | None = None) -> Answer:
        chosen = way if isinstance(way, Way) else Way(dialect=self._dialect)
        dialect = chosen.dialect
        body = await self._post(dialect.probe(self.name, prompt) if chosen.probing else dialect.body(self.name, prompt))
        if chosen.probing and chosen.refused is not None:
            raise self._judged(chosen.refused, body)
        if isinstance(body, Refusal):
            raise self._lowered(chosen) if chosen.strayed and body.may_be_the_form else self._after(body, chosen)
        return self._read(body, prompt, chosen)

    def _read(self, body: dict[str, Any], prompt: Prompt, way: Way) -> Answer:
        answer, unusable = answer_of(body, self.name, self._endpoint.prices)
        unusable = unusable or self._cut(prompt, answer) or self._stray(prompt, answer, way)
        if unusable is None or not way.strayed:
            self._dialect, self._has_answered = way.dialect, True
        if unusable is not None:
            unusable.charged = answer
            raise unusable
        return answer

    def _stray(self, prompt: Prompt, answer: Answer, way: Way) -> ModelError | None:
        """Return how to ask instead where answers are not in the form that the server took without a word.

        llama.cpp does so with a grammar that it cannot build (https://github.com/ggml-org/llama.cpp/issues/19051), and
        with some chat templates (https://github.com/ggml-org/llama.cpp/pull/21537). A lower form, which tells the model
        in words, is kept if it helps. If none does, the messages are to blame.
        """
        if is_in_form(answer.text, prompt.schema):
            self._standing.kept()
            return None
        is_last = way.dialect.lower() is None
        return self._lowered(way) if way.strayed or (self._standing.strayed() and not is_last) else None

    def _lowered(self, way: Way) -> ModelError:
        lower = way.dialect.lower()
        if lower is not None:
            return AskedWrongly("an answer out of form", Way(dialect=lower, strayed=True))
        self._standing.in_vain()
        return UnusableAnswer(ModelFailure.SCHEMA, "an answer out of form, in every form of asking")

    def _after(self, refusal: Refusal, way: Way) -> ModelError:
        """Return what to raise for a refusal: how to ask instead, as long as the way of asking may be at fault.

        A form that was ever taken is only given up if it is refused by name. In the end a question that no model can
        refuse, asked in the same form, tells a wrong configuration from a prompt that this model cannot take: that it
        answered an hour ago says nothing, a gateway that is broken since would cost the whole backlog.
        """
        first = way.refused or refusal
        if refusal.may_be_the_form:
            lower = None if self._has_answered else way.dialect.lower()
            if instead := way.dialect.without(refusal.param) or lower:
                return AskedWrongly(str(refusal), Way(dialect=instead, refused=first))
        if first.unexplained:
            return AskedWrongly(str(refusal), Way(dialect=way.dialect, refused=first, probing=True))
        return error_of(first, reachable=False)

    def _judged(self, refused: Refusal, probed: dict[str, Any] | Refusal) -> ModelError:
        """Return what a refused prompt means, now that the probe has shown whether the model answers at all."""
        if isinstance(probed, Refusal):
            return error_of(probed, reachable=False)
        error = error_of(refused, reachable=True)
        error.charged = answer_of(probed, self.name, self._endpoint.prices)[0]
        return error

    def _cut(self, prompt: Prompt, answer: Answer) -> ModelError | None:
        """Return an error if the server left out a part of the prompt without a word: the front, our instructions.

        Only the count tells: https://github.com/ollama/ollama/issues/3839, https://github.com/ollama/ollama/issues/17889.
        Old versions count nothing for what they had cached (https://github.com/ollama/ollama/issues/5370).
        """
        if not self._endpoint.profile.cuts_prompts:
            return None
        read, system = answer.usage.prompt_tokens, tokens_in(prompt.system)
        if read == 0 or read >= _CUT_SHARE * (system + tokens_in(prompt.user)):
            return None
        if read < _ROOM * system:
            return ModelAccessDenied(
                ModelFailure.AUTH, "the server's context hardly holds the instructions: enlarge it"
            )
        return UnusableAnswer(ModelFailure.TOO_LONG, "the server has read a part of the prompt only")

    async def _post(self, request: bytes) -> dict[str, Any] | Refusal:
        """Send a request; raises ``ModelUnavailable`` where no answer of a model or a server's refusal came of it."""
        try:
            async with asyncio.timeout(self._endpoint.timeout_seconds):
                async with self._client.stream("POST", self._url, content=request) as response:
                    content = await _read(response)
        except TimeoutError:
            raise _lost(f"no answer within {self._endpoint.timeout_seconds:g} s") from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise ModelUnavailable(ModelFailure.TRANSPORT, type(error).__name__) from None
        except httpx.RequestError as error:
            # Only its kind, and no cause: such an error carries the request, and with it the key and the messages.
            raise _lost(type(error).__name__) from None
        body = parsed_json(content)
        if not response.is_success:
            return Refusal(response.status_code, body, response.headers)
        if not isinstance(body, dict):
            # A proxy's page, or the half of an answer: the status says that somebody has worked.
            raise _lost(f"HTTP {response.status_code} without a JSON object", ModelFailure.SERVER)
        charged = answer_of(body, self.name, self._endpoint.prices)[0] if body.get("usage") else None
        return inside(body, charged) or body


async def _read(response: httpx.Response) -> bytes:
    """Return the whole body; raises ``UnusableAnswer`` as soon as it is too long, an error's body is left out then."""
    read = bytearray()
    async for piece in response.aiter_bytes():
        read += piece
        if len(read) <= _LONGEST_BODY_BYTES:
            continue
        if not response.is_success:
            return b""
        error = UnusableAnswer(ModelFailure.SCHEMA, f"an answer of more than {_LONGEST_BODY_BYTES} bytes")
        error.cost_unknown = True
        raise error
    return bytes(read)


def _lost(what: str, failure: ModelFailure = ModelFailure.TRANSPORT) -> ModelUnavailable:
    """Return the error of a request that was sent, and of which nobody knows whether it was paid for."""
    error = ModelUnavailable(failure, what)
    error.cost_unknown = True
    return error
