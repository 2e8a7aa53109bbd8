"""A query is explained: what its patterns match, what leaves nothing, what joins nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import parameters, plans, queries, store, terms
from kg.errors import QueryError
from kg.plans.outline import outline
from tests.dumps import said, write_dump

BASE = "https://data.example.org/"
INF = "<https://w3id.org/article-kg/treaty/inf-treaty>"
ARTICLES = [f"{BASE}article/{number}" for number in range(3)]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Session]:
    """A dump of three articles, one of which names a treaty, and two of which have the same author."""
    author = (terms.AUTHOR, f"<{BASE}person/a>")
    said_of = {
        iri: said(iri, (terms.HEADLINE, terms.literal(f"No {at}")), *([author] if at else [])) for at, iri in enumerate(ARTICLES)
    }
    said_of[ARTICLES[2]] += said(ARTICLES[2], (terms.MENTIONS, INF), graph="extracted")
    with store.Session(write_dump(tmp_path_factory.mktemp("plans") / "dump", said_of)) as found:
        yield found


def explained(session: store.Session, text: str, **bindings: str) -> str:
    """Return an explanation in which a time is always 0."""
    return re.sub(r"in [\d,]+ ms", "in 0 ms", plans.explain(text, session, bindings=bindings))


def test_an_explanation_has_each_pattern_with_its_line_and_matches(session: store.Session) -> None:
    text = """PREFIX s: <https://schema.org/>
SELECT ?h (COUNT(*) AS ?n) {
  ?a s:headline ?h ; s:author ?p .  # both
  { ?a schema:mentions ?t } UNION { GRAPH ?g { ?a s:mentions|s:about ?t } }
  OPTIONAL { ?a schema:url ?u }
  { SELECT ?a { ?a ?b [ ?c ?d ] , "No 2" } LIMIT 5 }
  FILTER NOT EXISTS { ?a schema:keywords ?k }
  MINUS { ?a schema:isPartOf ?i } BIND(1 AS ?one) VALUES ?p { UNDEF }
}
GROUP BY ?h
ORDER BY ?h"""
    assert (
        explained(session, text, t=INF)
        == """set     ?t = treaty:inf-treaty
data    the default graph: the triples of all graphs, each once
gives   SELECT ?h (COUNT(*) AS ?n)
then    GROUP BY ?h ORDER BY ?h

line      matches  pattern
   3            3  ?a s:headline ?h .
   3            2  ?a s:author ?p .
   4               one of (UNION)
   4                 { }
   4            1      ?a schema:mentions ?t .
   4                 { }
   4                   GRAPH ?g
   4            1        ?a s:mentions|s:about ?t .
   5               OPTIONAL
   5            0    ?a schema:url ?u .   <- nothing matches
   6               { }   <- with this, nothing is left
   6                 SELECT ?a
   6            6      ?_1 ?c ?d .
   6            6      ?a ?b ?_1 .
   6            1      ?a ?b "No 2" .
   7               FILTER NOT EXISTS { ?a schema:keywords ?k }
   7                 EXISTS
   7            0      ?a schema:keywords ?k .   <- nothing matches
   8               MINUS
   8            0    ?a schema:isPartOf ?i .   <- nothing matches
   8               BIND(1 AS ?one)
   8               VALUES ?p { UNDEF }

