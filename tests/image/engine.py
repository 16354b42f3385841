"""A container engine: Docker where there is one, else Podman without a registry."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BASE = "docker.io/library/python:3.13-slim-trixie"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
BUILD_SECONDS = 600
RUN_SECONDS = 120
# What docker-compose.yml gives the worker, for engines that are used by hand.
HARDENED = (
    *("--network", "none", "--read-only", "--tmpfs", "/tmp"),  # noqa: S108 - the container's own
    *("--cap-drop", "all", "--security-opt", "no-new-privileges"),
    *("--memory", "512m", "--memory-swap", "512m", "--pids-limit", "128"),
)

_CONTAINERS = """
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
_STORAGE = """
[storage]
driver = "overlay"
runroot = "{folder}/run"
graphroot = "{folder}/graph"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """How to call it; ``environment`` keeps Podman's images apart from everybody else's."""

    command: tuple[str, ...]
    environment: dict[str, str]
    is_docker: bool

    def call(self, *arguments: str, seconds: float = RUN_SECONDS) -> subprocess.CompletedProcess[str]:
        """Run one command to its end and return what it said, whatever its exit code."""
        return subprocess.run(
            [*self.command, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
            env={**os.environ, **self.environment},
        )

    def must(self, *arguments: str, seconds: float = RUN_SECONDS) -> str:
        """Run one command that has to end well, and return its standard output."""
        done = self.call(*arguments, seconds=seconds)
        assert done.returncode == 0, f"{arguments[0]} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def build(self, tag: str, folder: Path = ROOT) -> str:
        """Build an image; nothing is pulled that is not there."""
        own = ("--isolation", "chroot", "--pull=never", "--format", "docker", "-v", f"{CERTIFICATES}:{CERTIFICATES}:ro")
        self.must("build", *(() if self.is_docker else own), "-t", tag, str(folder), seconds=BUILD_SECONDS)
        return tag

    def inspect(self, name: str) -> dict[str, Any]:
        """Return what the engine knows of an image or a container."""
        [found] = json.loads(self.must("inspect", name))
        return dict(found)

    @contextmanager
    def volume(self) -> Iterator[str]:
        """Lend a fresh volume."""
        name = self.must("volume", "create")
        try:
            yield name
        finally:
            self.call("volume", "rm", "-f", name)

    @contextmanager
    def started(self, image: str, volume: str, *arguments: str, options: Sequence[str] = ()) -> Iterator[str]:
        """Run a container in the background, hardened, and remove it in the end."""
        name = self.must("run", "-d", *HARDENED, "-v", f"{volume}:/data", *options, image, *arguments).splitlines()[-1]
        try:
            yield name
        finally:
            self.call("rm", "-f", name)

    def run(
        self, image: str, volume: str, *arguments: str, options: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a container to its end, hardened."""
        return self.call("run", "--rm", *HARDENED, "-v", f"{volume}:/data", *options, image, *arguments)


@contextmanager
def found_engine() -> Iterator[Engine | None]:
    """Lend the engine of this machine, None if there is none."""
    if shutil.which("docker") and subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0:  # noqa: S607
        yield Engine(command=("docker",), environment={}, is_docker=True)
    elif shutil.which("podman"):
        # Not below /tmp, which may be in memory: an image takes hundreds of megabytes.
        with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="enrichment-image-") as folder:
            yield _podman(Path(folder))
    else:
        yield None


def _podman(folder: Path) -> Engine:
    containers, storage = folder / "containers.conf", folder / "storage.conf"
    containers.write_text(_CONTAINERS)
    storage.write_text(_STORAGE.format(folder=folder))
    engine = Engine(
        command=("podman", "--log-level=fatal"),
        environment={"CONTAINERS_CONF": str(containers), "CONTAINERS_STORAGE_CONF": str(storage)},
        is_docker=False,
    )
    base = folder / "base.tar"
    subprocess.run([str(Path(__file__).parent / "base.sh"), str(base)], check=True, capture_output=True, timeout=300)
    path = "ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
    engine.must("import", "--change", path, "--change", 'CMD ["python3"]', str(base), BASE)
    base.unlink()
    return engine
