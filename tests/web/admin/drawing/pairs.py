"""Pairs that have said more or less, folded by the real engines, as the rows that drawings are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from bench.engines.chatter import chatter
from bench.engines.stream import PAIR, Stream, day
from enrichment.adapters.postgres.observed import STAMPS, columns_of
from enrichment.engines.character_performance import ENGINE as PERFORMANCE
from enrichment.engines.character_performance import contribute, report_bot
from enrichment.engines.frame import Asked, CacheRow, Courtesy
from enrichment.engines.registry import ENGINES
from enrichment.engines.waiting import Arrived

BERLIN = "Europe/Berlin"


@dataclass(frozen=True)
class Row:
    """A row as it is read: JSON columns have been through JSON."""

    engine: str
    values: Mapping[str, Any]
    computed_at: datetime
    expires_at: datetime
    user_id: str | None = PAIR.user_id
    bot_name: str = PAIR.bot_name


@dataclass(frozen=True)
class Pair:
    rows: Mapping[str, Row]
    sums: Mapping[str, float]
    now: datetime

    def edited(self, engine: str, column: str, **values: object) -> Row:
        """Return a row with some values of a JSON column replaced."""
        row = self.rows[engine]
        edited = {**row.values, column: {**row.values[column], **values}}
        return Row(engine, edited, row.computed_at, row.expires_at)


@cache
def talked(messages: int, zone: str | None = BERLIN) -> Pair:
    """Return what the engines say of an invented conversation of that many messages, right after it."""
    said = chatter("drawn", messages, language="en", size=32) if messages else Arrived()
    stream = Stream(ENGINES).feed(said)
    now = max([day(0), *(message.said_at for message in said.messages)]) + timedelta(minutes=1)
    courtesy = Courtesy(most_per_week=1_000, most_unanswered=1_000)
    asked = Asked(now=now, zone=ZoneInfo(zone) if zone else None, courtesy=courtesy)
    rows = {name: row for name, row in stream.rows(asked).items() if row is not None}
    sums = contribute(stream.states.get(PERFORMANCE.name, PERFORMANCE.empty()))
    rows[PERFORMANCE.name] = report_bot(PAIR.bot_name, sums, asked)
    return Pair({name: _kept(name, row, now) for name, row in rows.items()}, sums, now)


def _kept(name: str, row: CacheRow, now: datetime) -> Row:
    own = {column: getattr(row, column) for column in columns_of(type(row)) if column not in {*row.KEY, *STAMPS}}
    user_id = None if name == PERFORMANCE.name else PAIR.user_id
    return Row(name, orjson.loads(orjson.dumps(own)), now, now + timedelta(days=1), user_id)
