from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import exporters, graphs, mapping, pipeline, rdf, terms
from kg.config import Config
from kg.errors import KgError, ResourceError, VocabularyError
from kg.terms import Statement, Term
from kg.validation.engines import run_fast, run_pyshacl
from kg.validation.parts import Needs, Part, needs
from kg.validation.results import Raw
from kg.validation.shapes import Shapes, load_shapes, ntriples

ROOT = Path(__file__).resolve().parent.parent
HEAD = """
@prefix ex: <http://e.example/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
# Each needs some other piece of the graph, or all of it
SHAPES = {
    "counts": "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] , [ sh:path ex:q ; sh:uniqueLang true ] .",
    "classes": (
        "ex:S sh:targetSubjectsOf ex:p ;"
        " sh:property [ sh:path ex:p ; sh:class ex:C ] , [ sh:path ex:q ; sh:not [ sh:class ex:D ] ] ."
    ),
    "objects": "ex:S sh:targetObjectsOf ex:q ; sh:nodeKind sh:IRI ; sh:property [ sh:path ex:r ; sh:minCount 1 ] .",
    "nodes": (
        "ex:S sh:targetNode ex:shared , <http://a.example/article/a#x> , ex:nothing , 'text' ; sh:class ex:C ;"
        " sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    ),
    "sequence": "ex:S sh:targetClass ex:D ; sh:property [ sh:path ( ex:p ex:q ) ; sh:minCount 1 ; sh:class ex:C ] .",
    "alternative": (
        "ex:S sh:targetClass ex:D ; sh:property [ sh:path [ sh:alternativePath ( ex:p ( ex:q ex:r ) ) ] ; sh:maxCount 1 ] ."
    ),
    "optional": "ex:S sh:targetClass ex:C ; sh:property [ sh:path ( [ sh:zeroOrOnePath ex:r ] ex:q ) ; sh:datatype xsd:string ] .",
    "node": (
        "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:r ; sh:node ex:I ] ."
        " ex:I sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:class ex:D ] ; sh:nodeKind sh:BlankNodeOrIRI ."
    ),
    "nested": (
        "ex:S sh:targetSubjectsOf ex:r ; sh:property [ sh:path ex:r ;"
        " sh:property [ sh:path ex:q ; sh:maxCount 0 ; sh:property [ sh:path ex:p ; sh:minCount 2 ] ] ] ."
    ),
    "closed": "ex:S sh:targetClass ex:D ; sh:property [ sh:path ex:p ] ; sh:closed true ; sh:ignoredProperties ( rdf:type ) .",
    "closed beyond": (
        "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:q ; sh:node [ sh:property [ sh:path ex:q ] ; sh:closed true ] ] ."
    ),
    "qualified": """ex:S sh:targetClass ex:C ; sh:property
        [ sh:path ex:p ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true ; sh:qualifiedValueShape [ sh:class ex:D ] ]
        ,
        [ sh:path ex:p ; sh:qualifiedValueShape [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ] ; sh:qualifiedMaxCount 1 ] .""",
    "pairs": (
        "ex:S sh:targetSubjectsOf ex:q ;"
        " sh:property [ sh:path ex:p ; sh:disjoint ex:q ] , [ sh:path ( ex:r ex:p ) ; sh:equals ex:p ] ."
    ),
    "class": "ex:Class a sh:NodeShape , rdfs:Class ; sh:property [ sh:path ex:r ; sh:maxCount 0 ] .",
    "forward": """ex:S sh:targetClass ex:C ; sh:sparql [ sh:select "SELECT $this ?value WHERE {
        $this <http://e.example/p> ?x . ?x <http://e.example/q> ?value
        OPTIONAL { ?x <http://e.example/r> ?y } FILTER (!bound(?y)) }" ] .""".replace("\n", ""),
    "inverse": "ex:S sh:targetClass ex:D ; sh:property [ sh:path [ sh:inversePath ex:p ] ; sh:minCount 1 ; sh:maxCount 1 ] .",
    "recursive": "ex:S sh:targetClass ex:C ; sh:property [ sh:path [ sh:oneOrMorePath ex:r ] ; sh:class ex:D ] .",
    "elsewhere": """ex:S sh:targetClass ex:C ; sh:sparql [ sh:select "SELECT $this ?value WHERE {
        $this <http://e.example/q> ?value . ?other <http://e.example/q> ?value FILTER (?other != $this) }" ] .""".replace("\n", ""),
}
WHOLE = {"inverse", "recursive", "elsewhere"}

A, B = "http://a.example/article/a", "http://a.example/article/b"
E = "http://e.example/"
P, Q, R = (f"<{E}{name}>" for name in "pqr")
NODES = [f"<{iri}>" for iri in (A, f"{A}#x", B, f"{B}#x", f"{A}-b", f"{E}shared", f"{E}other", f"{E}other#y")]
NODES += ["_:b0", "_:b1", "_:b2"]
KINDS = [f"<{E}{name}>" for name in ("C", "D", "E", "F", "Class")]
TEXTS = ['"text"', '"text"@en', '"other"@en', f'"01"^^{terms.XSD_INTEGER}', '"a # b \\"> <http://x>"']
GRAPHS = [f"<{A}#declared>", f"<{A}#extracted>", f"<{B}#declared>", f"<{E}vocabulary>", ""]
ARTICLES = [Statement(f"<{iri}>", terms.TYPE, terms.ARTICLE, f"<{iri}#declared>") for iri in (A, B)]
N_QUADS = rdf.FORMATS[".nq"]

_SUBJECTS, _GRAPHS = st.sampled_from(NODES), st.sampled_from(GRAPHS)
_OBJECTS = st.sampled_from([*NODES, *NODES, *TEXTS, f"<{E}dangling>", f"<{A}#dangling>", f"<{A}#declared>"])
_CLASSES = st.sampled_from(KINDS)
# What is said of an article in another, what articles share, nodes of which nothing is said, classes above classes
DATA = st.lists(
    st.builds(Statement, _SUBJECTS, st.sampled_from([P, Q, R]), _OBJECTS, _GRAPHS)
    | st.builds(Statement, _SUBJECTS, st.just(terms.TYPE), _CLASSES, _GRAPHS)
    | st.builds(Statement, _CLASSES, st.just(terms.SUB_CLASS_OF), _CLASSES, _GRAPHS),
    max_size=25,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("graphs")


def shapes_of(turtle: str, folder: Path) -> Shapes:
    path = folder / "shapes.ttl"
    path.write_text(HEAD + turtle.replace("ex:S sh:", "ex:S a sh:NodeShape ; sh:"), encoding="utf-8")
    return load_shapes([path], only=True)


class ByName(dict[str, Shapes]):
    """Shapes that a failing test does not write out."""

    def __repr__(self) -> str:
        return "shapes"


@pytest.fixture(scope="module")
def shapes(folder: Path) -> ByName:
    """Each of the shapes by itself, and all together."""
    together = "\n".join(re.sub(r"ex:([SI])\b", rf"ex:\g<1>{number}", text) for number, text in enumerate(SHAPES.values()))
    typed = re.sub(r"(ex:S\d+) sh:", r"\1 a sh:NodeShape ; sh:", together)
    return ByName(together=shapes_of(typed, folder), **{name: shapes_of(text, folder) for name, text in SHAPES.items()})


def judged(part: Part, shapes: Shapes | None, run: Callable[[str, Shapes], Iterator[Raw]] = run_fast) -> set[Raw]:
    assert shapes is not None
    return {raw for raw in run(part.text, shapes) if raw.focus in part.foci}


def nothing(entity: Term) -> Sequence[Term]:
    return ()


def in_parts(found: Iterable[Part], path: Path, need: Needs, types: Callable[[Term], Sequence[Term]] = nothing) -> set[Raw]:
    """Return what the engine says part by part, and of the whole graph for the shapes that need it."""
    results = {raw for part in found for raw in judged(part, need.local)}
    return results | (judged(graphs.whole(path, N_QUADS, need, types), need.whole) if need.whole else set())


def at_once(graph: Sequence[Statement], shapes: Shapes) -> set[Raw]:
    return set(run_fast(ntriples(graph), shapes))


def written(graph: Iterable[Statement], path: Path) -> Path:
    path.write_text("".join(map(rdf.nquads, graph)), encoding="utf-8")
    return path


def as_dump(graph: Sequence[Statement], path: Path) -> Path:
    """Write a graph as our writer does: article by article, then what stands in other graphs."""
    path.write_text(exporters.export(graph, "nquads"), encoding="utf-8")
    return path


# --- the results of parts are those of one run -------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["together", *SHAPES])
def test_shapes_are_told_apart_by_what_they_need(name: str, shapes: ByName) -> None:
    need = needs(shapes[name])
    count = len(SHAPES) if name == "together" else 1
    whole = WHOLE if name == "together" else WHOLE & {name}
    assert (len(need.reasons), need.local is None, need.whole is None) == (len(whole), count == len(whole), not whole)


@pytest.mark.parametrize("name", ["together", *SHAPES])
@settings(max_examples=15, deadline=None)
@given(graph=DATA, size=st.sampled_from([1, 4]))
def test_a_file_in_parts_has_the_results_of_one_run(
    name: str, graph: list[Statement], size: int, shapes: ByName, folder: Path
) -> None:
    path, need = written(graph, folder / "graph.nq"), needs(shapes[name])
    assert in_parts(graphs.parts_of_file(path, N_QUADS, need, size=size), path, need) == at_once(graph, shapes[name])


@pytest.mark.parametrize("name", ["together", *SHAPES])
@settings(max_examples=15, deadline=None)
@given(graph=DATA, size=st.sampled_from([1, 4]))
def test_a_dump_in_parts_has_the_results_of_one_run(
    name: str, graph: list[Statement], size: int, shapes: ByName, folder: Path
) -> None:
    graph = [*ARTICLES, *graph]
    path, need = as_dump(graph, folder / "dump.nq"), needs(shapes[name])
    assert in_parts(graphs.parts_of_dump(path, need, size), path, need) == at_once(graph, shapes[name])


@settings(max_examples=30, deadline=None)
@given(graph=DATA, known=st.dictionaries(st.sampled_from(NODES[:8]), st.lists(_CLASSES, min_size=1, max_size=2)))
def test_what_a_vocabulary_knows_of_others_counts_as_said_in_the_file(
    graph: list[Statement], known: dict[Term, list[Term]], shapes: ByName, folder: Path
) -> None:
    path, need = written(graph, folder / "graph.nq"), needs(shapes["together"])
    foreign = {s.object for s in graph if s.object in known} - {s.subject for s in graph}
    kinds = [Statement(node, terms.TYPE, kind, "") for node in foreign for kind in known[node]]
    expected = {raw for raw in at_once([*graph, *kinds], shapes["together"]) if raw.focus not in foreign}

    def types(node: Term) -> Sequence[Term]:
        return known.get(node, ())

    # A target of sh:targetNode of which the file says nothing is nothing that it refers to
    left = {node for node in known if node not in foreign and node not in {s.subject for s in graph}}
    found = in_parts(graphs.parts_of_file(path, N_QUADS, need, types, size=1), path, need, types)
    assert found == {raw for raw in expected if raw.focus not in left}


def test_a_dump_of_articles_with_faults_has_the_results_of_one_run(tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    names = ("climate-pledges.md", "desarme-nuclear.md", "antarctica-notes.txt", "short-notes.xml")
    sources = [ROOT / "examples" / name for name in names]
    pipeline.publish(sources, dump, Config(base="https://data.example.org/"), engine="fast")
    graph = [statement for block in exporters.read_blocks(dump / "articles.nq") for statement in block]
    named = {s.object for s in graph if mapping.article_of(s.graph)}
    graph = [s for s in graph if mapping.article_of(s.graph) or s.subject in named]
    faults = [
        *(s._replace(object=f"<{E}nobody>") for s in graph[::7] if s.object.startswith("<")),
        *(s._replace(object='"another name"') for s in graph if s.predicate == terms.NAME),
        *(s._replace(subject=graph[0].subject) for s in graph[::11]),
        *(s._replace(predicate=f"<{terms.SCHEMA}usageInfo>") for s in graph[::13]),
    ]
    graph = [*(s for number, s in enumerate(graph) if number % 5), *faults]
    path, shapes = as_dump(graph, tmp_path / "faulty.nq"), load_shapes()
    expected = at_once(graph, shapes)
    assert len(expected) > 100
    for size in (50, 3_000):
        assert in_parts(graphs.parts_of_dump(path, needs(shapes), size), path, needs(shapes)) == expected
    assert in_parts(graphs.parts_of_file(path, N_QUADS, needs(shapes)), path, needs(shapes)) == expected


def test_the_other_engine_sees_the_same_in_parts_as_at_once(shapes: ByName, folder: Path) -> None:
    graph = [
        Statement(f"<{A}>", terms.TYPE, KINDS[0], GRAPHS[0]),
        Statement(f"<{A}>", P, f"<{E}shared>", GRAPHS[0]),
        Statement(f"<{E}shared>", Q, '"text"', GRAPHS[0]),
        Statement(f"<{E}shared>", terms.TYPE, KINDS[1], GRAPHS[2]),
        Statement(f"<{B}>", R, f"<{A}>", GRAPHS[2]),
    ]
    need = needs(shapes["together"])
    found = graphs.parts_of_file(written(graph, folder / "graph.nq"), N_QUADS, need, size=1)
    whole = graphs.whole(folder / "graph.nq", N_QUADS, need)
    results = {raw for part in found for raw in judged(part, need.local, run_pyshacl)} | judged(whole, need.whole, run_pyshacl)
    assert results == set(run_pyshacl(ntriples(graph), shapes["together"]))
    assert len(results) > 5


# --- how parts are cut ---------------------------------------------------------------------------------------------------------
def lines_of(found: Iterable[Part]) -> list[list[str]]:
    return [part.text.splitlines() for part in found]


def test_a_shared_person_with_two_names_is_seen_in_a_part_of_its_own(tmp_path: Path) -> None:
    person = f"<{E}ann>"
    graph = [*ARTICLES]
    for article, name in ((A, '"Ann Example"'), (B, '"Ann B. Example"')):
        graph += [Statement(f"<{article}>", terms.AUTHOR, person, f"<{article}#declared>")]
        graph += [Statement(person, p, o, f"<{article}#declared>") for p, o in ((terms.TYPE, terms.PERSON), (terms.NAME, name))]
    found = lines_of(graphs.parts_of_dump(as_dump(graph, tmp_path / "dump.nq"), needs(load_shapes()), size=1))
    kind = f"{person} {terms.TYPE} {terms.PERSON} ."
    assert found == [
        [f"<{A}> {terms.TYPE} {terms.ARTICLE} .", f"<{A}> {terms.AUTHOR} {person} .", kind],
        [f"<{B}> {terms.TYPE} {terms.ARTICLE} .", f"<{B}> {terms.AUTHOR} {person} .", kind],
        [kind, f'{person} {terms.NAME} "Ann B. Example" .', f'{person} {terms.NAME} "Ann Example" .'],
    ]


def test_what_is_only_referred_to_is_judged_once(tmp_path: Path) -> None:
    shapes = shapes_of(
        "ex:S sh:targetObjectsOf ex:q ; sh:nodeKind sh:IRI ; sh:property [ sh:path ex:r ; sh:minCount 1 ] .", tmp_path
    )
    graph = [*ARTICLES, *(Statement(f"<{iri}>", Q, node, f"<{iri}#declared>") for iri in (A, B) for node in ('"x"', f"<{E}y>"))]
    found = list(graphs.parts_of_dump(as_dump(graph, tmp_path / "dump.nq"), needs(shapes), size=1))
    assert [sorted(term for term in ('"x"', f"<{E}y>") if term in part.foci) for part in found] == [[], [], ['"x"'], [f"<{E}y>"]]


def test_a_part_grows_with_the_largest_node_around_it(tmp_path: Path) -> None:
    shapes = shapes_of(
        "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:node [ sh:property [ sh:path ex:q ; sh:minCount 99 ] ] ] .",
        tmp_path,
    )
    hub = f"<{E}hub>"
    graph = [Statement(hub, Q, f'"{number}"', "") for number in range(100)]
    for number in range(200):
        graph += [Statement(f"<{E}{number}>", terms.TYPE, KINDS[0], ""), Statement(f"<{E}{number}>", P, hub, "")]
    path, need = written(graph, tmp_path / "graph.nq"), needs(shapes)
    found = list(graphs.parts_of_file(path, N_QUADS, need, size=2))
    assert len(found) == 1 + 4
    assert in_parts(found, path, need) == at_once(graph, shapes) == set()


def test_a_graph_without_statements_has_no_parts(tmp_path: Path) -> None:
    path = written([], tmp_path / "graph.nq")
    need = needs(load_shapes())
    assert (list(graphs.parts_of_dump(path, need)), list(graphs.parts_of_file(path, N_QUADS, need))) == ([], [])
    assert graphs.whole(path, N_QUADS, need).text == ""


def test_shapes_that_need_the_whole_graph_have_no_parts(shapes: ByName, tmp_path: Path) -> None:
    path, need = written(ARTICLES, tmp_path / "graph.nq"), needs(shapes["inverse"])
    assert (list(graphs.parts_of_dump(path, need)), list(graphs.parts_of_file(path, N_QUADS, need))) == ([], [])


def test_the_whole_graph_holds_what_its_shapes_look_at(shapes: ByName, tmp_path: Path) -> None:
    graph = [Statement(f"<{A}>", p, f"<{B}>", "") for p in (P, Q, terms.TYPE)] + [Statement("_:b0", Q, '"text"', "")]
    part = graphs.whole(written(graph, tmp_path / "graph.nq"), N_QUADS, needs(shapes["inverse"]))
    assert part.text.splitlines() == [f"<{A}> {P} <{B}> .", f"<{A}> {terms.TYPE} <{B}> .", '_:b0 <http://e.example/q> "text" .']
    assert part.line(f"<{A}>", terms.TYPE, f"<{B}>") == 3


# --- lines -----------------------------------------------------------------------------------------------------------------------
LINES_NEED = "ex:S sh:targetSubjectsOf ex:p , ex:q ; sh:targetObjectsOf ex:q ; sh:nodeKind sh:IRI ."
NT = """\
# Example Press

<http://e.example/a> <http://e.example/p> "1" .
<http://e.example/b> <http://e.example/p> "1" .   # a comment
\t
  <http://e.example/a>\t<http://e.example/q> <http://e.example/z>.
"""
TTL = """\
@prefix ex: <http://e.example/> .
# Example Press
ex:a
  ex:p "1" ,
    '''2
    ''' ;
  ex:q ex:z .

ex:b ex:p 1 .
"""


def place(part: Part, *names: str) -> int:
    subject, predicate, object_ = (*(f"<{E}{name}>" for name in names), None, None)[:3]
    return part.line(str(subject), predicate, object_)


@pytest.mark.parametrize(
    ("name", "text"), [("a.nt", NT), ("a.nq", NT), ("crlf.nt", NT.replace("\n", "\r\n")), ("cr.nt", NT.replace("\n", "\r"))]
)
def test_a_statement_of_a_file_of_lines_has_its_line(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode())
    part, *_ = graphs.parts_of_file(path, rdf.FORMATS[path.suffix], needs(shapes_of(LINES_NEED, tmp_path)), size=4)
    assert [place(part, *names) for names in (("a", "q", "z"), ("a", "p"), ("a",), ("b",), ("z",), ("none",))] == [6, 3, 3, 4, 6, 0]
    assert part.line(f"<{E}a>", f"<{E}p>", '"other"') == 3


@pytest.mark.parametrize("name", ["a.ttl", "a.trig"])
def test_a_statement_in_turtle_has_the_line_on_which_its_object_ends(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("\ufeff" + TTL, encoding="utf-8")
    part, *_ = graphs.parts_of_file(path, rdf.FORMATS[path.suffix], needs(shapes_of(LINES_NEED, tmp_path)), size=5)
    found = [part.line(f"<{E}a>", P, text) for text in ('"1"', '"2\\n    "')]
    assert [*found, place(part, "a", "q", "z"), place(part, "a"), place(part, "b")] == [4, 6, 7, 3, 9]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonld", '{\n"@id": "http://e.example/a",\n"http://e.example/p":\n"1"}'),
        (
            "a.rdf",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://e.example/">\n'
            '<rdf:Description rdf:about="http://e.example/a">\n\n<p>1</p></rdf:Description></rdf:RDF>',
        ),
    ],
)
def test_a_statement_in_json_ld_or_rdf_xml_has_its_line(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    [part] = graphs.parts_of_file(path, rdf.FORMATS[path.suffix], needs(shapes_of(LINES_NEED, tmp_path)))
    assert [part.line(f"<{E}a>", P, '"1"'), place(part, "a")] == [4, 2]


def test_behind_very_many_lines_without_a_statement_a_line_in_turtle_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("\n" * 60 + TTL + "\n" * 20_000 + '<http://e.example/c> <http://e.example/p> "1" .', encoding="utf-8")
    part, *_ = graphs.parts_of_file(path, rdf.FORMATS[".ttl"], needs(shapes_of(LINES_NEED, tmp_path)), size=9)
    assert {place(part, "a"), place(part, "c")} == {0}


def test_a_statement_of_a_dump_has_its_line_also_when_all_parts_are_made(tmp_path: Path) -> None:
    person = f"<{E}ann>"
    graph = [*ARTICLES]
    graph += [Statement(f"<{iri}>", terms.AUTHOR, person, f"<{iri}#declared>") for iri in (A, B)]
    graph += [Statement(person, terms.NAME, f'"{iri}"', f"<{iri}#declared>") for iri in (A, B)]
    path = as_dump(graph, tmp_path / "dump.nq")
    lines = path.read_text("utf-8").splitlines()
    one, *_, last = list(graphs.parts_of_dump(path, needs(load_shapes()), size=1))
    for number, line in enumerate(lines, 1):
        s = rdf.parse_nquads(line)
        assert (one if s.subject != person else last).line(s.subject, s.predicate, s.object) == number
    assert (last.line(person, None, None), last.line("<urn:none>", None, None)) == (1 + lines.index(rdf.nquads(graph[4])[:-1]), 0)


# --- bad input -----------------------------------------------------------------------------------------------------------------
def refusal(name: str, body: bytes, folder: Path) -> list[str]:
    path = folder / name
    path.write_bytes(body)
    form = rdf.format_of(path)
    assert form is not None
    with pytest.raises(KgError) as caught:
        list(graphs.parts_of_file(path, form, needs(load_shapes()), source="x"))
    return [str(error) for error in caught.value.each()]


GOOD = b"<http://e.example/a> <http://e.example/p> <http://e.example/b> .\n"


@pytest.mark.parametrize(
    ("name", "body", "reasons"),
    [
        ("a.nt", GOOD + b"bad\n" + GOOD + b"<http://e.example/a> .\n", ["x:2", "x:4"]),
        ("a.nq", GOOD + b'<http://e.example/a> <http://e.example/p> "\xff" .\n' + GOOD * 2 + b"<a> <b> <c> .\n", ["x:2", "x:5"]),
        ("a.ttl", GOOD + b"ex:a ex:b ex:c .\n", ["x:2"]),
        ("a.trig", GOOD + b"<http://e.example/g> { <http://e.example/a> \n", ["x:"]),
        ("a.ttl", GOOD + b'<http://e.example/a> <http://e.example/p> "\0" .', ["x:2"]),
        ("a.nt", "\ufeff".encode() + GOOD + b'_:a <http://e.example/p> <<( _:a <http://e.example/p> "" )>> .', ["x:2"]),
        ("a.nt", b'\n_:a <http://e.example/p> "a"@en--ltr .', ["x:2"]),
        ("a.ttl", GOOD.replace(b" .", b" {| <http://e.example/p> 1 |} ."), ["x:1"]),
        ("a.ttl", GOOD.decode().encode("utf-16"), ["x:1"]),
        ("a.n3", GOOD, ["x: N3"]),
        ("a.ttl.gz", gzip.compress(GOOD * 99, mtime=0)[:-20], ["x: the end of the gzip data"]),
        ("a.ttl.gz", gzip.compress(b"\n".join([GOOD] * 9), mtime=0)[:15] + b"\0" * 40, ["x: damaged gzip data"]),
        ("a.jsonld", b'{"@context": "http://e.example/", "@id": "http://e.example/a"}', ["x:1"]),
        ("a.rdf", b'<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">', ["x:2"]),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(name: str, body: bytes, reasons: list[str], tmp_path: Path) -> None:
    found = refusal(name, body, tmp_path)
    assert [error[: len(reason)] for error, reason in zip(found, reasons, strict=True)] == reasons


def test_a_text_beyond_measure_is_refused_in_a_large_file(tmp_path: Path) -> None:
    text = b'<http://e.example/a> <http://e.example/p> "%b" .' % (b"x" * 17_000_000)
    assert refusal("a.nt", GOOD + text, tmp_path) == ["x:2: a text or IRI of more than 16 MB is not read"]


def test_after_a_hundred_bad_lines_the_others_are_not_told_one_by_one(tmp_path: Path) -> None:
    found = refusal("a.nt", b"bad\n" * 150, tmp_path)
    assert (len(found), found[-1][:7]) == (101, "x: and ")


def test_an_rdf_file_that_is_gone_is_told(tmp_path: Path) -> None:
    for found in (
        graphs.parts_of_file(tmp_path / "a.nq", N_QUADS, needs(load_shapes())),
        graphs.parts_of_dump(tmp_path / "a.nq", needs(load_shapes())),
    ):
        with pytest.raises(ResourceError):
            list(found)


@pytest.mark.parametrize(
    "line",
    [b"bad\n", b"\n", GOOD[:-1], GOOD.replace(b" <", b"\t<"), GOOD.replace(b" .", b" . "), GOOD.replace(b" .", b" <g> <h> .")],
)
def test_a_line_of_a_dump_that_is_no_canonical_statement_is_refused(line: bytes, tmp_path: Path) -> None:
    path = as_dump(ARTICLES, tmp_path / "dump.nq")
    path.write_bytes(path.read_bytes() + line)
    with pytest.raises(VocabularyError, match=r"dump\.nq:3: no statement in canonical N-Quads"):
        list(graphs.parts_of_dump(path, needs(load_shapes())))


@pytest.mark.parametrize("name", ["a.nt", "a.nq", "a.ttl", "a.trig", "a.jsonld", "a.rdf", "a.ttl.gz"])
def test_every_format_is_read_alike(name: str, tmp_path: Path) -> None:
    graph = [
        Statement(f"<{E}a>", Q, '"é\\n\\u0001\\"\\\\ x"@en' if ".rdf" not in name else '"é"@en', ""),
        Statement(f"<{E}a>", P, f"<{E}b>", ""),
    ]
    path = tmp_path / name
    kind = {".nt": "ntriples", ".nq": "nquads", ".trig": "trig", ".jsonld": "jsonld", ".rdf": "rdfxml"}.get(path.suffix, "turtle")
    text = exporters.export(graph, kind).encode()
    path.write_bytes(gzip.compress(text, mtime=0) if name.endswith("gz") else text)
    form = rdf.format_of(path)
    assert form is not None
    [part] = graphs.parts_of_file(path, form, needs(load_shapes()))
    assert part.text == ntriples(graph)


def test_a_triple_in_two_graphs_counts_once(tmp_path: Path) -> None:
    path = written([Statement(f"<{A}>", P, f"<{B}>", graph) for graph in GRAPHS], tmp_path / "graph.nq")
    assert lines_of(graphs.parts_of_file(path, N_QUADS, needs(load_shapes()))) == [[f"<{A}> {P} <{B}> ."]]


def test_a_long_text_in_turtle_is_read_in_time_that_grows_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    text = "a line\n" * 300_000
    path.write_text(f'<{E}a> {P} """{text}""" .', encoding="utf-8")
    [part] = graphs.parts_of_file(path, rdf.FORMATS[".ttl"], needs(load_shapes()))
    assert len(part.text) > 2_000_000
