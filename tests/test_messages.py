"""What a result says to a person: the words of the shape's author, else ours; the same through both engines."""

from __future__ import annotations

import pytest

from kg import rdf, terms, validation
from kg.validation import SH, Engine, Result, Shapes
from kg.validation.interop import UNNAMED
from kg.validation.messages import path_text, shown

pytest.importorskip("shacl", reason="the fast engine has no wheel for this platform")

ENGINES: tuple[Engine, ...] = ("fast", "pyshacl")
HEAD = (
    f"@prefix sh: <{SH}> . @prefix schema: <{terms.SCHEMA}> . @prefix xsd: <{terms.XSD}> . @prefix rdf: <{terms.RDF}> . "
    f"@prefix rdfs: <{terms.RDFS}> . @prefix ex: <http://example.org/> .\n"
)
TURTLE = rdf.FORMATS[".ttl"]


def shapes_of(text: str) -> Shapes:
    statements = rdf.parse((HEAD + text).encode(), TURTLE, "shapes.ttl")
    return Shapes(tuple(rdf.without_blank_nodes(statements, f"{UNNAMED}own")), ())


def results(shapes: str, data: str) -> list[Result]:
    """Return the results, which both engines tell alike."""
    loaded, graph = shapes_of(shapes), rdf.parse((HEAD + data).encode(), TURTLE, "data.ttl")
    fast, slow = (validation.validate(graph, loaded, engine) for engine in ENGINES)
    assert fast == slow
    return fast


P, Q, A, K, N = (f"<http://example.org/{name}>" for name in ("p", "q", "a", "k", "N"))


# --- our words ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("constraint", "values", "words"),
    [
        ("sh:minCount 1", "", "{p} is missing: at least 1 value is expected; add it"),
        ("sh:minCount 2", '"a"', "{p} has too few values: at least 2 are expected; add what is missing"),
        ("sh:maxCount 1", '"a", "b"', "{p} has too many values: at most 1 is allowed; remove what is too much"),
        ("sh:maxCount 0", '"a"', "{p} is not allowed here; remove it"),
        (
            "sh:class schema:Person",
            "ex:k",
            "{p} has the value {k}, which is not said to be of the class schema:Person; give it that class (rdf:type), or take "
            "another value",
        ),
        (
            "sh:datatype xsd:date",
            '"soon"',
            '{p} has the value "soon", which is of xsd:string and not of xsd:date; write "2024-05-06"^^xsd:date or the like',
        ),
        (
            "sh:datatype xsd:date",
            '"soon"^^xsd:date',
            '{p} has the value "soon"^^xsd:date, which is not spelt as xsd:date asks for; write "2024-05-06"^^xsd:date or the like',
        ),
        (
            "sh:datatype xsd:string",
            '"a"@en',
            '{p} has the value "a"@en, which is of rdf:langString and not of xsd:string; '
            "write a text without language and datatype",
        ),
        (
            "sh:datatype rdf:langString",
            '"a"',
            '{p} has the value "a", which is of xsd:string and not of rdf:langString; '
            'write a text with its language, such as "peace"@en',
        ),
        ("sh:datatype ex:q", "ex:k", "{p} has the value {k}, which is no literal of {q}; write a value of {q}"),
        ("sh:nodeKind sh:IRI", '"a"', '{p} has the value "a", which is not an IRI; write one'),
        ("sh:nodeKind sh:Literal", "[]", "{p} has a blank node, which is not a literal (text, number or date); write one"),
        ("sh:minExclusive 0", "0", "{p} has the value 0, which is not greater than 0, as is expected; correct it"),
        ("sh:minInclusive 1", "0.5", "{p} has the value 0.5, which is not at least 1, as is expected; correct it"),
        ("sh:maxExclusive 0", "0", "{p} has the value 0, which is not less than 0, as is expected; correct it"),
        ("sh:maxInclusive 1.5", "2", "{p} has the value 2, which is not at most 1.5, as is expected; correct it"),
        ("sh:minLength 3", '"a"', '{p} has the value "a", which is shorter than 3 characters; write more'),
        ("sh:maxLength 1", '"ab"', '{p} has the value "ab", which is longer than 1 character; shorten it'),
        ("sh:minLength 1", "[]", "{p} has a blank node, which has no length; write a text or an IRI"),
        (
            'sh:pattern "^[a-z]+$" ; sh:flags "i"',
            '"1"',
            '{p} has the value "1", which does not match the pattern ^[a-z]+$ (flags i); correct it',
        ),
        (
            'sh:languageIn ( "en" "fr" )',
            '"a"@de',
            '{p} has the value "a"@de, which is not in the language en or fr; translate it, or correct its language tag',
        ),
        ("sh:uniqueLang true", '"a"@de, "b"@de', "{p} has several texts in one language; keep one in each"),
        ("sh:equals ex:q", '"a", "x"', '{p} and {q} do not have the same values: only one of them has "a"; make them equal'),
        ("sh:disjoint ex:q", '"x"', '{p} has the value "x", which {q} has as well; keep it in one of them'),
        ("sh:lessThan ex:q", '"z"', '{p} has the value "z", which is not less than every value of {q}; correct one of them'),
        (
            "sh:lessThanOrEquals ex:q",
            '"z"',
            '{p} has the value "z", which is greater than a value of {q}, or not comparable; correct one of them',
        ),
        (
            "sh:not [ sh:nodeKind sh:IRI ]",
            "ex:k",
            "{p} has the value {k}, which conforms to what is excluded: [sh:nodeKind sh:IRI]; change it so that it does not",
        ),
        (
            "sh:and ( [ sh:class ex:q ] ex:N )",
            "ex:k",
            "{p} has the value {k}, which does not conform to all of [sh:class {q}] and {n}; see what they ask for",
        ),
        (
            "sh:or ( [ sh:class ex:q ] ex:N )",
            "ex:k",
            "{p} has the value {k}, which conforms to none of [sh:class {q}] and {n}; it has to conform to one at least",
        ),
        (
            'sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:not [ sh:hasValue "o" ] ] )',
            "ex:k",
            "{p} has the value {k}, which conforms to none or to several of [sh:nodeKind sh:IRI] and [sh:not …]; "
            "it has to conform to exactly one",
        ),
        ("sh:node ex:N", "ex:k", "{p} has the value {k}, which does not conform to the shape {n}; see what it asks for"),
        (
            "sh:qualifiedValueShape ex:N ; sh:qualifiedMinCount 1",
            "ex:k",
            "{p} has too few values that conform to {n}: at least 1 expected; add what is missing",
        ),
        (
            "sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMaxCount 1",
            "ex:k, ex:a",
            "{p} has too many values that conform to [sh:nodeKind sh:IRI]: at most 1 expected; remove what is too much",
        ),
        ("sh:hasValue true", '"x"', "{p} lacks the value true; add it"),
        ("sh:in ( 1 2.5 ex:k )", "3", "{p} has the value 3, which is none of 1, 2.5 or {k}; take one of these"),
        ("sh:in ( 1 2 3 4 5 6 7 8 9 )", "0", "{p} has the value 0, which is none of 1, 2, 3, 4, 5, 6, 7, 8 …; take one of these"),
        (
            'sh:sparql [ rdfs:label "rule 7" ; sh:select "SELECT $this ?value { $this $PATH ?value }" ]',
            '"a"',
            'the query "rule 7" of the shape <http://example.org/S> finds a fault: {p} of {a} with the value "a"; '
            "see what the query asks for",
        ),
    ],
)
def test_a_constraint_says_what_is_wrong_what_is_expected_and_how_to_mend_it(constraint: str, values: str, words: str) -> None:
    shape = f"ex:N sh:class ex:L . ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; {constraint} ] ."
    (result,) = results(shape, f'ex:a ex:q "x" . {f"ex:a ex:p {values} ." if values else ""}')
    assert result.reason == words.format(p=P, q=Q, a=A, k=K, n=N)


