"""Operators' commands on real servers: what they print, what they change, and how they end."""

from pathlib import Path

import httpx
import pytest

from bench.model_server import FactResponder, ModelServer, Refusing
from enrichment.adapters.embedded import embedded_blocking
from enrichment.cli.exits import Exit
from tests.cli.chats import chat_file
from tests.cli.conftest import Answered, Enrichment


@pytest.fixture
def chat(enrichment: Enrichment, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A collection of the test's own with two messages that wait."""
    collection = request.node.name
    file = chat_file(tmp_path, collection, ["I keep bees.", "I keep hens."])
    assert enrichment("import", str(file), "-c", collection) == Exit.DONE
    return str(collection)


@pytest.fixture
def refused(answered: Answered, chat: str, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a message that is in quarantine."""
    monkeypatch.setenv("ENRICHMENT_MODEL__BASE_URL", model_server.base_url)
    model_server.responder = FactResponder([])
    model_server.decide = lambda request: Refusing() if "bees" in str(request.body) else None
    code, _ = answered("run", "--once", "--collection", chat)
    assert code == Exit.QUARANTINED
    _, listed = answered("quarantine", "list")
    return next(str(one["id"]) for one in listed if one["user_id"] == chat)


def test_a_pause_holds_up_runs_until_it_is_ended(enrichment: Enrichment, answered: Answered, chat: str) -> None:
    assert enrichment("pause", "--reason", "moving house") == Exit.DONE
    code, report = answered("run", "--once", "--collection", chat)
    _, standing = answered("status")
    forced, _ = answered("run", "--once", "--collection", chat, "--max-messages", "1", "--force")
    assert enrichment("resume") == Exit.DONE

    assert (code, report["completed"], standing["paused"]["reason"]) == (Exit.WORK_LEFT, 0, "moving house")
    # One of the two messages was read, the other one is left.
    assert forced == Exit.WORK_LEFT
    assert answered("status")[1]["paused"] is None


def test_a_pause_says_how_to_end_it(enrichment: Enrichment, chat: str, capsys: pytest.CaptureFixture[str]) -> None:
    enrichment("pause")
    enrichment("run", "--once", "--collection", chat)
    said = capsys.readouterr().err
    enrichment("resume")

    assert "enrichment resume" in said
    assert "--force" in said


def test_reenrich_counts_first_and_then_has_them_read_again(
    enrichment: Enrichment, answered: Answered, chat: str
) -> None:
    answered("run", "--once", "--collection", chat)
    before = answered("status")[1]["requeued"]
    counted = answered("reenrich", "--user", chat, "--dry-run")
    unchanged = answered("status")[1]["requeued"]

    assert counted == (Exit.DONE, {"messages": 2, "points": 2, "users": 1})
    assert unchanged == before
    assert answered("reenrich", "--user", chat)[1]["reopened"] == 2
    assert answered("status")[1]["requeued"] == before + 2
    assert answered("run", "--once", "--collection", chat)[1]["completed"] == 2


def test_without_conditions_reenrich_takes_only_what_an_older_pipeline_has_read(answered: Answered, chat: str) -> None:
    answered("run", "--once", "--collection", chat)

    assert answered("reenrich") == (Exit.DONE, {"messages": 0, "points": 0, "users": 0, "reopened": 0})


def test_reconcile_ends_with_0_when_nothing_is_wrong_or_all_is_mended(answered: Answered, chat: str) -> None:
    answered("run", "--once", "--collection", chat)
    sound = answered("reconcile", "--collection", chat)
    answered("reenrich", "--user", chat)

    assert sound[0] == Exit.DONE
    assert sound[1]["collections"][chat] == {"points": 2, "found": {}, "repaired": {}, "gone": 0, "retracted": 0}
    assert answered("reconcile", "--collection", chat)[0] == Exit.DONE


def test_reconcile_ends_with_3_while_something_is_left_to_repair(answered: Answered, chat: str, data_dir: Path) -> None:
    with embedded_blocking(data_dir) as servers:
        body = {"payload": {"enrichment_status": "completed"}, "filter": {}}
        httpx.post(f"{servers.qdrant_url}/collections/{chat}/points/payload?wait=true", json=body).raise_for_status()
    left = answered("reconcile", "--collection", chat)
    mended = answered("reconcile", "--collection", chat, "--repair")

    assert (left[0], left[1]["left"]) == (Exit.QUARANTINED, 2)
    assert (mended[0], mended[1]["collections"][chat]["repaired"]) == (Exit.DONE, {"done_without_ledger": 2})
    assert answered("run", "--once", "--collection", chat)[1]["completed"] == 2


def test_quarantine_shows_a_text_only_when_asked(answered: Answered, refused: str) -> None:
    shown = answered("quarantine", "show", refused)[1]

    assert (shown["reason"], "text" in shown) == ("refusal", False)
    assert answered("quarantine", "show", refused, "--text")[1]["text"] == "I keep bees."


def test_quarantine_lists_by_reason(answered: Answered, refused: str) -> None:
    assert refused in [one["id"] for one in answered("quarantine", "list", "--reason", "refusal")[1]]
    assert answered("quarantine", "list", "--reason", "crash")[1] == []


def test_a_retried_message_is_read_by_the_next_run(answered: Answered, refused: str, model_server: ModelServer) -> None:
    model_server.decide = lambda _: None

    assert answered("quarantine", "retry", refused) == (Exit.DONE, {"retried": 1})
    assert answered("run", "--once", "--collection", refused.partition("/")[0])[1]["completed"] == 1


def test_retrying_everything_goes_beyond_what_one_list_holds(
    answered: Answered, chat: str, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENRICHMENT_MODEL__BASE_URL", model_server.base_url)
    model_server.decide = lambda _: Refusing()
    assert answered("run", "--once", "--collection", chat)[1]["quarantined"] == 2
    monkeypatch.setattr("enrichment.adapters.postgres.quarantine.LIMIT", 1)

    assert answered("quarantine", "retry", "--all")[1]["retried"] >= 2
    assert answered("quarantine", "list")[1] == []


def test_a_list_that_was_cut_says_so(
    enrichment: Enrichment, refused: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enrichment.cli.quarantine.LIMIT", 1)

    assert enrichment("quarantine", "list", "--reason", "refusal") == Exit.DONE

    assert "there may be more" in capsys.readouterr().err


def test_a_dropped_message_is_gone_from_quarantine_and_from_the_backlog(answered: Answered, refused: str) -> None:
    assert answered("quarantine", "drop", refused) == (Exit.DONE, {"dropped": 1})
    assert refused not in [one["id"] for one in answered("quarantine", "list")[1]]
    assert answered("run", "--once", "--collection", refused.partition("/")[0])[0] == Exit.DONE


@pytest.mark.parametrize(
    "arguments",
    [
        ("quarantine", "retry"),
        ("quarantine", "retry", "--all", "--reason", "refusal"),
        ("quarantine", "retry", "chat/1"),
        ("quarantine", "show", "1"),
        ("quarantine", "drop"),
        ("reenrich", "--since", "yesterday"),
        ("reconcile", "--collection", "nothing-there"),
        ("run", "--force"),
    ],
)
def test_wrong_usage_ends_with_64(enrichment: Enrichment, arguments: tuple[str, ...]) -> None:
    assert enrichment(*arguments) == Exit.USAGE


@pytest.mark.parametrize("command", ["pause", "resume", "reenrich", "reconcile", "quarantine"])
def test_every_command_has_help_with_an_example(
    enrichment: Enrichment, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrichment(command, "--help") == Exit.DONE

    assert "Example" in capsys.readouterr().out


def test_nothing_is_imported_into_the_collection_of_vectors(enrichment: Enrichment, tmp_path: Path) -> None:
    file = tmp_path / "chat.jsonl"
    file.write_text('{"user_id": "ada", "role": "user", "content": "hello", "timestamp": 1770000000}\n')

    assert enrichment("import", str(file), "-c", "enrichment_memory") == Exit.CONFIGURATION
