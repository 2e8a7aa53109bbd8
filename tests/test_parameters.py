"""A variable of a query takes a term wherever it stands, and what a user writes becomes that term."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import parameters, sparql, store, terms
from kg.dumps import LangString, TypedString
from kg.errors import QueryError, UsageError
from kg.terms import Term
from tests.dumps import said, write_dump
from tests.strategies import IRIS, LANGUAGES, TEXTS

X = "<urn:x>"
DATA = """
<urn:a1> <urn:p> <urn:x> . <urn:a1> <urn:q> "one" . <urn:a1> <urn:q> "two" .
<urn:a2> <urn:p> <urn:x> . <urn:a2> <urn:p> <urn:y> . <urn:a2> <urn:r> <urn:a1> .
<urn:a3> <urn:p> <urn:y> . <urn:a3> <urn:q> "one" . <urn:a3> <urn:r> <urn:x> .
<urn:x> <urn:p> <urn:a1> . <urn:x> <urn:q> "x" . <urn:x> <urn:r> <urn:x> .
<urn:y> <urn:q> <urn:x> . <urn:y> <urn:p> <urn:y> .
"""


@pytest.fixture(scope="module")
def graph() -> pyoxigraph.Store:
    """Some triples, each in the default graph and in a named one."""
    found = pyoxigraph.Store()
    found.load(DATA.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    found.load(DATA.encode(), format=pyoxigraph.RdfFormat.TURTLE, to_graph=pyoxigraph.NamedNode("urn:x"))
    return found


def solutions(graph: pyoxigraph.Store, text: str, **given: Any) -> Counter[tuple[str, ...]]:
    found: Any = graph.query(text, **given)
    if isinstance(found, pyoxigraph.QueryTriples):
        return Counter(tuple(map(str, triple)) for triple in found)
    return Counter(tuple(map(str, row)) for row in found)


# --- binding ---------------------------------------------------------------------------------------------------------------
BINDINGS = {
    "a pattern": ("SELECT ?a { ?a <urn:p> ?x }", "SELECT ?a { ?a <urn:p> <urn:x> }"),
    "with a dollar": ("SELECT ?a { ?a <urn:p> $x }", "SELECT ?a { ?a <urn:p> <urn:x> }"),
    "projected": ("SELECT ?a ?x { ?a <urn:p> ?x }", "SELECT ?a (<urn:x> AS ?x) { ?a <urn:p> <urn:x> }"),
    "counted": ("SELECT (COUNT(?x) AS ?n) { ?a <urn:p> ?x }", "SELECT (COUNT(<urn:x>) AS ?n) { ?a <urn:p> <urn:x> }"),
    "grouped": (
        "SELECT ?x (COUNT(?a) AS ?n) { ?a <urn:p> ?x } GROUP BY ?x",
        "SELECT ?x (COUNT(?a) AS ?n) { ?a <urn:p> ?x FILTER(?x = <urn:x>) } GROUP BY ?x",
    ),
    "in a filter": ("SELECT ?a { ?a <urn:p> ?b FILTER(?b != ?x) }", "SELECT ?a { ?a <urn:p> ?b FILTER(?b != <urn:x>) }"),
    "in an optional part": (
        "SELECT ?a ?b { ?a <urn:q> ?w OPTIONAL { ?a <urn:p> ?x . ?a <urn:r> ?b } }",
        "SELECT ?a ?b { ?a <urn:q> ?w OPTIONAL { ?a <urn:p> <urn:x> . ?a <urn:r> ?b } }",
    ),
    "in the filter of an optional part": (
        "SELECT ?a ?b { ?a <urn:q> ?w OPTIONAL { ?a <urn:p> ?b FILTER(?b = ?x) } }",
        "SELECT ?a ?b { ?a <urn:q> ?w OPTIONAL { ?a <urn:p> ?b FILTER(?b = <urn:x>) } }",
    ),
    "in EXISTS": (
        "SELECT ?a { ?a <urn:p> ?b FILTER NOT EXISTS { ?a <urn:p> ?x } }",
        "SELECT ?a { ?a <urn:p> ?b FILTER NOT EXISTS { ?a <urn:p> <urn:x> } }",
    ),
    "in MINUS": (
        "SELECT ?a { ?a <urn:p> ?b MINUS { ?a <urn:p> ?x } }",
        "SELECT ?a { ?a <urn:p> ?b MINUS { ?a <urn:p> <urn:x> } }",
    ),
    "in a subquery": (
        "SELECT ?a ?n { ?a <urn:q> ?w { SELECT ?a (COUNT(*) AS ?n) { ?a <urn:p> ?x } GROUP BY ?a } }",
        "SELECT ?a ?n { ?a <urn:q> ?w { SELECT ?a (COUNT(*) AS ?n) { ?a <urn:p> <urn:x> } GROUP BY ?a } }",
    ),
    "in what a subquery gives": (
        "SELECT ?x ?n { { SELECT ?x (COUNT(?a) AS ?n) { { ?a <urn:p> ?x } UNION { ?x <urn:p> ?a } } GROUP BY ?x } }",
        "SELECT (<urn:x> AS ?x) ?n { { SELECT (COUNT(?a) AS ?n) { { ?a <urn:p> <urn:x> } UNION { <urn:x> <urn:p> ?a } } } }",
    ),
    "beside a subquery that is the whole pattern": (
        "SELECT ?x ?a { SELECT ?a { ?a <urn:p> ?x } LIMIT 10 }",
        "SELECT (<urn:x> AS ?x) ?a { SELECT ?a { ?a <urn:p> <urn:x> } LIMIT 10 }",
    ),
    "in BIND": ("SELECT ?s { ?a <urn:p> ?x BIND(STR(?x) AS ?s) }", "SELECT ?s { ?a <urn:p> <urn:x> BIND('urn:x' AS ?s) }"),
    "beside VALUES": (
        "SELECT ?a { VALUES ?x { <urn:x> <urn:y> } ?a <urn:p> ?x }",
        "SELECT ?a { ?a <urn:p> <urn:x> }",
    ),
    "in VALUES at the end": ("SELECT ?a { ?a <urn:p> ?x } VALUES (?x) { (<urn:x>) (<urn:y>) }", "SELECT ?a { ?a <urn:p> <urn:x> }"),
    "as a graph": ("SELECT ?a { GRAPH ?x { ?a <urn:p> <urn:y> } }", "SELECT ?a { GRAPH <urn:x> { ?a <urn:p> <urn:y> } }"),
    "in a path": ("SELECT ?a { ?a <urn:p>/<urn:q>|^<urn:r> ?x }", "SELECT ?a { ?a <urn:p>/<urn:q>|^<urn:r> <urn:x> }"),
    "in brackets": ("SELECT ?a { ?a <urn:r> [ <urn:p> ?x ] }", "SELECT ?a { ?a <urn:r> [ <urn:p> <urn:x> ] }"),
    "ordered by": (
        "SELECT ?a { ?a <urn:p> ?b } ORDER BY (?b = ?x) ?a LIMIT 2",
        "SELECT ?a { ?a <urn:p> ?b } ORDER BY (?b = <urn:x>) ?a LIMIT 2",
    ),
    "only ordered by": ("SELECT ?a { ?a <urn:p> <urn:x> } ORDER BY ?x", "SELECT ?a { ?a <urn:p> <urn:x> }"),
    "in HAVING": (
        "SELECT ?b (COUNT(*) AS ?n) { ?a <urn:p> ?b } GROUP BY ?b ?x HAVING(?b = ?x)",
        "SELECT ?b (COUNT(*) AS ?n) { ?a <urn:p> ?b FILTER(?b = <urn:x>) } GROUP BY ?b",
    ),
    "in a template": (
        "CONSTRUCT { ?x <urn:of> ?a } WHERE { ?a <urn:p> ?x }",
        "CONSTRUCT { <urn:x> <urn:of> ?a } WHERE { ?a <urn:p> <urn:x> }",
    ),
    "in a pattern that is the template": (
        "CONSTRUCT WHERE { ?a <urn:p> ?x }",
        "CONSTRUCT { ?a <urn:p> <urn:x> } WHERE { ?a <urn:p> <urn:x> }",
    ),
    "in such a pattern of some graphs": (
        "CONSTRUCT FROM <urn:x> WHERE { ?a <urn:p> ?x }",
        "CONSTRUCT { ?a <urn:p> <urn:x> } FROM <urn:x> WHERE { ?a <urn:p> <urn:x> }",
    ),
    "described": ("DESCRIBE ?x", "DESCRIBE <urn:x>"),
    "described with others": ("PREFIX u: <urn:> DESCRIBE u:y ?x FROM <urn:x>", "DESCRIBE <urn:y> <urn:x> FROM <urn:x>"),
    "described by a pattern": ("DESCRIBE ?a { ?a <urn:r> ?x }", "DESCRIBE ?a { ?a <urn:r> <urn:x> }"),
    "after comments and texts that look alike": (
        "# ?x {\nSELECT ?a { # {\n ?a <urn:q> 'one' . ?a <urn:p> ?x FILTER('{ ?x' != \"}\") }",
        "SELECT ?a { ?a <urn:q> 'one' . ?a <urn:p> <urn:x> }",
    ),
}


@pytest.mark.parametrize(("query", "meant"), BINDINGS.values(), ids=BINDINGS)
def test_a_variable_that_is_bound_means_what_the_term_in_its_place_would(query: str, meant: str, graph: pyoxigraph.Store) -> None:
    found = solutions(graph, parameters.bind(query, {"x": X}))
    assert found == solutions(graph, meant) != Counter()


def test_ask_sees_what_is_bound(graph: pyoxigraph.Store) -> None:
    query = "ASK { ?a <urn:p> ?x }"
    assert bool(graph.query(parameters.bind(query, {"x": X})))
    assert not bool(graph.query(parameters.bind(query, {"x": "<urn:nowhere>"})))


def test_a_literal_may_stand_where_no_query_could_have_one(graph: pyoxigraph.Store) -> None:
    assert solutions(graph, parameters.bind("SELECT ?o { ?x ?p ?o }", {"x": '"one"'})) == Counter()


@pytest.mark.parametrize(
    "term", ["<urn:a> <urn:b>", '"a" "b"', '"a', '"a\nb"', '"a"^^<urn:t> ) } #>', '"a"@en ) }', "?s", "_:b", "UNDEF", ""]
)
def test_what_is_no_term_is_bound_to_nothing(term: Term) -> None:
    with pytest.raises(UsageError, match="x: no term that a query may hold"):
        parameters.bind("SELECT * { ?x ?p ?o }", {"x": term})


def test_what_a_term_holds_is_never_read_as_sparql(graph: pyoxigraph.Store) -> None:
    text = terms.literal('one" } } UNION { ?a ?b ?c } #\n\\')
    assert solutions(graph, parameters.bind("SELECT ?x { OPTIONAL { ?a <urn:q> ?x } }", {"x": text})) == Counter([(text,)])


def test_several_variables_are_bound_together(graph: pyoxigraph.Store) -> None:
    query = "SELECT ?a { ?a <urn:p> ?x . ?a <urn:q> ?w }"
    assert solutions(graph, parameters.bind(query, {"w": '"one"', "x": X})) == Counter([("<urn:a1>",)])


def test_nothing_to_bind_leaves_a_query_as_it_is() -> None:
    assert parameters.bind("SELECT } as { it is", {}) == "SELECT } as { it is"


def test_lines_stay_where_they_were() -> None:
    query = "SELECT ?a\n{\n  ?a <urn:p> ?x\n  { SELECT ?a {\n ?a ?b ?x } }\n}"
    bound = parameters.bind(query, {"x": X}).split("\n")
    assert [line[-5:] for line in bound] == [line[-5:] for line in query.replace("{\n", "VALUES (?x) { (<urn:x>) }\n").split("\n")]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT ?a { ?a <urn:p> ?treaty }", "no variable ?treety; did you mean treaty?"),
        ("SELECT ?a { ?a <urn:p> ?b }", "its variables: ?a, ?b"),
        ("ASK {}", "its variables: none"),
    ],
)
def test_a_variable_that_the_query_lacks_is_refused_with_those_that_it_has(query: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parameters.bind(query, {"treety": X})
    assert words in str(caught.value)


@pytest.mark.parametrize("query", ["SELECT (1 AS ?x) { }", "SELECT * {\n BIND(1 AS $x) }"])
def test_a_variable_that_the_query_computes_is_refused_at_its_place(query: str) -> None:
    with pytest.raises(UsageError) as caught:
        parameters.bind(query, {"x": X})
    assert caught.value.place == sparql.place(query, query.replace("$", "?").index("?x"))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * { ?x ?p ?o", "query:1:10: not SPARQL: { is never closed"),
        ("ASK { ?x } }", "} closes no"),
        ("ASK { ( ?x }", "( is never"),
    ],
)
def test_brackets_that_do_not_match_are_told_rather_than_guessed_at(query: str, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        parameters.bind(query, {"x": X})
    assert words in str(caught.value)


NODES = st.sampled_from(["?a", "?b", "?x", "<urn:a1>", "<urn:y>"])
PREDICATES = st.sampled_from(["<urn:p>", "<urn:q>", "<urn:r>", "<urn:p>+", "^<urn:r>"])
TRIPLES = st.builds("{} {} {} .".format, NODES, PREDICATES, NODES)


def grouped(elements: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Groups that bind ?a first: MINUS takes away nothing that it shares no variable with, and a term is none."""
    return st.builds(
        "{{ ?a {} ?{} . {} }}".format, PREDICATES, st.sampled_from("abx"), st.lists(elements, max_size=3).map(" ".join)
    )


