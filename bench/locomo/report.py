"""The report: what was measured, under the names that ``docs/benchmarks.md`` explains."""

from collections import Counter
from typing import Any

from bench.locomo.conversation import Conversation
from bench.locomo.figures import Course, cost, ideal_seconds, ratio, shown


def reported(conversation: Conversation, course: Course) -> dict[str, Any]:
    """Return the figures of a course."""
    return {
        "sample": conversation.sample_id,
        "users": course.users,
        "latency_ms": 1000 * course.latency_seconds,
        "load_before": round(course.load_before, 2),
        "messages": course.messages,
        "completed": course.first.report["completed"],
        **cost(course.messages, course.first),
        **shown(course.messages, course.calls_by_user, course.first),
        "peak_rss_mb": round(course.first.report["peak_rss_mb"], 1),
        **_wall(course),
        **_gold(conversation, course),
        **_afterwards(course),
        **_dropped(course),
    }


def _wall(course: Course) -> dict[str, Any]:
    ideal = ideal_seconds(course.calls_by_user, course.latency_seconds, course.first.report["concurrency"])
    seconds = course.first.report["seconds"]
    return {"wall_seconds": seconds, "ideal_seconds": ideal, "wall_over_ideal": ratio(seconds, ideal)}


def _gold(conversation: Conversation, course: Course) -> dict[str, Any]:
    reasons = Counter(one["reason"] for one in course.first.report["refusals"])
    return {
        "observations": len(conversation.observations) * course.users,
        "observations_unresolved": conversation.unresolved * course.users,
        "observations_not_given": course.gold.not_given,
        "facts_given": course.gold.given,
        "facts_kept": course.gold.kept,
        "kept_share": ratio(course.gold.kept, course.gold.given),
        "refused": dict(reasons.most_common()),
    }


def _afterwards(course: Course) -> dict[str, Any]:
    idle, second = course.idle, course.second
    return {
        "idle_calls": idle.calls,
        "idle_cpu_ms": round(1000 * idle.report["cpu_seconds"], 1),
        "second_delivery_rows": course.second_rows,
        "second_delivery_calls": second.calls,
        "second_delivery_skipped": second.report["skipped"],
        "second_delivery_pending": second.report["pending_left"],
        "second_delivery_cpu_ms_per_message": ratio(1000 * second.report["cpu_seconds"], course.messages),
    }


def _dropped(course: Course) -> dict[str, Any]:
    """Return each refusal with its reason, and whatever else was given and is not there: nothing may be."""
    refusals = course.first.report["refusals"]
    said = {one["statement"] for one in refusals}
    missing = [
        {"user_id": user_id, "statement": statement}
        for user_id, statement in course.gold.missing
        if statement not in said
    ]
    return {"refusals": refusals, "missing": missing}
