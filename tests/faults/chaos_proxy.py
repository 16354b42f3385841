"""A proxy before a dependency that breaks connections in all the ways in which networks and servers do, on demand."""

import asyncio
import re
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, Self

from tests.faults.background import Background

_CHUNK = 65_536
_LINGER_ZERO = struct.pack("ii", 1, 0)
Upstream = tuple[str, int] | Path


@dataclass(slots=True, eq=False)
class Link:
    """One connection through the proxy; ``answered`` counts the bytes that reached the client, ``held`` wait."""

    client: asyncio.StreamWriter
    healed: asyncio.Event
    server: asyncio.StreamWriter | None = None
    answered: int = 0
    lost_bytes: bool = False
    held: bytes = b""

    async def answer(self, data: bytes) -> None:
        """Send bytes to the client."""
        self.client.write(data)
        self.answered += len(data)
        await self.client.drain()

    async def ask(self, data: bytes) -> None:
        """Send bytes to the server."""
        assert self.server is not None
        self.server.write(data)
        await self.server.drain()

    async def pause(self, seconds: float) -> None:
        """Wait, or less long if the proxy is told to behave otherwise meanwhile."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.healed.wait(), seconds)

    def close(self) -> None:
        """End both sides in good order."""
        for side in filter(None, (self.client, self.server)):
            side.close()

    def reset(self) -> None:
        """End the client's side with an RST, as a dying machine or a firewall does."""
        if not self.client.is_closing():
            connection: socket.socket = self.client.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        self.client.transport.abort()
        if self.server is not None:
            self.server.transport.abort()


class Fault(Protocol):
    """What happens to bytes on their way."""

    async def question(self, link: Link, data: bytes) -> None:
        """Treat bytes that the client sent."""

    async def answer(self, link: Link, data: bytes) -> None:
        """Treat bytes that the server sent."""


class Passing:
    """Nothing at all."""

    async def question(self, link: Link, data: bytes) -> None:
        await link.ask(data)

    async def answer(self, link: Link, data: bytes) -> None:
        await link.answer(data)


@dataclass(frozen=True, slots=True)
class Latency(Passing):
    """Every answer comes that much later."""

    seconds: float

    async def answer(self, link: Link, data: bytes) -> None:
        await link.pause(self.seconds)
        await link.answer(data)


class Blackhole(Passing):
    """Connections open, and nothing comes through, either way; what was lost once stays lost."""

    async def question(self, link: Link, data: bytes) -> None:
        link.lost_bytes = True

    async def answer(self, link: Link, data: bytes) -> None:
        link.lost_bytes = True


@dataclass(frozen=True, slots=True)
class Reset(Passing):
    """An RST after so many bytes of answers."""

    after_bytes: int = 0

    async def answer(self, link: Link, data: bytes) -> None:
        left = self.after_bytes - link.answered
        if len(data) < left:
            await link.answer(data)
            return
        await link.answer(data[: max(0, left)])
        link.reset()


@dataclass(frozen=True, slots=True)
class Truncated(Passing):
    """An orderly end of both sides after so many bytes of answers."""

    after_bytes: int

    async def answer(self, link: Link, data: bytes) -> None:
        left = self.after_bytes - link.answered
        await link.answer(data[: max(0, left)])
        if len(data) >= left:
            link.close()


class HalfClosed(Passing):
    """The server's side ends in place of its first answer; the client may go on sending."""

    async def answer(self, link: Link, data: bytes) -> None:
        if not link.lost_bytes:
            link.client.write_eof()
        link.lost_bytes = True


@dataclass(frozen=True, slots=True)
class Dripping(Passing):
    """Answers come byte by byte."""

    seconds_per_byte: float

    async def answer(self, link: Link, data: bytes) -> None:
        for place in range(len(data)):
            await link.answer(data[place : place + 1])
            await link.pause(self.seconds_per_byte)


@dataclass(frozen=True, slots=True)
class Rewriting(Passing):
    """Answers of HTTP in which one piece of the body stands for another."""

    old: bytes
    new: bytes

    async def answer(self, link: Link, data: bytes) -> None:
        link.held += data
        head, _, body = link.held.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if length is None or len(body) < int(length[1]):
            return
        changed = body.replace(self.old, self.new)
        link.held = b""
        await link.answer(head.replace(length[0], b"content-length: %d" % len(changed)) + b"\r\n\r\n" + changed)


class Refusing(Passing):
    """Nobody listens; open connections are reset."""


@dataclass(slots=True, eq=False)
class ChaosProxy:
    """Listens on loopback between ``with`` and its end; ``accepted`` counts connections."""

    background: Background
    upstream: Upstream
    port: int = 0
    accepted: int = 0
    _fault: Fault = field(default_factory=Passing)
    _healed: asyncio.Event = field(default_factory=asyncio.Event)
    _links: set[Link] = field(default_factory=set)
    _server: asyncio.Server | None = None

    def __enter__(self) -> Self:
        self.background.call(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self.background.call(self._become(Refusing()))

    @property
    def open_connections(self) -> int:
        """How many clients are connected now."""
        return len(self.links())

    def links(self) -> tuple[Link, ...]:
        """Return the open connections."""
        return tuple(self._links)

    def behave(self, fault: Fault | None = None) -> None:
        """Treat all that comes from now on like this; None passes it on."""
        self.background.call(self._become(fault or Passing()))

    def reset_all(self) -> None:
        """Break all open connections, and go on."""
        self.background.call(self._reset_all())

    async def _become(self, fault: Fault) -> None:
        self._fault = fault
        self._healed.set()
        self._healed = asyncio.Event()
        for link in self._links:
            link.healed = self._healed
        if isinstance(fault, Refusing):
            if self._server is not None:
                self._server.close()
                self._server = None
            await self._reset_all()
        elif self._server is None:
            await self._listen()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _reset_all(self) -> None:
        for link in tuple(self._links):
            link.reset()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(writer, self._healed)
        self.accepted += 1
        self._links.add(link)
        try:
            from_server, link.server = await self._connect()
            pumps = [
                asyncio.create_task(self._pump(reader, link, "question")),
                asyncio.create_task(self._pump(from_server, link, "answer")),
            ]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()
            link.close()
        except OSError:
            link.reset()
        finally:
            self._links.discard(link)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self.upstream, Path):
            return await asyncio.open_unix_connection(self.upstream)
        return await asyncio.open_connection(*self.upstream)

    async def _pump(self, source: asyncio.StreamReader, link: Link, way: str) -> None:
        """Carry bytes one way until either side ends; a link that lost bytes never carries any again."""
        try:
            while data := await source.read(_CHUNK):
                if link.lost_bytes:
                    continue
                await (self._fault.question if way == "question" else self._fault.answer)(link, data)
        except ConnectionError:
            return
