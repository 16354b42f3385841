"""How the share of each mode moved over the last thirty days, and whether that is a trend or chance."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from enrichment.engines.frame import DIGITS, rounded
from enrichment.engines.personality_state import Day
from enrichment.engines.traits import TRAITS
from enrichment.engines.trend import Trend, trends

_FIRST_DAY = date(1970, 1, 1).toordinal()
_PRIOR_N = 5.0
_SIGNIFICANT = 0.05


def history(days: Sequence[Day], traits: Sequence[str]) -> dict[str, Any]:
    """Return by mode its daily shares, each shrunk to the month's by five turns, and their trend (share per day)."""
    if not days or not traits:
        return {trait: _described([], None) for trait in traits}
    places = [TRAITS.index(trait) for trait in traits]
    shown, known = np.array([(day.shown, day.known) for day in days], dtype=np.float64).transpose(1, 2, 0)[:, places]
    prior = _PRIOR_N * shown.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    shares = (shown + prior[:, None]) / (known + _PRIOR_N)
    dates = [date.fromordinal(_FIRST_DAY + day.day).isoformat() for day in days]
    entries = [
        [{"date": at, "share": share, "n": n} for at, share, n in zip(dates, of, ns, strict=True) if n]
        for of, ns in zip(np.round(shares, DIGITS).tolist(), known.astype(int).tolist(), strict=True)
    ]
    found = _trends(np.array([day.day for day in days]), shares, known > 0)
    return {trait: _described(of, found[k]) for k, (trait, of) in enumerate(zip(traits, entries, strict=True))}


def _trends(
    days: NDArray[np.int_], shares: NDArray[np.float64], is_known: NDArray[np.bool_]
) -> dict[int, Trend | None]:
    """Return the trend of each row; the modes that are known of the same days, mostly all, are judged together."""
    found: dict[int, Trend | None] = {}
    keys = [of.tobytes() for of in is_known]
    for key in dict.fromkeys(keys):
        alike = [k for k, other in enumerate(keys) if other == key]
        there = is_known[alike[0]]
        found |= zip(alike, trends(days[there], shares[alike][:, there]), strict=True)
    return found


def _described(entries: list[dict[str, Any]], found: Trend | None) -> dict[str, Any]:
    label = None
    if found:
        rises = "increasing" if found.slope > 0 else "declining"
        label = rises if found.p < _SIGNIFICANT and found.slope else "stable"
    return {
        "history": entries,
        "trend": label,
        "slope": rounded(found.slope) if found else None,
        "p": rounded(found.p) if found else None,
    }
