"""Everything that one fault test has in its hands: messages, servers, proxies, workers and what is allowed."""

import hashlib
import signal
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.model_server import ModelServer
from tests.faults.background import Background, wait_until
from tests.faults.canaries import CanaryResponder, Said, asked
from tests.faults.chaos_proxy import ChaosProxy
from tests.faults.chat import Chat
from tests.faults.database import Database
from tests.faults.sampler import Sampler
from tests.faults.servers import PostgresServer, QdrantServer
from tests.faults.workers import KILLED, Ended, Worker, Workers

API_KEY = "sk-key-of-the-rig"
# Of workers that are to lose their lease; the others must not, however busy the machine is.
SHORT_LEASE_SECONDS = 2
LEASE_SECONDS = 20
TEMPLATE = "template_of_the_rig"
# Every request of a test is kept: the oracle reads them all.
REQUESTS = 100_000
# Calls that a kill may cost: a batch whose process died comes back in eighths.
CALLS_PER_KILL = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Machinery:
    """What all fault tests share."""

    background: Background
    workers: Workers
    postgres: PostgresServer
    qdrant: QdrantServer


@dataclass(slots=True, kw_only=True)
class Allowed:
    """How much more than a run without faults a test may cost: calls, and messages that are sent again."""

    calls: int = 0
    sent_again: int = 0


@dataclass(slots=True, kw_only=True)
class Rig:
    """One test's world."""

    machinery: Machinery
    folder: Path
    chat: Chat
    database: Database
    sampler: Sampler
    model: ModelServer
    to_postgres: ChaosProxy
    to_qdrant: ChaosProxy
    to_model: ChaosProxy
    dsn: str
    said: dict[str, Said] = field(default_factory=dict)
    started: list[Worker] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    allowed: Allowed = field(default_factory=Allowed)
    # Of the workers that are started from now on: more variables, and outputs to which nothing can be written.
    environment: dict[str, str] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)
    kills: int = 0
    module: str = "enrichment"
    golden_calls: int | None = None

    def write(self, said: Iterable[Said]) -> list[Said]:
        """Store messages as an agent does, and expect them to come to their end."""
        written = list(said)
        self.chat.write(written)
        self.said |= {each.point_id: each for each in written}
        return written

    def expect(self, said: Iterable[Said], **changes: object) -> None:
        """Change what these messages must come to."""
        self.said |= {each.point_id: replace(self.said[each.point_id], **changes) for each in said}  # type: ignore[arg-type]  # fields of Said

    def allow(self, calls: int, messages: int = 1) -> None:
        """Expect that many calls more than without faults, each with up to that many messages."""
        self.allowed.calls += calls
        self.allowed.sent_again += calls * messages

    def start(self, *arguments: str, failpoints: str = "", **settings: object) -> Worker:
        """Start the program; settings are named like ``LOOP__LEASE_SECONDS``."""
        named = {f"ENRICHMENT_{name}": str(value) for name, value in settings.items()}
        environment = {**self._environment(), **named, "ENRICHMENT_FAILPOINTS": failpoints}
        worker = self.machinery.workers.start(arguments, environment, self.folder, self.module, full=self.full)
        self.started.append(worker)
        return worker

    def end(self, worker: Worker, code: int, within_seconds: float = 40) -> Ended:
        """Wait for a worker's end with that code; a kill widens what is allowed by the batches in flight."""
        ended = worker.ended(within_seconds)
        self.ended.append(ended)
        assert ended.code == code, f"ended with {ended.code}, not {code}:\n{ended.stdout}\n{ended.stderr[-4000:]}"
        if ended.code == KILLED:
            self.kills += 1
            self.allowed.calls += CALLS_PER_KILL
            self.allowed.sent_again += self.in_flight()
            self.sampler.sample()
        return ended

    def once(self, *arguments: str, code: int = 0, failpoints: str = "", **settings: object) -> Ended:
        """Run the program once, to its end, which must have that code."""
        return self.end(self.start("run", "--once", "--json", *arguments, failpoints=failpoints, **settings), code)

    def kill(self, worker: Worker) -> Ended:
        """Kill a worker."""
        worker.send(signal.SIGKILL)
        return self.end(worker, KILLED)

    def wait_for_leases(self) -> None:
        """Wait until nobody holds a user or plans; a dead worker's short leases may last no longer than they say.

        Where nobody is left alive whose lease would go with them, the time is turned on by hand.
        """
        if not any(worker.running for worker in self.started):
            for table in ("users", "plan_passes"):
                self.database.rows(f"update {table} set lease_until = now() where lease_until > now()")  # noqa: S608  # ours
        held = """
            select count(*)
              from (select lease_until from users union all select lease_until from plan_passes) as lease
             where lease_until > now()
        """
        wait_until(lambda: not self.database.value(held), "all leases to be over", SHORT_LEASE_SECONDS + 2)

    def recover(self, *, code: int = 0, **settings: object) -> Ended:
        """Do what a supervisor does after a crash: start it again, once the dead worker's leases are over."""
        self.wait_for_leases()
        return self.once(code=code, failpoints="", **settings)

    def in_flight(self) -> int:
        """Count the messages of open batches whose answer is not stored."""
        return int(
            self.database.value(
                """
                select coalesce(sum(jsonb_array_length(jsonb_path_query_array(record, '$.windows[*].messages[*]'))), 0)
                  from open_batches
                 where not exists (
                       select from model_calls
                        where model_calls.batch_id = open_batches.batch_id and answer is not null)
                """
            )
        )

    def sent(self) -> list[str]:
        """Return the canaries of all new lines that the model was ever sent, in order."""
        return [canary for request in self.model.requests for canary in asked(request)]

    def logged(self) -> Iterator[str]:
        """Yield all that workers said."""
        for worker in self.started:
            yield worker.stdout.read_text()
            yield worker.stderr.read_text()

    def proxies(self) -> tuple[ChaosProxy, ChaosProxy, ChaosProxy]:
        """Return the proxies before the dependencies."""
        return self.to_postgres, self.to_qdrant, self.to_model

    @property
    def temporary(self) -> Path:
        """The workers' temporary folder."""
        return self.folder / "tmp"

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.folder),
            "TMPDIR": str(self.temporary),
            "ENRICHMENT_ENVIRONMENT": "test",
            "ENRICHMENT_LOG_FORMAT": "json",
            "ENRICHMENT_QDRANT__URL": f"http://127.0.0.1:{self.to_qdrant.port}",
            "ENRICHMENT_QDRANT__COLLECTIONS": self.chat.name,
            "ENRICHMENT_QDRANT__TIMEOUT_SECONDS": "3",
            "ENRICHMENT_POSTGRES__DSN": self.dsn,
            "ENRICHMENT_MODEL__BASE_URL": f"http://127.0.0.1:{self.to_model.port}/v1",
            "ENRICHMENT_MODEL__API_KEY": API_KEY,
            "ENRICHMENT_MODEL__TIMEOUT_SECONDS": "5",
            "ENRICHMENT_LOOP__LEASE_SECONDS": str(LEASE_SECONDS),
            "ENRICHMENT_LOOP__BUSY_INTERVAL_SECONDS": "0.1",
            "ENRICHMENT_LOOP__IDLE_INTERVAL_SECONDS": "0.2",
            "ENRICHMENT_LOOP__REPLAN_SECONDS": "1",
            "ENRICHMENT_LOOP__RECONCILE_SECONDS": "0.5",
            **self.environment,
        }


