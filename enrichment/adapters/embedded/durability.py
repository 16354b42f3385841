"""A write is acknowledged only when the log that holds it is on disk, and concurrent writes share one trip there."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path


class GroupCommit:
    """Syncs the log of one collection; whoever arrives during a sync waits for the next one, all together."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._running: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None

    async def durable(self) -> None:
        """Return once everything that was written before this call is on disk; raises OSError if the disk refuses."""
        if self._next is None:
            self._next = asyncio.create_task(self._sync_after(self._running))
        await asyncio.shield(self._next)

    async def settled(self) -> None:
        """Return once no sync is under way: the log may then be closed."""
        pending = [task for task in (self._running, self._next) if task is not None]
        await asyncio.gather(*pending, return_exceptions=True)

    async def _sync_after(self, previous: asyncio.Task[None] | None) -> None:
        if previous is not None:
            await asyncio.wait([previous])
        # From here on a new write may miss this sync: it must ask for another one.
        self._running, self._next = self._next, None
        await asyncio.to_thread(sync_folder, self._log)


def sync_folder(folder: Path) -> None:
    """Force the files of a folder and the folder itself to disk."""
    for path in [*folder.iterdir(), folder]:
        # A flush may meanwhile remove a file of the log, because what it held is on disk elsewhere.
        with suppress(FileNotFoundError):
            sync(path)


def sync(path: Path) -> None:
    """Force one file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file so that after any crash it holds either the old or the new content."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    sync(fresh)
    fresh.replace(path)
    sync(path.parent)
