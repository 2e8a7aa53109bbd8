"""Both engines see the same shapes and graphs, say the same, keep to themselves, and refuse in words what they cannot apply."""

from __future__ import annotations

import logging
import socket
import urllib.request
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import rdf, terms, validation
from kg.errors import Place, ShapeError
from kg.terms import Statement, Term
from kg.validation import SH, Engine, Result, Shapes
from kg.validation.engines import run_fast, run_pyshacl
from kg.validation.interop import UNNAMED, as_blank, as_named
from kg.validation.placing import first_steps
from kg.validation.results import Raw

pytest.importorskip("shacl", reason="the fast engine has no wheel for this platform")

ENGINES: tuple[Engine, ...] = ("fast", "pyshacl")
HEAD = (
    f"@prefix sh: <{SH}> . @prefix schema: <{terms.SCHEMA}> . @prefix xsd: <{terms.XSD}> . @prefix rdf: <{terms.RDF}> . "
    "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix ex: <http://example.org/> .\n"
)
TURTLE = rdf.FORMATS[".ttl"]


def read(text: str) -> list[Statement]:
    return rdf.parse((HEAD + text).encode(), TURTLE, "data.ttl")


def shapes_of(text: str) -> Shapes:
    """Return shapes that nobody has checked."""
    return Shapes(tuple(rdf.without_blank_nodes(read(text), f"{UNNAMED}own")), ())


def judged(shapes: str, data: str) -> list[Result]:
    """Return what the shapes say; the same by both engines, to the last blank node."""
    loaded, graph = shapes_of(shapes), read(data)
    fast, slow = (validation.validate(graph, loaded, engine) for engine in ENGINES)
    assert list(map(everything, fast)) == list(map(everything, slow))
    assert {result.source for result in fast} <= loaded.said.keys()
    return fast


def everything(result: Result) -> tuple[object, ...]:
    return result, result.about


PROPERTY = "ex:S sh:targetNode ex:a ; sh:property [ sh:path {} ] ."


# --- the same shapes ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path",
    ["[ sh:inversePath ex:p ]", "( ex:q ex:p )", "[ sh:alternativePath ( ex:p ex:q ) ]", "[ sh:zeroOrMorePath ex:q ]"],
)
def test_a_path_of_several_steps_in_a_file_is_followed(path: str, tmp_path: Path) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(HEAD + PROPERTY.format(f"{path} ; sh:nodeKind sh:Literal"), encoding="utf-8")
    loaded = validation.load_shapes([file], only=True)
    for engine in ENGINES:
        found = validation.validate(read("ex:a ex:q ex:b . ex:b ex:p ex:c . ex:d ex:p ex:a ."), loaded, engine)
        wanted = {
            "[ sh:inversePath ex:p ]": "d",
            "( ex:q ex:p )": "c",
            "[ sh:alternativePath ( ex:p ex:q ) ]": "b",
            "[ sh:zeroOrMorePath ex:q ]": "ab",
        }
        assert {result.value for result in found} == {f"<http://example.org/{name}>" for name in wanted[path]}
        assert {result.path for result in found} == {None}


@pytest.mark.parametrize("name", ["own#b0123456789abcdef", "größe-2#bffn2", "#b"])
def test_a_name_for_a_blank_node_becomes_one_and_comes_back(name: str) -> None:
    term = f"<{UNNAMED}{name}>"
    assert rdf.is_blank(as_blank(term))
    assert as_named(as_blank(term)) == term
    assert as_blank("<urn:x>") == "<urn:x>"
    assert as_named("_:b1") == "_:b1"


@pytest.mark.parametrize("term", ['"1"^^xsd:boolean', "false"])
@pytest.mark.parametrize("switch", ["sh:closed", "sh:deactivated"])
def test_only_true_switches_something_on(switch: str, term: str) -> None:
    shape = f"ex:S sh:targetNode ex:a ; {switch} {term} ; sh:nodeKind sh:Literal ."
    assert [result.constraint for result in judged(shape, "ex:a ex:p 1 .")] == [f"{SH}NodeKindConstraintComponent"]


def test_a_closed_property_shape_closes_its_values() -> None:
    shape = PROPERTY.format("ex:p ; sh:closed true ; sh:ignoredProperties ( ex:q )")
    (result,) = judged(shape, "ex:a ex:p ex:b ; ex:r 1 . ex:b ex:q 1 ; ex:p 2 .")
    assert (result.focus, result.path) == ("<http://example.org/a>", "<http://example.org/p>")
    assert terms.value(result.value or "") == "2"


