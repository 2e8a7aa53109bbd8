"""The files below a folder, in order of name; what is passed over is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.errors import Finding, Place


def files(folder: Path) -> Iterator[Path | Finding]:
    """Yield the files below a folder in order of name; hidden ones are left out, links that lead elsewhere are said."""
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        yield Finding("warning", f"skipped: {error.strerror}", Place(str(folder)))
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_symlink() and not entry.resolve().is_relative_to(folder.resolve()):
            yield Finding("warning", "skipped: a link that leads out of the folder", Place(str(entry)))
        elif entry.is_dir():
            if entry.is_symlink():
                yield Finding("warning", "skipped: a link to a folder", Place(str(entry)))
            else:
                yield from files(entry)
        elif entry.is_file():
            yield entry
        else:
            yield Finding("warning", "skipped: not a file", Place(str(entry)))
