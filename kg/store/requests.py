"""What a store is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kg.terms import Term

Kind = Literal["solutions", "boolean", "graph"]

DEFAULT_TIMEOUT = 60.0
# Forms of an answer, by its kind; the names are those of `--format`
SOLUTION_FORMS = ("csv", "tsv", "json", "xml")
GRAPH_FORMS = ("turtle", "jsonld", "ntriples", "rdfxml")


@dataclass(frozen=True, slots=True)
class Request:
    """A query, the form that its answer is wanted in, its dataset where that is not the query's own, and what it may give.

    `form` is one of `SOLUTION_FORMS` for SELECT and ASK, of `GRAPH_FORMS` for CONSTRUCT and DESCRIBE; one that does not fit
    the kind of answer counts as the first that does. Graphs are plain IRIs ("https://…"): None is what the query says.
    `rows` bounds solutions and triples, `size` the bytes of the answer.
    """

    text: str
    form: str = "json"
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    rows: int | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gives: solutions or a boolean in a SPARQL results format, or a graph in an RDF format, in UTF-8."""

    kind: Kind
    form: str
    body: bytes
    is_empty: bool = False  # a graph without triples


@dataclass(frozen=True, slots=True)
class Table:
    """Solutions as terms: the first of them in the order of their terms, and how many there are."""

    names: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    count: int
