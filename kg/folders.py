"""A folder is put in place in one step, so that nobody ever sees half a dump.

A new version grows in `.NAME.new-…` beside the folder, locked as long as its builder lives. So the next build can tell
a builder at work, whom it does not disturb, from what a killed one left, which it clears away.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import Place, ResourceError, UsageError

try:
    import fcntl
except ImportError:  # Windows has no such locks: there, what a killed run left stays until somebody deletes it
    fcntl = None  # type: ignore[assignment]

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextmanager
def new_version(folder: Path, strangers: Callable[[Path], list[str]]) -> Iterator[Path]:
    """Give a fresh folder beside `folder`; `put_in_place` makes it the folder, else it goes when the block ends.

    Raises `UsageError` where `folder` is a file, the folder we are in, or holds `strangers`, which nobody may delete;
    `ResourceError` where the disk refuses, or another build is writing the same folder.
    """
    with _disk(folder):
        real = _real(folder)
        _check(folder, real)
        real.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(real.parent):
            _clear(real)
            _mend(real)
            if real.is_dir() and (others := strangers(real)):
                reason = f"this folder holds something else than a dump: {others[0]!r}; name another or a new one"
                raise UsageError(reason, Place(str(folder)))
            fresh = Path(tempfile.mkdtemp(prefix=f".{real.name}.new-", dir=real.parent))
            lock = _lock(fresh)
            fresh.chmod(0o777 & ~_umask())
    try:
        with _disk(folder):
            yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def put_in_place(fresh: Path, folder: Path) -> None:
    """Make `fresh` the folder, all files on disk before: an exchange of names where the system has it, else two renames."""
    folder = _real(folder)
    for file in fresh.iterdir():
        _sync(file)
    _sync(fresh)
    if not folder.exists():
        os.rename(fresh, folder)
    elif not _exchange(fresh, folder):
        old = _old(folder)
        os.rename(folder, old)
        try:
            os.rename(fresh, folder)
        except OSError:
            os.rename(old, folder)
            raise
        shutil.rmtree(old, ignore_errors=True)
    _sync(folder.parent)


def _real(folder: Path) -> Path:
    """Return the folder itself where the name given is a link to it."""
    return Path(os.path.realpath(folder))


def _check(folder: Path, real: Path) -> None:
    if real.exists() and not real.is_dir():
        raise UsageError("the output is a folder, and this is a file", Place(str(folder)))
    if Path.cwd().is_relative_to(real):
        raise UsageError("we stand in this folder, and it would be replaced; go to another or name another", Place(str(folder)))


# --- what runs that were killed leave --------------------------------------------------------------------------------------
def _clear(folder: Path) -> None:
    """Delete new versions whose builder is gone. Raises `ResourceError` where one is still at work."""
    name = re.compile(re.escape(f".{folder.name}.new-") + "[a-z0-9_]{8}")
    for entry in list(folder.parent.iterdir()):
        if not name.fullmatch(entry.name) or entry.is_symlink() or not entry.is_dir():
            continue
        try:
            lock = _lock(entry)
        except BlockingIOError as error:
            raise ResourceError("another build is writing this folder", Place(str(folder))) from error
        if lock is not None:
            shutil.rmtree(entry, ignore_errors=True)
            os.close(lock)


def _lock(folder: Path, wait: bool = False) -> int | None:
    """Return a handle that locks a folder until it is closed or its process ends; None where that cannot be had.

    Raises `BlockingIOError` where another process has it and we do not wait.
    """
    if fcntl is None:
        return None
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise
    except OSError:  # some network disks know no locks
        os.close(handle)
        return None
    return handle


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let one builder at a time clear, mend and begin in a folder."""
    lock = _lock(folder, wait=True)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _old(folder: Path) -> Path:
    return folder.parent / f".{folder.name}.old"


def _mend(folder: Path) -> None:
    """Put back the old folder where a run was killed between two renames."""
    old = _old(folder)
    if old.is_dir() and not folder.exists():
        os.rename(old, folder)
    elif old.is_dir():
        shutil.rmtree(old, ignore_errors=True)


# --- the system ------------------------------------------------------------------------------------------------------------
def _exchange(first: Path, second: Path) -> bool:
    """Exchange two names in one step (Linux); tell whether the system could."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        rename = libc.renameat2
    except (OSError, AttributeError, TypeError):
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE) == 0)


def _sync(path: Path) -> None:
    try:
        handle = os.open(path, os.O_RDONLY)
    except (PermissionError, IsADirectoryError):  # a system that cannot open folders syncs them by itself
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """Say in words what the disk refused."""
    try:
        yield
    except OSError as error:
        raise ResourceError(f"cannot write here: {error.strerror or error}", Place(str(error.filename or folder))) from error
