"""A profile can be seen, refreshed and found by an account from the command line, and goes with its user."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from enrichment.cli.exits import Exit
from enrichment.cli.main import run
from tests.cli.chats import chat_file
from tests.cli.conftest import Enrichment

Ask = Callable[..., Any]
SAID = [
    "I live in Berlin.",
    "I like chess.",
    "My telegram is @anna_k, write to me.",
    "I have been there and it was very cold, so we went home.",
    "Please keep your answers short.",
    "I like chess very much.",
]


@pytest.fixture
def ask(enrichment: Enrichment, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run a command that succeeds and return its JSON, after a user called by the test's folder has said something."""
    chat = chat_file(tmp_path, tmp_path.name, SAID)
    assert enrichment("import", str(chat), "-c", tmp_path.name) == Exit.DONE
    assert enrichment("run", "--once") == Exit.DONE

    def answer(*arguments: str) -> Any:  # noqa: ANN401 - whatever the command prints
        capsys.readouterr()
        assert run(arguments) == Exit.DONE
        return json.loads(capsys.readouterr().out)

    return answer


def test_a_profile_is_shown_with_what_the_messages_say(ask: Ask, tmp_path: Path) -> None:
    found = ask("user", "profile", tmp_path.name, "--json")

    [profile] = found["profiles"]
    assert "Berlin" in profile["summary"]
    assert (profile["timezone"], profile["timezone_from"]) == ("Europe/Berlin", "home")
    assert profile["platform_ids"] == {"telegram": ["anna_k"]}
    assert "chess" in [insight["name"] for insight in found["insights"]]
    assert ask("user", "show", tmp_path.name, "--json")["profiles"] == found["profiles"]


def test_a_refresh_that_finds_nothing_new_leaves_the_version(ask: Ask, tmp_path: Path) -> None:
    before = ask("user", "profile", tmp_path.name, "--json")["profiles"][0]

    after = ask("user", "profile", tmp_path.name, "--refresh", "--json")["profiles"][0]

    assert (after["version"], after["summary"]) == (before["version"], before["summary"])
    assert after["composed_at"] > before["composed_at"]


def test_a_user_is_found_by_an_account_they_named_or_that_was_linked(ask: Ask, tmp_path: Path) -> None:
    assert run(["user", "link", tmp_path.name, "discord", f"@{tmp_path.name}"]) == Exit.DONE

    by_word = ask("user", "find", "Telegram", "@ANNA_K", "--json")
    by_link = ask("user", "find", "discord", tmp_path.name, "--json")

    assert tmp_path.name in [one["user_id"] for one in by_word]
    assert [(one["user_id"], one["confidence"]) for one in by_link] == [(tmp_path.name, 0.95)]
    assert ask("user", "find", "telegram", "nobody", "--json") == []


def test_digests_are_told_after_a_pass_and_all_goes_with_an_erasure(ask: Ask, tmp_path: Path) -> None:
    done = ask("maintain", "--json")
    digests = ask("user", "show", tmp_path.name, "--json")["digests"]
    exported = ask("user", "export", tmp_path.name)

    receipt = ask("user", "erase", tmp_path.name, "--yes", "--json")

    assert done["digested_sessions"] >= 1
    # The chat is older than summaries are kept: its month is what remains.
    assert [one["period"] for one in digests] == ["month"]
    tables = ["signals", "signal_evidence", "user_profiles", "insights", "period_digests"]
    assert {name: receipt["rows"][name] for name in tables} == {name: len(exported[name]) for name in tables}
    assert min(len(exported[name]) for name in tables) > 0
    assert ask("user", "show", tmp_path.name, "--json")["rows"] == {}


def test_what_a_user_says_of_an_insight_outlasts_the_next_composition(ask: Ask, tmp_path: Path) -> None:
    user = tmp_path.name
    [chess] = [one for one in ask("insights", "list", user, "--json")["insights"] if one["name"] == "chess"]

    rejected = ask("insights", "reject", user, chess["insight_id"][:13], "--json")
    ask("user", "profile", user, "--refresh", "--json")
    composed = ask("insights", "list", user, "--json")["insights"]
    shown = ask("user", "profile", user, "--json")["insights"]
    confirmed = ask("insights", "confirm", user, chess["insight_id"], "--json")

    states = {one["name"]: one["state"] for one in composed}
    assert (rejected["state"], states["chess"], confirmed["state"]) == ("rejected", "rejected", "confirmed")
    assert "chess" not in {one["name"] for one in shown}


def test_an_insight_that_nobody_has_cannot_be_judged(ask: Ask, tmp_path: Path) -> None:
    assert ask("insights", "list", tmp_path.name, "--json")["insights"]
    assert run(["insights", "reject", tmp_path.name, "ffffffffffffffff"]) == Exit.USAGE