def test_prefixes_of_what_is_imported_are_known() -> None:
    query = 'sh:sparql [ sh:prefixes ex:two ; sh:select "SELECT $this { $this e:p ?x }" ]'
    declared = 'sh:declare [ sh:prefix "e" ; sh:namespace "http://example.org/" ]'
    imports = "ex:two owl:imports ex:three . ex:three owl:imports ex:one, ex:two ."
    shape = f"ex:S sh:targetNode ex:a ; {query} . ex:one {declared} . {imports}"
    assert len(judged(shape, "ex:a ex:p 1 .")) == 1


# --- the same results --------------------------------------------------------------------------------------------------------
def test_terms_are_told_as_the_data_have_them() -> None:
    data = r'ex:a ex:p "01"^^xsd:integer, "A"@EN-gb, "\\g \"\n\u0007", "é😀"^^ex:type, <http://example.org/ü%20>, [ ex:q "x" ] .'
    found = judged(PROPERTY.format("ex:p ; sh:in ( 1 )"), data)
    values = {s.object for s in read(data) if s.predicate.endswith("/p>")}
    assert {result.value for result in found} == values
    assert '"A"@en-gb' in values


def test_blank_nodes_keep_their_labels_even_where_the_shapes_have_the_same() -> None:
    text = 'ex:S sh:targetSubjectsOf ex:p ; sh:property [ ex:p "x" ; sh:path ex:p ; sh:nodeKind sh:IRI ] . '
    found = judged(text, text)
    (label,) = {s.subject for s in read(text) if rdf.is_blank(s.subject)}
    assert {(result.focus, result.source) for result in found} == {(label, f"<{UNNAMED}own#{label[2:]}>")}
    own = Shapes(tuple(read(text)), ())
    for engine in ENGINES:
        assert {(result.focus, result.source) for result in validation.validate(read(text), own, engine)} == {(label, label)}


def test_of_many_blank_nodes_each_keeps_its_label() -> None:
    nodes = "".join(f"<urn:n{number}> <urn:p> _:b{number} .\n_:b{number} <urn:q> <urn:o{number}> .\n" for number in range(5_000))
    loaded = shapes_of("ex:S sh:targetSubjectsOf <urn:p> ; sh:property [ sh:path <urn:p> ; sh:nodeKind sh:IRI ] .")
    assert {raw.focus: raw.value for raw in run_fast(nodes, loaded)} == {f"<urn:n{n}>": f"_:b{n}" for n in range(5_000)}


def test_what_is_said_of_a_blank_node_comes_with_its_result() -> None:
    (result,) = judged(PROPERTY.format("ex:p ; sh:nodeKind sh:IRI"), 'ex:a ex:p [ ex:q [ ex:r "x" ], ex:b ] . ex:b ex:q 1 .')
    assert [(s.predicate, s.object[:4]) for s in result.about] == [
        ("<http://example.org/q>", "<htt"),
        ("<http://example.org/q>", "_:b" + result.about[1].object[3]),
        ("<http://example.org/r>", '"x"'),
    ]


def test_what_is_said_of_a_blank_node_is_bounded() -> None:
    data = "ex:a ex:p _:x . " + "".join(f"_:x ex:q _:y{n} . _:y{n} ex:q _:x . " for n in range(1_000))
    (result,) = judged(PROPERTY.format("ex:p ; sh:nodeKind sh:IRI"), data)
    assert len(result.about) == 200


def test_what_an_engine_says_twice_is_one_result_with_its_number() -> None:
    (result,) = judged(PROPERTY.format("ex:p ; sh:uniqueLang true"), 'ex:a ex:p "a"@en, "b"@en, "c"@de, "d"@de .')
    assert result.times == 2


def test_pyshacl_does_not_mix_up_the_components_of_two_runs() -> None:
    text = (
        'ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:x ] ; sh:validator ex:V . ex:V sh:ask "ASK {{ FILTER({}) }}" .'
    )
    for number in (1, 2) * 5:
        found = judged(text.format(f"1 = {number}") + " ex:S sh:targetNode ex:a ; ex:x 1 .", "ex:a ex:p 1 .")
        assert len(found) == number - 1


def test_a_query_of_a_property_shape_that_selects_no_value_has_none() -> None:
    query = 'sh:sparql [ sh:select "SELECT $this { $this $PATH 1 }" ]'
    (result,) = judged(PROPERTY.format(f"ex:p ; {query}"), "ex:a ex:p 1 .")
    assert (result.path, result.value) == ("<http://example.org/p>", None)
    (result,) = judged(f"ex:S sh:targetNode ex:a ; {query.replace('$PATH', '?p')} .", "ex:a ex:p 1 .")
    assert (result.path, result.value) == (None, "<http://example.org/a>")


