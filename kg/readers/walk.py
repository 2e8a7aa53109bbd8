"""The files below a folder, in order of name; what is passed over is said."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from kg.errors import Finding, Place, ResourceError


class _Folder(NamedTuple):
    """A folder that is being read: its path as given, its real one, the names still to come, and what is no file among them."""

    path: Path
    real: Path
    names: Iterator[str]
    others: Mapping[str, str]


def files(folder: Path, leave_out: frozenset[Path] = frozenset()) -> Iterator[Path | Finding]:
    """Yield the files below a folder in order of name; hidden ones are left out, links that lead elsewhere are said.

    The real paths in `leave_out`, and what stands in such a folder, are passed over. A folder that cannot be read is a fault,
    since nobody knows what it holds. Of the folders on the way only the names are in memory; they may be as deep as the disk
    allows.
    """
    top = Path(os.path.realpath(folder))
    waiting = [_opened(folder, top)]
    while waiting:
        here = waiting[-1]
        name = None if isinstance(here, Finding) else next(here.names, None)
        if isinstance(here, Finding):
            yield here
        if isinstance(here, Finding) or name is None:
            waiting.pop()
        elif leave_out and here.real / name in leave_out:
            continue
        elif name not in here.others:
            yield here.path / name
        elif here.others[name] == "folder":
            waiting.append(_opened(here.path / name, here.real / name))
        elif here.others[name] == "link":
            yield from _of_link(here.path / name, top, leave_out)
        else:
            yield _skipped("not a file", here.path / name)


def _opened(path: Path, real: Path) -> _Folder | Finding:
    names, others = [], {}
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                names.append(entry.name)
                kind = _kind(entry)
                if kind != "file":
                    others[entry.name] = kind
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
        return Finding("violation", reason, Place(str(path)), exit_code=ResourceError.exit_code)
    names.sort()
    return _Folder(path, real, iter(names), others)


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink() or (hasattr(entry, "is_junction") and entry.is_junction()):
        return "link"
    return "folder" if entry.is_dir(follow_symlinks=False) else "file" if entry.is_file(follow_symlinks=False) else "other"


def _of_link(path: Path, top: Path, leave_out: frozenset[Path]) -> Iterator[Path | Finding]:
    """Yield a link that leads to a file below the folder, as that file; say why any other is passed over."""
    target = Path(os.path.realpath(path))
    if not target.is_relative_to(top):
        yield _skipped("a link that leads out of the folder", path)
    elif target.is_dir():
        yield _skipped("a link to a folder", path)
    elif not target.is_file():
        yield _skipped("not a file" if target.exists() else "a link that leads nowhere", path)
    elif leave_out.isdisjoint((target, *target.parents)):
        yield path


def _skipped(what: str, path: Path) -> Finding:
    return Finding("warning", f"skipped: {what}", Place(str(path)))
