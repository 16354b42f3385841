"""A fact that goes leaves the timeline as if nobody had ever said it, and a correction stands in its place."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from enrichment.domain.changes import Changes
from enrichment.domain.facts import FactState
from enrichment.domain.feedback import Feedback, Verdict
from enrichment.memory.feedback import correction_of, judged
from enrichment.memory.mend import mended
from tests.memory.book import Book, Told, day

ACTIVE, SUPERSEDED = FactState.ACTIVE, FactState.SUPERSEDED


def incorrect(book: Book, thing: str, at: float, correction: str | None = None) -> None:
    """Say of a fact that it is incorrect."""
    fact = book.the(thing)
    feedback = Feedback(
        feedback_id=uuid.UUID(int=9),
        user_id="u1",
        fact_id=fact.fact_id,
        verdict=Verdict.INCORRECT,
        given_at=day(at),
        correction=correction,
    )
    changes = mended({fact.fact_id}, list(book.kept.values()), correction_of(fact, feedback))
    gone = judged(fact, Verdict.INCORRECT, is_new=True)
    revised = (gone, *changes.revised_facts)
    book.apply(Changes(new_facts=changes.new_facts, revised_facts=revised, evidence=changes.evidence))


def served(book: Book) -> list[Told]:
    """Return what holds or held, without what was retracted."""
    return [told for told in book.story() if told[1] in {ACTIVE, SUPERSEDED}]


def test_what_an_incorrect_fact_had_superseded_holds_again() -> None:
    book = Book()
    book.say("Berlin", 1)
    book.say("Paris", 10)

    incorrect(book, "Paris", 20)

    assert served(book) == [("Berlin", ACTIVE, day(1), None)]


def test_what_came_after_an_incorrect_fact_ends_what_was_before_it() -> None:
    book = Book()
    for thing, at in (("Berlin", 1), ("Paris", 10), ("Rome", 20)):
        book.say(thing, at)

    incorrect(book, "Paris", 30)

    assert served(book) == [("Berlin", SUPERSEDED, day(1), day(20)), ("Rome", ACTIVE, day(20), None)]
    assert book.the("Berlin").superseded_by == book.the("Rome").fact_id


def test_a_correction_ends_what_held_before_and_later_news_ends_the_correction() -> None:
    book = Book()
    book.say("Berlin", 1)
    book.say("Paris", 10)

    incorrect(book, "Paris", 20, "Hamburg")
    book.say("Rome", 30)

    assert served(book) == [
        ("Berlin", SUPERSEDED, day(1), day(20)),
        ("Hamburg", SUPERSEDED, day(20), day(30)),
        ("Rome", ACTIVE, day(30), None),
    ]


def test_a_repeat_of_what_was_corrected_changes_nothing_that_is_served() -> None:
    book = Book()
    book.say("Paris", 10)
    incorrect(book, "Paris", 20, "Hamburg")

    book.say("Paris", 30)

    assert served(book) == [("Hamburg", ACTIVE, day(20), None)]


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 50)), min_size=2, max_size=6, unique_by=lambda w: w[1])
)
def test_the_rest_is_as_if_the_fact_had_never_been_said(words: list[tuple[str, int]]) -> None:
    book, without = Book(), Book()
    for thing, at in words:
        book.say(thing, at)
    gone = next(fact for fact in book.facts(ACTIVE, SUPERSEDED))
    evidence = {one.quote for one in book.kept[gone.fact_id].evidence}
    for thing, at in words:
        [without.say(thing, at) for _ in [0] if f"{thing}@{at}" not in evidence]

    changes = mended({gone.fact_id}, list(book.kept.values()))
    del book.kept[gone.fact_id]
    book.apply(Changes(revised_facts=changes.revised_facts, new_facts=changes.new_facts))

    assert served(book) == served(without)
