"""Axes with few round ticks, in the units that people read."""

import math
from datetime import date, timedelta

from enrichment.web.admin.drawing.charts import Axis
from enrichment.web.admin.drawing.words import JOINED, number

_STEPS = (1.0, 2.0, 5.0, 10.0)
_MOST = 6
_SLACK = 1e-9


def step(width: float, most: int = _MOST) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that divides a width into at most ``most`` parts."""
    rough = width / most
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(each for each in _STEPS if rough <= each * power + _SLACK * power)


def ticks(low: float, high: float, most: int = _MOST) -> list[float]:
    """Return the round values from ``low`` to ``high``, both included if they are round."""
    by = step(high - low, most)
    first, last = math.ceil(low / by - _SLACK), math.floor(high / by + _SLACK)
    return [round(place * by, 10) for place in range(first, last + 1)]


def up_to(value: float, most: int = _MOST) -> float:
    """Return the next round value, so that the highest tick is the end of the axis."""
    by = step(value, most)
    return round(math.ceil(value / by - _SLACK) * by, 10)


def shares(title: str, highest: float = 1.0, lowest: float = 0.0) -> Axis:
    """Return an axis of shares, in percent, that begins at zero."""
    high = min(up_to(max(highest, 0.01)), 1.0)
    places = ticks(lowest, high)
    digits = 0 if step(high - lowest) >= 0.01 else 1  # noqa: PLR2004 - a percent
    return Axis(
        title=title, low=lowest, high=high, ticks=tuple((at, f"{number(100 * at, digits)}{JOINED}%") for at in places)
    )


def numbers(title: str, low: float, high: float, most: int = _MOST) -> Axis:
    """Return an axis of plain numbers."""
    places = ticks(low, high, most)
    digits = max(0, -math.floor(math.log10(step(high - low, most))))
    return Axis(
        title=title,
        low=low,
        high=high,
        ticks=tuple((at, f"{at:.{digits}f}".replace("-", "−")) for at in places),
    )


def days(title: str, longest: float) -> Axis:
    """Return an axis of days from zero on."""
    high = up_to(longest)
    return Axis(title=title, low=0.0, high=high, ticks=tuple((at, number(at, 1)) for at in ticks(0.0, high)))


def dates(title: str, first: date, last: date, most: int = 5) -> Axis:
    """Return an axis of days of the calendar, as days since ``first``; one tick is the last day."""
    width = max((last - first).days, 1)
    by = max(1, math.ceil(width / most))
    places = range(width % by, width + 1, by)
    return Axis(
        title=title,
        low=0.0,
        high=float(width),
        ticks=tuple((float(at), _dated(first + timedelta(days=at))) for at in places),
    )


def _dated(at: date) -> str:
    return f"{at.day} {at:%b}"
