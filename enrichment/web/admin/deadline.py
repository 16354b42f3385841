"""A page that takes too long is given up: those that nobody waits for any more would pile up while Postgres hangs."""

import asyncio
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

DEADLINE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class InTime:
    """Answers with ``late`` what takes longer than ``seconds``; what is asked to be done is left to end."""

    app: ASGIApp
    late: ASGIApp
    seconds: float = DEADLINE_SECONDS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        begun = asyncio.Event()

        async def sent(message: Message) -> None:
            begun.set()
            await send(message)

        limit = asyncio.timeout(self.seconds)
        try:
            async with limit:
                await self.app(scope, receive, sent)
        except TimeoutError:
            if not limit.expired() or begun.is_set():
                raise
            await self.late(scope, receive, send)
