"""Every metric by name, with its help, its labels and the closed set of each label's values."""

# A straight list: one line or two for each metric, in the order of a run.

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from enrichment.domain.digest import Refusal
from enrichment.domain.outcomes import Outcome
from enrichment.engines import outside, registry
from enrichment.errors import ModelFailure
from enrichment.planning.consistency import Finding
from enrichment.reader import ReaderEvent

PREFIX = "enrichment_"
OTHER = "other"

CounterName = Literal[
    "messages_total",
    "batches_total",
    "turns_failed_total",
    "messages_truncated_total",
    "rows_written_total",
    "model_requests_total",
    "model_tokens_total",
    "model_cost_usd_total",
    "model_retries_total",
    "model_wait_seconds_total",
    "model_output_rejected_total",
    "dependency_errors_total",
    "dependency_retries_total",
    "lease_lost_total",
    "fenced_commits_total",
    "engine_failures_total",
    "source_failures_total",
    "cycles_total",
    "api_requests_total",
    "reader_events_total",
]
GaugeName = Literal[
    "pending_messages",
    "pending_users",
    "oldest_pending_timestamp_seconds",
    "backlog_scan_timestamp_seconds",
    "unsettled_messages",
    "oldest_unsettled_timestamp_seconds",
    "quarantined_messages",
    "requeued_messages",
    "inconsistent_messages",
    "sweep_last_success_timestamp_seconds",
    "open_batches",
    "leases_held",
    "paused",
    "turns_in_progress",
    "last_progress_timestamp_seconds",
    "loop_heartbeat_timestamp_seconds",
    "runs",
    "run_last_success_timestamp_seconds",
    "run_last_completion_timestamp_seconds",
    "run_last_duration_seconds",
    "runs_in_progress",
    "budget_limit_usd",
    "budget_remaining_usd",
    "model_circuit_open",
    "dependency_up",
    "postgres_connections",
    "erased_users",
    "event_loop_lag_seconds",
    "standing_timestamp_seconds",
    "cache_rows",
    "cache_oldest_timestamp_seconds",
    "build_info",
]
HistogramName = Literal[
    "batch_messages",
    "message_latency_seconds",
    "stage_duration_seconds",
    "model_request_duration_seconds",
    "dependency_request_duration_seconds",
    "api_request_duration_seconds",
    "engine_duration_seconds",
]
MetricName = CounterName | GaugeName | HistogramName

