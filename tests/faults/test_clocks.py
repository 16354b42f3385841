"""T17: workers' clocks are wrong by an hour, or jump; messages have odd hours and odd days, or impossible ones."""

from dataclasses import replace

import pytest

from bench.model_server import Held
from tests.faults.background import wait_until
from tests.faults.canaries import say
from tests.faults.rig import SHORT_LEASE_SECONDS, Rig

pytestmark = pytest.mark.faults

HOUR = 3600
# The night of a change to summer time, a leap day, the turn of a year; then what no clock says.
ODD_TIMES = (
    *("2026-03-29T00:59:30+00:00", "2026-03-29T03:00:10+02:00", "2024-02-29T23:59:50Z", "2024-03-01T00:00:05Z"),
    *("2025-12-31T23:59:59Z", "2026-01-01T00:00:01Z", "1970-01-01T00:00:00Z", "2206-01-01T00:00:00Z"),
)
SESSIONS = """
select started_at, ended_at, message_count
  from sessions
 where user_id = $1 and started_at < '2026-06-01'
 order by started_at
"""


def test_two_replicas_whose_clocks_differ_by_two_hours_share_the_users(rig: Rig) -> None:
    rig.write(say(users=12, messages=2))
    rig.model.latency_seconds = 0.3

    workers = []
    for skew in (HOUR, -HOUR):
        rig.environment["TESTS_CLOCK"] = str(skew)
        workers.append(rig.start("run", "--once", "--json", MODEL__CONCURRENCY=1))
    ended = [worker.ended() for worker in workers]

    assert {each.code for each in ended} <= {0, 75}
    assert not any(each.report["failures"] for each in ended)
    assert rig.model.stats.calls == 12


def test_a_clock_that_jumps_costs_no_lease(rig: Rig) -> None:
    rig.write(say(users=1, messages=2))
    held = Held()
    rig.model.script(held)
    rig.environment["TESTS_CLOCK"] = f"0,{HOUR},-{HOUR}"
    worker = rig.start("run", "--once", "--json", LOOP__LEASE_SECONDS=SHORT_LEASE_SECONDS, MODEL__TIMEOUT_SECONDS=20)
    rig.model.wait_for_calls(1, timeout_seconds=60)

    first = rig.database.value("select max(lease_until) from users")
    beyond = "select max(lease_until) > $1::timestamptz + make_interval(secs => $2) from users"
    kept = lambda: rig.database.value(beyond, first, float(SHORT_LEASE_SECONDS))  # noqa: E731
    wait_until(kept, "a lease to be kept beyond its first length")
    held.release()

    assert rig.end(worker, code=0).report["failures"] == {}


def test_odd_times_come_to_an_end_and_to_the_same_sessions_by_any_clock(rig: Rig) -> None:
    for user, skew in ((1, HOUR), (2, -HOUR)):
        said = say(users=1, messages=len(ODD_TIMES), first_user=user)
        dated = zip(said, ODD_TIMES, strict=True)
        rig.write(replace(one, fields={"timestamp": at}) for one, at in dated)
        rig.environment["TESTS_CLOCK"] = str(skew)
        rig.once()

    first, second = (rig.database.rows(SESSIONS, user) for user in ("u01", "u02"))
    assert first == second
    assert [each["message_count"] for each in first] == [2, 2, 2]
