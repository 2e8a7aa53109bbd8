"""RDF files become statements: the door through which foreign Turtle, JSON-LD, RDF/XML … comes in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import pyoxigraph

from kg import terms
from kg.errors import Place, VocabularyError
from kg.rdf import faults, jsonld, rdfxml, turtle
from kg.rdf.blanknodes import label_blank_nodes
from kg.rdf.formats import opened
from kg.rdf.text import Rows, parse_nquads
from kg.terms import Statement

DEFAULT_GRAPH = ""
# Not the file's path: what a file says must not depend on where it lies
DEFAULT_BASE = "urn:x-kg:document"
_Format = pyoxigraph.RdfFormat
# A text with a direction; that it stands behind a quotation mark rules out all but a text that quotes one
_DIRECTED = re.compile(r"\"@[a-z0-9-]+--(?:ltr|rtl) (?:<[^ ]* |_:[^ ]* )?\.$", re.MULTILINE)
_UNTAGGED = re.compile(r"\"\^\^" + re.escape(terms.LANG_STRING) + r" (?:<[^ ]* |_:[^ ]* )?\.$", re.MULTILINE)
_TRIPLE_TERM = re.compile(r"^(?:<[^ ]*|_:[^ ]*) <[^ ]* <<\(", re.MULTILINE)


def read(path: Path | str) -> list[Statement]:
    """Return the statements of an RDF file, packed with gzip or not; blank nodes are labelled by their content.

    Raises `VocabularyError` with line and column for bad syntax (every fault that can be told apart), for an unknown ending,
    and for RDF/XML whose entities are long or stand for other entities or for files; `ResourceError` where the file cannot
    be read. Nothing is fetched.
    """
    body, form = opened(Path(path))
    return parse(body, form, str(path))


def parse(body: bytes, form: _Format, source: str, base: str = DEFAULT_BASE) -> list[Statement]:
    """Return the statements of an RDF document; `base` is what relative IRIs refer to. Raises `VocabularyError` as `read` does."""
    return _statements(checked(body, form, source, base).nquads)


def statements_of(quads: Iterable[pyoxigraph.Quad] | Iterable[pyoxigraph.Triple], source: str = "graph") -> list[Statement]:
    """Return the statements of a pyoxigraph store, or of any quads or triples, blank nodes labelled as in `read`.

    Raises `VocabularyError` for what only RDF 1.2 has.
    """
    lines = cast(bytes, pyoxigraph.serialize(cast(Iterable[pyoxigraph.Quad], quads), format=_Format.N_QUADS)).decode()
    if reason := _unread(lines):
        raise VocabularyError(reason, Place(source))
    return _statements(lines)


def from_triples(triples: Iterable[pyoxigraph.Triple]) -> list[Statement]:
    """Return the statements, in the default graph, of triples that a query constructed."""
    return statements_of(triples, "query")


def _statements(lines: str) -> list[Statement]:
    """Return the statements of canonical N-Quads, sorted, each once."""
    rows = dict.fromkeys(lines.split("\n"))
    rows.pop("", None)
    if "_:" in lines:
        return label_blank_nodes(map(parse_nquads, rows))
    # A space comes before all that a term may hold, so lines sort as statements do
    return [parse_nquads(row) for row in sorted(rows)]


@dataclass(frozen=True)
class Document:
    """A document whose syntax is good: its body in UTF-8, and its statements as lines of N-Quads, in its order."""

    body: bytes
    form: _Format
    base: str
    nquads: str

    @cached_property
    def text(self) -> str | bytes:
        """What places in the document are counted in: its characters, in RDF/XML its bytes."""
        return self.body if self.form == _Format.RDF_XML else self.body.decode()

    @property
    def rows(self) -> Rows:
        """The lines of the document."""
        return Rows(self.text)

    def walk(self) -> Iterator[Statement]:
        """Yield the statements with the places of object and subject as span, so far as a walk over the document finds them."""
        if isinstance(self.text, bytes):
            return rdfxml.walk(self.text, self.base)
        if self.form == _Format.JSON_LD:
            return jsonld.walk(self.text, self.base)
        if self.form in (_Format.TURTLE, _Format.TRIG):
            return turtle.walk(self.text, self.base)
        return turtle.walk_lines(self.text)


def checked(body: bytes, form: _Format, source: str, base: str = DEFAULT_BASE) -> Document:
    """Return a document that can be read. Raises `VocabularyError` with the faults of one that cannot, as `read` does."""
    body = faults.ready(body, form, source)
    try:
        lines = cast(bytes, pyoxigraph.serialize(_quads(body, form, base), format=_Format.N_QUADS)).decode()
    except (SyntaxError, ValueError) as error:
        raise faults.told(body, form, source, base, error) from error
    document = Document(body, form, base, lines)
    if reason := _unread(lines):
        raise VocabularyError(reason, _place_of_unread(document, source))
    return document


def _quads(body: bytes, form: _Format, base: str) -> Iterable[pyoxigraph.Quad]:
    return cast(Iterable[pyoxigraph.Quad], pyoxigraph.parse(body, format=form, base_iri=base))


def _unread(lines: str) -> str:
    """Return why statements are not read, since they are of RDF 1.2 or no RDF; nothing where they are."""
    if "<<(" in lines and _TRIPLE_TERM.search(lines):
        return "a triple term: RDF 1.2 is not read"
    if "--" in lines and _DIRECTED.search(lines):
        return "a text with a direction: RDF 1.2 is not read"
    if "langString>" in lines and (found := _UNTAGGED.search(lines)):
        quoted = parse_nquads(lines[lines.rfind("\n", 0, found.start()) + 1 : found.end()]).object
        return f"a text of type rdf:langString has a language: {quoted.rpartition('^^')[0][:80]}"
    return ""


def _place_of_unread(document: Document, source: str) -> Place:
    """Return where the first thing of a document stands that is not read; its file where nobody can tell."""
    text = document.text
    at = turtle.newer(text) if isinstance(text, str) and document.form != _Format.JSON_LD else None
    if at is None and document.form == _Format.JSON_LD and "@direction" in str(text):
        at = faults.first_member(str(text), "@direction")
    if at is None:
        at = next((s.span[0] for s in document.walk() if s.span and s.object.endswith(f"^^{terms.LANG_STRING}")), None)
    return Place(source) if at is None else Place(source, *document.rows.place(at))
