"""Ten thousand messages, and a worker that is killed at random times until they are all done (`make test-kill`)."""

from pathlib import Path

import pytest

from tests.faults.canaries import say
from tests.faults.drain import Drain
from tests.faults.rig import Machinery, Rig, rigged

pytestmark = [pytest.mark.kill, pytest.mark.timeout(900)]

SEED = 20260302


def calls_without_faults(machinery: Machinery, folder: Path, users: int, messages: int) -> int:
    with rigged(machinery, folder, "without faults") as rig:
        rig.write(say(users=users, messages=messages))
        rig.once()
        return rig.model.stats.calls


@pytest.fixture
def golden_calls(machinery: Machinery, shared_folder: Path) -> int:
    return calls_without_faults(machinery, shared_folder, users=100, messages=100)


def test_ten_thousand_messages_survive_a_worker_that_is_killed_at_random_times(
    rig: Rig, golden_calls: int, capsys: pytest.CaptureFixture[str]
) -> None:
    rig.write(say(users=100, messages=100))
    rig.golden_calls = golden_calls
    rig.model.latency_seconds = 0.1
    drain = Drain(rig, SEED)

    drain.run(1.0, 7.0, concurrency=1)

    counts = drain.counts()
    with capsys.disabled():
        print("", *(f"{name}: {count:,}" for name, count in counts.items()), sep="\n  ")  # noqa: T201  # the report
    assert (counts["lost"], counts["duplicated"]) == (0, 0)
    assert counts["sent again"] <= counts["in flight at the kills"]
    assert counts["calls"] <= counts["calls without faults"] + 8 * counts["kills"]
    assert counts["asked again after their answer was stored"] == 0
