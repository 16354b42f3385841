"""Thirty changes of one value, with noise, ends and late reports between, in a hundred orders: one story."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from enrichment.domain.facts import FactState
from tests.memory.book import Book, Told, a_fact, a_message, day
from tests.memory.test_supersede import span

ACTIVE, SUPERSEDED = FactState.ACTIVE, FactState.SUPERSEDED
CHANGES = 30
LAST = CHANGES - 1
PERIOD = 100
BATCHES = (7, 20, 60)


@dataclass(frozen=True)
class Report:
    """What one message states: an object of a predicate, said on a day, of a span of days if any."""

    name: str
    thing: str
    said: float
    start: float | None = None
    end: float | None = None
    predicate: str = "lives in"
    qualifier: str = ""


def city(number: int) -> str:
    return f"Town {number}"


def moved(number: int) -> list[Report]:
    """Say that one lives there, once more, and sometimes long after having left."""
    at = number * PERIOD
    said = [
        Report(f"moved {number}", city(number), at, predicate="moved to"),
        Report(f"again {number}", city(number), at + 40),
        Report(f"late {number}", city(number), at + 700, start=at + 10, end=at + 11),
    ]
    # "I lived there until …": said long after the move, when read late, before it.
    return [*said, Report(f"until {number}", city(number), at + 900, end=at + PERIOD)] if number < LAST else said


def noise(number: int) -> list[Report]:
    """Say things that end nothing: of other claims, of many values, of a holiday home, and of what is long over."""
    at = number * PERIOD + 17
    return [
        Report(f"like {number}", city(number), at, predicate="likes"),
        Report(f"job {number}", f"job {number % 3}", at, predicate="works as"),
        Report(f"home {number}", f"Hut {number}", at, qualifier="holidays"),
        Report(f"once {number}", f"Childhood {number}", at, start=-5000 - number, end=-4000 - number),
    ]


REPORTS = [report for number in range(CHANGES) for report in (*moved(number), *noise(number))]


def told(reports: Sequence[Report], size: int) -> Book:
    book = Book()
    for begin in range(0, len(reports), size):
        batch = reports[begin : begin + size]
        messages = [a_message(report.name, report.said) for report in batch]
        facts = [
            a_fact(
                report.thing,
                message,
                predicate=report.predicate,
                qualifier=report.qualifier,
                occurred=None if report.end is None else span(report.start, report.end),
            )
            for report, message in zip(batch, messages, strict=True)
        ]
        book.tell(*facts, messages=tuple(messages))
    return book


def lived(book: Book) -> list[Told]:
    found = [f for f in book.facts() if f.claim.predicate == "lives in" and f.object.startswith("Town")]
    return [(f.object, f.state, f.valid_from, f.valid_until) for f in found if f.state_reason != "merged"]


@pytest.fixture(scope="module")
def in_order() -> Book:
    return told(sorted(REPORTS, key=lambda report: report.said), 1)


def test_the_history_is_complete_and_its_last_town_is_the_current_one(in_order: Book) -> None:
    past = [(city(n), SUPERSEDED, day(n * PERIOD), day((n + 1) * PERIOD)) for n in range(LAST)]

    assert lived(in_order) == [*past, (city(LAST), ACTIVE, day(LAST * PERIOD), None)]


def test_no_stale_claim_is_served(in_order: Book) -> None:
    single = [fact for fact in in_order.facts(ACTIVE) if fact.claim.predicate in {"lives in", "job title"}]

    current = sorted(fact.object for fact in single if fact.valid_until is None)
    assert current == sorted([city(LAST), f"Hut {LAST}", f"job {LAST % 3}"])
    assert all(fact.object.startswith("Childhood") for fact in single if fact.valid_until is not None)


@pytest.mark.parametrize("seed", range(100))
def test_any_order_of_delivery_ends_in_the_same_state(in_order: Book, seed: int) -> None:
    rng = random.Random(seed)
    shuffled = rng.sample(REPORTS, len(REPORTS))

    late = told(shuffled, BATCHES[seed % len(BATCHES)])

    assert late.story() == in_order.story()