ELEMENTS = st.recursive(
    TRIPLES | st.sampled_from(["FILTER(?a != ?x)", "FILTER(?x = <urn:x> || ?b = ?x)"]),
    lambda inner: st.one_of(
        st.builds("{} {}".format, st.sampled_from(["OPTIONAL", "MINUS", "FILTER EXISTS", "FILTER NOT EXISTS", ""]), grouped(inner)),
        st.builds("{} UNION {}".format, grouped(inner), grouped(inner)),
        st.builds("{{ SELECT ?a {} }}".format, grouped(inner)),
        st.builds("{{ SELECT DISTINCT ?a ?b {} }}".format, grouped(inner)),
    ),
    max_leaves=6,
)


def replaced(query: str, name: str, term: Term) -> str:
    """Return a query with a variable's every place taken by a term, which is what binding means where that is SPARQL."""
    pieces, start = [], 0
    for token in sparql.tokens(query):
        if token.kind == "variable" and token.text[1:] == name:
            pieces += [query[start : token.start], term]
            start = token.start + len(token.text)
    return "".join([*pieces, query[start:]])


@settings(max_examples=60)
@given(group=grouped(ELEMENTS), name=st.sampled_from(["urn:x", "urn:y", "urn:a1", "urn:nowhere"]))
def test_whatever_the_query_binding_means_what_the_term_in_its_place_would(group: str, name: str) -> None:
    store = pyoxigraph.Store()
    store.load(DATA.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    query = f"SELECT ?a ?b {group}" if "?x" in group else f"SELECT ?a ?b {{ ?a ?c ?x . {group} }}"
    bound = parameters.bind(query, {"x": f"<{name}>"})
    assert solutions(store, bound) == solutions(store, replaced(query, "x", f"<{name}>"))


@settings(max_examples=30)
@given(triples=st.lists(TRIPLES, min_size=1, max_size=4), name=st.sampled_from(["urn:x", "urn:y"]))
def test_binding_gives_what_the_substitutions_of_the_engine_give(triples: list[str], name: str) -> None:
    store = pyoxigraph.Store()
    store.load(DATA.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    query = f"SELECT ?x ?a ?b {{ ?a <urn:p> ?x . {' '.join(triples)} }}"
    meant = solutions(store, query, substitutions={pyoxigraph.Variable("x"): pyoxigraph.NamedNode(name)})
    assert solutions(store, parameters.bind(query, {"x": f"<{name}>"})) == meant


# --- values ----------------------------------------------------------------------------------------------------------------
XSD = terms.XSD
TYPED = {
    ("5", ""): f'"5"^^<{XSD}integer>',
    ("+05", ""): f'"5"^^<{XSD}integer>',
    ("-0", "number"): f'"0"^^<{XSD}integer>',
    ("9" * 5000, "number"): f'"{"9" * 5000}"^^<{XSD}integer>',
    ("0.90", "number"): f'"0.90"^^<{XSD}decimal>',
    (".5", ""): f'"0.5"^^<{XSD}decimal>',
    ("1e6", ""): f'"1e6"^^<{XSD}double>',
    ("true", ""): f'"true"^^<{XSD}boolean>',
    ("1987-12-08", ""): f'"1987-12-08"^^<{XSD}date>',
    ("2024-05-06T10:00:00Z", ""): f'"2024-05-06T10:00:00+00:00"^^<{XSD}dateTime>',
    ("1987-12", "date"): f'"1987-12"^^<{XSD}gYearMonth>',
    ("1987", "date"): f'"1987"^^<{XSD}gYear>',
    ("1987", "year"): f'"1987"^^<{XSD}integer>',
    ("1987", "text"): '"1987"',
    ("arms control", ""): '"arms control"',
    ('say "arms"', "text"): '"say \\"arms\\""',
    ('"arms"@EN', "text"): '"arms"@en',
    ("'it\\'s \"so\"'@en-GB", ""): '"it\'s \\"so\\""@en-gb',
    ('"5"^^xsd:integer', ""): f'"5"^^<{XSD}integer>',
    ('"2024-05-06T10:00:00Z"^^xsd:dateTime', ""): f'"2024-05-06T10:00:00+00:00"^^<{XSD}dateTime>',
    ('"x"^^<urn:type>', "number"): '"x"^^<urn:type>',
    ("<urn:a>", "text"): "<urn:a>",
    ("https://x.example/a?b=c", ""): "<https://x.example/a?b=c>",
    ('"1987"', "year"): f'"1987"^^<{XSD}integer>',
    ('"1987-12"', "date"): f'"1987-12"^^<{XSD}gYearMonth>',
    ('"1987"^^xsd:gYear', "date"): f'"1987"^^<{XSD}gYear>',
    ("urn:a:b", "iri"): "<urn:a:b>",
    ("schema:headline", "iri"): terms.HEADLINE,
    ("treaty:inf-treaty", "treaty"): "<https://w3id.org/article-kg/treaty/inf-treaty>",
    ("kg:Treaty", ""): terms.TREATY,
    ("note: this", ""): '"note: this"',
    ("a:b", ""): '"a:b"',
    (" spaces ", "text"): '" spaces "',
}


@pytest.mark.parametrize(("text", "kind", "expected"), [(*key, value) for key, value in TYPED.items()])
def test_a_text_is_what_it_looks_like_or_what_its_parameter_wants(text: str, kind: str, expected: Term) -> None:
    assert parameters.term(text, kind) == expected


@pytest.mark.parametrize("text", ["5", "0.5", "true", "1987-12-08", "1e6"])
def test_a_text_of_python_is_no_number_unless_one_is_wanted(text: str) -> None:
    assert parameters.term(text, is_typed=True) == f'"{text}"'
    assert parameters.term("treaty:inf-treaty", is_typed=True).startswith("<")


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("much", "number", "not a number: 'much'; write 12"),
        ("87", "year", "not a year: '87'; write four digits"),
        ("1987-13", "date", "not a date: '1987-13'; write 1987-12-08"),
        ("1987-02-30", "", "not a date"),
        ("inf-treaty", "iri", "not an IRI: 'inf-treaty'; write https://"),
        ("shcema:name", "iri", "not an IRI"),
        ("<a b>", "", "not an absolute IRI"),
        ("<schema:name>", "", "not an absolute IRI"),
        ('"x"^^xds:date', "", "unknown prefix in xds:date; there are dcat"),
        ('"5.5"^^xsd:integer', "", "not a value of xsd:integer"),
        ('"x"@en_GB', "", "not a language tag"),
        ("a\x00b", "text", "a character that no text may hold: '\\x00'"),
        ('"87"', "year", "not a year: '87'"),
        ('"1987-12-08"^^xsd:date', "year", "not a year: '1987-12-08'"),
        ('"much"@en', "number", "not a number: 'much'"),
        ('"x"', "iri", "not an IRI: 'x'"),
        ("", "treaty", "a treaty has a name; this is empty"),
    ],
)
def test_a_text_that_cannot_be_what_is_wanted_is_refused_with_what_would_be(text: str, kind: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parameters.term(text, kind)
    assert words in str(caught.value)


VALUES: list[tuple[object, Term]] = [
    (True, f'"true"^^<{XSD}boolean>'),
    (5, f'"5"^^<{XSD}integer>'),
    (-5, f'"-5"^^<{XSD}integer>'),
    (0.5, f'"0.5"^^<{XSD}double>'),
    (float("inf"), f'"INF"^^<{XSD}double>'),
    (float("-inf"), f'"-INF"^^<{XSD}double>'),
    (float("nan"), f'"NaN"^^<{XSD}double>'),
    (Decimal("2.50"), f'"2.50"^^<{XSD}decimal>'),
    (Decimal("1E+2"), f'"100.0"^^<{XSD}decimal>'),
    (date(2024, 5, 6), f'"2024-05-06"^^<{XSD}date>'),
    (datetime(2024, 5, 6, 10, 0), f'"2024-05-06T10:00:00"^^<{XSD}dateTime>'),
    (datetime(2024, 5, 6, 10, 0, tzinfo=timezone(timedelta(hours=2))), f'"2024-05-06T10:00:00+02:00"^^<{XSD}dateTime>'),
    (datetime(2024, 5, 6, tzinfo=UTC), f'"2024-05-06T00:00:00+00:00"^^<{XSD}dateTime>'),
    (rdflib.URIRef("https://x.example/a"), "<https://x.example/a>"),
    (rdflib.Literal("x"), '"x"'),
    (rdflib.Literal("x", datatype=rdflib.XSD.string), '"x"'),
    (rdflib.Literal("x", lang="PT-br"), '"x"@pt-br'),
    (rdflib.Literal(5), f'"5"^^<{XSD}integer>'),
    (rdflib.Literal("x\ny", datatype=rdflib.URIRef("urn:type")), '"x\\ny"^^<urn:type>'),
]


@pytest.mark.parametrize(("value", "expected"), VALUES)
@pytest.mark.parametrize("kind", ["", "text"])
def test_a_value_of_python_or_rdflib_is_the_term_of_its_type(value: object, kind: str, expected: Term) -> None:
    assert parameters.term(value, kind, is_typed=True) == expected


HOSTILE = "urn:t> ) } #"


@pytest.mark.parametrize(
    "value",
    [None, [1], b"x", Decimal("NaN"), rdflib.BNode("b"), object, TypedString("x", HOSTILE), LangString("x", f"en-{HOSTILE}")],
)
def test_a_value_that_is_no_term_is_refused(value: object) -> None:
    with pytest.raises(UsageError):
        parameters.term(value)


@settings(max_examples=40)
@given(st.builds(lambda text, language: terms.literal(text, language=language), TEXTS, LANGUAGES) | TEXTS.map(terms.literal) | IRIS)
def test_a_term_as_sparql_writes_it_is_that_term(term: Term) -> None:
    assert parameters.term(term) == term


@settings(max_examples=40)
@given(TEXTS.map(terms.literal) | IRIS)
def test_a_term_of_rdflib_is_that_term(term: Term) -> None:
    value = rdflib.URIRef(terms.value(term)) if term.startswith("<") else rdflib.Literal(terms.value(term))
    assert parameters.term(value) == term


@settings(max_examples=40)
@given(TEXTS.map(terms.literal) | IRIS)
def test_a_term_that_is_bound_comes_back_as_it_was(term: Term) -> None:
    assert solutions(pyoxigraph.Store(), parameters.bind("SELECT ?x { }", {"x": term})) == Counter([(term,)])


# --- names -----------------------------------------------------------------------------------------------------------------
BASE = "https://data.example.org/"
ONE = f"{BASE}article/one"
NAMED = {
    "https://w3id.org/article-kg/treaty/inf-treaty": [terms.TREATY, "INF Treaty", "Washington Treaty"],
    f"{BASE}treaty/washington": [terms.TREATY, "Treaty of Washington", "Washington Treaty"],
    "https://w3id.org/article-kg/state/france": [terms.STATE, "France"],
    f"{BASE}theme/élections-à-paris": [terms.THEME, "Élections à Paris"],
    f"{BASE}organization/accord": [terms.ORGANIZATION, "France Accord"],
}
PEOPLE = {"marie-novak": "Marie Novak", "jean-petit": "Jean Petit", "jean-petit-2": "Jean Petit"}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Session]:
    """A dump of an article with its authors, and some entities."""

    def named(iri: str, words: list[str]) -> Iterator[terms.Statement]:
        graph = f"<{BASE}vocabulary/own>"
        yield terms.Statement(terms.iri(iri), terms.TYPE, words[0], graph)
        for predicate, text in zip((terms.PREF_LABEL, terms.ALT_LABEL), words[1:], strict=False):
            yield terms.Statement(terms.iri(iri), predicate, terms.literal(text, language="en"), graph)

    authors = [(terms.AUTHOR, terms.iri(f"{BASE}person/{slug}")) for slug in PEOPLE]
    article = said(ONE, (terms.PUBLISHER, terms.iri(f"{BASE}organization/accord")), *authors)
    people = [said(f"{BASE}person/{slug}", (terms.NAME, terms.literal(name))) for slug, name in PEOPLE.items()]
    reference = [statement for iri, words in NAMED.items() for statement in named(iri, words)]
    folder = write_dump(
        tmp_path_factory.mktemp("names") / "dump", {ONE: [*article, *(s for some in people for s in some)]}, reference
    )
    with store.Session(folder) as found:
        yield found


