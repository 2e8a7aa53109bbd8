"""Shapes are checked before any engine sees them: every fault at its line, and no constraint that is ignored in silence."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import rdf, resources, sparql, terms, validation
from kg.errors import KgError, Place, ResourceError, ShapeError, UsageError
from kg.terms import Statement
from kg.validation import SHAPES, Shapes, shapechecks, shapequeries, shapeterms
from kg.validation.shapegraph import ShapesGraph
from kg.validation.shapepatterns import flags_fault, pattern_fault
from kg.validation.shapequeries import Query
from tests.conftest import SHARED

pytest.importorskip("shacl", reason="the fast engine has no wheel for this platform")

HEAD = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://x.example/> . "
    "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
    "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
    "@prefix dash: <http://datashapes.org/dash#> .\n"
)
X = "https://x.example/"
ENGINES: tuple[validation.Engine, ...] = ("fast", "pyshacl")
UNKNOWN = "unknown prefix {}: in a query; sh:prefixes leads to a sh:declare of it, or PREFIX begins the query"
NODE = "ex:S sh:targetClass ex:C ; {} ."
PROPERTY = "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; {} ] ."
QUERY = "ex:S sh:targetClass ex:C ; sh:sparql [ {} ] ."


def write(folder: Path, text: str, name: str = "own.ttl") -> Path:
    path = folder / name
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def load(*paths: Path) -> Shapes:
    return validation.load_shapes(paths, only=True)


def told(*paths: Path) -> list[str]:
    """Return every fault as `name:line:column: reason`, the first line being that after the prefixes."""
    with pytest.raises(ShapeError) as refusal:
        load(*paths)
    return [short(error.place, error.reason) for error in refusal.value.each()]


def short(place: Place | None, reason: str) -> str:
    assert place is not None
    return f"{Place(Path(place.source).name, place.line - 1 if place.line else 0, place.column)}: {reason}"


def faults(folder: Path, text: str) -> list[str]:
    """Return the faults of one file without its name."""
    return [fault.removeprefix("own.ttl:").removeprefix(" ") for fault in told(write(folder, text))]


def notes(folder: Path, text: str) -> list[str]:
    return [f"{note.severity} {short(note.place, note.reason)}" for note in load(write(folder, text)).notes]


# --- what is loaded ----------------------------------------------------------------------------------------------------------
def test_only_the_user_s_shapes_are_without_ours_and_our_axioms(tmp_path: Path) -> None:
    path = write(tmp_path, PROPERTY.format("sh:minCount 1"))
    own = load(path)
    assert (own.axioms, own.files, own.notes) == ((), (path,), ())
    assert {s.subject for s in own.statements if not validation.is_unnamed(s.subject)} == {f"<{X}S>"}
    both = validation.load_shapes([path])
    assert set(own.statements) < set(both.statements)
    assert both.axioms == validation.load_shapes().axioms != ()
    assert validation.load_shapes().files == ()


def test_without_ours_there_has_to_be_a_file() -> None:
    with pytest.raises(UsageError, match="name a file with --shapes"):
        validation.load_shapes(only=True)


def test_a_file_that_is_given_twice_is_taken_once(tmp_path: Path) -> None:
    path = write(tmp_path, PROPERTY.format("sh:minCount 1"))
    twice = load(path, tmp_path / "." / "own.ttl")
    assert twice.files == (path,)
    assert twice.statements == load(path).statements
    assert told(write(tmp_path, "ex:a ex:b ex:c .", "none.ttl"), tmp_path / "none.ttl") == ["none.ttl: no shapes in this file"]


def test_blank_nodes_of_two_files_of_one_name_never_meet(tmp_path: Path) -> None:
    for name, path in (("a", "ex:p"), ("b", "ex:q")):
        (tmp_path / name).mkdir()
        write(tmp_path / name, f"ex:{name} sh:targetClass ex:C ; sh:property [ sh:path {path} ; sh:minCount 1 ] .")
    found = load(tmp_path / "a" / "own.ttl", tmp_path / "b" / "own.ttl").statements
    assert len({s.subject for s in found if s.predicate == shapeterms.sh("path")}) == 2


def test_a_shape_of_the_user_has_its_place_and_one_of_ours_none(tmp_path: Path) -> None:
    path = write(tmp_path, "ex:S sh:targetClass ex:C ;\n sh:property ex:P .\n\nex:P sh:path ex:p ; sh:minCount 1 .")
    rules = {rule.shape: rule.place for rule in validation.load_shapes([path]).rules}
    assert (rules[f"<{X}S>"], rules[f"<{X}P>"]) == (Place(str(path), 2), Place(str(path), 5))
    assert {place for shape, place in rules.items() if shape.startswith(f"<{SHAPES}")} == {None}
    shapes = load(path)
    path.unlink()
    assert {rule.place for rule in shapes.rules} == {None}


def test_our_shapes_are_kept_in_the_cache_and_are_the_same_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path))
    validation.shapes._ours.cache_clear()
    made = validation.load_shapes()
    (kept,) = tmp_path.iterdir()
    validation.shapes._ours.cache_clear()
    assert validation.load_shapes() == made
    kept.write_bytes(b"damaged")
    validation.shapes._ours.cache_clear()
    assert validation.load_shapes() == made
    read = [s for path in resources.files("shapes") for s in rdf.read(path)]
    assert list(made.statements) == read


def test_a_shape_that_is_a_class_has_itself_for_a_target(tmp_path: Path) -> None:
    text = (
        "ex:A a rdfs:Class ; sh:nodeKind sh:Literal . ex:B a owl:Class, sh:NodeShape ; sh:nodeKind sh:Literal . "
        "ex:Kind rdfs:subClassOf rdfs:Class . ex:D a ex:Kind, sh:NodeShape ; sh:nodeKind sh:Literal . "
        "ex:E a rdfs:Class . ex:F a sh:NodeShape ; sh:targetNode ex:f ; sh:nodeKind sh:IRI ."
    )
    shapes = load(write(tmp_path, text))
    assert [(s.subject, s.object) for s in shapes.statements if s.predicate == shapeterms.sh("targetClass")] == [
        (f"<{X}{name}>", f"<{X}{name}>") for name in ("A", "B", "D")
    ]
    data = [Statement(f"<{X}{name.lower()}>", terms.TYPE, f"<{X}{name}>", "") for name in "ABD"]
    assert shapes.notes == ()
    for engine in ENGINES:
        assert [result.focus for result in validation.validate(data, shapes, engine)] == [f"<{X}{name}>" for name in "abd"]


def test_what_is_waived_is_left_out_of_the_user_s_shapes_too(tmp_path: Path) -> None:
    path = write(tmp_path, f"ex:S sh:targetClass ex:C ; sh:property <{SHAPES}article-author-required> ; sh:nodeKind sh:IRI .")
    loaded = validation.load_shapes([path], without=["article-author-required"])
    assert not any("article-author-required" in s.object for s in loaded.statements)
    assert any("article-author-required" in s.object for s in validation.load_shapes([path]).statements)


# --- all faults in one run -----------------------------------------------------------------------------------------------------
def test_all_faults_of_all_files_are_told_in_one_run_in_order_of_their_places(tmp_path: Path) -> None:
    one = write(
        tmp_path, 'ex:S sh:targetClass ex:C ;\n sh:minCont 1 ;\n sh:property [ sh:path ex:p ;\n  sh:maxCount "x" ] .', "b.ttl"
    )
    two = write(tmp_path, "ex:S sh:targetClass ex:C .\nex:T sh:nodeKind .", "a.ttl")
    none = write(tmp_path, "ex:a ex:b ex:c .", "none.ttl")
    assert told(one, two, none) == [
        "b.ttl:2: sh:minCont is no term of SHACL; sh:minCount is meant?",
        'b.ttl:4: sh:maxCount wants a whole number from 0 on, an xsd:integer, not "x"',
        *(fault for fault in told(two)),
        "none.ttl: no shapes in this file",
    ]
    assert told(two)[0].startswith("a.ttl:2:")


def test_a_file_that_cannot_be_read_hides_no_fault_of_the_others(tmp_path: Path) -> None:
    other = write(tmp_path, NODE.format("sh:nodeKind sh:IRl ; sh:node ex:Elsewhere"))
    with pytest.raises(ResourceError) as refusal:
        load(tmp_path / "missing.ttl", other)
    assert [(type(e), e.reason) for e in refusal.value.each()] == [
        (ResourceError, "cannot be read: No such file or directory"),
        (ShapeError, "sh:IRl is no term of SHACL; sh:IRI is meant?"),
    ]
    assert refusal.value.exit_code == 3


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"\x00" * 100, b"@prefix sh: <http://www.w3.org/ns/sh", b"[" * 100_000])
def test_bytes_that_are_no_shapes_are_refused_with_their_file(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_bytes(body)
    with pytest.raises(ShapeError) as refusal:
        load(path)
    assert refusal.value.place is not None
    assert refusal.value.place.source == str(path)


# --- terms -------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            NODE.format("sh:proprety [ sh:path ex:p ; sh:minCount 1 ]"),
            ["1: sh:proprety is no term of SHACL; sh:property is meant?"],
        ),
        (PROPERTY.format("\n sh:mincount 1"), ["2: sh:mincount is no term of SHACL; sh:minCount is meant?"]),
        (PROPERTY.format("sh:xyzzyxyzzy 1"), ["1: sh:xyzzyxyzzy is no term of SHACL"]),
        (PROPERTY.format("sh:nodeKind\n sh:IRl"), ["2: sh:IRl is no term of SHACL; sh:IRI is meant?"]),
        (
            PROPERTY.format("sh:minCount 1 ; sh:severity sh:Violaton"),
            ["1: sh:Violaton is no term of SHACL; sh:Violation is meant?"],
        ),
        ("ex:S a sh:NodeShap ; sh:targetClass ex:C .", ["1: sh:NodeShap is no term of SHACL; sh:NodeShape is meant?"]),
        ("ex:S a sh:NodeShap .", ["1: sh:NodeShap is no term of SHACL; sh:NodeShape is meant?"]),
        ("ex:S a sh:property ; sh:targetClass ex:C .", ["1: sh:property is no class of SHACL"]),
        (NODE.format("sh:NodeShape ex:T"), ["1: sh:NodeShape is no property of SHACL"]),
        (
            "ex:S a <https://www.w3.org/ns/shacl#NodeShape> .",
            ["1: <https://www.w3.org/ns/shacl#NodeShape> is no term of SHACL, whose namespace is http://www.w3.org/ns/shacl#"],
        ),
        (NODE.format("sh:target [ sh:select 'x' ]"), ["1: sh:target is not supported: it is of SHACL Advanced Features"]),
        (NODE.format("sh:expression [ sh:path ex:p ]"), ["1: sh:expression is not supported: it is of SHACL Advanced Features"]),
        (PROPERTY.format("sh:values [ sh:path ex:q ]"), ["1: sh:values is not supported: it is of SHACL Advanced Features"]),
        (
            NODE.format("sh:rule [ a sh:TripleRule ; sh:order 1 ; sh:condition ex:S ; sh:subject sh:this ; sh:predicate ex:p ]"),
            ["1: sh:rule is not supported: it is of SHACL Advanced Features"],
        ),
        (NODE.format("sh:condition ex:S"), ["1: sh:condition is not supported: it is of SHACL Advanced Features"]),
        (NODE.format("sh:js [ a sh:JSConstraint ; sh:jsFunctionName 'f' ]"), ["1: sh:js is not supported: it is of SHACL-JS"]),
        (NODE.format("sh:jsFunctionName 'f'"), ["1: sh:jsFunctionName is not supported: it is of SHACL-JS"]),
        (PROPERTY.format("sh:reifierShape ex:S"), ["1: sh:reifierShape is not supported: it is of SHACL 1.2"]),
        (PROPERTY.format("sh:uniqueMembers true"), ["1: sh:uniqueMembers is not supported: it is of SHACL 1.2"]),
        ("ex:C a sh:ShapeClass ; sh:nodeKind sh:IRI .", ["1: sh:ShapeClass is not supported: it is of SHACL 1.2"]),
        (
            "ex:S sh:targetClass ex:C . ex: sh:entailment <http://www.w3.org/ns/entailment/RDFS> .",
            ["1: sh:entailment is not supported: nothing is inferred here before the shapes are applied"],
        ),
        (
            PROPERTY.format('dash:stem "https://"'),
            ["1: dash:stem is not supported: it is a constraint of DASH, which no file here declares"],
        ),
    ],
)
def test_a_term_that_no_engine_would_apply_is_refused_at_its_line(text: str, expected: list[str], tmp_path: Path) -> None:
    assert faults(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "ex:f a sh:SPARQLFunction ; sh:returnType xsd:string ; sh:ask 'ASK {}' .",
            "sh:SPARQLFunction is not supported: it is of SHACL Advanced Features; what is defined here is never used",
        ),
        (
            "ex:S sh:property [ sh:path ex:q ; dash:singleLine true ] .",
            "dash:singleLine is not applied: it is a constraint of DASH, which no file here declares",
        ),
        ("ex:d sh:nodeShape ex:S .", "sh:nodeShape is of an early draft of SHACL, and is not applied"),
        ("ex:S sh:deactivated '1'^^xsd:boolean .", 'sh:deactivated is switched on by true alone, not by "1"^^xsd:boolean'),
        ("ex:S sh:qualifiedMinCount 1 .", "sh:qualifiedMinCount says nothing without sh:qualifiedValueShape"),
        (
            "ex:Lone sh:nodeKind sh:IRI .",
            "the shape <https://x.example/Lone> is never applied: it has no target, and no other shape leads to it",
        ),
        (
            "[] sh:nodeKind sh:IRI .",
            "the shape a node without a name is never applied: it has no target, and no other shape leads to it",
        ),
        (
            "ex:S sh:property [ sh:path [ rdf:first ex:p ; rdf:rest ( ex:q ) ; sh:inversePath ex:p ] ] .",
            "sh:inversePath is passed over: this path is a list",
        ),
    ],
)
def test_what_asks_nothing_of_the_data_is_told_and_not_refused(text: str, expected: str, tmp_path: Path) -> None:
    assert notes(tmp_path, f"ex:S sh:targetClass ex:C .\n{text}") == [f"warning own.ttl:2: {expected}"]


def test_every_term_of_shacl_is_known_and_every_constraint_component_has_its_parameters() -> None:
    names = {str(term).removeprefix(shapeterms.SH) for term in rdflib.SH.__annotations__ if term[0] != "_"}
    assert names - shapeterms.KNOWN == {"Date"} & names
    assert {name for name in shapeterms.KNOWN if shapeterms.nearest(name, "")} >= {"property", "minCount", "NodeShape"} - {
        "NodeShape"
    }


# --- values ------------------------------------------------------------------------------------------------------------------
COUNT = "a whole number from 0 on, an xsd:integer"


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ('sh:minCount "x"', f'sh:minCount wants {COUNT}, not "x"'),
        ("sh:minCount 1.5", f'sh:minCount wants {COUNT}, not "1.5"^^xsd:decimal'),
        ("sh:minCount -1", f'sh:minCount wants {COUNT}, not "-1"^^xsd:integer'),
        ('sh:minCount "1"', f'sh:minCount wants {COUNT}, not "1"'),
        ("sh:minCount 99999999999999999999", f'sh:minCount wants {COUNT}, not "99999999999999999999"^^xsd:integer'),
        ("sh:maxCount ex:x", f"sh:maxCount wants {COUNT}, not <{X}x>"),
        ("sh:minLength 1e0", f'sh:minLength wants {COUNT}, not "1e0"^^xsd:double'),
        ("sh:minCount 1, 2", "sh:minCount has 2 values; there is one at most"),
        ('sh:datatype "x"', 'sh:datatype wants an IRI, not "x"'),
        ("sh:datatype xsd:date, xsd:dateTime", "sh:datatype has 2 values; there is one at most"),
        ('sh:class "x"', 'sh:class wants an IRI, not "x"'),
        ("sh:class [ owl:unionOf ( ex:A ex:B ) ]", "sh:class wants an IRI, not a node without a name"),
        (
            "sh:nodeKind sh:Class",
            "sh:Class is no term of SHACL",
        ),
        (
            "sh:nodeKind ex:IRI",
            "sh:nodeKind wants one of sh:BlankNode sh:BlankNodeOrIRI sh:BlankNodeOrLiteral sh:IRI sh:IRIOrLiteral sh:Literal, "
            f"not <{X}IRI>",
        ),
        ('sh:uniqueLang "yes"', 'sh:uniqueLang wants true or false, not "yes"'),
        ("sh:uniqueLang 1", 'sh:uniqueLang wants true or false, not "1"^^xsd:integer'),
        ('sh:closed "true"', 'sh:closed wants true or false, not "true"'),
        ("sh:deactivated ex:a ; sh:minCount 1", f"sh:deactivated wants true or false, not <{X}a>"),
        ("sh:pattern 5", 'sh:pattern wants a text without language or datatype, not "5"^^xsd:integer'),
        ('sh:pattern "x"@en', 'sh:pattern wants a text without language or datatype, not "x"@en'),
        ('sh:pattern "a", "b"', "sh:pattern has 2 values; there is one at most"),
        ('sh:flags "i"', "sh:flags says nothing without sh:pattern"),
        ('sh:pattern "a" ; sh:flags "iz"', "unsupported sh:flags 'z'; there are s m i x q"),
        ('sh:pattern "a" ; sh:flags "ii"', "a flag is given twice in sh:flags 'ii'"),
        ("sh:message 5 ; sh:minCount 1", 'sh:message wants a text, not "5"^^xsd:integer'),
        (
            "sh:severity sh:Debug ; sh:minCount 1",
            "sh:severity wants one of sh:Info sh:Violation sh:Warning, or an IRI of your own, not sh:Debug; "
            "sh:Debug is not supported: it is of SHACL 1.2",
        ),
        ("sh:minInclusive ex:a", f"sh:minInclusive wants a literal, not <{X}a>"),
        ("sh:equals [ sh:inversePath ex:q ]", "sh:equals wants an IRI, not a node without a name"),
        ('sh:lessThan "x"', 'sh:lessThan wants an IRI, not "x"'),
        ("sh:in 5", 'sh:in wants a list, not "5"^^xsd:integer'),
        ("sh:in ex:a", "sh:in wants a well-formed list: each of its nodes has one rdf:first and one rdf:rest"),
        ("sh:in ( 1 ), ( 2 )", "sh:in has 2 values; there is one at most"),
        ("sh:in [ rdf:first 1 ]", "sh:in wants a well-formed list: each of its nodes has one rdf:first and one rdf:rest"),
        ('sh:languageIn "en"', 'sh:languageIn wants a list, not "en"'),
        ("sh:languageIn ( ex:en )", f"a member of sh:languageIn is a text without language or datatype, not <{X}en>"),
        ("sh:or ()", "the list of sh:or is empty"),
        ("sh:or ex:T", "sh:or wants a well-formed list: each of its nodes has one rdf:first and one rdf:rest"),
        ('sh:or ( "x" )', 'a member of sh:or is a shape, not "x"'),
        ("sh:ignoredProperties ( ex:p )", "sh:ignoredProperties says nothing without sh:closed"),
        ('sh:closed true ; sh:ignoredProperties ( "p" )', 'a member of sh:ignoredProperties is an IRI, not "p"'),
        ("sh:not 5", 'sh:not wants a shape, not "5"^^xsd:integer'),
        (
            "sh:qualifiedValueShape [ sh:class ex:D ]",
            "sh:qualifiedValueShape says nothing without sh:qualifiedMinCount or sh:qualifiedMaxCount",
        ),
        ("sh:node ex:Nowhere", f"sh:node leads to the shape <{X}Nowhere>, of which nothing is said here"),
        ("sh:or ( ex:Nowhere )", f"a list leads to the shape <{X}Nowhere>, of which nothing is said here"),
        ("sh:node [ sh:path ex:q ; sh:minCount 1 ]", "sh:node wants a node shape; a node without a name has a sh:path"),
        ("sh:property [ sh:minCount 1 ]", "a property shape (what sh:property leads to) has one sh:path; this has none"),
        ("sh:property ex:Nowhere", f"sh:property leads to the shape <{X}Nowhere>, of which nothing is said here"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_at_its_line(constraint: str, expected: str, tmp_path: Path) -> None:
    assert faults(tmp_path, f"ex:S sh:targetClass ex:C ;\n sh:property [ sh:path ex:p ;\n  {constraint} ] .") == [f"3: {expected}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NODE.format("sh:minCount 1"), ["1: sh:minCount is for property shapes, and this shape has no sh:path"]),
        (NODE.format("sh:uniqueLang true"), ["1: sh:uniqueLang is for property shapes, and this shape has no sh:path"]),
        (NODE.format("sh:lessThan ex:p"), ["1: sh:lessThan is for property shapes, and this shape has no sh:path"]),
        ("ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:minCount 1 .", ["1: a property shape has one sh:path; this has none"]),
        ("ex:S sh:targetClass ex:C ; sh:path ex:p ,\n ex:q .", ["2: a property shape has one sh:path; this has 2"]),
        (
            "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:path ex:p ; sh:minCount 1 .",
            ["1: a sh:NodeShape has no sh:path; this is a sh:PropertyShape?"],
        ),
        ('ex:S sh:targetClass "C" ; sh:nodeKind sh:IRI .', ['1: sh:targetClass wants an IRI, not "C"']),
        ("ex:S sh:targetNode [] ; sh:nodeKind sh:IRI .", ["1: sh:targetNode wants an IRI or a literal, not a node without a name"]),
    ],
)
def test_a_shape_of_the_wrong_kind_is_refused_at_its_line(text: str, expected: list[str], tmp_path: Path) -> None:
    assert faults(tmp_path, text) == expected


# --- shapes in shapes --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "ex:A sh:targetClass ex:C ; sh:node ex:B .\nex:B sh:property ex:P .\nex:P sh:path ex:p ; sh:node ex:A .",
        "ex:A sh:targetClass ex:C ; sh:or ( ex:B [ sh:class ex:D ] ) .\nex:B sh:not ex:P .\n"
        "ex:P sh:path ex:p ; sh:qualifiedValueShape ex:A ; sh:qualifiedMinCount 1 .",
        "ex:A sh:targetClass ex:C ; sh:and ( [ sh:property [ sh:path ex:p ; sh:node ex:B ] ] ) .\n"
        "ex:B sh:xone ( ex:P ) .\nex:P sh:node ex:A .",
    ],
)
def test_shapes_that_recurse_are_refused_and_their_circle_is_named(text: str, tmp_path: Path) -> None:
    way = f"<{X}A> → <{X}B> → <{X}P> → <{X}A>"
    assert faults(tmp_path, text) == [f"1: shapes that lead back to themselves are not applied: {way}"]


def test_a_circle_through_shapes_without_names_and_two_files_is_found(tmp_path: Path) -> None:
    one = write(tmp_path, "ex:A sh:targetClass ex:C ;\n sh:property [ sh:path ex:p ; sh:node ex:B ] .", "one.ttl")
    two = write(tmp_path, "ex:B sh:not [ sh:node ex:A ] .", "two.ttl")
    assert told(one, two) == [f"one.ttl:2: shapes that lead back to themselves are not applied: <{X}A> → <{X}B> → <{X}A>"]
    alone = write(tmp_path, "[] sh:targetClass ex:C ; sh:not _:b . _:b sh:not _:c . _:c sh:not _:b .", "three.ttl")
    assert told(alone) == ["three.ttl:1: shapes that lead back to themselves are not applied: they have no names"]


def test_a_shape_that_is_switched_off_ends_the_circle(tmp_path: Path) -> None:
    assert load(write(tmp_path, "ex:A sh:targetClass ex:C ; sh:node ex:B . ex:B sh:deactivated true ; sh:node ex:A .")).notes == ()


@pytest.mark.parametrize(
    ("opening", "closing", "inner"),
    [
        ("sh:not [ ", "]", "sh:class ex:D"),
        ("sh:property [ sh:path ex:p ; ", "]", "sh:class ex:D"),
        ("sh:or ( [ ", "] )", "sh:class ex:D"),
    ],
)
@pytest.mark.parametrize("depth", [60, 1_000])
def test_shapes_that_stand_too_deep_in_each_other_are_refused(
    opening: str, closing: str, inner: str, depth: int, tmp_path: Path
) -> None:
    assert faults(tmp_path, NODE.format(opening * depth + inner + closing * depth)) == [
        "1: shapes stand at most 40 deep in each other"
    ]
    assert load(write(tmp_path, NODE.format(opening * 30 + inner + closing * 30))).notes == ()


# --- paths -------------------------------------------------------------------------------------------------------------------
OPERATORS = "sh:alternativePath sh:inversePath sh:oneOrMorePath sh:zeroOrMorePath sh:zeroOrOnePath"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ('"x"', 'a path is a property or made of properties, not "x"'),
        ("()", "a path that is an empty list leads nowhere"),
        ("( ex:p )", "the list of a path has two members at least"),
        ('( ex:p "x" )', 'a path is a property or made of properties, not "x"'),
        ("[ ex:foo ex:p ]", f"a path is a property, a list, or one of {OPERATORS}"),
        ("[ sh:inversePath ex:p ; sh:zeroOrMorePath ex:q ]", f"a path has one of {OPERATORS}, once; this has 2"),
        ("[ sh:inversePath ex:p, ex:q ]", f"a path has one of {OPERATORS}, once; this has 2"),
        ("[ sh:inversePth ex:p ]", "sh:inversePth is no term of SHACL; sh:inversePath is meant?"),
        ("[ sh:alternativePath ex:p ]", "a path wants a well-formed list: each of its nodes has one rdf:first and one rdf:rest"),
        ("[ sh:alternativePath ( ex:p ) ]", "the list of a path has two members at least"),
        ("[ sh:alternativePath ( ex:p ( ex:q ) ) ]", "the list of a path has two members at least"),
        ("[ rdf:first ex:p ]", "a path wants a well-formed list: each of its nodes has one rdf:first and one rdf:rest"),
        ("[ sh:inversePath " * 50 + "ex:p" + "]" * 50, "paths stand at most 40 deep in each other"),
    ],
)
def test_a_path_that_is_none_is_refused_at_its_line(path: str, expected: str, tmp_path: Path) -> None:
    found = faults(tmp_path, f"ex:S sh:targetClass ex:C ; sh:property [ sh:minCount 1 ; sh:path\n {path} ] .")
    assert f"2: {expected}" in found
    assert len(found) <= 2


def test_a_path_that_leads_back_to_itself_or_has_a_name_is_refused(tmp_path: Path) -> None:
    circle = "_:l . _:l sh:inversePath _:m .\n_:m sh:zeroOrMorePath _:l ."
    (fault,) = faults(tmp_path, f"ex:S sh:targetClass ex:C ; sh:minCount 1 ; sh:path {circle}")
    assert fault.partition(": ")[2] == "a path leads back to itself"
    assert faults(tmp_path, "ex:S sh:targetClass ex:C ; sh:minCount 1 ;\n sh:path ex:way .\nex:way sh:inversePath ex:p .") == [
        f"2: <{X}way> has a name, so it is a property; a path of several steps has none"
    ]


@pytest.mark.parametrize(
    "path",
    [
        "ex:p",
        "( ex:p ex:q )",
        "[ sh:inversePath ( ex:p ex:q ) ]",
        "( ex:p [ sh:zeroOrMorePath [ sh:alternativePath ( ex:q [ sh:inversePath ex:p ] ) ] ] )",
        "( [ sh:oneOrMorePath ex:p ] [ sh:zeroOrOnePath ex:q ] )",
        "[ a ex:Path ; rdfs:comment 'back' ; sh:inversePath ex:p ]",
    ],
)
def test_a_good_path_is_taken(path: str, tmp_path: Path) -> None:
    assert load(write(tmp_path, f"ex:S sh:targetClass ex:C ; sh:property [ sh:path {path} ; sh:minCount 1 ] .")).notes == ()


# --- patterns ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("*", "repetition operator missing expression"),
        ("^(?!x)", "a look-around, (?= (?! (?<= or (?<!, is no part of a sh:pattern; sh:not with another sh:pattern says the same"),
        (r"(a)\1", r"a back reference (\1) is not taken: patterns are matched in linear time"),
        ("x{1000}{1000}", "it stands for too large a pattern"),
        ("[a-z-[aeiou]]", r"[ within a set means different things to different engines; a \ before it makes it a sign like others"),
        ("[a&&b]", r"&& within a set means different things to different engines; a \ before it makes it a sign like others"),
        (r"\i\c*", "unrecognized escape sequence"),
    ],
)
def test_a_pattern_that_the_engine_cannot_take_is_refused(pattern: str, reason: str, tmp_path: Path) -> None:
    quoted = terms.escape(pattern)
    shown = repr(pattern)
    assert faults(tmp_path, PROPERTY.format(f'\n sh:pattern "{quoted}"')) == [
        f"2: sh:pattern {shown} is no regular expression: {reason}"
    ]


@pytest.mark.parametrize(
    "pattern", [r"^\p{L}+$", "[]a]", r"[\[\]]", "[^]]", r"\[a[b]\]", "^[A-Z]{2,3}(-[0-9]+)?$", r"\S", "(?i)x", ""]
)
def test_a_pattern_that_the_engine_takes_is_taken(pattern: str) -> None:
    assert pattern_fault(pattern) is None


def test_a_pattern_that_is_quoted_by_its_flag_is_any_text() -> None:
    assert pattern_fault("[a[b", "q") is None
    assert flags_fault("smixq") is None


def test_without_the_fast_engine_patterns_and_queries_are_those_of_pyshacl(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "shacl", None)
    assert pattern_fault("^(?!x)") is None
    assert pattern_fault("*") == "sh:pattern '*' is no regular expression: nothing to repeat at position 0"
    assert pattern_fault(r"\p{L}", "i") == r"sh:pattern '\\p{L}' is no regular expression: bad escape \p at position 0"
    (fault,) = shapequeries.faults(asked("SELECT $this {\n $this ex:p ?o . FILTR(?o) }", ex=X))
    assert fault == ("not SPARQL: Expected SelectQuery", 32)
    assert list(shapequeries.faults(asked("SELECT $this { $this $PATH ?o }", has_path=True))) == []
    assert load(write(tmp_path, PROPERTY.format('sh:pattern "(?!x)"'))).notes == ()


@given(st.text(st.sampled_from("ab[]()\\^$*+?{}|-&~.:=!<1,"), max_size=20), st.text(st.sampled_from("smixq"), max_size=2))
def test_any_text_is_a_pattern_or_refused_in_words(pattern: str, flags: str) -> None:
    why = flags_fault(flags) or pattern_fault(pattern, flags)
    assert why is None or why.endswith(tuple("abcdefghijklmnopqrstuvwxyz'<=>)q}"))


# --- queries -----------------------------------------------------------------------------------------------------------------
def asked(
    text: str, kind: shapequeries.Kind = "select", bound: tuple[str, ...] = ("this",), has_path: bool = False, **prefixes: str
) -> Query:
    return Query(kind, text, bound, has_path, prefixes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "SELECT $this { $this ?p ?o MINUS { $this a ?o } }",
            (27, "SHACL allows no MINUS in a query (appendix A); FILTER NOT EXISTS says much the same"),
        ),
        (
            "SELECT $this { $this a ?t } VALUES ?t { 1 }",
            (28, "SHACL allows no VALUES in a query (appendix A); FILTER with IN says the same"),
        ),
        ("SELECT $this FROM <urn:x> { $this a ?t }", (13, "FROM names another graph than the one that is checked")),
        ("SELECT $this { SERVICE <urn:x> { $this a ?t } }", (15, "SERVICE would ask another server; it is not allowed")),
        ("SELECT $this { $this a true.SERVICE<urn:x> { } }", (28, "SERVICE would ask another server; it is not allowed")),
        ("SELECT (?x AS ?this) { ?x a ?t }", (11, "AS ?this gives a variable a value that SHACL has bound (appendix A)")),
        ("SELECT $this { BIND(1 AS $this) }", (22, "AS $this gives a variable a value that SHACL has bound (appendix A)")),
        ("SELECT ?x { ?x a ?t }", (0, "the query has to select $this")),
        (
            "SELECT $this { $this a ?t { SELECT ?o ?t { ?o a ?t } } }",
            (28, "a subquery has to select $this by name (SHACL, appendix A)"),
        ),
        ("SELECT $this { { SELECT * { $this a ?t } } }", (17, "a subquery has to select $this by name (SHACL, appendix A)")),
        ("ASK { $this a ?t }", (0, "sh:select wants a SELECT query")),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", (0, "sh:select wants a SELECT query")),
        ("", (0, "the query is empty")),
        ("# nothing", (0, "sh:select wants a SELECT query")),
        ("SELECT $this { $this no:p ?o ; no:q ?o }", (21, UNKNOWN.format("no"))),
        ("SELECT $this { $this :p ?o }", (21, UNKNOWN.format(""))),
        ("SELECT $this { $this $PATH ?value }", (21, "$PATH is for property shapes, and this shape has no sh:path")),
        ("SELECT $this { $this ?p ?o FILTER ex:f(?o) }", (34, f"no engine here knows the function <{X}f>")),
        ("SELECT $this " + "{" * 101 + "}" * 101, (113, "a query is nested at most 100 deep")),
        ("SELECT $this { $this a 'x' }" + " " * sparql.LONGEST, (0, f"a query has at most {sparql.LONGEST} bytes")),
    ],
)
def test_a_query_that_shacl_does_not_allow_is_refused_where_it_stands(text: str, expected: tuple[int, str]) -> None:
    assert [(position, reason) for reason, position in shapequeries.faults(asked(text, ex=X))] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT $this { $this ex:minus ?o ; ex:values ?v . OPTIONAL { ?v ex:service 'MINUS { VALUES' } } # MINUS {",
        "PREFIX e: <urn:e:> SELECT DISTINCT $this (?o AS ?value) (COUNT(?x) AS ?n) { $this e:p ?o, ?x } GROUP BY $this ?o",
        "SELECT * { $this a ?value }",
        "SELECT $this { { SELECT $this (COUNT(?o) AS ?n) { $this ex:p ?o } GROUP BY $this } FILTER(?n > 2 && ?n<9) }",
        "SELECT $this ?value { $this ex:p ?value FILTER(!isIRI(?value) || lang(?value) = 'en'@en) }",
        "SELECT $this { GRAPH $shapesGraph { $currentShape ex:p 42 } }",
        "select $this where { $this ex:p/^ex:q* _:b . _:b a <urn:x> filter not exists { $this ex:a.b 1.5 } }",
    ],
)
def test_a_good_query_is_taken(text: str) -> None:
    assert list(shapequeries.faults(asked(text, ex=X))) == []


def test_the_path_of_a_property_shape_is_taken_in_one_spelling_only() -> None:
    assert list(shapequeries.faults(asked("SELECT $this ?value { $this $PATH ?value }", has_path=True))) == []
    (fault,) = shapequeries.faults(asked("SELECT $this ?value { $this ?PATH ?value }", has_path=True))
    assert fault == ("the path of the shape is $PATH, not ?PATH", 28)


def test_a_subquery_returns_what_it_uses_of_what_is_bound() -> None:
    text = "ASK { { SELECT ?value { ?value ex:p ?o FILTER(?o = $max) } } }"
    (fault,) = shapequeries.faults(asked(text, "ask", ("this", "value", "max"), ex=X))
    assert fault == ("a subquery has to select $max by name (SHACL, appendix A)", 8)
    assert list(shapequeries.faults(asked(text.replace("SELECT", "SELECT $max"), "ask", ("this", "value", "max"), ex=X))) == []


def test_a_fault_in_a_query_stands_in_the_very_line_of_the_file(tmp_path: Path) -> None:
    query = '"""\nSELECT $this {\n  $this ex:p ?o .\n  FILTER(?o > )\n}"""'
    text = f"ex:S sh:targetClass ex:C ; sh:sparql [\n  sh:select {query} ;\n sh:prefixes ex: ] .\n"
    declared = f'ex: sh:declare [ sh:prefix "ex" ; sh:namespace "{X}"^^xsd:anyURI ] .'
    (fault,) = faults(tmp_path, text + declared)
    assert fault.startswith("2: not SPARQL: expected ")  # the parser knows only that something is wrong before the end
    (fault,) = faults(tmp_path, text.replace("?o > )", "?o > 3) FILTR(?o)") + declared)
    assert fault == "5:26: not SPARQL: expected OPTIONAL"
    assert faults(tmp_path, text.replace("?o > )", "?o > 3") + declared) == ["5:9: not SPARQL: ( is never closed"]
    assert faults(tmp_path, text) == [f"4:9: {UNKNOWN.format('ex')}"]


def test_a_fault_in_a_query_on_one_line_or_with_escapes_has_at_least_the_line(tmp_path: Path) -> None:
    assert faults(tmp_path, QUERY.format('sh:select "SELECT ?x { ?x a ?t }"')) == ["1:51: the query has to select $this"]
    escaped = QUERY.format('\n sh:select "SELECT $this \\n { no:p ?p \\"t\\" }"')
    assert faults(tmp_path, escaped) == [f"2: {UNKNOWN.format('no')}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (QUERY.format("sh:ask 'ASK {}'"), "1: a constraint in SPARQL has a sh:select"),
        (QUERY.format("sh:message 'x'"), "1: a constraint in SPARQL has a sh:select"),
        (QUERY.format("sh:select 'SELECT $this {}', 'SELECT $this { }'"), "1: sh:select has 2 values; there is one at most"),
        (NODE.format('sh:sparql "x"'), '1: sh:sparql wants a node, not a literal, not "x"'),
        (
            QUERY.format("sh:prefixes ex: ; sh:select 'SELECT $this { $this a ?t }'")
            + "\nex: sh:declare [ sh:prefix 'a' ; sh:namespace 'urn:a:' ] ,\n [ sh:prefix 'a' ; sh:namespace 'urn:b:' ] .",
            "3: the prefix a: is declared for 2 namespaces",
        ),
        ("ex:S sh:targetClass ex:C .\nex: sh:declare [ sh:prefix 'a' ] .", "2: a sh:declare has a sh:namespace"),
        (
            "ex:S sh:targetClass ex:C .\nex: sh:declare [ sh:prefix 'a' ; sh:namespace ex: ] .",
            f"2: sh:namespace wants a text or an xsd:anyURI, not <{X}>",
        ),
        (
            "ex:S sh:targetClass ex:C .\nex: sh:declare [ sh:prefix 'a' ; sh:namespace 'x> y' ] .",
            '2: "x> y" can be no sh:namespace',
        ),
    ],
)
def test_a_constraint_in_sparql_that_is_not_whole_is_refused(text: str, expected: str, tmp_path: Path) -> None:
    assert faults(tmp_path, text) == [expected]


@pytest.mark.parametrize("piece", ["{", "FILTER NOT EXISTS {", "{ SELECT $this {", "[ <urn:p> ", "(", "!", "OPTIONAL {"])
def test_a_query_of_thousands_of_brackets_ends_no_process(piece: str, tmp_path: Path) -> None:
    text = f"SELECT $this {{ $this <urn:p> {piece * 3000}"
    (fault,) = faults(tmp_path, QUERY.format(f'sh:select "{text}"'))
    assert fault.partition(": ")[2].startswith(("a query is nested at most 100 deep", "not SPARQL: "))


@given(st.text(st.sampled_from("SELECT $this{}?x()ex:p<a>.;'\"\\#\n WHERE FILTER AS PREFIX MINUS service"), max_size=60))
def test_any_text_is_a_query_or_refused_within_it(text: str) -> None:
    for reason, position in shapequeries.faults(asked(text, ex=X)):
        assert reason
        assert 0 <= position <= len(text)


# --- constraint components -----------------------------------------------------------------------------------------------------
COMPONENT = (
    "ex:CC a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ; sh:datatype xsd:integer ; sh:name 'most' ] ; "
    "sh:labelTemplate 'At most {{$most}}' ; {}\nex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; ex:most 3 ] ."
)
ASKED = "sh:validator [ a sh:SPARQLAskValidator ; sh:message 'no' ; sh:ask 'ASK { FILTER($value <= $most) }' ] ."


def test_a_constraint_component_of_the_user_is_applied(tmp_path: Path) -> None:
    shapes = load(write(tmp_path, COMPONENT.format(ASKED)))
    data = [
        Statement(f"<{X}i>", terms.TYPE, f"<{X}C>", ""),
        Statement(f"<{X}i>", f"<{X}p>", terms.literal("4", datatype=terms.XSD_INTEGER), ""),
    ]
    assert shapes.notes == ()
    for engine in ENGINES:
        assert [result.constraint for result in validation.validate(data, shapes, engine)] == [f"{X}CC"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (COMPONENT.format("sh:validator [ sh:ask 'ASK {}' ] ."), "what sh:validator leads to is a sh:SPARQLAskValidator"),
        (COMPONENT.format("sh:validator [ a sh:SPARQLAskValidator ] ."), "what sh:validator leads to has a sh:ask"),
        (
            COMPONENT.format("sh:validator [ a sh:JSValidator ; sh:jsFunctionName 'f' ] ."),
            "sh:JSValidator is not supported: it is of SHACL-JS",
        ),
        (
            COMPONENT.format("rdfs:label 'x' ."),
            "a constraint component has one of sh:nodeValidator sh:propertyValidator sh:validator",
        ),
        ("ex:CC a sh:ConstraintComponent ; " + ASKED, "a constraint component has a sh:parameter at least"),
        (
            COMPONENT.replace("ex:most", "ex:this").format(ASKED.replace("$most", "3")),
            f"a parameter cannot be named <{X}this>: a query would know it as $this",
        ),
        (
            COMPONENT.format(ASKED.replace("FILTER($value <= $most)", "BIND(1 AS $most)")),
            "AS $most gives a variable a value that SHACL has bound (appendix A)",
        ),
        (COMPONENT.format(ASKED.replace("ASK { FILTER($value <= $most) }", "SELECT $this { }")), "sh:ask wants a ASK query"),
    ],
)
def test_a_constraint_component_that_is_not_whole_is_refused(text: str, expected: str, tmp_path: Path) -> None:
    found = [fault.partition(": ")[2] for fault in faults(tmp_path, text)]
    assert found[0] == expected
    assert all("jsFunctionName" in other for other in found[1:])


# --- imports -----------------------------------------------------------------------------------------------------------------
def test_an_import_is_refused_until_the_file_is_given_too(tmp_path: Path) -> None:
    one = write(tmp_path, "ex:S sh:targetClass ex:C .\n<urn:x:one> a owl:Ontology ; owl:imports <urn:x:two> .", "one.ttl")
    two = write(tmp_path, "<urn:x:two> a owl:Ontology . ex:C a owl:Class .", "two.ttl")
    assert told(one) == ["one.ttl:2: owl:imports <urn:x:two>: nothing is fetched; give that file with --shapes too"]
    assert load(one, two).notes == ()
    assert told(two) == ["two.ttl: no shapes in this file"]


def test_an_import_of_a_named_graph_of_another_file_is_satisfied(tmp_path: Path) -> None:
    one = write(tmp_path, "ex:S sh:targetClass ex:C .\n<urn:x:one> owl:imports <urn:x:two> .", "one.ttl")
    two = write(tmp_path, "<urn:x:two> { ex:T sh:targetClass ex:D ; sh:nodeKind sh:IRI . }", "two.trig")
    assert load(one, two).notes == ()


def test_a_vocabulary_that_asks_nothing_may_be_imported(tmp_path: Path) -> None:
    assert notes(tmp_path, "ex:S sh:targetClass ex:C .\n<urn:x:one> owl:imports <http://datashapes.org/dash> .") == [
        "info own.ttl:2: owl:imports <http://datashapes.org/dash>: nothing is fetched; "
        "its constraints are refused where they are used"
    ]


# --- good shapes -------------------------------------------------------------------------------------------------------------
CATALOGUE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
<https://x.example/shapes> a owl:Ontology ; rdfs:label "Catalogue shapes"@en ; owl:versionInfo "1.0" ;
  sh:declare [ a sh:PrefixDeclaration ; sh:prefix "dct" ; sh:namespace "http://purl.org/dc/terms/"^^xsd:anyURI ] .
ex:Descriptions a sh:PropertyGroup ; rdfs:label "Descriptions"@en ; sh:order 1.5 .
ex:DatasetShape a sh:NodeShape ; rdfs:label "Dataset"@en ; sh:name "Dataset"@en ; sh:targetClass dcat:Dataset ; sh:closed false ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ; sh:severity sh:Violation ; sh:name "title"@en ;
      sh:group ex:Descriptions ; sh:order 0 ; sh:uniqueLang true ; dash:editor dash:TextFieldEditor ; dash:singleLine false ] ,
    [ sh:path dct:issued ; sh:maxCount 1 ; sh:node ex:DateShape ; sh:severity sh:Warning ; sh:description "When."@en ] ,
    [ sh:path ( dct:publisher foaf:name ) ; sh:minCount 1 ; sh:message "A name"@en , "Ein Name"@de ] ,
    [ sh:path [ sh:alternativePath ( dct:license dct:rights ) ] ; sh:minCount 1 ; sh:defaultValue ex:open ] ,
    [ sh:path dcat:theme ; sh:qualifiedValueShape [ sh:property [ sh:path [ sh:inversePath dcat:hasTheme ] ; sh:minCount 1 ] ] ;
      sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true ] ;
  sh:or ( [ sh:property [ sh:path dcat:distribution ; sh:minCount 1 ] ] [ sh:path dcat:landingPage ; sh:minCount 1 ] ) ;
  sh:sparql [ a sh:SPARQLConstraint ; sh:prefixes <https://x.example/shapes> ; sh:message "{$this} is changed before it is issued" ;
    sh:select \"\"\"SELECT $this ?value WHERE { $this dct:issued ?issued ; dct:modified ?value . FILTER (?value<?issued) }\"\"\" ] .
ex:DateShape a sh:NodeShape ; rdfs:comment "A day or instant." ; sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:dateTime ] ) .
ex:Agent a owl:Class, sh:NodeShape ; rdfs:subClassOf foaf:Agent ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
  sh:property ex:Agent-name , ex:Agent-mail ; sh:severity ex:Serious .
ex:Agent-name a sh:PropertyShape ; sh:path foaf:name ; sh:datatype xsd:string ; sh:minLength 1 ; sh:maxLength 200 ;
  sh:pattern "\\\\S" ; sh:flags "s" .
ex:Agent-mail a sh:PropertyShape ; sh:path foaf:mbox ; sh:nodeKind sh:IRI ; sh:not [ sh:in ( ex:nobody ) ] ; sh:deactivated true .
ex:Serious a sh:Severity .
"""


