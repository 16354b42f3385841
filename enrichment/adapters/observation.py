"""Timing a request to a dependency and telling somebody how it went; the request itself notices nothing."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from enrichment.errors import ConfigurationError, DependencyUnavailable, EnrichmentError

Failure: TypeAlias = DependencyUnavailable | ConfigurationError
# Hears the seconds that a request took, and the dependency's failure that it ended in.
Observed: TypeAlias = Callable[[float, Failure | None], None]


def unobserved(_seconds: float, _error: Failure | None) -> None:
    """Tell nobody."""


@contextmanager
def timed(observed: Observed) -> Iterator[None]:
    """Tell how long the block took and how the dependency failed in it; a cancelled block is nobody's failure."""
    began = time.monotonic()
    try:
        yield
    except (DependencyUnavailable, ConfigurationError) as error:
        observed(time.monotonic() - began, error)
        raise
    except EnrichmentError:
        # What the block itself found (a lost lease, say): the dependency has answered.
        observed(time.monotonic() - began, None)
        raise
    observed(time.monotonic() - began, None)
