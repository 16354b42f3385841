"""The dashboards, panel by panel."""

# A straight list: what is on which board, in the order of the eye.

from collections.abc import Sequence
from dataclasses import dataclass

from grafana.panels import PanelSpec, Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One dashboard: rows of panels under their headings."""

    uid: str
    title: str
    description: str
    rows: Sequence[tuple[str, Sequence[PanelSpec]]]


def quantiles(metric: str, by: str = "") -> list[Query]:
    """Return the median and the slow twentieth of a histogram."""
    labels = f"le, {by}" if by else "le"
    legend = f"{{{{{by}}}}} " if by else ""
    return [
        Query(
            expr=f"histogram_quantile({q}, sum by ({labels}) (rate(enrichment_{metric}_bucket{{CHOSEN}}[RATE])))",
            legend=f"{legend}p{round(100 * q)}",
        )
        for q in (0.5, 0.95)
    ]


def rate(metric: str, by: str = "") -> Query:
    """Return what a counter grows by each second, one series for each value of a label."""
    grouped = f" by ({by})" if by else ""
    legend = f"{{{{{by}}}}}" if by else metric
    return Query(expr=f"sum{grouped} (rate(enrichment_{metric}{{CHOSEN}}[RATE]))", legend=legend)


def most(metric: str, by: str = "", legend: str = "") -> Query:
    """Return a figure that every replica exports alike."""
    grouped = f" by ({by})" if by else ""
    return Query(
        expr=f"max{grouped} (enrichment_{metric}{{CHOSEN}})", legend=legend or (f"{{{{{by}}}}}" if by else metric)
    )


def age(metric: str, by: str = "", legend: str = "") -> Query:
    """Return how long ago a time was."""
    newest = most(metric, by, legend)
    return Query(expr=f"time() - {newest.expr}", legend=newest.legend)


def cache_rows(state: str) -> Query:
    """Return how many rows of active pairs a host would find in this state."""
    return Query(expr=f'sum(max by (engine) (enrichment_cache_rows{{CHOSEN, state="{state}"}}))', legend=state)


OVERVIEW = Board(
    uid="enrichment-overview",
    title="Enrichment: overview",
    description="Whether memory keeps up: what waits, how long, what was done, what it cost.",
    rows=[
        (
            "Now",
            [
                PanelSpec(
                    title="Pending",
                    description="Messages that wait, at the last look, in all collections.",
                    queries=[
                        Query(expr="sum(max by (collection) (enrichment_pending_messages{CHOSEN}))", legend="pending")
                    ],
                    kind="number",
                    width=4,
                    warn=1000,
                    bad=50_000,
                ),
                PanelSpec(
                    title="Longest wait",
                    description="Age of the oldest message that waits; 0 if none does. What was imported may be old.",
                    queries=[
                        Query(
                            expr="(time() - max(enrichment_oldest_pending_timestamp_seconds{CHOSEN}))"
                            " * (max(enrichment_oldest_pending_timestamp_seconds{CHOSEN}) > bool 0)",
                            legend="wait",
                        )
                    ],
                    kind="number",
                    unit="s",
                    width=4,
                    warn=300,
                    bad=600,
                ),
                PanelSpec(
                    title="Fresh minutes",
                    description="Share of the last day's minutes in which nobody had waited for more than ten. "
                    "The objective is 99 %.",
                    queries=[Query(expr="avg_over_time(enrichment:fresh[1d])", legend="fresh")],
                    kind="number",
                    unit="percentunit",
                    width=4,
                    warn=0.99,
                    bad=0.95,
                ),
                PanelSpec(
                    title="Last progress",
                    description="Since a message last came to its end, on any replica.",
                    queries=[age("last_progress_timestamp_seconds", legend="ago")],
                    kind="number",
                    unit="s",
                    width=4,
                ),
                PanelSpec(
                    title="Quarantined",
                    description="Messages that no model could read: `enrichment quarantine list`.",
                    queries=[
                        Query(expr="sum(max by (reason) (enrichment_quarantined_messages{CHOSEN}))", legend="messages")
                    ],
                    kind="number",
                    width=4,
                    warn=1,
                    bad=100,
                ),
                PanelSpec(
                    title="Budget left today",
                    description="Of the day's budget (UTC); infinite without one.",
                    queries=[most("budget_remaining_usd", legend="left")],
                    kind="number",
                    unit="currencyUSD",
                    width=4,
                ),
            ],
        ),
        (
            "Flow",
            [
                PanelSpec(
                    title="Throughput",
                    description="Messages that came to their end each second, by outcome.",
                    queries=[rate("messages_total", "outcome")],
                    kind="stack",
                    unit="ops",
                ),
                PanelSpec(
                    title="Backlog",
                    description="Messages that wait, by collection.",
                    queries=[most("pending_messages", "collection")],
                    kind="stack",
                ),
                PanelSpec(
                    title="Users who wait",
                    description="And users who are being served: by all replicas, and by each.",
                    queries=[
                        most("pending_users", legend="waiting"),
                        most("leases_held", legend="served, all replicas"),
                        Query(
                            expr="sum by (instance) (enrichment_turns_in_progress{CHOSEN})",
                            legend="served by {{instance}}",
                        ),
                    ],
                ),
                PanelSpec(
                    title="From said to remembered",
                    description="Of messages that were said within the last day.",
                    queries=quantiles("message_latency_seconds"),
                    unit="s",
                ),
                PanelSpec(
                    title="Learnt",
                    description="Rows written each second: new facts, confirmed ones, superseded ones, summaries.",
                    queries=[rate("rows_written_total", "kind")],
                    kind="stack",
                    unit="ops",
                ),
                PanelSpec(
                    title="Came to nothing",
                    description="Calls and turns that failed, by reason; their messages wait or are in quarantine.",
                    queries=[rate("turns_failed_total", "reason")],
                    kind="stack",
                    unit="ops",
                ),
            ],
        ),
        (
            "Runs and rounds",
            [
                PanelSpec(
                    title="Rounds of the loop",
                    description="How each round of each daemon ended.",
                    queries=[rate("cycles_total", "result")],
                    kind="stack",
                    unit="ops",
                ),
                PanelSpec(
                    title="Runs on record",
                    description="By what started them and how they ended.",
                    queries=[
                        Query(
                            expr="max by (trigger, result) (enrichment_runs{CHOSEN})",
                            legend="{{trigger}} {{result}}",
                        ),
                        Query(
                            expr="max by (trigger) (enrichment_runs_in_progress{CHOSEN})",
                            legend="{{trigger}} under way",
                        ),
                    ],
                ),
                PanelSpec(
                    title="Since the last run",
                    description="That ended, that ended well, and how long it took.",
                    queries=[
                        age("run_last_completion_timestamp_seconds", "trigger", "{{trigger}} ended"),
                        age("run_last_success_timestamp_seconds", "trigger", "{{trigger}} ended well"),
                        most("run_last_duration_seconds", "trigger", "{{trigger}} took"),
                    ],
                    unit="s",
                ),
            ],
        ),
    ],
)

MODEL = Board(
    uid="enrichment-model",
    title="Enrichment: model and money",
    description="What is asked of the model, what it costs, and what of its answers stands up to the checks.",
    rows=[
        (
            "Requests",
            [
                PanelSpec(
                    title="Requests by outcome",
                    description="Each request that was sent, failures included.",
                    queries=[rate("model_requests_total", "outcome")],
                    kind="stack",
                    unit="ops",
                ),
                PanelSpec(
                    title="Latency",
                    description="Of one request.",
                    queries=quantiles("model_request_duration_seconds"),
                    unit="s",
                ),
                PanelSpec(
                    title="Sent again, and waited",
                    description="Requests that were sent again after a pause, by reason; seconds waited each second.",
                    queries=[rate("model_retries_total", "reason"), rate("model_wait_seconds_total")],
                ),
                PanelSpec(
                    title="Given a rest",
                    description="1 while a replica asks only now and then, after failures in a row.",
                    queries=[
                        Query(
                            expr="max by (instance, model) (enrichment_model_circuit_open{CHOSEN})",
                            legend="{{instance}} {{model}}",
                        )
                    ],
                ),
                PanelSpec(
                    title="Batch size",
                    description="Messages read in one call.",
                    queries=quantiles("batch_messages"),
                ),
                PanelSpec(
                    title="Shown in part",
                    description="Messages too long for a prompt, whose middle the model was not shown.",
                    queries=[rate("messages_truncated_total")],
                    unit="ops",
                ),
                PanelSpec(
                    title="Batches",
                    description="Committed, and failed: these come back smaller.",
                    queries=[rate("batches_total", "outcome")],
                    kind="stack",
                    unit="ops",
                ),
            ],
        ),
        (
            "Money",
            [
                PanelSpec(
                    title="Spending",
                    description="US dollars an hour, by model.",
                    queries=[
                        Query(
                            expr="3600 * sum by (model) (rate(enrichment_model_cost_usd_total{CHOSEN}[RATE]))",
                            legend="{{model}}",
                        )
                    ],
                    unit="currencyUSD",
                ),
                PanelSpec(
                    title="Tokens",
                    description="Each second, by kind; cached ones are prompt tokens too.",
                    queries=[rate("model_tokens_total", "kind")],
                    unit="ops",
                ),
                PanelSpec(
                    title="Prompt tokens per message",
                    description="What reading one message takes; about 40 to 60 is usual.",
                    queries=[
                        Query(
                            expr='sum(rate(enrichment_model_tokens_total{CHOSEN, kind="prompt"}[RATE]))'
                            ' / (sum(rate(enrichment_messages_total{CHOSEN, outcome="completed"}[RATE])) > 0)',
                            legend="tokens",
                        )
                    ],
                ),
                PanelSpec(
                    title="Budget",
                    description="The day's budget (UTC) and what is left of it; nothing is drawn without one.",
                    queries=[most("budget_limit_usd", legend="budget"), most("budget_remaining_usd", legend="left")],
                    unit="currencyUSD",
                ),
            ],
        ),
        (
            "Answers",
            [
                PanelSpec(
                    title="Refused statements",
                    description="Items of answers that did not stand up to a check, by reason.",
                    queries=[rate("model_output_rejected_total", "reason")],
                    kind="stack",
                    unit="ops",
                    width=12,
                ),
                PanelSpec(
                    title="Share refused",
                    description="Of all that the model stated.",
                    queries=[
                        Query(
                            expr="sum(rate(enrichment_model_output_rejected_total{CHOSEN}[RATE]))"
                            " / (sum(rate(enrichment_model_output_rejected_total{CHOSEN}[RATE]))"
                            ' + sum(rate(enrichment_rows_written_total{CHOSEN, kind=~"facts_new|facts_confirmed"}'
                            "[RATE])) > 0)",
                            legend="refused",
                        )
                    ],
                    unit="percentunit",
                    width=12,
                ),
            ],
        ),
    ],
)

DEPENDENCIES = Board(
    uid="enrichment-dependencies",
    title="Enrichment: dependencies and reconcile",
    description="What the worker stands on, where its time goes, and whether Qdrant and the ledger agree.",
    rows=[
        (
            "Stores",
            [
                PanelSpec(
                    title="Answers",
                    description="1 if it answered when last asked.",
                    queries=[
                        Query(
                            expr="max by (dependency) (enrichment_dependency_up{CHOSEN})",
                            legend="{{dependency}}",
                        )
                    ],
                ),
                PanelSpec(
                    title="Latency",
                    description="Of one request to Qdrant, of one transaction of Postgres.",
                    queries=quantiles("dependency_request_duration_seconds", "dependency"),
                    unit="s",
                ),
                PanelSpec(
                    title="Errors",
                    description="By what the worker can do about them; and requests tried again.",
                    queries=[
                        Query(
                            expr="sum by (dependency, kind) (rate(enrichment_dependency_errors_total{CHOSEN}[RATE]))",
                            legend="{{dependency}} {{kind}}",
                        ),
                        Query(
                            expr="sum by (dependency) (rate(enrichment_dependency_retries_total{CHOSEN}[RATE]))",
                            legend="{{dependency}} tried again",
                        ),
                    ],
                    unit="ops",
                ),
                PanelSpec(
                    title="Connections to Postgres",
                    description="Of each replica's pool.",
                    queries=[
                        Query(
                            expr="sum by (instance, state) (enrichment_postgres_connections{CHOSEN})",
                            legend="{{instance}} {{state}}",
                        )
                    ],
                ),
                PanelSpec(
                    title="Stages",
                    description="The slow twentieth of each step of the way of a message.",
                    queries=[quantiles("stage_duration_seconds", "stage")[1]],
                    unit="s",
                ),
                PanelSpec(
                    title="Since the last look",
                    description="At what is pending, by collection; and since the figures of all replicas were read.",
                    queries=[
                        age("backlog_scan_timestamp_seconds", "collection"),
                        age("standing_timestamp_seconds", legend="figures"),
                    ],
                    unit="s",
                ),
            ],
        ),
        (
            "Ledger",
            [
                PanelSpec(
                    title="Unsettled",
                    description="Committed messages whose flag is not verified; batches and messages under way.",
                    queries=[
                        most("unsettled_messages", legend="unsettled"),
                        most("requeued_messages", legend="to be read again"),
                        most("open_batches", legend="open batches"),
                    ],
                ),
                PanelSpec(
                    title="Oldest unsettled",
                    description="0 if there is none.",
                    queries=[
                        Query(
                            expr="(time() - max(enrichment_oldest_unsettled_timestamp_seconds{CHOSEN}))"
                            " * (max(enrichment_oldest_unsettled_timestamp_seconds{CHOSEN}) > bool 0)",
                            legend="age",
                        )
                    ],
                    unit="s",
                ),
                PanelSpec(
                    title="Found by the last sweep",
                    description="Points on which Qdrant and the ledger disagreed, by kind.",
                    queries=[most("inconsistent_messages", "kind")],
                    kind="stack",
                ),
                PanelSpec(
                    title="Since the last full sweep",
                    description="By collection; one a day is usual.",
                    queries=[age("sweep_last_success_timestamp_seconds", "collection")],
                    unit="s",
                ),
                PanelSpec(
                    title="Turns taken over",
                    description="By another replica, since a heartbeat came too late; and what only the fence knew.",
                    queries=[rate("lease_lost_total"), rate("fenced_commits_total")],
                    unit="ops",
                ),
                PanelSpec(
                    title="Paused, erased",
                    description="1 while an operator has paused the work; users who had themselves erased.",
                    queries=[most("paused"), most("erased_users")],
                ),
            ],
        ),
        (
            "Agents over HTTP",
            [
                PanelSpec(
                    title="Requests to the API",
                    description="By route and class of status: 4xx is the caller's fault, 5xx ours or the database's.",
                    queries=[
                        Query(
                            expr="sum by (route, status) (rate(enrichment_api_requests_total{CHOSEN}[RATE]))",
                            legend="{{route}} {{status}}",
                        )
                    ],
                    kind="stack",
                    unit="ops",
                ),
                PanelSpec(
                    title="Time in the API",
                    description="Of all routes but the one that may wait.",
                    queries=[
                        Query(
                            expr="histogram_quantile(0.95, sum by (le, route) "
                            '(rate(enrichment_api_request_duration_seconds_bucket{CHOSEN, route!~".*/enrich"}[RATE])))',
                            legend="{{route}} 95 %",
                        )
                    ],
                    unit="s",
                ),
                PanelSpec(
                    title="Loads and recalls of the API",
                    description="What happened to them, by name; stale and empty ones come after their reason.",
                    queries=[rate("reader_events_total", "event")],
                    kind="stack",
                    unit="ops",
                ),
            ],
        ),
        (
            "Processes",
            [
                PanelSpec(
                    title="Processor",
                    description="Cores in use by each replica.",
                    queries=[
                        Query(expr="rate(process_cpu_seconds_total{CHOSEN}[RATE])", legend="{{instance}}"),
                    ],
                ),
                PanelSpec(
                    title="Memory",
                    description="Resident, of each replica.",
                    queries=[Query(expr="process_resident_memory_bytes{CHOSEN}", legend="{{instance}}")],
                    unit="bytes",
                ),
                PanelSpec(
                    title="Event loop",
                    description="By how much its last heartbeat was late, and how long ago that was.",
                    queries=[
                        Query(expr="enrichment_event_loop_lag_seconds{CHOSEN}", legend="{{instance}} late"),
                        Query(
                            expr="time() - enrichment_loop_heartbeat_timestamp_seconds{CHOSEN}",
                            legend="{{instance}} silent",
                        ),
                    ],
                    unit="s",
                ),
                PanelSpec(
                    title="Versions",
                    description="What runs where.",
                    queries=[
                        Query(
                            expr="count by (version, pipeline_version) (enrichment_build_info{CHOSEN})",
                            legend="{{version}} (pipeline {{pipeline_version}})",
                        )
                    ],
                ),
            ],
        ),
    ],
)

ENGINES = Board(
    uid="enrichment-engines",
    title="Enrichment: engines and caches",
    description="Whether hosts get rows that are true now, and what the seven engines take and fail at.",
    rows=[
        (
            "Freshness",
            [
                PanelSpec(
                    title="Fresh rows",
                    description="Of the rows of active pairs that are there, those that a host gets as fresh. "
                    "The objective is 99 %; drawn once an engine has made a row.",
                    queries=[Query(expr="enrichment:caches_fresh", legend="fresh")],
                    kind="number",
                    unit="percentunit",
                    width=6,
                    warn=0.99,
                    bad=0.95,
                ),
                PanelSpec(
                    title="Fresh over the day",
                    description="The mean of the last day; the same objective.",
                    queries=[Query(expr="avg_over_time(enrichment:caches_fresh[1d])", legend="fresh")],
                    kind="number",
                    unit="percentunit",
                    width=6,
                    warn=0.99,
                    bad=0.95,
                ),
                PanelSpec(
                    title="Rows that have run out",
                    description="Of active pairs: nobody has kept them fresh. Hosts are told that they are stale.",
                    queries=[cache_rows("expired")],
                    kind="number",
                    width=6,
                    warn=1,
                    bad=1000,
                ),
                PanelSpec(
                    title="Rows that are behind",
                    description="Of active pairs: they lack the latest messages, for as long as a turn goes on.",
                    queries=[cache_rows("behind")],
                    kind="number",
                    width=6,
                ),
                PanelSpec(
                    title="Hit rate",
                    description="By engine: of all active pairs, those for which a host gets a fresh row. Engines that "
                    "need much before they say anything are low at first.",
                    queries=[
                        Query(
                            expr='max by (engine) (enrichment_cache_rows{CHOSEN, state="fresh"})'
                            " / sum by (engine) (max by (engine, state) (enrichment_cache_rows{CHOSEN}))",
                            legend="{{engine}}",
                        )
                    ],
                    unit="percentunit",
                ),
                PanelSpec(
                    title="Oldest row",
                    description="By engine: age of the oldest row that may still be served; 0 if there is none.",
                    queries=[
                        Query(
                            expr="(time() - max by (engine) (enrichment_cache_oldest_timestamp_seconds{CHOSEN}))"
                            " * (max by (engine) (enrichment_cache_oldest_timestamp_seconds{CHOSEN}) > bool 0)",
                            legend="{{engine}}",
                        )
                    ],
                    unit="s",
                ),
                PanelSpec(
                    title="Rows",
                    description="Of all engines together, by what a host would find.",
                    queries=[
                        Query(
                            expr="sum by (state) (max by (engine, state) (enrichment_cache_rows{CHOSEN}))",
                            legend="{{state}}",
                        )
                    ],
                    kind="stack",
                ),
            ],
        ),
        (
            "Work",
            [
                PanelSpec(
                    title="Time of a step",
                    description="By engine: the slow twentieth of taking in messages and of making a row.",
                    queries=[quantiles("engine_duration_seconds", "engine")[1]],
                    unit="s",
                ),
                PanelSpec(
                    title="Processor time",
                    description="By engine: seconds each second.",
                    queries=[rate("engine_duration_seconds_sum", "engine")],
                    kind="stack",
                    unit="s",
                ),
                PanelSpec(
                    title="Steps",
                    description="By engine: steps each second.",
                    queries=[rate("engine_duration_seconds_count", "engine")],
                    kind="stack",
                    unit="ops",
                ),
                PanelSpec(
                    title="Engines that fail",
                    description="Batches that an engine could not take; facts and the other engines are not held up.",
                    queries=[rate("engine_failures_total", "engine")],
                    kind="stack",
                    unit="ops",
                    width=12,
                ),
                PanelSpec(
                    title="Sources that fail",
                    description="Times that a source beside the messages gave the engines nothing.",
                    queries=[rate("source_failures_total", "source")],
                    kind="stack",
                    unit="ops",
                    width=12,
                ),
            ],
        ),
    ],
)

BOARDS = (OVERVIEW, MODEL, ENGINES, DEPENDENCIES)
