"""What the server says of itself: SPARQL 1.1 Service Description, without a blank node."""

from __future__ import annotations

from collections.abc import Iterator

from kg import exporters, terms
from kg.terms import Statement, Term

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"  # the names of formats that the specification points to
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "JSON-LD", "N-Triples", "RDF_XML")


def describe(endpoint: str, form: str) -> str:
    """Return the description of the service at an address, in a format of graphs. Raises `TermError` for no address."""
    return exporters.export(_statements(endpoint), form)


def _statements(endpoint: str) -> Iterator[Statement]:
    """Yield what there is to say: where it is, what it speaks, and that its default graph is the union of all graphs."""
    service, dataset, union = (terms.iri(f"{endpoint}{name}") for name in ("#service", "#dataset", "#default-graph"))
    said: list[tuple[Term, Term, Term]] = [
        (service, terms.TYPE, _sd("Service")),
        (service, _sd("endpoint"), terms.iri(endpoint)),
        (service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        (service, _sd("feature"), _sd("UnionDefaultGraph")),
        *((service, _sd("resultFormat"), terms.iri(f"{_FORMATS}{name}")) for name in (*_RESULTS, *_GRAPHS)),
        (service, _sd("defaultDataset"), dataset),
        (dataset, terms.TYPE, _sd("Dataset")),
        (dataset, _sd("defaultGraph"), union),
        (union, terms.TYPE, _sd("Graph")),
    ]
    return (Statement(*triple, "") for triple in said)


def _sd(name: str) -> Term:
    return terms.iri(f"{_SD}{name}")