@pytest.mark.parametrize("path", ["ex:p", "[ sh:inversePath ex:p ]"])
def test_a_component_that_asks_tells_the_value(path: str) -> None:
    text = 'ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:x ] ; sh:validator [ sh:ask "ASK { FILTER($value = $x) }" ] .'
    shape = f"ex:S sh:targetNode ex:a ; sh:property [ sh:path {path} ; ex:x 1 ] ."
    found = judged(f"{text} {shape}", "ex:a ex:p 1, 2, 3 . ex:b ex:p ex:a .")
    wanted = {"2", "3"} if path == "ex:p" else {"http://example.org/b"}
    assert {terms.value(result.value or "_") for result in found} == wanted


NODES, LITERALS = ("ex:a", "ex:b", "_:c"), ('"a"', '"a"@en', '"B"@fr', "1", '"01"^^xsd:integer', "2.5", "true", r'"\\g"')
CONSTRAINTS = (
    "sh:nodeKind sh:IRI",
    "sh:nodeKind sh:BlankNodeOrIRI",
    "sh:datatype xsd:integer",
    "sh:datatype rdf:langString",
    "sh:class ex:C",
    "sh:minLength 2",
    "sh:maxLength 0",
    'sh:pattern "^[a-z]"',
    'sh:languageIn ( "en" )',
    "sh:in ( ex:a 1 )",
    "sh:hasValue 1",
    "sh:minInclusive 2",
    "sh:equals ex:q",
    "sh:disjoint ex:q",
    "sh:closed true",
    'sh:sparql [ sh:message "{$this} {?v} {?o}" ; sh:select "SELECT $this ?v ?o { $this <http://example.org/p> ?v, ?o }" ]',
)
constraints = st.sampled_from(CONSTRAINTS) | st.builds(
    lambda kind, inner: f"sh:{kind} ( {' '.join(f'[ {one} ]' for one in inner)} )",
    st.sampled_from(("and", "or", "xone")),
    st.lists(st.sampled_from(CONSTRAINTS[:-1]), min_size=1, max_size=3),
)
paths = st.recursive(
    st.sampled_from(("ex:p", "ex:q")),
    lambda inner: st.one_of(
        # What pySHACL makes of the inverse of several steps is in docs/shacl.md
        st.builds("[ sh:inversePath {} ]".format, st.sampled_from(("ex:p", "ex:q"))),
        st.builds("[ sh:zeroOrMorePath {} ]".format, inner),
        st.builds("( {} {} )".format, inner, inner),
        st.builds("[ sh:alternativePath ( {} {} ) ]".format, inner, inner),
    ),
    max_leaves=3,
)
property_shapes = st.builds("sh:property [ sh:path {} ; {} ]".format, paths, constraints.filter(lambda text: "closed" not in text))
triples = st.builds(
    "{} {} {} .".format, st.sampled_from(NODES), st.sampled_from(("ex:p", "ex:q", "a")), st.sampled_from(NODES + LITERALS)
)


@settings(max_examples=60)
@given(
    st.lists(constraints | property_shapes, min_size=1, max_size=2, unique_by=lambda text: text.split()[0]),
    st.lists(triples, max_size=8),
)
def test_any_graph_is_judged_alike(shape: list[str], data: list[str]) -> None:
    judged(f"ex:S sh:targetSubjectsOf ex:p ; sh:targetObjectsOf ex:q ; {' ; '.join(shape)} .", "\n".join(data))


# --- places ------------------------------------------------------------------------------------------------------------------
PLACED = """
ex:a ex:p ex:b, ex:c ; ex:q "x" ; ex:r ex:z . ex:b ex:q "y" ; ex:r "w" . ex:d ex:p ex:a ; ex:q ex:b .
"""


def spans() -> tuple[list[Statement], dict[tuple[int, int] | None, str]]:
    """Return the statements, each with a span of its own, and what each span stands for."""
    statements = [s._replace(span=(number, number + 1)) for number, s in enumerate(read(PLACED))]
    return statements, {s.span: " ".join(part.rpartition("/")[2].strip('>"') for part in s[:3]) for s in statements}


