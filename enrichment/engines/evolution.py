"""How the share of each mode moved over the last thirty days, and whether that is a trend or chance."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from enrichment.engines.personality_state import Day
from enrichment.engines.traits import TRAITS
from enrichment.engines.trend import trend

_PRIOR_N = 5.0
_SIGNIFICANT = 0.05


def history(days: Sequence[Day], traits: Iterable[str]) -> dict[str, Any]:
    """Return by mode its daily shares, each shrunk to the month's by five turns, and their trend (share per day)."""
    return {trait: _of_trait(days, TRAITS.index(trait)) for trait in traits}


def _of_trait(days: Sequence[Day], k: int) -> dict[str, Any]:
    known = [day for day in days if day.known[k]]
    month = sum(day.shown[k] for day in known) / max(1, sum(day.known[k] for day in known))
    shares = [(day.shown[k] + _PRIOR_N * month) / (day.known[k] + _PRIOR_N) for day in known]
    found = trend([float(day.day) for day in known], shares)
    label = None
    if found:
        rises = "increasing" if found.slope > 0 else "declining"
        label = rises if found.p < _SIGNIFICANT and found.slope else "stable"
    return {
        "history": [
            {"date": _date(day.day), "share": share, "n": day.known[k]}
            for day, share in zip(known, shares, strict=True)
        ],
        "trend": label,
        "slope": found.slope if found else None,
        "p": found.p if found else None,
    }


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).date().isoformat()
