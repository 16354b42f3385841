import pytest

from enrichment.domain.batches import Known
from enrichment.domain.digest import Digest, Operation
from enrichment.domain.facts import Claim, Slot
from enrichment.memory.claims import claim_of, fact_id, looked_up, slot_of, value_of
from enrichment.memory.remember import touched
from tests.memory.book import Book, a_batch, a_fact, a_message

MESSAGE = a_message("m", 0)


@pytest.mark.parametrize("written", ["lives in", "Lives_In", "resides-in", " MOVED TO "])
def test_ways_to_write_a_predicate_are_one_claim(written: str) -> None:
    assert claim_of(a_fact("Berlin", MESSAGE, predicate=written, subject=" User")) == Claim("user", "lives in")


@pytest.mark.parametrize(
    "written", ["dislikes", "hates", "no_longer_likes", "does not enjoy", "don't_like", "not like"]
)
def test_ways_to_deny_a_predicate_are_one_claim(written: str) -> None:
    assert claim_of(a_fact("tea", MESSAGE, predicate=written)) == Claim("user", "dislikes")


@pytest.mark.parametrize("written", ["no longer lives in", "never visited", "not"])
def test_what_no_table_knows_is_kept_as_it_was_written(written: str) -> None:
    assert claim_of(a_fact("Berlin", MESSAGE, predicate=written)) == Claim("user", written)


def test_the_objects_of_a_single_valued_claim_share_a_slot_and_others_do_not() -> None:
    home, likes = Claim("user", "lives in"), Claim("user", "likes")

    assert slot_of(home, "berlin") == slot_of(home, "hamburg")
    assert slot_of(likes, "tea") != slot_of(likes, "coffee")


def test_opposites_of_one_object_share_a_slot() -> None:
    likes, dislikes = Claim("user", "likes"), Claim("user", "dislikes")

    assert slot_of(likes, "tea") == slot_of(dislikes, "tea") != slot_of(dislikes, "coffee")
    assert {slot.claim for slot in looked_up(slot_of(dislikes, "tea"))} == {likes, dislikes}
    assert value_of(likes, "tea") != value_of(dislikes, "tea")


def test_the_qualifier_keeps_claims_apart() -> None:
    book = Book()
    book.say("Berlin", 1, qualifier="weekdays")
    book.say("Hamburg", 2, qualifier="weekends")

    assert {fact.state.value for fact in book.facts()} == {"active"}


def test_an_id_names_user_bot_scope_claim_object_and_first_message() -> None:
    claim = Claim("user", "lives in")
    base = fact_id("u", "b", "s", claim, "berlin", b"1")
    others = [
        fact_id("v", "b", "s", claim, "berlin", b"1"),
        fact_id("u", "c", "s", claim, "berlin", b"1"),
        fact_id("u", "b", "t", claim, "berlin", b"1"),
        fact_id("u", "b", "s", Claim("user", "lives in", "x"), "berlin", b"1"),
        fact_id("u", "b", "s", claim, "hamburg", b"1"),
        fact_id("u", "b", "s", claim, "berlin", b"2"),
    ]

    assert len({base, *others}) == 7
    assert base == fact_id("u", "b", "s", claim, "berlin", b"1")
    assert base.version == 8


def test_the_slots_to_load_are_those_of_the_facts_and_of_the_known_ones_meant() -> None:
    book = Book()
    book.say("meat", 1, predicate="eats")
    pair = a_fact("vegan", MESSAGE, predicate="diet", operation=Operation.REPLACES, known="K1")

    slots = touched(a_batch(MESSAGE), Known(facts={"K1": book.the("meat")}), Digest(facts=(pair,)))

    eats = {Slot(Claim("user", predicate), "meat") for predicate in ("eats", "does not eat")}
    assert slots == {*eats, Slot(Claim("user", "diet"), "vegan", "vegan")}
