"""A query that is wrong is told where and why, in words that help; one that is right is left alone."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import hints, queries, store, terms
from kg.errors import EngineError, QueryError
from kg.hints import grammar, names
from kg.vocabulary import Vocabulary
from tests.dumps import said, write_dump

ONE = "https://data.example.org/article/one"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Session]:
    """The engine, over next to nothing: it says what is SPARQL."""
    folder = tmp_path_factory.mktemp("hints") / "dump"
    with store.Session(write_dump(folder, {ONE: said(ONE, (terms.TYPE, terms.ARTICLE))})) as found:
        yield found


def refusal(session: store.Session, text: str) -> QueryError | None:
    """Return what the engine has against a query; None where it takes it."""
    try:
        session.answer(store.Request(text))
    except QueryError as error:
        return error
    return None


def told(session: store.Session, text: str) -> list[str]:
    error = refusal(session, text)
    assert error is not None
    return [str(one) for one in hints.helped(error, text).each()]


# What is wrong with each query: the piece where that stands is between two ¦, and words of what is told
WRONG = [
    # the beginning
    ("¦SELEKT¦ ?a { ?a ?b ?c }", "did you mean SELECT?"),
    ("¦WHERE¦ { ?a ?b ?c }", "a query begins with SELECT, ASK, CONSTRUCT, DESCRIBE, not WHERE"),
    ("¦INSERT¦ DATA { <a:a> <a:b> <a:c> }", "INSERT is an update, and a dump is only read"),
    ("PREFIX s: <https://schema.org/>\n¦DELETE¦ WHERE { ?a s:name ?c }", "DELETE is an update"),
    ("¦LOAD¦ <https://x.example/>", "LOAD is an update"),
    ("PREFIX ¦foo¦ <https://x.example/> ASK {}", "a prefix ends in a colon: foo:"),
    ("PREFIX foo: ¦https:¦//x.example/ ASK {}", "an IRI in angle brackets"),
    ("BASE ¦schema:¦ ASK {}", "an IRI in angle brackets"),
    # what SELECT gives
    ("SELECT ?a¦,¦ ?b { ?a ?b ?c }", "stand without commas"),
    ("SELECT ¦a¦ { ?a ?b ?c }", "a variable begins with a question mark: ?a"),
    ("SELECT ?b ¦a¦ { ?a ?b ?c }", "a variable begins with a question mark: ?a"),
    ("SELECT ¦COUNT¦(*) { ?a ?b ?c }", "stands in brackets, with a name: (COUNT(…) AS ?n)"),
    ("SELECT ?a ¦max¦(?b) { ?a ?b ?c }", "with a name: (max(…) AS ?n)"),
    ("SELECT (COUNT(*)¦)¦ { ?a ?b ?c }", "what SELECT computes has a name"),
    ("SELECT (COUNT(*) ¦?n¦) { ?a ?b ?c }", "AS is missing before ?n"),
    ("SELECT * FROM ¦articles¦ WHERE { ?a ?b ?c }", "FROM names a graph by its IRI, not articles"),
    # patterns
    ("SELECT * { ?a schema:headline ?h ¦?b¦ schema:name ?n }", "a dot (.) is missing before ?b"),
    ("SELECT * {\n  ?a schema:headline 'x'@en\n  ¦schema:name¦ ?n }", "a dot (.) is missing before schema:name"),
    ("SELECT * { ?a schema:headline ¦}¦", "an object is missing before }"),
    ("SELECT * { ?a schema:headline ?h, ¦}¦", "an object is missing before }"),
    ("SELECT * { ?a ?b ?c . ?d ¦}¦", "predicate and object are missing before }"),
    ("SELECT * { ?a ¦=¦ ?b }", "= cannot stand here; a variable, name or IRI could"),
    ("SELECT * { ?a ¦A¦ schema:Article }", "a small a"),
    ("SELECT * { ?a schema:mentions ¦treaty¦ }", "treaty alone is nothing"),
    ("SELECT * { ?a schema:mentions treaty:a¦/¦b }", r"/ in a name is written \/"),
    ("SELECT * { ?a ?b ?c ¦AND¦ ?c ?d ?e }", "joined by a dot (.), not by AND"),
    ("SELECT * { ?a ?b ?c ¦OR¦ ?c ?d ?e }", "{ … } UNION { … }"),
    ("SELECT * { OPTIONAL ¦?a¦ ?b ?c }", "what belongs to OPTIONAL stands in braces"),
    ("SELECT * WHERE ¦?a¦ ?b ?c", "what belongs to WHERE stands in braces"),
    ("SELECT * { ?a ?b ?c } ¦{¦ ?c ?d ?e }", "the pattern has ended before this {"),
    ("SELECT * { ¦FILTR¦(?a) }", "did you mean FILTER?"),
    # texts and IRIs
    ("SELECT * { ?a ?b ¦“¦x” }", "“ is no quote of SPARQL"),
    ("SELECT * { ?a ?b ¦'¦it }", "no closing quote"),
    ("SELECT * { ?a ?b 'it'¦s¦' }", r"the text has ended before s; in it, ' is written \'"),
    ("SELECT * { ?a ?b ¦<¦https://x.example/a b> }", "an IRI ends in >, and has no spaces"),
    ("SELECT * { ?a ¦<headline>¦ ?c }", "<headline> is no whole IRI"),
    # conditions
    ("SELECT * { ?a ?b ?c FILTER ¦?c¦ > 3 }", "stands in brackets: FILTER(?x > 3)"),
    ("SELECT * { ?a ?b ?c FILTER YEAR(?c) ¦>¦ 3 }", "stands in brackets: FILTER(?x > 3)"),
    ("SELECT * { ?a ?b ?c FILTER(?c =¦=¦ 3) }", "equality is one sign"),
    ("SELECT * { ?a ?b ?c FILTER(?c ¦<>¦ 3) }", "not equal is !="),
    ("SELECT * { ?a ?b ?c FILTER(?c = 3 ¦and¦ ?b = 4) }", "AND is &&"),
    ("SELECT * { ?a ?b ?c FILTER(?c = 3 ¦&¦ ?b = 4) }", "it is &&"),
    ("SELECT * { ?a ?b ?c FILTER(?c ¦LIKE¦ '%x%') }", "SPARQL has no LIKE"),
    ("SELECT * { ?a ?b ?c FILTER(¦CONTAIN¦(?c, 'x')) }", "did you mean CONTAINS?"),
    ("SELECT * { ?a ?b ?c FILTER REGEX(?c ¦'x'¦) }", "a comma is missing before 'x'"),
    ("SELECT * { BIND ¦?a¦ AS ?b }", "BIND wants brackets"),
    ("SELECT * { ?a ?b ?c FILTER(¦CONTAINS¦(?c)) }", "CONTAINS takes 2 arguments, not 1"),
    ("SELECT * { ?a ?b ?c FILTER(?c = ¦replace¦(?b, 'x')) }", "replace takes 3 or 4 arguments, not 2"),
    ("SELECT * { ?a ?b ?c FILTER(¦STR¦(?c, 'x') = 'x') }", "STR takes 1 argument, not 2"),
    ("SELECT ?a ?b ¦?a¦ { ?a ?b ?c }", "SELECT gives ?a twice"),
    ("SELECT * { ?a ?b ?c FILTER(¦COUNT¦(?c) > 3) }", "COUNT counts over solutions, and FILTER sees one"),
    ("SELECT * { ?a ?b ?c BIND(1 AS ¦?b¦) }", "?b has a value already"),
    ("SELECT (1 AS ¦?b¦) { ?a ?b ?c }", "?b has a value already"),
    # after the pattern
    ("SELECT * { ?a ?b ?c } ORDER ¦?a¦", "ORDER is followed by BY"),
    ("SELECT * { ?a ?b ?c } ORDER BY DESC ¦?a¦", "stands in brackets: DESC(?x)"),
    ("SELECT * { ?a ?b ?c } LIMIT ¦ten¦", "ten cannot stand here; a whole number could"),
    ("SELECT * { ?a ?b ?c } ¦LIMT¦ 10", "did you mean LIMIT?"),
    ("SELECT ¦?a¦ (COUNT(*) AS ?n) { ?a ?b ?c }", "add GROUP BY ?a"),
    ("SELECT ?b ¦?a¦ (COUNT(*) AS ?n) { ?a ?b ?c } GROUP BY ?b", "?a stands beside what is counted, but GROUP BY lacks it"),
    ("SELECT ¦*¦ { ?a ?b ?c } GROUP BY ?b", "SELECT * cannot be grouped"),
    ("SELECT * { { SELECT ¦?a¦ (MAX(?c) AS ?n) { ?a ?b ?c } } }", "add GROUP BY ?a"),
    ("ASK {} VALUES ?a { 1 } ¦LIMIT¦ 1", "the query has ended before LIMIT"),
    # brackets
    ("SELECT * ¦{¦ ?a ?b ?c { ?c ?d ?e }", "{ is never closed"),
    ("SELECT * { ?a ?b ?c FILTER¦(¦?c = 3 }", "( is never closed"),
    ("SELECT * { ?a ?b ?c } ¦}¦", "} closes no bracket"),
    ("SELECT * { ?a ?b ?c ¦)¦ }", ") closes no bracket"),
    # prefixes
    ("SELECT * { ?a ¦foo:bar¦ ?c }", "unknown prefix foo:; begin the query with PREFIX foo: <…>"),
    ("SELECT * {\n\n ?a ¦shema:name¦ ?c }", "unknown prefix shema:; did you mean schema:?"),
    ("SELECT * { ?a schema:url 'é' , ¦treties:x¦ }", "did you mean treaty:?"),
]


@pytest.mark.parametrize(("marked", "words"), WRONG)
def test_what_is_wrong_is_told_where_it_stands(marked: str, words: str, session: store.Session) -> None:
    before, _, rest = marked.partition("¦")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    first = told(session, before + rest.replace("¦", "", 1))[0]
    assert first.startswith(f"query:{line}:{column}: ")
    assert words in first


def test_every_unknown_prefix_is_told_and_the_fault_beside_it(session: store.Session) -> None:
    found = told(session, "SELECT * { ?a a:x ?b . ?b a:y ?c . ?c b:z } ")
    assert [row[:10] for row in found] == ["query:1:15", "query:1:39", "query:1:43"]


def test_of_very_many_faults_some_are_told() -> None:
    text = f"ASK {{ {' . '.join(f'?a p{at}:x kg:y{at}' for at in range(2_500))} }}"
    assert len(list(hints.helped(QueryError("not SPARQL: x"), text).each())) == len(hints.warnings(text)) == 10


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT ?a", "query:1:10: not SPARQL: the query ends too early; what it looks for is missing: { … }"),
        ("PREFIX a: <a:>\n# that is all\n", "query:2:14: not SPARQL: the query ends too early; ASK, BASE, CONSTRUCT"),
        ("ASK {} ORDER BY", "query:1:16: not SPARQL: the query ends too early; an expression is missing"),
    ],
)
def test_a_query_that_ends_too_early_says_what_is_missing(text: str, words: str, session: store.Session) -> None:
    assert told(session, text)[0].startswith(words)


def test_an_error_that_is_none_of_syntax_stays_as_it_is(session: store.Session) -> None:
    for error in (EngineError("broken"), refusal(session, ""), refusal(session, "ASK { SERVICE <x:x> {} }")):
        assert error is not None
        assert hints.helped(error, "ASK {") is error


def test_what_only_the_engine_knows_is_told_in_its_words(session: store.Session) -> None:
    text = "SELECT * { << ?a ?b ?c >> ?d }"
    error = refusal(session, text)
    assert error is not None
    assert hints.helped(error, text) is error


# --- the grammar -----------------------------------------------------------------------------------------------------------
RIGHT = [
    *(query.text for query in queries.shipped().values()),
    "BASE <b:c> PREFIX : <#> PREFIX x.y: <a:x/> SELECT REDUCED * FROM x.y:a FROM NAMED x.y:b { :c a x.y:d } OFFSET 1 LIMIT 2",
    "SELECT ?a (1+-2*?b/-3.5e1 AS ?c) { ?a <a:p>/^<a:q>|!(a|^<a:r>)*/(<a:s>?)+ ?b }",
    "SELECT * { ?a a ?c , ?d ;; <a:t> true, -1, +.5, 'x'^^xsd:date, 'y'@en-GB . }",
    "SELECT * { [] ?p [ ?q ( 1 [] () 'x' ) ; ?r _:b ] . ( ?a ) ?b ?c . [ ?d ?e ] . _:b ?f ?g }",
    "SELECT * { {} UNION { ?a ?b ?c } UNION { SELECT * {} } . OPTIONAL {} MINUS {} GRAPH ?g {} GRAPH <a:g> { ?a ?b ?c } }",
    "SELECT * { FILTER(!BOUND(?a) && (?a IN (1, 2) || ?b NOT IN ()) && NOT EXISTS { ?a ?b ?c }) FILTER EXISTS {} FILTER STR(?b) }",
    "SELECT (COUNT(DISTINCT *) AS ?n) (GROUP_CONCAT(DISTINCT ?a ; SEPARATOR = ',') AS ?l) { ?a ?b ?c } GROUP BY ?b (STR(?c) AS ?d)",
    "SELECT ?b { ?a ?b ?c } GROUP BY ?b STR(?a) HAVING (COUNT(*) > 1) (1) ORDER BY DESC(?b) ?b (1+1) STR(?b)",
    "SELECT * { VALUES ?a { 1 UNDEF <a:b> } VALUES (?b ?c) { (1 UNDEF) } VALUES () {} } VALUES ?d { true }",
    "CONSTRUCT { ?a ?b [ ?c ?d ] . } FROM <a:g> WHERE { ?a ?b ?c } ORDER BY ?a LIMIT 1",
    "CONSTRUCT FROM <a:g> WHERE { ?a a ?c . }",
    "DESCRIBE ?a <a:b> schema:c FROM <a:g> WHERE { ?a ?b ?c } LIMIT 1",
    "DESCRIBE * { ?a ?b ?c }",
    "ask{}",
    "SELECT ?a WHERE { ?a ?b 1.FILTER(?a=1)?c ?d ?e.{?f ?g ?h}}",
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_the_engine_takes_the_grammar_takes(text: str, session: store.Session) -> None:
    error = refusal(session, text)
    assert error is None or "unbound" in str(error), str(error)
    assert grammar.fault(grammar.pieces(text)) is None


@settings(max_examples=60)
@given(text=st.sampled_from(RIGHT), seed=st.integers(0, 10**6))
def test_where_the_grammar_sees_a_fault_the_engine_does_too(text: str, seed: int, session: store.Session) -> None:
    chance = random.Random(seed)
    pieces = [token.text for token in grammar.pieces(text)]
    at = chance.randrange(len(pieces))
    pieces[at : at + 1] = chance.choice(
        [[], [pieces[at], pieces[at]], [chance.choice(pieces)], [chance.choice(pieces), pieces[at]]]
    )
    changed = " ".join(pieces)
    fault = grammar.fault(grammar.pieces(changed))
    error = refusal(session, changed)
    assert fault is None or error is not None
    if error and error.reason.startswith("not SPARQL"):
        helped = hints.helped(error, changed)
        assert all(one.place and one.place.line == 1 and 1 <= one.place.column <= len(changed) + 1 for one in helped.each())
        assert fault is None or helped is not error


@given(st.text(max_size=40) | st.text("{}()[]<>?$'\"\\#@^|&!.,;:a1 \n", max_size=60))
def test_whatever_the_text_its_error_has_a_place_in_it(text: str) -> None:
    error = hints.helped(QueryError("not SPARQL: x"), text)
    lines = text.split("\n")
    for one in error.each():
        if one.place:
            assert 1 <= one.place.column <= len(lines[one.place.line - 1]) + 1
    assert isinstance(hints.warnings(text), list)


def test_a_query_as_long_and_deep_as_allowed_is_read_in_a_moment() -> None:
    deep = "SELECT * " + "{" * 199 + "?a ?b ?c" + "}" * 199
    long = "SELECT * {" + "?a ?b ?c . " * 5_900 + "?d }"
    assert grammar.fault(grammar.pieces(deep)) is None
    fault = grammar.fault(grammar.pieces(long))
    assert fault is not None
    assert fault.token is not None
    assert fault.token.start == len(long) - 1


# --- names -----------------------------------------------------------------------------------------------------------------
MISSPELT = {
    "schema:hedline": "did you mean schema:headline?",
    "schema:Headline": "did you mean schema:headline?",
    "schema:headlien": "did you mean schema:headline?",
    "schema:newsArticle": "did you mean schema:NewsArticle?",
    "schema:mentionKind": "did you mean kg:mentionKind?",
    "<https://schema.org/hedline>": "did you mean schema:headline?",
    "http:headline": "in a dump it is https://schema.org/",
    "<http://schema.org/headline>": "in a dump it is https://schema.org/",
    "kg:mentions": "no term of our ontology; did you mean kg:mention or schema:mentions?",
    "kg:treaty": "did you mean kg:Treaty?",
    "kg:confidence": "kg:confidence is no term of our ontology",
    "skos:preflabel": "did you mean skos:prefLabel?",
    "xsd:datetime": "did you mean xsd:dateTime?",
    "nif:beginIndx": "did you mean nif:beginIndex?",
    "treaty:inf-treatty": "no treaty of ours; did you mean treaty:inf-treaty?",
    "state:utopia-of-the-sea": "state:utopia-of-the-sea is no state of ours",
}


@pytest.mark.parametrize(("name", "words"), MISSPELT.items())
def test_a_name_that_is_misspelt_is_told_where_it_first_stands(name: str, words: str) -> None:
    text = f"PREFIX http: <http://schema.org/>\nASK {{ ?a ?b ?c .\n  ?a {name} ?d , {name} }}"
    (found,) = hints.warnings(text)
    assert (found.severity, str(found.place)) == ("warning", "query:3:6")
    assert words in found.reason


@pytest.mark.parametrize(
    "name",
    "schema:headline schema:memberOf schema:gender schema:NewsArticle schema: kg:Treaty kg:mention skos:prefLabel skos:narrower "
    "rdf:_1 rdf:type rdfs:seeAlso xsd:gMonthDay treaty:inf-treaty state:france <urn:x> <https://x.example/headlin> _:b own:x "
    "<https://w3id.org/article-kg/treaty/inf-treaty/participation/russia> <https://w3id.org/article-kg/vocabulary/treaty>".split(),
)
def test_a_name_that_may_be_right_is_not_doubted(name: str) -> None:
    assert hints.warnings(f"PREFIX own: <https://own.example/> ASK {{ ?a ?b {name} }}") == []


def test_no_shipped_query_is_doubted() -> None:
    assert [(query.name, hints.warnings(query.text)) for query in queries.shipped().values() if hints.warnings(query.text)] == []


def test_every_entity_that_we_ship_is_known(words: Vocabulary) -> None:
    iris = [terms.value(iri) for iri in words]
    named = {kind: {iri[len(space) :] for iri in iris if iri.startswith(space)} for kind, space in terms.ENTITY_PREFIXES.items()}
    unknown = {kind: {slug for slug in slugs if "/" not in slug} - names.slugs(kind) for kind, slugs in named.items()}
    assert set().union(*unknown.values()) == set()
    some = [f"{kind}:{slug}" for kind in named for slug in sorted(names.slugs(kind))[::100]]
    assert hints.warnings(f"DESCRIBE {' '.join(some)}") == []