def test_a_closed_shape_names_the_property_and_its_value() -> None:
    (result,) = results("ex:S sh:targetNode ex:a ; sh:closed true .", 'ex:a ex:p "x" .')
    assert result.reason == (
        f'{P} is none of the properties that are allowed here, here with the value "x"; remove it, or add it to the shape'
    )


def test_a_node_shape_speaks_of_the_node() -> None:
    (result,) = results("ex:S sh:targetNode schema:a ; sh:nodeKind sh:Literal .", "schema:a ex:p ex:b .")
    assert result.reason == "schema:a is not a literal (text, number or date); write one"


COMPONENT = """
ex:Most a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ], [ sh:path ex:least ; sh:optional true ] ;
  sh:validator [ sh:ask "ASK { FILTER($value <= $most) }" %s ] .
ex:S sh:targetNode 5 ; ex:most 3 %s .
"""


def test_a_component_of_the_user_is_named_with_its_parameters() -> None:
    (result,) = results(COMPONENT % ("", ""), "ex:a ex:p 5 .")
    assert result.reason == "5 breaks the constraint <http://example.org/Most> (most 3); see what it asks for"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("schema:author", "schema:author"),
        ("[ sh:inversePath ex:p ]", f"^{P}"),
        ("( ex:p [ sh:zeroOrMorePath ex:q ] )", f"{P}/{Q}*"),
        ("[ sh:alternativePath ( ex:p [ sh:inversePath ( ex:p ex:q ) ] ) ]", f"{P}|^({P}/{Q})"),
        ("[ sh:oneOrMorePath [ sh:alternativePath ( ex:p ex:q ) ] ]", f"({P}|{Q})+"),
        ("( [ sh:zeroOrOnePath ex:p ] ex:q )", f"{P}?/{Q}"),
        (f"( {'ex:p ' * 12} )", "/".join([P] * 8 + ["…"])),
    ],
)
def test_a_path_of_several_steps_is_written_as_sparql_writes_it(path: str, text: str) -> None:
    shapes = shapes_of(f"ex:S sh:path {path} .")
    assert path_text(shapes, shapes.said["<http://example.org/S>"][f"<{SH}path>"][0]) == text


