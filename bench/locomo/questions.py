"""The questions of a LoCoMo file that ask for a time, with the gold answer as an interval where it is one."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bench.locomo.conversation import Turn, read

CATEGORY = 2
_MONTHS = tuple(date(2024, number, 1).strftime("%B").casefold() for number in range(1, 13))
_WEEKDAYS = tuple(date(2024, 1, number).strftime("%A").casefold() for number in range(1, 8))
_MONTH = rf"({'|'.join(_MONTHS)}|janury)"
_DAY = rf"(\d{{1,2}}) ?{_MONTH},? ?(\d{{4}})"
_COUNTS = {"": 1, "two ": 2, "three ": 3}
_SIDES = rf"(?:the )?(two |three )?(week|weekend|{'|'.join(_WEEKDAYS)})s? (before|after|of) {_DAY}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeQuestion:
    """A question, the days [start, end) that answer it, and the turns that tell."""

    text: str
    answer: str
    gold: tuple[date, date]
    evidence: tuple[Turn, ...]


def time_questions(path: Path) -> Iterator[TimeQuestion]:
    """Yield the questions of category 2 whose answer is a day, week, weekend, month or year."""
    for sample in json.loads(path.read_text(encoding="utf-8")):
        turns = {turn.turn_id: turn for turn in read(path, sample["sample_id"]).turns}
        for asked in sample["qa"]:
            gold = interval(str(asked["answer"])) if asked["category"] == CATEGORY else None
            evidence = tuple(turns[turn_id] for turn_id in asked.get("evidence", ()) if turn_id in turns)
            if gold is not None and evidence:
                yield TimeQuestion(text=asked["question"], answer=str(asked["answer"]), gold=gold, evidence=evidence)


def interval(answer: str) -> tuple[date, date] | None:
    """Return the days that a gold answer means: "the week before 9 June 2023" is the seven days up to the 8th.

    Written apart from the program's own resolver, which it judges.
    """
    text = " ".join(answer.casefold().strip(" .").split())
    if found := re.fullmatch(_SIDES, text):
        return _beside(found[2], _COUNTS[found[1] or ""], found[3], _day(found[4], found[5], found[6]))
    if found := re.fullmatch(_DAY, text):
        day = _day(found[1], found[2], found[3])
        return day, day + timedelta(days=1)
    if found := re.fullmatch(rf"{_MONTH},? (\d{{4}})", text):
        number, year = _number(found[1]), int(found[2])
        return date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)
    if found := re.fullmatch(r"(?:since )?(\d{4})", text):
        return date(int(found[1]), 1, 1), date(int(found[1]) + 1, 1, 1)
    return None


def _day(day: str, month: str, year: str) -> date:
    return date(int(year), _number(month), int(day))


def _number(month: str) -> int:
    return 1 if month == "janury" else _MONTHS.index(month) + 1


def _beside(unit: str, count: int, side: str, day: date) -> tuple[date, date]:
    if unit == "week":
        start = day - timedelta(days=day.weekday()) if side == "of" else day
        start += timedelta(weeks={"before": -count, "after": count - 1, "of": 0}[side])
        return start, start + timedelta(weeks=1)
    number = 5 if unit == "weekend" else _WEEKDAYS.index(unit)
    if side == "of":
        start = day - timedelta(days=day.weekday()) + timedelta(days=number)
    elif side == "before":
        start = day - timedelta(days=(day.weekday() - number - 1) % 7 + 1) - timedelta(weeks=count - 1)
    else:
        start = day + timedelta(days=(number - day.weekday() - 1) % 7 + 1) + timedelta(weeks=count - 1)
    return start, start + timedelta(days=2 if unit == "weekend" else 1)
