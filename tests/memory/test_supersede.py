from dataclasses import dataclass
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from enrichment.domain.dates import Granularity, Interval
from enrichment.domain.facts import FactState
from tests.memory.book import Book, a_fact, a_message, day

ACTIVE, SUPERSEDED = FactState.ACTIVE, FactState.SUPERSEDED


def span(start: float | None, end: float | None) -> Interval:
    return Interval(
        None if start is None else day(start), None if end is None else day(end), granularity=Granularity.DAY
    )


def test_a_late_report_of_the_past_does_not_supersede_the_present() -> None:
    book = Book()
    book.say("Hamburg", 100)
    book.say("Berlin", 1)

    assert book.story() == [("Berlin", SUPERSEDED, day(1), day(100)), ("Hamburg", ACTIVE, day(100), None)]


def test_the_stated_time_counts_and_not_that_of_saying_it() -> None:
    book = Book()
    book.say("Hamburg", 100)
    book.say("Berlin", 200, occurred=span(50, 51))

    assert [fact.object for fact in book.facts(ACTIVE)] == ["Hamburg"]
    assert book.the("Berlin").valid_from == day(50)


def test_a_statement_with_an_end_never_supersedes_a_current_one() -> None:
    book = Book()
    book.say("Hamburg", 100)
    book.say("Berlin", 200, occurred=span(None, 150))

    assert (book.the("Hamburg").state, book.the("Hamburg").valid_until) == (ACTIVE, None)
    assert (book.the("Berlin").valid_until, book.the("Berlin").superseded_by) == (day(150), None)


def test_years_that_are_over_do_not_supersede_either() -> None:
    book = Book()
    book.say("Hamburg", 100)
    book.say("Berlin", 5000, occurred=span(1000, 3000))

    assert book.the("Hamburg").valid_until is None
    assert (book.the("Berlin").valid_from, book.the("Berlin").valid_until) == (day(1000), day(3000))


def test_an_end_closes_what_was_current() -> None:
    book = Book()
    book.say("Berlin", 1)
    book.say("Berlin", 200, occurred=span(None, 150))

    assert book.story() == [("Berlin", ACTIVE, day(1), day(150))]
    assert book.the("Berlin").evidence_count == 2


def test_a_late_report_between_two_of_one_place_parts_them() -> None:
    book = Book()
    for at, city in [(1, "Berlin"), (3, "Berlin"), (2, "Hamburg")]:
        book.say(city, at)

    assert book.story() == [
        ("Berlin", SUPERSEDED, day(1), day(2)),
        ("Hamburg", SUPERSEDED, day(2), day(3)),
        ("Berlin", ACTIVE, day(3), None),
    ]
    assert [fact.evidence_count for fact in book.facts()] == [1, 1, 1]


@dataclass(frozen=True)
class Word:
    """What one message says: an object, when, and from when until when it holds."""

    number: int
    thing: str
    at: int
    occurred: Interval | None
    predicate: str


intervals = st.one_of(
    st.none(),
    st.none(),
    st.builds(lambda start, length: span(start, start + length), st.integers(0, 30), st.sampled_from([1, 7, 400])),
    st.builds(span, st.integers(0, 30), st.none()),
    st.builds(span, st.none(), st.integers(0, 30)),
)
PREDICATES = st.sampled_from(["lives in", "likes", "dislikes"])
words = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 30), intervals, PREDICATES),
    min_size=1,
    max_size=7,
).map(lambda drawn: [Word(number, *fields) for number, fields in enumerate(drawn)])


def told(order: list[Word], size: int = 1) -> Book:
    """Return the memory after these words, read in batches of this size."""
    book = Book()
    for start in range(0, len(order), size):
        batch = order[start : start + size]
        messages = [a_message(f"{word.number}", word.at) for word in batch]
        facts = [
            a_fact(word.thing, message, occurred=word.occurred, predicate=word.predicate)
            for word, message in zip(batch, messages, strict=True)
        ]
        book.tell(*facts, messages=tuple(messages))
    return book


@given(words, st.data(), st.integers(1, 4))
@settings(max_examples=200)
def test_reports_in_any_order_and_any_batches_end_in_the_same_state(
    reports: list[Word], data: st.DataObject, size: int
) -> None:
    shuffled = data.draw(st.permutations(reports))

    ordered, late = told(sorted(reports, key=lambda word: word.at)), told(shuffled, size)

    assert set(ordered.story()) == set(late.story())
    assert len(ordered.story()) == len(late.story())


def test_two_rows_that_turn_out_to_be_one_stretch_of_time_become_one() -> None:
    book = Book()
    book.say("Berlin", 200, occurred=span(None, 100))
    book.say("Berlin", 150)
    book.say("Berlin", 50)

    assert book.story() == [("Berlin", ACTIVE, day(50), None)]
    assert [(f.state_reason, f.evidence_count) for f in book.facts(FactState.RETRACTED)] == [("merged", 0)]


@given(words)
def test_a_single_valued_claim_has_at_most_one_current_object(reports: list[Word]) -> None:
    book = told(reports)

    current = [fact for fact in book.facts(ACTIVE) if fact.valid_until is None and fact.claim.predicate == "lives in"]
    assert len(current) <= 1


@given(words)
def test_every_message_is_evidence_for_exactly_one_fact_it_states(reports: list[Word]) -> None:
    book = told(reports)

    cited = sorted(evidence.ref.point_id for one in book.kept.values() for evidence in one.evidence)
    assert cited == sorted(str(word.number) for word in reports)
    assert all(
        one.fact.valid_until is None or one.fact.valid_from <= one.fact.valid_until for one in book.kept.values()
    )


@given(words)
def test_telling_everything_again_changes_nothing(reports: list[Word]) -> None:
    book = told(reports)
    before = dict(book.kept)

    for word in reports:
        message = a_message(f"{word.number}", word.at)
        fact = a_fact(word.thing, message, occurred=word.occurred, predicate=word.predicate)
        book.tell(fact, messages=(message,))

    assert book.kept == before


def test_a_superseded_fact_ends_no_later_than_its_successor_begins() -> None:
    book = Book()
    for at in range(10):
        book.say("ab"[at % 2], at)

    assert all(fact.valid_until == fact.valid_from + timedelta(days=1) for fact in book.facts(SUPERSEDED))
    assert len(book.facts(ACTIVE)) == 1


def test_a_stretch_before_a_known_one_leaves_that_ones_row_alone() -> None:
    book = Book()
    book.say("Hamburg", 3)
    book.say("Berlin", 5)
    changes = book.say("Berlin", 1)

    assert [(fact.object, fact.valid_from) for fact in changes.new_facts] == [("Berlin", day(1))]
    assert (changes.revised_facts, changes.withdrawn) == ((), ())
