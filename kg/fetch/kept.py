"""Pages kept on disk, so that a server need not send again what has not changed: one file an address."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from kg import compiled
from kg.fetch.policy import Answer

_SUFFIX = ".page"
_MOST_FILES = 1000
_MOST_BYTES = 256 * 2**20
_NAMES = ("url", "media_type", "charset", "last_modified", "etag")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, and the mark by which its server knows it again."""

    answer: Answer
    etag: str | None = None

    def conditions(self) -> dict[str, str]:
        """Return the headers that ask for the page only if it has changed."""
        marks = {"If-None-Match": self.etag, "If-Modified-Since": self.answer.last_modified}
        return {name: mark for name, mark in marks.items() if mark}


def load(folder: Path | None, address: str) -> Kept | None:
    """Return what is kept of an address; None where nothing is, or where it is not exactly what was written."""
    found = compiled.read(_path(folder, address))
    if found is None:
        return None
    head, _, body = bytes(found).partition(b"\n")
    try:
        asked, *values = json.loads(head)
        row: dict[str, str | None] = dict(zip(_NAMES, values, strict=True))
    except (ValueError, TypeError, RecursionError):
        return None
    url, etag = row.pop("url"), row.pop("etag")
    return Kept(Answer(url, body, **row), etag) if asked == address and url else None


def save(folder: Path | None, address: str, kept: Kept) -> None:
    """Keep an answer under the address that was asked for, and the newest of the others; where that cannot be, do nothing."""
    answer = kept.answer
    head = json.dumps([address, answer.url, answer.media_type, answer.charset, answer.last_modified, kept.etag])
    compiled.write(_path(folder, address), head.encode() + b"\n" + answer.body, _MOST_FILES, _MOST_BYTES)


def _path(folder: Path | None, address: str) -> Path:
    """Return the file of an address: in the folder, else beside the vocabularies, where `KG_CACHE` or the system says."""
    return (folder or compiled.folder() / "pages") / (hashlib.sha256(address.encode()).hexdigest() + _SUFFIX)
