"""Computes how much a fact can be relied on from its evidence; a model's own number is never asked for.

Each message is an independent witness that is right with a probability of its own, so that the fact is wrong only if
all are: 1 - Π(1 - w). More evidence never lowers it.
"""

from collections.abc import Iterable
from math import prod

from enrichment.domain.facts import Certainty, Evidence
from enrichment.domain.feedback import Verdict
from enrichment.domain.messages import Role

HIGHEST = 0.99
# Derived from the train split of `python -m bench.calibration --fit`, and rounded.
_SPEAKER = {Certainty.SURE: 0.8, Certainty.LIKELY: 0.5, Certainty.UNSURE: 0.35}
# The bot's line, cited beside the user's assent, witnesses little.
_BOT = 0.25
# What a doubt leaves of a witness: those that are derived likewise, and any other.
_DOUBTS = {"joke": 0.35, "hedge": 0.35, "hypothetical": 0.4}
_DOUBT = 0.8
# A user who confirms a fact is one more witness; one who denies it leaves a tenth of what was believed.
_CONFIRMS = {Verdict.HELPFUL: 0.3, Verdict.INSIGHTFUL: 0.4}
_DENIED = 0.1


def weight(evidence: Evidence, doubts: Iterable[str] = ()) -> float:
    """Return one message's weight from 0 to 1: by the speaker's certainty, less for each doubt."""
    speaker = _SPEAKER[evidence.certainty] * (1.0 if evidence.role is Role.USER else _BOT)
    return speaker * prod(_DOUBTS.get(doubt, _DOUBT) for doubt in doubts)


def confidence(weights: Iterable[float], before: float = 0.0) -> float:
    """Return the confidence of these witnesses, added to a confidence that others gave before; at most ``HIGHEST``."""
    return min(HIGHEST, 1 - (1 - before) * prod(1 - each for each in weights))


def after_feedback(before: float, verdict: Verdict) -> float:
    """Return the confidence after a user's first verdict of a kind: never lower for praise, never higher for blame.

    The order in which praises come does not matter.
    """
    if verdict is Verdict.INCORRECT:
        return before * _DENIED
    return max(before, confidence([_CONFIRMS[verdict]], before))
