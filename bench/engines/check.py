"""A figure of an engine, the bound it has to keep, and what the naive rule reaches on the same data."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the table; ``low`` and ``high`` are inclusive, and a figure without either is printed, not judged."""

    check: str
    value: float
    low: float | None = None
    high: float | None = None
    naive: float | None = None

    @property
    def passed(self) -> bool:
        """Whether the figure keeps its bounds; NaN keeps none."""
        return (self.low is None or self.value >= self.low) and (self.high is None or self.value <= self.high)

    @property
    def bound(self) -> str:
        """The bounds as text, empty without any."""
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}"
        if self.low is not None:
            return f">= {self.low:g}"
        return f"<= {self.high:g}" if self.high is not None else ""

    def as_json(self) -> dict[str, Any]:
        """Return what the report says of it."""
        naive = None if self.naive is None else round(self.naive, 4)
        return {
            "check": self.check,
            "value": round(self.value, 4),
            "bound": self.bound or None,
            "naive": naive,
            "passed": self.passed,
        }


Trial = Callable[[], Iterable[Check]]
"""Checks against a synthetic truth or vendored data: run by the tests too, within seconds."""

Replay = Callable[[Path], Iterable[Check]]
"""Checks on a folder of public corpora that are not shipped; yields nothing where its file is missing."""
