"""How well any rule could tell true facts from false ones where words do not tell: one that knows all the shares."""

from math import prod

from bench.calibration.people import AGAIN, FALSE, JUDGED_RIGHTLY, MOST_SAID, READS, Told
from bench.calibration.wordings import Kind
from enrichment.domain.facts import Certainty
from enrichment.domain.feedback import Verdict

_READ = {kind: dict(zip(Certainty, shares, strict=True)) for kind, shares in READS.items()}
_FALSE_KINDS = tuple(kind for kind in Kind if kind is not Kind.TRUE)


def chance_of_truth(told: Told) -> float:
    """Return the chance that a fact is true, given how often it was said, how sure that seemed, and the verdict."""
    true = (1 - FALSE) * _likelihood(told, Kind.TRUE)
    false = sum(FALSE / len(_FALSE_KINDS) * _likelihood(told, kind) for kind in _FALSE_KINDS)
    return true / (true + false)


def _likelihood(told: Told, kind: Kind) -> float:
    is_true, times = kind is Kind.TRUE, len(told.sayings)
    said = AGAIN[is_true] ** (times - 1) * (1 - AGAIN[is_true] if times < MOST_SAID else 1.0)
    return said * _judged(told.verdict, is_true=is_true) * prod(_READ[kind][one.certainty] for one in told.sayings)


def _judged(verdict: Verdict | None, *, is_true: bool) -> float:
    if verdict is None:
        return 1.0
    return JUDGED_RIGHTLY if (verdict is Verdict.HELPFUL) == is_true else 1 - JUDGED_RIGHTLY
