"""Where in an RDF file its statements stand: an index beside the graph, never statements more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph

from kg.errors import Place
from kg.rdf import blanknodes, reading
from kg.rdf.formats import opened
from kg.rdf.text import Rows
from kg.terms import Statement, Term

_Triple = tuple[Term, Term, Term]
_Format = pyoxigraph.RdfFormat


@dataclass(frozen=True)
class Lines:
    """The lines of an RDF file, from 1, on which its statements and subjects stand; what is not in it has no known line."""

    statements: Mapping[_Triple, int]
    subjects: Mapping[Term, int]
    # Where in the text the same begin
    _rows: Rows = field(default_factory=lambda: Rows(""), repr=False)
    _statements: Mapping[_Triple, int] = field(default_factory=dict, repr=False)
    _subjects: Mapping[Term, int] = field(default_factory=dict, repr=False)

    def find(self, subject: Term, predicate: Term | None = None, object: Term | None = None) -> int:
        """Return the line of the statement; where there is none, that of its subject, and 0 where nobody knows that one."""
        return self.statements.get((subject, predicate or "", object or ""), 0) or self.subjects.get(subject, 0)

    def place(self, source: str, subject: Term, predicate: Term | None = None, object: Term | None = None) -> Place:
        """Return the place in `source` of the statement, with its column where that is known; else of its subject, as `find`."""
        offset = self._statements.get((subject, predicate or "", object or ""), self._subjects.get(subject))
        if offset is None:
            return Place(source, self.find(subject, predicate, object))
        return Place(source, *self._rows.place(offset))


def lines(path: Path | str) -> Lines:
    """Return where the statements of an RDF file stand, as `locate` does. Raises what `read` raises."""
    body, form = opened(Path(path))
    return locate(body, form, str(path))


def locate(body: bytes, form: _Format, source: str, base: str = reading.DEFAULT_BASE) -> Lines:
    """Return where the statements of an RDF document stand; blank nodes have the labels that `parse` gives them.

    A statement stands where its object begins, in RDF/XML where the element or attribute of its predicate does; one told
    twice where it is told first. A subject stands where it first begins a statement, one without a name where the first
    thing in its brackets does. What nobody can tell is left out. Raises what `parse` raises.
    """
    document = reading.checked(body, form, source, base)
    return _indexed(document.walk(), document.rows)


def _indexed(found: Iterable[Statement], rows: Rows) -> Lines:
    told = list(found)
    # Each statement once, as a graph has it: what is told twice would give a node another label
    names = blanknodes.labels(dict.fromkeys(one._replace(span=None) for one in told if blanknodes.has_blank(one)))
    statements: dict[_Triple, int] = {}
    subjects: dict[Term, int] = {}
    for statement in told:
        subject = names.get(statement.subject, statement.subject)
        key = (subject, statement.predicate, names.get(statement.object, statement.object))
        at, start = statement.span or (0, 0)
        if statements.get(key, at) >= at:
            statements[key] = at
        if subjects.get(subject, start) >= start:
            subjects[subject] = start
    by_line = {key: rows.line(at) for key, at in statements.items()}
    return Lines(by_line, {subject: rows.line(at) for subject, at in subjects.items()}, rows, statements, subjects)
