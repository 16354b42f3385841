"""What providers send, byte for byte as their documentation or their users show it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.model_server.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Body:
    """A whole body with its status and headers."""

    payload: Mapping[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    async def play(self, exchange: Exchange) -> None:
        await exchange.reply(self.payload, status=self.status, headers=self.headers)


@dataclass(frozen=True, slots=True)
class Page:
    """A proxy's HTML in place of an answer, with the status of one."""

    async def play(self, exchange: Exchange) -> None:
        page = b"<html>Just a moment</html>"
        await exchange.start(len(page), headers={"content-type": "text/html"})
        await exchange.write(page, more=False)


@dataclass(frozen=True, slots=True)
class Endless:
    """A body that goes on until the client has gone."""

    status: int = 200

    async def play(self, exchange: Exchange) -> None:
        await exchange.start(10**12, self.status)
        gone = asyncio.ensure_future(exchange.gone())
        while not gone.done():
            await exchange.write(b" " * 1_000_000)
            await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class With:
    """The ordinary answer with other fields in its usage, its message or its choice."""

    usage: Mapping[str, Any] = field(default_factory=dict)
    message: Mapping[str, Any] = field(default_factory=dict)
    choice: Mapping[str, Any] = field(default_factory=dict)

    async def play(self, exchange: Exchange) -> None:
        completion = exchange.completion(exchange.answer)
        completion["usage"] |= self.usage
        completion["choices"][0] |= self.choice
        completion["choices"][0]["message"] |= self.message
        await exchange.reply(completion)


@dataclass(frozen=True, slots=True)
class WithoutUsage:
    """The ordinary answer with no usage at all."""

    async def play(self, exchange: Exchange) -> None:
        completion = exchange.completion(exchange.answer)
        del completion["usage"]
        await exchange.reply(completion)
