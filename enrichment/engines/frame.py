"""What an engine is: a state, a row, two pure functions, one declaration.

``absorb(state, seen) -> state`` folds what a batch brought into the state; ``report(state, asked) -> row`` says what
follows from the state at a given time. Neither reads a clock, draws a random number or does I/O; the order of messages
is that of ``Message.order``. The fold is exact: fold(A + B) = fold(fold(A), B), in any order inside the lateness
window.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from enrichment.domain.messages import Message

LATENESS = timedelta(minutes=15)


class Basis(StrEnum):
    """What a value rests on; stands in every row's JSON beside sample size, method and confidence."""

    OBSERVED = "observed"
    MIXED = "mixed"
    PRIOR = "prior"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """That a memory was used: recalled by the agent, or mentioned again by the user.

    ``memory_id`` is the id of the message's point; ``grade`` is 1 (forgotten) to 4 (easy), as in FSRS.
    """

    memory_id: str
    at: datetime
    grade: int = 3
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
    """A fact's topic or an open plan, for suggestions: its label, when it was last said, when it is due."""

    label: str
    said_at: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Whose row it is."""

    user_id: str
    bot_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one batch brought for a (user, bot) pair, messages in order, and the user's time zone.

    ``memories`` holds the states of the memories that this batch touches, by memory id, as far as they exist.
    """

    user_id: str
    bot_name: str
    messages: tuple[Message, ...] = ()
    accesses: tuple[Access, ...] = ()
    qualities: tuple[Quality, ...] = ()
    topics: tuple[Topic, ...] = ()
    memories: Mapping[str, "MemoryState"] = field(default_factory=dict)
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryState:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a report may look at besides the state: the time, the zone, bot-level values, and a pair's chosen memories.

    ``population`` holds bot-level values by name, for shrinkage; ``fading`` and ``lasting`` are memories by risk and by
    due time, at most 50 each, as an index range scan finds them.
    """

    now: datetime
    zone: tzinfo | None = None
    population: Mapping[str, float] = field(default_factory=dict)
    fading: tuple[MemoryState, ...] = ()
    lasting: tuple[MemoryState, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheRow:
    """A row of a strategic table; its columns are the fields, its upsert is derived from them."""

    TABLE: ClassVar[str]
    KEY: ClassVar[tuple[str, ...]]


State = TypeVar("State")
Row = TypeVar("Row", bound=CacheRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded(Generic[State]):
    """What absorbing gave: the new state, and the memories that changed."""

    state: State
    memories: tuple[MemoryState, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine(Generic[State, Row]):
    """One analysis. ``encode`` and ``decode`` turn its state into bytes and back; ``version`` is that of the state.

    A state of another version is not decoded: the pair is rebuilt. ``keep_for`` is how long a row may be served when
    the worker is dead; ``contribute`` gives the pair's additive share of bot-level values, by name.
    """

    name: str
    version: int
    row: type[Row]
    empty: Callable[[], State]
    absorb: Callable[[State, Seen], Folded[State]]
    report: Callable[[State, Pair, Asked], Row | None]
    encode: Callable[[State], bytes]
    decode: Callable[[bytes], State]
    keep_for: timedelta = timedelta(hours=24)
    contribute: Callable[[State], Mapping[str, float]] | None = None


AnyEngine = Engine[Any, Any]


def envelope(*, n: float, prior_n: float, method: str, basis: Basis, version: int = 1) -> dict[str, Any]:
    """Return what every JSON column says of itself: ``confidence`` is n / (n + n0), n0 the prior's pseudo-count."""
    return {
        "v": version,
        "n": n,
        "confidence": round(n / (n + prior_n), 6) if n + prior_n else 0.0,
        "method": method,
        "basis": basis.value,
    }
