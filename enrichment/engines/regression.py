"""Bayesian linear regression from sums: exact, of constant size, whatever the number of observations.

Sums of two disjoint sets of observations add up, those of a set and a subset subtract; so a user's posterior may start
from that of all others without counting anything twice.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_STEPS = 5
_LEAST_NOISE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """X'X, X'y, y'y and n of a set of observations, all possibly decayed."""

    xx: Array
    xy: Array
    yy: float
    n: float

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(xx=self.xx + other.xx, xy=self.xy + other.xy, yy=self.yy + other.yy, n=self.n + other.n)

    def __sub__(self, other: "Moments") -> "Moments":
        return self + other.scaled(-1)

    def scaled(self, factor: float) -> "Moments":
        """Return the moments as if every observation weighed so much."""
        return Moments(xx=self.xx * factor, xy=self.xy * factor, yy=self.yy * factor, n=self.n * factor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """What is believed of the coefficients: means, covariances, and the noise variance of one observation."""

    mean: Array
    covariance: Array
    noise: float

    def sd(self, k: int) -> float:
        """Return the standard deviation of one coefficient."""
        return math.sqrt(max(float(self.covariance[k, k]), 0.0))

    def p_positive(self, k: int) -> float:
        """Return the probability that one coefficient is above zero."""
        return normal_cdf(float(self.mean[k]) / (self.sd(k) or math.inf))


def no_moments(size: int) -> Moments:
    """Return the moments of no observation at all."""
    return Moments(xx=np.zeros((size, size)), xy=np.zeros(size), yy=0.0, n=0.0)


def moments_of(x: Array, y: Array, weights: Array | None = None) -> Moments:
    """Return the moments of the rows of ``x`` and the values ``y``, each counting as often as its weight says."""
    heavy = x if weights is None else x * weights[:, None]
    yy = float(y @ y) if weights is None else float((y * weights) @ y)
    return Moments(xx=heavy.T @ x, xy=heavy.T @ y, yy=yy, n=float(len(y) if weights is None else weights.sum()))


def posterior(moments: Moments, prior_mean: Array, prior_sd: Array, noise: float = 1.0) -> Posterior:
    """Return the posterior for normal priors, the noise variance found by five fixed-point steps (MacKay 1992).

    In units of the prior, X'X has eigenvalues that say what the data determine: every step is then a division.
    """
    scaled = moments.xx * prior_sd * prior_sd[:, None]
    values, directions = np.linalg.eigh(scaled)
    values = np.maximum(values, 0.0)
    pulled = moments.xx @ prior_mean
    seen = directions.T @ (prior_sd * (moments.xy - pulled))
    rest = moments.yy - 2 * float(prior_mean @ moments.xy) + float(prior_mean @ pulled)
    pairs = list(zip(values.tolist(), seen.tolist(), strict=True))
    for _ in range(_STEPS):
        free = moments.n - sum([value / (value + noise) for value, _ in pairs])
        if free < 1:
            break
        explained = sum([s * s * (value + 2 * noise) / (value + noise) ** 2 for value, s in pairs])
        noise = max((rest - explained) / free, _LEAST_NOISE)
    turned = prior_sd[:, None] * directions
    return Posterior(
        mean=prior_mean + turned @ (seen / (values + noise)),
        covariance=np.asarray((turned * (noise / (values + noise))) @ turned.T),
        noise=noise,
    )


def normal_cdf(z: float) -> float:
    """Return the standard normal distribution function."""
    return 0.5 * math.erfc(-z / math.sqrt(2))
