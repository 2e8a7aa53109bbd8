"""Ten questions of a researcher, in SPARQL that every engine understands, and what an answer is when nobody looks at its order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import pyoxigraph

from kg.terms import ALL_PREFIXES

HEAD = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in ALL_PREFIXES.items())
NUMBERS = frozenset(
    f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("integer", "decimal", "double", "float", "nonNegativeInteger")
)

# The rows of a SELECT query, as plain values
Ask = Callable[[str], Sequence[Sequence[str]]]


class Question(NamedTuple):
    """A question: what it asks, its text, and whether the answer is a graph."""

    name: str
    text: str
    is_graph: bool = False


def questions(ask: Ask) -> list[Question]:
    """Return the questions; what they are about is chosen from the data, so that there is something to find.

    The states of the fourth are Russia and China where articles name both, else those that articles name together most often.
    """
    [[article]] = ask("SELECT (MIN(?a) AS ?first) { ?a a schema:Article ; schema:about ?theme . ?theme a kg:Theme }")
    [[theme]] = ask(
        "SELECT ?theme { ?a schema:about ?theme ; kg:mention ?m . ?theme a kg:Theme }"
        " GROUP BY ?theme ORDER BY DESC(COUNT(DISTINCT ?a)) ?theme LIMIT 1"
    )
    [[broad]] = ask(
        "SELECT ?broad { ?a schema:about/skos:broader+ ?broad } GROUP BY ?broad ORDER BY DESC(COUNT(DISTINCT ?a)) ?broad LIMIT 1"
    )
    both = "?a schema:mentions state:russia, state:china"
    if ask(f"SELECT ?a {{ {both} }} LIMIT 1"):
        states = "state:russia, state:china"
    else:
        [pair] = ask(
            "SELECT ?x ?y { ?a schema:mentions ?x, ?y . ?x a kg:State . ?y a kg:State . FILTER(STR(?x) < STR(?y)) }"
            " GROUP BY ?x ?y ORDER BY DESC(COUNT(DISTINCT ?a)) ?x ?y LIMIT 1"
        )
        states = ", ".join(f"<{state}>" for state in pair)
    return [Question(name, HEAD + text, is_graph) for name, text, is_graph in _texts(article, theme, broad, states)]


def _texts(article: str, theme: str, broad: str, states: str) -> list[Question]:
    return [
        Question(
            "articles per theme and year",
            "SELECT ?theme ?year (COUNT(DISTINCT ?a) AS ?articles) { ?a a schema:Article ; schema:about ?theme ;"
            " schema:datePublished ?date . ?theme a kg:Theme . BIND(SUBSTR(STR(?date), 1, 4) AS ?year) } GROUP BY ?theme ?year",
        ),
        Question(
            "treaties named together",
            "SELECT ?one ?other (COUNT(DISTINCT ?a) AS ?articles) { ?a schema:mentions ?one, ?other . ?one a kg:Treaty ."
            " ?other a kg:Treaty . FILTER(STR(?one) < STR(?other)) } GROUP BY ?one ?other",
        ),
        Question(
            "who republishes whom",
            "SELECT ?publisher ?original (COUNT(?a) AS ?articles) { ?a schema:publisher ?publisher ; kg:republicationOf ?o ."
            " ?o schema:publisher ?original } GROUP BY ?publisher ?original",
        ),
        Question(
            "actors named with both states",
            f"SELECT ?actor (COUNT(DISTINCT ?a) AS ?articles) {{ ?a schema:mentions {states}, ?actor . ?actor a kg:Actor }}"
            " GROUP BY ?actor",
        ),
        Question(
            "authors by number of articles",
            "SELECT ?author ?name (COUNT(DISTINCT ?a) AS ?articles) { ?a a schema:Article ; schema:author ?author ."
            " ?author schema:name ?name } GROUP BY ?author ?name",
        ),
        Question(
            "articles under a broader theme",
            f"SELECT DISTINCT ?a {{ ?a a schema:Article ; schema:about/skos:broader* <{broad}> }}",
        ),
        Question(
            "headlines with a word",
            "SELECT ?a ?headline { ?a a schema:Article ; schema:headline ?headline ."
            ' FILTER(CONTAINS(LCASE(STR(?headline)), "harbour")) }',
        ),
        Question(
            "share republished per publisher",
            "SELECT ?publisher (COUNT(?o) / COUNT(?a) AS ?share) { ?a a schema:Article ; schema:publisher ?publisher ."
            " OPTIONAL { ?a kg:republicationOf ?o } } GROUP BY ?publisher HAVING (COUNT(?a) >= 10)",
        ),
        Question("an article described", f"DESCRIBE <{article}>", True),
        Question(
            "the quotations of a theme",
            "CONSTRUCT { ?m nif:anchorOf ?words ; kg:before ?before ; kg:after ?after ; itsrdf:taIdentRef ?entity }"
            f" {{ ?a schema:about <{theme}> ; kg:mention ?m . ?m nif:anchorOf ?words ; kg:before ?before ; kg:after ?after ;"
            " itsrdf:taIdentRef ?entity }",
            True,
        ),
    ]


class Found(NamedTuple):
    """What an answer holds: how many rows or triples, and a digest that does not depend on their order."""

    count: int
    digest: str


def found(body: bytes, is_graph: bool) -> Found:
    """Return what an answer holds, from N-Triples or from JSON results.

    Numbers count by their value, to nine digits: pyoxigraph gives a nonNegativeInteger back as an integer, and libraries divide to
    different precisions.
    """
    rows = _triples(body) if is_graph else _rows(json.loads(body))
    ordered = sorted(rows)
    return Found(len(ordered), hashlib.sha256("\n".join(ordered).encode()).hexdigest()[:12])


def _triples(body: bytes) -> Iterable[str]:
    triples = pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.N_TRIPLES)
    return {f"{triple.subject} {triple.predicate} {_written(triple.object)}" for triple in triples}


def _written(term: Any) -> str:
    datatype = term.datatype.value if isinstance(term, pyoxigraph.Literal) else ""
    return f"{float(term.value):.9g}" if datatype in NUMBERS else str(term)


def _rows(results: Any) -> Iterable[str]:
    for row in results["results"]["bindings"]:
        yield json.dumps({name: _value(term) for name, term in row.items()}, sort_keys=True)


def _value(term: dict[str, str]) -> list[str]:
    datatype = term.get("datatype", "")
    if datatype in NUMBERS:
        return ["number", f"{float(term['value']):.9g}"]
    return [term["type"], term["value"], datatype, term.get("xml:lang", "").lower()]