def test_a_path_without_end_is_cut() -> None:
    shapes = shapes_of("ex:S sh:path _:x . _:x sh:inversePath _:x .")
    assert path_text(shapes, shapes.said["<http://example.org/S>"][f"<{SH}path>"][0]) == "^" * 9 + "…"


def test_a_path_that_branches_without_end_is_cut() -> None:
    branches = f"( {'_:x ' * 9} )"
    shapes = shapes_of(f"ex:S sh:path _:x . _:x sh:alternativePath {branches} .")
    assert len(path_text(shapes, shapes.said["<http://example.org/S>"][f"<{SH}path>"][0])) < 10_000


def test_long_values_are_cut() -> None:
    (result,) = results(
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ] .", f'ex:a ex:p "{"x" * 10_000}" .'
    )
    assert result.reason == f'{P} has the value "{"x" * 79}…", which is not an IRI; write one'


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ('"1"^^<http://www.w3.org/2001/XMLSchema#integer>', "1"),
        ('"x"^^<http://www.w3.org/2001/XMLSchema#integer>', '"x"^^xsd:integer'),
        ('"1"^^<http://www.w3.org/2001/XMLSchema#boolean>', '"1"^^xsd:boolean'),
        (r'"a\nb"@en', r'"a\nb"@en'),
        ("_:b1", "a blank node"),
        (f"<{UNNAMED}own#b1>", "a node without a name"),
        (f"<{SH}IRI>", "sh:IRI"),
        ("<https://schema.org/name>", "schema:name"),
    ],
)
def test_a_term_is_shown_short(term: str, text: str) -> None:
    assert shown(term) == text


# --- the author's words --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("messages", "text"),
    [
        ('"Nein"@de, "No"@en', "No"),
        ('"Nein"@de, "No"@en-GB', "No"),
        ('"Nein"@de, "No"', "No"),
        ('"Nein"@de, "Non"@fr', "Nein"),
        ('"No {$this} {?zz}"', "No {$this} {?zz}"),
    ],
)
def test_of_several_messages_the_english_is_taken_else_the_first(messages: str, text: str) -> None:
    (result,) = results(f"ex:S sh:targetNode ex:a ; sh:nodeKind sh:Literal ; sh:message {messages} .", "ex:a ex:p 1 .")
    assert result.reason == text


QUERY = '''
ex:S sh:targetNode ex:a ; sh:message "of the shape" ; sh:sparql [ %s ; sh:select """
  SELECT $this ?value ?other %s { $this <http://example.org/p> ?value OPTIONAL { $this <http://example.org/q> ?other } }
""" ] .
'''


def test_the_variables_of_a_query_are_filled() -> None:
    message = 'sh:message "{$this} has {?value} and {?other}, not {?none}"@en, "Hier {?other}"@de'
    data = r'ex:a ex:p "a\\gb\\1\n{?other}" ; ex:q "\\g", _:x .'
    blank = next(s.object for s in rdf.parse((HEAD + data).encode(), TURTLE, "data.ttl") if rdf.is_blank(s.object))
    value = r"a\gb\1" + "\n{?other}"
    assert {result.reason for result in results(QUERY % (message, ""), data)} == {
        f"http://example.org/a has {value} and {other}, not {{?none}}" for other in (r"\g", blank)
    }


def test_a_query_speaks_before_its_shape() -> None:
    (result,) = results(QUERY % ('sh:message "of the query"', ""), "ex:a ex:p 1 .")
    assert result.reason == "of the query"
    (result,) = results(QUERY % ('rdfs:label "x"', ""), "ex:a ex:p 1 .")
    assert result.reason == "of the shape"


def test_a_query_that_says_its_message_itself_is_heard() -> None:
    query = QUERY.replace("?other %s", "?message").replace("{ $this", "{ BIND('found' AS ?message) $this")
    (result,) = results(query % 'sh:message "of the query"', "ex:a ex:p 1 .")
    assert result.reason == "found"


def test_each_of_two_queries_of_a_shape_has_its_own_message() -> None:
    select = "SELECT $this { $this ?p ?o }"
    queries = ", ".join(f'[ sh:message "{message}" ; sh:select "{select}" ]' for message in ("one", "two"))
    shape = f"ex:S sh:targetNode ex:a ; sh:sparql {queries} ."
    found = results(shape, "ex:a ex:p 1 .")
    assert [result.reason for result in found] == ["one", "two"]
    said = shapes_of(shape).said
    assert [said[result.constraint_node or ""][f"<{SH}message>"] for result in found] == [('"one"',), ('"two"',)]


def test_the_variables_of_a_component_are_filled_unless_its_shape_speaks() -> None:
    (result,) = results(COMPONENT % ('; sh:message "{$value} is over {$most}, {?least}"', ""), "ex:a ex:p 5 .")
    assert result.reason == "5 is over 3, {?least}"
    (result,) = results(COMPONENT % ('; sh:message "of the validator"', '; sh:message "of the shape"'), "ex:a ex:p 5 .")
    assert result.reason == "of the shape"
