"""A wire before Postgres on which the answer to a COMMIT gets lost, or the COMMIT itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


class Loss(Enum):
    """What gets lost."""

    ANSWER = "the server commits, and nobody hears of it"
    COMMIT = "the server never hears of it"


@dataclass(slots=True)
class LossyWire:
    """Breaks the connection at the next ``losses`` COMMITs; then it is an ordinary wire."""

    server: str
    loss: Loss
    losses: int
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        upstream, downstream = await _connect(self.server)
        self._open |= {writer, downstream}
        answers = asyncio.create_task(_carry(upstream, writer))
        while data := await reader.read(65536):
            if b"COMMIT;" in data and self.losses:
                self.losses -= 1
                answers.cancel()
                # Two may not read one stream: the first has to be gone before the answer is waited for.
                await asyncio.wait([answers])
                if self.loss is Loss.ANSWER:
                    downstream.write(data)
                    await upstream.readuntil(b"COMMIT\0")
                break
            downstream.write(data)
        answers.cancel()
        writer.close()
        downstream.close()

    def close(self) -> None:
        """End what is left open."""
        for writer in self._open:
            writer.close()


@asynccontextmanager
async def lossy(dsn: str, loss: Loss, *, losses: int = 1) -> AsyncIterator[str]:
    """Put the wire before a database; yields the DSN that goes through it."""
    wire = LossyWire(dsn, loss, losses)
    listening = await asyncio.start_server(wire.serve, "127.0.0.1")
    port = listening.sockets[0].getsockname()[1]
    parts = urlsplit(dsn)
    try:
        who = parts.netloc.rpartition("@")[0]
        yield parts._replace(netloc=f"{who}@127.0.0.1:{port}", query="sslmode=disable").geturl()
    finally:
        wire.close()
        listening.close()


async def _connect(server: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(server)
    if folder := parse_qs(parts.query).get("host"):
        return await asyncio.open_unix_connection(str(Path(folder[0]) / ".s.PGSQL.5432"))
    return await asyncio.open_connection(parts.hostname, parts.port or 5432)


async def _carry(upstream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await upstream.read(65536):
        writer.write(data)
    writer.close()
