"""What the admin page may look at and do; rows are mappings by the names that its templates read."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

from enrichment.domain.messages import PointRef

Row: TypeAlias = Mapping[str, Any]


class EngineRow(Protocol):
    """What one engine has written of a pair, or of a bot where ``user_id`` is None; ``values`` by column."""

    @property
    def engine(self) -> str:
        """The engine's name."""

    @property
    def user_id(self) -> str | None:
        """Whose it is."""

    @property
    def bot_name(self) -> str:
        """With whom."""

    @property
    def computed_at(self) -> datetime:
        """When it was true."""

    @property
    def expires_at(self) -> datetime:
        """Until when it is served."""

    @property
    def values(self) -> Mapping[str, Any]:
        """What it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of a list, from 1, the newest first; ``has_more`` tells of older ones."""

    rows: Sequence[Row]
    number: int
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known of one user; lists are bounded, ``has_more_facts`` tells of those that are left out."""

    user_id: str
    facts: Sequence[Row]
    has_more_facts: bool
    profiles: Sequence[Row]
    insights: Sequence[Row]
    summaries: Sequence[Row]
    rules: Sequence[str]
    engine_rows: Sequence[EngineRow]
    erased_before: datetime | None
    opted_out_since: datetime | None

    @property
    def is_known(self) -> bool:
        """Whether anything is kept."""
        return bool(self.facts or self.profiles or self.summaries or self.engine_rows or self.rules)


class People(Protocol):
    """Users and what is known of them."""

    async def search(self, words: str) -> Sequence[Row]:
        """Return users whose id holds these words, or whose account it is (``telegram:@ada``); the latest if empty."""

    async def person(self, user_id: str) -> Person:
        """Return what is known of a user."""

    async def explain(self, user_id: str, fact_id: uuid.UUID) -> Row | None:
        """Return a fact with ``evidence``, ``merges``, ``feedback``, ``successor`` and what it ``ended``."""


class Action(StrEnum):
    """What can be asked for; each leaves a row in the trail."""

    PAUSE = "pause"
    RESUME = "resume"
    RETRACT = "retract"
    INVALIDATE = "invalidate"
    REFRESH = "refresh"
    COMPOSE = "compose"
    ERASE = "erase"
    RETRY = "retry"
    DROP = "drop"
    RECONCILE = "reconcile"


class Oversight(Protocol):
    """The work as a whole."""

    async def standing(self) -> Row:
        """Return what waits, who works, what is held up, how fast it goes, and what today has cost of how much."""

    async def runs(self, number: int) -> Listed:
        """Return runs with their reports."""

    async def calls(self, user_id: str | None, number: int) -> Listed:
        """Return calls to the model with the batches that they were for, of one user or of all."""


class Corrections(Protocol):
    """What is put right of one user's memory."""

    async def retract(self, user_id: str, fact_id: uuid.UUID) -> bool:
        """Take a fact out of the memory for good; False if it is gone."""

    async def invalidate(self, user_id: str, bot_name: str) -> int:
        """Have the engines' rows of a pair made anew by a worker; return how many pairs there were."""

    async def refresh(self, user_id: str, bot_name: str) -> bool:
        """Make the engines' rows of a pair anew now; False if a worker has the user in hand."""

    async def compose(self, user_id: str) -> int:
        """Compose a user's profiles anew; return how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """The receipt of an erasure: rows by table, points by collection (``deleted``, ``left``), the hash that is kept."""

    user_hash: str
    erased_before: datetime
    rows: Mapping[str, int]
    points: Mapping[str, Row]
    read_again: int


class Erasing(Protocol):
    """The right to be forgotten."""

    async def preview(self, user_id: str) -> Mapping[str, int]:
        """Return how many rows each table would lose, those that would lose any."""

    async def erase(self, user_id: str, *, with_points: bool) -> Erased:
        """Delete everything of a user; ``with_points`` the messages in the store too."""


class Quarantine(Protocol):
    """Messages that no model could read."""

    async def page(self, reason: str | None, number: int) -> Listed:
        """Return quarantined points, without text; only those with this reason."""

    async def reasons(self) -> Sequence[Row]:
        """Return ``reason`` and ``points``, the most frequent first."""

    async def retry(self, *, reason: str | None = None, refs: Sequence[PointRef] | None = None) -> int:
        """Send messages back to pending; return how many points."""

    async def give_up(self, refs: Sequence[PointRef]) -> int:
        """End messages as skipped; return how many points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """One comparison of the store with the ledger; ``collections`` holds the findings so far, by kind."""

    repairs: bool
    began_at: datetime
    ended_at: datetime | None = None
    has_failed: bool = False
    collections: Mapping[str, Row] = field(default_factory=dict)


class Reconciling(Protocol):
    """Compares the store with the ledger, in the background of this process."""

    async def begin(self, *, repair: bool) -> bool:
        """Begin; False if one is under way."""

    def latest(self) -> Reconciliation | None:
        """Return the one that began last in this process."""


class Pausing(Protocol):
    """Whether all workers leave work alone."""

    async def pause(self, reason: str) -> bool:
        """Begin a pause; False if there is one."""

    async def resume(self) -> bool:
        """End it; False if there is none."""


class Trail(Protocol):
    """Who asked for what; of users it keeps a hash."""

    async def begin(self, asked_by: str, action: Action, user_id: str | None, about: str | None) -> uuid.UUID:
        """Write that somebody asks for something, before it is done."""

    async def end(self, action_id: uuid.UUID, outcome: str, counts: Mapping[str, int]) -> None:
        """Write whether it was ``done``, came to ``nothing`` or ``failed``."""

    async def page(self, user_id: str | None, number: int) -> Listed:
        """Return what was asked for, of one user or of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """What is known of a bot with all its users: engine 2's row, and the sums that it was made of, by name."""

    row: EngineRow | None
    sums: Mapping[str, float]


class Bots(Protocol):
    """Bots and how they do."""

    async def every(self) -> Sequence[Row]:
        """Return bots by name, with ``pairs``, their scores of this week, and ``computed_at``."""

    async def bot(self, bot_name: str) -> Bot:
        """Return what is known of a bot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """All of them, as the page gets them."""

    oversight: Oversight
    people: People
    corrections: Corrections
    erasing: Erasing
    quarantine: Quarantine
    reconciling: Reconciling
    pausing: Pausing
    trail: Trail
    bots: Bots
