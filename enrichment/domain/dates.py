"""When something happened: an interval of time with the granularity in which it was said."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Granularity(StrEnum):
    """How exactly a time was said."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    DECADE = "decade"


@dataclass(frozen=True, slots=True)
class Interval:
    """Half-open [start, end), both aware; ``end`` None: it goes on, ``start`` None: its beginning is unknown."""

    start: datetime | None
    end: datetime | None
    granularity: Granularity
