"""Says in a line what each engine found; what it does not know yet, it says too."""

from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape

from enrichment.adapters.postgres.engine_rows import EngineRow

Values = Mapping[str, Any]
UNKNOWN = "not known yet"
_DAY_HOURS = 24


def print_rows(out: Console, rows: list[EngineRow]) -> None:
    """Print a line for each row: the engine, what it says, and how sure it is."""
    for row in rows:
        said = DESCRIBED[row.engine](row.values)
        out.print(f"  [magenta]◆[/] {row.engine.replace('_', ' ')}: {escape(said)} [dim]({_sureness(row.values)})[/]")


def _sureness(values: Values) -> str:
    """Return what the first JSON column says of itself."""
    said = next(each for each in values.values() if isinstance(each, dict))
    late = f", {said['late']} came late" if "late" in said else ""
    return f"{said['basis']}, n {said['n']:g}, confidence {said['confidence']:.2f}{late}"


def _memory_aging(values: Values) -> str:
    age, snapshot = values["avg_memory_age_hours"], values["memory_snapshot"]
    at_risk = len(values["forgetting_risk_memories"]["memories"])
    old = UNKNOWN if age is None else f"{age / _DAY_HOURS:.1f} days old on average"
    recalls = values["retrieval_frequency_trend"] or UNKNOWN
    return f"{snapshot['memories']} memories, {old}; recalls {recalls}; {at_risk} at risk"


def _character_performance(values: Values) -> str:
    scores = [f"{name} {_score(values[f'{name}_score_avg'])}" for name in ("engagement", "satisfaction", "coherence")]
    odd = len(values["recent_anomalies"]["anomalies"])
    return (
        f"{', '.join(scores)} this week; trend {values['quality_trend'] or UNKNOWN}; "
        f"consistency {_score(values['personality_consistency_index'])}; {odd} oddities"
    )


def _personality(values: Values) -> str:
    traits = values["dominant_traits"]["traits"]
    shown = ", ".join(f"{each['trait']} {_share(each['frequency'])}" for each in traits[:3]) or UNKNOWN
    suggestions = values["adaptation_suggestions"]["suggestions"]
    advice = ", ".join(f"{each['action']} {each['trait']}" for each in suggestions) or "no advice yet"
    return f"the bot is {shown}; {advice}"


def _context_switch(values: Values) -> str:
    topics = values["recent_topics"]
    labels = [each["label"] for each in topics["segments"] if each["label"]]
    per_hour = values["context_switch_frequency"]
    often = UNKNOWN if per_hour is None else f"{per_hour:.1f} an hour"
    return f"{topics['messages']} messages; topics: {' · '.join(labels[-3:]) or UNKNOWN}; switches {often}"


def _conversation_patterns(values: Values) -> str:
    style = values["communication_style"]
    mark, length = style["fingerprint"], style["optimal_response_length"]
    rich = UNKNOWN if mark is None else f"vocabulary {mark['mattr']:.2f}, {mark['words_median']:.0f} words a message"
    best = UNKNOWN if not length else f"{length['words']:.0f} words"
    return f"{style['n_messages']} messages of {style['n_tokens']} words; style: {rich}; best answer: {best}"


def _memory_behavior(values: Values) -> str:
    curve = values["forgetting_curve_params"]
    days = curve["median_S_days"]
    lasts = UNKNOWN if days is None else f"{days:.1f} days"
    low = len(values["low_retention_memories"]["memories"])
    return (
        f"a memory lasts {lasts}; {curve['n_reviews']:g} recalls; {low} are fading; "
        f"recall score {_score(values['recall_simulation_score'])}"
    )


def _proactive_engagement(values: Values) -> str:
    gap, timing = values["last_engagement_gap_hours"], values["suggested_topics"]["timing"]
    when = timing["next_window_utc"]
    next_time = f"next window {when[:16]} UTC" if when else f"no window ({timing['withheld'] or UNKNOWN})"
    topics = [each["label"] for each in values["suggested_topics"]["topics"]]
    silent = UNKNOWN if gap is None else f"{gap / _DAY_HOURS:.1f} days"
    return f"silent for {silent}; {next_time}; could speak of: {' · '.join(topics[:2]) or UNKNOWN}"


def _score(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.2f}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


DESCRIBED: Mapping[str, Callable[[Values], str]] = {
    "memory_aging": _memory_aging,
    "character_performance": _character_performance,
    "personality": _personality,
    "context_switch": _context_switch,
    "conversation_patterns": _conversation_patterns,
    "memory_behavior": _memory_behavior,
    "proactive_engagement": _proactive_engagement,
}
