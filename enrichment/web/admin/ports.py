"""What the admin page may look at and do; rows are mappings by the names that its templates read."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

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
