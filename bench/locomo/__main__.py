"""``python -m bench.locomo``: a LoCoMo conversation through the whole program, and what that took."""

import argparse
import asyncio
import sys
from pathlib import Path

from bench.locomo.conversation import read
from bench.locomo.measure import measure
from bench.report import show

EXAMPLES = """\
examples:
  python -m bench.locomo --data locomo10.json --sample conv-26
  python -m bench.locomo --data locomo10.json --sample conv-26 --known-tokens 300 --summary-tokens 150
  python -m bench.locomo --data locomo10.json --sample conv-30 --users 20 --latency-ms 2000 --json

LoCoMo: https://github.com/snap-research/locomo (CC BY-NC 4.0, not shipped).
docs/benchmarks.md says what the figures mean.
"""
# Flags that are settings of the worker.
SETTINGS = {
    "known-tokens": ("ENRICHMENT_BATCH__KNOWN_TOKENS", "tokens of known facts in a prompt, at most"),
    "summary-tokens": ("ENRICHMENT_BATCH__SUMMARY_TOKENS", "tokens of a session's summary so far, at most"),
    "concurrency": ("ENRICHMENT_MODEL__CONCURRENCY", "model calls at a time"),
}


def main() -> None:
    """Print the report; exit with 1 if a message was not completed, or the second delivery changed anything."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.locomo",
        description="Read a LoCoMo conversation on embedded servers, with a model that knows the answers.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="LoCoMo's JSON file")
    parser.add_argument("--sample", required=True, metavar="ID", help="which conversation, such as conv-26")
    parser.add_argument("--latency-ms", type=float, default=0, metavar="N", help="of each model call (default: 0)")
    parser.add_argument("--users", type=int, default=1, metavar="N", help="repeat the conversation for N users")
    for flag, (_, meaning) in SETTINGS.items():
        parser.add_argument(f"--{flag}", type=int, metavar="N", help=meaning)
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    conversation = read(chosen.data, chosen.sample)
    given = {name: getattr(chosen, flag.replace("-", "_")) for flag, (name, _) in SETTINGS.items()}
    settings = {name: str(value) for name, value in given.items() if value is not None}
    seconds = chosen.latency_ms / 1000
    report = asyncio.run(measure(conversation, users=chosen.users, latency_seconds=seconds, settings=settings))
    show(report, as_json=chosen.json)
    went_well = report["completed"] == report["messages"] and not report["second_delivery_rows"]
    sys.exit(0 if went_well else 1)


if __name__ == "__main__":
    main()