FOUND = {
    ("inf-treaty", "treaty"): "https://w3id.org/article-kg/treaty/inf-treaty",
    ("INF Treaty", "treaty"): "https://w3id.org/article-kg/treaty/inf-treaty",
    ("inf  treaty", "treaty"): "https://w3id.org/article-kg/treaty/inf-treaty",
    ("washington", "treaty"): f"{BASE}treaty/washington",
    ("ÉLECTIONS À  paris", "theme"): f"{BASE}theme/élections-à-paris",
    ("élections-à-paris", "theme"): f"{BASE}theme/élections-à-paris",
    ("France", "actor"): "https://w3id.org/article-kg/state/france",
    ("france", "region"): "https://w3id.org/article-kg/state/france",
    ("Marie Novak", "author"): f"{BASE}person/marie-novak",
    ("marie novak", "author"): f"{BASE}person/marie-novak",
    ("jean-petit", "author"): f"{BASE}person/jean-petit",
    ("France Accord", "publisher"): f"{BASE}organization/accord",
    # A name is one of whatever type it is: a literal is no entity
    ('"INF Treaty"@en', "treaty"): "https://w3id.org/article-kg/treaty/inf-treaty",
    (LangString("INF Treaty", "en"), "treaty"): "https://w3id.org/article-kg/treaty/inf-treaty",
    (rdflib.Literal("Marie Novak"), "author"): f"{BASE}person/marie-novak",
    # That we ship: nothing of the dump names it, and the answer says so
    ("new-start", "treaty"): "https://w3id.org/article-kg/treaty/new-start",
    ("Poland", "actor"): "https://w3id.org/article-kg/state/poland",
}


