"""Processes that die with the one that started them, even if that one is killed."""

import asyncio
import ctypes
import os
import platform
import pwd
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LINUX = platform.system() == "Linux"
_LIBC = ctypes.CDLL(None) if _LINUX else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to run, as whom, and what to send it when the starter dies."""

    arguments: Sequence[str]
    log: Path
    folder: Path
    environment: Mapping[str, str]
    death_signal: signal.Signals
    user: pwd.struct_passwd | None = None
    descriptors: Sequence[int] = ()
    input: bytes = b""


@dataclass(slots=True)
class Child:
    """A started process; `ended` holds its exit code once it has one."""

    process: subprocess.Popen[bytes]
    ended: asyncio.Future[int] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid

    async def stop(self, signals: Sequence[tuple[signal.Signals, float]]) -> None:
        """Send each signal in turn and give it its seconds, then SIGKILL."""
        for number, seconds in [*signals, (signal.SIGKILL, 5.0)]:
            if self.ended.done():
                return
            self.process.send_signal(number)
            await asyncio.wait([self.ended], timeout=seconds)


class Nursery:
    """Starts children and learns of their ends, without a thread.

    A parent-death signal is sent when the *thread* that forked ends, so this belongs to a main thread; and a second
    thread would make it unsafe to run anything between fork and exec.
    """

    def __init__(self) -> None:
        self._children: list[Child] = []
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self._reap)

    def start(self, command: Command) -> Child:
        """Start a process with its output in its log and nothing else inherited."""
        with command.log.open("ab") as log:
            process = subprocess.Popen(
                command.arguments,
                stdin=subprocess.PIPE if command.input else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=command.folder,
                env=command.environment,
                pass_fds=command.descriptors,
                user=command.user.pw_uid if command.user else None,
                group=command.user.pw_gid if command.user else None,
                extra_groups=[] if command.user else None,
                preexec_fn=_die_with(os.getpid(), command.death_signal),  # noqa: PLW1509  # this process has one thread
            )
        if process.stdin:
            with process.stdin:
                process.stdin.write(command.input)
        child = Child(process)
        self._children.append(child)
        self._reap()
        return child

    def _reap(self) -> None:
        for child in self._children:
            code = child.process.poll()
            if code is not None and not child.ended.done():
                child.ended.set_result(code)
        self._children = [child for child in self._children if not child.ended.done()]


def _die_with(parent: int, number: signal.Signals) -> Callable[[], None]:
    def ask() -> None:
        # After the change of user, which would clear it; and the parent may have died before we asked.
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def command_line(pid: int) -> str | None:
    """The command line of a running process; empty if it may not be read, None if there is no such process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    try:
        if _LINUX:
            content = Path(f"/proc/{pid}/cmdline").read_bytes()
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            return None if state == "Z" else content.replace(b"\0", b" ").decode(errors="replace")
        found = subprocess.run(["/bin/ps", "-ww", "-p", str(pid), "-o", "command="], capture_output=True, check=False)
        return found.stdout.decode(errors="replace")
    except OSError:
        return ""
