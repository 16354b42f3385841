"""Where everything of a data directory is, and which of its paths are too long for a socket."""

import os
import pwd
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from enrichment.errors import ConfigurationError

# sizeof(sun_path) - 1; the kernel allows no longer name for a unix socket.
SOCKET_PATH_LIMIT = 103 if sys.platform == "darwin" else 107
_TEMPORARY = "enrichment-"
_LOG_LIMIT_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of one data directory, given as an absolute path."""

    data_dir: Path

    @property
    def lock(self) -> Path:
        """Locked by the keeper as long as it runs."""
        return self.data_dir / "keeper.lock"

    @property
    def state(self) -> Path:
        """What a keeper writes down about itself: process ids, port, and where its sockets are."""
        return self.data_dir / "keeper.json"

    @property
    def postgres(self) -> Path:
        """The folder that the user who runs Postgres owns."""
        return self.data_dir / "postgres"

    @property
    def qdrant(self) -> Path:
        """The folder of the collections."""
        return self.data_dir / "qdrant"

    def log(self, name: str) -> Path:
        """The log of `keeper`, `postgres` or `qdrant`."""
        return self.data_dir / f"{name}.log"


@dataclass(frozen=True, slots=True)
class Sockets:
    """The unix sockets of a keeper: in the data directory, or in a private temporary folder if its path is too long."""

    folder: Path
    temporary: bool

    @property
    def keeper(self) -> Path:
        """Where clients hold their connection."""
        return self.folder / "keeper.sock"

    @property
    def postgres(self) -> Path:
        """The folder in which Postgres makes its socket."""
        return self.folder / "pg"

    @classmethod
    def choose(cls, data_dir: Path) -> "Sockets":
        """Pick the folder and create it; raises ConfigurationError if even the temporary one is too long."""
        here = cls(data_dir, temporary=False)
        if here._fit():
            return here
        folder = Path(tempfile.mkdtemp(prefix=_TEMPORARY))
        there = cls(folder, temporary=True)
        if there._fit():
            return there
        folder.rmdir()
        raise ConfigurationError(
            f"a unix socket in {data_dir} or in {folder.parent} would have a path longer than {SOCKET_PATH_LIMIT} "
            "bytes: choose a shorter --data-dir or TMPDIR"
        )

    def remove(self) -> None:
        """Remove the sockets, and the folder if it is ours alone. Called with what an older keeper left, too."""
        self.keeper.unlink(missing_ok=True)
        shutil.rmtree(self.postgres, ignore_errors=True)
        if self.temporary and self.folder.name.startswith(_TEMPORARY):
            shutil.rmtree(self.folder, ignore_errors=True)

    def _fit(self) -> bool:
        longest = self.postgres / ".s.PGSQL.5432.lock"
        return len(os.fsencode(longest)) <= SOCKET_PATH_LIMIT


def prepare(data_dir: Path) -> Layout:
    """Make the data directory; raises ConfigurationError if this user cannot write there."""
    layout = Layout(Path(os.path.abspath(data_dir.expanduser())))  # noqa: PTH100  # resolve() would follow links
    try:
        layout.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        layout.lock.touch(mode=0o600)
        layout.log("keeper").touch(mode=0o600)
    except OSError as error:
        raise ConfigurationError(
            f"the data directory {layout.data_dir} cannot be used by {user_name(os.geteuid())}: {error.strerror}; "
            "choose another --data-dir"
        ) from error
    return layout


def shorten_log(path: Path) -> None:
    """Empty a log that has grown too long; whoever writes to it appends, and goes on at its new end."""
    if path.exists() and path.stat().st_size > _LOG_LIMIT_BYTES:
        os.truncate(path, 0)


def last_line(path: Path) -> str:
    """The last words of a log, for an error's text."""
    lines = path.read_text(errors="replace").split("\n") if path.exists() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "nothing was logged")


def user_name(uid: int) -> str:
    """The name of a user, for an error's text; containers run as numbers without one."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user id {uid}"
