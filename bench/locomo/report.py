"""The report for people: the figures, then one line for each fact that was given and dropped."""

from collections.abc import Mapping
from typing import Any

_LISTS = ("refusals", "missing")


def as_text(report: Mapping[str, Any]) -> str:
    """Return name and value of each figure, then what was refused and why."""
    figures = {name: value for name, value in report.items() if name not in _LISTS}
    width = max(map(len, figures))
    lines = [f"{name:<{width}}  {'-' if value is None else value}" for name, value in figures.items()]
    refusals = [f"  {one['reason']}: {one['statement']}" for one in report["refusals"]]
    missing = [f"  {one['user_id']}: {one['statement']}" for one in report["missing"]]
    if refusals:
        lines += ["", "refused:", *refusals]
    if missing:
        lines += ["", "given, not refused, and not in the memory:", *missing]
    return "\n".join(lines)
