"""Judges what a host finds when it reads the seven rows of a pair."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from bench.freshness.day import Said
from enrichment.adapters.postgres.pool import Database
from enrichment.engines.frame import AnyEngine
from enrichment.engines.registry import ENGINES

# A row may lack what was committed just now.
GRACE = timedelta(minutes=5)


def reading(engines: Sequence[AnyEngine]) -> str:
    """Return the statement that looks at the rows of pairs ($1 user ids, $2 bot names), a row for each."""
    columns, joins = ["p.unreported", "p.reported_at"], []
    for number, engine in enumerate(engines):
        one, own = f"e{number}", next(f.name for f in fields(engine.row) if f.name not in engine.row.KEY)
        whose = f"{one}.bot_name = a.bot_name"
        if "user_id" in engine.row.KEY:
            whose += f" and {one}.user_id = a.user_id"
            own = next(f.name for f in fields(engine.row) if f.type == "dict[str, Any]" or f.type == dict[str, Any])
            whose += f" and {one}.{own} is not null"
        joins.append(f"left join {engine.row.TABLE} {one} on {whose}")
        columns += [f"{one}.computed_at as {one}_computed_at", f"{one}.expires_at as {one}_expires_at"]
    return f"""
        select {", ".join(columns)}
          from unnest($1::text[], $2::text[]) with ordinality as a(user_id, bot_name, place)
          left join engine_pairs p on p.user_id = a.user_id and p.bot_name = a.bot_name
          {" ".join(joins)}
         order by a.place
    """  # noqa: S608 - names of our own types


@dataclass(slots=True)
class Hits:
    """Reads of pairs of which something is known, and for how many of them each engine's row was fresh.

    ``behind_since`` is when a pair was first seen with messages that its rows lack.
    """

    engines: Sequence[AnyEngine] = ENGINES
    reads: int = 0
    before_anything: int = 0
    fresh: Counter[str] = field(default_factory=Counter)
    behind_since: dict[tuple[str, str], datetime] = field(default_factory=dict)

    async def read(self, database: Database, said: Sequence[Said], last_pass: datetime | None) -> None:
        """Let a host read before it answers each of these messages."""
        asked = [each for each in said if each.is_users]
        if not asked:
            return
        async with database.connection() as connection:
            found = await connection.fetch(
                reading(self.engines), [each.user_id for each in asked], [each.bot_name for each in asked]
            )
        for each, row in zip(asked, found, strict=True):
            self.judge(each, row, last_pass)

    def judge(self, said: Said, row: Any, last_pass: datetime | None) -> None:  # noqa: ANN401 - a driver's row
        """Count one read, and the engines whose row was fresh for it."""
        if row["unreported"] is None:
            self.before_anything += 1
            return
        self.reads += 1
        pair = said.user_id, said.bot_name
        if row["unreported"] == 0:
            self.behind_since.pop(pair, None)
        behind = said.at - self.behind_since.setdefault(pair, said.at) if row["unreported"] else timedelta(0)
        for number, engine in enumerate(self.engines):
            computed_at, expires_at = row[f"e{number}_computed_at"], row[f"e{number}_expires_at"]
            if computed_at is None or expires_at <= said.at:
                continue
            if "user_id" in engine.row.KEY:
                holds_all = row["reported_at"] is not None and computed_at >= row["reported_at"] and behind <= GRACE
            else:
                holds_all = last_pass is None or computed_at >= last_pass
            self.fresh[engine.name] += holds_all

    def report(self) -> dict[str, Any]:
        """Return the rates."""
        rates = [{"engine": engine.name, "hit_rate": self._rate(engine.name)} for engine in self.engines]
        return {
            "reads": self.reads,
            "reads_before_anything_was_known": self.before_anything,
            "min_hit_rate": min(self._rate(engine.name) for engine in self.engines),
            "hit_rate": rates,
        }

    def _rate(self, engine: str) -> float:
        return round(self.fresh[engine] / self.reads, 5) if self.reads else 0.0
