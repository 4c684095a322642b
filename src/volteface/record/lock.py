"""One writer a record: a lock that the operating system drops with the process, so that a killed run never blocks."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from volteface.errors import RecordError

NAME = "lock"


def acquire(folder: Path) -> IO[str]:
    """The held lock; closing it lets go. RecordError where another process (or another Record here) holds it."""
    held = (folder / NAME).open("a+", encoding="ascii")
    try:
        _lock(held)
    except OSError as e:
        held.seek(0)
        writer = held.read().strip()
        held.close()
        by = f"process {writer}" if writer.isdigit() else "another process"
        raise RecordError(f"record {folder} is being written by {by}: wait until that has finished") from e
    held.seek(0)
    held.truncate()
    held.write(str(os.getpid()))
    held.flush()
    return held


if sys.platform == "win32":
    import msvcrt

    def _lock(held: IO[str]) -> None:
        held.seek(1 << 20)  # beyond the process number, which others may read
        msvcrt.locking(held.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(held: IO[str]) -> None:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
