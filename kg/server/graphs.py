"""The SPARQL 1.1 Graph Store Protocol, for reading: one graph of the dump, by its name."""

from __future__ import annotations

from kg import terms
from kg.server import negotiation, protocol
from kg.server.protocol import Asked, ProtocolError
from kg.store import Answer, Request

_EVERYTHING = "CONSTRUCT WHERE { ?s ?p ?o }"


def asked(query_string: bytes, accept: str | None, rows: int | None, size: int | None) -> Asked:
    """Return what the engine is asked for a graph: `?default`, or `?graph=` and its IRI. Raises `ProtocolError`."""
    given = protocol.fields(query_string)
    names = [value for name, value in given if name == "graph"]
    is_default = any(name == "default" for name, _ in given)
    if len(names) + is_default != 1:
        raise ProtocolError(400, "name one graph: ?default for the union of all, ?graph=IRI for one of them")
    if names and not terms.is_iri(names[0]):
        raise ProtocolError(400, f"graph: not an absolute IRI: {names[0][:200]!r}")
    form = next((value for name, value in given if name == "format"), None)
    offer = protocol.offered(negotiation.GRAPHS, accept, form)
    request = Request(_EVERYTHING, offer.form, (names[0],) if names else None, rows=rows, size=size)
    return Asked(request, offer, is_graph=True)


def check(wanted: Asked, answer: Answer) -> None:
    """Raise `ProtocolError` for a graph that is none of the dump: an empty graph has no name there."""
    names = wanted.request.default_graphs
    if wanted.is_graph and names and answer.is_empty:
        raise ProtocolError(404, f"there is no graph {names[0]}")
