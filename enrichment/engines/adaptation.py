"""What a user's reactions make believable of each mode, and what to change for it: little, and only if it is sure."""

from statistics import median
from typing import Any

import numpy as np

from enrichment.engines.personality_state import CONTEXT
from enrichment.engines.regression import Moments, Posterior, posterior
from enrichment.engines.traits import TRAITS

FEWEST_PAIRED = 60
SURE = 0.99
_SUGGESTIONS = 3
_RARE, _UNSURE = 15, 0.3
_PRIOR_SD = np.array([1.0] * CONTEXT + [0.5] * len(TRAITS))
_OWN_SD = np.array([1.0] * CONTEXT + [0.25] * len(TRAITS))


def beliefs(own: Moments, others: Moments | None) -> Posterior:
    """Return the posterior of a user's coefficients; it starts from that of the bot's other users if there are any."""
    if others is None:
        return posterior(own, np.zeros(len(own.xy)), _PRIOR_SD[: len(own.xy)])
    of_bot = posterior(others, np.zeros(len(own.xy)), _PRIOR_SD[: len(own.xy)])
    spread = np.sqrt(_OWN_SD[: len(own.xy)] ** 2 + np.diag(of_bot.covariance))
    return posterior(own, of_bot.mean, spread, noise=of_bot.noise)


def suggestions(traits: list[dict[str, Any]], paired: float) -> list[dict[str, Any]]:
    """Return at most three changes: more of what surely helps and is rare, less of what surely harms and is frequent.

    0.99 instead of the usual 0.95, because with eight modes the latter suggests something to 30-45 % of users whose
    reactions are pure chance.
    """
    if paired < FEWEST_PAIRED:
        return []
    usual = median([each["frequency"] for each in traits]) if traits else 0.0
    found = []
    for each in traits:
        if each["p_positive"] >= SURE and each["frequency"] < usual:
            found.append((0, "increase", each))
        elif each["p_positive"] <= 1 - SURE and each["frequency"] > 0:
            found.append((0, "decrease", each))
        elif each["n"] < _RARE and each["sd"] > _UNSURE:
            found.append((1, "explore", each))
    found.sort(key=lambda each: (each[0], -abs(each[2]["effectiveness"]), each[2]["trait"]))
    return [
        {"trait": of["trait"], "action": action, "effect": of["effectiveness"], "p_positive": of["p_positive"]}
        for _, action, of in found[:_SUGGESTIONS]
    ]
