"""Time as the machine has it."""

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """``ports.Clock`` of the real world."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
