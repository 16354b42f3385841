"""Measurements from a table of a host's in Postgres, such as one of a character's state after each message.

Read only, with deadlines of its own; names are quoted, values are parameters.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from enrichment.adapters.outside.measurements import Naming, Point, measurements
from enrichment.adapters.postgres.pool import Database
from enrichment.engines.outside import Measured


class TableMetrics:
    """``QualityMetrics`` from a table with a row for each moment; ``naming``'s measurement is the table's own name."""

    def __init__(self, database: Database, table: str, time: str, naming: Naming) -> None:
        self._database = database
        self._table = table
        self._time = time
        self._naming = naming

    async def measured(self, bot_name: str, since: datetime, until: datetime, limit: int) -> Sequence[Measured]:
        fields = self._naming.fields_by_name.get(self._table, [])
        statement = select(self._table, self._time, self._naming, fields)
        async with self._database.snapshot() as connection:
            rows = await connection.fetch(statement, bot_name, since, until, limit)
        points = [
            Point(self._table, row[0] or "", _aware(row[1]), dict(zip(fields, tuple(row)[2:], strict=True)))
            for row in rows
        ]
        return measurements(points, self._naming)


def select(table: str, time: str, naming: Naming, fields: Sequence[str]) -> str:
    """Return the statement: $1 bot, $2 since, $3 until, $4 limit. Numbers come as floats, whatever type they have."""
    columns = [
        quoted(each) if each == naming.feedback_field else f"{quoted(each)}::double precision" for each in fields
    ]
    at, bot = quoted(time), quoted(naming.bot)
    return (
        f"select {quoted(naming.user)}::text, {at}, {', '.join(columns)} from {qualified(table)} "  # noqa: S608 - quoted
        f"where {bot}::text = $1 and {at} >= $2 and {at} < $3 order by {at} limit $4"
    )


def quoted(name: str) -> str:
    """Return a name as Postgres takes it, whatever is in it."""
    return '"' + name.replace("\0", "").replace('"', '""') + '"'


def qualified(table: str) -> str:
    """Return a table's name; before a dot stands its schema."""
    return ".".join(quoted(part) for part in table.split(".", 1))


def _aware(at: datetime) -> datetime:
    # A column without a zone is taken to be UTC, as the session reads it.
    return at if at.tzinfo else at.replace(tzinfo=UTC)