@pytest.mark.parametrize(
    ("shape", "place"),
    [
        ("sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:in ( ex:b ) ]", "a p c"),
        ("sh:targetNode ex:a ; sh:property [ sh:path ex:q ; sh:minCount 2 ]", "a q x"),
        ("sh:targetNode ex:a ; sh:property [ sh:path ex:none ; sh:minCount 1 ]", "d p a"),
        ("sh:targetNode ex:d ; sh:property [ sh:path ex:none ; sh:minCount 1 ]", None),
        ("sh:targetNode ex:a ; sh:property [ sh:path ( ex:p ex:q ) ; sh:minCount 2 ]", "a p b"),
        ("sh:targetNode ex:a ; sh:property [ sh:path [ sh:zeroOrMorePath ex:p ] ; sh:in ( ex:a ex:b ) ]", "a p c"),
        ("sh:targetNode ex:d ; sh:property [ sh:path ( [ sh:zeroOrOnePath ex:none ] ex:p ex:q ) ; sh:minCount 2 ]", "d p a"),
        ("sh:targetNode ex:b ; sh:property [ sh:path [ sh:inversePath ex:q ] ; sh:nodeKind sh:Literal ]", "d q b"),
        ("sh:targetNode ex:b ; sh:property [ sh:path [ sh:inversePath ( ex:p ex:q ) ] ; sh:minCount 1 ]", "d q b"),
        ("sh:targetNode ex:a ; sh:property [ sh:path [ sh:alternativePath ( ex:none ex:q ) ] ; sh:minCount 2 ]", "a q x"),
        ("sh:targetNode ex:a ; sh:nodeKind sh:Literal", "d p a"),
        ("sh:targetNode ex:b ; sh:closed true ; sh:ignoredProperties ( ex:q )", "b r w"),
        ("sh:targetNode ex:b ; sh:sparql [ sh:select 'SELECT $this ?value { $this ?p ?value FILTER(?value = \"w\") }' ]", "b r w"),
    ],
)
def test_a_result_stands_at_its_value_else_at_its_first_step_else_at_what_leads_to_its_node(shape: str, place: str | None) -> None:
    statements, names = spans()
    loaded = shapes_of(f"ex:S {shape} .")
    for engine in ENGINES:
        found: list[str | None] = []

        def remember(span: tuple[int, int] | None, found: list[str | None] = found) -> Place:
            found.append(names.get(span))
            return Place("a")

        validation.validate(statements, loaded, engine, remember)
        assert found == [place]


def test_of_a_path_without_end_the_first_steps_are_found() -> None:
    loaded = shapes_of("ex:S sh:path _:x . _:x sh:alternativePath ( _:x _:x _:x _:x ex:p ) .")
    raw = Raw("", None, "<urn:a>", None, None, "<http://example.org/S>", "")
    assert first_steps(raw, loaded) == (("<http://example.org/p>", False),)


