"""How the share of each mode moved over the last thirty days, and whether that is a trend or chance."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from enrichment.engines.frame import DIGITS
from enrichment.engines.personality_state import Day
from enrichment.engines.traits import TRAITS
from enrichment.engines.trend import trend

_PRIOR_N = 5.0
_SIGNIFICANT = 0.05


def history(days: Sequence[Day], traits: Iterable[str]) -> dict[str, Any]:
    """Return by mode its daily shares, each shrunk to the month's by five turns, and their trend (share per day)."""
    dates = [datetime.fromtimestamp(day.day * 86_400, UTC).date().isoformat() for day in days]
    return {trait: _of_trait(days, dates, TRAITS.index(trait)) for trait in traits}


def _of_trait(days: Sequence[Day], dates: Sequence[str], k: int) -> dict[str, Any]:
    known = [(day.day, date, day.shown[k], day.known[k]) for day, date in zip(days, dates, strict=True) if day.known[k]]
    prior = _PRIOR_N * sum([shown for _, _, shown, _ in known]) / max(1, sum([n for *_, n in known]))
    entries = [
        {"date": date, "share": round((shown + prior) / (n + _PRIOR_N), DIGITS), "n": n} for _, date, shown, n in known
    ]
    found = trend([day for day, *_ in known], [(shown + prior) / (n + _PRIOR_N) for _, _, shown, n in known])
    label = None
    if found:
        rises = "increasing" if found.slope > 0 else "declining"
        label = rises if found.p < _SIGNIFICANT and found.slope else "stable"
    return {
        "history": entries,
        "trend": label,
        "slope": round(found.slope, DIGITS) if found else None,
        "p": round(found.p, DIGITS) if found else None,
    }
