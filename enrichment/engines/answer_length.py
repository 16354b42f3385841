"""How long the bot's answers should be for one user: the peak of a parabola, if there surely is one.

The user's reaction is regressed on the logarithm of the answer's length, its square, and what the user was like before;
where a peak is not credible, no length is claimed to be best.
"""

import math
from dataclasses import dataclass

import numpy as np

from enrichment.engines.reactions import Exchange
from enrichment.engines.regression import Moments, posterior

USUAL_WORDS = 80
SIZE = 5
FEWEST = 60
_SURE = 0.95
_CI90 = 1.645
_PRIOR_SD = np.array([1.0, 1.4, 0.7, 1.0, 1.0])
_USUAL_LOG_WORDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BestLength:
    """Words of the best answer and the bounds of its 90 % interval; the lengths seen so far if none is identified."""

    words: float
    low: float
    high: float
    identified: bool


def observation(exchange: Exchange) -> tuple[float, ...] | None:
    """Return what the regression knows of an exchange, None if the user had said nothing before."""
    if exchange.before is None:
        return None
    x = log_length(exchange.bot.words)
    before = math.log1p(exchange.before.words) - _USUAL_LOG_WORDS
    return 1.0, x, x * x, exchange.before.valence or 0.0, before


def log_length(words: float) -> float:
    """Return the length of an answer on the scale of the regression, 0 for 80 words."""
    return math.log(max(words, 1) / USUAL_WORDS)


def best_length(moments: Moments, low: float, median: float, high: float) -> BestLength:
    """Return the best length within ``low`` to ``high``, the 5th and 95th percentile of the words of answers so far."""
    believed = posterior(moments, np.zeros(SIZE), _PRIOR_SD)
    b1, b2 = float(believed.mean[1]), float(believed.mean[2])
    if b2 >= 0 or believed.p_positive(2) > 1 - _SURE:
        return BestLength(words=median, low=low, high=high, identified=False)
    peak = -b1 / (2 * b2)
    slopes = np.array([-1 / (2 * b2), b1 / (2 * b2 * b2)])
    error = _CI90 * math.sqrt(float(slopes @ believed.covariance[1:3, 1:3] @ slopes))
    words, least, most = (
        min(max(USUAL_WORDS * math.exp(min(x, 20.0)), low), high) for x in (peak, peak - error, peak + error)
    )
    return BestLength(words=words, low=least, high=most, identified=True)
