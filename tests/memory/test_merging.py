"""Other words for a known fact are linked to it; numbers, negations, times and other people never are."""

import pytest

from enrichment.domain.batches import Known
from enrichment.domain.changes import MergeReason
from enrichment.domain.dates import Granularity, Interval
from enrichment.domain.digest import Operation
from enrichment.domain.facts import Fact, FactState, Remembered
from enrichment.memory.unmerge import unmerged
from tests.memory.book import Book, a_fact, a_message, day

ACTIVE, RETRACTED = FactState.ACTIVE, FactState.RETRACTED


def likes(book: Book, thing: str, at: float, **other: object) -> None:
    """Say that the user likes something."""
    book.say(thing, at, **({"predicate": "likes", "statement": f"The user likes {thing}"} | other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("board games", "Board-Games!"),
        ("tea", "the tea"),
        ("two cats", "2 cats"),
        ("guitar and piano", "piano, guitar"),
        ("hiking with Tom in May", "hiking in May with Tom"),
        ("mom's pies", "mother's pies"),
        ("Klavier und Gitarre", "Gitarre, Klavier"),
        ("café con leche", "el café con leche"),
        ("Кофе и чай", "чай, кофе"),
        ("ёлка", "елка"),
        ("ｊａｚｚ", "the jazz"),
        ("القَهْوَة والشاي", "الشاي والقهوة"),
        ("妈妈的菜", "母亲的菜"),
        ("两只猫", "2只猫"),
        ("👍🏽", "👍🏻"),
    ],
)
def test_one_thing_in_other_words_is_one_fact(one: str, other: str) -> None:
    book = Book()
    likes(book, one, 1)
    likes(book, other, 2)

    assert [(fact.object, fact.evidence_count) for fact in book.facts(ACTIVE)] == [(one, 2)]
    assert [(fact.object, fact.state_reason) for fact in book.facts(RETRACTED)] == [(other, "merged")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("two cats", "three cats"),
        ("tea over coffee", "coffee over tea"),
        ("trains from Rome to Oslo", "trains from Oslo to Rome"),
        ("dogs", "not dogs"),
        ("Anna's cakes", "Hanna's cakes"),
        ("his guitar", "her guitar"),
        ("runs of 5 km", "runs of 5 miles"),
        ("winter", "winters in 2019"),
        ("吃肉", "不吃肉"),
        ("狗咬人的故事", "人咬狗的故事"),
        ("pizza 👍", "pizza 👎"),
    ],
)
def test_two_things_in_similar_words_are_two_facts(one: str, other: str) -> None:
    book = Book()
    likes(book, one, 1)
    likes(book, other, 2)

    assert [(fact.object, fact.evidence_count) for fact in book.facts()] == [(one, 1), (other, 1)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The user likes tea", "The user does not like tea"),
        ("The user likes tea", "The user used to like tea"),
        ("The user has two cats", "The user has three cats"),
    ],
)
def test_the_same_object_is_not_the_same_fact_where_the_statement_says_otherwise(one: str, other: str) -> None:
    book = Book()
    thing = "tea" if "tea" in one else "cats"
    likes(book, thing, 1, statement=one)
    likes(book, thing, 2, statement=other)

    assert [fact.evidence_count for fact in book.facts(ACTIVE)] == [1, 1]


def test_an_event_of_another_year_is_another_one() -> None:
    book, years = Book(), [Interval(day(at), day(at + 366), Granularity.YEAR) for at in (0, 366, 0)]
    for at, year in enumerate(years, 2000):
        book.say("Rome", at, predicate="visited", occurred=year)

    assert [(fact.object, fact.evidence_count) for fact in book.facts(ACTIVE)] == [("Rome", 2), ("Rome", 1)]


def test_the_opposite_of_a_fact_in_other_words_ends_it() -> None:
    book = Book()
    likes(book, "board games", 1)
    likes(book, "the board games", 5, predicate="dislikes")

    assert [fact.claim.predicate for fact in book.facts(ACTIVE)] == ["dislikes"]


def shown(book: Book, thing: str) -> Known:
    return Known(facts={"K1": book.the(thing)})


def say_same(book: Book, thing: str, at: float, known: Known, **other: object) -> None:
    """Let the model say that something is the known fact K1."""
    message = a_message(f"{thing}@{at}", at)
    told = {"predicate": "likes", "statement": f"The user likes {thing}", "operation": Operation.SAME, "known": "K1"}
    book.tell(a_fact(thing, message, **(told | other)), messages=(message,), known=known)


