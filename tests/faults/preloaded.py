"""A process that has loaded the program and forks it from there: loading it takes two seconds each time.

It reads one order per line from its input (JSON: ``number``, ``module``, ``arguments``, ``environment``, ``stdout``,
``stderr``), prints its number and the process id, and ``{"pid", "code", "max_rss_mb"}`` when that process ends; a
negative code is a signal. Each fork has an environment and a command line of its own, and starts where an ordinary
start does. When its input ends, it kills what is left and ends.
"""

import ctypes
import gc
import importlib
import json
import os
import platform
import runpy
import selectors
import signal
import sys
from typing import Any

from enrichment import failpoints
from enrichment.cli.commands import COMMANDS, command

_PR_SET_PDEATHSIG = 1

# How tests show that they can fail: the module that this names breaks the protocol in every fork.
if _breakage := os.environ.get("TESTS_BREAKAGE"):
    importlib.import_module(_breakage)


def main() -> None:
    """Serve orders; each fork leaves by the way of the program's own end."""
    # The program loads a command when it is called: here all of them, with everything that they need.
    list(map(command, COMMANDS))
    # What is loaded is never looked through again: a fork shares its memory instead of copying it.
    gc.collect()
    gc.freeze()
    order = _serve()
    if order is not None:
        sys.argv = [sys.argv[0], *order["arguments"]]
        # The one module that reads the environment when it is loaded.
        importlib.reload(failpoints)
        importlib.import_module("tests.faults.wrong_clock")
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)


def _serve() -> dict[str, Any] | None:
    """Return an order in the process that was forked for it; None in the first process, when its input ends."""
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    children: set[int] = set()
    orders = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115  # unbuffered, for select
    with selectors.DefaultSelector() as selector:
        selector.register(orders, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fd == woken:
                    os.read(woken, 1024)
                    _report(children)
                elif not (line := orders.readline()):
                    _kill(children)
                    return None
                else:
                    order = json.loads(line)
                    parent = os.getpid()
                    if not (pid := os.fork()):
                        _become(order, parent)
                        return dict(order)
                    children.add(pid)
                    _say({"pid": pid, "number": order["number"]})


def _become(order: dict[str, Any], parent: int) -> None:
    """Take the order's environment and outputs in place of the first process's, and die with it."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if platform.system() == "Linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND), descriptor)
    os.environ.clear()
    os.environ.update(order["environment"])


def _report(children: set[int]) -> None:
    while children:
        pid, status, used = os.wait4(-1, os.WNOHANG)
        if not pid:
            return
        children.discard(pid)
        unit = 1024 if platform.system() == "Linux" else 1024 * 1024
        _say({"pid": pid, "code": os.waitstatus_to_exitcode(status), "max_rss_mb": used.ru_maxrss / unit})


def _kill(children: set[int]) -> None:
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201  # this is its answer


if __name__ == "__main__":
    main()
