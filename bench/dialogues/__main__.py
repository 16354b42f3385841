"""``python -m bench.dialogues``: the offline model, and the checks of the digest, on dialogues with known facts."""

import argparse
from random import Random
from typing import Any

from bench.dialogues import GATE, TUNING, dialogues
from bench.dialogues.adversary import FLAGS, KINDS
from bench.dialogues.generate import SEED
from bench.dialogues.reading import Reading
from bench.dialogues.score import Score
from bench.report import show
from enrichment.adapters.model.offline import digest as offline_answer

FAMILIES = {family.name: family for family in (GATE, TUNING)}
SHARE_OF_BAD = 0.3


def main() -> None:
    """Print the report: figures, never a sentence of a dialogue."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.dialogues",
        description="Score the offline model and the checks on generated dialogues whose facts are known.",
    )
    parser.add_argument("--family", choices=FAMILIES, default=GATE.name, help="templates to draw from (default: gate)")
    parser.add_argument("--count", type=int, default=200, metavar="N", help="dialogues (default: 200)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    readings = [Reading.of(dialogue) for dialogue in dialogues(FAMILIES[chosen.family], chosen.count)]
    report = {"family": chosen.family, "dialogues": len(readings), **offline(readings), **checks(readings)}
    show(report, as_json=chosen.json)


def offline(readings: list[Reading]) -> dict[str, Any]:
    """Return how the offline model does."""
    score = Score()
    for reading in readings:
        score.add(reading.dialogue, reading.digest(offline_answer(reading.prompt)["facts"]).facts)
    return {
        "offline_precision": round(score.precision, 4),
        "offline_recall": round(score.recall, 4),
        "offline_wrong_speaker": score.wrong_speaker,
        "offline_date_accuracy": round(score.date_accuracy, 4),
        "offline_missed": dict(score.missed.most_common()),
        "offline_wrong": dict(score.wrong.most_common()),
    }


def checks(readings: list[Reading]) -> dict[str, Any]:
    """Return what the checks keep of perfect answers that are mixed with bad items."""
    score, bad, misjudged = Score(), 0, 0
    for number, reading in enumerate(readings):
        items, expected = mixed(reading, Random(f"{SEED} {number}"))
        digest = reading.digest(items)
        score.add(reading.dialogue, digest.facts)
        bad += len(expected)
        misjudged += sum(reason not in {str(each) for each in allowed} for reason, allowed in judged(digest, expected))
    return {
        "checks_precision": round(score.precision, 4),
        "checks_recall": round(score.recall, 4),
        "checks_bad_items": bad,
        "checks_bad_items_misjudged": misjudged,
    }


def mixed(reading: Reading, draw: Random) -> tuple[list[Any], list[tuple[dict[str, Any], Any]]]:
    """Return an answer of which 30 % is bad, in any order, and the bad items with the reasons that may be given."""
    good = reading.perfect()
    count = max(1, round(len(good) * SHARE_OF_BAD / (1 - SHARE_OF_BAD)))
    bad = [KINDS[kind](draw.choice(good), reading, draw) for kind in draw.sample(sorted(KINDS), count)]
    items = [*good, *(item for item, _ in bad)]
    draw.shuffle(items)
    return items, bad


def judged(digest: Any, bad: list[tuple[dict[str, Any], Any]]) -> list[tuple[str, Any]]:  # noqa: ANN401 - a digest
    """Return for each bad item the reason that was given, ``kept`` if it was kept."""
    refused = {id_of(each.item): each.reason.value for each in digest.refused if each.reason.value != "repeated"}
    flagged = {fact.statement: fact.flagged for fact in digest.facts if fact.flagged in FLAGS}
    repeated = {id_of(each.item) for each in digest.refused if each.reason.value == "repeated"}
    found = []
    for item, allowed in bad:
        reason = (
            refused.get(id_of(item)) or flagged.get(item["s"]) or ("repeated" if id_of(item) in repeated else "kept")
        )
        found.append((reason, allowed))
    return found


def id_of(item: dict[str, Any]) -> str:
    """Return what two equal items have in common."""
    return repr(sorted(item.items()))


if __name__ == "__main__":
    main()
