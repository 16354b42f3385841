"""Prints a report: JSON for programs, a line for each figure for people."""

import json
from collections.abc import Mapping
from typing import Any


def show(report: Mapping[str, Any], *, as_json: bool) -> None:
    """Print on stdout."""
    print(json.dumps(report, ensure_ascii=False, indent=2) if as_json else as_text(report))


def as_text(report: Mapping[str, Any]) -> str:
    """Return name and value of each figure; lists follow, an item a line, unless they are empty."""
    figures = {name: value for name, value in report.items() if not isinstance(value, list)}
    width = max(map(len, figures))
    lines = [f"{name:<{width}}  {'-' if value is None else value}" for name, value in figures.items()]
    for name, value in report.items():
        if isinstance(value, list) and value:
            lines += ["", f"{name}:", *(f"  {': '.join(map(str, item.values()))}" for item in value)]
    return "\n".join(lines)
