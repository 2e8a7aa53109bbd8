"""RDF/XML, through the library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph

from kg import terms
from kg.errors import TermError
from kg.exporters.lines import write_ntriples
from kg.terms import Statement


def write_rdfxml(blocks: Iterable[Sequence[Statement]]) -> Iterator[str]:
    """Yield the union of all graphs as RDF/XML. Raises `TermError` for what RDF/XML cannot hold."""
    lines = "".join(write_ntriples(blocks))
    try:
        quads = pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES)
        triples = (quad.triple for quad in quads)
        body = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.RDF_XML, prefixes=dict(terms.PREFIXES))
    except (SyntaxError, ValueError) as error:
        raise TermError(f"RDF/XML cannot hold this graph: {error}") from error
    # A reader of XML takes a bare carriage return for a newline
    yield (body or b"").decode().replace("\r", "&#xD;")
