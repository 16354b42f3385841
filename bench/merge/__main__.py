"""`python -m bench.merge [--json] [--split test|train] [--misses N]`: precision, recall and false merges of facts.

``--misses`` lists pairs that were decided wrongly; on the test split that spoils it for whoever works on the rules.
"""

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from bench.merge.pairs import Pair, pairs
from bench.merge.telling import BESIDE, Verdict, a_message, judge, stated, tell
from bench.report import show
from enrichment.domain.facts import Remembered
from enrichment.memory.merging import Homes

MOST_FALSE, LEAST_WITH_MODEL, LEAST_WITHOUT = 0.005, 0.85, 0.6


def main() -> int:
    """Print the figures; exit with 1 if a bound is missed."""
    parser = argparse.ArgumentParser(prog="bench.merge", description="How well facts are put together and kept apart.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--split", choices=("test", "train"), default="test")
    parser.add_argument("--misses", type=int, default=0, metavar="N")
    options = parser.parse_args()
    verdicts = judged(pairs(options.split))
    figures = report(verdicts)
    figures["cpu_ms_per_fact"] = cpu_ms(pairs(options.split))
    show(figures | {"misses": misses(verdicts, options.misses)}, as_json=options.json)
    return 0 if holds(figures) else 1


def judged(labelled: Sequence[Pair]) -> list[Verdict]:
    """Decide every pair, each in the memory of somebody of whom facts in the same language are known."""
    rng = random.Random(2026)
    by_language: dict[str, list[Pair]] = defaultdict(list)
    for pair in labelled:
        by_language[pair.language].append(pair)
    verdicts = []
    for number, pair in enumerate(labelled):
        beside = [other for other in by_language[pair.language] if other.one != pair.one]
        verdicts.append(judge(pair, rng.sample(beside, min(BESIDE, len(beside))), number))
    return verdicts


def report(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Return the figures: shares of all pairs, then of each kind and language."""
    same, apart = split(verdicts, lambda verdict: verdict.pair.same)
    false = [verdict for verdict in apart if verdict.by_rules or verdict.by_right_model]
    merged = sum(verdict.by_right_model for verdict in same)
    offered_apart = [verdict for verdict in apart if verdict.offered]
    return {
        "positives": len(same),
        "negatives": len(apart),
        "false_merge_rate": share(len(false), len(apart)),
        "precision_with_model": share(merged, merged + len(false)),
        "recall_with_model": share(merged, len(same)),
        "recall_without_model": share(sum(verdict.by_rules for verdict in same), len(same)),
        "positives_offered": share(sum(verdict.offered for verdict in same), len(same)),
        "wrong_same_refused": share(sum(not v.by_gullible_model for v in offered_apart), len(offered_apart)),
        "false_merge_rate_of_a_gullible_model": share(sum(v.by_gullible_model for v in apart), len(apart)),
        "kinds": table(verdicts, lambda pair: pair.kind),
        "languages": table(verdicts, lambda pair: pair.language),
    }


def table(verdicts: Sequence[Verdict], key: Callable[[Pair], str]) -> list[dict[str, Any]]:
    """Return a row for each group, of the same and of different facts apart."""
    groups: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        groups["same" if verdict.pair.same else "apart", key(verdict.pair)].append(verdict)
    return [
        {
            "group": f"{label} {name}",
            "pairs": f"{len(group)} pairs",
            "by_rules": f"{share(sum(v.by_rules for v in group), len(group))} merged by rules",
            "with_model": f"{share(sum(v.by_right_model for v in group), len(group))} with the model",
        }
        for (label, name), group in sorted(groups.items(), reverse=True)
    ]


def misses(verdicts: Sequence[Verdict], most: int) -> list[dict[str, str]]:
    """Return pairs that were decided wrongly, false merges first."""
    wrong = [verdict for verdict in verdicts if verdict.by_right_model != verdict.pair.same]
    wrong.sort(key=lambda verdict: verdict.pair.same)
    return [{"kind": v.pair.kind, "one": v.pair.one, "other": v.pair.other} for v in wrong[:most]]


def cpu_ms(labelled: Sequence[Pair]) -> float:
    """Return the CPU milliseconds that finding out whether a fact is a known one takes, database excluded."""
    facts = [stated(pair, pair.one, a_message(pair, pair.one, 0)) for pair in labelled]
    known = [tell(pair, pair.other, 0).new_facts[0] for pair in labelled]
    remembered = [Remembered(fact=fact, evidence=()) for fact in known]
    began = time.process_time()
    for fact, one in zip(facts, remembered, strict=True):
        Homes([one], {}).of(fact)
    return round((time.process_time() - began) / len(labelled) * 1000, 3)


def split(verdicts: Sequence[Verdict], test: Callable[[Verdict], bool]) -> tuple[list[Verdict], list[Verdict]]:
    """Return those that pass and those that do not."""
    return [v for v in verdicts if test(v)], [v for v in verdicts if not test(v)]


def share(part: int, whole: int) -> float | None:
    """Return a share, None of nothing."""
    return round(part / whole, 4) if whole else None


def holds(figures: dict[str, Any]) -> bool:
    """Whether the bounds are kept."""
    kept = figures["recall_with_model"] >= LEAST_WITH_MODEL and figures["recall_without_model"] >= LEAST_WITHOUT
    return bool(kept and figures["false_merge_rate"] <= MOST_FALSE)


if __name__ == "__main__":
    raise SystemExit(main())
