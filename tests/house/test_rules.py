"""The rules of CONTRIBUTING.md that no linter knows."""

import ast
import re
import tomllib

import pytest

from tests.house.sources import ROOT, imported, sources

PURE = ("domain", "planning", "digest", "memory", "engines", "ports", "errors")
TEXTS = {".py", ".md", ".sql", ".toml", ".yaml", ".yml", ".json", ".jsonl", ".sh", ".cfg", ""}
SOMEBODYS_FOLDER = re.compile(r"(?<![\w.~}-])/(?:work|root|home|Users)/")


def test_only_two_places_catch_everything() -> None:
    blind = [
        f"{source.path}:{node.lineno}"
        for source in sources("enrichment")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or {"Exception", "BaseException"} & set(ast.unparse(node.type).strip("()").split(", ")))
    ]

    assert len(blind) <= 2, blind


def test_only_the_resilience_adapter_imports_tenacity() -> None:
    importers = {source.path for source in sources("enrichment") if "tenacity" in imported(source.tree)}

    assert importers <= {"enrichment/adapters/resilience.py"}


@pytest.mark.parametrize("folder", ["enrichment", "bench", "tests"])
def test_every_file_is_named_after_its_idea(folder: str) -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}

    named_like_drawers = [source.path for source in sources(folder) if drawers & set(re.split(r"[/_.]", source.path))]

    assert named_like_drawers == []


def test_pure_layers_take_the_time_as_an_argument() -> None:
    clocks = [
        f"{source.path}:{node.lineno}"
        for source in sources("enrichment")
        for node in ast.walk(source.tree)
        if re.split(r"[/.]", source.path)[1] in PURE
        and isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
    ]

    assert clocks == []


def test_tests_have_no_branches() -> None:
    branches = [
        f"{source.path}:{node.lineno}"
        for source in sources("tests")
        for function in source.functions()
        if function.name.startswith("test_")
        for node in ast.walk(function)
        if isinstance(node, ast.If | ast.Match | ast.Try)
    ]

    assert branches == []


def test_tests_neither_mock_nor_sleep() -> None:
    offenders = [
        source.path
        for source in sources("tests")
        if re.search(r"\bunittest\.mock\b|\bMagicMock\b|\btime\.sleep\(|\basyncio\.sleep\((?!0\))", source.text)
        and not source.path.startswith("tests/house/")
    ]

    assert offenders == []


def test_every_ignored_lint_rule_has_a_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lint = tomllib.loads(text)["tool"]["ruff"]["lint"]
    codes = {*lint["ignore"], *(code for codes in lint["per-file-ignores"].values() for code in codes)}

    unexplained = [
        code
        for code in codes
        for line in text.splitlines()
        if line.strip().startswith(f'"{code}"') and not re.search(r"# \w", line)
    ]

    assert unexplained == []


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    folders = ["enrichment", "bench", "tests", "docs", "sql", "config", "grafana", ".ci"]
    # In a second worktree, `.git` is a file that says where the first one is.
    files = [path for path in ROOT.iterdir() if path.is_file() and path.name not in {"uv.lock", ".git"}]
    files += [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]

    knowing = [
        str(path.relative_to(ROOT))
        for path in files
        if path.suffix in TEXTS and SOMEBODYS_FOLDER.search(path.read_text(encoding="utf-8", errors="replace"))
    ]

    assert knowing == []
