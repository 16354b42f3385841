"""How requests to Postgres and Qdrant went, as metrics."""

from typing import Literal

from enrichment.adapters.monitoring.registry import Metrics
from enrichment.adapters.observation import Failure, Observed
from enrichment.adapters.postgres.faults import Undone
from enrichment.adapters.qdrant.server import QdrantBusy, QdrantFailure
from enrichment.errors import ConfigurationError

Dependency = Literal["postgres", "qdrant"]
ErrorKind = Literal["busy", "timeout", "refused", "unavailable"]


def observing(metrics: Metrics, dependency: Dependency) -> Observed:
    """Return what counts one dependency's requests, and notes whether it answers."""

    def observed(seconds: float, failure: Failure | None) -> None:
        metrics.observe("dependency_request_duration_seconds", seconds, dependency=dependency)
        if failure is not None:
            metrics.add("dependency_errors_total", dependency=dependency, kind=kind_of(failure))
        # A refused or undone request was answered all the same.
        metrics.set("dependency_up", failure is None or kind_of(failure) == "busy", dependency=dependency)

    return observed


def kind_of(failure: Failure) -> ErrorKind:
    """Return what a failure was, as far as its caller can act on it."""
    if isinstance(failure, ConfigurationError):
        return "refused"
    if isinstance(failure, QdrantFailure):
        return _of_qdrant(failure)
    return "busy" if isinstance(failure, Undone) else "unavailable"


def _of_qdrant(failure: QdrantFailure) -> ErrorKind:
    if failure.too_much:
        return "timeout"
    if isinstance(failure, QdrantBusy):
        return "unavailable" if failure.status is None else "busy"
    return "unavailable" if failure.status is None else "refused"
