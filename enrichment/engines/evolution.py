"""How the share of each mode moved over the last thirty days, and whether that is a trend or chance."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from enrichment.engines.frame import rounded
from enrichment.engines.personality_state import Day
from enrichment.engines.traits import TRAITS
from enrichment.engines.trend import Trend, trends

_FIRST_DAY = date(1970, 1, 1).toordinal()
_PRIOR_N = 5.0
_SIGNIFICANT = 0.05


def history(days: Sequence[Day], traits: Iterable[str]) -> dict[str, Any]:
    """Return by mode its daily shares, each shrunk to the month's by five turns, and their trend (share per day)."""
    shares = {trait: _shares(days, TRAITS.index(trait)) for trait in traits}
    found: dict[str, Trend | None] = {}
    # The modes that are known of the same days, mostly all, are judged together.
    for known in dict.fromkeys(tuple(of) for of in shares.values()):
        alike = [trait for trait, of in shares.items() if tuple(of) == known]
        series = [[share for share, _ in shares[trait].values()] for trait in alike]
        found |= zip(alike, trends(known, series), strict=True)
    dates = {day.day: date.fromordinal(_FIRST_DAY + day.day).isoformat() for day in days}
    return {trait: _described(of, dates, found[trait]) for trait, of in shares.items()}


def _shares(days: Sequence[Day], k: int) -> dict[int, tuple[float, int]]:
    """Return by day the share of the turns that showed a mode, shrunk, and of how many that could be known."""
    known = [(day.day, day.shown[k], day.known[k]) for day in days if day.known[k]]
    prior = _PRIOR_N * sum([shown for _, shown, _ in known]) / max(1, sum([n for _, _, n in known]))
    return {day: ((shown + prior) / (n + _PRIOR_N), n) for day, shown, n in known}


def _described(
    shares: Mapping[int, tuple[float, int]], dates: Mapping[int, str], found: Trend | None
) -> dict[str, Any]:
    entries = [{"date": dates[day], "share": rounded(share), "n": n} for day, (share, n) in shares.items()]
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
