"""Times as agents write them: ISO with and without zone, seconds and milliseconds, numbers and texts."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

# A chat from before this was stamped by a clock that was not set; 1970 is what a missing time often turns into.
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
_CLOCK_SKEW = timedelta(days=1).total_seconds()
# As seconds these are the year 5138 and later, so they are counted in a smaller unit.
_UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))


def plausible(values: Iterable[object], now: datetime) -> float | None:
    """Return the first usable time in epoch seconds; None if all are missing, unreadable or absurd.

    Absurd is before 1990, and more than a day after ``now``.
    """
    latest = now.timestamp() + _CLOCK_SKEW
    for value in values:
        at = None if value is None else _seconds(value)
        if at is not None and _EARLIEST <= at <= latest:
            return at
    return None


def _seconds(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _scaled(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    # `20260301` is more likely seconds than a day, and the cheaper test comes first for what is nearly always there.
    if "-" in text[1:]:
        return _iso(text)
    try:
        return _scaled(float(text))
    except ValueError:
        return _iso(text)


def _scaled(number: float) -> float | None:
    try:
        seconds = float(number)
    except OverflowError:
        return None
    if not math.isfinite(seconds):
        return None
    return next((seconds / unit for least, unit in _UNITS if seconds >= least), seconds)


def _iso(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