# --- nothing but results -----------------------------------------------------------------------------------------------------
@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What somebody tried to open in the network, or as a file by its address."""
    seen: list[object] = []

    def refuse(*request: object, **_: object) -> None:
        seen.append(request)
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    monkeypatch.setattr("rdflib.plugins.sparql.evaluate.urlopen", refuse)
    monkeypatch.setattr("rdflib.parser.create_input_source", refuse)
    return seen


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }",
        r"SELECT $this { S\u0045RVICE <http://127.0.0.1:9/> { $this ?p ?o } }",
        r"SELECT $this { { $this ?p ?o } SERVICE\u0020<http://127.0.0.1:9/> { $this ?p ?o } }",
        "SELECT $this { OPTIONAL { SERVICE SILENT <http://127.0.0.1:9/> { $this ?p ?o } } }",
    ],
)
def test_no_query_reaches_another_server_however_it_is_written(query: str, engine: Engine, opened: list[object]) -> None:
    # As Turtle and then SPARQL read it
    text = query.replace("\\", r"\\")
    with pytest.raises(ShapeError, match="cannot be applied"):
        validation.validate(
            read("ex:a ex:p 1 ."), shapes_of(f'ex:S sh:targetNode ex:a ; sh:sparql [ sh:select "{text}" ] .'), engine
        )
    assert opened == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x", "file:///etc/passwd"])
def test_no_query_reads_another_graph(address: str, opened: list[object]) -> None:
    query = f'ex:S sh:targetNode ex:a ; sh:sparql [ sh:select "SELECT $this FROM <{address}> {{ $this ?p ?o }}" ] .'
    assert validation.validate(read("ex:a ex:p 1 ."), shapes_of(query), "fast") == []
    with pytest.raises(ShapeError, match="SERVICE or FROM"):
        validation.validate(read("ex:a ex:p 1 ."), shapes_of(query), "pyshacl")
    assert opened == []


def test_nothing_is_imported(opened: list[object]) -> None:
    imports = "ex:o owl:imports <http://127.0.0.1:9/p>, <file:///etc/passwd> . "
    judged(f"{imports} ex:S sh:targetNode ex:a ; sh:nodeKind sh:Literal .", f"{imports} ex:a ex:p 1 .")
    assert opened == []


def test_engines_write_nothing_and_leave_logging_as_it_was(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder
) -> None:
    shape = 'ex:S sh:targetNode ex:a ; sh:message "no" ; sh:equals ex:p ; sh:property [ sh:path ex:p ; sh:datatype xsd:integer ] .'
    for _ in range(2):
        judged(shape, 'ex:a ex:p "x"^^xsd:integer, "none"^^xsd:boolean, [ ex:q 1 ], [ ex:q 2 ] .')
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []
    # What Python collects meanwhile of other tests warns of itself
    assert [str(warned.message) for warned in recwarn if not issubclass(warned.category, ResourceWarning)] == []
    with caplog.at_level(logging.WARNING, "rdflib.term"):  # whatever another test has set
        logging.getLogger("rdflib.term").warning("of somebody else")
    assert len(caplog.records) == 1


# --- refusals ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (
            'sh:sparql [ sh:select "SELECT $this { GRAPH $shapesGraph { $this ?p ?o } }" ]',
            "pySHACL: SPARQL Constraint text has $shapesGraph in it, but Shapes Graph is not currently supported.",
        ),
        ("sh:property [ sh:path ex:p ; sh:lessThan ex:q ]", "pySHACL: Cannot use sh:lessThan to compare a BlankNode."),
        ("sh:nodeKind sh:IRI, sh:Literal", "pySHACL: NodeKindConstraintComponent must have at most one sh:nodeKind predicate."),
        ('sh:pattern "("', "pySHACL: "),
        ('sh:sparql [ sh:select "SELECT $this {" ]', "pySHACL: Expected"),
        (
            " ; ".join(f"sh:node [ {'sh:node [ ' * 60} sh:class ex:C {'] ' * 60} ]" for _ in range(1)),
            "they are nested too deep for it",
        ),
    ],
)
def test_what_pyshacl_cannot_apply_is_refused_in_words(shape: str, reason: str) -> None:
    with pytest.raises(ShapeError) as refusal:
        validation.validate(read("ex:a ex:p [] ; ex:q [] ."), shapes_of(f"ex:S sh:targetNode ex:a ; {shape} ."), "pyshacl")
    assert refusal.value.reason.startswith("the shapes cannot be applied by pySHACL: ")
    assert reason in refusal.value.reason


def nested(predicate: str, depth: int) -> list[Statement]:
    """Return a shape, or a path, nested so deep."""
    nodes = [f"<{UNNAMED}deep#b{number}>" for number in range(depth)]
    begin: list[Term] = ["<urn:S>"] if predicate in ("node", "not") else []
    if not begin:
        steps = [("<urn:S>", "property", "<urn:P>"), ("<urn:P>", "path", nodes[0])]
        steps += [("<urn:P>", "minCount", f'"1"^^{terms.XSD_INTEGER}')]
    else:
        steps = [(nodes[-1], "nodeKind", f"<{SH}Literal>")]
    ends = nodes[1:] if begin else [*nodes[1:], "<urn:p>"]
    steps += zip([*begin, *nodes], [predicate] * (depth + 1), nodes if begin else ends, strict=False)
    return [Statement(s, f"<{SH}{p}>", o, "") for s, p, o in [*steps, ("<urn:S>", "targetClass", "<urn:C>")]]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("predicate", ["node", "not", "inversePath", "zeroOrMorePath"])
def test_what_is_nested_beyond_measure_is_refused(predicate: str, engine: Engine) -> None:
    loaded = Shapes(tuple(nested(predicate, 2_000)), ())
    with pytest.raises(ShapeError, match="nested"):
        validation.validate([Statement("<urn:a>", terms.TYPE, "<urn:C>", "")], loaded, engine)


@pytest.mark.parametrize("run", [run_fast, run_pyshacl])
@pytest.mark.parametrize("data", ["", '<urn:a> <urn:p> "\\u0000" .\n'])
def test_odd_graphs_are_judged(run: object, data: str) -> None:
    assert callable(run)
    found = Counter(raw.value for raw in run(data, shapes_of("ex:S sh:targetObjectsOf <urn:p> ; sh:nodeKind sh:IRI .")))
    assert found == Counter(['"\\u0000"'] if data else [])
