"""Runs events through engines as the worker does: settled in batches, reported with what still waits on top."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from enrichment.domain.messages import Message, PointRef, Role
from enrichment.engines.frame import AnyEngine, Asked, CacheRow, MemoryState, Pair, Seen
from enrichment.engines.memories import chosen, overlaid, settle, wanted
from enrichment.engines.waiting import Arrived, Waiting

PAIR = Pair("user", "bot")
BASE = Seen(user_id=PAIR.user_id, bot_name=PAIR.bot_name)
START = datetime(2026, 1, 5, tzinfo=UTC)


def day(days: float) -> datetime:
    """Return the time that many days after the start of every simulation, a Monday."""
    return START + timedelta(days=days)


def said(name: str, at: datetime, text: str = "hello", *, role: Role = Role.USER, **fields: Any) -> Message:  # noqa: ANN401
    """Return a message whose point and hash follow from its name."""
    return Message(
        points=(PointRef("chat", name),),
        user_id=PAIR.user_id,
        bot_name=PAIR.bot_name,
        role=role,
        text=text,
        content_hash=name.encode(),
        said_at=at,
        **fields,
    )


@dataclass(slots=True)
class Stream:
    """One pair's states in the memory of a process; a state passes through bytes after each batch, as in Postgres."""

    engines: Sequence[AnyEngine]
    base: Seen = BASE
    waiting: Waiting = field(default_factory=Waiting)
    states: dict[str, Any] = field(default_factory=dict)
    memories: dict[str, MemoryState] = field(default_factory=dict)
    ahead: Seen = BASE
    late: int = 0

    def feed(self, arrived: Arrived) -> "Stream":
        """Absorb a batch."""
        known = {each: self.memories[each] for each in wanted(self.waiting, arrived) if each in self.memories}
        settled = settle(self.waiting, arrived, self.base, known)
        for engine in self.engines:
            state = engine.absorb(self.states.get(engine.name, engine.empty()), settled.final)
            self.states[engine.name] = engine.decode(engine.encode(state))
        self.memories |= {memory.memory_id: memory for memory in settled.memories}
        self.waiting, self.ahead, self.late = settled.waiting, settled.preview, self.late + settled.late
        return self

    def asked(self, asked: Asked) -> Asked:
        """Add what the database would: late messages and chosen memories."""
        return chosen(replace(asked, late=self.late), self.memories.values())

    def rows(self, asked: Asked) -> Mapping[str, CacheRow | None]:
        """Report by engine; the memories are chosen as the database's range scans do."""
        asked = overlaid(self.asked(asked), self.ahead)
        return {
            engine.name: engine.report(
                engine.absorb(self.states.get(engine.name, engine.empty()), self.ahead), PAIR, asked
            )
            for engine in self.engines
        }
