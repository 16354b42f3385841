"""Brings the schema up to date: numbered files, forward only, each in a transaction, one worker at a time."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import structlog

from enrichment.adapters.postgres.pool import Connection, Database
from enrichment.adapters.postgres.queries import folder, query
from enrichment.errors import ConfigurationError

ROLES_MISSING = (
    "this role may not create roles, so that there are no grants for enrichment_worker and the others: create the four "
    "roles as docs/decisions/0007-row-level-security.md says, then call enrichment_guard_tables()"
)
# Any number that nobody else uses: it serialises migrations of one database.
_LOCK = 7_275_013_201
_OLDEST_SERVER = 15
log = structlog.get_logger()

_NAME = re.compile(r"(\d{4})_\w+\.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One file of ``sql/migrations``; ``checksum`` is the SHA-256 of its text."""

    version: int
    name: str
    statements: str
    checksum: bytes


@cache
def migrations() -> tuple[Migration, ...]:
    """Return the migrations that this program brings along, in order."""
    paths = sorted(path for path in (folder() / "migrations").iterdir() if _NAME.fullmatch(path.name))
    texts = [(path, path.read_text(encoding="utf-8")) for path in paths]
    return tuple(
        Migration(
            version=int(path.name[:4]),
            name=path.stem,
            statements=text,
            checksum=hashlib.sha256(text.encode()).digest(),
        )
        for path, text in texts
    )


def required_version() -> int:
    """Return the schema's version that this program was written for."""
    return migrations()[-1].version


async def current_version(database: Database) -> int:
    """Return the schema's version that the database has, 0 for none."""
    async with database.connection() as connection:
        return max(await _applied(connection), default=0)


async def pending(database: Database) -> Sequence[str]:
    """Return the names of migrations still to be applied; raises ``ConfigurationError`` like ``migrate``."""
    async with database.connection() as connection:
        await _check_server(connection)
        return [migration.name for migration in _missing(await _applied(connection))]


async def check_schema(database: Database) -> None:
    """Raise ``ConfigurationError`` unless the schema is exactly the one that this program was written for."""
    if missing := await pending(database):
        raise ConfigurationError(f"the schema lacks {', '.join(missing)}: run `enrichment migrate`")


async def migrate(database: Database) -> Sequence[str]:
    """Apply what is pending and return its names; two workers that try at once wait for each other.

    Raises ``ConfigurationError`` for a server or a schema that this program cannot work with.
    """
    done: list[str] = []
    while name := await database.transact(_apply_next):
        done.append(name)
    if done and not await database.transact(_guard):
        log.warning("roles.missing", advice=ROLES_MISSING)
    return done


async def _guard(connection: Connection) -> bool:
    await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
    return bool(await connection.fetchval("select enrichment_guard_tables()"))


async def is_guarded(database: Database) -> bool:
    """Tell whether row-level security binds the role of this connection."""
    async with database.connection() as connection:
        return bool(await connection.fetchval(query("is_guarded")))


async def _apply_next(connection: Connection) -> str | None:
    await _check_server(connection)
    # Held by the transaction, not by the session: it works behind a pooler and cannot be left behind.
    await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
    migration = next(iter(_missing(await _applied(connection))), None)
    if migration is None:
        return None
    await connection.execute(
        "create table if not exists schema_migrations (version integer primary key, name text not null, "
        "checksum bytea not null, applied_at timestamptz not null default now())"
    )
    await connection.execute(migration.statements)
    await connection.execute(
        "insert into schema_migrations (version, name, checksum) values ($1, $2, $3)",
        migration.version,
        migration.name,
        migration.checksum,
    )
    return migration.name


async def _check_server(connection: Connection) -> None:
    version = connection.get_server_version()
    if version.major < _OLDEST_SERVER:
        raise ConfigurationError(f"Postgres {version.major} is too old: {_OLDEST_SERVER} or newer is needed")


async def _applied(connection: Connection) -> dict[int, bytes]:
    if await connection.fetchval("select to_regclass('schema_migrations')") is None:
        return {}
    rows = await connection.fetch("select version, checksum from schema_migrations")
    return {row["version"]: row["checksum"] for row in rows}


def _missing(applied: dict[int, bytes]) -> Sequence[Migration]:
    if applied and max(applied) > required_version():
        raise ConfigurationError(
            f"the schema has version {max(applied)}, this program knows {required_version()}: use a newer release"
        )
    for migration in migrations():
        if applied.get(migration.version, migration.checksum) != migration.checksum:
            raise ConfigurationError(f"migration {migration.name} was applied with another text: restore its file")
    return [migration for migration in migrations() if migration.version not in applied]
