"""Takes out of everything that is derived what a user wants forgotten: signals, digests, profiles, insights."""

import uuid
from collections.abc import Collection, Sequence

import asyncpg

from enrichment.adapters.postgres.digests import forget_parts
from enrichment.adapters.postgres.pool import Connection
from enrichment.adapters.postgres.profiles import compose_all
from enrichment.adapters.postgres.queries import query
from enrichment.domain.facts import Fact
from enrichment.domain.feedback import Forbidden
from enrichment.domain.profile import SignalKind
from enrichment.engines.folding import WAITING
from enrichment.engines.registry import ENGINES
from enrichment.engines.wishes import telling_words, word_hash
from enrichment.memory.digests import Part
from enrichment.memory.forbidden import signal_hash

NO_RULE = Forbidden()
_WORDY = [engine for engine in ENGINES if engine.keeps_words]


async def forget_derived(
    connection: Connection,
    user_id: str,
    facts: Sequence[Fact],
    sessions: Collection[uuid.UUID],
    rule: Forbidden = NO_RULE,
) -> None:
    """Forget what these facts, these sessions and a rule leave in derived rows, and compose the profiles anew.

    A signal goes if it names what a fact is about. A hash of it stays, so that the same message cannot teach it again.
    Needs the user's lock.
    """
    signals = await connection.fetch(query("signal_texts"), user_id)
    meant = [row for row in signals if rule.names(_text(row)) or any(_tells_of(row, fact) for fact in facts)]
    await connection.execute(query("drop_signals"), user_id, [row["signal_id"] for row in meant])
    for row in meant:
        await connection.execute(query("forbid"), user_id, None, signal_hash(user_id, row["kind"], row["name_key"]))
    told_in = {str(session) for session in sessions}
    ended = {str(fact.fact_id) for fact in facts}

    def is_meant(part: Part) -> bool:
        return part.session_id in told_in or bool(ended & set(part.facts)) or rule.names(_words(part))

    await forget_parts(connection, user_id, is_meant)
    for word in sorted({word for fact in facts for word in telling_words(fact.object)}):
        await connection.execute(query("forbid"), user_id, None, word_hash(user_id, word))
    await forget_words(connection, user_id)
    await compose_all(connection, user_id)


async def forget_words(connection: Connection, user_id: str) -> None:
    """Delete what engines keep of a user's words, and have it made anew from the messages without what is forbidden."""
    await connection.execute(query("forget_words"), user_id, [*(engine.name for engine in _WORDY), WAITING])
    for table in sorted({engine.row.TABLE for engine in _WORDY}):
        await connection.execute(f"delete from {table} where user_id = $1", user_id)  # noqa: S608 - a name of our own


def _text(row: asyncpg.Record) -> str:
    return f"{row['name']}\n{row['value']}\n{row['quotes']}"


def _tells_of(row: asyncpg.Record, fact: Fact) -> bool:
    """Tell whether a fact says what a signal names, or a signal what a fact is about."""
    if row["kind"] == SignalKind.LANGUAGE:
        return False
    named, about = Forbidden(words=(row["name"],)), Forbidden(words=(fact.object,))
    return named.names(f"{fact.statement}\n{fact.object}") or about.names(f"{row['name']}\n{row['value']}")


def _words(part: Part) -> str:
    return "\n".join((part.title, part.line, *part.topics, *part.decisions, *part.questions, *part.facts.values()))
