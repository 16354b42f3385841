"""Nothing grows past what fits on a screen or in a head; a straight list may, where a comment says that it is one."""

import pytest

from tests.house.sources import length, sources

STRAIGHT_LIST = "# A straight list"


@pytest.mark.parametrize(("folder", "limit"), [("enrichment", 300), ("bench", 300), ("tests", 400)])
def test_no_file_is_longer_than_its_limit(folder: str, limit: int) -> None:
    long = [
        f"{source.path}: {source.lines()} lines"
        for source in sources(folder)
        if source.lines() > limit and STRAIGHT_LIST not in source.text
    ]

    assert long == []


@pytest.mark.parametrize("folder", ["enrichment", "bench", "tests"])
def test_no_function_is_longer_than_forty_lines(folder: str) -> None:
    long = [
        f"{source.path}:{function.lineno} {function.name}: {length(function)} lines"
        for source in sources(folder)
        for function in source.functions()
        if length(function) > 40 and not source.says(function, STRAIGHT_LIST)
    ]

    assert long == []


def test_no_test_is_longer_than_twenty_lines() -> None:
    long = [
        f"{source.path}:{function.lineno} {function.name}: {length(function)} lines"
        for source in sources("tests")
        for function in source.functions()
        if function.name.startswith("test_") and length(function) > 20
    ]

    assert long == []