DAMAGE = (
    *'; , . [ ] ( ) () [] 1 -1 "x" "x"@en true ex:x sh:Nowhere a rdf:nil _:b'.split(),
    *"sh:path sh:property sh:node sh:or sh:in sh:minCount sh:select sh:sparql sh:inversePath rdf:first rdf:rest".split(),
)


@pytest.mark.parametrize("name", ["own.ttl", "own.trig"])
def test_shapes_in_the_style_of_a_catalogue_profile_are_taken_as_they_are(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    prefixes, _, text = CATALOGUE.lstrip().partition("\n")
    body = text if name == "own.ttl" else f"ex:shapesGraph {{ {text} }} ex:dataGraph {{ ex:a a dcat:Dataset . }}"
    path.write_text(HEAD + prefixes + "\n" + body, encoding="utf-8")
    shapes = load(path)
    assert shapes.notes == ()
    assert [rule.name for rule in shapes.rules if rule.place] == [rule.name for rule in shapes.rules]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 1 << 20), st.sampled_from(DAMAGE)), min_size=1, max_size=3))
def test_good_shapes_that_are_damaged_are_loaded_or_refused_in_words(damage: list[tuple[int, str]]) -> None:
    words = CATALOGUE.split(" ")
    for where, word in damage:
        words[where % len(words)] = word
    with TemporaryDirectory() as folder:
        path = write(Path(folder), " ".join(words))
        try:
            found: list[Place | None] = [note.place for note in load(path).notes]
        except KgError as error:
            found = [one.place for one in error.each()]
        assert {place.source for place in found if place} <= {str(path)}
        assert None not in found


