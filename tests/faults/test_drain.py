"""Ten thousand messages, and a worker that is killed at random times until they are all done (`make test-kill`)."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.faults.canaries import say
from tests.faults.drain import LONG_SECONDS, Drain
from tests.faults.rig import Machinery, Rig, rigged

pytestmark = [pytest.mark.kill, pytest.mark.timeout(900)]

Report = Callable[[Mapping[str, int]], None]
SEED = 20260302


def calls_without_faults(machinery: Machinery, folder: Path, users: int, messages: int) -> int:
    with rigged(machinery, folder, "without faults") as rig:
        rig.write(say(users=users, messages=messages))
        rig.end(rig.start("run", "--once", LOOP__LEASE_SECONDS=LONG_SECONDS), code=0, within_seconds=LONG_SECONDS)
        return rig.model.stats.calls


@pytest.fixture(scope="module")
def golden_calls(machinery: Machinery, shared_folder: Path) -> int:
    return calls_without_faults(machinery, shared_folder, users=100, messages=100)


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Report:
    def printed(counts: Mapping[str, int]) -> None:
        with capsys.disabled():
            print("", *(f"{name}: {count:,}" for name, count in counts.items()), sep="\n  ")  # noqa: T201  # the report

    return printed


@pytest.mark.parametrize(
    ("shortest_seconds", "longest_seconds"),
    [pytest.param(1.0, 7.0, id="now and then"), pytest.param(0.6, 4.0, id="again and again")],
)
def test_ten_thousand_messages_survive_a_worker_that_is_killed_at_random_times(
    rig: Rig, golden_calls: int, report: Report, shortest_seconds: float, longest_seconds: float
) -> None:
    rig.write(say(users=100, messages=100))
    rig.golden_calls = golden_calls
    rig.model.latency_seconds = 0.1
    drain = Drain(rig, SEED)

    drain.run(shortest_seconds, longest_seconds)

    counts = drain.counts()
    report(counts)
    assert (counts["lost"], counts["duplicated"]) == (0, 0)
    assert counts["sent again"] <= counts["in flight at the kills"]
    assert counts["calls"] <= counts["calls without faults"] + 8 * counts["kills"]
    assert counts["asked again after their answer was stored"] == 0
    assert counts["quarantined"] == 0
