"""How well a memory's strength foretells real reviews: scores by log loss, rank and calibration."""

import csv
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from statistics import fmean

from bench.engines.check import Check
from enrichment.engines import fsrs

SAMPLE = Path(__file__).parent / "data" / "fsrs_reviews.csv"
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Foretold:
    """A review a day or more after the one before: the gap in days, what was foretold, and whether it succeeded."""

    days: float
    share: float
    succeeded: bool


def judged(file: Path, what: str) -> Iterator[Check]:
    """Score the reviews of ``card_id,review_rating,review_time`` rows."""
    reviews = _foretold(file)
    ours = [review.share for review in reviews]
    outcomes = [review.succeeded for review in reviews]
    rule = [0.2 + 0.8 * math.exp(-0.1 * review.days) for review in reviews]
    mean = _running_mean(outcomes)
    loss, of_mean = _log_loss(ours, outcomes), _log_loss(mean, outcomes)
    yield Check(check=f"log loss, {len(reviews)} {what}", value=loss, high=min(0.47, of_mean), naive=of_mean)
    yield Check(
        check=f"log loss, {what}, beside .2 + .8 exp(-.1 t)", value=loss, high=0.47, naive=_log_loss(rule, outcomes)
    )
    yield Check(check=f"AUC, {what}", value=auc(ours, outcomes), low=0.70, naive=auc(rule, outcomes))
    yield Check(check=f"RMSE by bins, {what}", value=_bin_error(ours, outcomes), naive=_bin_error(mean, outcomes))


def _foretold(file: Path) -> list[Foretold]:
    rows: dict[str, list[tuple[float, int]]] = defaultdict(list)
    with file.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            at = datetime.fromisoformat(row["review_time"]).timestamp() / _DAY
            rows[row["card_id"]].append((at, int(row["review_rating"])))
    found = [each for reviews in rows.values() for each in _of_card(sorted(reviews))]
    return [review for _, review in sorted(found, key=lambda each: each[0])]


def _of_card(reviews: Sequence[tuple[float, int]]) -> Iterator[tuple[float, Foretold]]:
    last, strength = reviews[0][0], fsrs.first(reviews[0][1])
    for at, grade in reviews[1:]:
        days = at - last
        if days >= 1:
            share = fsrs.retrievability(days, strength.stability)
            yield at, Foretold(days, share, grade > fsrs.AGAIN)
        last, strength = at, fsrs.after(strength, days, grade)


def _running_mean(outcomes: Sequence[bool]) -> list[float]:
    shares, successes = [], 0
    for i, succeeded in enumerate(outcomes):
        shares.append((successes + 4) / (i + 5))
        successes += succeeded
    return shares


def _log_loss(shares: Sequence[float], outcomes: Sequence[bool]) -> float:
    held = [min(max(share, 1e-4), 1 - 1e-4) for share in shares]
    return -fmean(math.log(p if y else 1 - p) for p, y in zip(held, outcomes, strict=True))


def auc(shares: Sequence[float], outcomes: Sequence[bool]) -> float:
    """Return how often a success was given more than a failure; ties count half."""
    wins, failures = 0.0, 0
    for _, tied in groupby(sorted(zip(shares, outcomes, strict=True)), key=itemgetter(0)):
        ends = [succeeded for _, succeeded in tied]
        failed = len(ends) - sum(ends)
        wins += sum(ends) * (failures + failed / 2)
        failures += failed
    return wins / (failures * sum(outcomes))


def _bin_error(shares: Sequence[float], outcomes: Sequence[bool]) -> float:
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for share, succeeded in zip(shares, outcomes, strict=True):
        bins[int(share * 20)].append((share, succeeded))
    total = sum(len(each) * (fmean(p for p, _ in each) - fmean(y for _, y in each)) ** 2 for each in bins.values())
    return math.sqrt(total / len(shares))
