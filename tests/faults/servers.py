"""A Postgres and a Qdrant of the tests' own, that can be killed, stopped and started again on the same data."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from enrichment.adapters.embedded import binaries
from enrichment.adapters.embedded.postgres import choose_user
from enrichment.adapters.embedded.qdrant import python_environment
from tests.faults.background import wait_until

ROLE = "enrichment"
# Trusted connections ignore it; it is there to be looked for where it must not appear.
PASSWORD = "p4ssw0rd-of-the-rig"
_NO_DURABILITY_NEEDED = ("fsync=off", "full_page_writes=off", "synchronous_commit=on", "shared_buffers=32MB")


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def dying_with_us(command: Sequence[str], number: signal.Signals) -> list[str]:
    """Return a command that gets a signal when this process dies, where the system has a tool for that."""
    setpriv = shutil.which("setpriv")
    return [*((setpriv, "--pdeathsig", number.name.removeprefix("SIG")) if setpriv else ()), *command]


@dataclass(slots=True)
class PostgresServer:
    """One cluster on a TCP port of loopback; ``folder`` must be reachable for the user that runs it."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    _user: pwd.struct_passwd | None = None
    _binaries: Path = Path()

    def create(self) -> None:
        """Make the cluster."""
        self._user = choose_user(self.folder)
        self._binaries = binaries.find(self.folder, self._user)
        data = self.folder / "data"
        data.mkdir(mode=0o700)
        if self._user:
            os.chown(data, self._user.pw_uid, self._user.pw_gid)
        init = ["initdb", "-D", str(data), "--auth=trust", f"--username={ROLE}", "--encoding=UTF8", "--no-sync"]
        self._start([*init, "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]).wait(60)

    def start(self) -> None:
        """Return when it accepts connections; what a killed server left behind may keep it waiting for a moment."""
        options = [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            *_NO_DURABILITY_NEEDED,
        ]
        settings = [part for option in options for part in ("-c", option)]
        command = ["postgres", "-D", str(self.folder / "data"), *settings]

        def ready() -> bool:
            if self.process is None or self.process.poll() is not None:
                self.process = self._start(command)
            return self._status() == (str(self.process.pid), "ready")

        wait_until(ready, "Postgres to be ready")

    def end(self, number: signal.Signals) -> None:
        """Send SIGINT (fast), SIGQUIT (immediate) or SIGKILL and wait for the end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(30)

    def dsn(self, database: str, port: int | None = None) -> str:
        """Return where to connect, by another port if a proxy listens there."""
        return f"postgresql://{ROLE}:{PASSWORD}@127.0.0.1:{port or self.port}/{database}"

    def _status(self) -> tuple[str, str]:
        """Return process id and status as the server's own file says; the file of a killed server stays."""
        file = self.folder / "data" / "postmaster.pid"
        lines = file.read_text().splitlines() if file.exists() else []
        return (lines[0], lines[-1].strip()) if lines else ("", "")

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.folder.parent / "postgres.log").open("ab") as log:
            return subprocess.Popen(
                dying_with_us([str(self._binaries / command[0]), *command[1:]], signal.SIGQUIT),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath},
                user=self._user.pw_uid if self._user else None,
                group=self._user.pw_gid if self._user else None,
                extra_groups=[] if self._user else None,
            )


@dataclass(slots=True)
class QdrantServer:
    """The embedded engine on a port that stays the same."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Return when it answers."""
        module = ["-P", "-m", "enrichment.adapters.embedded.qdrant_server", "--data-dir", str(self.folder)]
        command = [sys.executable, *module, "--port", str(self.port)]
        with (self.folder.parent / "qdrant.log").open("ab") as log:
            self.process = subprocess.Popen(
                dying_with_us(command, signal.SIGTERM),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=python_environment(),
            )
        wait_until(self._answers, "Qdrant to be ready")

    def end(self, number: signal.Signals) -> None:
        """Send SIGTERM (clean) or SIGKILL and wait for the end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(40)

    def copy(self, to: Path) -> None:
        """Copy its data aside; it must not run."""
        shutil.copytree(self.folder, to)

    def restore(self, copied: Path) -> None:
        """Put copied data in place of its own; it must not run."""
        shutil.rmtree(self.folder)
        shutil.copytree(copied, self.folder)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "Qdrant ended at its start"
        try:
            return httpx.get(f"{self.url}/readyz", timeout=1).is_success
        except httpx.TransportError:
            return False
