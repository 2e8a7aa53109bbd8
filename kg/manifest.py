"""The manifest of a dump: its files and articles with their digests, by which we know our own folders again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kg.errors import Finding, Place, ResourceError, UsageError
from kg.version import VERSION

MANIFEST = "manifest.json"
_HEAD = 1 << 16


class File(NamedTuple):
    """A file of the dump."""

    media_type: str
    bytes: int
    sha256: str


def manifest(base: str, files: Mapping[str, File], articles: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    """Yield the text of a manifest: version and base, each file with digest and size, each article's row under its IRI."""
    head = {"kg": VERSION, "base": base}
    rows = {name: {"sha256": file.sha256, "bytes": file.bytes} for name, file in sorted(files.items())}
    yield json.dumps(head)[:-1] + ',\n"files": {\n'
    yield ",\n".join(_member(*row) for row in rows.items())
    yield '\n},\n"articles": {'
    separator = "\n"
    for row in articles:
        yield separator + _member(*row)
        separator = ",\n"
    yield "\n}}\n"


def _member(name: str, value: Any) -> str:
    return f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(value)}"


def sha256(path: Path) -> str:
    """Return the sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> Mapping[str, Any]:
    """Return the manifest of a dump. Raises `UsageError` for a folder that is none, `ResourceError` where it cannot be read."""
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(f"no dump here: there is no {MANIFEST}", Place(str(folder))) from error
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(folder))) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"no dump here: {MANIFEST} is not JSON", Place(str(folder))) from error
    parts = [found.get(name) for name in ("articles", "files")] if isinstance(found, dict) and "kg" in found else [None]
    if not all(isinstance(part, dict) and all(isinstance(row, dict) for row in part.values()) for part in parts):
        raise UsageError(f"no dump here: {MANIFEST} is not one of ours", Place(str(folder)))
    manifest: Mapping[str, Any] = found
    return manifest


def made_by(folder: Path) -> str:
    """Return the version of `kg` that built a dump, from the first line of its manifest. Raises as `read_manifest` does."""
    try:
        with (folder / MANIFEST).open("rb") as file:
            head = json.loads(file.readline(_HEAD).strip().rstrip(b",") + b"}")
        return str(head["kg"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):  # not as we write it
        return str(read_manifest(folder)["kg"])


def is_dump(folder: Path) -> bool:
    """Tell whether a folder has a manifest of ours."""
    try:
        read_manifest(folder)
    except (UsageError, ResourceError):
        return False
    return True


def strangers(folder: Path) -> list[str]:
    """Return the names in a folder that are not of a dump of ours: only a folder without any may be replaced."""
    try:
        ours = {MANIFEST, *read_manifest(folder)["files"]}
    except UsageError:
        ours = set()
    return sorted({entry.name for entry in folder.iterdir()} - ours - _LITTER)


# What file managers leave in every folder that they show
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


def changed_files(folder: Path) -> Iterator[Finding]:
    """Yield a violation for each file of a dump that is gone, or is not what the build wrote."""
    for name, row in sorted(read_manifest(folder)["files"].items()):
        file = folder / Path(name).name
        if not file.is_file():
            yield Finding("violation", "this file of the dump is gone", Place(str(file)))
        elif sha256(file) != row.get("sha256"):
            yield Finding("violation", "this file was changed after the dump was built", Place(str(file)))
