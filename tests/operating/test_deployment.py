"""What is deployed is hardened, valid, and configured by settings that exist."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from enrichment.configuration import load_settings, unknown_variables

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "config" / "enrichment.service"
COMPOSE = ROOT / "docker-compose.yml"
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())["services"]
OURS = ("worker", "once")


def checked(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name(tool)
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False, timeout=50)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("hadolint", [str(ROOT / "Dockerfile")]),
        ("check-jsonschema", ["--builtin-schema", "vendor.compose-spec", str(COMPOSE)]),
        ("compose-lint", [str(COMPOSE)]),
    ],
)
def test_the_linters_find_nothing(tool: str, arguments: list[str]) -> None:
    linted = checked(tool, *arguments)

    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_hardened_and_bounded(name: str) -> None:
    service = SERVICES[name]

    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"].split(":")[0] != "0"
    assert {"mem_limit", "cpus", "pids_limit", "healthcheck"} <= service.keys()


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_is_published_beyond_this_machine(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", OURS)
def test_the_worker_gets_settings_that_exist_and_no_secret_in_them(name: str) -> None:
    environment = SERVICES[name]["environment"]

    assert unknown_variables(environment) == []
    assert [key for key in environment if key.endswith(("KEY", "TOKEN", "DSN", "PASSWORD"))] == []


def test_it_has_longer_to_stop_than_the_batches_in_hand_may_take() -> None:
    grace = SERVICES["worker"]["stop_grace_period"]

    assert float(grace.removesuffix("s")) > 2 * load_settings().loop.grace_seconds


def test_the_unit_for_systemd_names_settings_that_exist_and_gives_time_to_stop() -> None:
    lines = [line.partition("=")[::2] for line in UNIT.read_text().splitlines() if "=" in line and line[0] != "#"]
    environment = dict(value.partition("=")[::2] for name, value in lines if name == "Environment")
    told = dict(lines)

    assert unknown_variables(environment) == []
    assert (told["Type"], "WatchdogSec" in told) == ("notify", True)
    assert float(told["TimeoutStopSec"]) > 2 * load_settings().loop.grace_seconds


def test_the_secrets_fit_one_another_and_are_made_only_once(tmp_path: Path) -> None:
    command = ["make", "-s", "-f", str(ROOT / "Makefile"), "compose-secrets"]
    environment = {"PATH": os.environ["PATH"]}
    subprocess.run(command, cwd=tmp_path, check=True, env=environment, capture_output=True, timeout=30)
    before = {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}
    subprocess.run(command, cwd=tmp_path, check=True, env=environment, capture_output=True, timeout=30)

    wanted = yaml.safe_load(COMPOSE.read_text())["secrets"]
    assert before == {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}
    assert before.keys() == wanted.keys()
    assert f":{before['postgres_password']}@postgres/" in before["postgres_dsn"]
