"""Money: every request is a row, reserved before it is sent and closed with what it cost (C3, C4)."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from enrichment.adapters.postgres.leases import lost
from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.domain.prompt import Answer
from enrichment.errors import BudgetExhausted, ModelFailure, UserBudgetExhausted
from enrichment.failpoints import failpoint
from enrichment.ports import Call, OpenBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A budget in force; ``limit_usd`` None only counts.

    ``user_id`` is set if it is this user's own, ``day`` if it is forgotten some time after that day;
    each call moves it on.
    """

    key: str
    limit_usd: Decimal | None = None
    user_id: str | None = None
    day: date | None = None


Budgets = Callable[[str], Sequence[Budget]]


class PostgresCalls:
    """``ports.Calls``; ``budgets`` is asked before each call for the budgets in force for a user.

    A call is charged to the budgets it was reserved in, also if midnight lies in between.
    """

    def __init__(self, database: Database, *, budgets: Budgets) -> None:
        self._database = database
        self._budgets = budgets
        self._cleared_on: date | None = None

    async def reserve(self, opened: OpenBatch, model: str, cost_usd: Decimal) -> Call:
        user_id = opened.batch.user_id
        budgets = self._budgets(user_id)
        await self._forget_old(budgets)
        call = Call(call_id=uuid.uuid4(), user_id=user_id, batch_id=opened.batch_id, reserved_usd=cost_usd)
        keys = [budget.key for budget in budgets]

        async def work(connection: Connection) -> None:
            await connection.execute(query("bind_user"), user_id)
            if not await connection.fetchval(query("hold_batch"), user_id, opened.batch_id):
                raise await lost(connection, user_id)
            rows = await connection.fetch(
                query("reserve_budgets"),
                *(keys, [budget.limit_usd for budget in budgets], [budget.user_id for budget in budgets]),
                *([budget.day for budget in budgets], cost_usd),
            )
            if full := _full(budgets, {row["budget_key"] for row in rows}):
                raise await _used_up(connection, full, cost_usd)
            await connection.execute(
                query("reserve_call"),
                *(user_id, call.call_id, call.batch_id, model, keys, cost_usd, len(opened.batch.messages)),
            )
            failpoint("C3")

        await self._database.transact(work)
        return call

    async def answered(self, call: Call, answer: Answer) -> None:
        await self._close(call, answer, None, answer.usage.cost_usd)
        failpoint("C4")

    async def failed(
        self, call: Call, failure: ModelFailure, answer: Answer | None = None, *, cost_unknown: bool = False
    ) -> None:
        cost = None if cost_unknown else Decimal(0)
        await self._close(call, answer, failure, answer.usage.cost_usd if answer else cost)

    async def _close(
        self, call: Call, answer: Answer | None, failure: ModelFailure | None, cost: Decimal | None
    ) -> None:
        spent = (answer.text, failure, answer.model, answer.generation_id) if answer else (None, failure, None, None)
        usage = answer.usage if answer else None
        tokens = (usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens) if usage else (None, None, None)

        async def work(connection: Connection) -> None:
            await connection.execute(query("bind_user"), call.user_id)
            await connection.execute(query("close_call"), call.user_id, call.call_id, *spent, cost, *tokens)

        # Doing it twice is harmless, so it is done again after a lost connection: a paid answer is worth some patience.
        await self._database.transact(work, resolves=True)

    async def _forget_old(self, budgets: Sequence[Budget]) -> None:
        """Drop what earlier days left behind, once a day and process."""
        today = min((budget.day for budget in budgets if budget.day), default=None)
        if today is None or today == self._cleared_on:
            return
        self._cleared_on = today
        async with self._database.connection() as connection:
            await connection.execute(query("drop_old_budgets"), today)


def _full(budgets: Sequence[Budget], had_room: set[str]) -> Sequence[Budget]:
    return sorted((budget for budget in budgets if budget.key not in had_room), key=lambda budget: budget.key)


async def _used_up(connection: Connection, full: Sequence[Budget], cost_usd: Decimal) -> BudgetExhausted:
    """Return what to raise, for a budget of everybody first: a user's own stops that user alone."""
    everybodys = [budget for budget in full if budget.user_id is None]
    if not everybodys:
        return UserBudgetExhausted("of this user's day")
    keys, limits = [budget.key for budget in everybodys], [budget.limit_usd for budget in everybodys]
    returning = await connection.fetchval(query("budgets_in_flight"), keys, limits, cost_usd)
    return BudgetExhausted(keys[0], may_return=returning == len(keys))
