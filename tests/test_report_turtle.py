"""The W3C validation report: the graph that pySHACL makes of the same data and shapes, whatever stands in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib

from kg import rdf, terms, validation
from kg.errors import Finding, Place
from kg.reports.turtle import to_turtle
from kg.terms import Statement
from kg.validation import SH, Engine, Result, Shapes, ValidationReport
from kg.validation.interop import UNNAMED, to_graph
from tests.conftest import ROOT
from tests.test_w3c_shacl import CASES, Case, is_failure

pytest.importorskip("shacl", reason="the fast engine has no wheel for this platform")

ENGINES: tuple[Engine, ...] = ("fast", "pyshacl")
TURTLE = rdf.FORMATS[".ttl"]
HEAD = f"@prefix sh: <{SH}> . @prefix ex: <http://example.org/> .\n"
# What pySHACL itself reports otherwise
NOT_COMPARED = {
    "core/property/uniqueLang-002": "pySHACL takes 1 for true",
    "sparql/node/prefixes-001": "pySHACL does not know the prefixes of what is imported",
    "sparql/pre-binding/shapesGraph-001": "pySHACL knows no $shapesGraph",
}


def term(name: str) -> rdflib.URIRef:
    return rdflib.URIRef(f"{SH}{name}")


def compared(graph: Any) -> pyoxigraph.Dataset:
    """Return what a report says, without messages and details; two are equal where they differ in names of blank nodes only."""
    kept = rdflib.Graph()
    todo, seen = list(graph.subjects(rdflib.RDF.type, term("ValidationReport"))), set()
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            for predicate, value in graph.predicate_objects(node):
                if predicate not in (term("resultMessage"), term("detail")):
                    kept.add((node, predicate, value))
                    todo.extend([value] if isinstance(value, rdflib.BNode) else [])
    # rdflib's own comparison takes half a minute for the largest report here
    said = pyoxigraph.Dataset(pyoxigraph.parse(kept.serialize(format="nt").encode(), pyoxigraph.RdfFormat.N_TRIPLES))
    said.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return said


def graph_of(turtle: str) -> Any:
    """Return the graph as it is written: rdflib's own parser spells literals in its own way."""
    return to_graph(validation.ntriples(rdf.parse(turtle.encode(), TURTLE, "report.ttl")))


def ours(data: list[Statement], shapes: Shapes, engine: Engine = "fast") -> pyoxigraph.Dataset:
    report = ValidationReport(tuple(validation.validate(data, shapes, engine)), ("data.ttl",), shapes)
    return compared(graph_of(to_turtle(report)))


def theirs(data: list[Statement], shapes: list[Statement]) -> pyoxigraph.Dataset:
    import pyshacl

    graphs = [to_graph(validation.ntriples(statements)) for statements in (data, shapes)]
    return compared(pyshacl.validate(graphs[0], shacl_graph=graphs[1], inference="none")[1])


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("case", [case for case in CASES if not is_failure(case) and "shacl-shacl" not in case.name], ids=str)
def test_the_report_is_pyshacl_s_but_for_messages_and_details(case: Case) -> None:
    if case.name in NOT_COMPARED:
        pytest.skip(NOT_COMPARED[case.name])
    data = rdf.read(case.data)
    expected = theirs(data, rdf.read(case.shapes))
    loaded = validation.load_shapes([case.shapes], only=True)
    for engine in ENGINES:
        assert ours(data, loaded, engine) == expected


def broken() -> Iterator[Statement]:
    """Yield the graphs that our shapes refuse, as one: each has its own entities."""
    for number, path in enumerate(sorted((ROOT / "tests" / "invalid").glob("*.ttl"))):
        text = path.read_text(encoding="utf-8").replace(terms.DEFAULT_BASE, f"{terms.DEFAULT_BASE}{number}/")
        yield from rdf.parse(text.encode(), TURTLE, str(path))


def test_the_report_on_all_that_our_shapes_refuse_is_pyshacl_s() -> None:
    shapes = validation.load_shapes()
    data = list(dict.fromkeys((*broken(), *shapes.axioms)))
    found = ours(data, shapes)
    assert len(list(found.quads_for_predicate(pyoxigraph.NamedNode(term("result"))))) >= len(
        list((ROOT / "tests" / "invalid").glob("*.ttl"))
    )
    assert found == theirs(data, list(shapes.statements))


