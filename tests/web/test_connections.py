"""Clients that keep the server waiting keep nobody out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from enrichment.web import server
from enrichment.web.server import listen, served

PLACES = 4
SLOW = b"GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n"


class Site:
    """Answers at once, and under ``/slow`` when it is told to."""

    def __init__(self) -> None:
        self.working = asyncio.Semaphore(0)
        self.told = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the request to its end, and answer."""
        while (await receive()).get("more_body"):
            pass
        if scope["path"] == "/slow":
            self.working.release()
            await self.told.wait()
        await PlainTextResponse("here")(scope, receive, send)


@pytest.fixture(autouse=True)
def _few_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", PLACES)


@asynccontextmanager
async def connected(address: str, said: bytes) -> AsyncIterator[asyncio.StreamReader]:
    """A client that says this, and no more."""
    url = httpx.URL(address)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(said)
    await writer.drain()
    yield reader
    writer.close()


@pytest.mark.parametrize(
    "said",
    [b"", b"GET / HTTP/1.1\r\nhost:", b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\nabc"],
    ids=["nothing", "half a head", "half a body"],
)
async def test_clients_that_keep_the_server_waiting_keep_nobody_out(said: bytes) -> None:
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(served(Site(), listen("127.0.0.1", 0)))
        for _ in range(3 * PLACES):
            await stack.enter_async_context(connected(address, said))
        async with httpx.AsyncClient() as client:
            answer = await client.get(address)

    assert (answer.status_code, answer.text) == (200, "here")


async def test_who_is_being_answered_does_not_make_room() -> None:
    site = Site()
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(served(site, listen("127.0.0.1", 0)))
        asking = await stack.enter_async_context(connected(address, SLOW))
        await site.working.acquire()
        for _ in range(3 * PLACES):
            await stack.enter_async_context(connected(address, b""))
        site.told.set()

        assert (await asking.readline()).startswith(b"HTTP/1.1 200")
