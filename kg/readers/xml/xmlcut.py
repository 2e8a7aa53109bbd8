"""XML files of many entries, cut without being decoded further: where each begins and ends, and what is said of them all.

A fault costs the entry that it stands in: reading goes on at the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from kg.article import Record
from kg.errors import Place, ReadError
from kg.readers.positions import Position
from kg.readers.xml import xmlparser

# What a file says of all its entries is kept with each of them, so there is an end to it
_MOST_AROUND = 64 << 10
_MOST_OF_ONE = 8 << 10
_MOST_FAULTS = 100


class Names(NamedTuple):
    """Local names of elements: the entries, those that hold them, and those beside them that are kept with every entry."""

    entries: frozenset[str]
    containers: frozenset[str]
    kept: frozenset[str] = frozenset()


class Piece(NamedTuple):
    """An entry of a file: the local name of its element, and its bytes."""

    name: str
    begin: int
    end: int


@dataclass(slots=True)
class Cut:
    """A file in UTF-8 with its entries and faults.

    `around` is what is said of all entries: the start tags of the elements that hold them, and the elements that are kept.
    """

    data: bytes
    name: str
    entries: list[Piece] = field(default_factory=list)
    faults: list[ReadError] = field(default_factory=list)
    around: bytes = b""

    def records(self, form: str) -> Iterator[tuple[str, Record]]:
        """Yield the local name and the record of each entry."""
        position, done = Position(), 0
        for number, entry in enumerate(self.entries, 1):
            position.pass_over(self.data[done : entry.begin])
            body = self.data[entry.begin : entry.end]
            # An entry that is the whole file needs no number
            source = f"{self.name}#{number}" if self.around else self.name
            line, column = position.line, position.column
            yield entry.name, Record(source, form, body, line, charset="utf-8", around=self.around, column=column)
            position.pass_over(body)
            done = entry.end


def cut(stream: BinaryIO, name: str, names: Names) -> Cut:
    """Return the entries of a file. Raises `ReadError` for one in no encoding that is known."""
    data = xmlparser.utf8(stream.read(), name)
    cutter, start = _Cutter(Cut(data, name), names), 0
    found = cutter.cut
    position, done = Position(), 0
    next_entry = re.compile(rb"<(?:[\w.-]+:)?(?:" + "|".join(sorted(names.entries)).encode() + rb")[\s>]")
    while True:
        try:
            cutter.parse(start)
        except xmlparser.StopError as stop:
            position.pass_over(data[done : stop.byte])
            done = max(done, stop.byte)
            found.faults.append(ReadError(stop.reason, Place(name, position.line, position.column)))
            after = next_entry.search(data, stop.byte) if stop.is_mendable and len(found.faults) < _MOST_FAULTS else None
            if after is not None:
                start = after.start()
                continue
        return found


class _Cutter:
    """Follows the elements of a file down to those that are wanted, and counts what stands in these."""

    def __init__(self, cut: Cut, names: Names) -> None:
        self.cut = cut
        self._mended = xmlparser.mended(cut.data)
        self._names = names
        self._parser = xmlparser.new_parser()
        self._offset = 0  # from bytes of what is parsed to those of the file
        self._begin = 0
        self._tags: list[bytes] = []
        self._depth = 0  # of elements in each other that hold no entries
        self._open = 0  # elements that do
        self._piece: tuple[str, int] | None = None

    def parse(self, start: int) -> None:
        """Follow the file from its beginning, or from where an entry begins within the elements that are known to hold it."""
        lead = b"".join(self._tags) if start else b""
        self._begin, self._offset, self._depth, self._open = start, start - len(lead), 0, 0
        self._parser = xmlparser.new_parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        try:
            xmlparser.parse(self._parser, lead + self._mended[start:], is_final=True)
        except xmlparser.StopError as stop:
            raise xmlparser.StopError(stop.reason, max(stop.byte + self._offset, 0), stop.is_mendable) from stop

    @property
    def _byte(self) -> int:
        return self._parser.CurrentByteIndex + self._offset

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        name = qualified.rpartition(":")[2]
        if self._depth == 0 and name in self._names.containers:
            self._open += 1
            if self._byte >= self._begin:
                tag = xmlparser.start_tag(self.cut.data, self._byte)
                self._tags.append(tag)
                self._keep(tag, _MOST_AROUND)
            return
        if self._depth == 0:
            self._piece = name, self._byte
        self._depth += 1

    def _end(self, qualified: str) -> None:
        if self._depth == 0:
            self._open -= 1
            return
        self._depth -= 1
        if self._depth or self._piece is None:
            return
        name, begin = self._piece
        end = xmlparser.end_of(self.cut.data, begin, self._byte)
        if name in self._names.entries:
            self.cut.entries.append(Piece(name, begin, end))
        elif name in self._names.kept and self._open:
            self._keep(self.cut.data[begin:end], _MOST_OF_ONE)

    def _keep(self, piece: bytes, most: int) -> None:
        if len(piece) <= most and len(self.cut.around) + len(piece) <= _MOST_AROUND:
            self.cut.around += piece
