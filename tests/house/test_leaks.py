"""The suite fails where anything private is logged or served, and this is how we know that it would."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.house.sources import ROOT
from tests.leaks import demand_no_leak

LEAKING = Path(__file__).with_name("leaking.txt")
OPTIONS = ("-p", "tests.leaks", "-p", "no:cacheprovider", "-rA", "-q", "-c", "/dev/null")


def test_each_way_in_which_a_private_word_comes_out_fails_its_test_and_no_other(tmp_path: Path) -> None:
    ends = run(tmp_path / "test_planted.py")

    assert {end for name, end in ends.items() if name.startswith("test_leak")} == {"FAILED"}
    assert [name for name, end in ends.items() if end == "PASSED"] == ["test_fine_where_data_is_asked_for"]
    assert len(ends) == 7


def run(planted: Path) -> Mapping[str, str]:
    """Run the tests that leak, as any others are run, and return how each of them ended."""
    planted.write_text(LEAKING.read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", *OPTIONS, str(planted)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=50)
    said = [line.split()[:2] for line in done.stdout.splitlines() if line.startswith(("PASSED ", "FAILED "))]
    return {name.rpartition("::")[2]: end for end, name in said}


def test_a_servers_log_that_holds_a_secret_is_found(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_text("ERROR: syntax\nSTATEMENT: alter role enrichment password 'canary-of-the-suites-database'")

    with pytest.raises(AssertionError, match="holds what is private"):
        demand_no_leak([log])
