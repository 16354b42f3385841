"""The life cycle of an embedded Postgres: made, started, watched until ready, and stopped cleanly."""

import asyncio
import os
import pwd
import shutil
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from enrichment.adapters.embedded import binaries
from enrichment.adapters.embedded.children import Child, Command, Nursery, command_line
from enrichment.adapters.embedded.durability import sync
from enrichment.adapters.embedded.layout import Layout, last_line, user_name
from enrichment.errors import ConfigurationError, DependencyUnavailable

DATABASE = ROLE = "enrichment"
_READY_SECONDS = 180.0
_POLL_SECONDS = 0.01
_STATUS_LINE = 8
# "Fast": open sessions are ended and everything is written; "immediate" only if that takes too long.
_STOP = [(signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0)]
_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}
# Tells a server of ours from one that somebody started on our data.
_CLUSTER = "enrichment-embedded"
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "log_checkpoints": "off",
    "jit": "off",
    "cluster_name": _CLUSTER,
}


@dataclass(slots=True)
class Postgres:
    """One cluster under a data directory, reached over a unix socket in `sockets`."""

    layout: Layout
    sockets: Path
    nursery: Nursery
    child: Child | None = None
    _user: pwd.struct_passwd | None = field(init=False, default=None)
    _binaries: Path = field(init=False, default=Path())

    name = "postgres"

    @property
    def dsn(self) -> str:
        """Where to connect, for asyncpg and for libpq."""
        return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(self.sockets), safe='')}"

    async def start(self) -> None:
        """Return when connections are accepted; raises ConfigurationError or DependencyUnavailable with the reason."""
        if self.child is None:
            await self._prepare()
        command = [str(self._binaries / "postgres"), "-D", str(self._data)]
        for name, value in {**_SETTINGS, "unix_socket_directories": _listed(self.sockets)}.items():
            command += ["-c", f"{name}={value}"]
        self.child = self._start(command)
        await self._ready(self.child)

    async def stop(self) -> None:
        """Shut down cleanly, and by force if that does not help in time."""
        if self.child is not None:
            await self.child.stop(_STOP)

    @property
    def _data(self) -> Path:
        return self.layout.postgres / "data"

    async def _prepare(self) -> None:
        self._user = choose_user(self.layout.postgres)
        self._make_reachable()
        self._binaries = binaries.find(self.layout.postgres, self._user)
        if self._data.exists():
            self._check_version()
            await self._check_free()
        else:
            await self._create()

    def _make_reachable(self) -> None:
        self.layout.postgres.mkdir(mode=0o700, exist_ok=True)
        shutil.rmtree(self.sockets, ignore_errors=True)
        self.sockets.mkdir(mode=0o700)
        if self._user is None:
            return
        for ours in {self.layout.data_dir, self.sockets.parent}:
            # Only what is ours: to let the user through parent directories is for their owner to decide.
            ours.chmod(ours.stat().st_mode | 0o011)
        for folder in (self.layout.postgres, self.sockets):
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)
            blocked = binaries.unreachable(folder, self._user)
            if blocked is not None:
                raise ConfigurationError(
                    f"Postgres does not run as root, and the user {self._user.pw_name} cannot enter {blocked}: "
                    f"choose a --data-dir elsewhere, such as /var/lib/enrichment, or run as another user"
                )

    def _check_version(self) -> None:
        found = (self._data / "PG_VERSION").read_text().strip()
        if found != str(binaries.MAJOR):
            raise ConfigurationError(
                f"the data in {self._data} was written by PostgreSQL {found}, this program brings {binaries.MAJOR}: "
                f"dump it with version {found} and load it into an empty --data-dir, or serve it yourself and set "
                "ENRICHMENT_POSTGRES__DSN"
            )

    async def _check_free(self) -> None:
        """Wait for the Postgres of a keeper that was killed; refuse to touch anybody else's."""
        pid = self._postmaster()[0]
        command = command_line(pid) if pid else None
        if pid is None or not command or "postgres" not in command:
            return
        if f"cluster_name={_CLUSTER}" not in command:
            raise DependencyUnavailable(
                "postgres",
                f"the data in {self._data} is in use by another server (process {pid}): "
                "stop it, or choose another --data-dir",
            )
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        deadline = asyncio.get_running_loop().time() + _READY_SECONDS
        while command_line(pid):
            if asyncio.get_running_loop().time() > deadline:
                raise DependencyUnavailable("postgres", f"process {pid} of an earlier run does not end")
            await asyncio.sleep(_POLL_SECONDS)

    async def _create(self) -> None:
        half = self.layout.postgres / "data.half"
        shutil.rmtree(half, ignore_errors=True)
        init = ["--auth=trust", f"--username={ROLE}", "--encoding=UTF8", "--no-instructions"]
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        await self._run([str(self._binaries / "initdb"), "-D", str(half), *init, *locale])
        single = [
            str(self._binaries / "postgres"),
            "--single",
            "-D",
            str(half),
            "-c",
            "log_checkpoints=off",
            "postgres",
        ]
        await self._run(single, f"CREATE DATABASE {DATABASE}\n".encode())
        half.rename(self._data)
        sync(self.layout.postgres)

    async def _run(self, arguments: list[str], given: bytes = b"") -> None:
        child = self._start(arguments, given)
        await asyncio.wait([child.ended], timeout=_READY_SECONDS)
        await child.stop([])
        if child.ended.result():
            raise self._failed(f"{Path(arguments[0]).name} ended with code {child.ended.result()}")

    async def _ready(self, child: Child) -> None:
        deadline = asyncio.get_running_loop().time() + _READY_SECONDS
        while self._postmaster() != (child.pid, "ready"):
            if child.ended.done():
                raise self._failed(f"ended with code {child.ended.result()}")
            if asyncio.get_running_loop().time() > deadline:
                raise self._failed(f"is not ready after {_READY_SECONDS:.0f} seconds")
            await asyncio.sleep(_POLL_SECONDS)

    def _start(self, arguments: list[str], given: bytes = b"") -> Child:
        command = Command(
            arguments=arguments,
            input=given,
            log=self.layout.log(self.name),
            folder=self.layout.postgres,
            environment=_ENVIRONMENT,
            death_signal=signal.SIGINT,
            user=self._user,
        )
        return self.nursery.start(command)

    def _postmaster(self) -> tuple[int | None, str]:
        """Process id and status, as a running server keeps them in its file; `pg_ctl` reads the same lines."""
        file = self._data / "postmaster.pid"
        lines = file.read_text().splitlines() if file.exists() else []
        pid = int(lines[0]) if lines and lines[0].isdecimal() else None
        return pid, lines[_STATUS_LINE - 1].strip() if len(lines) >= _STATUS_LINE else ""

    def _failed(self, what: str) -> DependencyUnavailable:
        log = self.layout.log(self.name)
        return DependencyUnavailable("postgres", f"{what}: {last_line(log)} (see {log})")


def choose_user(folder: Path) -> pwd.struct_passwd | None:
    """Whom to run Postgres as: ourselves; or, since it refuses root, the owner of existing data, or else `nobody`."""
    us = os.geteuid()
    owner = folder.stat().st_uid if folder.exists() else us
    if us not in (0, owner):
        raise ConfigurationError(
            f"{folder} belongs to {user_name(owner)}: run as that user, or choose another --data-dir"
        )
    try:
        if us == 0:
            return pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
        pwd.getpwuid(us)
    except KeyError as error:
        raise ConfigurationError(
            f"Postgres runs only as a user with a name, and {user_name(owner)} has none: "
            "add one, or set ENRICHMENT_POSTGRES__DSN"
        ) from error
    return None


def _listed(folder: Path) -> str:
    """One folder as Postgres reads lists of them: quoted, because a path may hold a comma or a space."""
    return '"' + str(folder).replace('"', '""') + '"'