def read(text: str) -> list[Statement]:
    return rdf.parse((HEAD + text).encode(), TURTLE, "data.ttl")


def shapes_of(text: str) -> tuple[Shapes, list[Statement]]:
    """Return shapes with their blank nodes named, as files of a user are, and as they are."""
    statements = read(text)
    return Shapes(tuple(rdf.without_blank_nodes(statements, f"{UNNAMED}own")), ()), statements


@pytest.mark.parametrize(
    ("shapes", "data"),
    [
        (
            "ex:S sh:targetNode ex:a, ex:b ; "
            "sh:property [ sh:path ( [ sh:inversePath ex:p ] ex:q ) ; sh:minCount 1 ; sh:severity ex:own ] .",
            "ex:a ex:p 1 .",
        ),
        (
            "ex:S sh:targetObjectsOf ex:p ; sh:in ( 1 [ sh:in ( 2 ) ] ) ; sh:severity sh:Info .",
            "ex:a ex:p [ ex:p ( 1 [ ex:q 2 ] ) ] .",
        ),
        (
            "ex:S sh:targetObjectsOf ex:p ; sh:nodeKind sh:IRI .",
            "ex:a ex:p [ ex:r [ ex:r [ ex:r [ ex:r [ ex:r [ ex:r 1 ] ] ] ] ] ] .",
        ),
        ("ex:S sh:targetObjectsOf ex:p ; sh:nodeKind sh:IRI .", "ex:a ex:p _:x, _:y . _:x ex:r _:y . _:y ex:r _:x ."),
        (
            "ex:S sh:targetNode ex:a ; sh:or ( [ sh:not [ sh:class ex:C ] ] [ sh:in () ] ) ; sh:nodeKind sh:Literal .",
            "ex:a a ex:C .",
        ),
        (
            'ex:S sh:targetNode ex:a ; sh:sparql [ sh:select "SELECT $this { $this ?p 1 }" ], '
            '[ sh:message "two" ; sh:select "SELECT $this ?path { $this ?path 2 }" ] .',
            "ex:a ex:p 1 ; ex:q 2 .",
        ),
        (
            "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:uniqueLang true ] .",
            'ex:a ex:p "a"@en, "b"@en, "c"@de, "d"@de .',
        ),
    ],
)
def test_blank_nodes_are_copied_as_pyshacl_does(shapes: str, data: str) -> None:
    loaded, statements = shapes_of(shapes)
    for engine in ENGINES:
        assert ours(read(data), loaded, engine) == theirs(read(data), statements)


def report_of(shapes: str, data: str) -> ValidationReport:
    loaded, _ = shapes_of(shapes)
    return ValidationReport(tuple(validation.validate(read(data), loaded, "fast")), ("data.ttl",), loaded)


def test_a_graph_without_faults_conforms() -> None:
    assert to_turtle(ValidationReport(())).endswith("\n\n[] a sh:ValidationReport ;\n    sh:conforms true .\n")


def test_the_whole_report_as_it_is_written() -> None:
    report = report_of(
        'ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:message "One." ] .', "ex:b ex:p 1 ."
    )
    shape = report.results[0].source
    assert shape.startswith(f"<{UNNAMED}own#b")
    assert to_turtle(report) == (
        f"@prefix rdf: <{terms.RDF}> .\n@prefix sh: <{SH}> .\n@prefix xsd: <{terms.XSD}> .\n\n"
        "[] a sh:ValidationReport ;\n"
        "    sh:conforms false ;\n"
        "    sh:result [\n"
        "        rdf:type sh:ValidationResult ;\n"
        "        sh:focusNode <http://example.org/a> ;\n"
        "        sh:resultPath <http://example.org/p> ;\n"
        "        sh:resultSeverity sh:Violation ;\n"
        "        sh:sourceShape _:s1 ;\n"
        "        sh:sourceConstraintComponent sh:MinCountConstraintComponent ;\n"
        '        sh:resultMessage "One."\n'
        "    ] .\n"
        '\n_:s1 sh:message "One." ; sh:minCount "1"^^xsd:integer ; sh:path <http://example.org/p> .\n'
    )


