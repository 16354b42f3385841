"""`python -m bench.calibration [--json] [--fit]`: whether confidence is the share of facts that are true.

The weights in `memory/confidence.py` are those that ``--fit`` prints for the train split, rounded; the test split has
sentences of its own and is only measured.
"""

import argparse
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bench.calibration.ceiling import chance_of_truth
from bench.calibration.people import Crowd, people
from bench.calibration.reading import Held, held
from bench.calibration.wordings import TEST, TRAIN
from bench.report import show
from enrichment.domain.facts import Certainty

MOST_ECE, LEAST_AUC = 0.1, 0.75
BINS = 10


def main() -> int:
    """Print the figures; exit with 1 if a bound is missed."""
    parser = argparse.ArgumentParser(prog="bench.calibration", description="Whether confidence is what it says.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--fit", action="store_true", help="print what the train split says that the weights should be")
    options = parser.parse_args()
    train = measured(Crowd(TRAIN, seed=1))
    if options.fit:
        show(fit(train), as_json=options.json)
        return 0
    nothing_shows = Crowd(TEST, seed=3, false_show=0.0)
    figures = report(measured(Crowd(TEST, seed=2)), train, measured(nothing_shows))
    figures["auc_hidden_at_best"] = round(at_best(nothing_shows), 3)
    figures["reliability"] = figures.pop("reliability")
    show(figures, as_json=options.json)
    return 0 if holds(figures) else 1


def measured(crowd: Crowd) -> list[Held]:
    """Return every fact that people have told, as it is held at the end."""
    return [one for number, told in enumerate(people(crowd)) for one in held(number, told)]


def report(test: Sequence[Held], train: Sequence[Held], hidden: Sequence[Held]) -> dict[str, Any]:
    """Return the figures of the test split, and beside them those of the train split.

    And those of the test split where nothing false shows in its words (``hidden``); the reliability table comes last.
    """
    return {
        "facts": len(test),
        "false_share": round(sum(not one.is_true for one in test) / len(test), 3),
        "ece": round(ece(test), 3),
        "auc": round(auc(test), 3),
        "ece_train": round(ece(train), 3),
        "auc_train": round(auc(train), 3),
        "ece_hidden": round(ece(hidden), 3),
        "auc_hidden": round(auc(hidden), 3),
        "ece_single_message": round(ece([one for one in test if one.sayings == 1]), 3),
        "reliability": reliability(test),
    }


def ece(facts: Sequence[Held]) -> float:
    """Return the expected calibration error: how far confidence is from the share that is true, over ten bins."""
    return sum(abs(_mean(group) - _true(group)) * len(group) for group in _bins(facts).values()) / len(facts)


def auc(facts: Sequence[Held]) -> float:
    """Return how often a true fact is held surer than a false one, a tie counting half."""
    return _area([(one.confidence, one.is_true) for one in facts])


def at_best(crowd: Crowd) -> float:
    """Return the area that nobody can exceed who goes by repeats, certainty and verdicts, and not by words."""
    return _area([(chance_of_truth(one), one.is_true) for told in people(crowd) for one in told])


def _area(facts: Sequence[tuple[float, bool]]) -> float:
    true = [confidence for confidence, is_true in facts if is_true]
    false = [confidence for confidence, is_true in facts if not is_true]
    won = sum((t > f) + (t == f) / 2 for t in true for f in false)
    return won / (len(true) * len(false))


def reliability(facts: Sequence[Held]) -> list[dict[str, str]]:
    """Return a row for each bin that has facts."""
    return [
        {
            "bin": f"{number / BINS:.1f} to {(number + 1) / BINS:.1f}",
            "facts": f"{len(group)} facts",
            "held": f"held {_mean(group):.3f}",
            "true": f"true {_true(group):.3f}",
        }
        for number, group in sorted(_bins(facts).items())
    ]


def fit(facts: Sequence[Held]) -> dict[str, Any]:
    """Return the share of true ones among the facts said once and not judged: by certainty, and what doubts leave."""
    once = [one for one in facts if one.sayings == 1 and one.verdict is None]
    plain = {each: _true([one for one in once if one.certainty is each and not one.doubts]) for each in Certainty}
    weights: dict[str, Any] = {each.value: round(share, 3) for each, share in plain.items()}
    for doubt in ("joke", "hedge", "hypothetical"):
        told = [one for one in once if one.doubts == (doubt,)]
        weights[doubt] = round(_true(told) / (sum(plain[one.certainty] for one in told) / len(told)), 3)
    return weights


def holds(figures: dict[str, Any]) -> bool:
    """Whether the bounds are kept."""
    return bool(figures["ece"] <= MOST_ECE and figures["auc"] >= LEAST_AUC)


def _bins(facts: Sequence[Held]) -> dict[int, list[Held]]:
    bins: dict[int, list[Held]] = defaultdict(list)
    for one in facts:
        bins[min(BINS - 1, int(one.confidence * BINS))].append(one)
    return bins


def _mean(facts: Sequence[Held]) -> float:
    return sum(one.confidence for one in facts) / len(facts)


def _true(facts: Sequence[Held]) -> float:
    return sum(one.is_true for one in facts) / len(facts) if facts else 0.0


if __name__ == "__main__":
    raise SystemExit(main())
