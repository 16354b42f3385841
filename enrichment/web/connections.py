"""Connections of the web server: who keeps it waiting makes room for who asks, so that probes are always answered."""

import asyncio
from collections.abc import Sequence
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle


class Yielding(H11Protocol):
    """One connection; where all places are taken, the one that has been waited for longest is closed for a new one.

    Without that, clients that say nothing, or never finish what they say, have a supervisor restart the worker: every
    request beyond the bound is refused, a probe's too.
    """

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - as the server makes them
        super().__init__(*given, **named)
        self._waited_since = self.loop.time()

    @property
    def is_waited_for(self) -> bool:
        """Whether the next step is the client's: to ask, to finish asking, or to take the answer."""
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request
        return cycle is None or cycle.response_complete or cycle.more_body or self.flow.write_paused

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the server's own
        """Take a place, one that is made free if there is none."""
        super().connection_made(transport)
        for other in self._longest_waited_for():
            if len(self.connections) < (self.limit_concurrency or len(self.connections) + 1):
                break
            self.connections.discard(other)
            other.transport.abort()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._waited_since = self.loop.time()

    def _longest_waited_for(self) -> Sequence["Yielding"]:
        others = [each for each in self.connections if isinstance(each, Yielding) and each is not self]
        return sorted((each for each in others if each.is_waited_for), key=lambda each: each._waited_since)  # noqa: SLF001 - of its own class
