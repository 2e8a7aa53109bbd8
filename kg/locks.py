"""A lock file names the process that holds it, and holds no longer than that process lives, however it ends.

The system's own lock on the open file is what counts (flock, or msvcrt on Windows); the name in it is for people. On the few
network disks that know no locks the name is all there is: it stops a build that begins while another is at work, but not two
that begin in the same instant, and a process of another machine has to be taken for alive.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kg.errors import LockedError, Place, UsageError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
# On Windows what is locked cannot be read either: a byte far behind the name
_FAR = 1 << 30
_LONGEST = 400
_BEGIN = "process "
_HOLDER = re.compile(rf"{_BEGIN}([0-9]{{1,18}}) on ([^\n]*)\n")


@contextmanager
def held(path: Path, place: Place) -> Iterator[None]:
    """Hold the lock file of that path as long as the block lasts; then it is gone.

    Raises `LockedError` where another process holds it, naming that; `UsageError` for a file that is no lock of ours.
    """
    handle = _take(path, place)
    try:
        yield
    finally:
        if sys.platform == "win32":  # there a file that is open cannot be deleted, so that one whom another has opened stays
            os.close(handle)
        with suppress(OSError):
            path.unlink()
        if sys.platform != "win32":
            os.close(handle)


def _take(path: Path, place: Place) -> int:
    while True:
        handle = os.open(path, _FLAGS, 0o666)
        try:
            _check(handle, path, place)
            if _is_there(handle, path):
                _sign(handle, path)
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # who held it has deleted it since: another file is the lock now


def _check(handle: int, path: Path, place: Place) -> None:
    """Lock the file. Raises `KgError` where that cannot be."""
    is_locked = _locked(handle)
    text = os.read(handle, _LONGEST).decode(errors="replace")
    os.lseek(handle, 0, os.SEEK_SET)
    holder = _HOLDER.match(text)
    if is_locked is False or (is_locked is None and holder and _may_live(int(holder[1]), holder[2])):
        who = f": process {holder[1]} on {holder[2]}" if holder else ""
        hint = f"; if it is not, delete {path.name}" if is_locked is None else ""
        raise LockedError(f"another build is writing this folder{who}{hint}", place)
    if not _BEGIN.startswith(text[: len(_BEGIN)]):
        raise UsageError(f"{path.name} beside this folder is needed as a lock, and is a file of somebody else", place)


if sys.platform == "win32":

    def _locked(handle: int) -> bool | None:
        """Tell whether the file is locked by us now."""
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True
else:

    def _locked(handle: int) -> bool | None:
        """Tell whether the file is locked by us now; None where the disk knows no locks."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return None
        return True


def _is_there(handle: int, path: Path) -> bool:
    """Tell whether the path still leads to the open file."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat(follow_symlinks=False))
    except FileNotFoundError:
        return False


def _sign(handle: int, path: Path) -> None:
    """Write in a locked file who holds it; where that cannot be, it goes."""
    try:
        os.ftruncate(handle, 0)
        os.write(handle, f"{_BEGIN}{os.getpid()} on {platform.node()}\n".encode())
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise


def _may_live(process: int, machine: str) -> bool:
    """Tell whether the process that a lock names may still be at work, where nothing but the name tells."""
    if machine != platform.node() or sys.platform == "win32":
        return True
    if process == os.getpid():
        return False  # one of an earlier life of the machine
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass  # it is of another user
    return True
