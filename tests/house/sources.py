"""The project's own Python files, parsed once, for the tests that judge them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Source:
    path: str
    text: str
    tree: ast.Module

    def lines(self) -> int:
        return self.text.count("\n")

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (node for node in ast.walk(self.tree) if isinstance(node, FUNCTIONS))

    def says(self, node: ast.stmt, words: str) -> bool:
        return words in (ast.get_source_segment(self.text, node) or "")


@cache
def sources(folder: str) -> tuple[Source, ...]:
    paths = sorted((ROOT / folder).rglob("*.py"))
    return tuple(
        Source(str(path.relative_to(ROOT)), text, ast.parse(text))
        for path in paths
        for text in [path.read_text(encoding="utf-8")]
    )


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the first part of every absolute import, lazy ones included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def length(function: ast.stmt) -> int:
    """Count the lines from `def` to the end, decorators excluded."""
    return (function.end_lineno or function.lineno) - function.lineno + 1