@contextmanager
def rigged(machinery: Machinery, shared_folder: Path, claim: str) -> Iterator[Rig]:
    """Make a world of its own for one test: a database, a collection, a model, three proxies, no worker yet."""
    name = f"test_{hashlib.sha256(claim.encode()).hexdigest()[:12]}"
    folder = shared_folder / name
    (folder / "tmp").mkdir(parents=True)
    background, postgres, qdrant = machinery.background, machinery.postgres, machinery.qdrant
    with ExitStack() as stack:
        model = stack.enter_context(ModelServer(CanaryResponder(), keep=REQUESTS))
        maintenance = stack.enter_context(closing(Database(background, postgres.dsn("postgres"))))
        maintenance.rows(f"create database {name} template {TEMPLATE} strategy file_copy")
        stack.callback(maintenance.rows, f"drop database {name} (force)")
        database = stack.enter_context(closing(Database(background, postgres.dsn(name))))
        chat = stack.enter_context(closing(Chat(qdrant.url, name)))
        chat.create()
        stack.callback(chat.delete)
        to_postgres, to_qdrant, to_model = (
            stack.enter_context(ChaosProxy(background, ("127.0.0.1", port)))
            for port in (postgres.port, qdrant.port, model.port)
        )
        sampler = stack.enter_context(Sampler(chat, database))
        rig = Rig(
            machinery=machinery,
            folder=folder,
            chat=chat,
            database=database,
            sampler=sampler,
            model=model,
            to_postgres=to_postgres,
            to_qdrant=to_qdrant,
            to_model=to_model,
            dsn=postgres.dsn(name, to_postgres.port),
        )
        stack.callback(_stop, rig)
        yield rig


def _stop(rig: Rig) -> None:
    for worker in rig.started:
        worker.send(signal.SIGKILL)
    for worker in rig.started:
        wait_until(lambda: worker.end, "a killed worker's end")  # noqa: B023  # called at once
