"""The keeper's side of its clients: each holds a connection, and the first moment without any ends the keeper."""

import asyncio
import json
import socket
from contextlib import suppress

from enrichment.errors import ConfigurationError, EnrichmentError


class Clients:
    """Whoever is connected. Everybody gets one line of JSON, servers or error, as soon as there is something to say."""

    def __init__(self) -> None:
        self._count = 0
        self._closed = False
        self._gone = asyncio.Event()
        self._greeting: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._first: asyncio.Task[None] | None = None
        self._last: asyncio.StreamWriter | None = None

    def welcome(self, connection: socket.socket) -> None:
        """Take in the client that started the keeper: it is connected before there is a door."""
        self._count += 1
        self._first = asyncio.create_task(self._adopt(connection))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Keep a client until its end closes, which a kill does too; nobody is let in after the last one left."""
        if self._closed:
            writer.close()
            return
        self._count += 1
        await self._hold(reader, writer)

    def greet(self, servers: dict[str, str]) -> None:
        """Tell everybody, and everybody to come, where the servers are."""
        self._say({"servers": servers})

    def refuse(self, error: EnrichmentError) -> None:
        """Tell everybody why there are no servers."""
        kind = "configuration" if isinstance(error, ConfigurationError) else "unavailable"
        self._say({"error": {"kind": kind, "text": str(error)}})

    def close(self) -> None:
        """Let nobody in any more: a client that finds the door closed waits, and starts the next keeper."""
        self._closed = True

    async def until_gone(self) -> None:
        """Return when the last client has left."""
        await self._gone.wait()

    def _say(self, what: dict[str, dict[str, str]]) -> None:
        if not self._greeting.done():
            self._greeting.set_result(json.dumps(what).encode() + b"\n")

    async def _adopt(self, connection: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=connection)
        await self._hold(reader, writer)

    async def _hold(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError):
                writer.write(await asyncio.shield(self._greeting))
                await writer.drain()
                await reader.read()
        finally:
            self._count -= 1
            if self._count:
                writer.close()
            else:
                # The last one's connection ends with this process: by that it knows that the servers have stopped.
                self._last = writer
                self._closed = True
                self._gone.set()
