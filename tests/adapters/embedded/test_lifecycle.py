"""Who starts the servers, who shares them, and when they end."""

import asyncio
import json
import os
import subprocess
from pathlib import Path

import asyncpg
import httpx
import pytest

from enrichment.adapters.embedded import embedded, embedded_blocking
from tests.adapters.embedded.conftest import Hold
from tests.adapters.embedded.processes import HOLDER, alive, pids, running, wait_until, wait_until_gone


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_two_processes_share_one_pair_of_servers(lived_in: Path, hold: Hold) -> None:
    other = hold(lived_in)

    with embedded_blocking(lived_in) as servers:
        assert json.loads(first_line(other)) == [servers.qdrant_url, servers.postgres_dsn]


def test_the_servers_outlive_the_one_who_started_them_while_another_needs_them(lived_in: Path, hold: Hold) -> None:
    starter = hold(lived_in)
    first_line(starter)

    with embedded_blocking(lived_in) as servers:
        starter.kill()
        starter.wait()

        assert httpx.get(servers.qdrant_url + "/readyz").is_success
        assert all(map(alive, running(lived_in).values()))


def test_the_end_of_the_last_client_ends_the_servers(lived_in: Path) -> None:
    with embedded_blocking(lived_in):
        processes = running(lived_in)

    assert not alive(processes["postgres"])
    assert not alive(processes["qdrant"])
    wait_until_gone(processes)


def test_an_ordinary_end_is_a_clean_one(lived_in: Path) -> None:
    with embedded_blocking(lived_in):
        assert (lived_in / "qdrant" / "running").exists()

    assert not (lived_in / "qdrant" / "running").exists()
    assert not (lived_in / "postgres" / "data" / "postmaster.pid").exists()


def test_a_killed_client_leaves_no_server(lived_in: Path, hold: Hold) -> None:
    client = hold(lived_in)
    first_line(client)
    processes = running(lived_in)

    client.kill()

    wait_until_gone(processes)


async def test_a_killed_keeper_leaves_no_server_and_no_damage(lived_in: Path) -> None:
    async with embedded(lived_in) as servers:
        await execute(servers.postgres_dsn, "CREATE TABLE kept AS SELECT 42 AS answer")
        await create_collection(servers.qdrant_url, "kept")
        processes = running(lived_in)
        processes["keeper"].kill()
        wait_until_gone(processes)

    async with embedded(lived_in) as servers:
        assert await execute(servers.postgres_dsn, "SELECT answer FROM kept") == 42
        assert await answers(servers.qdrant_url, "/collections/kept")


def test_a_client_does_not_have_to_wait_for_a_killed_keepers_servers(lived_in: Path) -> None:
    with embedded_blocking(lived_in):
        running(lived_in)["keeper"].kill()

        with embedded_blocking(lived_in) as servers:
            assert httpx.get(servers.qdrant_url + "/readyz").is_success


def test_a_client_that_comes_while_the_keeper_stops_gets_the_next_one(lived_in: Path) -> None:
    keepers = set()

    for _ in range(3):
        with embedded_blocking(lived_in):
            keepers.add(running(lived_in)["keeper"].pid)

    assert len(keepers) == 3


@pytest.mark.parametrize("server", ["qdrant", "postgres"])
async def test_a_killed_server_is_started_again_at_the_same_address(lived_in: Path, server: str) -> None:
    async with embedded(lived_in) as servers:
        killed = running(lived_in)[server]
        killed.kill()
        wait_until(lambda: pids(lived_in)[server] != killed.pid)

        assert await answers(servers.qdrant_url)
        assert await execute(servers.postgres_dsn, "SELECT 1") == 1


def test_a_starter_that_ends_closes_its_output_though_the_servers_go_on(lived_in: Path, hold: Hold) -> None:
    starter = hold(lived_in)
    first_line(starter)

    with embedded_blocking(lived_in):
        rest, _ = starter.communicate(timeout=10)

        assert rest == ""


def test_a_terminals_interrupt_does_not_reach_the_servers(lived_in: Path, hold: Hold) -> None:
    client = hold(lived_in)
    first_line(client)

    groups = {os.getpgid(process.pid) for process in running(lived_in).values()}

    assert os.getpgid(client.pid) not in groups


def test_a_relative_folder_and_a_space_in_its_name_are_fine(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(data_dir.parent)

    with embedded_blocking(Path("my data")) as servers:
        assert servers.data_dir == data_dir.parent / "my data"


def test_a_folder_too_long_for_a_socket_has_its_sockets_elsewhere(data_dir: Path) -> None:
    deep = data_dir / ("long" * 25)

    with embedded_blocking(deep) as servers:
        elsewhere = Path(json.loads((deep / "keeper.json").read_text())["sockets"])

        assert asyncio.run(execute(servers.postgres_dsn, "SELECT 1")) == 1
    assert not elsewhere.exists()


def test_others_on_this_machine_cannot_read_the_data(data_dir: Path) -> None:
    with embedded_blocking(data_dir):
        private = [*data_dir.rglob("*.log"), data_dir / "qdrant", data_dir / "postgres", data_dir / "keeper.sock"]

        assert all(path.stat().st_mode & 0o077 == 0 for path in private)


async def test_the_database_is_made_for_every_language(data_dir: Path) -> None:
    async with embedded(data_dir) as servers:
        locale = "SELECT datlocale FROM pg_database WHERE datname = current_database()"

        assert await execute(servers.postgres_dsn, locale) == "C.UTF-8"
        assert await execute(servers.postgres_dsn, "SHOW server_encoding") == "UTF8"
        assert await execute(servers.postgres_dsn, "SHOW fsync") == "on"


def test_a_program_without_an_event_loop_ends_by_itself(lived_in: Path) -> None:
    ended = subprocess.run([*HOLDER, str(lived_in)], input="", capture_output=True, text=True, timeout=30, check=True)

    assert ended.stderr == ""


async def answers(url: str, path: str = "/readyz") -> bool:
    async with httpx.AsyncClient() as client:
        return (await client.get(url + path)).is_success


async def create_collection(url: str, name: str) -> None:
    async with httpx.AsyncClient() as client:
        (await client.put(f"{url}/collections/{name}", json={"vectors": {}})).raise_for_status()


async def execute(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()
