"""The proxy does to connections what each fault says, and nothing else."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from bench.model_server import ModelServer
from tests.faults.background import Background, wait_until
from tests.faults.chaos_proxy import (
    Blackhole,
    ChaosProxy,
    Dripping,
    HalfClosed,
    Latency,
    Passing,
    Refusing,
    Reset,
    Rewriting,
    Truncated,
    Upstream,
)

ANSWER = b"0123456789"
Open = Callable[[], socket.socket]


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    with Background() as background:
        yield background


def answer_each(listening: socket.socket) -> None:
    """Answer ten bytes to every byte, on every connection, until the listening socket is closed."""

    def serve(connection: socket.socket) -> None:
        with connection:
            while connection.recv(1):
                connection.sendall(ANSWER)

    with listening:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()


@pytest.fixture(params=["tcp", "unix"])
def upstream(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Upstream]:
    path = tmp_path / "s"
    listening = socket.socket(socket.AF_UNIX if request.param == "unix" else socket.AF_INET)
    listening.bind(str(path) if request.param == "unix" else ("127.0.0.1", 0))
    listening.listen()
    threading.Thread(target=answer_each, args=(listening,), daemon=True).start()
    yield path if request.param == "unix" else listening.getsockname()
    listening.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def proxy(background: Background, upstream: Upstream) -> Iterator[ChaosProxy]:
    with ChaosProxy(background, upstream) as proxy:
        yield proxy


@pytest.fixture
def connect(proxy: ChaosProxy) -> Iterator[Open]:
    opened: list[socket.socket] = []

    def connect() -> socket.socket:
        opened.append(socket.create_connection(("127.0.0.1", proxy.port), timeout=20))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def received(connection: socket.socket) -> bytes:
    """All that comes until the other side ends."""
    data = b""
    while piece := connection.recv(100):
        data += piece
    return data


def test_it_passes_bytes_on_and_counts_connections(proxy: ChaosProxy, connect: Open) -> None:
    one, other = connect(), connect()

    one.sendall(b"?")
    other.sendall(b"?")

    assert (one.recv(100), other.recv(100)) == (ANSWER, ANSWER)
    assert (proxy.accepted, proxy.open_connections) == (2, 2)
    one.close()
    wait_until(lambda: proxy.open_connections == 1, "one connection left")


def test_latency_delays_an_answer_until_it_is_lifted(proxy: ChaosProxy, connect: Open) -> None:
    connection = connect()
    proxy.behave(Latency(0.2))
    asked_at = time.monotonic()

    connection.sendall(b"?")

    assert connection.recv(100) == ANSWER
    assert time.monotonic() - asked_at >= 0.2
    proxy.behave(Latency(60))
    connection.sendall(b"?")
    proxy.behave(Passing())
    assert connection.recv(100) == ANSWER


def test_a_reset_breaks_the_connection_after_so_many_bytes(proxy: ChaosProxy, connect: Open) -> None:
    proxy.behave(Reset(after_bytes=12))
    connection = connect()

    connection.sendall(b"?")
    assert connection.recv(100) == ANSWER
    connection.sendall(b"?")

    with pytest.raises(ConnectionResetError):
        received(connection)


def test_open_connections_can_be_reset_at_once(proxy: ChaosProxy, connect: Open) -> None:
    connection = connect()
    connection.sendall(b"?")
    connection.recv(100)

    proxy.reset_all()

    with pytest.raises(ConnectionResetError):
        connection.recv(100)
    wait_until(lambda: proxy.open_connections == 0, "no connection left")


def test_a_blackhole_swallows_everything_and_its_connections_stay_dead(proxy: ChaosProxy, connect: Open) -> None:
    proxy.behave(Blackhole())
    lost = connect()
    lost.sendall(b"?")
    wait_until(lambda: proxy.accepted == 1, "the connection")
    lost.settimeout(0.2)
    with pytest.raises(TimeoutError):
        lost.recv(100)

    proxy.behave()
    lost.sendall(b"?")
    fresh = connect()
    fresh.sendall(b"?")

    assert fresh.recv(100) == ANSWER
    with pytest.raises(TimeoutError):
        lost.recv(100)


def test_a_half_closed_connection_still_takes_what_the_client_sends(proxy: ChaosProxy, connect: Open) -> None:
    proxy.behave(HalfClosed())
    connection = connect()

    connection.sendall(b"?")

    assert received(connection) == b""
    connection.sendall(b"?")
    assert proxy.open_connections == 1


def test_a_drip_is_one_byte_at_a_time(proxy: ChaosProxy, connect: Open) -> None:
    proxy.behave(Dripping(0.02))
    connection = connect()

    connection.sendall(b"?")

    assert connection.recv(100) == ANSWER[:1]
    assert len(connection.recv(100)) < len(ANSWER) - 1


def test_a_truncated_answer_ends_in_good_order(proxy: ChaosProxy, connect: Open) -> None:
    proxy.behave(Truncated(after_bytes=4))
    connection = connect()

    connection.sendall(b"?")

    assert received(connection) == ANSWER[:4]


def test_an_answer_of_http_can_be_rewritten(background: Background) -> None:
    with ModelServer() as server, ChaosProxy(background, ("127.0.0.1", server.port)) as proxy:
        proxy.behave(Rewriting(b'"scripted"', b'"rewritten twice"'))

        reply = httpx.get(f"http://127.0.0.1:{proxy.port}/v1/models")

    assert reply.json()["data"][0]["id"] == "rewritten twice"


def test_a_refusing_proxy_comes_back_on_the_same_port(proxy: ChaosProxy, connect: Open) -> None:
    first = connect()
    first.sendall(b"?")
    first.recv(100)
    proxy.behave(Refusing())

    with pytest.raises(ConnectionResetError):
        first.recv(100)
    with pytest.raises(ConnectionRefusedError):
        connect()
    proxy.behave()
    second = connect()
    second.sendall(b"?")
    assert second.recv(100) == ANSWER


def test_a_server_that_is_down_resets_the_connection(background: Background, tmp_path: Path) -> None:
    with ChaosProxy(background, tmp_path / "nobody") as proxy, pytest.raises(ConnectionResetError):  # noqa: SIM117
        # The reset may come while connecting or while reading.
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=20) as connection:
            connection.recv(100)
