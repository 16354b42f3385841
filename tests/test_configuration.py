"""Settings come from the environment, secret files and a TOML file; every mistake is named at once."""

from pathlib import Path

import pytest

from enrichment.configuration import load_settings, names, redacted
from enrichment.errors import ConfigurationError


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, _, _ in names():
        monkeypatch.delenv(name, raising=False)


def test_without_any_setting_everything_has_a_default() -> None:
    settings = load_settings()

    assert settings.qdrant.url is None
    assert settings.postgres.dsn is None
    assert settings.model.base_url is None


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "enrichment.toml"
    file.write_text('[model]\nname = "from-file"\nconcurrency = 3\n[batch]\nmax_tokens = 2048\n')
    monkeypatch.setenv("ENRICHMENT_MODEL__NAME", "from-environment")

    settings = load_settings(file, {"batch": {"max_tokens": 1024}})

    assert settings.model.name == "from-environment"
    assert settings.model.concurrency == 3
    assert settings.batch.max_tokens == 1024


def test_a_secret_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "key"
    secret.write_text("sk-canary\n")
    monkeypatch.setenv("ENRICHMENT_MODEL__API_KEY_FILE", str(secret))

    settings = load_settings()

    assert settings.model.api_key is not None
    assert settings.model.api_key.get_secret_value() == "sk-canary"


def test_a_list_is_written_with_commas_and_a_mapping_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENRICHMENT_QDRANT__COLLECTIONS", "chat_*, support")
    monkeypatch.setenv("ENRICHMENT_QDRANT__FIELDS", '{"text": ["body"]}')

    settings = load_settings()

    assert settings.qdrant.collections == ("chat_*", "support")
    assert settings.qdrant.fields == {"text": ("body",)}


def test_every_mistake_is_named_at_once_and_no_value_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENRICHMENT_MODEL__TIMEOUT_SECONDS", "canary-one")
    monkeypatch.setenv("ENRICHMENT_POSTGRES__DSN", "mysql://canary-two")
    monkeypatch.setenv("ENRICHMENT_QDRANT__NAMESPACES", "canary-three")
    monkeypatch.setenv("ENRICHMENT_MODLE__NAME", "canary-four")

    with pytest.raises(ConfigurationError) as caught:
        load_settings()

    lines = str(caught.value).splitlines()
    named = {line.partition(":")[0] for line in lines}
    assert named == {
        "ENRICHMENT_MODEL__TIMEOUT_SECONDS",
        "ENRICHMENT_POSTGRES__DSN",
        "ENRICHMENT_QDRANT__NAMESPACES",
        "ENRICHMENT_MODLE__NAME",
    }
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("text", ["[model", "[model]\nname = 3\n", "[modle]\nname = 'x'\n"])
def test_a_file_that_is_not_right_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "enrichment.toml"
    file.write_text(text)

    with pytest.raises(ConfigurationError):
        load_settings(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml"):
        load_settings(tmp_path / "nowhere.toml")


def test_secrets_are_shown_as_asterisks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENRICHMENT_POSTGRES__DSN", "postgresql://user:canary@host/db")
    monkeypatch.setenv("ENRICHMENT_QDRANT__API_KEY", "canary")

    shown = str(redacted(load_settings()))

    assert "canary" not in shown


def test_every_setting_says_what_it_is_for() -> None:
    assert all(description for _, description, _ in names())


def test_credentials_in_an_address_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENRICHMENT_MODEL__BASE_URL", "https://user:canary@models.example/v1")

    shown = redacted(load_settings())

    assert shown["model"]["base_url"] == "https://**********@models.example/v1"
