"""Servers come back with what they had, and workers report how they ended."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.background import Background
from tests.faults.canaries import say
from tests.faults.chat import Chat
from tests.faults.database import Database
from tests.faults.servers import PostgresServer, QdrantServer
from tests.faults.workers import KILLED, Workers

pytestmark = pytest.mark.faults


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[Database]:
    with Background() as background, closing(Database(background, postgres.dsn("postgres"))) as database:
        yield database
        database.rows("drop table kept")


@pytest.fixture
def chat(qdrant: QdrantServer) -> Iterator[Chat]:
    with closing(Chat(qdrant.url, "kept")) as chat:
        chat.create()
        yield chat
        chat.delete()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGQUIT, signal.SIGINT])
def test_postgres_keeps_what_was_committed(
    database: Database, postgres: PostgresServer, number: signal.Signals
) -> None:
    database.rows("create table kept as select 7 as number")

    postgres.end(number)
    postgres.start()

    assert database.rows("select number from kept") == [{"number": 7}]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_qdrant_keeps_what_was_acknowledged(chat: Chat, qdrant: QdrantServer, number: signal.Signals) -> None:
    said = say(users=1, messages=3)
    chat.write(said)
    chat.set_status(said[:1], "completed")

    qdrant.end(number)
    qdrant.start()

    assert sorted(filter(None, chat.statuses().values())) == ["completed", "pending", "pending"]
    assert chat.pending() == 2


def test_qdrant_can_be_put_back_to_an_older_copy(chat: Chat, qdrant: QdrantServer, tmp_path: Path) -> None:
    said = say(users=1, messages=2)
    chat.write(said)
    qdrant.end(signal.SIGTERM)
    qdrant.copy(tmp_path / "copy")
    qdrant.start()
    chat.remove(said)

    qdrant.end(signal.SIGKILL)
    qdrant.restore(tmp_path / "copy")
    qdrant.start()

    assert chat.pending() == 2


def test_a_worker_is_a_process_of_its_own_with_its_own_environment(tmp_path: Path) -> None:
    with Workers() as workers:
        worker = workers.start([], {"PATH": os.defpath, "ONLY": "this"}, tmp_path, module="tests.faults.environment")

        ended = worker.ended()

    assert (ended.code, ended.report["environment"]) == (0, {"PATH": os.defpath, "ONLY": "this"})
    assert ended.report["pid"] == worker.pid != os.getpid()
    assert ended.max_rss_mb > 10


def test_a_killed_worker_says_so_and_a_stopped_one_goes_on(tmp_path: Path) -> None:
    with Workers() as workers:
        first, second = (workers.start(["0"], {}, tmp_path, module="http.server") for _ in range(2))
        second.send(signal.SIGSTOP)
        first.send(signal.SIGKILL)

        assert first.ended().code == KILLED
        assert second.running
        second.send(signal.SIGCONT)
        second.send(signal.SIGTERM)
        assert second.ended().code == -signal.SIGTERM
