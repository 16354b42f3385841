"""Turns points of foreign systems into measurements: which field is which metric, and what a person really said."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from enrichment.engines.frame import Quality
from enrichment.engines.outside import Measured

_TRUE = {"true", "t", "1", "yes"}


class Point(NamedTuple):
    """What was written at one moment under one name, by field."""

    name: str
    user_id: str
    at: datetime
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What things are called where they are measured.

    ``metrics`` gives for each of our metrics the fields that it is read from, as (measurement, field). A value of
    ``largest`` counts as 1. Feedback of people is what has ``feedback_field``, or is one of ``feedback_names``.
    """

    metrics: Mapping[str, Sequence[tuple[str, str]]]
    bot: str = "bot"
    user: str = "user_id"
    largest: float = 1.0
    feedback_field: str | None = "has_user_feedback"
    feedback_names: frozenset[str] = field(default_factory=lambda: frozenset({"user_feedback"}))

    @property
    def fields_by_name(self) -> dict[str, list[str]]:
        """The fields to ask for, by measurement, in a fixed order."""
        wanted: dict[str, list[str]] = {}
        for places in self.metrics.values():
            for name, of_point in places:
                fields = wanted.setdefault(name, [])
                fields += [each for each in (of_point, self.feedback_field) if each and each not in fields]
        return wanted


def measurements(points: Iterable[Point], naming: Naming) -> list[Measured]:
    """Return what the points say, oldest first; what is no finite number, or nobody's, is left out."""
    places = {place: metric for metric, of_metric in naming.metrics.items() for place in of_metric}
    found = []
    for point in points:
        is_feedback = point.name in naming.feedback_names or _is_true(point.fields.get(naming.feedback_field or ""))
        for name, value in point.fields.items():
            metric, number = places.get((point.name, name)), _number(value)
            if metric is not None and number is not None and point.user_id:
                quality = Quality(metric=metric, at=point.at, value=number / naming.largest, is_feedback=is_feedback)
                found.append(Measured(point.user_id, quality))
    return sorted(found, key=lambda each: (each.quality.at, each.user_id, each.quality.metric))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value) if isinstance(value, str | int | float) else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _is_true(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in _TRUE
    return isinstance(value, bool | int | float) and bool(value)
