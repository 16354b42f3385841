"""An event loop in a thread of its own, so that proxies and samplers go on while a test waits for a process."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar

from tests.patience import patiently

T = TypeVar("T")

_pause = threading.Event()


class Background:
    """Runs coroutines for tests that are not asynchronous themselves."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="background", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.call(self._cancel_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def call(self, work: Coroutine[Any, Any, T], timeout_seconds: float = 30) -> T:
        """Run a coroutine there and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout_seconds)

    async def _cancel_all(self) -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def wait_until(condition: Callable[[], object], what: str, within_seconds: float = 20, every: float = 0.02) -> None:
    """Return as soon as the condition holds; fails with ``what`` was waited for."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < patiently(within_seconds), f"not within {within_seconds:.0f} s: {what}"
        _pause.wait(every)
