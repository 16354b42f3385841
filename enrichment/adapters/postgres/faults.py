"""What an error of the driver means to us: do it again, wait, ask the operator, or a bug."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from enrichment.errors import ConfigurationError, DependencyUnavailable, EnrichmentError

# Serialization failure, deadlock, lock timeout, too many connections: rolled back for certain, and gone soon.
_UNDONE = ("40001", "40P01", "55P03", "53300")
# Connection exceptions; shut down by an operator, by a crash, still starting.
_LOST = ("08", "57P01", "57P02", "57P03")
# What else heals without us: resources (disk, memory), timeouts, a read-only standby, an I/O error.
_HEALS = ("53", "57", "25006", "25P03", "25P04", "58")
# Wrong password or role, no such database, no permission, no such schema, table or column.
_MISCONFIGURED = ("28", "3D", "42501", "3F", "42P01", "42703")
# The driver calls it an internal error when a statement meets a server's farewell that nobody has read yet.
_OF_CLIENT = (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


class Undone(DependencyUnavailable):
    """The transaction is certainly rolled back, for a reason that passes: worth doing again at once."""


class ConnectionLost(DependencyUnavailable):
    """The connection went: if that was in a COMMIT, nobody knows whether it happened."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into ours; what is a bug of ours stays what it is.

    Raises ``DependencyUnavailable`` or ``ConfigurationError``. Their texts name the SQL state, never a DSN or a value.
    """
    try:
        yield
    except (asyncpg.PostgresError, *_OF_CLIENT) as error:
        meaning = _of_server(error) if isinstance(error, asyncpg.PostgresError) else _of_client(error)
        if meaning is None:
            raise
        raise meaning from error


def _of_server(error: asyncpg.PostgresError) -> EnrichmentError | None:
    state = error.sqlstate or ""
    what = f"{type(error).__name__} ({state})"
    if state.startswith(_UNDONE):
        return Undone("postgres", what)
    if state.startswith(_LOST):
        return ConnectionLost("postgres", what)
    if state.startswith(_HEALS):
        return DependencyUnavailable("postgres", what)
    if state.startswith(_MISCONFIGURED):
        return ConfigurationError(
            f"postgres: {what}: check ENRICHMENT_POSTGRES__DSN, the role and `enrichment migrate`"
        )
    return None


def _of_client(error: Exception) -> EnrichmentError | None:
    if isinstance(error, ValueError):
        # An argument of ours that does not fit its type.
        return None
    return ConnectionLost("postgres", type(error).__name__)
