"""One run of the worker, in whose way something may come between any two things that it does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from enrichment.errors import DependencyUnavailable


class Killed(Exception):
    """The process is dead: nothing that it does any more reaches anybody."""


@dataclass(slots=True)
class Process:
    """What happens at the ``passing``-th time at ``point``, which is ``before`` or ``after`` a call of a port."""

    point: str = ""
    passing: int = 1
    event: "Callable[[Process], Awaitable[None]] | None" = None
    alive: bool = True
    store_is_down: bool = False
    reached: bool = False

    async def reach(self, point: str) -> None:
        """Let happen what is to happen here."""
        self.refuse_the_dead()
        if point == self.point and self.event is not None:
            self.passing -= 1
            if self.passing == 0:
                self.reached = True
                await self.event(self)
        self.refuse_the_dead()
        if self.store_is_down and point == "before settle":
            raise DependencyUnavailable("qdrant", "does not answer")

    def refuse_the_dead(self) -> None:
        """Raise ``Killed`` if the process is dead."""
        if not self.alive:
            raise Killed

    async def die(self) -> None:
        """Be killed."""
        self.alive = False
        raise Killed


# The calls between which something can happen; the others only read, and are followed by one of these.
CALLS = (
    *("replace", "claim", "release", "fetch", "skip", "open", "reserve", "answer", "answered", "failed", "abandon"),
    *("fail", "commit", "settle", "settled", "remove", "reopen"),
)
POINTS = tuple(f"{when} {call}" for call in CALLS for when in ("before", "after"))


class Reached:
    """A port whose calls can be interrupted before and after they take effect."""

    def __init__(self, port: object, process: Process) -> None:
        self._port = port
        self._process = process

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # any call of any port
        inner = getattr(self._port, name)
        if name not in CALLS:
            self._process.refuse_the_dead()
            return inner

        async def call(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  # as above
            await self._process.reach(f"before {name}")
            result = await inner(*arguments, **named)
            await self._process.reach(f"after {name}")
            return result

        return call
