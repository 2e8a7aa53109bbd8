"""What a CONSTRUCT or DESCRIBE query gives: a graph, in the form that its reader wants."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from html import escape
from itertools import dropwhile
from typing import TYPE_CHECKING, Any

from kg import rdf, terms
from kg.dumps.values import of_term
from kg.terms import Statement

if TYPE_CHECKING:
    import rdflib

_SHOWN = 100  # lines of Turtle


class Triples:
    """The triples of an answer, sorted, each once; to go through them gives subject, predicate and object as Python values."""

    def __init__(self, ntriples: str) -> None:
        self._ntriples = ntriples

    @cached_property
    def _statements(self) -> tuple[Statement, ...]:
        return tuple(map(rdf.parse_nquads, self._ntriples.split("\n")[:-1]))

    def __len__(self) -> int:
        return len(self._statements)

    def __iter__(self) -> Iterator[tuple[Any, Any, Any]]:
        return ((of_term(s.subject), of_term(s.predicate), of_term(s.object)) for s in self._statements)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Triples) and self._ntriples == other._ntriples

    def __hash__(self) -> int:
        return hash(self._ntriples)

    def ntriples(self) -> str:
        """Return the graph as N-Triples."""
        return self._ntriples

    def turtle(self) -> str:
        """Return the graph as Turtle."""
        return self._exported("turtle")

    def jsonld(self) -> str:
        """Return the graph as JSON-LD with our context."""
        return self._exported("jsonld")

    def _exported(self, form: str) -> str:
        from kg import exporters

        return exporters.export(self._statements, form)

    def graph(self) -> rdflib.Graph:
        """Return the graph as one of rdflib, which knows our prefixes; literals are spelt as they are."""
        import rdflib

        from kg.validation.interop import to_rdflib

        graph = rdflib.Graph()
        for prefix, namespace in terms.ALL_PREFIXES.items():
            graph.bind(prefix, namespace)
        for s in self._statements:
            graph.add((to_rdflib(s.subject), to_rdflib(s.predicate), to_rdflib(s.object)))
        return graph

    # --- for people ----------------------------------------------------------------------------------------------------------
    def _shown(self) -> tuple[str, str]:
        """Return the first lines of the Turtle, without the prefixes that are always the same, and how much there is."""
        from kg.reports import printable

        lines = list(dropwhile(lambda line: not line or line.startswith("@prefix "), self.turtle().split("\n")[:-1]))
        count = f"{len(self):,} triple{'s' if len(self) != 1 else ''}"
        if len(lines) > _SHOWN:
            lines, count = [*lines[:_SHOWN], "…"], f"the first lines of {count}"
        return "\n".join(map(printable, lines)), count

    def __repr__(self) -> str:
        turtle, count = self._shown()
        return f"{turtle}\n{count}" if turtle else count

    def _repr_html_(self) -> str:
        turtle, count = self._shown()
        return f"<pre>{escape(turtle)}</pre>\n<p>{count}</p>"
