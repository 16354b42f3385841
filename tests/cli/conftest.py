"""The command line on servers of a test file's own, called as `main` calls it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from enrichment.adapters.embedded import embedded_blocking
from enrichment.cli.main import run
from enrichment.configuration import names
from tests.adapters.embedded.processes import reachable_folder

Enrichment = Callable[..., int]
Answered = Callable[..., Any]


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    with reachable_folder() as folder, embedded_blocking(folder / "data"):
        yield folder / "data"


@pytest.fixture
def enrichment(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Enrichment:
    """Run a command and return its exit code."""
    for name, _, _ in names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENRICHMENT_DATA_DIR", str(data_dir))
    return lambda *arguments: run(arguments)


@pytest.fixture
def answered(enrichment: Enrichment, capsys: pytest.CaptureFixture[str]) -> Answered:
    """Run a command with ``--json`` and return its exit code and what it printed."""

    def call(*arguments: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = enrichment(*arguments, "--json")
        return code, json.loads(capsys.readouterr().out)

    return call
