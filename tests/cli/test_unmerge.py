"""What was taken for one fact can be looked at and taken apart from the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from enrichment.cli.exits import Exit
from enrichment.cli.main import run
from tests.cli.chats import chat_file
from tests.cli.conftest import Enrichment

Said = Callable[..., Any]


@pytest.fixture
def said(enrichment: Enrichment, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    """Run a command that succeeds and return its JSON; Anna has said in two ways what she likes."""
    chat = chat_file(tmp_path, "anna", ["I like board games.", "I love the Board-Games!"])
    assert enrichment("import", str(chat), "-c", "chat") == Exit.DONE
    assert enrichment("run", "--once") == Exit.DONE

    def answer(*arguments: str) -> Any:  # noqa: ANN401 - whatever the command prints
        capsys.readouterr()
        assert run(arguments) == Exit.DONE
        return json.loads(capsys.readouterr().out)

    return answer


def test_a_merge_is_explained_and_undone_once(said: Said, capsys: pytest.CaptureFixture[str]) -> None:
    [fact] = said("user", "show", "anna", "--json")["facts"]
    [link] = said("explain", "fact", fact["fact_id"], "--json")["merges"]
    assert run(["explain", "fact", fact["fact_id"]]) == Exit.DONE
    shown = capsys.readouterr().out

    undone = said("facts", "unmerge", str(link["from_fact"]), "--json")

    assert "merged:" in shown
    assert (link["reason"], link["decided_by"], link["undone_at"]) == ("wording", "rules", None)
    assert {undone["restored"]["state"], undone["parted_from"]["state"]} == {"active"}
    assert len(said("user", "show", "anna", "--json")["facts"]) == 2
    assert run(["facts", "unmerge", str(link["from_fact"])]) == Exit.USAGE
