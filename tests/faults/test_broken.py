"""The tests can fail: a protocol that was broken on purpose turns them red."""

import os
import re
import subprocess
import sys

import pytest

from tests.faults.workers import ROOT

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(300)]

KILLS = "tests/faults/test_kills.py"
ADAPTERS = "tests/adapters/postgres"
BREAKAGES = [
    (
        "settle_first",
        f"{KILLS}::test_a_kill_at_any_step_loses_nothing_and_repeats_nothing[C6]",
        "I3. .* done without a row",
    ),
    ("settle_first", "tests/simulation", "is done without a row in the ledger"),
    (
        "no_fence",
        "tests/faults/test_replicas.py::test_a_replica_on_a_machine_that_was_suspended_is_fenced_off_at_its_commit",
        r"assert \(0, {'conflicting_ledger': 1}\) == \(1, {'lease_lost': 1}\)",
    ),
    (
        "no_fence",
        f"{ADAPTERS}/test_open_batches.py::test_a_lost_lease_opens_abandons_and_fails_nothing",
        "ConflictingLedger",
    ),
    ("no_fence", f"{ADAPTERS}/test_commit.py::test_a_fenced_worker_writes_nothing", "DID NOT RAISE"),
    (
        "attempts_after",
        f"{KILLS}::test_a_message_that_kills_the_process_is_quarantined_after_three_crashes",
        "ended with -9, not 3",
    ),
    (
        "attempts_after",
        f"{ADAPTERS}/test_open_batches.py::test_an_open_batch_counts_an_attempt_for_each_message",
        "assert",
    ),
]


@pytest.mark.parametrize(("breakage", "test", "said"), BREAKAGES)
def test_a_broken_protocol_turns_its_test_red(breakage: str, test: str, said: str) -> None:
    module = f"tests.faults.broken.{breakage}"
    command = [sys.executable, "-m", "pytest", "-p", module, "-p", "no:randomly", "-p", "no:cacheprovider", test]

    ended = subprocess.run(
        command, env={**os.environ, "TESTS_BREAKAGE": module}, cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ended.returncode == pytest.ExitCode.TESTS_FAILED, ended.stdout[-3000:]
    assert re.search(said, ended.stdout, re.DOTALL), ended.stdout[-3000:]
