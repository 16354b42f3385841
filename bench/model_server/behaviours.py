"""All the ways in which a provider answers: the good one, and those that are seen in the wild."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

from bench.model_server.exchange import Exchange, encoded, failure


class Behaviour(Protocol):
    """What happens to one request."""

    async def play(self, exchange: Exchange) -> None:
        """Answer the request, or fail in the way that the name says."""


@dataclass(frozen=True, slots=True)
class Normal:
    """The responder's answer, whole and at once."""

    async def play(self, exchange: Exchange) -> None:
        await exchange.reply(exchange.completion(exchange.answer))


@dataclass(frozen=True, slots=True)
class After:
    """Something else, that many seconds after the request arrived."""

    seconds: float
    then: Behaviour = field(default_factory=Normal)

    async def play(self, exchange: Exchange) -> None:
        await exchange.wait(self.seconds)
        await self.then.play(exchange)


class Held:
    """Something else, once ``release()`` was called, from any thread."""

    def __init__(self, then: Behaviour | None = None) -> None:
        self._then = then or Normal()
        self._is_released = False
        self._released = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def release(self) -> None:
        """Let go."""
        self._is_released = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._released.set)

    async def play(self, exchange: Exchange) -> None:
        # The loop is stored before the flag is read, and release() does the reverse: no release gets lost.
        self._loop = asyncio.get_running_loop()
        if not self._is_released:
            await self._released.wait()
        await self._then.play(exchange)


@dataclass(frozen=True, slots=True)
class Failing:
    """A 4xx or 5xx with an error body, ``code`` being the provider's word for it (``insufficient_quota``)."""

    status: int
    code: str | None = None
    message: str = "The request failed, as scripted."
    param: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    async def play(self, exchange: Exchange) -> None:
        error = failure(self.message, code=self.code, param=self.param)
        await exchange.reply(error, status=self.status, headers=self.headers)


@dataclass(frozen=True, slots=True)
class RateLimited:
    """A 429 whose ``Retry-After`` is in seconds (``"2"``), an HTTP date, anything else, or missing."""

    retry_after: str | None = None

    async def play(self, exchange: Exchange) -> None:
        headers = {} if self.retry_after is None else {"retry-after": self.retry_after}
        error = failure("Rate limit reached.", code="rate_limit_exceeded", kind="requests")
        await exchange.reply(error, status=HTTPStatus.TOO_MANY_REQUESTS, headers=headers)


@dataclass(frozen=True, slots=True)
class Saying:
    """These words in place of the responder's."""

    words: str

    async def play(self, exchange: Exchange) -> None:
        await exchange.reply(exchange.completion(self.words))


@dataclass(frozen=True, slots=True)
class Truncated:
    """The answer cut off at the output limit (``finish_reason=length``), ``share`` of it being left."""

    share: float = 0.5

    async def play(self, exchange: Exchange) -> None:
        kept = exchange.answer[: int(len(exchange.answer) * self.share)]
        await exchange.reply(exchange.completion(kept, finish_reason="length"))


@dataclass(frozen=True, slots=True)
class BrokenJson:
    """The answer with its end missing, although the provider says that it is complete."""

    async def play(self, exchange: Exchange) -> None:
        await exchange.reply(exchange.completion(exchange.answer[: len(exchange.answer) // 2]))


@dataclass(frozen=True, slots=True)
class Fenced:
    """The answer in a code fence with a friendly sentence before it, after a think block if one is wanted."""

    thoughts: str | None = None

    async def play(self, exchange: Exchange) -> None:
        thinking = "" if self.thoughts is None else f"<think>{self.thoughts}</think>\n"
        said = f"{thinking}Here is the JSON you asked for:\n\n```json\n{exchange.answer}\n```\n"
        await exchange.reply(exchange.completion(said))


@dataclass(frozen=True, slots=True)
class Refusing:
    """``message.refusal`` in place of a content."""

    words: str = "I'm sorry, but I can't help with that."

    async def play(self, exchange: Exchange) -> None:
        await exchange.reply(exchange.completion(None, refusal=self.words))


@dataclass(frozen=True, slots=True)
class ContentFiltered:
    """An answer that the provider's filter stopped (``finish_reason=content_filter``)."""

    async def play(self, exchange: Exchange) -> None:
        await exchange.reply(exchange.completion("", finish_reason="content_filter"))


@dataclass(frozen=True, slots=True)
class ErrorInside:
    """A 200 whose body is an error, as routers send when the provider behind them fails."""

    code: str | None = "502"
    message: str = "Provider returned error"

    async def play(self, exchange: Exchange) -> None:
        await exchange.reply(failure(self.message, code=self.code))


@dataclass(frozen=True, slots=True)
class NoChoices:
    """A completion without any choice."""

    async def play(self, exchange: Exchange) -> None:
        await exchange.reply({**exchange.completion(""), "choices": []})


@dataclass(frozen=True, slots=True)
class NullContent:
    """A completion whose content is null, with nothing that explains it."""

    async def play(self, exchange: Exchange) -> None:
        await exchange.reply(exchange.completion(None))


@dataclass(frozen=True, slots=True)
class OtherModel:
    """The answer of another model than was asked for."""

    model: str = "some-cheaper-model"

    async def play(self, exchange: Exchange) -> None:
        await exchange.reply(exchange.completion(exchange.answer, model=self.model))


@dataclass(frozen=True, slots=True)
class Dripping:
    """The answer one byte at a time: each read succeeds, the whole never ends."""

    seconds_per_byte: float = 0.05

    async def play(self, exchange: Exchange) -> None:
        body = encoded(exchange.completion(exchange.answer))
        await exchange.start(len(body))
        for position in range(len(body)):
            await exchange.write(body[position : position + 1], more=position + 1 < len(body))
            await asyncio.sleep(self.seconds_per_byte)


@dataclass(frozen=True, slots=True)
class Cut:
    """Headers, half of the body, and the connection closed."""

    async def play(self, exchange: Exchange) -> None:
        body = encoded(exchange.completion(exchange.answer))
        await exchange.start(len(body))
        await exchange.write(body[: len(body) // 2])
        await exchange.close()


@dataclass(frozen=True, slots=True)
class Dropped:
    """The connection closed without a single byte."""

    async def play(self, exchange: Exchange) -> None:
        await exchange.close()


@dataclass(frozen=True, slots=True)
class Hanging:
    """Nothing, until the client gives up: not one byte, or headers alone."""

    after_headers: bool = False

    async def play(self, exchange: Exchange) -> None:
        if self.after_headers:
            await exchange.start(1_000)
        await exchange.gone()
