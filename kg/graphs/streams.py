"""The statements of an RDF file as canonical N-Triples in a temporary file, in its order, with the line of each."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import weakref
import zlib
from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import IO, cast

import pyoxigraph

from kg.errors import Place, VocabularyError
from kg.graphs.index import QUAD, temporary
from kg.rdf import DEFAULT_BASE, Lines, faults, locate
from kg.rdf.reading import checked

_Format = pyoxigraph.RdfFormat
_IN_LINES = frozenset({_Format.N_TRIPLES, _Format.N_QUADS})
_TURTLES = frozenset({_Format.TURTLE, _Format.TRIG})
_GZIP = b"\x1f\x8b"
_PIECE = 1 << 20
# What gzip may unpack to
_MOST = 64 << 30
# A parser looks at an unfinished text again whenever there is more of it: after so many lines in vain it gets all it asks for
_PATIENCE = 50
# A line on which no statement begins
_NO_SUBJECT = re.compile(rb"[\s.,;)\]}]*+(?:#|\Z|@?(?:prefix|base|version)\b)", re.IGNORECASE)
_LONE_RETURN = re.compile(rb"\r(?!\n)")


class Stream:
    """A file that was parsed from end to end: `file` holds its statements, a line of N-Triples each.

    Raises what `rdf.read` raises.
    """

    def __init__(self, path: Path, form: _Format, source: str) -> None:
        self.source = source
        self._form = form
        self._body = _unpacked(path, source)
        weakref.finalize(self, self._body.close)
        self.file = temporary()
        weakref.finalize(self, self.file.close)
        self._numbers = _Numbers(temporary())
        if form in _IN_LINES | _TURTLES:
            # Whether it is in another encoding
            faults.ready(self._body.read(2), form, source)
            self._body.seek(0)
            self._parse()
        else:
            lines = checked(self._body.read(), form, source).nquads.encode().splitlines(keepends=True)
            self.file.writelines(b"%b %b %b .\n" % quad.group(1, 2, 3) for quad in map(QUAD.fullmatch, lines) if quad)
        self.file.flush()

    @cached_property
    def located(self) -> Lines | None:
        """Where the statements stand, by what they say, in a format that is looked at as a whole; None for the others."""
        if self._form in _IN_LINES | _TURTLES:
            return None
        self._body.seek(0)
        return locate(self._body.read(), self._form, self.source)

    def line(self, number: int) -> int:
        """Return the line of the file on which a statement stands, by its number from 0; 0 where that is not known."""
        if self._form in _IN_LINES:
            at = bisect_right(self._runs[0], number) - 1
            return self._runs[1][at] + number - self._runs[0][at] if at >= 0 else 0
        return self._numbers.get(2 * number)

    def start(self, number: int) -> int:
        """Return the line of the file on which what leads to a statement begins, so its subject if that is new."""
        return self.line(number) if self._form in _IN_LINES else self._numbers.get(2 * number + 1)

    def _parse(self) -> None:
        feed = _Feed(self._body, self._form in _TURTLES, self.source)
        quads = cast(Iterable[pyoxigraph.Quad], pyoxigraph.parse(cast(IO[bytes], feed), format=self._form, base_iri=DEFAULT_BASE))
        items: Iterable[pyoxigraph.Quad] | Iterable[pyoxigraph.Triple] = quads
        if self._form in _TURTLES:
            items = self._counted(quads, feed)
        elif self._form == _Format.N_QUADS:
            items = (quad.triple for quad in quads)
        try:
            # N-Quads in the default graph are N-Triples
            pyoxigraph.serialize(cast(Iterable[pyoxigraph.Quad], items), self.file, format=_Format.N_QUADS)
        except (SyntaxError, ValueError) as error:
            if isinstance(error, SyntaxError) and self._form in _IN_LINES:
                raise VocabularyError.together(self._bad_lines()) from error
            raise faults.told(b"", self._form, self.source, DEFAULT_BASE, error) from error
        except MemoryError as error:
            # Its buffer is bounded
            raise VocabularyError("a text or IRI of more than 16 MB is not read", Place(self.source, feed.line)) from error

    def _counted(self, quads: Iterable[pyoxigraph.Quad], feed: _Feed) -> Iterator[pyoxigraph.Triple]:
        for quad in quads:
            self._numbers.extend(feed.found())
            yield quad.triple

    def _bad_lines(self) -> Iterator[VocabularyError]:
        """Yield the faults of a file of lines, which each stand by themselves; after very many, that there are more."""
        found = self._every_bad_line()
        yield from islice(found, faults.MOST)
        if next(found, None):
            yield VocabularyError("and more lines that cannot be read", Place(self.source))

    def _every_bad_line(self) -> Iterator[VocabularyError]:
        self._body.seek(0)
        before = 0
        while piece := b"".join(self._body.readlines(_PIECE)):
            body = piece.removeprefix(codecs.BOM_UTF8) if not before else piece
            try:
                deque(pyoxigraph.parse(body, format=self._form), maxlen=0)
            except SyntaxError as error:
                for fault in faults.told(body, self._form, self.source, DEFAULT_BASE, error).each():
                    line, column = (fault.place.line, fault.place.column) if fault.place else (0, 0)
                    yield VocabularyError(fault.reason, Place(self.source, line and line + before, column))
            before += len(piece.splitlines())

    @cached_property
    def _runs(self) -> tuple[array[int], array[int]]:
        """Of statements that stand on lines one behind the other, the number and the line of the first."""
        numbers, lines = array("Q"), array("Q")
        number, is_open = 0, False
        self._body.seek(0)
        text = io.TextIOWrapper(self._body, encoding="latin-1", newline=None)
        for line, row in enumerate(text, 1):
            is_statement = row.lstrip("\xef\xbb\xbf \t\n")[:1] not in ("", "#")
            if is_statement and not is_open:
                numbers.append(number)
                lines.append(line)
            number += is_statement
            is_open = is_statement
        text.detach()
        return numbers, lines


def _unpacked(path: Path, source: str) -> IO[bytes]:
    """Return a file open for reading; what is packed with gzip is unpacked into a temporary file."""
    file = path.open("rb")
    if file.read(2) != _GZIP:
        file.seek(0)
        return file
    file.seek(0)
    plain = temporary()
    try:
        with file, gzip.GzipFile(fileobj=file) as packed:
            while piece := packed.read(_PIECE):
                plain.write(piece)
                if plain.tell() > _MOST:
                    raise VocabularyError(f"unpacks to more than {_MOST >> 30} GB", Place(source))
    except (EOFError, OSError, zlib.error, VocabularyError) as error:
        plain.close()
        if isinstance(error, EOFError):
            raise VocabularyError("the end of the gzip data is missing", Place(source)) from error
        if isinstance(error, gzip.BadGzipFile | zlib.error):
            raise VocabularyError("damaged gzip data", Place(source)) from error
        raise
    plain.seek(0)
    return plain


class _Feed:
    """Hands a file to a parser: line by line where it is to tell how far the parser has come."""

    def __init__(self, body: IO[bytes], by_line: bool, source: str) -> None:
        self._body = body
        self._by_line = by_line
        self._source = source
        self._rest = b""
        self.line = 1
        self._is_end = self._is_exact = False
        self._in_vain = self._first = 0
        if body.read(3) != codecs.BOM_UTF8:
            body.seek(0)

    def found(self) -> tuple[int, int]:
        """Return the line that the parser has come to, which found something there, and the first one since it last did.

        0 stands for a line that is not known.
        """
        start = self._first or self.line
        self._in_vain = self._first = 0
        return (self.line, start) if self._is_exact else (0, 0)

    def read(self, size: int = -1) -> bytes:
        """Return at most so many bytes, none at the end."""
        if not self._rest:
            self._rest = self._next(size)
        piece, self._rest = (self._rest[:size], self._rest[size:]) if size >= 0 else (self._rest, b"")
        return piece

    def _next(self, size: int) -> bytes:
        self._in_vain += 1
        is_line = self._by_line and self._in_vain <= _PATIENCE
        self.line += self._is_end
        piece = self._body.readline(_PIECE) if is_line else self._body.read(size)
        at = piece.find(b"\0")
        if at >= 0:
            line = self.line + piece.count(b"\n", 0, at)
            raise VocabularyError("a NUL byte; the file is damaged, or not in UTF-8", Place(self._source, line))
        self._is_exact = is_line and not _LONE_RETURN.search(piece)
        if is_line and not self._first and not _NO_SUBJECT.match(piece):
            self._first = self.line
        self._is_end = piece.endswith(b"\n")
        self.line += piece.count(b"\n") - self._is_end
        return piece


class _Numbers:
    """Small numbers on disk, by their place."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._new = array("I")
        weakref.finalize(self, file.close)

    def extend(self, numbers: Iterable[int]) -> None:
        """Add some numbers."""
        self._new.extend(numbers)
        if len(self._new) >= 1 << 16:
            self._flush()

    def get(self, at: int) -> int:
        """Return a number by its place; 0 where there is none."""
        self._flush()
        self._file.seek(at * self._new.itemsize)
        found = array("I", self._file.read(self._new.itemsize))
        return found[0] if found else 0

    def _flush(self) -> None:
        self._file.seek(0, io.SEEK_END)
        self._file.write(self._new.tobytes())
        del self._new[:]
