"""What an error of the driver means to us: wait, ask the operator, or a bug."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from enrichment.errors import ConfigurationError, DependencyUnavailable, EnrichmentError

# Serialization failure, deadlock, lock timeout, too many connections: rolled back for certain, and gone soon.
_ROLLED_BACK = frozenset({"40001", "40P01", "55P03", "53300"})
# Connection exceptions; shut down by an operator, by a crash, still starting.
_LOST = ("08", "57P01", "57P02", "57P03")
# What heals without us: those above, resources (disk, memory), timeouts, a read-only standby, an I/O error.
_HEALS = (*_LOST, *_ROLLED_BACK, "53", "57", "25006", "25P03", "25P04", "58")
# Wrong password or role, no such database, no permission, no such schema, table or column.
_MISCONFIGURED = ("28", "3D", "42501", "3F", "42P01", "42703")

FOREIGN = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


def rolled_back(error: BaseException) -> bool:
    """Tell whether the transaction is certainly undone and worth doing again at once."""
    return isinstance(error, asyncpg.PostgresError) and error.sqlstate in _ROLLED_BACK


def lost(error: BaseException) -> bool:
    """Tell whether the connection went, so that nobody knows whether a COMMIT happened."""
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith(_LOST)
    return isinstance(error, asyncpg.InterfaceError | OSError) and not isinstance(error, ValueError)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into ours; what is a bug of ours stays what it is.

    Raises ``DependencyUnavailable`` or ``ConfigurationError``. Their texts name the SQL state, never a DSN or a value.
    """
    try:
        yield
    except FOREIGN as error:
        meaning = _meaning(error)
        if meaning is None:
            raise
        raise meaning from error


def _meaning(error: Exception) -> EnrichmentError | None:
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        what = f"{type(error).__name__} ({state})"
        if state.startswith(_MISCONFIGURED):
            return ConfigurationError(f"postgres: {what}: check the DSN, the role and `enrichment migrate`")
        return DependencyUnavailable("postgres", what) if state.startswith(_HEALS) else None
    if isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError):
        # ClientConfigurationError is a DSN that cannot be read; any other is an argument of ours.
        readable = not isinstance(error, asyncpg.exceptions.ClientConfigurationError)
        return None if readable else ConfigurationError("postgres: the DSN cannot be read")
    return DependencyUnavailable("postgres", type(error).__name__)
