"""What can be told of a query without an engine."""

from __future__ import annotations

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import sparql

KNOWN = {"ex": "https://x.example/", "schema": "https://schema.org/"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT * {}", "solutions"),
        ("select(1 as ?x){}", "solutions"),
        ("# ASK\nPREFIX select: <urn:ask> BASE <urn:x:> ask{}", "boolean"),
        ("PREFIX : <x>\nCONSTRUCT WHERE { ?s ?p ?o }", "graph"),
        ("DESCRIBE ex:select", "graph"),
        ("DELETE WHERE { ?s ?p ?o }", None),
        ("{ SELECT * {} }", None),
        ("?select", None),
        ("", None),
    ],
)
def test_the_first_word_after_the_prologue_tells_what_a_query_gives(text: str, kind: str | None) -> None:
    assert sparql.kind(text) == kind


@pytest.mark.parametrize(
    ("text", "graphs"),
    [
        ("SELECT * { ?s ?p ?o }", (None, None)),
        ("SELECT * FROM <urn:a> { ?s ?p ?o }", (("urn:a",), ())),
        ("ASK FROM NAMED <urn:a>\nfrom ex:b {}", (("https://x.example/b",), ("urn:a",))),
        ("PREFIX ex: <urn:ex:> CONSTRUCT { ?from ?p ex:o } FROM ex:a FROM ex:b WHERE { ?s ?p ?o }", (("urn:ex:a", "urn:ex:b"), ())),
        ("CONSTRUCT FROM <urn:a> WHERE { ?s ?p ?o }", (("urn:a",), ())),
        ("DESCRIBE ?x FROM <urn:a> { ?x ?p 'FROM <urn:b>' }", (("urn:a",), ())),
        ("SELECT (CONCAT('FROM', STR(<urn:x>)) AS ?from) { GRAPH <urn:a> { ?s ?p ?o } }", (None, None)),
        (r"ASK FROM ex:a\-b {}", (("https://x.example/a-b",), ())),
        ("ASK FROM", (None, None)),
        ("ASK FROM NAMED", (None, None)),
    ],
)
def test_the_graphs_of_a_query_are_those_after_from(text: str, graphs: tuple[tuple[str, ...] | None, ...]) -> None:
    assert sparql.dataset(text, KNOWN) == graphs


@pytest.mark.parametrize(
    ("text", "names", "explicit"),
    [
        ("SELECT * { ?b ?a $c }", "abc", "SELECT  ?b ?a ?c  { ?b ?a $c }"),
        ("SELECT DISTINCT * { ?b ?a 1 MINUS { ?b ?x ?y } }", "ab", "SELECT DISTINCT  ?b ?a  { ?b ?a 1 MINUS { ?b ?x ?y } }"),
        ("SELECT*{ ?b ?a 1 }", "ab", "SELECT ?b ?a { ?b ?a 1 }"),
        ("SELECT ?b ?a { ?b ?a 1 }", "ba", None),
        ("SELECT (COUNT(*) AS ?n) { ?b ?a 1 }", "n", None),
        ("SELECT * {}", "", None),
    ],
)
def test_a_star_stands_for_the_variables_in_the_order_of_the_query(text: str, names: str, explicit: str | None) -> None:
    assert sparql.explicit(text, names) == explicit


@given(st.lists(st.sampled_from(["?a", "$b", "?c", "<urn:p>", "1"]), min_size=3, max_size=9), st.booleans())
def test_a_query_without_its_star_gives_the_same(terms: list[str], is_distinct: bool) -> None:
    patterns = [f"{s} {p} {o}" for s, p, o in zip(terms[::3], terms[1::3], terms[2::3], strict=False) if s != "1" and p != "1"]
    text = f"SELECT {'DISTINCT ' * is_distinct}* {{ {' . '.join(patterns)} OPTIONAL {{ ?a ?z ?y }} }}"
    store = pyoxigraph.Store()
    nodes: list[pyoxigraph.NamedNode] = [pyoxigraph.NamedNode(f"urn:{name}") for name in "pqr"]
    store.extend(pyoxigraph.Quad(s, p, o) for s in nodes for p in nodes[:1] for o in nodes)
    star = store.query(text)
    assert isinstance(star, pyoxigraph.QuerySolutions)
    names = [variable.value for variable in star.variables]
    explicit = sparql.explicit(text, names)
    assert explicit is not None
    found = store.query(explicit)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    assert sorted(variable.value for variable in found.variables) == sorted(names)
    wanted = [{name: str(row[name]) for name in names} for row in star]
    assert sorted(({name: str(row[name]) for name in names} for row in found), key=repr) == sorted(wanted, key=repr)
