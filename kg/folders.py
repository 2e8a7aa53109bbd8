"""A folder is put in place in one step, so that nobody ever sees half a dump."""

from __future__ import annotations

import ctypes
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import Place, ResourceError, UsageError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextmanager
def new_version(folder: Path, mark: str) -> Iterator[Path]:
    """Give a fresh folder beside `folder`; `put_in_place` makes it the folder, else it goes when the block ends.

    Raises `UsageError` where `folder` is a file, or a folder with something else in it: no file named `mark`.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError("the output is a folder, and this is a file", Place(str(folder)))
    with _disk(folder):
        _mend(folder)
        if folder.is_dir() and any(folder.iterdir()) and not (folder / mark).is_file():
            raise UsageError("this folder holds something else than a dump; name another or a new one", Place(str(folder)))
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.new-", dir=folder.parent))
        fresh.chmod(0o777 & ~_umask())
    try:
        with _disk(folder):
            yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def put_in_place(fresh: Path, folder: Path) -> None:
    """Make `fresh` the folder, all files on disk before: an exchange of names where the system has it, else two renames."""
    for file in fresh.iterdir():
        _sync(file)
    _sync(fresh)
    if not folder.exists():
        os.rename(fresh, folder)
    elif not _exchange(fresh, folder):
        old = _old(folder)
        os.rename(folder, old)
        os.rename(fresh, folder)
        shutil.rmtree(old, ignore_errors=True)
    _sync(folder.parent)


def _old(folder: Path) -> Path:
    return folder.parent / f".{folder.name}.old"


def _mend(folder: Path) -> None:
    """Put back the old folder where a run was killed between two renames."""
    old = _old(folder)
    if old.is_dir() and not folder.exists():
        os.rename(old, folder)
    elif old.is_dir():
        shutil.rmtree(old, ignore_errors=True)


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
        raise ResourceError(f"cannot write here: {error.strerror}", Place(str(error.filename or folder))) from error
