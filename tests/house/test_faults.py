"""The tables of faults and defects are complete, and every test that they name is there."""

import ast
import re

import pytest

from tests.house.sources import ROOT, sources

TABLE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| ([TPD]\d+) \|(.*)$", TABLE, re.MULTILINE))
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_no_fault_is_left_out() -> None:
    assert [fault for fault in ROWS if fault.startswith("T")] == [f"T{number:02}" for number in range(1, 38)]


@pytest.mark.parametrize("fault", ROWS)
def test_each_fault_has_tests_and_they_are_there(fault: str) -> None:
    there = {source.path: _tests(source.tree) for source in sources("tests")}
    named = NAMED.findall(ROWS[fault])

    assert named
    assert [(path, name) for path, name in named if name not in there.get(path, ())] == []


def _tests(tree: ast.Module) -> set[str]:
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