DEPENDENCIES = ("postgres", "qdrant")
STAGES = ("plan", "prepare", "recall", "ask", "commit", "settle", "sweep")
TRIGGERS = ("once", "daemon")
RESULTS = ("done", "failed")
ENGINES = tuple(engine.name for engine in registry.ENGINES)
# Of the rows of active pairs: true now, without the latest messages, past their time, not there.
CACHE_STATES = ("fresh", "behind", "expired", "absent")
SOURCES = (outside.ACCESS_LOG, outside.METRICS)
# Why a turn came to nothing, beside what the model can fail with.
TURN_FAILURES = ("lease_lost", "user_erased", "conflicting_ledger", "user_budget", "qdrant", "collection")
# What a failed request was, as far as its caller can act on it.
ERROR_KINDS = ("busy", "timeout", "refused", "unavailable")
REJECTED = tuple(reason.value for reason in Refusal)
ROUTES = ("/v1/context", "/v1/recall", "/v1/feedback", "/v1/users/{user_id}", "/v1/users/{user_id}/enrich")
METHODS = ("GET", "POST", "DELETE")
STATUSES = ("2xx", "4xx", "5xx")
FAILURES = tuple(failure.value for failure in ModelFailure)

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_MOMENTS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1)
_WAITS = (1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 6 * 3600, 86400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One metric. ``labels`` maps a label to its values; none are listed where the configuration closes the set."""

    help: str
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    buckets: Sequence[float] = ()


COUNTERS: dict[CounterName, Spec] = {
    "messages_total": Spec(help="Messages that came to their end.", labels={"outcome": tuple(Outcome)}),
    "batches_total": Spec(help="Batches that ended.", labels={"outcome": ("committed", "failed")}),
    "turns_failed_total": Spec(
        help="Calls and turns that came to nothing.", labels={"reason": (*TURN_FAILURES, *FAILURES, OTHER)}
    ),
    "messages_truncated_total": Spec(help="Messages that the model was shown without their middle."),
    "rows_written_total": Spec(
        help="Facts and summaries written.",
        labels={"kind": ("facts_new", "facts_confirmed", "facts_superseded", "summaries")},
    ),
    "model_requests_total": Spec(
        help="Requests sent to the model.", labels={"model": (), "outcome": ("answered", *FAILURES)}
    ),
    "model_tokens_total": Spec(
        help="Tokens as the provider counts them; cached ones are prompt tokens too.",
        labels={"model": (), "kind": ("prompt", "cached", "completion")},
    ),
    "model_cost_usd_total": Spec(
        help="US dollars as budgets count them: unknown costs at what was reserved.", labels={"model": ()}
    ),
    "model_retries_total": Spec(help="Requests sent again after a pause.", labels={"reason": (*FAILURES, OTHER)}),
    "model_wait_seconds_total": Spec(help="Time spent waiting for the model's limits and between tries."),
    "model_output_rejected_total": Spec(
        help="Items of answers that were dropped by a check.", labels={"reason": (*REJECTED, OTHER)}
    ),
    "dependency_errors_total": Spec(
        help="Failed requests to Postgres and Qdrant.", labels={"dependency": DEPENDENCIES, "kind": ERROR_KINDS}
    ),
    "dependency_retries_total": Spec(help="Requests tried again.", labels={"dependency": DEPENDENCIES}),
    "lease_lost_total": Spec(help="Turns that were taken over by somebody else."),
    "fenced_commits_total": Spec(help="Commits refused because only the fence knew that the user was taken over."),
    "engine_failures_total": Spec(
        help="Batches that an engine could not take; its row stays.", labels={"engine": ENGINES}
    ),
    "source_failures_total": Spec(
        help="Times that a source beside the messages gave the engines nothing.", labels={"source": (*SOURCES, OTHER)}
    ),
    "cycles_total": Spec(help="Rounds of the loop.", labels={"result": ("done", "waiting", "denied", "paused")}),
    "api_requests_total": Spec(
        help="Requests to the API.",
        labels={"route": (*ROUTES, OTHER), "method": (*METHODS, OTHER), "status": (*STATUSES, OTHER)},
    ),
    "reader_events_total": Spec(
        help="What happened to loads and recalls of the API.", labels={"event": tuple(ReaderEvent)}
    ),
}

GAUGES: dict[GaugeName, Spec] = {
    "pending_messages": Spec(help="Messages that wait, at the last look.", labels={"collection": ()}),
    "pending_users": Spec(help="Users with messages that wait."),
    "oldest_pending_timestamp_seconds": Spec(help="When the oldest waiting message was said; 0 if none waits."),
    "backlog_scan_timestamp_seconds": Spec(help="End of the last look at what is pending.", labels={"collection": ()}),
    "unsettled_messages": Spec(help="Committed messages whose flag is not verified yet."),
    "oldest_unsettled_timestamp_seconds": Spec(help="When the oldest of them was committed; 0 if there is none."),
    "quarantined_messages": Spec(help="Messages in quarantine.", labels={"reason": (*FAILURES, OTHER)}),
    "requeued_messages": Spec(help="Messages that are to be read again."),
    "inconsistent_messages": Spec(
        help="What the last full sweep found wrong.", labels={"kind": tuple(finding.value for finding in Finding)}
    ),
    "sweep_last_success_timestamp_seconds": Spec(help="End of the last full sweep.", labels={"collection": ()}),
    "open_batches": Spec(help="Batches that have been opened and not ended, of all replicas."),
    "leases_held": Spec(help="Users that some replica works for."),
    "paused": Spec(help="1 while an operator has paused all replicas."),
    "turns_in_progress": Spec(help="Users that this replica works for."),
    "last_progress_timestamp_seconds": Spec(help="When this replica last brought a message to its end, or started."),
    "loop_heartbeat_timestamp_seconds": Spec(help="When this replica's event loop last ran its heartbeat."),
    "runs": Spec(help="Runs on record.", labels={"trigger": TRIGGERS, "result": (*RESULTS, "running")}),
    "run_last_success_timestamp_seconds": Spec(
        help="End of the last run that ended well.", labels={"trigger": TRIGGERS}
    ),
    "run_last_completion_timestamp_seconds": Spec(
        help="End of the last run, however it ended.", labels={"trigger": TRIGGERS}
    ),
    "run_last_duration_seconds": Spec(help="How long that run took.", labels={"trigger": TRIGGERS}),
    "runs_in_progress": Spec(help="Runs that have begun and not ended.", labels={"trigger": TRIGGERS}),
    "budget_limit_usd": Spec(help="The day's budget (UTC); +Inf without one."),
    "budget_remaining_usd": Spec(help="What is left of it; +Inf without one."),
    "model_circuit_open": Spec(help="1 while the model is given a rest after failures.", labels={"model": ()}),
    "dependency_up": Spec(help="1 if it answered when last asked.", labels={"dependency": DEPENDENCIES}),
    "postgres_connections": Spec(
        help="Connections of this replica's pool.", labels={"state": ("idle", "used", "most")}
    ),
    "erased_users": Spec(help="Users who have had themselves erased."),
    "event_loop_lag_seconds": Spec(help="By how much the event loop's last heartbeat was late."),
    "standing_timestamp_seconds": Spec(help="When the figures of all replicas were last read from the database."),
    "cache_rows": Spec(
        help="Rows of active pairs by engine, as a host would find them.",
        labels={"engine": ENGINES, "state": CACHE_STATES},
    ),
    "cache_oldest_timestamp_seconds": Spec(
        help="When the oldest row was made that has not run out; 0 if there is none.", labels={"engine": ENGINES}
    ),
    "build_info": Spec(help="1, with what is running.", labels={"version": (), "pipeline_version": ()}),
}

HISTOGRAMS: dict[HistogramName, Spec] = {
    "batch_messages": Spec(help="Messages in one model call.", buckets=(1, 2, 5, 10, 20, 40, 80, 160, 320)),
    "message_latency_seconds": Spec(
        help="From a message's own time to its commit, for messages of the last day.", buckets=_WAITS
    ),
    "stage_duration_seconds": Spec(help="Time in one step.", labels={"stage": STAGES}, buckets=_SECONDS),
    "model_request_duration_seconds": Spec(help="One request to the model.", labels={"model": ()}, buckets=_SECONDS),
    "dependency_request_duration_seconds": Spec(
        help="One request to Qdrant, one transaction of Postgres.",
        labels={"dependency": DEPENDENCIES},
        buckets=_SECONDS,
    ),
    "api_request_duration_seconds": Spec(
        help="One request to the API.", labels={"route": (*ROUTES, OTHER)}, buckets=_SECONDS
    ),
    "engine_duration_seconds": Spec(
        help="One step of an engine: taking in what became final, or making a row.",
        labels={"engine": ENGINES},
        buckets=_MOMENTS,
    ),
}

SPECS: Mapping[str, Spec] = {name: spec for part in (COUNTERS, GAUGES, HISTOGRAMS) for name, spec in part.items()}


def names() -> tuple[MetricName, ...]:
    """Return every name, without the prefix."""
    return (*get_args(CounterName), *get_args(GaugeName), *get_args(HistogramName))
