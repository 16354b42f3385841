"""Places are fused: what stands high in several orders stands highest."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrichment.reader.fusion import fused
from enrichment.reader.meaning import Near

NOW = datetime(2026, 5, 13, tzinfo=UTC)


def row(number: int, *, hits: str = "", importance: float = 0.5, days_ago: float = 0) -> dict[str, Any]:
    return {
        "kind": "fact",
        "id": str(uuid.UUID(int=number)),
        "said": f"fact {number}",
        "category": "other",
        "confidence": 0.5,
        "importance": importance,
        "occurred_from": None,
        "occurred_until": None,
        "said_at": NOW - timedelta(days=days_ago),
        "hits": hits,
        "documents": 100,
        "quotes": None,
    }


def near(*numbers: int) -> list[Near]:
    return [Near("fact", uuid.UUID(int=number), 1 - place / 100) for place, number in enumerate(numbers)]


def order(*found: Any) -> list[int]:  # noqa: ANN401 - what was found
    return [uuid.UUID(each.found_id).int for each in found]


def test_what_stands_second_in_both_orders_beats_the_first_of_one() -> None:
    by_words = [row(1, hits="1 2"), row(2, hits="1"), row(4, hits="1")]

    assert order(*fused(by_words, [row(2), row(3)], near(3, 2), 10))[0] == 2


def test_what_matters_decides_among_equals() -> None:
    by_words = [row(1, hits="1", importance=0.1), row(2, hits="1", importance=0.9)]

    assert order(*fused(by_words, [], [], 10)) == [2, 1]


def test_what_is_recent_decides_when_all_else_is_equal() -> None:
    by_words = [row(1, hits="1", days_ago=9), row(2, hits="1", days_ago=1)]

    assert order(*fused(by_words, [], [], 10)) == [2, 1]


def test_what_is_near_and_may_not_be_told_leaves_no_trace() -> None:
    found = fused([], [row(2)], near(1, 2), 10)

    assert order(*found) == [2]
    assert found[0].why["meaning"] == 0.47


@given(st.lists(st.integers(1, 9), unique=True), st.lists(st.integers(1, 9), unique=True), st.integers(1, 9))
def test_a_score_is_explained_and_stays_within_one(worded: list[int], meant: list[int], most: int) -> None:
    by_words = [row(number, hits=" ".join(map(str, range(1, number + 1)))) for number in worded]

    found = fused(by_words, [row(number) for number in meant], near(*meant), most)

    assert len(found) == min(most, len({*worded, *meant}))
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert all(0 < each.score <= 1 and each.score == pytest.approx(sum(each.why.values())) for each in found)
