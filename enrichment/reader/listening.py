"""Hears what the database tells: whose memory changed, who was asked for; survives a server that comes and goes."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import asyncpg

from enrichment.reader.wire import UNREACHABLE, WireOptions, connection_settings

_CONNECT_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 15.0
_AGAIN_SECONDS: Final = 1.0


async def listen(
    dsn: str,
    options: WireOptions,
    *,
    channel: str,
    on_news: Callable[[str], object],
    on_connected: Callable[[], object],
) -> None:
    """Call ``on_news`` with what each notification of the channel carries, until cancelled.

    ``on_connected`` is called whenever listening begins: what happened before was not heard.
    """
    while True:
        try:
            await _listen_once(dsn, options, channel, on_news, on_connected)
        except (*UNREACHABLE, asyncpg.PostgresError):
            await asyncio.sleep(_AGAIN_SECONDS)


async def _listen_once(
    dsn: str,
    options: WireOptions,
    channel: str,
    on_news: Callable[[str], object],
    on_connected: Callable[[], object],
) -> None:
    connection = await asyncpg.connect(dsn, timeout=_CONNECT_SECONDS, **connection_settings(options))
    try:

        def heard(_connection: Any, _pid: int, _channel: str, payload: object) -> None:  # noqa: ANN401 - the driver's
            on_news(str(payload))

        await connection.add_listener(channel, heard)
        on_connected()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            # A connection that was cut without a word is silent for ever.
            await connection.execute("select 1", timeout=_CONNECT_SECONDS)
    finally:
        connection.terminate()
