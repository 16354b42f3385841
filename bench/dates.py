"""``python -m bench.dates``: how often the time words of a conversation lead to the gold date, by rules alone."""

import argparse
import re
from collections.abc import Sequence
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

from bench.locomo.conversation import Turn
from bench.locomo.questions import TimeQuestion, time_questions
from bench.report import show
from enrichment.digest.words import content
from enrichment.domain.dates import Granularity, Interval
from enrichment.domain.resolve_dates import resolve
from enrichment.domain.spot_dates import spot

Days = tuple[date, date]
EXAMPLES = """\
examples:
  python -m bench.dates --data locomo10.json
  python -m bench.dates --data locomo10.json --json

A question counts as right if at least half of the predicted days lie within the gold ones. Where a turn has no words
for a time, the day of its session is predicted, as the baseline does everywhere.
LoCoMo: https://github.com/snap-research/locomo (CC BY-NC 4.0, not shipped).
"""
_DAYS = {Granularity.DAY: 1, Granularity.WEEK: 7, Granularity.MONTH: 31, Granularity.SEASON: 92, Granularity.YEAR: 365}


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.dates",
        description="Resolve the time words behind LoCoMo's questions about times, and compare with the gold answers.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="LoCoMo's JSON file")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args()
    show(measure(tuple(time_questions(chosen.data))), as_json=chosen.json)


def measure(questions: Sequence[TimeQuestion]) -> dict[str, Any]:
    """Return shares of questions; ``wrong`` names those that were resolved to other days."""
    predicted = [predict(question) for question in questions]
    right = [within(days, question.gold) for (_, days), question in zip(predicted, questions, strict=True)]
    baseline = [within(session_day(question.evidence[0]), question.gold) for question in questions]
    hard = [ok for ok, session in zip(right, baseline, strict=True) if not session]
    return {
        "questions": len(questions),
        "date_accuracy": _share(right),
        "date_accuracy_session_day": _share(baseline),
        "date_accuracy_where_the_session_day_is_wrong": _share(hard),
        "with_time_words": _share([words is not None for words, _ in predicted]),
        "wrong": [
            {"answer": question.answer, "words": words or "-", "predicted": f"{days[0]} to {days[1]}"}
            for (words, days), question, ok in zip(predicted, questions, right, strict=True)
            if not ok
        ],
    }


def predict(question: TimeQuestion) -> tuple[str | None, Days]:
    """Return the time words of the sentence that has most in common with the question, and the days they mean."""
    asked = content(question.text)
    sentences = [
        (len(asked & content(sentence)), -place, turn, sentence)
        for place, turn in enumerate(question.evidence)
        for sentence in re.split(r"(?<=[.!?])\s+|\s[-–]\s", turn.text)
    ]
    for _, _, turn, sentence in sorted(sentences, key=lambda each: each[:2], reverse=True):
        for spotted in spot(sentence, "en"):
            found = resolve(spotted.words, turn.said_at, UTC, language="en")
            if found is not None:
                return spotted.words, days_of(found)
    return None, session_day(question.evidence[0])


def session_day(turn: Turn) -> Days:
    """Return the day on which a turn was said."""
    day = turn.said_at.date()
    return day, day + timedelta(days=1)


def within(predicted: Days, gold: Days) -> bool:
    """Whether at least half of the predicted days are gold."""
    shared = (min(predicted[1], gold[1]) - max(predicted[0], gold[0])).days
    return 2 * shared >= (predicted[1] - predicted[0]).days


def days_of(found: Interval) -> Days:
    """Return the days of an interval, of one that is open the unit at the end that was said."""
    length = timedelta(days=_DAYS.get(found.granularity, 365))
    start = found.start.date() if found.start else None
    end = found.end.date() if found.end else None
    if start is not None:
        return start, end or start + length
    assert end is not None
    return end - length, end


def _share(flags: Sequence[bool]) -> float | None:
    return round(sum(flags) / len(flags), 3) if flags else None


if __name__ == "__main__":
    main()
