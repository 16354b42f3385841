"""Where the program writes for people, and what it does when nothing can be written there any more."""

import errno
import os
import sys
from collections.abc import Sequence
from typing import TextIO

import structlog

# The disk behind an output is full, over its quota, read-only or broken.
_UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})


class Lines(structlog.PrintLogger):
    """Writes log lines as long as that is possible: a log that is full must not hold up the work."""

    def msg(self, message: str) -> None:
        """Write a line, or lose it."""
        try:
            super().msg(message)
        except OSError as error:
            if not is_unwritable(error):
                raise

    log = debug = info = warn = warning = error = critical = exception = fatal = msg


def is_unwritable(error: OSError) -> bool:
    """Tell whether an error says that nothing can be written."""
    return error.errno in _UNWRITABLE


def let_go(outputs: Sequence[TextIO] | None = None) -> None:
    """Give up what outputs have not written yet: Python would try again at its end, and change the exit code."""
    for output in outputs or (sys.stdout, sys.stderr):
        try:
            output.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), output.fileno())
