"""Converted articles on their way to a dump: in an SQLite file while they come, read back in order of IRI.

The file is kept beside the dump, and is what the next build need not convert again. It is only ever replaced as a whole, and
each row has a checksum: one that is damaged, or anything in it, is as good as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

from kg import terms
from kg.errors import Finding, Place, ResourceError
from kg.terms import Term
from kg.validation import Result

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FILE = "articles.sqlite"
_OF_NO_TEXT = hashlib.sha256(b"").hexdigest()
_LEVEL = 1

Subjects = defaultdict[Term, set[tuple[Term, Term]]]


@dataclass(frozen=True, slots=True)
class Converted:
    """An article on its way out: its text in each format, what it refers to, and what there is to say of it.

    `pieces` are by the format's name, the canonical N-Quads among them; `shared` is what it says of subjects that other
    articles may share, `own` how many triples it has beside; `failing` is the node that violates a shape.
    """

    iri: Term
    source: str
    digest: str
    text_digest: str
    is_copy: bool
    published: str | None
    pieces: Mapping[str, bytes] = field(repr=False)
    shared: tuple[tuple[Term, Term, Term], ...] = field(repr=False)
    own: int
    entities: tuple[Term, ...] = field(repr=False)
    kinds: Mapping[str, int]
    findings: tuple[Finding, ...]
    failing: Term | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether no shape is violated."""
        return all(finding.severity != "violation" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source that gave no article, and why."""

    findings: tuple[Finding, ...]


class Entry(NamedTuple):
    """An article that will be published, without its text."""

    iri: Term
    source: str
    digest: str
    published: str | None


def _entry(iri: Term, source: bytes, digest: str, published: str | None) -> Entry:
    return Entry(iri, os.fsdecode(source), digest, published)


# A source is bytes here, since the name of a file need not be text
_TABLE = """
CREATE TABLE setup (text TEXT);
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
        with _disk(path):
            self._new = sqlite3.connect(path, isolation_level=None)
            # Until it is whole, nobody but us reads this file; a killed run leaves nothing that is used
            self._new.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + _TABLE)
            self._new.execute("INSERT INTO setup VALUES (?)", (setup,))
        self._path = path
        self._old = _opened(old, setup) if old else None
        self.entities: set[Term] = set()
        self.kinds: Counter[str] = Counter()
        self.shared: Subjects = defaultdict(set)
        self.names: defaultdict[Term, dict[Term, Term]] = defaultdict(dict)
        self.findings: list[Finding] = []
        self.articles = self.statements = self.own = self.refused = self.reused = 0

    # --- what the build before knew -----------------------------------------------------------------------------------------
    def kept(self, key: bytes) -> Converted | None:
        """Return what an earlier build made of the record of this key; None where it is not there, or damaged."""
        if self._old is None:
            return None
        try:
            row = self._old.execute("SELECT about, pieces, checksum FROM article WHERE key = ?", (key,)).fetchone()
            if row is None:
                return None
            about, pieces, checksum = row
            if checksum != _checksum(key, about, pieces):
                raise ValueError("not what was written")
            found = _unpacked(about, pieces)
        except (sqlite3.Error, ValueError, TypeError, KeyError, zstd.ZstdError):
            self._forget()
            return None
        self.reused += 1
        return found

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
        about, pieces = _packed(item)
        source = os.fsencode(item.source)
        values = (key, is_in, item.iri, source, item.digest, item.text_digest, item.is_copy, item.published, about, pieces)
        with _disk(self._path):
            self._new.execute(
                "INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*values, _checksum(key, about, pieces))
            )
        if is_in:
            self._count(item)

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
            reason = f"the same text stands in {twin.source}; it is one article: {twin.iri}"
            self.findings.append(Finding("warning", reason, Place(item.source, 1)))
            return False
        return True

    def _twin(self, item: Converted) -> Entry | None:
        """Return the article that has this very text, unless one of the two says that it is a copy or they are of other days."""
        if item.is_copy or item.text_digest == _OF_NO_TEXT:
            return None
        query = "SELECT iri, source, digest, published FROM article WHERE text_digest = ? AND is_in AND NOT is_copy ORDER BY rowid"
        row = self._row(query, item.text_digest)
        found = _entry(*row) if row else None
        if found is None or not (found.published and item.published):
            return found
        one, other = sorted((found.published[:10], item.published[:10]), key=len)
        return found if other.startswith(one) else None

    def _count(self, item: Converted) -> None:
        self.articles += 1
        self.statements += item.pieces["nquads"].count(b"\n")
        self.own += item.own
        self.entities.update(item.entities)
        self.kinds.update(item.kinds)
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

    def entries(self) -> Iterator[tuple[Entry, Mapping[str, bytes]]]:
        """Yield each article that will be published with its pieces, in order of IRI."""
        query = "SELECT iri, source, digest, published, about, pieces FROM article WHERE is_in ORDER BY iri"
        with _disk(self._path), closing(self._new.execute(query)) as rows:
            for *entry, about, pieces in rows:
                yield _entry(*entry), _pieces(json.loads(about)["sizes"], pieces)

    def newest(self) -> str | None:
        """Return the last date on which an article was published."""
        row = self._row("SELECT published FROM article WHERE is_in AND published > ? ORDER BY substr(published, 1, 10) DESC", "")
        return str(row[0]) if row else None

    def keep(self, path: Path) -> None:
        """Put the file in the place of the one of the build before; the spool is closed. Where that cannot be, nothing is kept."""
        with suppress(sqlite3.Error, OSError):
            self._new.execute("COMMIT")
            self.close()
            with self._path.open("rb") as file:
                os.fsync(file.fileno())
            path.parent.mkdir(exist_ok=True)
            self._path.replace(path)

    def close(self) -> None:
        """Close the files."""
        self._forget()
        self._new.close()


