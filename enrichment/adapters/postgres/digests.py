"""Digests of days, weeks and months as rows: rebuilt where a session changed or went, or a fact ended."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import asyncpg

from enrichment.adapters.postgres.pool import Connection
from enrichment.adapters.postgres.queries import query
from enrichment.memory.digests import Part, Period, digest_of, line_of, merged, starts_on

# Sessions that are digested, or folded, in one transaction; facts that a session is remembered by.
PAGE = 200
_FACTS = 3
Place = tuple[str, str, Period, date]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """A session's part of the digests, and where it belongs."""

    bot_name: str
    scope: str
    at: datetime
    part: Part

    def places(self) -> list[Place]:
        return [(self.bot_name, self.scope, period, starts_on(self.at, period)) for period in Period]


async def digest(connection: Connection, user_id: str) -> int:
    """Bring a user's digests up to date; return how many sessions were taken in. Needs the user's lock.

    At most ``PAGE`` changed sessions are taken in at once.
    """
    stale = await _touched(connection, user_id, (), ())
    old = {uuid.UUID(part.session_id) for parts in stale.values() for part in parts}
    rows = await connection.fetch(query("digest_sources"), user_id, list(old), PAGE, _FACTS)
    sessions = [_session_of(row) for row in rows]
    here = [uuid.UUID(session.part.session_id) for session in sessions]
    places = {place for session in sessions for place in session.places()}
    before = await _touched(connection, user_id, here, places)
    gone = {str(one) for one in old} - {str(one) for one in here}
    holding = await _holding(connection, user_id, before)
    for place in {*before, *places}:
        new = [session.part for session in sessions if place in session.places()]
        kept = [part for part in before.get(place, ()) if part.folded or part.session_id not in gone]
        # A session that has moved to another period is in the new one alone.
        moved = {session.part.session_id for session in sessions} - {part.session_id for part in new}
        parts = merged((_holds(part, holding) for part in kept), new, moved - _folded(kept))
        await _write(connection, user_id, place, parts)
    await connection.execute(query("mark_digested"), user_id, here)
    return len(here)


async def fold(connection: Connection, user_id: str, before: datetime) -> int:
    """Delete digested summaries that ended before a time, leaving their parts of the months; return how many."""
    rows = await connection.fetch(query("summaries_to_fold"), user_id, before, PAGE)
    sessions = [row["session_id"] for row in rows]
    if not sessions:
        return 0
    folded = {str(one) for one in sessions}
    touched = await _touched(connection, user_id, sessions, ())
    # First, because it makes the digests stale, and they are written as they have to be.
    await connection.execute(query("drop_summaries"), user_id, sessions)
    for place, parts in touched.items():
        if place[2] is Period.MONTH:
            left = [replace(part, folded=part.folded or part.session_id in folded) for part in parts]
        else:
            left = [part for part in parts if part.session_id not in folded]
        await _write(connection, user_id, place, left)
    return len(sessions)


async def forget_parts(connection: Connection, user_id: str, is_meant: Callable[[Part], bool]) -> None:
    """Take what is meant out of all digests of a user at once, folded parts too."""
    for row in await connection.fetch(query("digests_of_user"), user_id):
        parts = [Part.of(stored) for stored in row["parts"]]
        left = [part for part in parts if not is_meant(part)]
        if len(left) < len(parts):
            await _write(connection, user_id, _place_of(row), left)


async def _touched(
    connection: Connection, user_id: str, sessions: Iterable[uuid.UUID], places: Iterable[Place]
) -> dict[Place, tuple[Part, ...]]:
    columns: tuple[list[Any], ...] = tuple(map(list, zip(*places, strict=True))) or ([], [], [], [])
    rows = await connection.fetch(query("digests_touched"), user_id, list(sessions), *columns)
    return {_place_of(row): tuple(Part.of(stored) for stored in row["parts"]) for row in rows}


async def _write(connection: Connection, user_id: str, place: Place, parts: Sequence[Part]) -> None:
    if not parts:
        await connection.execute(query("drop_digest"), user_id, *place)
        return
    made = digest_of(place[2], parts)
    await connection.execute(
        query("write_digest"),
        *(user_id, *place, made.title, made.text, made.topics, made.decisions, made.questions, made.messages),
        *([part.as_json() for part in made.parts], made.session_ids, made.fact_ids),
    )


async def _holding(connection: Connection, user_id: str, digests: dict[Place, tuple[Part, ...]]) -> frozenset[str]:
    """Return the facts of these digests that are still so."""
    asked = {uuid.UUID(fact_id) for parts in digests.values() for part in parts for fact_id in part.facts}
    rows = await connection.fetch(query("facts_that_hold"), user_id, list(asked))
    return frozenset(str(row["fact_id"]) for row in rows)


def _holds(part: Part, holding: frozenset[str]) -> Part:
    return replace(part, facts={fact_id: told for fact_id, told in part.facts.items() if fact_id in holding})


def _folded(parts: Iterable[Part]) -> set[str]:
    return {part.session_id for part in parts if part.folded}


def _place_of(row: asyncpg.Record) -> Place:
    return row["bot_name"], row["scope"], Period(row["period"]), row["starts_on"]


def _session_of(row: asyncpg.Record) -> _Session:
    asked = [one["question"] for one in row["questions"] if not one["answer"]]
    part = Part(
        session_id=str(row["session_id"]),
        at=row["start_timestamp"].isoformat(),
        title=row["title"],
        line=line_of(row["summary_text"]),
        messages=row["message_count"],
        topics=tuple(row["topics"]),
        decisions=tuple(row["decisions"]),
        questions=tuple(asked),
        facts=row["facts"],
    )
    return _Session(bot_name=row["bot_name"], scope=row["scope"], at=row["start_timestamp"], part=part)
