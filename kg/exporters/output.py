"""A file of a dump, written piece by piece; what its bytes are, is known when it is closed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from kg.exporters.formats import Format
from kg.exporters.sharing import Subjects


class Written(NamedTuple):
    """A file that was written: how many bytes, and their sha256 in hex."""

    bytes: int
    sha256: str


class Output:
    """A file that is being written in one format."""

    def __init__(self, path: Path, form: Format) -> None:
        self._form = form
        self._file = path.open("wb")
        self._digest = hashlib.sha256()
        self._separator = b""
        self.size = 0
        self._write(form.head().encode())

    def add(self, piece: bytes) -> None:
        """Write what one article became."""
        if piece:
            self._write(self._separator + piece)
            self._separator = self._form.separator.encode()

    def end(self, shared: Subjects) -> Written:
        """Write what the articles share, and close the file."""
        self._write(self._form.end(shared).encode())
        self.close()
        return Written(self.size, self._digest.hexdigest())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, body: bytes) -> None:
        self._file.write(body)
        self._digest.update(body)
        self.size += len(body)
