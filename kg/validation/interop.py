"""rdflib's terms and graphs from ours, and back."""

from __future__ import annotations

from typing import Any

from kg import rdf, terms
from kg.terms import Term


def to_graph(text: str) -> Any:
    """Return the graph, its literals spelt as they are: rdflib's own parser turns "01" into "1"."""
    import rdflib

    graph = rdflib.Graph()
    for subject, predicate, object_, _, _ in map(rdf.parse_nquads, text.split("\n")[:-1]):
        graph.add((to_rdflib(subject), to_rdflib(predicate), to_rdflib(object_)))
    return graph


def to_rdflib(term: Term) -> Any:
    import rdflib

    if term[0] == "<":
        return rdflib.URIRef(term[1:-1])
    if term[0] == "_":
        return rdflib.BNode(term[2:])
    text, language, datatype = terms.parts(term)
    kind = rdflib.URIRef(datatype[1:-1]) if not language and datatype != terms.XSD_STRING else None
    return rdflib.Literal(text, lang=language or None, datatype=kind, normalize=False)


def from_rdflib(node: Any) -> Term:
    import rdflib

    if isinstance(node, rdflib.URIRef):
        return f"<{node}>"
    if isinstance(node, rdflib.BNode):
        return f"_:{node}"
    quoted = f'"{terms.escape(str(node))}"'
    if node.language:
        return f"{quoted}@{node.language}"
    datatype = f"<{node.datatype}>" if node.datatype else terms.XSD_STRING
    return quoted if datatype == terms.XSD_STRING else f"{quoted}^^{datatype}"
