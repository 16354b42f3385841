"""Every alert fires when it should and keeps still when it should not, and somebody is told what to do."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from enrichment.adapters.monitoring.catalogue import PREFIX, SPECS

ROOT = Path(__file__).parents[2]
RULES = ROOT / "config" / "alerts.yml"
CASES = [Path(__file__).parent / name for name in ("alerts_test.yml", "alerts_of_days_test.yml")]
RUNBOOKS = ROOT / "docs" / "runbooks.md"

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is missing (Debian: apt install prometheus)"
)


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def alerts() -> list[dict[str, Any]]:
    return [rule for rule in rules() if "alert" in rule]


def cases() -> list[dict[str, Any]]:
    tests = [test for file in CASES for test in yaml.safe_load(file.read_text())["tests"]]
    return [case for test in tests for case in test["alert_rule_test"]]


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False, timeout=50)  # noqa: S607


@needs_promtool
def test_the_rules_are_what_prometheus_takes() -> None:
    checked = promtool("check", "rules", str(RULES))

    assert checked.returncode == 0, checked.stdout + checked.stderr


@needs_promtool
@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_the_alerts_fire_and_keep_still_as_their_cases_say(file: Path) -> None:
    tested = promtool("test", "rules", str(file))

    assert tested.returncode == 0, tested.stdout + tested.stderr


@needs_promtool
def test_the_configuration_of_the_monitoring_profile_is_what_prometheus_takes() -> None:
    checked = promtool("check", "config", str(ROOT / "config" / "prometheus.yml"))

    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("alert", [alert["alert"] for alert in alerts()])
def test_every_alert_has_a_case_that_fires_and_one_that_does_not(alert: str) -> None:
    expected = [bool(case["exp_alerts"]) for case in cases() if case["alertname"] == alert]

    assert {True, False} <= set(expected)


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_every_alert_says_where_its_runbook_is(alert: dict[str, Any]) -> None:
    headings = re.findall(r"^## (\w+)$", RUNBOOKS.read_text(), re.MULTILINE)

    assert alert["alert"] in headings
    assert alert["annotations"]["runbook_url"] == f"docs/runbooks.md#{alert['alert'].lower()}"
    assert alert["labels"]["severity"] in {"page", "ticket"}


def test_the_rules_ask_only_for_metrics_that_exist() -> None:
    asked = set(re.findall(rf"\b{PREFIX}\w+", " ".join(rule["expr"] for rule in rules())))

    assert asked <= {PREFIX + name for name in SPECS}
