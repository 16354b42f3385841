"""Chunks become the message that was cut."""

from hypothesis import given, settings
from hypothesis import strategies as st

from enrichment.adapters.qdrant.chunks import complete, joined
from enrichment.adapters.qdrant.payload import Chunk, read_point
from enrichment.adapters.qdrant.rules import Rules
from enrichment.domain.messages import PointRef
from enrichment.domain.text import content_hash
from tests.adapters.qdrant.worlds import NOW

OVERLAP = 50
WORDS = st.lists(st.uuids().map(lambda word: word.hex[:9]), min_size=60, max_size=200).map(" ".join)


def chunk(index: int, text: str, total: int | None) -> Chunk:
    place = {"is_chunk": True, "chunk_index": index, "chunk_total": total, "parent_message_id": "p"}
    payload = {"user_id": "u1", "role": "user", "content": text, "timestamp": 1772355600, **place}
    item = read_point(PointRef("ada", str(index + 1)), payload, Rules(), NOW)
    assert isinstance(item, Chunk)
    return item


def chunks(*texts: str) -> list[Chunk]:
    return [chunk(index, text, len(texts)) for index, text in enumerate(texts)]


@settings(deadline=None, max_examples=50)
@given(WORDS, st.integers(100, 400), st.randoms(use_true_random=False))
def test_cut_with_an_overlap_stripped_and_shuffled_it_is_the_same_again(text: str, size: int, random: object) -> None:
    starts = range(0, max(1, len(text) - OVERLAP), size - OVERLAP)
    parts = chunks(*[text[start : start + size].strip() for start in starts])
    random.shuffle(parts)  # type: ignore[attr-defined]  # a random.Random

    whole = joined(parts, OVERLAP)

    assert whole.text == text
    assert whole.content_hash == content_hash("user", text)
    assert [ref.point_id for ref in whole.points] == [str(index + 1) for index in range(len(parts))]
    assert not whole.partial


def test_what_ends_and_begins_alike_by_chance_is_kept() -> None:
    assert joined(chunks("I have a", "a cat", "t shirt"), OVERLAP).text == "I have a a cat t shirt"


def test_a_gap_is_shown_and_makes_the_message_partial() -> None:
    first, _, last = chunks("It began", "went on", "ended.")

    whole = joined([last, first], OVERLAP)

    assert (whole.text, whole.partial) == ("It began … ended.", True)


def test_the_whole_has_its_parents_id_and_no_revision() -> None:
    whole = joined(chunks("a", "b"), OVERLAP)

    assert (whole.message_id, whole.revision) == ("p", None)


def test_a_chunk_that_is_there_twice_is_settled_with_the_others_and_said_once() -> None:
    one, two = chunks("one", "two")
    again = chunk(0, "one", 2)

    whole = joined([two, one, again], OVERLAP)

    assert (whole.text, len(whole.points)) == ("one two", 3)


def test_without_an_announced_total_only_holes_are_missing() -> None:
    assert complete([chunk(1, "a", None), chunk(0, "b", None)])
    assert not complete([chunk(2, "a", None), chunk(0, "b", None)])
