"""Looks at both stores all the time: no point may be done before the ledger says so (I3)."""

import threading
import time
from typing import Self

import asyncpg
import httpx

from enrichment.producer import PENDING
from tests.faults.chat import Chat
from tests.faults.database import Database

_EVERY_SECONDS = 0.05
# Of the time, at most: the look must not slow down what it looks at.
_SHARE = 0.1
_DOWN = (httpx.HTTPError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Sampler:
    """A thread that samples between ``with`` and its end; ``violations`` are the points it caught, in order."""

    def __init__(self, chat: Chat, database: Database) -> None:
        self._chat = chat
        self._database = database
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sampler", daemon=True)
        self.violations: list[str] = []
        self.samples = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def sample(self) -> None:
        """Look once, the flags first: a row that is committed in between can only acquit."""
        done = {point_id for point_id, status in self._chat.statuses().items() if status != PENDING}
        if done:
            rows = self._database.rows("select point_id from ledger where collection = $1", self._chat.name)
            self.violations += sorted(done - {row["point_id"] for row in rows})
        self.samples += 1

    def _run(self) -> None:
        pause = _EVERY_SECONDS
        while not self._over.wait(pause):
            started = time.monotonic()
            try:
                self.sample()
            except _DOWN:
                # A store that is down shows nothing; what it hides now, it shows later.
                continue
            pause = max(_EVERY_SECONDS, (time.monotonic() - started) / _SHARE)
