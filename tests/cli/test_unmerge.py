"""What was taken for one fact can be looked at and taken apart from the command line."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from enrichment.adapters.embedded import embedded_blocking
from enrichment.cli.exits import Exit
from enrichment.cli.main import run
from enrichment.configuration import names
from tests.adapters.embedded.processes import reachable_folder

Said = Callable[..., Any]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Said]:
    """Run a command that succeeds and return its JSON; Anna has said in two ways what she likes."""
    for name, _, _ in names():
        monkeypatch.delenv(name, raising=False)
    texts = ["I like board games.", "I love the Board-Games!"]
    lines = [
        {"user_id": "anna", "bot_name": "luna", "role": "user", "content": text, "timestamp": at}
        for at, text in enumerate(texts, 1_770_000_000)
    ]
    chat = tmp_path / "chat.jsonl"
    chat.write_text("".join(json.dumps(line) + "\n" for line in lines))

    def answer(*arguments: str) -> Any:  # noqa: ANN401 - whatever the command prints
        capsys.readouterr()
        assert run(arguments) == Exit.DONE
        return json.loads(capsys.readouterr().out)

    with reachable_folder() as folder, embedded_blocking(folder / "data"):
        monkeypatch.setenv("ENRICHMENT_DATA_DIR", str(folder / "data"))
        assert run(["import", str(chat), "-c", "chat"]) == Exit.DONE
        assert run(["run", "--once"]) == Exit.DONE
        yield answer


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
