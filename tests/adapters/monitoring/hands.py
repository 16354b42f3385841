"""A clock that a test turns by hand."""

from datetime import UTC, datetime, timedelta


class HandClock:
    """``ports.Clock``."""

    def __init__(self) -> None:
        self._seconds = 1000.0

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self._seconds += seconds

    def now(self) -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        self.pass_by(seconds)
