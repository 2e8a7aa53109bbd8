from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg import rdf, terms
from kg.terms import Term
from kg.validation.engines import run_fast, run_pyshacl
from kg.validation.parts import Needs, needs
from kg.validation.queries import Forward, NotForwardError, forward
from kg.validation.results import Raw
from kg.validation.shapes import Shapes, load_shapes, ntriples

HEAD = """
@prefix ex: <http://e.example/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TARGET = "ex:S a sh:NodeShape ; sh:targetClass ex:C ; "


def shapes_of(turtle: str) -> Shapes:
    """Return shapes as `load_shapes` does, without its checks: some of these it refuses."""
    statements = rdf.parse((HEAD + turtle).encode(), rdf.FORMATS[".ttl"], "shapes.ttl")
    return Shapes(tuple(rdf.without_blank_nodes(statements, "urn:x-kg:shapes:test")), ())


def needs_of(turtle: str) -> Needs:
    return needs(shapes_of(turtle))


def ex(*names: str) -> frozenset[Term]:
    return frozenset(f"<http://e.example/{name}>" for name in names)


# --- our own shapes ----------------------------------------------------------------------------------------------------------
def test_our_own_shapes_look_at_a_node_and_at_the_types_of_what_it_names() -> None:
    found = needs(load_shapes())
    assert (found.whole, found.reasons, found.depth, found.types, found.reach) == (None, (), 1, 1, 0)
    assert found.object_targets == {f"<{terms.KG}republicationOf>", f"<{terms.SCHEMA}usageInfo>"}
    assert found.local is not None
    assert found.local.statements == load_shapes().statements


# --- how far shapes look -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("turtle", "depth", "types", "reach"),
    [
        ("sh:nodeKind sh:IRI", 0, 0, 0),
        ("sh:property [ sh:path ex:p ; sh:minCount 1 ]", 1, 0, 0),
        ("sh:property [ sh:path ex:p ; sh:class ex:D ]", 1, 1, 0),
        ("sh:property [ sh:path ( ex:p ex:q ) ; sh:class ex:D ]", 2, 2, 0),
        ("sh:property [ sh:path [ sh:alternativePath ( ex:p ( ex:q ex:r ex:s ) ) ] ; sh:minCount 1 ]", 3, 0, 0),
        ("sh:property [ sh:path [ sh:zeroOrOnePath ex:p ] ; sh:class ex:D ]", 1, 1, 0),
        ("sh:property [ sh:path ex:p ; sh:node [ sh:property [ sh:path ex:q ; sh:class ex:D ] ] ]", 2, 2, 0),
        ("sh:property [ sh:path ex:p ; sh:or ( [ sh:class ex:D ] [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ] ) ]", 2, 1, 0),
        ("sh:property [ sh:path ex:p ; sh:property [ sh:path ex:q ; sh:minCount 1 ] ]", 3, 1, 1),
        ("sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:D ] ; sh:qualifiedMinCount 1 ]", 1, 1, 0),
        ("sh:equals ex:p", 1, 0, 0),
        ("sh:property [ sh:path ex:p ; sh:lessThan ex:q ]", 1, 0, 0),
        ("sh:closed true", 1, 0, 0),
        ("sh:property [ sh:path ex:p ; sh:node [ sh:closed true ] ]", 2, 0, 0),
        ("sh:property [ sh:path ( ex:p ex:q ) ; sh:minCount 1 ; sh:deactivated true ]", 0, 0, 0),
    ],
)
def test_a_shape_looks_so_many_steps_forward(turtle: str, depth: int, types: int, reach: int) -> None:
    found = needs_of(f"{TARGET}{turtle} .")
    assert (found.depth, found.types, found.reach, found.reasons) == (depth, types, reach, ())


def test_of_other_nodes_only_what_is_looked_at_is_read() -> None:
    found = needs_of(
        f"{TARGET} sh:property [ sh:path ( ex:p ex:q ) ; sh:minCount 1 ] , [ sh:path ex:r ] ."
        "ex:T a sh:NodeShape ; sh:targetSubjectsOf ex:s ."
    )
    assert found.reads == ex("p", "q", "r", "s") | {terms.TYPE, terms.SUB_CLASS_OF}
    assert found.follows == ex("p", "q")


def test_a_closed_shape_reads_every_predicate() -> None:
    assert needs_of(f"{TARGET} sh:closed true .").reads is None


def test_targets_that_lie_elsewhere_are_known() -> None:
    found = needs_of("ex:S a sh:NodeShape ; sh:targetObjectsOf ex:p ; sh:targetNode ex:n , 'text' ; sh:nodeKind sh:IRI .")
    assert (found.object_targets, found.node_targets) == (ex("p"), ex("n") | {'"text"'})


# --- what needs the whole graph ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("turtle", "reason"),
    [
        ("sh:property [ sh:path [ sh:inversePath ex:p ] ; sh:minCount 1 ]", "its path has sh:inversePath"),
        ("sh:property [ sh:path ( ex:q [ sh:zeroOrMorePath ex:p ] ) ]", "its path has sh:zeroOrMorePath"),
        ("sh:property [ sh:path [ sh:alternativePath ( ex:q [ sh:oneOrMorePath ex:p ] ) ] ]", "its path has sh:oneOrMorePath"),
        ("sh:property [ sh:path ex:p ; sh:node ex:S ]", "it refers to itself (<http://e.example/S>)"),
        ("sh:unheardOf 1", "it has sh:unheardOf"),
        ("sh:target [ sh:select 'SELECT $this { $this a ?x }' ]", "it has sh:target"),
        (
            "ex:longest 3 . ex:Longest a sh:ConstraintComponent ; sh:parameter [ sh:path ex:longest ]",
            "it has a constraint component of a user's own (<http://e.example/longest>)",
        ),
        (
            "sh:sparql ex:q . ex:q sh:select 'SELECT $this { ?x ?y $this }'",
            "the query does not reach ?x from $this (<http://e.example/q>)",
        ),
        ("sh:not [ " * 60 + "sh:class ex:D" + " ]" * 60, "it is nested more than 50 deep"),
    ],
)
def test_a_shape_that_looks_elsewhere_needs_the_whole_graph(turtle: str, reason: str) -> None:
    found = needs_of(f"{TARGET}{turtle} .")
    assert (found.reasons, found.local) == ((("<http://e.example/S>", reason),), None)


def test_what_the_whole_graph_is_needed_for_looks_at_some_predicates() -> None:
    found = needs_of(
        f"{TARGET} sh:property [ sh:path [ sh:inversePath ex:p ] ; sh:equals ex:q ] ."
        "ex:T a sh:NodeShape ; sh:targetSubjectsOf ex:r ."
    )
    assert found.whole_reads == ex("p", "q") | {terms.TYPE, terms.SUB_CLASS_OF}
    assert needs_of(f"{TARGET} sh:property [ sh:path [ sh:inversePath ex:p ] ] ; sh:closed true .").whole_reads is None
    assert needs_of(f"{TARGET} sh:unheardOf 1 .").whole_reads is None


def test_shapes_without_targets_need_nothing() -> None:
    found = needs_of("ex:S a sh:NodeShape ; sh:nodeKind sh:IRI . ex:C a owl:Class .")
    assert (found.local, found.whole, found.reasons) == (None, None, ())


def test_a_shape_that_is_a_class_has_its_instances() -> None:
    found = needs_of("ex:C a ex:Kind , sh:NodeShape ; sh:nodeKind sh:IRI . ex:Kind rdfs:subClassOf rdfs:Class .")
    assert found.local is not None


# --- shapes apart --------------------------------------------------------------------------------------------------------------
MIXED = """
ex:Near a sh:NodeShape , rdfs:Class ; sh:property ex:named ; sh:node ex:helper .
ex:Far a sh:NodeShape ; sh:targetClass ex:Near ; sh:property ex:referred , ex:named .
ex:helper sh:property ex:named ; sh:targetNode ex:b .
ex:named sh:path ex:name ; sh:minCount 1 .
ex:referred sh:path [ sh:inversePath ex:knows ] ; sh:minCount 1 .
"""
DATA = """
<http://e.example/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e.example/Near> .
<http://e.example/c> <http://e.example/knows> <http://e.example/a> .
<http://e.example/c> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e.example/Near> .
<http://e.example/c> <http://e.example/name> "C" .
""".lstrip()


@pytest.mark.parametrize("run", [run_fast, run_pyshacl])
def test_shapes_apart_say_together_what_they_say_at_once(run: Callable[[str, Shapes], Iterator[Raw]]) -> None:
    shapes = shapes_of(MIXED)
    found = needs(shapes)
    assert found.local
    assert found.whole
    one, other, both = (set(run(DATA, part)) for part in (found.local, found.whole, shapes))
    assert one | other == both
    assert {(raw.focus, raw.shape) for raw in other} == {
        ("<http://e.example/a>", "<http://e.example/named>"),
        ("<http://e.example/c>", "<http://e.example/referred>"),
    }
    assert one & other == {raw for raw in one if raw.shape == "<http://e.example/named>" and raw.focus == "<http://e.example/a>"}


# --- queries -------------------------------------------------------------------------------------------------------------------
P = "<http://e.example/p>"
PATH = Forward(2, ex("a", "b"), True)


@pytest.mark.parametrize(
    ("query", "depth", "reads", "follows"),
    [
        ("SELECT $this { $this <http://e.example/p> 1 }", 1, ex("p"), False),
        ("SELECT $this ?value WHERE { $this $PATH ?value ; e:q 'x'@en, \"y\"^^e:t . }", 2, ex("a", "b", "q"), True),
        ("PREFIX x: <http://x.example/> SELECT DISTINCT ?this { ?this a x:C }", 1, {terms.TYPE}, False),
        ("SELECT $this { ?y e:q ?z . ?x e:p ?y . $this e:r ?x }", 3, ex("p", "q", "r"), True),
        ("SELECT $this { $this e:p/e:q|e:r ?x . FILTER (?x > 3 && regex(str(?x), 'a { b')) }", 2, ex("p", "q", "r"), True),
        (
            "SELECT $this { $this e:p ?x OPTIONAL { ?x e:q ?y OPTIONAL { ?y e:r ?z } } FILTER (!bound(?z)) }",
            3,
            ex("p", "q", "r"),
            True,
        ),
        (
            "SELECT $this { $this e:p ?x FILTER NOT EXISTS { ?x e:q ?y } FILTER EXISTS { $this e:r -1 } }",
            2,
            ex("p", "q", "r"),
            True,
        ),
        ("SELECT $this { { $this e:p ?x } UNION { $this e:q ?x . ?x e:q ?y } { ?x e:r true } }", 2, ex("p", "q", "r"), True),
        ("SELECT $this ?p { $this ?p ?x }", 1, None, False),
        ("SELECT $this { $this e:p _:x . _:x e:q ?y BIND (str(?y) AS ?z) } # ?a ?b ?c", 2, ex("p", "q"), True),
        ("SELECT $this (COUNT(?x) AS ?n) { $this e:p ?x } GROUP BY $this HAVING (COUNT(?x) > 1)", 1, ex("p"), False),
    ],
)
def test_a_query_goes_forward(query: str, depth: int, reads: frozenset[Term] | None, follows: bool) -> None:
    assert forward(query, {"e": "http://e.example/"}, PATH) == Forward(depth, reads, follows)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this { ?x e:p $this }",
        "SELECT $this { ?x e:p ?y }",
        "SELECT $this { $this e:p ?x . ?y e:p ?x }",
        "SELECT $this { $this ^e:p ?x }",
        "SELECT $this { $this e:p* ?x }",
        "SELECT $this { $this e:p+ 5 }",
        "SELECT $this { $this e:p? ?x }",
        "SELECT $this { $this !e:p ?x }",
        "SELECT $this { $this (e:p/e:q)+ ?x }",
        "SELECT $this { e:config e:limit ?x . $this e:p ?x }",
        "SELECT $this { [] e:p $this }",
        "SELECT $this { $this e:p [ e:q ?x ] }",
        "SELECT $this { $this e:p ( 1 2 ) }",
        "SELECT $this { $this unknown:p ?x }",
        "SELECT $this { $this <relative> ?x }",
        # A variable that may be unbound stands for any node
        "SELECT $this { OPTIONAL { $this e:p ?x } ?x e:q ?y }",
        "SELECT $this { { $this e:p ?x } UNION { $this e:q ?z } ?x e:q ?y }",
        "SELECT $this { OPTIONAL { ?x e:q ?y } $this e:p ?x }",
        "SELECT $this { $this e:p ?x { $this e:q ?y OPTIONAL { ?x e:r ?z } } }",
        "SELECT $this { $this e:p ?x { $this e:q ?y FILTER NOT EXISTS { ?x e:r ?z } } }",
        "SELECT $this { $this e:p ?y BIND (?y AS ?x) ?x e:q ?z }",
        "SELECT $this { $this e:p ?y BIND (EXISTS { ?a e:q ?b } AS ?x) }",
        "SELECT $this { $this e:p ?x FILTER (1 = 1 && EXISTS { ?y e:q ?x }) }",
        "SELECT $this { $this e:p ?x MINUS { ?y e:q ?x } }",
        "SELECT $this { GRAPH ?g { $this e:p ?x } }",
        "SELECT $this { SERVICE e:s { $this e:p ?x } }",
        "SELECT $this { { SELECT ?x { ?x e:p ?y } } $this e:p ?x }",
        "SELECT $this { VALUES ?x { e:a } ?x e:p $this }",
        "SELECT $this { $this e:p ?x } VALUES ?x { e:a }",
        "SELECT $this FROM e:g { $this e:p ?x }",
        "SELECT $this { $this e:p ?x } LIMIT 1",
        "SELECT $this (SAMPLE(?x) AS ?y) { $this e:p ?x } GROUP BY $this",
        "SELECT $this { $this e:p ?x } GROUP BY $this HAVING (EXISTS { ?a e:q ?b })",
        "SELECT $this (EXISTS { ?a e:q ?b } AS ?x) { $this e:p ?x }",
        "ASK { $this e:p ?x }",
        "CONSTRUCT { ?x e:p ?x } { $this e:p ?x }",
        "SELECT $this { $this e:p ?x",
        "SELECT $this { $this e:p",
        "SELECT",
        "",
        "SELECT $this " + "{" * 60 + "$this e:p ?x" + "}" * 60,
        "}" * 20,
        "SELECT $this { FILTER } }",
    ],
)
def test_a_query_of_which_that_is_not_certain_needs_the_whole_graph(query: str) -> None:
    with pytest.raises(NotForwardError):
        forward(query, {"e": "http://e.example/"}, PATH)


def test_the_prefixes_of_a_query_are_declared_in_the_shapes() -> None:
    found = needs_of(
        TARGET
        + "sh:sparql [ sh:prefixes ex:o ; sh:select 'SELECT $this { $this e:p ?x }' ] ."
        + "ex:o sh:declare [ sh:prefix 'e' ; sh:namespace 'http://e.example/'^^xsd:anyURI ] ."
    )
    assert (found.reasons, found.reads) == ((), ex("p") | {terms.TYPE, terms.SUB_CLASS_OF})


def test_many_shapes_that_refer_to_each_other_are_looked_at_once() -> None:
    rows = [f"ex:s{n} sh:and ( ex:s{n + 1} ex:s{n + 1} ) ; sh:node ex:s{n + 1} ." for n in range(40)]
    found = needs_of("\n".join(["ex:s0 sh:targetClass ex:C .", *rows]))
    assert (found.reasons, found.depth) == ((), 0)


def test_a_shapes_graph_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_text(HEAD + MIXED, encoding="utf-8")
    found = needs(load_shapes([path], only=True))
    assert [shape for shape, _ in found.reasons] == ["<http://e.example/Far>"]
    assert found.local
    assert "sh#targetClass" not in ntriples(found.local.statements)
