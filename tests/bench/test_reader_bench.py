"""The reader's bench loads full contexts, and says whether they were fast enough."""

import pytest

from bench.reader.__main__ import keeps_bounds, measure

FAST = {"p50_over_select1": 12.0, "p99_over_select1": 6.0, "loads_per_second": 800.0, "build_prompt_ms": 0.3}


async def test_full_contexts_of_many_users_are_loaded() -> None:
    report = await measure(users=40, loads=20, seconds=0.2)

    assert report["users"] == 40
    assert 0 < report["select1_p50_ms"] <= report["select1_p99_ms"]
    assert 0 < report["p50_ms"] <= report["p99_ms"]
    assert report["prompt_characters"] > 1000
    assert report["loads_per_second"] > 0


@pytest.mark.parametrize(
    ("figure", "worse"),
    [("p50_over_select1", 12.1), ("p99_over_select1", 6.1), ("loads_per_second", 799.0), ("build_prompt_ms", 0.31)],
)
def test_each_bound_is_one(figure: str, worse: float) -> None:
    assert keeps_bounds(FAST)
    assert not keeps_bounds({**FAST, figure: worse})
