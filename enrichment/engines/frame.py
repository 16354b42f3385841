"""What an engine is: a state, a row, two pure functions, one declaration.

``absorb(state, seen) -> state`` folds what a batch brought into a new state and leaves the old one as it was;
``report(state, pair, asked) -> row`` says what follows from the state at a given time. Neither reads a clock, draws a
random number or does I/O. What an engine sees is final, in order and once: ``waiting`` holds back what may still change
its place, and a report folds the held-back part on top. So an engine only has to be a fold in time order:
fold(A + B) = fold(fold(A), B).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from enrichment.domain.messages import Message

LATENESS = timedelta(minutes=15)
MOST_FADING, MOST_LASTING, MOST_STALEST = 50, 15, 15
DIGITS = 6
_SCALE = 10.0**DIGITS
# Up to here all digits, six behind the point included, fit into a float.
_LARGE = 1e9

Vector = NDArray[np.float32]


class Basis(StrEnum):
    """What a value rests on; stands in every row's JSON beside sample size, method and confidence."""

    OBSERVED = "observed"
    MIXED = "mixed"
    PRIOR = "prior"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """That a memory was used: recalled by the agent, or mentioned again by the user.

    ``memory_id`` is the id of the message's point; ``grade`` is 1 (forgotten) to 4 (easy), as in FSRS; ``count`` is how
    often since the last time that was told.
    """

    memory_id: str
    at: datetime
    grade: int = 3
    count: int = 1
    source: str = "payload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """One measurement of a conversation's quality, from 0 to 1; ``is_feedback`` marks what a person really said."""

    metric: str
    at: datetime
    value: float
    is_feedback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic of a digest or an open plan, for suggestions: its label, when it was said, when it is due, its mood.

    ``valence`` is from -1 to 1, None if nobody knows.
    """

    label: str
    said_at: datetime
    due_at: datetime | None = None
    valence: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Whose row it is."""

    user_id: str
    bot_name: str


# Named tuples, because one of each is made for every message, and frozen dataclasses take four times as long to make.
class MemoryState(NamedTuple):
    """One memory as engines 1 and 5 keep it: a row of its own, so that cost does not grow with history.

    Times are epoch seconds; ``stability_days`` and ``difficulty`` are FSRS's S and D; ``importance`` is from 0 to 1.
    ``due_at`` and ``risk_at`` are when retrievability falls below 0.9 and 0.7: static, so that a range scan finds them.
    """

    memory_id: str
    first_at: float
    last_at: float
    previous_at: float | None
    uses: int
    stability_days: float
    difficulty: float
    lapses: int
    importance: float
    due_at: float
    risk_at: float


