"""A folder is put in place in one step, so that nobody ever sees half a dump.

A new version grows in `.NAME.new-…` beside the folder, while the lock `.NAME.lock` names its builder. A build that fails leaves
nothing; what a killed one leaves, the next one clears away, and nothing else.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kg import locks, stopping
from kg.errors import Place, ResourceError, UsageError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
# What is put on disk has to be open for writing there
_TO_SYNC = os.O_RDWR if sys.platform == "win32" else os.O_RDONLY

Strangers = Callable[[Path], list[str]]


def cache_of(folder: Path) -> Path:
    """Return the folder beside a dump that holds what makes work on it quick; it may be deleted at any time."""
    real = _real(folder)
    return real.parent / f"{real.name}.cache"


@contextmanager
def new_version(folder: Path, strangers: Strangers) -> Iterator[Path]:
    """Give a fresh folder beside `folder`; `put_in_place` makes it the folder, else it goes when the block ends.

    Raises `UsageError` where `folder` is a file, a mount, the folder we are in, or holds `strangers`, which nobody may delete;
    `ResourceError` where the disk refuses, or another build is writing the same folder, which it names.
    """
    with _disk(folder):
        real = _real(folder)
        _check(folder, real)
        real.parent.mkdir(parents=True, exist_ok=True)
        with locks.held(real.parent / f".{real.name}.lock", Place(str(folder))):
            _clear(real)
            _mend(real, strangers)
            if real.is_dir() and (others := strangers(real)):
                reason = f"this folder holds something else than a dump: {others[0]!r}; name another or a new one"
                raise UsageError(reason, Place(str(folder)))
            fresh = Path(tempfile.mkdtemp(prefix=f".{real.name}.new-", dir=real.parent))
            try:
                fresh.chmod(0o777 & ~_umask())
                yield fresh
            finally:
                shutil.rmtree(fresh, ignore_errors=True)


def put_in_place(fresh: Path, folder: Path) -> None:
    """Make `fresh` the folder, all files on disk before: an exchange of names where the system has it, else two renames.

    Where that fails, the folder is what it was.
    """
    folder = _real(folder)
    for file in fresh.rglob("*"):
        _sync(file)
    _sync(fresh)
    stopping.too_late()
    if not folder.exists():
        os.rename(fresh, folder)
        with _or_else(lambda: os.rename(folder, fresh)):
            _sync(folder.parent)
    elif _exchange(fresh, folder):
        with _or_else(lambda: _exchange(fresh, folder)):
            _sync(folder.parent)
    else:
        old = _old(folder)
        os.rename(folder, old)
        with _or_else(lambda: os.rename(old, folder)):
            os.rename(fresh, folder)
            with _or_else(lambda: os.rename(folder, fresh)):
                _sync(folder.parent)
        with suppress(OSError):
            os.rename(old, fresh)  # a name under which it is cleared away, however much of it is left when a run is killed


@contextmanager
def _or_else(undo: Callable[[], object]) -> Iterator[None]:
    """Undo a step where what follows it fails or is stopped."""
    try:
        yield
    except BaseException:
        undo()
        raise


def _real(folder: Path) -> Path:
    """Return the folder itself where the name given is a link to it."""
    return Path(os.path.realpath(folder))


def _check(folder: Path, real: Path) -> None:
    place = Place(str(folder))
    if real.is_symlink():
        raise UsageError("the output is a link that leads in a circle", place)
    if real.exists() and not real.is_dir():
        raise UsageError("the output is a folder, and this is a file", place)
    if Path.cwd().is_relative_to(real):
        raise UsageError("we stand in this folder, and it would be replaced; go to another or name another", place)
    if os.path.ismount(real):
        raise UsageError("another disk is mounted here, which cannot be replaced; name a folder in it", place)
    if real.is_dir() and not os.access(real, os.W_OK):
        raise ResourceError("cannot write here: the folder is read-only", place)


# --- what runs that were killed leave --------------------------------------------------------------------------------------
def _clear(folder: Path) -> None:
    """Delete new versions; since the lock is ours, their builders are gone."""
    name = re.compile(re.escape(f".{folder.name}.new-") + "[a-z0-9_]{8}")
    for entry in list(folder.parent.iterdir()):
        if name.fullmatch(entry.name) and not entry.is_symlink() and entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)


def _old(folder: Path) -> Path:
    return folder.parent / f".{folder.name}.old"


def _mend(folder: Path, strangers: Strangers) -> None:
    """Put back the old folder where a run was killed between two renames. One that holds something else is not ours."""
    old = _old(folder)
    if old.is_symlink() or not old.is_dir() or strangers(old):
        return
    if not folder.exists():
        os.rename(old, folder)
        return
    replaced = folder.parent / f".{folder.name}.new-replaced"
    os.rename(old, replaced)
    shutil.rmtree(replaced, ignore_errors=True)


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
        handle = os.open(path, _TO_SYNC)
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
