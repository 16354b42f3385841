"""One pair's engines at work: taken up from bytes, folded batch by batch, asked for their rows, given back as bytes."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from enrichment.domain.messages import Message
from enrichment.engines import waiting_codec
from enrichment.engines.frame import AnyEngine, Asked, CacheRow, MemoryState, Pair, Seen
from enrichment.engines.memories import chosen, overlaid, settle, wanted
from enrichment.engines.waiting import Arrived, Waiting, without
from enrichment.engines.wishes import Wishes

# Under this name what waits is kept beside the engines' states.
WAITING = "waiting"

T = TypeVar("T")
Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What is kept of a pair: states as (version, bytes) by engine, and how many of its messages came too late.

    ``population`` holds the sums of all the bot's pairs, by engine; ``invalid_since`` is when somebody last wanted the
    rows anew, None if they have been made since.
    """

    wishes: Wishes = Wishes()
    states: Mapping[str, tuple[int, bytes]] = field(default_factory=dict)
    late: int = 0
    population: Mapping[str, Shares] = field(default_factory=dict)
    invalid_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """A row of a cache, and until when it may be served if nobody refreshes it."""

    row: CacheRow
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What a batch changes for a pair; written in the batch's transaction, all or nothing.

    ``states`` and ``shares`` are (engine, version, …). ``is_wrong`` tells that an engine lacks what others have, so
    that the pair is to be rebuilt. ``reported_at`` is None where rows were left for later; rows that were wanted anew
    later than ``invalid_since`` still are. ``failed`` has (engine, type of its error).
    """

    pair: Pair
    seen_at: datetime
    states: tuple[tuple[str, int, bytes], ...] = ()
    memories: tuple[MemoryState, ...] = ()
    last_message_at: datetime | None = None
    messages: int = 0
    late: int = 0
    is_wrong: bool = False
    rows: tuple[KeptRow, ...] = ()
    shares: tuple[tuple[str, int, Shares], ...] = ()
    reported_at: datetime | None = None
    invalid_since: datetime | None = None
    failed: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Came:
    """What has come since the last time that it was collected."""

    last_message_at: datetime | None = None
    messages: int = 0
    late: int = 0
    rows: list[KeptRow] = field(default_factory=list)
    shares: list[tuple[str, int, Shares]] = field(default_factory=list)
    reported_at: datetime | None = None


class Fold:
    """The states of one pair, decoded when they are needed; whatever an engine raises is that engine's own affair.

    ``registered`` are all engines that there are: those that do not run lack what they miss.
    """

    def __init__(
        self,
        pair: Pair,
        engines: Sequence[AnyEngine],
        stored: Stored,
        *,
        registered: Collection[str] = (),
        vector_name: str | None = None,
    ) -> None:
        self.pair = pair
        self._engines = engines
        self._stored = dict(stored.states)
        self._population = stored.population
        self._late = stored.late
        self._wishes = stored.wishes
        self._invalid_since = stored.invalid_since
        self._base = Seen(user_id=pair.user_id, bot_name=pair.bot_name, zone=stored.wishes.zone)
        self._vector_name = vector_name
        # As long as everything waits, no engine has a state.
        self._is_new = not stored.states.keys() - {WAITING}
        self._states: dict[str, Any] = {}
        self._is_partial = not {*registered} <= {engine.name for engine in engines}
        version, held = self._stored.get(WAITING, (waiting_codec.VERSION, b""))
        self._is_wrong = version != waiting_codec.VERSION
        self._waiting = waiting_codec.decode(held) if held and not self._is_wrong else Waiting()
        self._begin()

    def _begin(self) -> None:
        self._changed: set[str] = set()
        self._memories: tuple[MemoryState, ...] = ()
        self._ahead: Seen | None = None
        self._came = _Came()
        self._failed: list[tuple[str, str]] = []

    @property
    def memories(self) -> tuple[MemoryState, ...]:
        """What the last batch did to memories."""
        return self._memories

    @property
    def read_until(self) -> Mapping[str, datetime]:
        """Until when the sources outside were read, by name."""
        return self._waiting.read_until

    def wanted(self, arrived: Arrived) -> frozenset[str]:
        """Return the ids of the memories that ``absorb`` has to know, as far as they exist."""
        return wanted(self._waiting, arrived)

    def retake(self, edited: Message) -> bool:
        """Forget the older text of a message if it still waits; tell whether it did, so that the new one may come."""
        rest = without(self._waiting, edited)
        is_there = rest is not self._waiting
        self._waiting = rest
        return is_there

    def mind(self, heard: Iterable[tuple[str, bool]]) -> None:
        """Take in what the user has just said that they dislike (or now like), in order."""
        self._wishes = self._wishes.minding(heard)

    def mark_wrong(self) -> None:
        """Note that something has happened that the states cannot follow."""
        self._is_wrong = True

    def absorb(self, arrived: Arrived, known: Mapping[str, MemoryState]) -> None:
        """Put what arrived in its place, and fold what became final."""
        arrived = self._wishes.permitted(self.pair.user_id, arrived)
        settled = settle(self._waiting, arrived, self._base, known, self._vector_name)
        self._waiting, self._ahead, self._memories = settled.waiting, settled.preview, settled.memories
        self._changed.add(WAITING)
        self._late += settled.late
        self._came.late += settled.late
        self._came.messages += len(arrived.messages)
        times = [message.said_at for message in arrived.messages]
        times += [self._came.last_message_at] if self._came.last_message_at else []
        self._came.last_message_at = max(times, default=None)
        if _is_empty(settled.final):
            return
        for engine in self._engines:
            if self._tried(engine, partial(self._absorbed, engine, settled.final)):
                self._changed.add(engine.name)
            else:
                self._is_wrong = True
        self._is_wrong |= self._is_partial

    def report(self, asked: Asked, memories: Iterable[MemoryState]) -> None:
        """Ask every engine for its row and its share of the bot's values, with what still waits folded on top.

        ``memories`` are those that the database's range scans find, with room for those that the batch changed.
        """
        ahead = self._ahead if self._ahead is not None else self._looked_ahead(memories)
        found = {memory.memory_id: memory for memory in memories} | {each.memory_id: each for each in self._memories}
        asked = overlaid(chosen(self._whose(asked), found.values()), ahead)
        came = self._came
        for engine in self._engines:
            if any(name == engine.name for name, _ in self._failed):
                continue
            made = self._tried(engine, partial(self._asked, engine, asked, ahead))
            if made is not None:
                row, share = made
                came.rows += [KeptRow(row=row, expires_at=asked.now + engine.keep_for)] if row is not None else []
                came.shares += [(engine.name, engine.version, share)] if share is not None else []
        came.reported_at = asked.now

    def collect(self, now: datetime) -> Observed:
        """Return what has changed since the last time, to be written."""
        states = [
            (engine.name, engine.version, held)
            for engine in self._engines
            if engine.name in self._changed and (held := self._tried(engine, partial(self._encoded, engine)))
        ]
        if WAITING in self._changed:
            states.append((WAITING, waiting_codec.VERSION, waiting_codec.encode(self._waiting)))
        came = self._came
        observed = Observed(
            pair=self.pair,
            seen_at=now,
            states=tuple(states),
            memories=self._memories,
            last_message_at=came.last_message_at,
            messages=came.messages,
            late=came.late,
            is_wrong=self._is_wrong,
            rows=tuple(came.rows),
            shares=tuple(came.shares),
            reported_at=came.reported_at,
            invalid_since=self._invalid_since,
            failed=tuple(self._failed),
        )
        self._is_new, self._is_wrong = False, False
        self._begin()
        return observed

    def _whose(self, asked: Asked) -> Asked:
        wishes = self._wishes
        return replace(asked, late=self._late, zone=wishes.zone, courtesy=wishes.courtesy, disliked=wishes.disliked)

    def _looked_ahead(self, memories: Iterable[MemoryState]) -> Seen:
        """Return what waits where nothing has arrived."""
        known = {memory.memory_id: memory for memory in memories}
        return settle(self._waiting, Arrived(), self._base, known, self._vector_name).preview

    def _absorbed(self, engine: AnyEngine, seen: Seen) -> bool:
        self._states[engine.name] = engine.absorb(self._state(engine), seen)
        return True

    def _encoded(self, engine: AnyEngine) -> bytes:
        return engine.encode(self._states[engine.name])

    def _asked(self, engine: AnyEngine, asked: Asked, ahead: Seen) -> tuple[CacheRow | None, Shares | None]:
        state = self._state(engine)
        if not _is_empty(ahead):
            state = engine.absorb(state, ahead)
        row = engine.report(state, self.pair, replace(asked, population=self._population.get(engine.name, {})))
        return row, engine.contribute(state) if engine.contribute is not None else None

    def _state(self, engine: AnyEngine) -> Any:  # noqa: ANN401 - the engine's own
        """Return the state; one that is missing or of another version is begun anew, and then lacks the past."""
        if engine.name not in self._states:
            version, held = self._stored.pop(engine.name, (engine.version, b""))
            is_usable = bool(held) and version == engine.version
            self._is_wrong |= not is_usable and not self._is_new
            self._states[engine.name] = engine.decode(held) if is_usable else engine.empty()
        return self._states[engine.name]

    def _tried(self, engine: AnyEngine, step: Callable[[], T]) -> T | None:
        result, error = attempted(step)
        if error is not None:
            self._failed.append((engine.name, error))
        return result


def attempted(step: Callable[[], T]) -> tuple[T | None, str | None]:
    """Return what an engine gives, or the type of what it raises."""
    try:
        return step(), None
    except Exception as error:  # noqa: BLE001 - one engine's fault holds nobody up: its old state and row stay
        return None, type(error).__name__


def _is_empty(seen: Seen) -> bool:
    return not (seen.messages or seen.accesses or seen.qualities or seen.topics)
