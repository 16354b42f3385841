"""``python -m bench.engines``: what each engine reaches beside the naive rule, and what all of them cost."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.engines.catalogue import REPLAYS, TRIALS
from bench.engines.check import Check
from bench.engines.cost import costs
from bench.engines.refreshing import refresh_seconds
from bench.report import show
from enrichment.engines.registry import ENGINES

EXAMPLES = """\
examples:
  python -m bench.engines
  python -m bench.engines --data corpora --engine memory_behavior --json

DIR may hold, in any folder of it: fsrs_review_log.csv (py-fsrs, MIT), dialseg711.json (DialSeg711), goemo_test.tsv
(GoEmotions, Apache-2.0), LoCoMo's JSON (CC BY-NC 4.0). None of it is shipped; what is missing is left out.
docs/engines.md says what the figures mean.
"""
MOST_BATCH_CPU_MS, MOST_HISTORY_RATIO, MOST_REFRESH_SECONDS = 5.0, 1.2, 1.0


def main() -> None:
    """Print the report; exit with 1 if a figure misses its bound."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.engines",
        description="Check the engines where the truth is known, and measure what they cost.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="where public corpora lie (default: synthetic only)")
    parser.add_argument("--engine", choices=sorted({*TRIALS, *REPLAYS}), help="check this one only, without costs")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    names = [chosen.engine] if chosen.engine else list(dict.fromkeys((*TRIALS, *REPLAYS)))
    # Before the checks, which leave a process that is larger and slower than a worker's.
    cost = {} if chosen.engine else costs(ENGINES) | {"refresh_seconds": round(asyncio.run(refresh_seconds()), 3)}
    checks = {name: list(_checks(name, chosen.data)) for name in names}
    if chosen.json:
        print(json.dumps({name: [check.as_json() for check in of] for name, of in checks.items()} | cost, indent=2))
    else:
        print("\n\n".join(table(name, of) for name, of in checks.items()))
        print() if cost else None
        show(cost, as_json=False) if cost else None
    sys.exit(0 if all(check.passed for of in checks.values() for check in of) and affordable(cost) else 1)


def table(name: str, checks: Sequence[Check]) -> str:
    """Return the checks of an engine as a table in Markdown."""
    rows = [check.as_json() for check in checks]
    lines = [f"{name}", "", "| check | value | bound | naive rule | |", "|---|---|---|---|---|"]
    for row in rows:
        cells = (row["check"], f"{row['value']:g}", row["bound"] or "printed", _or_dash(row["naive"]), _verdict(row))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def affordable(cost: Mapping[str, Any]) -> bool:
    """Whether costs keep their bounds; none measured, none exceeded."""
    return not cost or (
        cost["batch_cpu_ms"] <= MOST_BATCH_CPU_MS
        and cost["history_ratio"] <= MOST_HISTORY_RATIO
        and cost["refresh_seconds"] <= MOST_REFRESH_SECONDS
    )


def _checks(name: str, data: Path | None) -> Iterator[Check]:
    for trial in TRIALS.get(name, ()):
        yield from trial()
    if data is not None:
        for replay in REPLAYS.get(name, ()):
            yield from replay(data)


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _verdict(row: Mapping[str, Any]) -> str:
    return "ok" if row["passed"] else "MISSED"


if __name__ == "__main__":
    main()
