"""Where the data of throw-away servers lies: in memory, where that has room, since nobody reads it after a power cut.

A database for each test is some hundred files that are made and deleted again, which most disks are slow at.
"""

import os
import shutil
from pathlib import Path

_MOUNTED = Path("/dev/shm")  # noqa: S108 - only folders with names that are nobody else's are made there
# A container has 64 megabytes of it as a rule; a cluster with its log takes some hundred.
_ROOM_BYTES = 4 * 2**30


def folder_in_memory() -> Path | None:
    """Return where to make temporary folders, None if that is where all are made."""
    if not _MOUNTED.is_dir() or not os.access(_MOUNTED, os.W_OK | os.X_OK):
        return None
    # Binaries are copied beside the data if the user who runs them cannot reach the installed ones.
    runs_nothing = os.statvfs(_MOUNTED).f_flag & getattr(os, "ST_NOEXEC", 0)
    return None if runs_nothing or shutil.disk_usage(_MOUNTED).free < _ROOM_BYTES else _MOUNTED
