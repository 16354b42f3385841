"""The tokens of bots are secrets like any other."""

import json
from pathlib import Path

import pytest

from enrichment.configuration import load_settings, redacted
from enrichment.errors import ConfigurationError

OPERATOR = "token of the operator"
TOKENS = {"luna": "token of luna 123", "ava": "token of ava 12345"}


@pytest.fixture(autouse=True)
def _operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENRICHMENT_WEB__TOKEN", OPERATOR)


def test_tokens_come_from_the_environment_and_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENRICHMENT_WEB__BOT_TOKENS", json.dumps(TOKENS))

    settings = load_settings()

    assert {bot: token.get_secret_value() for bot, token in settings.web.bot_tokens.items()} == TOKENS
    assert "token of" not in json.dumps(redacted(settings)) + repr(settings)
    assert redacted(settings)["web"]["bot_tokens"] == dict.fromkeys(TOKENS, "**********")


def test_tokens_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text(json.dumps(TOKENS))
    monkeypatch.setenv("ENRICHMENT_WEB__BOT_TOKENS_FILE", str(tmp_path / "tokens"))

    assert set(load_settings().web.bot_tokens) == set(TOKENS)


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        ({"luna": "too short"}, "ENRICHMENT_WEB__BOT_TOKENS__LUNA: .*at least 16"),
        ({"luna": "x" * 16, "ava": "x" * 16}, "ENRICHMENT_WEB: two of its tokens are the same"),
        ({"": "x" * 16}, "ENRICHMENT_WEB__BOT_TOKENS__"),
        (["luna"], "ENRICHMENT_WEB__BOT_TOKENS"),
    ],
    ids=str,
)
def test_a_token_that_protects_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, tokens: object, said: str) -> None:
    monkeypatch.setenv("ENRICHMENT_WEB__BOT_TOKENS", json.dumps(tokens))

    with pytest.raises(ConfigurationError, match=said) as refused:
        load_settings()

    assert "x" * 16 not in str(refused.value)


def test_bots_alone_have_no_tokens_since_everybody_else_would_be_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENRICHMENT_WEB__TOKEN")
    monkeypatch.setenv("ENRICHMENT_WEB__BOT_TOKENS", json.dumps(TOKENS))

    with pytest.raises(ConfigurationError, match="ENRICHMENT_WEB: bot_tokens want a token of the operator"):
        load_settings()
