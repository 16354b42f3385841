"""What turns and cycles counted, added to the metrics as each of them ends."""

from datetime import datetime

from enrichment.adapters.monitoring.registry import Metrics
from enrichment.domain.outcomes import Outcome
from enrichment.domain.tally import Tally


def count_turn(metrics: Metrics, turn: Tally, now: datetime) -> None:
    """Add what one turn did, whether it ended well or not."""
    metrics.add("messages_total", turn.completed, outcome=Outcome.COMPLETED)
    metrics.add("messages_total", turn.skipped, outcome=Outcome.SKIPPED)
    metrics.add("messages_total", turn.quarantined, outcome=Outcome.QUARANTINED)
    metrics.add("batches_total", turn.batches, outcome="committed")
    metrics.add("messages_truncated_total", turn.truncated)
    for kind in ("facts_new", "facts_confirmed", "facts_superseded", "summaries"):
        metrics.add("rows_written_total", getattr(turn, kind), kind=kind)
    metrics.add("model_tokens_total", turn.prompt_tokens, kind="prompt")
    metrics.add("model_tokens_total", turn.cached_tokens, kind="cached")
    metrics.add("model_tokens_total", turn.completion_tokens, kind="completion")
    metrics.add("model_cost_usd_total", float(turn.cost_usd))
    metrics.add("model_wait_seconds_total", turn.waited_seconds)
    for reason, times in turn.retries.items():
        metrics.add("model_retries_total", times, reason=reason)
    for reason, times in turn.refused.items():
        metrics.add("model_output_rejected_total", times, reason=reason)
    for engine, times in turn.engines_failed.items():
        metrics.add("engine_failures_total", times, engine=engine)
    for source, times in turn.sources_failed.items():
        metrics.add("source_failures_total", times, source=source)
    for reason, times in turn.failures.items():
        metrics.add("batches_total", times, outcome="failed")
        metrics.add("turns_failed_total", times, reason=reason)
    if turn.handled:
        metrics.set("last_progress_timestamp_seconds", now.timestamp())


def count_failure(metrics: Metrics, reason: str) -> None:
    """Count a turn that the cycle gave up, by its reason."""
    metrics.add("turns_failed_total", reason=reason)
    if reason == "lease_lost":
        metrics.add("lease_lost_total")
