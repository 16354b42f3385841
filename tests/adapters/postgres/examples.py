"""Messages, batches and facts of one small conversation, and the adapters around one database."""

import hashlib
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from enrichment.adapters.postgres.backlog import PostgresBacklog
from enrichment.adapters.postgres.calls import Budget, PostgresCalls
from enrichment.adapters.postgres.history import PostgresHistory
from enrichment.adapters.postgres.leases import PostgresLeases
from enrichment.adapters.postgres.ledger import PostgresLedger
from enrichment.adapters.postgres.memory import PostgresMemory
from enrichment.adapters.postgres.open_batches import PostgresOpenBatches
from enrichment.adapters.postgres.pool import Database
from enrichment.domain.batches import Batch, Known, SessionKey, Window
from enrichment.domain.changes import Changes, NewEvidence, SessionRevision
from enrichment.domain.digest import Question
from enrichment.domain.facts import Category, Certainty, Claim, Evidence, Fact, FactState
from enrichment.domain.messages import Message, Pending, PointRef, Role
from enrichment.domain.prompt import Answer, Prompt, Usage
from enrichment.ports import Lease, OpenBatch

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TODAY = date(2026, 1, 5)
USER = "ada"
BOT = "ava"
KEY = SessionKey(BOT, "general")
SESSION = uuid.UUID(int=7)


def a_message(name: str, minutes: float = 0, **other: object) -> Message:
    """Build a message whose point id, message id and text are its name unless said otherwise."""
    text = str(other.pop("text", name))
    fields: dict[str, Any] = {
        "points": (PointRef("chat", name),),
        "user_id": USER,
        "bot_name": BOT,
        "channel_id": "general",
        "message_id": name,
        "role": Role.USER,
        "text": text,
        "content_hash": hashlib.sha256(text.encode()).digest(),
        "said_at": START + timedelta(minutes=minutes),
    }
    return Message(**(fields | other))


def a_batch(*messages: Message, session_id: uuid.UUID = SESSION) -> Batch:
    """Build a batch of one window."""
    window = Window(session_id=session_id, key=KEY, messages=messages)
    first = messages[0]
    return Batch(user_id=first.user_id, bot_name=first.bot_name, scope=first.scope, windows=(window,))


def a_prompt(batch: Batch) -> Prompt:
    """Build a prompt for a batch."""
    numbers = dict(enumerate(batch.messages, 1))
    return Prompt(
        system="Remember.",
        user="",
        schema={},
        schema_name="digest",
        numbers=numbers,
        new=frozenset(numbers),
        windows=batch.windows,
        version="1",
        max_answer_tokens=100,
    )


def a_fact(statement: str, message: Message, **other: object) -> Fact:
    """Build a fact that follows from one message; its id follows from the statement."""
    fields: dict[str, Any] = {
        "fact_id": uuid.uuid5(uuid.NAMESPACE_OID, statement),
        "user_id": message.user_id,
        "bot_name": message.bot_name,
        "scope": message.scope,
        "category": Category.HOME,
        "statement": statement,
        "claim": Claim.of("user", "likes"),
        "object": statement,
        "object_key": statement.casefold(),
        "state": FactState.ACTIVE,
        "confidence": 0.7,
        "certainty": Certainty.SURE,
        "said_at": message.said_at,
        "valid_from": message.said_at,
        "method": "stub",
    }
    return Fact(**(fields | other))


def evidence_for(fact: Fact, message: Message) -> NewEvidence:
    """Build the evidence that the message is for the fact."""
    return NewEvidence(fact_id=fact.fact_id, evidence=Evidence.from_message(message, message.text, Certainty.SURE))


def learnt(fact: Fact, message: Message) -> Changes:
    """Build the changes of a batch that taught one new fact."""
    return Changes(new_facts=(fact,), evidence=(evidence_for(fact, message),))


def a_session(messages: Sequence[Message], summary: str | None = None, title: str | None = None) -> SessionRevision:
    """Build what a session is after these messages."""
    return SessionRevision(
        session_id=SESSION,
        key=KEY,
        started_at=messages[0].said_at,
        ended_at=messages[-1].said_at,
        new_messages=len(messages),
        summary=summary,
        title=title,
        questions=(Question(question="Why?", answer=None),),
    )


def an_answer(text: str = "{}", cost: str = "0.02", **tokens: int) -> Answer:
    """Build an answer."""
    return Answer(text=text, model="stub-1", usage=Usage(cost_usd=Decimal(cost), **tokens), generation_id="g1")


async def pages(*pages: Sequence[Pending]) -> AsyncIterator[Sequence[Pending]]:
    """Yield pages as a store would."""
    for page in pages:
        yield page


def pending(user_id: str, *points: tuple[str, float | None]) -> list[Pending]:
    """Build pending points of one user from ids and times."""
    return [Pending(point_id, user_id, BOT, at) for point_id, at in points]


@dataclass(slots=True)
class Stage:
    """All adapters of one worker on one database; ``budgets`` can be changed while it works."""

    database: Database
    owner: uuid.UUID = field(default_factory=uuid.uuid4)
    budgets: Mapping[str, Decimal | None] = field(default_factory=lambda: {"day": None})
    user_budget: Decimal | None = None

    @property
    def backlog(self) -> PostgresBacklog:
        return PostgresBacklog(self.database)

    @property
    def leases(self) -> PostgresLeases:
        return PostgresLeases(self.database, owner=self.owner)

    @property
    def open_batches(self) -> PostgresOpenBatches:
        return PostgresOpenBatches(self.database, pipeline_version=1)

    @property
    def calls(self) -> PostgresCalls:
        return PostgresCalls(self.database, budgets=self._budgets)

    @property
    def history(self) -> PostgresHistory:
        return PostgresHistory(self.database, pipeline_version=1)

    @property
    def memory(self) -> PostgresMemory:
        return PostgresMemory(self.database, pipeline_version=1)

    @property
    def ledger(self) -> PostgresLedger:
        return PostgresLedger(self.database)

    def _budgets(self, user_id: str) -> Sequence[Budget]:
        own = Budget(key=f"user:{user_id}", limit_usd=self.user_budget, user_id=user_id, day=TODAY)
        everybodys = [Budget(key=key, limit_usd=limit) for key, limit in self.budgets.items()]
        return everybodys if self.user_budget is None else [*everybodys, own]

    async def claim(self, user_id: str = USER) -> Lease:
        """Claim a user who must be free."""
        lease = await self.leases.claim(user_id)
        assert lease is not None
        return lease

    async def open(self, lease: Lease, *messages: Message) -> OpenBatch:
        """Open a batch of these messages."""
        batch = a_batch(*messages)
        return await self.open_batches.open(batch, Known(), a_prompt(batch), lease)

    async def commit(self, lease: Lease, *messages: Message, changes: Changes | None = None) -> OpenBatch:
        """Open a batch of these messages and commit it."""
        opened = await self.open(lease, *messages)
        await self.memory.commit(opened, changes or Changes(), lease)
        return opened

    async def rows(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        """Look into the tables."""
        async with self.database.connection() as connection:
            return [dict(row) for row in await connection.fetch(sql, *arguments)]

    async def value(self, sql: str, *arguments: object) -> Any:  # noqa: ANN401 - any column
        """Look at one value."""
        async with self.database.connection() as connection:
            return await connection.fetchval(sql, *arguments)

    async def execute(self, sql: str, *arguments: object) -> None:
        """Change the tables behind everybody's back."""
        async with self.database.connection() as connection:
            await connection.execute(sql, *arguments)
