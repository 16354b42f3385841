"""How long a model's answers have been lately, for forecasts."""

from enrichment.adapters.postgres.pool import Database
from enrichment.adapters.postgres.queries import query
from enrichment.domain.prompt import AnswerLengths

# Fewer say little of the next thousand.
_ENOUGH = 10
# The schema that knows how many messages a call was about.
_SINCE_SCHEMA = 3


async def answer_lengths(database: Database, model: str, *, schema: int) -> AnswerLengths | None:
    """Return what the model's last 100 answers tell; None where there were too few, or the ``schema`` is too old."""
    if schema < _SINCE_SCHEMA:
        return None
    async with database.connection() as connection:
        row = await connection.fetchrow(query("answers_per_message"), model)
    if row is None or row["calls"] < _ENOUGH:
        return None
    return AnswerLengths(low=row["low"], high=row["high"], calls=row["calls"])
