"""What engine 3 remembers of a pair: sums over exchanges, decayed, and a month of daily counts of modes."""

import base64
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from enrichment.engines import reactions
from enrichment.engines.frame import twin
from enrichment.engines.reactions import Pairing, Usual, usual
from enrichment.engines.regression import Moments, no_moments
from enrichment.engines.traits import TRAITS

DAYS = 30
CONTEXT = 3
SIZE = CONTEXT + len(TRAITS)
# By trait, and in the last row for all turns: exchanges, replies, and sum and count of three reactions.
REACTIONS = ("valence_change", "length_ratio", "latency")
COLUMNS = 2 + 2 * len(REACTIONS)
UPPER = np.triu_indices(SIZE)
_WORDS = (3.0, 0.8)


class Day(NamedTuple):
    """On one day (days since 1970), how many turns showed each mode, of how many that it could be known of."""

    day: int
    shown: tuple[int, ...]
    known: tuple[int, ...]


@dataclass(slots=True)
class PersonalityState:
    """Counts and sums, the decayed ones as of ``at`` (epoch seconds); ``length`` and ``marks`` are of the bot's turns.

    ``marks`` are the modes of the turn that waits for a reply.
    """

    turns: int = 0
    at: float = 0.0
    pairing: Pairing = field(default_factory=Pairing)
    marks: tuple[int, ...] = ()
    length: Usual = field(default_factory=lambda: usual(*_WORDS))
    moments: Moments = field(default_factory=lambda: no_moments(SIZE))
    sums: NDArray[np.float64] = field(default_factory=lambda: np.zeros((len(TRAITS) + 1, COLUMNS)))
    days: tuple[Day, ...] = ()

    def copy(self) -> "PersonalityState":
        """Return a state that can be changed without changing this one."""
        new = twin(self)
        new.length = twin(self.length)
        return new


def encode(state: PersonalityState) -> bytes:
    """Return JSON, the matrices in it as bytes in base64."""
    moments = state.moments
    matrices = b"".join((moments.xx.tobytes(), moments.xy.tobytes(), state.sums.tobytes()))
    return orjson.dumps(
        [
            [state.turns, state.at, state.length.n, state.length.mean, state.length.square, moments.yy, moments.n],
            [reactions.packed(state.pairing), state.marks],
            base64.b64encode(matrices).decode(),
            [[*day] for day in state.days],
        ]
    )


def decode(data: bytes) -> PersonalityState:
    """Return what ``encode`` took."""
    (turns, at, *length, yy, n), (pairing, marks), matrices, days = orjson.loads(data)
    flat = np.frombuffer(base64.b64decode(matrices))
    return PersonalityState(
        turns=turns,
        at=at,
        pairing=reactions.unpacked(pairing),
        marks=tuple(marks),
        length=Usual(*length),
        moments=Moments(xx=flat[: SIZE * SIZE].reshape(SIZE, SIZE), xy=flat[SIZE * SIZE :][:SIZE], yy=yy, n=n),
        sums=flat[SIZE * (SIZE + 1) :].reshape(-1, COLUMNS),
        days=tuple(Day(day, tuple(shown), tuple(known)) for day, shown, known in days),
    )


def symmetric(upper: list[float]) -> NDArray[np.float64]:
    """Return the matrix that has this upper half, row by row."""
    xx = np.zeros((SIZE, SIZE))
    xx[UPPER] = upper
    return np.asarray(xx + xx.T - np.diag(np.diag(xx)))
