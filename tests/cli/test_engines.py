"""What the engines found, listed and made anew from the command line."""

from pathlib import Path

import pytest

from enrichment.cli.exits import Exit
from enrichment.cli.main import run
from enrichment.engines.registry import ENGINES
from tests.cli.chats import chat_file
from tests.cli.conftest import Answered


@pytest.fixture
def user(answered: Answered, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A user of the test's own with two messages that wait."""
    user = request.node.name
    file = chat_file(tmp_path, user, ["I keep bees.", "I keep hens."])
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
