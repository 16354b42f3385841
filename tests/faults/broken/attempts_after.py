"""Breaks the count of attempts: made when the answer is there, it knows nothing of a death during the call."""

from enrichment.adapters.postgres import open_batches
from enrichment.adapters.postgres.blame import columns_of
from enrichment.adapters.postgres.calls import PostgresCalls
from enrichment.adapters.postgres.pool import Connection
from enrichment.adapters.postgres.queries import query
from enrichment.adapters.postgres.records import messages_of
from enrichment.domain.prompt import Answer
from enrichment.ports import Call

_answered = PostgresCalls.answered
_NOTHING = "select $1::text, $2::text[], $3::text[], $4::bytea[]"


async def _answered_and_counted(calls: PostgresCalls, call: Call, answer: Answer) -> None:
    await _answered(calls, call, answer)

    async def work(connection: Connection) -> None:
        await connection.execute(query("bind_user"), call.user_id)
        record = await connection.fetchval("select record from open_batches where batch_id = $1", call.batch_id)
        await connection.execute(query("count_attempts"), call.user_id, *columns_of(messages_of(record)))

    await calls._database.transact(work)  # noqa: SLF001  # what is to be broken


open_batches.query = lambda name: _NOTHING if name == "count_attempts" else query(name)  # type: ignore[assignment, attr-defined]  # imported there by name
PostgresCalls.answered = _answered_and_counted  # type: ignore[assignment, method-assign]  # the same
