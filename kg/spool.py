"""Converted articles on their way to a dump: in an SQLite file while they come, read back in order of IRI.

The file is kept beside the dump, and is what the next build need not convert again. It is only ever replaced as a whole, and
each row has a checksum: one that is damaged, or anything in it, is as good as none. (Against somebody who writes rows with the
right checksum there is no help but the rights of the folder.)
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from kg import terms
from kg.converted import Converted, Pieces, Refusal, packed, unpacked
from kg.dataset import Sums, Tally
from kg.errors import Finding, Place, ResourceError
from kg.reports import Collapsing
from kg.terms import Term

FILE = "articles.sqlite"
_OF_NO_TEXT = hashlib.sha256(b"").hexdigest()
# What a file may raise that is not what we wrote
_DAMAGE = (sqlite3.Error, ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError)

Subjects = defaultdict[Term, set[tuple[Term, Term]]]


class Entry(NamedTuple):
    """An article that will be published, without its text; `statements` is the sha256 of its canonical N-Quads."""

    iri: Term
    source: str
    digest: str
    published: str | None
    statements: str


# Until it is whole, nobody but us reads this file; a killed run leaves nothing that is used. Most rows fit on a large page
_SETTINGS = "PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;"
# A source is bytes here, since the name of a file need not be text
_TABLES = """
CREATE TABLE setup (text TEXT);
CREATE TABLE agreed (key BLOB PRIMARY KEY, checksum BLOB) WITHOUT ROWID;
CREATE TABLE article (
    key BLOB PRIMARY KEY, is_in INTEGER, iri TEXT, source BLOB, digest TEXT, text_digest TEXT, is_copy INTEGER, published TEXT,
    about BLOB, pieces BLOB, checksum BLOB
);
CREATE INDEX by_iri ON article (iri);
CREATE INDEX by_text ON article (text_digest);
"""


class Spool:
    """Converted articles in a file, and what is known of all of them together.

    `setup` tells everything but their sources that articles depend on; `old` is the file of the build before, if it is of use.
    """

    def __init__(self, path: Path, setup: str, old: Path | None = None) -> None:
        self._path = path
        with _disk(path):
            self._new = sqlite3.connect(path, isolation_level=None)
        try:
            with _disk(path):
                self._new.executescript(_SETTINGS + _TABLES)
                self._new.execute("INSERT INTO setup VALUES (?)", (setup,))
        except ResourceError:
            self._new.close()
            raise
        self._old = _opened(old, setup) if old else None
        self.entities: set[Term] = set()
        self.kinds: Counter[str] = Counter()
        self.shared: Subjects = defaultdict(set)
        self.names: defaultdict[Term, dict[Term, Term]] = defaultdict(dict)
        self.findings = Collapsing()
        self._newest = ""
        self.counts = Sums()
        self.articles = self.statements = self.refused = self.reused = 0

    # --- what the build before knew -----------------------------------------------------------------------------------------
    def kept(self, key: bytes) -> Converted | None:
        """Return what an earlier build made of the record of this key; None where it is not there, or damaged."""
        row = self._kept("SELECT about, pieces, checksum FROM article WHERE key = ?", key)
        if row is None:
            return None
        try:
            found = unpacked(*row)
        except _DAMAGE:
            self._forget()
            return None
        self.reused += 1
        return found

    def has_agreed(self, key: bytes) -> bool:
        """Tell whether in an earlier build a second opinion on the article of this key was the same as the first."""
        return self._kept("SELECT checksum FROM agreed WHERE key = ?", key) is not None

    def _kept(self, query: str, key: bytes) -> list[bytes] | None:
        """Return a row of the build before without its checksum, which must be right."""
        if self._old is None:
            return None
        try:
            row = self._old.execute(query, (key,)).fetchone()
            if row is None:
                return None
            values: list[bytes] = list(row)
            checksum = values.pop()
            if checksum == _checksum(key, *values):
                return values
        except _DAMAGE:
            pass
        self._forget()
        return None

    def _forget(self) -> None:
        """Throw away what the build before knew: where one row is damaged, others may be."""
        if self._old:
            self._old.close()
            self._old = None

    # --- what this build finds ----------------------------------------------------------------------------------------------
    def take(self, item: Converted | Refusal | Finding, key: bytes = b"") -> None:
        """Keep an article under the key of its record, and what there is to say of it and of what gave none."""
        if isinstance(item, Finding):
            self.findings.append(item)
            return
        if isinstance(item, Refusal):
            self.findings.extend(item.findings)
            self.refused += 1
            return
        if self._row("SELECT 1 FROM article WHERE key = ?", key):
            return  # a file that was named twice, by itself and by its folder
        self.findings.extend(item.findings)
        is_in = self._is_wanted(item)
        row = packed(item)
        source = os.fsencode(item.source)
        values = (key, is_in, item.iri, source, item.digest, item.text_digest, item.is_copy, item.published)
        with _disk(self._path):
            self._new.execute("INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*values, *row, _checksum(key, *row)))
        if is_in:
            pieces = item.pieces if isinstance(item.pieces, Pieces) else Pieces(row.pieces)
            self._count(item, pieces.statements)

    def agree(self, keys: Iterable[bytes]) -> None:
        """Keep that a second opinion on the articles of these keys was the same as the first."""
        with _disk(self._path):
            self._new.executemany("INSERT OR IGNORE INTO agreed VALUES (?, ?)", ((key, _checksum(key)) for key in keys))

    def _is_wanted(self, item: Converted) -> bool:
        """Tell whether an article is published; two sources of one text are one article, two texts with one IRI a fault."""
        if not item.is_good:
            self.refused += 1
            return False
        before = self._row("SELECT source, text_digest FROM article WHERE iri = ? AND is_in", item.iri)
        if before is not None:
            source, text_digest = before
            same = text_digest == item.text_digest
            words = "the same article stands in" if same else "another text with the same IRI stands in"
            reason = f"{words} {os.fsdecode(source)}: {item.iri}"
            self.findings.append(Finding("warning" if same else "violation", reason, Place(item.source, 1)))
            self.refused += not same
            return False
        twin = self._twin(item)
        if twin is not None:
            reason = f"the same text stands in {twin[1]}; it is one article: {twin[0]}"
            self.findings.append(Finding("warning", reason, Place(item.source, 1)))
            return False
        return True

    def _twin(self, item: Converted) -> tuple[Term, str] | None:
        """Return IRI and source of the article that has this very text.

        None where one of the two says that it is a copy, or where they are of other days.
        """
        if item.is_copy or item.text_digest == _OF_NO_TEXT:
            return None
        query = "SELECT iri, source, published FROM article WHERE text_digest = ? AND is_in AND NOT is_copy ORDER BY rowid"
        row = self._row(query, item.text_digest)
        if row is None:
            return None
        iri, source, published = row
        if published and item.published:
            one, other = sorted((published[:10], item.published[:10]), key=len)
            if not other.startswith(one):
                return None
        return iri, os.fsdecode(source)

    def _count(self, item: Converted, statements: int) -> None:
        self.articles += 1
        self.statements += statements
        self.counts.add(Tally(item.subjects, item.classes, item.properties))
        self.entities.update(item.entities)
        self.kinds.update(item.kinds)
        self._newest = max(self._newest, (item.published or "")[:10])
        for subject, predicate, object_ in item.shared:
            self.shared[subject].add((predicate, object_))
            if predicate == terms.NAME:
                self.names[subject].setdefault(object_, item.iri)

    def _row(self, query: str, value: Any) -> tuple[Any, ...] | None:
        with _disk(self._path):
            found: tuple[Any, ...] | None = self._new.execute(f"{query} LIMIT 1", (value,)).fetchone()
            return found

    # --- all of them --------------------------------------------------------------------------------------------------------
    def source_of(self, iri: Term) -> str:
        """Return the source of an article that will be published."""
        row = self._row("SELECT source FROM article WHERE iri = ? AND is_in", iri)
        return os.fsdecode(row[0]) if row else ""

    def entries(self) -> Iterator[tuple[Entry, Pieces]]:
        """Yield each article that will be published with its pieces, in order of IRI."""
        query = "SELECT iri, source, digest, published, pieces FROM article WHERE is_in ORDER BY iri"
        with _disk(self._path), closing(self._new.execute(query)) as rows:
            for iri, source, digest, published, body in rows:
                pieces = Pieces(body)
                yield Entry(iri, os.fsdecode(source), digest, published, pieces.digest), pieces

    def newest(self) -> str | None:
        """Return the last day on which an article was published."""
        return self._newest or None

    def keep(self, path: Path) -> None:
        """Put the file in the place of the one of the build before; the spool is closed. Where that cannot be, nothing is kept."""
        with suppress(sqlite3.Error, OSError):
            self._new.execute("COMMIT")
            self.close()
            with self._path.open("r+b") as file:
                os.fsync(file.fileno())
            path.parent.mkdir(exist_ok=True)
            self._path.replace(path)  # a folder of that name is somebody's, and stays

    def close(self) -> None:
        """Close the files."""
        self._forget()
        self._new.close()


def _opened(path: Path, setup: str) -> sqlite3.Connection | None:
    """Return the spool of an earlier build if it was made with this setup, else None."""
    try:
        # A pipe would keep us waiting, and a link is not what we wrote
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        # Nobody writes this file while it stands there: it is replaced as a whole
        found = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    except (sqlite3.Error, OSError):
        return None
    try:
        if found.execute("SELECT text FROM setup").fetchall() == [(setup,)]:
            return found
    except _DAMAGE:
        pass
    found.close()
    return None


def _checksum(key: bytes, *values: bytes) -> bytes:
    """Return the sha256 of a row, each value with its length before it."""
    digest = hashlib.sha256(b"%d " * (len(values) + 1) % (len(key), *map(len, values)))
    for value in (key, *values):
        digest.update(value)
    return digest.digest()


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    """Say in words what the disk refused."""
    try:
        yield
    except sqlite3.Error as error:
        raise ResourceError(f"cannot write here: {error}", Place(str(path.parent))) from error