def _opened(path: Path, setup: str) -> sqlite3.Connection | None:
    """Return the spool of an earlier build if it was made with this setup, else None."""
    try:
        # Nobody writes this file while it stands there: it is replaced as a whole
        found = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error:
        return None
    try:
        if found.execute("SELECT text FROM setup").fetchone() == (setup,):
            return found
    except sqlite3.Error:
        pass
    found.close()
    return None


def _packed(item: Converted) -> tuple[bytes, bytes]:
    """Return what is kept of an article: all but its text as JSON, and its text in each format."""
    sizes = {name: len(piece) for name, piece in item.pieces.items()}
    own = (item.iri, item.source, item.digest, item.text_digest, item.is_copy, item.published)
    about = {
        "fields": own,
        "sizes": sizes,
        "shared": item.shared,
        "own": item.own,
        "entities": item.entities,
        "kinds": item.kinds,
        "findings": [_finding_row(finding) for finding in item.findings],
        "failing": item.failing,
    }
    return json.dumps(about).encode(), zstd.compress(b"".join(item.pieces.values()), _LEVEL)


def _unpacked(about: bytes, packed: bytes) -> Converted:
    row = json.loads(about)
    iri, source, digest, text_digest, is_copy, published = row["fields"]
    return Converted(
        iri,
        source,
        digest,
        text_digest,
        is_copy,
        published,
        _pieces(row["sizes"], packed),
        tuple((subject, predicate, object_) for subject, predicate, object_ in row["shared"]),
        row["own"],
        tuple(row["entities"]),
        row["kinds"],
        tuple(_finding(*pair) for pair in row["findings"]),
        row["failing"],
    )


# By which name the kinds of finding stand in the file; what a result says of blank nodes, which no article has, is left out
_KINDS: Mapping[str, type[Finding]] = {"finding": Finding, "result": Result}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_LEFT_OUT = frozenset({"place", "about"})


def _finding_row(finding: Finding) -> tuple[str, dict[str, Any]]:
    row = {item.name: getattr(finding, item.name) for item in fields(finding) if item.name not in _LEFT_OUT}
    return _NAMES[type(finding)], row | {"place": astuple(finding.place)}


def _finding(kind: str, row: dict[str, Any]) -> Finding:
    return _KINDS[kind](**row | {"place": Place(*row["place"])})


def _pieces(sizes: Mapping[str, int], packed: bytes) -> Mapping[str, bytes]:
    text = memoryview(zstd.decompress(packed))
    found, begin = {}, 0
    for name, size in sizes.items():
        found[name] = bytes(text[begin : begin + size])
        begin += size
    return found


def _checksum(key: bytes, about: bytes, pieces: bytes) -> bytes:
    return hashlib.sha256(b"%d %d " % (len(key), len(about)) + key + about + pieces).digest()


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    """Say in words what the disk refused."""
    try:
        yield
    except sqlite3.Error as error:
        raise ResourceError(f"cannot write here: {error}", Place(str(path.parent))) from error
