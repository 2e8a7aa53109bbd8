"""The files of a dump in one format, written piece by piece; what their bytes are, is known when they are closed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from kg.exporters.names import Variant
from kg.exporters.packing import PACKINGS
from kg.exporters.sharing import Subjects

_SHARED = "-shared"


class Written(NamedTuple):
    """A file that was written: how many bytes, and their sha256 in hex."""

    bytes: int
    sha256: str


class Output:
    """What is being written in one format: one file, or with `most` one for so many articles each, and one for what they share.

    Articles come first, by `add`, then by `share` what is no article's.
    """

    def __init__(self, folder: Path, variant: Variant, most: int | None = None) -> None:
        self._folder, self._variant = folder, variant
        self._most = most if variant.form.piece else None  # a table of what articles share is one file
        self._count = 0
        self._file: _File | None = None
        self._written: dict[str, Written] = {}

    @property
    def size(self) -> int:
        """How many bytes the file has so far, if there is one file."""
        return self._file.size if self._file else 0

    @property
    def media_type(self) -> str:
        """What is in the files, unpacked."""
        return self._variant.form.media_type

    def add(self, piece: bytes) -> None:
        """Write what one article became."""
        if self._most and self._count % self._most == 0:
            self._close()
            self._open(f"-{self._count // self._most + 1:05}")
        self._count += 1
        self._current().add(piece)

    def share(self, piece: bytes) -> None:
        """Write what a vocabulary became."""
        if piece:
            self._current(is_shared=True).add(piece)

    def end(self, shared: Subjects) -> Mapping[str, Written]:
        """Write what the articles share, and close; return the files by their names."""
        if text := self._variant.form.shared(shared):
            self._current(is_shared=True).write(text.encode())
        self._current()
        self._close()
        return self._written

    def close(self) -> None:
        """Close the file, whole or not."""
        if self._file:
            self._file.close()

    def _current(self, is_shared: bool = False) -> _File:
        """Return the file that is being written; what articles share has its own where they are in several."""
        if is_shared and self._most and self._variant.file_name(_SHARED) != (self._file and self._file.name):
            self._close()
            self._open(_SHARED)
        return self._file or self._open()

    def _open(self, part: str = "") -> _File:
        self._file = _File(self._folder, self._variant, part)
        return self._file

    def _close(self) -> None:
        if self._file:
            self._written[self._file.name] = self._file.end()
            self._file = None


class _File:
    """A file that is being written."""

    def __init__(self, folder: Path, variant: Variant, part: str) -> None:
        self.name = variant.file_name(part)
        self._form = variant.form
        self._packer = PACKINGS[variant.packing]()
        self._file = (folder / self.name).open("wb")
        self._digest = hashlib.sha256()
        self._separator = b""
        self.size = 0
        self.write(self._form.head().encode())

    def add(self, piece: bytes) -> None:
        """Write a piece."""
        if piece:
            self.write(self._separator + piece)
            self._separator = self._form.separator.encode()

    def write(self, body: bytes) -> None:
        """Write some text."""
        self._save(self._packer.compress(body))

    def end(self) -> Written:
        """Write the end, and close the file."""
        self.write(self._form.tail.encode())
        self._save(self._packer.flush())
        self.close()
        return Written(self.size, self._digest.hexdigest())

    def close(self) -> None:
        self._file.close()

    def _save(self, body: bytes) -> None:
        self._file.write(body)
        self._digest.update(body)
        self.size += len(body)