def test_our_own_shapes_pass_every_check() -> None:
    own = tuple(
        s for path in resources.files("shapes") for s in rdf.without_blank_nodes(rdf.read(path), f"urn:x-kg:shapes:{path.stem}")
    )
    assert list(shapechecks.check(ShapesGraph(own))) == []


SUITE = SHARED / "w3c" / "shacl" / "data-shapes-test-suite" / "tests"
REFUSED = {
    "pre-binding-006": "a subquery has to select $this by name (SHACL, appendix A)",
    "unsupported-sparql-001": "SHACL allows no MINUS in a query (appendix A); FILTER NOT EXISTS says much the same",
    "unsupported-sparql-002": "SHACL allows no VALUES in a query (appendix A); FILTER with IN says the same",
    "unsupported-sparql-003": "SERVICE would ask another server; it is not allowed",
    "unsupported-sparql-004": "a subquery has to select $this by name (SHACL, appendix A)",
    "unsupported-sparql-005": "AS $this gives a variable a value that SHACL has bound (appendix A)",
    "unsupported-sparql-006": "AS ?value gives a variable a value that SHACL has bound (appendix A)",
}


def test_of_shacl_s_own_tests_those_shapes_are_refused_that_shall_fail(shared: Path) -> None:
    refused: dict[str, str] = {}
    checked = 0
    for path in sorted(SUITE.rglob("*.ttl")):
        try:
            load(path)
            checked += 1
        except KgError as error:
            if error.reason != "no shapes in this file":
                refused[path.stem] = "; ".join(one.reason for one in error.each())
    assert refused == REFUSED
    assert checked > 100
