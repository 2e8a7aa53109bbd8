"""Statements on disk, found by their subject: only where they stand is kept, in a temporary database."""

from __future__ import annotations

import re
import sqlite3
import tempfile
import weakref
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple

from kg.errors import Place, ResourceError
from kg.terms import Term

# In bytes, as they stand in files: canonical N-Triples
Node = bytes
# Lines come twice as fast from a buffer of a megabyte
AHEAD = 1 << 20
_BATCH = 5_000
_TERMS = rb'(<[^ <>]*>|_:[^ ]+) (<[^ <>]*>) (<[^ <>]*>|_:[^ ]+|"(?:[^"\\\n]|\\.)*+"[^ ]*)'
TRIPLE = re.compile(_TERMS)
QUAD = re.compile(_TERMS + rb"(?: (<[^ <>]*>|_:[^ ]+))? \.\n")
_TABLES = """
    PRAGMA journal_mode = OFF;
    CREATE TABLE segments (node BLOB, begin INTEGER, size INTEGER, number INTEGER);
    CREATE TABLE witnesses (node BLOB, predicate BLOB, text BLOB, number INTEGER, PRIMARY KEY (node, predicate)) WITHOUT ROWID;
"""
# Each subject where it first stands, in order of the file; the other columns are those of the row that has the least
_FIRSTS = """
    SELECT node, min(begin) AS first, size, number, count(*), EXISTS (SELECT 1 FROM witnesses w WHERE w.node = s.node)
    FROM segments s GROUP BY node ORDER BY first
"""


class Segment(NamedTuple):
    """Where statements of one subject stand one behind the other: bytes of the file, number of the first."""

    begin: int
    size: int
    number: int