def test_a_paraphrase_is_the_models_to_decide_and_is_filed_under_it_from_then_on() -> None:
    book = Book()
    likes(book, "long walks by the sea", 1)
    say_same(book, "strolling along the beach", 2, shown(book, "long walks by the sea"))
    likes(book, "strolling along the beach", 3)

    [link] = book.merged.values()
    assert (link.reason, link.decided_by, link.wording.object) == (
        MergeReason.MODEL,
        "test",
        "strolling along the beach",
    )
    assert [(fact.object, fact.evidence_count) for fact in book.facts(ACTIVE)] == [("long walks by the sea", 3)]


@pytest.mark.parametrize(
    ("thing", "other"),
    [
        ("walks of 10 km", {}),
        ("no walks at all", {}),
        ("walks with Anna", {"subject": "her sister"}),
        ("walks", {"predicate": "dislikes"}),
        ("hikes with Paula", {}),
    ],
)
def test_a_same_that_code_can_refute_is_refused(thing: str, other: dict[str, str]) -> None:
    book = Book()
    likes(book, "walks of 5 km with Hanna", 1)
    say_same(book, thing, 2, shown(book, "walks of 5 km with Hanna"), **other)

    assert [fact.evidence_count for fact in book.facts(ACTIVE)] == [1, 1]
    assert book.merged == {}


def test_a_german_noun_is_no_name() -> None:
    book = Book()
    likes(book, "Spaziergänge im Wald", 1, statement="Mara mag Spaziergänge im Wald")
    say_same(book, "das Wandern im Grünen", 2, shown(book, "Spaziergänge im Wald"), statement="Mara mag das Wandern")

    assert [fact.evidence_count for fact in book.facts(ACTIVE)] == [2]


@pytest.mark.parametrize(
    ("predicate", "one", "other"),
    [
        ("has friend", "eine Freundin, Karla", "eine Freundin, Bernadette"),
        ("likes", "Urlaub mit Karla", "Ferien mit Bernadette"),
        ("likes", "eine Reise nach Paris", "eine Fahrt nach Hamburg"),
    ],
)
def test_a_german_name_is_one(predicate: str, one: str, other: str) -> None:
    book = Book()
    likes(book, one, 1, predicate=predicate, statement=f"Mara mag sehr {one}")
    say_same(book, other, 2, shown(book, one), predicate=predicate, statement=f"Mara mag sehr {other}")

    assert [fact.evidence_count for fact in book.facts(ACTIVE)] == [1, 1]


def test_what_feedback_retracted_does_not_come_back_in_other_words() -> None:
    book = Book()
    likes(book, "board games", 1)
    book.retract("board games")
    likes(book, "the board games", 2)

    assert book.facts(ACTIVE) == []


def test_a_reading_of_the_same_words_again_links_nothing_twice() -> None:
    book = Book()
    likes(book, "board games", 1)
    likes(book, "the board games", 2)
    before = dict(book.kept)
    likes(book, "the board games", 2)

    assert book.kept == before


def undo(book: Book) -> tuple[Fact, Fact]:
    """Undo the one link of a book; return the wording and the fact after it."""
    [link] = book.merged.values()
    own = Remembered(fact=link.wording, evidence=link.evidence)
    into = book.kept[link.into].fact
    parted = unmerged(own, into, list(book.kept.values()))
    after = {fact.fact_id: fact for fact in parted.mended.revised_facts}
    return after[link.wording.fact_id], after[link.into]


def test_undoing_a_merge_gives_both_facts_back_as_they_would_be_alone() -> None:
    book, alone = Book(), Book()
    likes(book, "board games", 1)
    likes(alone, "board games", 1)
    likes(book, "the board games", 2)

    wording, fact = undo(book)

    assert fact == alone.the("board games")
    assert (wording.state, wording.evidence_count, wording.superseded_by) == (ACTIVE, 1, None)
    assert wording.confidence == pytest.approx(fact.confidence)


def test_undoing_a_merge_of_a_single_valued_claim_lets_the_values_end_each_other() -> None:
    book = Book()
    book.say("NYC", 1)
    book.say("New York", 2)

    wording, fact = undo(book)

    assert (wording.object, wording.state) == ("New York", ACTIVE)
    assert (fact.state, fact.superseded_by, fact.valid_until) == (FactState.SUPERSEDED, wording.fact_id, day(2))
