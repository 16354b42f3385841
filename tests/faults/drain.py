"""Drains a backlog although its worker is killed again and again, and counts what that cost."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.faults.background import wait_until
from tests.faults.canaries import Said, asked
from tests.faults.rig import CALLS_PER_KILL, Allowed, Rig

# Long enough that no living worker loses it on a busy machine, short enough to wait for after a kill.
LEASE_SECONDS = 6
# Of a drain without faults, and of its leases: enough on a busy machine.
LONG_SECONDS = 300
_SESSIONS = (
    "select count(*) from pg_stat_activity where application_name = 'enrichment' and datname = current_database()"
)
_LEASES = "select count(*) from users where lease_until > now()"
_BATCHES = """
    select o.batch_id, message -> 'points' -> 0 ->> 1 as point_id,
           exists (select from model_calls m where m.batch_id = o.batch_id and m.answer is not null) as answered
      from open_batches o
     cross join lateral jsonb_path_query(record, '$.windows[*].messages[*]') as message
"""


@dataclass(slots=True)
class Drain:
    """One backlog on its way: ``in_flight`` are the messages of the batches that a kill left without an answer."""

    rig: Rig
    seed: int
    in_flight: dict[str, set[str]] = field(default_factory=dict)
    answered: list[tuple[int, set[str]]] = field(default_factory=list)

    def run(self, shortest_seconds: float, longest_seconds: float) -> None:
        """Start workers and kill each after a random time, until nothing is pending; then let one finish."""
        moments = random.Random(self.seed)
        while self.rig.chat.pending():
            worker = self.rig.start("run", LOOP__LEASE_SECONDS=LEASE_SECONDS)
            killed_at = time.monotonic() + moments.uniform(shortest_seconds, longest_seconds)
            wait_until(lambda: time.monotonic() > killed_at, "the moment to kill", longest_seconds + 5)  # noqa: B023  # at once
            self.rig.kill(worker)
            self._look()
        wait_until(lambda: not self.rig.database.value(_LEASES), "all leases to be over", LEASE_SECONDS + 5)
        last = self.rig.start("run", "--once", LOOP__LEASE_SECONDS=LONG_SECONDS)
        self.rig.end(last, code=0, within_seconds=LONG_SECONDS)
        self.rig.allowed = Allowed(calls=CALLS_PER_KILL * self.rig.kills, sent_again=self.may_be_sent_again)

    @property
    def may_be_sent_again(self) -> int:
        """How many messages were in flight at the kills, each batch counted once."""
        return sum(map(len, self.in_flight.values()))

    def counts(self) -> dict[str, int]:
        """Return what there is to report."""
        rows = Counter(
            row["point_id"] for row in self.rig.database.rows("select point_id from ledger where withdrawn_at is null")
        )
        facts = Counter(
            row["object"] for row in self.rig.database.rows("select object from facts where state = 'active'")
        )
        said: dict[str, Said] = self.rig.said
        sent = Counter(self.rig.sent())
        return {
            "messages": len(said),
            "kills": self.rig.kills,
            "lost": sum(not (rows[key] and facts[each.canary]) for key, each in said.items()),
            "duplicated": sum(count - 1 for counted in (rows, facts) for count in counted.values()),
            "quarantined": self.rig.database.value("select count(*) from ledger where outcome = 'quarantined'"),
            "sent again": sum(times - 1 for times in sent.values()),
            "in flight at the kills": self.may_be_sent_again,
            "calls": self.rig.model.stats.calls,
            "calls without faults": self.rig.golden_calls or 0,
            "asked again after their answer was stored": len(self._asked_again()),
        }

    def _look(self) -> None:
        """Note what the dead worker left, once the database has made up its mind about its last transactions."""
        wait_until(lambda: not self.rig.database.value(_SESSIONS), "the dead worker's sessions to end")
        done = {row["point_id"] for row in self.rig.database.rows("select point_id from ledger")}
        for row in self.rig.database.rows(_BATCHES):
            batch = done if row["answered"] else self.in_flight.setdefault(str(row["batch_id"]), set())
            batch.add(row["point_id"])
        self.answered.append((len(self.rig.model.requests), done))

    def _asked_again(self) -> list[str]:
        """Return the canaries that were sent after a look that found their answer stored."""
        names = {point_id: said.canary for point_id, said in self.rig.said.items()}
        last = {canary: place for place, request in enumerate(self.rig.model.requests) for canary in asked(request)}
        return [names[point_id] for until, done in self.answered for point_id in done if last[names[point_id]] >= until]