class Index:
    """Where the statements of each subject stand in a file of N-Triples.

    A *witness* is a statement kept for its object: it shows that this is a focus node.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._position = 0
        self._rows: list[tuple[Node, int, int, int]] = []
        self._last: tuple[Node, Numbers] | None = None
        # Private to this process, on the disk as soon as it is large, and gone when we are
        self.database = sqlite3.connect("", check_same_thread=False)
        weakref.finalize(self, self.database.close)
        weakref.finalize(self, file.close)
        self.database.executescript(_TABLES)

    # --- writing -------------------------------------------------------------------------------------------------------------
    def write(self, triples: Iterable[bytes]) -> tuple[int, int]:
        """Write triples to the end of the file as lines; return where they begin, and how long they are."""
        text = b" .\n".join((*triples, b""))
        begin = self._position
        self._position += self._file.write(text)
        return begin, len(text)

    def extend(self, node: Node, begin: int, size: int, number: int) -> None:
        """Remember a statement, or some that stand together; what follows on others of its subject is kept with them."""
        last = self._rows[-1] if self._rows else None
        if last is not None and last[0] == node and last[1] + last[2] == begin:
            self._rows[-1] = (node, last[1], last[2] + size, last[3])
            return
        if len(self._rows) >= _BATCH:
            self._flush()
        self._rows.append((node, begin, size, number))

    def add_witness(self, node: Node, predicate: Node, text: bytes, number: int) -> None:
        """Remember a statement by its object; one of each predicate is enough."""
        self.database.execute("INSERT OR IGNORE INTO witnesses VALUES (?, ?, ?, ?)", (node, predicate, text, number))

    def close(self) -> None:
        """Make what was written ready to be found."""
        self._flush()
        self.database.execute("CREATE INDEX by_node ON segments (node, begin, size, number)")

    def _flush(self) -> None:
        self.database.executemany("INSERT INTO segments VALUES (?, ?, ?, ?)", self._rows)
        self._rows.clear()

    # --- reading -------------------------------------------------------------------------------------------------------------
    def subjects(self) -> Iterator[tuple[Node, list[bytes], list[bytes]]]:
        """Yield each subject in order of where it first stands, with its statements, sorted, and its witnesses, as lines."""
        for node, begin, size, number, count, has_witness in self.database.execute(_FIRSTS):
            segments = [Segment(begin, size, number)] if count == 1 else self.segments(node)
            witnesses = [line for _, line in self.witnesses(node)] if has_witness else []
            yield node, sorted(set(self.read(segments))), witnesses

    def segments(self, node: Node) -> list[Segment]:
        """Return where a subject stands, in order."""
        found = self.database.execute("SELECT begin, size, number FROM segments WHERE node = ? ORDER BY begin", (node,))
        return list(map(Segment._make, found))

    def lines(self, node: Node) -> list[bytes]:
        """Return the statements of a subject as lines of N-Triples; a statement may come twice."""
        return self.read(self.segments(node))

    def read(self, segments: Iterable[Segment]) -> list[bytes]:
        """Return the statements that stand there as lines of N-Triples."""
        found: list[bytes] = []
        for begin, size, _ in segments:
            found += self.piece(begin, size).splitlines(keepends=True)
        return found

    def enumerated(self, segment: Segment) -> Iterator[tuple[int, bytes]]:
        """Yield the statements that stand there, each with its number in the file."""
        return enumerate(self.read([segment]), segment.number)

    def numbered(self, node: Node) -> Iterator[tuple[int, bytes]]:
        """Yield the statements of a subject, each with its number in the file."""
        for segment in self.segments(node):
            yield from self.enumerated(segment)

    def piece(self, begin: int, size: int) -> bytes:
        """Return a piece of the file."""
        self._file.seek(begin)
        return self._file.read(size)

    # --- witnesses -----------------------------------------------------------------------------------------------------------
    def witnesses(self, node: Node) -> list[tuple[int, bytes]]:
        """Return number and text of the statements kept for this object."""
        return list(self.database.execute("SELECT number, text FROM witnesses WHERE node = ? ORDER BY number", (node,)))

    def unsaid(self, others: Iterable[Node]) -> Iterator[tuple[Node, list[bytes]]]:
        """Yield each object that has a witness, and each other, of which nothing is said, with its witnesses."""
        witnessed = (node for (node,) in self.database.execute("SELECT DISTINCT node FROM witnesses ORDER BY node"))
        for node in chain(witnessed, sorted(node for node in others if not self.witnesses(node))):
            if not self.has(node):
                yield node, [line for _, line in self.witnesses(node)]

    def numbers(self, node: Node) -> Numbers:
        """Return the numbers of the statements of a subject; many results may be about one."""
        if self._last is None or self._last[0] != node:
            self._last = (node, Numbers(self.numbered(node)))
        return self._last[1]

    def has(self, node: Node) -> bool:
        """Tell whether a node is a subject."""
        return self.database.execute("SELECT 1 FROM segments WHERE node = ? LIMIT 1", (node,)).fetchone() is not None


class Seen:
    """What was seen of late, so that what comes often is taken once; bounded, so it may be taken again."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._keys: set[bytes] = set()

    def add(self, key: bytes) -> bool:
        """Tell whether this is new."""
        if key in self._keys:
            return False
        if len(self._keys) >= self._most:
            self._keys.clear()
        self._keys.add(key)
        return True


class Numbers:
    """The numbers of the statements of one subject, or of some that lead to one: `first` is the least, -1 where there are none."""

    def __init__(self, found: Iterable[tuple[int, bytes]]) -> None:
        self._numbers: dict[bytes, int] = {}
        for number, line in sorted(found):
            self._numbers.setdefault(line, number)
            self._numbers.setdefault(line.split(b" ", 2)[1], number)
        self.first = min(self._numbers.values(), default=-1)

    def find(self, subject: Term, predicate: Term | None, name: Term | None) -> int | None:
        """Return the number of a statement, else of the first with its predicate; None where there is neither."""
        exact = self._numbers.get(f"{subject} {predicate} {name} .\n".encode())
        return self._numbers.get((predicate or "").encode()) if exact is None else exact


@contextmanager
def storage(path: Path) -> Iterator[None]:
    """Turn what goes wrong with the disk into `ResourceError`."""
    try:
        yield
    except OSError as error:
        raise ResourceError(
            f"cannot be read, or there is no room for temporary files: {error.strerror}", Place(str(path))
        ) from error
    except sqlite3.Error as error:
        raise ResourceError(f"no room for temporary files: {error}", Place(str(path))) from error


def encoded(terms: Iterable[Term]) -> frozenset[bytes]:
    """Return terms as they stand in files."""
    return frozenset(term.encode() for term in terms)


class _Anything:
    def __contains__(self, item: object) -> bool:
        return True


ANYTHING: Container[bytes] = _Anything()


def temporary() -> IO[bytes]:
    """Return a file for what memory should not hold; it is gone when it is closed."""
    return tempfile.TemporaryFile()
