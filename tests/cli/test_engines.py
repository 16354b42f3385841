"""What the engines found, listed and made anew from the command line."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from enrichment.adapters.embedded import embedded_blocking
from enrichment.cli.exits import Exit
from enrichment.cli.main import run
from enrichment.configuration import names
from enrichment.engines.registry import ENGINES
from tests.adapters.embedded.processes import reachable_folder

Answered = Callable[..., Any]


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    with reachable_folder() as folder, embedded_blocking(folder / "data"):
        yield folder / "data"


@pytest.fixture
def answered(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Answered:
    """Run a command with ``--json`` and return its exit code and what it printed."""
    for name, _, _ in names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENRICHMENT_DATA_DIR", str(data_dir))

    def call(*arguments: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = run([*arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return call


@pytest.fixture
def user(answered: Answered, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A user of the test's own with two messages that wait."""
    file, user = tmp_path / "chat.jsonl", request.node.name
    lines = [
        {"user_id": user, "bot_name": "luna", "role": "user", "content": f"I keep {animal}.", "timestamp": at}
        for at, animal in enumerate(["bees", "hens"], 1_770_000_000)
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    answered("import", str(file), "-c", user)
    return str(user)


def test_a_user_has_a_row_of_each_engine(answered: Answered, user: str) -> None:
    answered("run", "--once", "--user", user)

    code, rows = answered("engines", "list", "--user", user)

    assert (code, {row["engine"] for row in rows}) == (Exit.DONE, {engine.name for engine in ENGINES})


def test_the_list_counts_rows_and_states(answered: Answered, user: str) -> None:
    answered("run", "--once", "--user", user)

    _, (listed,) = answered("engines", "list", "--engine", "memory_aging")

    assert listed["table"] == "strategic_memory_health"
    assert listed["rows"] >= 1


def test_engines_that_did_not_run_catch_up_by_a_rebuild(answered: Answered, user: str) -> None:
    answered("run", "--once", "--user", user, "--engines", "memory_aging,context_switch")
    _, before = answered("engines", "list", "--user", user)

    code, done = answered("engines", "rebuild", "--user", user)
    _, after = answered("engines", "list", "--user", user)

    assert {"memory_aging", "personality"} & {row["engine"] for row in before} == {"memory_aging"}
    assert (code, done) == (Exit.DONE, {"rebuilt": 1, "left": 0})
    assert {"memory_aging", "personality"} <= {row["engine"] for row in after}


def test_one_engine_alone_can_be_rebuilt(answered: Answered, user: str) -> None:
    answered("run", "--once", "--user", user)

    code, done = answered("engines", "rebuild", "--user", user, "--engine", "context_switch")

    assert (code, done["rebuilt"]) == (Exit.DONE, 1)


def test_rows_of_one_user_are_made_anew_at_once(answered: Answered, user: str) -> None:
    answered("run", "--once", "--user", user)
    _, (before,) = answered("engines", "list", "--user", user, "--engine", "personality")

    code, done = answered("engines", "invalidate", "--user", user)
    _, (after,) = answered("engines", "list", "--user", user, "--engine", "personality")

    assert (code, done) == (Exit.DONE, {"pairs": 1})
    assert after["computed_at"] > before["computed_at"]


@pytest.mark.parametrize("arguments", [["list", "--bot", "luna"], ["rebuild", "--engine", "astrology"]])
def test_what_cannot_be_meant_is_a_usage_error(arguments: list[str]) -> None:
    assert run(["engines", *arguments]) == Exit.USAGE