0 rows in 0 ms
"""
    )


def note(text: str, session: store.Session) -> list[str]:
    """Return the rows of an explanation that something is said of."""
    return [row[19:] for row in explained(session, text).splitlines() if "<-" in row]


def test_what_leaves_nothing_is_pointed_at(session: store.Session) -> None:
    query = "SELECT * { ?a schema:headline ?h FILTER(?h = 'x') ?a schema:author ?p OPTIONAL { ?a schema:url ?u } }"
    assert note(query, session)[0] == "FILTER(?h = 'x')   <- with this, nothing is left"
    joined = "ASK { ?a schema:headline 'No 0' . ?a schema:author ?p . ?a schema:headline ?h }"
    assert note(joined, session) == ["?a schema:author ?p .   <- with this, nothing is left"]


def test_what_shares_no_variable_is_pointed_at(session: store.Session) -> None:
    query = "SELECT * { ?a schema:headline ?h . ?b schema:author ?p . ?b schema:headline ?i FILTER(?h = ?i) BIND(1 AS ?one) }"
    assert note(query, session) == ["?b schema:author ?p .   <- shares no variable with the rest: each is paired with each"]
    joined = "SELECT * { ?a schema:headline ?h . ?b schema:headline ?i . ?a ?p ?x . ?x ?q ?b }"
    assert not any("shares no" in row for row in note(joined, session))


def test_patterns_that_share_a_parameter_alone_are_not_joined_by_it(session: store.Session) -> None:
    found = explained(session, "SELECT * { ?a schema:mentions ?t . ?b schema:mentions ?t }", t=INF)
    assert "?b schema:mentions ?t .   <- shares no variable" in found


@pytest.mark.parametrize(
    ("query", "last"),
    [
        ("ASK {}", "yes in 0 ms"),
        ("ASK { ?a schema:url ?u }", "no in 0 ms"),
        ("SELECT * { ?a schema:mentions ?t }", "1 row in 0 ms"),
        ("CONSTRUCT WHERE { ?a schema:headline ?h }", "3 triples in 0 ms"),
        (f"DESCRIBE <{ARTICLES[0]}>", "1 triple in 0 ms"),
        ("SELECT * FROM <urn:x> { ?a ?b ?c }", "0 rows in 0 ms"),
    ],
)
def test_an_explanation_ends_with_what_the_query_gives(query: str, last: str, session: store.Session) -> None:
    assert explained(session, query).splitlines()[-1] == last


def test_the_dataset_of_a_query_is_that_of_its_counts(session: store.Session) -> None:
    found = explained(session, f"SELECT * FROM <{ARTICLES[2]}#extracted> {{ ?a ?b ?c }}")
    assert f"data    FROM <{ARTICLES[2]}#extracted>" in found
    assert "   1            1  ?a ?b ?c ." in found


def test_a_query_that_is_too_slow_is_explained_all_the_same(session: store.Session) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{at} ?b{at} ?c{at} ." for at in range(12)) + " FILTER(?c1 != ?c2) }"
    found = plans.explain(slow, session, 1)
    assert found.splitlines()[-1] == "no answer within 1 second"
    assert re.search(r"^   1            [6?]  \?a0 \?b0 \?c0 \.$", found, re.MULTILINE)


def test_a_dump_that_is_open_is_not_opened_again(session: store.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    session.ask("ASK {}", 1)
    monkeypatch.setattr(session, "load", pytest.fail)
    assert "yes in 0 ms" in explained(session, "ASK {}")


def test_a_query_that_is_wrong_is_refused(session: store.Session) -> None:
    with pytest.raises(QueryError):
        plans.explain("SELECT ?a { ?a ?b }", session)


def test_a_query_that_the_grammar_does_not_know_is_measured(session: store.Session) -> None:
    found = explained(session, "SELECT * { ?a schema:headline ?h LATERAL { SELECT ?p { ?a schema:author ?p } LIMIT 1 } }")
    assert "its patterns are not shown" in found
    assert found.endswith("3 rows in 0 ms\n")


def test_what_a_query_holds_cannot_steer_a_terminal(session: store.Session) -> None:
    assert "\x1b" not in explained(session, "SELECT * { ?a ?b '\x1b[2J' }")


@pytest.mark.parametrize("name", queries.shipped())
def test_every_shipped_query_can_be_explained(name: str) -> None:
    found = outline(queries.load(name).text)
    assert found is not None
    assert any(element.kind == "triple" for top in found.elements for element in top.each())


DEEP = {
    "groups": "{" * 199 + "?a ?b ?c" + "}" * 199,
    "optional parts": "{ ?a ?b ?c OPTIONAL " * 195 + "{ ?a ?b ?c }" + "}" * 195,
    "subqueries": "{ SELECT * " * 195 + "{ ?a ?b ?c }" + "}" * 195,
    "nodes": "{ ?a ?b " + "[ ?b " * 190 + "?c" + "]" * 190 + "}",
    "lists": "{ ?a ?b " + "( " * 190 + "?c" + ")" * 190 + "}",
    "expressions": "{ ?a ?b ?c FILTER" + "(" * 190 + "?a" + ")" * 190 + "}",
    "conditions": "{ ?a ?b ?c FILTER(EXISTS " * 95 + "{ ?a ?b ?c }" + ")}" * 95,
}


@pytest.mark.parametrize("group", DEEP.values(), ids=DEEP)
def test_a_query_as_deep_as_allowed_is_taken_apart(group: str) -> None:
    found = outline(f"SELECT * {group}")
    assert found is not None
    assert any(element.kind == "triple" for top in found.elements for element in top.each())


NODES = st.sampled_from(["?a", "<urn:b>", "'c'", "[ ?p ?q ]", "( ?r 's' )", "[]"])
ELEMENTS = st.recursive(
    st.builds("{} ?v {} , {} .".format, st.sampled_from(["?a", "[ ?p ?q ]", "( 1 )"]), NODES, NODES),
    lambda inner: st.builds(
        "{} {{ {} }}".format,
        st.sampled_from(["OPTIONAL", "MINUS", "GRAPH ?g", "FILTER EXISTS", ""]),
        st.lists(inner, max_size=3).map(" ".join),
    ),
    max_leaves=5,
)


@settings(max_examples=30)
@given(elements=st.lists(ELEMENTS, max_size=3), is_bound=st.booleans())
def test_whatever_the_query_each_pattern_of_its_outline_is_sparql(
    elements: list[str], is_bound: bool, session: store.Session
) -> None:
    query = f"SELECT * {{ ?a ?b ?c . {' '.join(elements)} }}"
    found = outline(query)
    assert found is not None
    for element in (one for top in found.elements for one in top.each()):
        if element.text:
            session.ask(
                parameters.bind(f"ASK {{ {element.text} }}", {"a": INF} if is_bound and "a" in element.variables else {}), 1
            )