class Review(NamedTuple):
    """A memory's creation or use, with its state before (None for a new one) and after."""

    at: float
    grade: int
    before: MemoryState | None
    after: MemoryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What became final for a (user, bot) pair: each kind in time order, each event once, and the user's time zone.

    ``messages`` are in ``Message.order``; their own vectors are not to be read, since they do not survive waiting:
    ``vectors`` has one for each message that has any, by ``message.ref.point_id``. ``reviews`` say what creations and
    accesses did to memories.
    """

    user_id: str
    bot_name: str
    messages: tuple[Message, ...] = ()
    vectors: Mapping[str, Vector] = field(default_factory=dict)
    accesses: tuple[Access, ...] = ()
    reviews: tuple[Review, ...] = ()
    qualities: tuple[Quality, ...] = ()
    topics: tuple[Topic, ...] = ()
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Courtesy:
    """What an agent that writes first has to respect; ``quiet`` is (from, until) in hours of the user's own zone.

    Quiet hours hold where the zone is known; beyond them, nobody is written to at hours at which they never write.
    """

    consent: bool = True
    quiet: tuple[float, float] | None = (22.0, 8.0)
    most_per_week: int = 3
    most_unanswered: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a report may look at besides the state: the time, the zone, bot-level values, and a pair's chosen memories.

    ``population`` holds bot-level values by name, for shrinkage; ``disliked`` is what not to speak of; ``late`` counts
    the messages that came after their place was final, so that a rebuild is due. Memories come as index range scans
    find them: ``fading`` are the 50 whose ``risk_at`` passed last, ``lasting`` the 15 with the latest and ``stalest``
    the 15 with the earliest ``due_at``.
    """

    now: datetime
    zone: tzinfo | None = None
    late: int = 0
    courtesy: Courtesy = Courtesy()
    disliked: tuple[str, ...] = ()
    population: Mapping[str, float] = field(default_factory=dict)
    fading: tuple[MemoryState, ...] = ()
    lasting: tuple[MemoryState, ...] = ()
    stalest: tuple[MemoryState, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheRow:
    """A row of a strategic table; its columns are the fields, its upsert is derived from them."""

    TABLE: ClassVar[str]
    KEY: ClassVar[tuple[str, ...]]


State = TypeVar("State")
Row = TypeVar("Row", bound=CacheRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine(Generic[State, Row]):
    """One analysis. ``encode`` and ``decode`` turn its state into bytes and back; ``version`` is that of the state.

    A state of another version is not decoded: the pair is rebuilt. ``keep_for`` is how long a row may be served when
    the worker is dead; ``contribute`` gives the pair's additive share of bot-level values, by name. Where rows belong
    to bots, ``report`` gives none, and ``report_bot(bot_name, sums, asked)`` makes a bot's row of the summed shares.
    ``keeps_words`` tells that state and row hold words of messages, which go when a user wants something forgotten.
    """

    name: str
    version: int
    row: type[Row]
    empty: Callable[[], State]
    absorb: Callable[[State, Seen], State]
    report: Callable[[State, Pair, Asked], Row | None]
    encode: Callable[[State], bytes]
    decode: Callable[[bytes], State]
    keep_for: timedelta = timedelta(hours=24)
    contribute: Callable[[State], Mapping[str, float]] | None = None
    report_bot: Callable[[str, Mapping[str, float], Asked], Row | None] | None = None
    keeps_words: bool = False


AnyEngine = Engine[Any, Any]


Copied = TypeVar("Copied")


def twin(value: Copied) -> Copied:
    """Return a copy of a dataclass with slots that shares its fields, in a third of the time of ``replace``."""
    kind = type(value)
    new = object.__new__(kind)
    for name in kind.__slots__:  # type: ignore[attr-defined]
        object.__setattr__(new, name, getattr(value, name))
    return new


def envelope(*, n: float, prior_n: float, method: str, basis: Basis, late: int = 0) -> dict[str, Any]:
    """Return what every JSON column says of itself: ``confidence`` is n / (n + n0), n0 the prior's pseudo-count."""
    confidence = n / (n + prior_n) if n + prior_n else 0.0
    said = {"v": 1, "n": tidy(n), "confidence": tidy(confidence), "method": method, "basis": basis.value}
    return {**said, "late": late} if late else said


def tidy(value: Any) -> Any:  # noqa: ANN401 - any JSON value, and the same back
    """Round the floats of a JSON value to 6 digits, so that equal folds give equal bytes."""
    # By exact type, and leaves without a call: rows have hundreds of values, and engines report for every batch.
    kind = type(value)
    if kind is dict:
        return {
            key: rounded(each) if (kind := type(each)) is float else each if kind in _LEAVES else tidy(each)
            for key, each in value.items()
        }
    if kind is list or kind is tuple:
        return [
            rounded(each) if (kind := type(each)) is float else each if kind in _LEAVES else tidy(each)
            for each in value
        ]
    return rounded(value) if isinstance(value, float) else value


def iso(at: float | None) -> str | None:
    """Return epoch seconds as rows tell times: to the second, in UTC."""
    if at is None:
        return None
    # Rows tell a hundred times: a date that is known and two looked up parts take a third of ``isoformat``'s time.
    days, seconds = divmod(round(at), _DAY_SECONDS)
    return _date(days) + _MINUTES[seconds // 60] + _SECONDS[seconds % 60]


@lru_cache(maxsize=4096)
def _date(days: int) -> str:
    return f"{date.fromordinal(_FIRST_DAY + days)}T"


def rounded(value: float) -> float:
    """Round to 6 digits, ten times as fast as ``round`` with digits, which prints and reads the number."""
    return round(value * _SCALE) / _SCALE if -_LARGE < value < _LARGE else round(float(value), DIGITS)


_DAY_SECONDS = 86_400
_FIRST_DAY = date(1970, 1, 1).toordinal()
_MINUTES = [f"{minute // 60:02}:{minute % 60:02}:" for minute in range(24 * 60)]
_SECONDS = [f"{second:02}+00:00" for second in range(60)]
_LEAVES = frozenset({str, int, bool, type(None)})
