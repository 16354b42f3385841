"""``python -m bench.memory``: merging batches into a memory of a million facts, and the background pass over it."""

import argparse
import asyncio

from bench.memory.measure import measure
from bench.report import show

EXAMPLES = """\
examples:
  python -m bench.memory
  python -m bench.memory --facts 20000 --users 200 --batches 100 --maintained 50 --json
"""


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.memory",
        description="Merge batches into a large memory on the embedded Postgres, and maintain it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--facts", type=int, default=1_000_000, metavar="N", help="facts (default: 1000000)")
    parser.add_argument("--users", type=int, default=10_000, metavar="N", help="users (default: 10000)")
    parser.add_argument("--batches", type=int, default=500, metavar="N", help="batches to merge (default: 500)")
    parser.add_argument("--maintained", type=int, default=1_000, metavar="N", help="users of the pass (default: 1000)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    report = asyncio.run(measure(chosen.facts, chosen.users, chosen.batches, chosen.maintained))
    show(report, as_json=chosen.json)


if __name__ == "__main__":
    main()