@pytest.mark.parametrize(("text", "kind", "expected"), [(*key, value) for key, value in FOUND.items()])
def test_what_people_call_an_entity_is_that_entity(text: str, kind: str, expected: str, session: store.Session) -> None:
    assert parameters.term(text, kind, session) == f"<{expected}>"


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("INF Treatty", "treaty", "no treaty is called 'INF Treatty'; did you mean 'INF Treaty' (treaty:inf-treaty)"),
        ("Marie Nowak", "author", f"did you mean 'Marie Novak' (<{BASE}person/marie-novak>)?"),
        ("Jean Petit", "author", f"'Jean Petit' names several authors; which of <{BASE}person/jean-petit>, <"),
        ("Washington Treaty", "treaty", f"names several treaties; which of <{BASE}treaty/washington>, treaty:inf-treaty?"),
        ("Marie Novak", "publisher", "no publisher is called 'Marie Novak'; give its name as it stands in the dump"),
        ("Atlantis", "state", "no state is called 'Atlantis'; give its name"),
        ("x" * 10_000, "state", "no state is called"),
        ('" ?e a ?t } #', "state", "no state is called"),
    ],
)
def test_a_name_that_is_not_one_entitys_is_refused_with_those_alike(
    text: str, kind: str, words: str, session: store.Session
) -> None:
    with pytest.raises(UsageError) as caught:
        parameters.term(text, kind, session)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 1_000


def test_without_a_dump_the_entities_that_we_ship_are_known() -> None:
    assert (
        parameters.term("INF Treaty", "treaty")
        == parameters.term("inf-treaty", "treaty")
        == "<https://w3id.org/article-kg/treaty/inf-treaty>"
    )
    with pytest.raises(UsageError):
        parameters.term("Marie Novak", "author")
