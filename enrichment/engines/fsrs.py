"""How a memory's strength changes with use: the FSRS-6 model of difficulty, stability and retrievability.

Power-law forgetting (Wickelgren 1974; Wixted & Carpenter 2007), spacing and lapses as in FSRS-6
(https://github.com/open-spaced-repetition), with fractional days and its published default weights. Stability is the
time until retrievability is 0.9: it is no half-life, which lies 90 times as far.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEIGHTS_VERSION = "fsrs-6"
W = (
    *(0.212, 1.2931, 2.3065, 8.2956),  # first stability by grade
    *(6.4133, 0.8334, 3.0194, 0.001),  # difficulty: start, its slope, step, pull to the mean
    *(1.8722, 0.1666, 0.796),  # gain by a success: size, less for the stable, more for the nearly forgotten
    *(1.4835, 0.0614, 0.2629, 1.6483),  # stability after a lapse
    *(0.6014, 1.8729),  # hard, easy
    *(0.5425, 0.0912, 0.0658),  # within a day
    0.1542,  # decay
)
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
DECAY = W[20]
FACTOR = math.pow(0.9, -1 / DECAY) - 1
HALF_LIFE = (math.pow(0.5, -1 / DECAY) - 1) / FACTOR
SHORTEST = 0.001


class Strength(NamedTuple):
    """Stability in days and difficulty from 1 to 10."""

    stability: float
    difficulty: float


def retrievability(days: float, stability: float) -> float:
    """Return the probability, from 0 to 1, that a memory is retrieved ``days`` after its last use."""
    return math.pow(1 + FACTOR * max(days, 0.0) / stability, -DECAY)


def retrievabilities(days: Floats, stabilities: Floats) -> list[float]:
    """Return the same for several memories at once."""
    found: list[float] = ((1 + FACTOR * np.maximum(days, 0.0) / stabilities) ** -DECAY).tolist()
    return found


def days_until(share: float, stability: float) -> float:
    """Return after how many days without use the retrievability has fallen to ``share``."""
    return stability * (math.pow(share, -1 / DECAY) - 1) / FACTOR


def first(grade: int) -> Strength:
    """Return the strength of a new memory."""
    return Strength(W[grade - 1], _within(_first_difficulty(grade)))


def after(strength: Strength, days: float, grade: int) -> Strength:
    """Return the strength after a use of that grade, ``days`` after the one before."""
    if days < 1:
        stability = _same_day(strength.stability, grade)
    elif grade == AGAIN:
        stability = _after_lapse(strength, days)
    else:
        stability = _after_success(strength, days, grade)
    return Strength(max(stability, SHORTEST), _next_difficulty(strength.difficulty, grade))


def _same_day(stability: float, grade: int) -> float:
    gain = math.exp(W[17] * (grade - GOOD + W[18])) * math.pow(stability, -W[19])
    return stability * (max(gain, 1.0) if grade >= HARD else gain)


def _after_success(strength: Strength, days: float, grade: int) -> float:
    forgotten = 1 - retrievability(days, strength.stability)
    effort = {HARD: W[15], EASY: W[16]}.get(grade, 1.0)
    room = (11 - strength.difficulty) * math.pow(strength.stability, -W[9])
    return strength.stability * (1 + math.exp(W[8]) * room * math.expm1(W[10] * forgotten) * effort)


def _after_lapse(strength: Strength, days: float) -> float:
    forgotten = 1 - retrievability(days, strength.stability)
    kept = W[11] * math.pow(strength.difficulty, -W[12]) * (math.pow(strength.stability + 1, W[13]) - 1)
    return min(kept * math.exp(W[14] * forgotten), strength.stability * math.exp(-W[17] * W[18]))


def _next_difficulty(difficulty: float, grade: int) -> float:
    moved = difficulty - W[6] * (grade - GOOD) * (10 - difficulty) / 9
    return _within(W[7] * _first_difficulty(EASY) + (1 - W[7]) * moved)


def _first_difficulty(grade: int) -> float:
    return W[4] - math.exp(W[5] * (grade - 1)) + 1


def _within(difficulty: float) -> float:
    return min(max(difficulty, 1.0), 10.0)
