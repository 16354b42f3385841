"""Money: every call is a row, reserved before it is sent and closed with what it cost (C3, C4)."""

import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal

from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import query
from enrichment.domain.prompt import Answer
from enrichment.errors import BudgetExhausted, ModelFailure
from enrichment.failpoints import failpoint
from enrichment.ports import Call, OpenBatch

Budgets = Callable[[], Mapping[str, Decimal | None]]


class PostgresCalls:
    """``ports.Calls``; ``budgets`` is asked before each call for the budgets in force, key to limit (None: count only).

    A call is charged to the budgets it was reserved in, also if midnight lies in between.
    """

    def __init__(self, database: Database, *, budgets: Budgets) -> None:
        self._database = database
        self._budgets = budgets

    async def reserve(self, opened: OpenBatch, model: str, cost_usd: Decimal) -> Call:
        budgets = self._budgets()
        call = Call(call_id=uuid.uuid4(), user_id=opened.batch.user_id, batch_id=opened.batch_id, reserved_usd=cost_usd)

        async def work(connection: Connection) -> None:
            rows = await connection.fetch(query("reserve_budgets"), list(budgets), list(budgets.values()), cost_usd)
            full = budgets.keys() - {row["budget_key"] for row in rows}
            if full:
                raise BudgetExhausted(min(full))
            await connection.execute(
                query("reserve_call"), call.user_id, call.call_id, call.batch_id, model, list(budgets), cost_usd
            )
            failpoint("C3")

        await self._database.transact(work)
        return call

    async def answered(self, call: Call, answer: Answer) -> None:
        await self._close(call, answer, None)
        failpoint("C4")

    async def failed(self, call: Call, failure: ModelFailure, answer: Answer | None = None) -> None:
        await self._close(call, answer, failure)

    async def _close(self, call: Call, answer: Answer | None, failure: ModelFailure | None) -> None:
        spent = (answer.text, failure, answer.model, answer.generation_id) if answer else (None, failure, None, None)
        usage = answer.usage if answer else None
        tokens = (usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens) if usage else (None, None, None)
        cost = usage.cost_usd if usage else None

        async def work(connection: Connection) -> None:
            await connection.execute(query("close_call"), call.user_id, call.call_id, *spent, cost, *tokens)

        # Doing it twice is harmless, so it is done again after a lost connection: a paid answer is worth some patience.
        await self._database.transact(work, resolves=True)
