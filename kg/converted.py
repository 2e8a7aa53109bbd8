"""What became of a record: an article written in each format, or a refusal; and such an article as bytes, to be kept or sent."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, NamedTuple

from kg.errors import Finding, Place
from kg.terms import Term
from kg.validation import Result

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# So quick that it costs less than the disk that it saves
_LEVEL = 1
_QUADS = "nquads"


class Row(NamedTuple):
    """An article as bytes: all but its text as JSON, and its text in each format, packed."""

    about: bytes
    pieces: bytes


@dataclass(frozen=True, slots=True)
class Converted:
    """An article on its way out: its text in each format, what it refers to, and what there is to say of it.

    `pieces` are by the format's name, the canonical N-Quads among them; `shared` is what it says of subjects that other
    articles may share; `subjects`, `classes` and `properties` count the others; `failing` is the node that violates a shape.
    `row` is all that as bytes, where it was read from them. Every field but pieces and findings is plain data: texts, numbers,
    tuples and mappings of such.
    """

    iri: Term
    source: str
    digest: str
    text_digest: str
    is_copy: bool
    published: str | None
    pieces: Mapping[str, bytes] = field(repr=False)
    shared: tuple[tuple[Term, Term, Term], ...] = field(repr=False)
    subjects: int
    classes: Mapping[str, int] = field(repr=False)
    properties: Mapping[str, int] = field(repr=False)
    entities: tuple[Term, ...] = field(repr=False)
    kinds: Mapping[str, int]
    findings: tuple[Finding, ...]
    failing: Term | None = None
    row: Row | None = field(default=None, repr=False, compare=False)

    @property
    def is_good(self) -> bool:
        """Tell whether no shape is violated."""
        return all(finding.severity != "violation" for finding in self.findings)

    def __reduce__(self) -> tuple[Callable[[bytes, bytes], Converted], Row]:
        """Travel between processes as a row: who sends it has packed it, and who gets it need not unpack the text."""
        return unpacked, packed(self)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source that gave no article, and why."""

    findings: tuple[Finding, ...]


class Pieces(Mapping[str, bytes]):
    """The text of an article in each format, packed; it is unpacked when it is asked for.

    `statements` counts those of the canonical N-Quads, `digest` is the sha256 of these.
    """

    def __init__(self, body: bytes) -> None:
        self.body = body
        self._begin = body.index(b"\n") + 1
        count, self.digest, *sizes = body[: self._begin].decode().split()
        self.statements = int(count)
        self._sizes = dict(zip(sizes[::2], map(int, sizes[1::2]), strict=True))

    @cached_property
    def _text(self) -> bytes:
        return zstd.decompress(memoryview(self.body)[self._begin :])

    def __getitem__(self, name: str) -> bytes:
        begin = 0
        for other, size in self._sizes.items():
            if other == name:
                return self._text[begin : begin + size]
            begin += size
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sizes)

    def __len__(self) -> int:
        return len(self._sizes)


def _packed_pieces(pieces: Mapping[str, bytes]) -> bytes:
    quads = pieces[_QUADS]
    count, digest = quads.count(b"\n"), hashlib.sha256(quads).hexdigest()
    sizes = " ".join(f"{name} {len(piece)}" for name, piece in pieces.items())  # the name of a format is one word
    return f"{count} {digest} {sizes}\n".encode() + zstd.compress(b"".join(pieces.values()), _LEVEL)


_PLAIN = tuple(item.name for item in fields(Converted) if item.name not in ("pieces", "findings", "row"))


def packed(item: Converted) -> Row:
    """Return an article as bytes."""
    if item.row is not None:
        return item.row
    about = {name: getattr(item, name) for name in _PLAIN} | {"findings": [_finding_row(finding) for finding in item.findings]}
    return Row(json.dumps(about).encode(), _packed_pieces(item.pieces))


def unpacked(about: bytes, pieces: bytes) -> Converted:
    """Return the article that `packed` made these bytes of; its text stays packed until somebody asks for it."""
    values = json.loads(about)
    findings = tuple(map(_finding, values.pop("findings")))
    plain: dict[str, Any] = {name: _frozen(value) if isinstance(value, list) else value for name, value in values.items()}
    return Converted(**plain, pieces=Pieces(pieces), findings=findings, row=Row(about, pieces))


def _frozen(values: list[Any]) -> tuple[Any, ...]:
    return tuple([_frozen(value) if isinstance(value, list) else value for value in values])


# --- findings --------------------------------------------------------------------------------------------------------------
def _finding_row(finding: Finding) -> list[Any]:
    """Return a finding as plain data; what a result says of blank nodes is left out, as no article has any."""
    place = finding.place
    row = [finding.severity, finding.reason, finding.exit_code]
    row += [place.source, place.line, place.column, place.end_line, place.end_column]
    if isinstance(finding, Result):
        row += [finding.focus, finding.path, finding.value, finding.shape, finding.constraint]
        row += [finding.source, finding.constraint_node, finding.times]
    return row


def _finding(row: list[Any]) -> Finding:
    severity, reason, exit_code, source, line, column, end_line, end_column, *more = row
    # Interned, since many articles say the same, and what they say is held until the report is written
    reason, place = sys.intern(reason), Place(sys.intern(source), line, column, end_line, end_column)
    if not more:
        return Finding(severity, reason, place, exit_code=exit_code)
    *terms, shape, node, times = more
    return Result(severity, reason, place, *terms, exit_code=exit_code, source=shape, constraint_node=node, times=times)
