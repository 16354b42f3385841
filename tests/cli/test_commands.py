"""Each command does what its help says, on real servers, and says clearly what it cannot do."""

import json
from pathlib import Path

import pytest

from enrichment.adapters.embedded import embedded_blocking
from enrichment.cli.exits import Exit
from enrichment.cli.main import run
from tests.adapters.embedded.processes import reachable_folder
from tests.cli.chats import chat_file
from tests.cli.conftest import Enrichment


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    return chat_file(tmp_path, "anna", ["I keep bees.", "I keep hens.", "I keep two goats."])


def test_import_run_and_status_tell_one_story(
    enrichment: Enrichment, chat: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrichment("import", str(chat), "-c", "story", "--json") == Exit.DONE
    imported = json.loads(capsys.readouterr().out)
    assert enrichment("run", "--once", "--collection", "story", "--json") == Exit.DONE
    report = json.loads(capsys.readouterr().out)
    assert enrichment("status", "--json") == Exit.DONE
    standing = json.loads(capsys.readouterr().out)

    assert (imported["imported"], report["completed"], report["pending_left"]) == (3, 3, 0)
    assert {"collection": "story", "pending": 0} in [
        {name: one[name] for name in ("collection", "pending")} for one in standing["collections"]
    ]


def test_the_report_has_the_names_that_others_rely_on(
    enrichment: Enrichment, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrichment("--once", "--collection", "nothing-there", "--json") == Exit.DONE

    relied_on = (
        "completed skipped quarantined pending_left users batches model_calls prompt_tokens completion_tokens cost_usd "
        "facts_new facts_confirmed facts_superseded summaries seconds cpu_seconds"
    )
    assert set(relied_on.split()) <= json.loads(capsys.readouterr().out).keys()


def test_a_dry_run_works_without_a_schema_and_writes_nothing(
    chat: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with reachable_folder() as folder, embedded_blocking(folder / "data") as servers:
        monkeypatch.setenv("ENRICHMENT_DATA_DIR", str(folder / "data"))
        assert run(["import", str(chat), "-c", "fresh", "--json"]) == Exit.DONE
        capsys.readouterr()

        assert run(["run", "--once", "--dry-run", "--json"]) == Exit.DONE

        forecast = json.loads(capsys.readouterr().out)
        assert (forecast["messages"], forecast["model_calls"]) == (3, 1)
        monkeypatch.setenv("ENRICHMENT_POSTGRES__DSN", servers.postgres_dsn)
        monkeypatch.setenv("ENRICHMENT_QDRANT__URL", servers.qdrant_url)
        assert run(["status"]) == Exit.CONFIGURATION
        assert "enrichment migrate" in capsys.readouterr().err


def test_the_one_shot_flag_may_follow_global_options(enrichment: Enrichment, data_dir: Path) -> None:
    assert enrichment("--data-dir", str(data_dir), "--once", "--collection", "nothing-there") == Exit.DONE


@pytest.mark.parametrize(
    "arguments",
    [
        ("bogus",),
        ("run", "--bogus"),
        ("run", "--user", "anna"),
        ("run", "--once", "--since", "yesterday"),
        ("run", "--once", "--max-messages", "0"),
        ("import", "/nowhere.jsonl", "-c", "x"),
    ],
)
def test_wrong_usage_ends_with_64_and_names_what_is_wrong(
    enrichment: Enrichment, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrichment(*arguments) == Exit.USAGE

    assert "Error: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("setting", "value", "exit_code", "named"),
    [
        ("ENRICHMENT_MODEL__CONCURRENCY", "many", Exit.CONFIGURATION, "ENRICHMENT_MODEL__CONCURRENCY"),
        ("ENRICHMENT_MODLE__NAME", "x", Exit.CONFIGURATION, "ENRICHMENT_MODLE__NAME"),
        ("ENRICHMENT_QDRANT__URL", "http://127.0.0.1:9", Exit.UNAVAILABLE, "qdrant"),
        ("ENRICHMENT_POSTGRES__DSN", "postgresql://canary:canary@127.0.0.1:9/x", Exit.UNAVAILABLE, "postgres"),
        ("ENRICHMENT_QDRANT__BOT_PATTERN", "(", Exit.CONFIGURATION, "ENRICHMENT_QDRANT__BOT_PATTERN"),
    ],
)
def test_what_cannot_work_is_named_before_anything_is_done(
    enrichment: Enrichment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    setting: str,
    value: str,
    exit_code: Exit,
    named: str,
) -> None:
    monkeypatch.setenv(setting, value)

    assert enrichment("--once") == exit_code

    said = capsys.readouterr().err
    assert named in said
    assert "canary" not in said


def test_a_bad_line_is_named_with_its_number_and_nothing_is_imported(
    enrichment: Enrichment, chat: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chat.write_text(chat.read_text() + '{"user_id": "anna"}\n[1]\n')

    assert enrichment("import", str(chat), "-c", "bad") == Exit.CONFIGURATION

    said = capsys.readouterr().err
    assert "line 4" in said
    assert "line 5" in said


def test_doctor_finds_everything_in_order_after_an_import(
    enrichment: Enrichment, chat: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrichment("migrate") == Exit.DONE
    assert enrichment("import", str(chat), "-c", "examined") == Exit.DONE
    capsys.readouterr()

    assert enrichment("doctor", "--json") == Exit.DONE

    assert all(finding["ok"] for finding in json.loads(capsys.readouterr().out))


def test_health_tells_by_its_exit_code(enrichment: Enrichment, monkeypatch: pytest.MonkeyPatch) -> None:
    assert enrichment("health") == Exit.DONE

    monkeypatch.setenv("ENRICHMENT_QDRANT__URL", "http://127.0.0.1:9")
    assert enrichment("health", "--json") == Exit.UNAVAILABLE


def test_every_command_has_help_with_an_example(enrichment: Enrichment, capsys: pytest.CaptureFixture[str]) -> None:
    commands = ("demo", "run", "import", "status", "health", "doctor", "migrate", "config")

    assert [enrichment(command, "--help") for command in commands] == [0] * len(commands)
    assert capsys.readouterr().out.count("Example") == len(commands)
