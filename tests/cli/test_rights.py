"""A user's data can be seen, taken along, corrected, forgotten and erased from the command line."""

import io
import json
import uuid
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
def anna() -> str:
    """Somebody of this test alone."""
    return f"anna-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def said(anna: str, enrichment: Enrichment, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    """Run a command that succeeds and return its JSON; Anna has said where she lives, and that she has moved."""
    chat = chat_file(tmp_path, anna, ["I live in Berlin.", "I live in Paris."])
    assert enrichment("import", str(chat), "-c", "chat") == Exit.DONE
    assert enrichment("run", "--once") == Exit.DONE
    capsys.readouterr()

    def answer(*arguments: str) -> Any:  # noqa: ANN401 - whatever the command prints
        assert run(arguments) == Exit.DONE
        return json.loads(capsys.readouterr().out)

    return answer


def the_fact(said: Said, anna: str, words: str) -> str:
    facts = said("user", "show", anna, "--json")["facts"]
    return next(str(fact["fact_id"]) for fact in facts if words in fact["statement"])


def test_show_names_facts_quotes_and_counts(said: Said, anna: str, capsys: pytest.CaptureFixture[str]) -> None:
    known = said("user", "show", anna, "--json")
    assert run(["user", "show", anna]) == Exit.DONE

    shown = capsys.readouterr().out
    assert known["rows"]["ledger"] == 2
    assert "“I live in Paris.”" in shown
    assert the_fact(said, anna, "Paris") in shown


def test_an_export_is_one_json_document_with_provenance(said: Said, anna: str) -> None:
    exported = said("user", "export", anna)

    assert exported["format"] == "enrichment.export/1"
    assert [fact["evidence"][0]["quote"] for fact in exported["facts"]]
    assert {row["user_id"] for rows in exported.values() if isinstance(rows, list) for row in rows} == {anna}


def test_an_erasure_prints_a_receipt_and_leaves_nothing(said: Said, anna: str) -> None:
    receipt = said("user", "erase", anna, "--qdrant", "--yes", "--json")

    assert receipt["rows"]["facts"] > 0
    assert receipt["points"]["chat"] == {"deleted": 2, "left": 0}
    assert said("user", "show", anna, "--json")["rows"] == {}


def test_an_erasure_asks_first(
    said: Said, anna: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))

    assert run(["user", "erase", anna]) == 130

    assert "for good?" in capsys.readouterr().err
    assert said("user", "show", anna, "--json")["rows"]["facts"] > 0


def test_a_correction_takes_the_place_of_an_incorrect_fact(said: Said, anna: str) -> None:
    paris = the_fact(said, anna, "Paris")

    heard = said("feedback", paris[:13], "incorrect", "--correction", "I live in Rome", "--json")
    explained = said("explain", "fact", heard["correction"]["fact_id"], "--json")

    assert (heard["after"]["state"], heard["correction"]["state"]) == ("retracted", "active")
    assert [(one["collection"], one["quote"]) for one in explained["evidence"]] == [("feedback", "I live in Rome")]


def test_explain_shows_where_a_fact_comes_from_as_a_tree(
    said: Said, anna: str, capsys: pytest.CaptureFixture[str]
) -> None:
    berlin = the_fact(said, anna, "Berlin")

    assert run(["explain", "fact", berlin]) == Exit.DONE

    shown = capsys.readouterr().out
    assert "“I live in Berlin.”" in shown
    assert "read by offline" in shown
    assert "superseded by" in shown


def test_a_forgotten_fact_is_gone(said: Said, anna: str, capsys: pytest.CaptureFixture[str]) -> None:
    paris = the_fact(said, anna, "Paris")

    assert run(["user", "forget", anna, paris]) == Exit.DONE
    assert run(["user", "forget", anna, "--matching", "berlin"]) == Exit.DONE

    capsys.readouterr()
    known = said("user", "show", anna, "--json")
    assert (known["facts"], known["forbidden"]) == ([], ["berlin"])
    assert run(["user", "forget", anna, "--matching", "Berlin", "--lift"]) == Exit.DONE
    assert capsys.readouterr().out == "taken back\n"


def test_an_opt_out_is_shown_and_taken_back(said: Said, anna: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["user", "opt-out", anna]) == Exit.DONE
    capsys.readouterr()
    during = said("user", "show", anna, "--json")["opted_out_since"]
    assert run(["user", "opt-in", anna]) == Exit.DONE
    capsys.readouterr()

    assert during is not None
    assert said("user", "show", anna, "--json")["opted_out_since"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "forget", "anna"),
        ("user", "forget", "anna", "zz"),
        ("user", "forget", "anna", "0000"),
        ("user", "forget", "anna", "--matching", "…"),
        ("user", "erase", "anna", "--before", "2999-01-01"),
        ("feedback", "00", "helpful", "--correction", "x"),
        ("feedback", "00", "splendid"),
        ("explain", "fact", "not-an-id"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(data_dir: Path, arguments: tuple[str, ...]) -> None:
    assert run(["--data-dir", str(data_dir), *arguments]) == Exit.USAGE


def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    subcommands = ("show", "export", "erase", "forget", "opt-out", "opt-in")
    commands = [*(("user", name) for name in subcommands), ("user",), ("feedback",), ("explain",), ("explain", "fact")]

    assert [run([*command, "--help"]) for command in commands] == [0] * len(commands)
    assert capsys.readouterr().out.count("Example") == len(commands)


def test_an_erasure_deletes_vectors_too(said: Said, anna: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENRICHMENT_EMBEDDING__MEMORY", "true")
    written = said("maintain", "--json")["vectors_written"]

    receipt = said("user", "erase", anna, "--yes", "--json")

    assert written >= receipt["points"]["enrichment_memory"]["deleted"] > 0
    assert receipt["points"]["enrichment_memory"]["left"] == 0


def test_vectors_are_made_anew_on_demand_alone(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENRICHMENT_EMBEDDING__MEMORY", "true")
    said("maintain", "--json")

    again, anew = said("maintain", "--json"), said("maintain", "--rebuild-vectors", "--json")
    monkeypatch.delenv("ENRICHMENT_EMBEDDING__MEMORY")

    assert (again.get("vectors_written", 0), anew["vectors_written"] > 0) == (0, True)
    assert run(["maintain", "--rebuild-vectors"]) == Exit.CONFIGURATION
