"""The program on a machine that is suspended where a failpoint says sleep: its own clock stands still meanwhile."""

import runpy
import time

_now, _sleep = time.monotonic, time.sleep
_suspended_seconds = 0.0


def _suspend(seconds: float) -> None:
    global _suspended_seconds  # noqa: PLW0603  # as there is one clock
    since = _now()
    _sleep(seconds)
    _suspended_seconds += _now() - since


if __name__ == "__main__":
    time.sleep = _suspend  # type: ignore[assignment]  # failpoints give it floats
    time.monotonic = lambda: _now() - _suspended_seconds
    runpy.run_module("enrichment", run_name="__main__", alter_sys=True)
