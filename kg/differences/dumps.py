"""A dump as it is compared: what its manifest says, and statements block by block, each checked against its digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

from kg import dataset, mapping
from kg.errors import Place, ResourceError, UsageError
from kg.terms import Statement, Term

NQUADS = "articles.nq"
_SHA256 = re.compile("[0-9a-f]{64}")
_IRI = r"(<[^\x00-\x20<>]*+>)"
# Canonical N-Quads, as a dump has them: no blank nodes, and a graph in every line
_QUAD = re.compile(
    rf'{_IRI} {_IRI} (<[^\x00-\x20<>]*+>|"(?:[^"\\\x00-\x1f]|\\.)*+"(?:@[A-Za-z0-9-]++|\^\^<[^\x00-\x20<>]*+>)?) {_IRI} \.'
)
_PIECE = 1 << 20
_ROW = itemgetter("source", "sha256", "statements", "offset", "bytes")


class File(NamedTuple):
    """A file of a dump, as the manifest has it."""

    bytes: int
    sha256: str


class Block(NamedTuple):
    """Where in the N-Quads of a dump an article's statements stand, and their digest."""

    path: Path
    offset: int
    bytes: int
    sha256: str


class Version(NamedTuple):
    """An article in one of the dumps: its source with the digest of that, and its statements."""

    source: str
    sha256: str
    block: Block


@dataclass(frozen=True, slots=True)
class Dump:
    """What a manifest says: base, version of `kg`, files, how many articles; where the N-Quads of the reference data begin."""

    folder: str
    base: str
    version: str
    articles: int
    files: Mapping[str, File] = field(repr=False)
    nquads: Path
    reference: int

    @property
    def digest(self) -> str:
        """The sha256 of all that the dump says."""
        return self.files[NQUADS].sha256


def opened(folder: Path) -> tuple[Dump, Mapping[str, Version]]:
    """Return a dump and its articles by their IRIs.

    Raises `UsageError` for a folder that is no dump, or one whose N-Quads are not those that the manifest tells of;
    `ResourceError` where it cannot be read.
    """
    manifest = dataset.read_manifest(folder)
    place = Place(str(folder / dataset.MANIFEST))
    nquads = folder / NQUADS
    files = {name: _file(name, row, place) for name, row in manifest["files"].items()}
    base, version = manifest.get("base"), manifest["kg"]
    if not isinstance(base, str) or not isinstance(version, str):
        raise UsageError("no dump here: the manifest does not tell its base and version", place)
    if NQUADS not in files:
        raise UsageError(f"no dump here: the manifest does not tell of {NQUADS}", place)
    if _size(nquads) != files[NQUADS].bytes:
        raise _changed(nquads)
    articles = {iri: _version(iri, row, nquads, place) for iri, row in manifest["articles"].items()}
    end = 0
    for block in sorted((found.block for found in articles.values()), key=attrgetter("offset", "bytes")):
        if block.offset != end:
            raise UsageError("no dump here: the articles of the manifest do not follow each other", place)
        end += block.bytes
    if end > files[NQUADS].bytes:
        raise UsageError(f"no dump here: the articles of the manifest are longer than {NQUADS}", place)
    return Dump(str(folder), base, version, len(articles), files, nquads, end), articles


def _file(name: str, row: Mapping[str, Any], place: Place) -> File:
    size, digest = row.get("bytes"), row.get("sha256")
    if not _is_size(size) or not _is_digest(digest):
        raise UsageError(f"no dump here: the manifest does not tell size and digest of {name[:200]!r}", place)
    return File(size, digest)


def _version(iri: str, row: Mapping[str, Any], nquads: Path, place: Place) -> Version:
    if "statements" not in row:
        reason = "built by a version of kg that did not note the digest of each article's statements; build the dump again"
        raise UsageError(reason, place)
    try:
        source, sha256, digest, offset, size = _ROW(row)
    except KeyError:
        source = None
    if isinstance(source, str) and isinstance(sha256, str) and _is_digest(digest) and _is_size(offset) and _is_size(size):
        return Version(source, sha256, Block(nquads, offset, size, digest))
    raise UsageError(f"no dump here: the manifest's row of {iri[:200]!r} is not as a build writes it", place)


def _is_size(value: Any) -> TypeGuard[int]:
    return type(value) is int and value >= 0


def _is_digest(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error


def _changed(path: Path) -> UsageError:
    return UsageError("this file was changed after the dump was built", Place(str(path)))


def _unreadable(path: Path, error: OSError) -> UsageError | ResourceError:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return UsageError("this file of the dump is gone", Place(str(path)))
    return ResourceError(f"cannot be read: {error.strerror}", Place(str(path)))


# --- statements ------------------------------------------------------------------------------------------------------------
def read(block: Block) -> bytes:
    """Return a block as it was when the dump was built. Raises `UsageError` where it is another one."""
    try:
        with block.path.open("rb") as file:
            file.seek(block.offset)
            body = file.read(block.bytes)
    except OSError as error:
        raise _unreadable(block.path, error) from error
    if hashlib.sha256(body).hexdigest() != block.sha256:
        raise _changed(block.path)
    return body


def lines(block: Block | None) -> list[str]:
    """Return the lines of a block, as `read` does; none for no block."""
    return _text(read(block), block.path).split("\n")[:-1] if block and block.bytes else []


def parse(found: Iterator[str] | list[str], article: Term, path: Path) -> list[Statement]:
    """Return the statements of an article's lines. Raises `UsageError` where one is not in a graph of it."""
    graphs = (mapping.part(article, "declared"), mapping.part(article, "extracted"))
    statements = [statement(line, path) for line in found]
    if any(one.graph not in graphs for one in statements):
        raise UsageError(f"what stands here as the article {article} says something else", Place(str(path)))
    return statements


def statement(line: str, path: Path) -> Statement:
    """Return the statement of a line. Raises `UsageError` where it is not in canonical N-Quads."""
    match = _QUAD.fullmatch(line)
    if match is None:
        raise UsageError("no statement in canonical N-Quads; this was not written by kg", Place(str(path)))
    return Statement(match[1], match[2], match[3], match[4])


def reference(dump: Dump) -> Iterator[str]:
    """Yield the lines of the reference data, which stands behind the articles."""
    try:
        with dump.nquads.open("rb") as file:
            file.seek(dump.reference)
            for line in file:
                yield _text(line, dump.nquads).removesuffix("\n")
    except OSError as error:
        raise _unreadable(dump.nquads, error) from error


def check_reference(statement: Statement, path: Path) -> None:
    """Raise `UsageError` where a statement stands in the graph of an article, and so not among reference data."""
    if mapping.article_of(statement.graph):
        raise UsageError("behind the articles of the manifest stand statements of another one", Place(str(path)))


def has_same_reference(old: Dump, new: Dump) -> bool:
    """Tell whether the reference data of two dumps are the same bytes."""
    try:
        with old.nquads.open("rb") as first, new.nquads.open("rb") as second:
            first.seek(old.reference)
            second.seek(new.reference)
            while (piece := first.read(_PIECE)) == second.read(_PIECE):
                if not piece:
                    return True
    except OSError as error:
        raise _unreadable(Path(error.filename or old.nquads), error) from error
    return False


def _text(body: bytes, path: Path) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise UsageError("not in UTF-8; this was not written by kg", Place(str(path))) from error