def test_what_could_not_be_read_is_a_comment_and_does_not_conform() -> None:
    fault = Finding("violation", 'bad\n"""> . ex:a sh:conforms true\r\u2028#', Place("a\n.ttl", 3))
    text = to_turtle(ValidationReport((fault,), ("a\n.ttl",)))
    assert text.startswith('# a\\u000a.ttl:3: violation: bad\\u000a"""> . ex:a sh:conforms true\\u000d\\u2028#\n@prefix')
    assert {str(value) for value in graph_of(text).objects(None, term("conforms"))} == {"false"}


def test_without_shapes_a_shape_is_told_by_its_name() -> None:
    report = report_of("ex:S sh:targetNode ex:a ; sh:property [ sh:path ( ex:p ex:q ) ; sh:minCount 1 ] .", "ex:b ex:p 1 .")
    graph = graph_of(to_turtle(ValidationReport(report.findings, report.checked)))
    assert set(graph.objects(None, term("sourceShape"))) == {rdflib.URIRef("http://example.org/S")}
    assert set(graph.objects(None, term("resultPath"))) == set()


HOSTILE = r"\u0000\u0007\n\r\"\"\"'''\\ \u202e\ud7ff\U0010ffff . ] ; <> #"


def test_hostile_text_stays_text() -> None:
    shape = f'ex:S sh:targetObjectsOf ex:p ; sh:message "{HOSTILE}" ; sh:nodeKind sh:IRI .'
    kinds = f'"{HOSTILE}", "{HOSTILE}"@en, "{HOSTILE}"^^<http://example.org/%22%3E#type>'
    data = f'ex:a ex:p {kinds}, [ <http://example.org/p;.#> "{HOSTILE}" ] .'
    report = report_of(shape, data)
    statements = rdf.parse(to_turtle(report).encode(), TURTLE, "report.ttl")
    values = {s.object for s in read(data) if s.predicate == "<http://example.org/p>"}
    assert {s.object for s in statements if s.predicate == f"<{SH}value>" and not rdf.is_blank(s.object)} == {
        value for value in values if not rdf.is_blank(value)
    }
    assert "\x00" not in to_turtle(report)
    assert "\u202e" not in "".join(terms.value(s.object) for s in statements if s.predicate == f"<{SH}resultMessage>")


def test_a_file_name_that_is_no_text_does_not_break_the_report() -> None:
    place = Place("a\udcff.ttl", 1)
    result = Result("violation", "bad \udcff", place, "<urn:a>", None, None, "<urn:S>", f"{SH}MinCountConstraintComponent")
    text = to_turtle(ValidationReport((Finding("info", "x", place), result)))
    assert rdf.parse(text.encode(), TURTLE, "report.ttl")


def test_copies_of_what_leads_to_itself_are_bounded() -> None:
    nodes = [f"_:x{number}" for number in range(12)]
    data = "".join(f"{one} ex:p {other} . " for one in nodes for other in nodes)
    shapes = " ".join(f"{one} sh:not {other} ." for one in nodes for other in nodes if one != other)
    loaded, _ = shapes_of(shapes)
    about = tuple(read(data))
    source = next(iter(loaded.said))
    result = Result(
        "violation",
        "x",
        Place("a"),
        about[0].subject,
        None,
        None,
        source,
        f"{SH}NotConstraintComponent",
        source=source,
        about=about,
    )
    text = to_turtle(ValidationReport((result,), (), loaded))
    assert len(text) < 100_000
    assert rdf.parse(text.encode(), TURTLE, "report.ttl")


def test_a_report_can_be_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "report.ttl"
    path.write_text(to_turtle(report_of("ex:S sh:targetNode ex:a ; sh:nodeKind sh:Literal .", "ex:a ex:p 1 .")), encoding="utf-8")
    graph = rdflib.Graph().parse(path)
    assert list(graph.objects(None, term("focusNode"))) == [rdflib.URIRef("http://example.org/a")]
