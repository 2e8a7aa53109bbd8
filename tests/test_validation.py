"""Two engines, one judgement: each fault is found by the shape that is meant for it, and told with its place."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from rdflib.plugins.sparql import processor
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

from kg import config, linkers, mapping, pipeline, rdf, readers, resources, terms, validation, vocabulary
from kg.article import Record
from kg.errors import KgError, Place, ShapeError, UsageError
from kg.terms import Statement, Term
from kg.validation import SH, SHAPES, Engine, Result, Shapes, Validator
from kg.validation.interop import from_rdflib, to_rdflib
from tests.conftest import ROOT

pytest.importorskip("shacl", reason="the fast engine has no wheel for this platform")

INVALID = sorted((ROOT / "tests" / "invalid").glob("*.ttl"))
SOURCES = sorted(
    path
    for pattern in ("examples/*", "examples-faulty/*", "tests/cases/*/input.*")
    for path in ROOT.glob(pattern)
    if path.is_file() and path.suffix in (".md", ".txt")
)
ENGINES: tuple[Engine, ...] = ("fast", "pyshacl")
A = terms.article_iri(terms.DEFAULT_BASE, "a")
HEAD = f"@prefix sh: <{SH}> . @prefix schema: <{terms.SCHEMA}> . @prefix xsd: <{terms.XSD}> . @prefix ex: <urn:ex:> .\n"


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return validation.load_shapes()


@pytest.fixture(scope="module")
def tools() -> pipeline.Tools:
    return pipeline.load_tools(config.Config())


@pytest.fixture(scope="module", autouse=True)
def sparql_parsed_once() -> Iterator[None]:
    """Let rdflib keep the queries that it has parsed: it takes 0.1 s for one, and pySHACL asks for it with every graph."""
    kept: dict[tuple[str, str], Any] = {}

    def translated(text: str, base: str | None, names: Mapping[str, str]) -> Any:
        key = text, repr((base, sorted(names.items())))
        if key not in kept:
            kept[key] = translateQuery(parseQuery(text), base, names)
        return kept[key]

    with mock.patch.object(processor, "parseQuery", str), mock.patch.object(processor, "translateQuery", translated):
        yield


def essence(result: Result) -> tuple[str | None, ...]:
    return result.shape, result.constraint, result.severity, result.reason, result.focus, result.path, result.value


# --- our shapes ------------------------------------------------------------------------------------------------------------
def apart(number: int) -> str:
    """Return the base of a broken graph that stands beside others."""
    return f"{terms.DEFAULT_BASE}{number}/"


@pytest.fixture(scope="module")
def broken() -> list[list[Statement]]:
    """The graphs that our shapes refuse; each has its own entities."""
    texts = [path.read_text(encoding="utf-8").replace(terms.DEFAULT_BASE, apart(n)) for n, path in enumerate(INVALID)]
    return [rdf.parse(text.encode(), rdf.FORMATS[".ttl"], str(path)) for text, path in zip(texts, INVALID, strict=True)]


@pytest.fixture(scope="module")
def found_by_pyshacl(broken: list[list[Statement]], shapes: Shapes) -> list[list[Result]]:
    """What pySHACL says of each of them: it is asked once, of all, which takes a tenth of the time."""
    found: list[list[Result]] = [[] for _ in INVALID]
    for result in validation.validate(list(dict.fromkeys(itertools.chain(*broken))), shapes, "pyshacl"):
        (number,) = (n for n in range(len(INVALID)) if result.focus.startswith(f"<{apart(n)}"))
        found[number].append(result)
    return found


@pytest.mark.parametrize("number", range(len(INVALID)), ids=lambda number: INVALID[number].stem)
def test_a_broken_graph_breaks_the_shape_of_its_name_for_both_engines(
    number: int, broken: list[list[Statement]], found_by_pyshacl: list[list[Result]], shapes: Shapes
) -> None:
    fast = validation.validate(broken[number], shapes, "fast")
    assert {result.shape for result in fast} == {f"<{SHAPES}{INVALID[number].stem}>"}
    assert list(map(essence, fast)) == list(map(essence, found_by_pyshacl[number]))
    (severity,) = (s.object for s in shapes.statements if s.subject == fast[0].shape and s.predicate == f"<{SH}severity>")
    (message,) = (s.object for s in shapes.statements if s.subject == fast[0].shape and s.predicate == f"<{SH}message>")
    assert {result.severity for result in fast} == {terms.value(severity).removeprefix(SH).lower()}
    assert {result.reason for result in fast} == {terms.parts(message).text}


def test_both_engines_see_the_shipped_vocabularies_alike(shapes: Shapes) -> None:
    names = ("blocs", "initiatives", "organizations", "people", "regions", "treaties")
    statements = [s for name in names for s in rdf.read(resources.folder("ontology") / f"{name}.ttl")]
    # One entity of four is enough for pySHACL; what leads to the others then breaks shapes, as both must see
    some = set(sorted({s.subject for s in statements})[::4])
    statements = [s for s in statements if s.subject in some]
    fast, slow = (validation.validate(statements, shapes, engine) for engine in ENGINES)
    assert list(map(essence, fast)) == list(map(essence, slow))


def articles(path: Path) -> Iterator[Record]:
    """Yield the records of a source that can be read as articles."""
    for item in readers.split(path):
        if isinstance(item, Record):
            try:
                readers.read(item)
            except KgError:
                continue
            yield item


def results_of(record: Record, tools: pipeline.Tools, engine: Engine) -> list[Result]:
    article = linkers.link(pipeline.read(record, tools.config), tools.vocabulary)
    statements = mapping.describe(article, tools.vocabulary, tools.config.base)
    judge = Validator(tools.validator.shapes, engine)
    return pipeline.check(article, statements, pipeline.Tools(tools.config, tools.vocabulary, judge))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_both_engines_judge_an_article_alike(path: Path, tools: pipeline.Tools) -> None:
    for record in articles(path):
        assert results_of(record, tools, "fast") == results_of(record, tools, "pyshacl")


def test_the_examples_are_good_and_one_of_the_faulty_ones_is_not(tools: pipeline.Tools) -> None:
    found = {
        path.name: [r for record in articles(path) for r in results_of(record, tools, "auto")]
        for path in SOURCES
        if "examples" in str(path)
    }
    violated = {name for name, results in found.items() if any(result.severity == "violation" for result in results)}
    assert violated == {"no-author-and-a-wrong-language.md"}
    assert len(found) > 5


# --- places ------------------------------------------------------------------------------------------------------------------
FIELDS = "title: Peace\nid: a\nauthor: Marie Novak\npublisher: Example Press\ndate: 2024-05-06\nmodified: 2024-05-01\nlang: en\n"
SOURCE = f"---\n{FIELDS}---\n\nText.\n"


def record_of(text: str, line: int = 1) -> Record:
    return Record("a.md", "markdown", text.encode(), line)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_result_with_a_value_stands_where_the_source_says_it(engine: Engine, tools: pipeline.Tools) -> None:
    (result,) = (r for r in results_of(record_of(SOURCE), tools, engine) if r.shape == f"<{SHAPES}article-modified-order>")
    assert (result.place.source, result.place.line) == ("a.md", 7)
    assert SOURCE.splitlines()[6][result.place.column - 1 : result.place.end_column - 1] == "2024-05-01"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_result_for_what_is_missing_stands_on_the_first_line_of_the_article(engine: Engine, tools: pipeline.Tools) -> None:
    record = record_of(SOURCE.replace("author: Marie Novak\n", ""), line=12)
    (result,) = (r for r in results_of(record, tools, engine) if r.shape == f"<{SHAPES}article-author-required>")
    assert (result.place.source, result.place.line) == ("a.md", 12)


def place(span: tuple[int, int] | None) -> Place:
    return Place("a.md", *(span or (99, 99)))


def test_a_result_is_placed_by_its_value_else_its_property_else_by_what_leads_to_its_node(shapes: Shapes) -> None:
    person = "<urn:ex:novak>"
    statements = [
        Statement(A, terms.TYPE, terms.ARTICLE, "", None),
        Statement(A, terms.HEADLINE, '"one"@en', "", (1, 1)),
        Statement(A, terms.HEADLINE, '"two"@en', "", (2, 1)),
        Statement(A, terms.DATE_PUBLISHED, '"soon"', "", (3, 1)),
        Statement(A, terms.AUTHOR, person, "", (4, 1)),
        Statement(person, terms.TYPE, terms.PERSON, "", None),
    ]
    lines = {r.shape.removeprefix(f"<{SHAPES}")[:-1]: r.place.line for r in validation.validate(statements, shapes, "fast", place)}
    assert lines["article-headline-single"] == 1
    assert lines["article-published-datatype"] == 3
    assert lines["person-name-required"] == 4
    assert lines["article-publisher-required"] == 99
    assert list(lines.values()) == sorted(lines.values())


def test_a_fault_of_a_vocabulary_is_not_the_article_s(tmp_path: Path) -> None:
    words = tmp_path / "own.ttl"
    words.write_text(
        f'<urn:ex:place> a <{terms.KG}Region> ; <{terms.SKOS}prefLabel> "Atlantis"@en, "Atlantida"@en .\n', encoding="utf-8"
    )
    own = pipeline.load_tools(config.Config(vocabulary=(vocabulary.Source(words),)))
    record = record_of(SOURCE.replace("---\n\nText.", "regions: [Atlantis]\n---\n\nIn Atlantis."))
    article = linkers.link(pipeline.read(record, own.config), own.vocabulary)
    statements = mapping.describe(article, own.vocabulary)
    assert any(s.object == "<urn:ex:place>" for s in statements)
    alone = validation.validate(rdf.read(words), own.validator.shapes)
    assert {result.focus for result in alone} == {"<urn:ex:place>"}
    assert "<urn:ex:place>" not in {result.focus for result in pipeline.check(article, statements, own)}


# --- what the user asks for ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", sorted(config.REQUIREMENTS))
def test_a_requirement_can_be_waived(name: str) -> None:
    shape = config.REQUIREMENTS[name]
    bare = [Statement(A, terms.TYPE, terms.ARTICLE, "")]
    for engine in ENGINES:
        asked, waived = (
            {result.shape for result in validation.validate(bare, validation.load_shapes(without=without), engine)}
            for without in ((), (shape,))
        )
        assert asked - waived == {f"<{SHAPES}{shape}>"}
        assert waived < asked


def write(folder: Path, text: str) -> Path:
    path = folder / "own.ttl"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def judged(folder: Path, text: str, data: str) -> list[Result]:
    """Return what a user's shapes, without ours, say of a graph; the same by both engines."""
    path = write(folder, text)
    loaded = validation.load_shapes([path])
    ours = set(validation.load_shapes().statements)
    own = Shapes(tuple(s for s in loaded.statements if s not in ours), loaded.axioms)
    statements = rdf.parse((HEAD + data).encode(), rdf.FORMATS[".ttl"], "data.ttl")
    fast, slow = (validation.validate(statements, own, engine) for engine in ENGINES)
    assert list(map(essence, fast)) == list(map(essence, slow))
    return fast


SHAPE = "ex:Shape a sh:NodeShape ; sh:targetClass schema:Article ; sh:property [ {} ] ."
NUMBERS = '"01"^^xsd:integer, "+5"^^xsd:integer, "x"^^xsd:integer'
DATA = f'ex:a a schema:Article ; ex:n {NUMBERS} ; ex:p ex:b, "lit" ; schema:headline "X1"@en .'


def test_a_shape_without_a_name_is_named_by_the_nearest_that_has_one(tmp_path: Path) -> None:
    nested = SHAPE.format("sh:path ex:p ; sh:nodeKind sh:IRI ; sh:property [ sh:path ex:q ; sh:minCount 1 ]")
    results = judged(tmp_path, nested, DATA)
    assert {(r.shape, r.focus, r.path) for r in results} == {
        ("<urn:ex:Shape>", "<urn:ex:a>", "<urn:ex:p>"),
        ("<urn:ex:Shape>", "<urn:ex:b>", "<urn:ex:q>"),
        ("<urn:ex:Shape>", '"lit"', "<urn:ex:q>"),
    }


def test_a_shape_without_a_message_gets_one_that_names_constraint_and_property(tmp_path: Path) -> None:
    (result,) = judged(tmp_path, SHAPE.format("sh:path schema:author ; sh:minCount 1"), DATA)
    assert result.reason == "schema:author is missing: at least 1 value is expected; add it"
    (result,) = judged(tmp_path, SHAPE.format("sh:path [ sh:inversePath ex:q ] ; sh:minCount 1"), DATA)
    assert result.reason == "^<urn:ex:q> is missing: at least 1 value is expected; add it"
    (result,) = judged(tmp_path, "ex:Shape a sh:NodeShape ; sh:targetClass schema:Article ; sh:nodeKind sh:Literal .", DATA)
    assert result.reason == "<urn:ex:a> is not a literal (text, number or date); write one"


def test_messages_and_severities_of_the_user_are_kept(tmp_path: Path) -> None:
    shape = SHAPE.format('sh:path ex:zz ; sh:minCount 1 ; sh:message "Say {?zz}."@en, "Dis zz."@fr ; sh:severity sh:Warning')
    (result,) = judged(tmp_path, shape, DATA)
    assert (result.severity, result.reason) == ("warning", "Say {?zz}.")
    (result,) = judged(tmp_path, SHAPE.format("sh:path ex:zz ; sh:minCount 1 ; sh:severity ex:own"), DATA)
    assert result.severity == "violation"


def test_values_are_spelt_as_in_the_data(tmp_path: Path) -> None:
    results = judged(tmp_path, SHAPE.format("sh:path ex:n ; sh:in ( 1 )"), DATA)
    assert [terms.parts(result.value or "").text for result in results] == ["+5", "01", "x"]


@pytest.mark.parametrize(
    ("shape", "count"),
    [
        (SHAPE.format("sh:path ex:n ; sh:datatype xsd:integer"), 1),
        (SHAPE.format("sh:path ex:n ; sh:hasValue 1"), 1),
        (SHAPE.format("sh:path ex:n ; sh:maxInclusive 3"), 2),
        (SHAPE.format("sh:path ex:p ; sh:class schema:Person"), 2),
        (SHAPE.format("sh:path ex:p ; sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ]"), 2),
        (SHAPE.format('sh:path schema:headline ; sh:pattern "^[a-z]+$" ; sh:flags "i"'), 1),
        (SHAPE.format('sh:path schema:headline ; sh:languageIn ( "fr" )'), 1),
        (SHAPE.format("sh:path ( ex:p ex:q ) ; sh:minCount 1"), 1),
        (SHAPE.format("sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:Q ] ; sh:qualifiedMinCount 1"), 1),
        (SHAPE.format("sh:path ex:zz ; sh:minCount 1 ; sh:deactivated true"), 0),
        ("ex:Shape a sh:NodeShape ; sh:targetClass schema:Article ; sh:or ( [ sh:class ex:X ] [ sh:class ex:Y ] ) .", 1),
        ("ex:Shape a sh:NodeShape ; sh:targetClass schema:Article ; sh:closed true .", 7),
        ("ex:Shape sh:targetSubjectsOf ex:p ; sh:not [ sh:class schema:Article ] .", 1),
    ],
)
def test_both_engines_apply_a_shape_of_the_user_alike(shape: str, count: int, tmp_path: Path) -> None:
    assert len(judged(tmp_path, shape, DATA)) == count


def test_a_sparql_constraint_has_its_message_and_value(tmp_path: Path) -> None:
    select = "SELECT $this ?value { $this <urn:ex:p> ?value FILTER(isLiteral(?value)) }"
    shape = f'ex:Shape sh:targetClass schema:Article ; sh:sparql [ sh:message "No {{?value}}." ; sh:select "{select}" ] .'
    (result,) = judged(tmp_path, shape, DATA)
    assert (result.reason, result.value, result.shape) == ("No lit.", '"lit"', "<urn:ex:Shape>")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (SHAPE.format('sh:path schema:headline ; sh:pattern "*"'), "no regular expression: repetition operator missing"),
        (SHAPE.format('sh:path schema:headline ; sh:pattern "^(?!x)"'), "look-around"),
        (SHAPE.format('sh:path schema:headline ; sh:pattern "a" ; sh:flags "zz"'), "unsupported sh:flags"),
        (SHAPE.format('sh:path schema:headline ; sh:minCount "x"'), "sh:minCount"),
        (SHAPE.format("sh:path ex:p ; sh:in 5"), "sh:in wants a list"),
        (SHAPE.format("sh:path ex:p ; sh:nodeKind ex:no"), "sh:nodeKind wants one of"),
        (SHAPE.format("sh:minCount 1"), "has one sh:path"),
        (SHAPE.format("sh:path ex:p, ex:q ; sh:minCount 1"), "has one sh:path"),
        ('ex:S sh:targetClass schema:Article ; sh:property "x" .', "sh:property wants a shape"),
        ('ex:S sh:targetClass schema:Article ; sh:sparql [ sh:select "SELECT $this {" ] .', "SPARQL"),
        ('ex:S a sh:NodeShape ; sh:target [ sh:select "SELECT ?this { ?this a schema:Article }" ] .', "sh:target is not supported"),
        ('ex:S a sh:NodeShape ; sh:js [ sh:jsFunctionName "f" ] .', "sh:js is not supported"),
        ("ex:a a schema:Article .", "no shapes in this file"),
        ("", "no shapes in this file"),
    ],
)
def test_shapes_that_no_engine_could_apply_are_refused_with_their_file(text: str, reason: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ShapeError, match=reason) as refusal:
        validation.load_shapes([path])
    assert refusal.value.place is not None
    assert refusal.value.place.source == str(path)


def test_a_syntax_error_in_shapes_has_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, 'ex:S a sh:NodeShape ;\n sh:targetClass "x .\n')
    with pytest.raises(ShapeError) as refusal:
        validation.load_shapes([path])
    assert refusal.value.place is not None
    assert (refusal.value.place.source, refusal.value.place.line) == (str(path), 3)


def test_a_query_to_another_server_is_refused_before_it_runs(tmp_path: Path) -> None:
    select = "SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }"
    path = write(tmp_path, f'ex:S sh:targetClass schema:Article ; sh:sparql [ sh:select "{select}" ] .')
    with pytest.raises(ShapeError, match="SERVICE would ask another server"):
        validation.load_shapes([path])


def test_shapes_of_the_user_may_use_ours(tmp_path: Path, shapes: Shapes) -> None:
    own = validation.load_shapes(
        [write(tmp_path, f"ex:S sh:targetClass ex:Note ; sh:property <{SHAPES}article-headline-required> .")]
    )
    note: list[Statement] = [Statement("<urn:ex:n>", terms.TYPE, "<urn:ex:Note>", "")]
    assert [result.shape for result in validation.validate(note, own)] == [f"<{SHAPES}article-headline-required>"]
    assert validation.validate(note, shapes) == []


def test_without_the_fast_engine_pyshacl_does_its_work(shapes: Shapes, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = [Statement(A, terms.TYPE, terms.ARTICLE, "")]
    expected = validation.validate(bare, shapes, "fast")
    monkeypatch.setitem(sys.modules, "shacl", None)
    assert validation.validate(bare, validation.load_shapes(), "auto") == expected
    with pytest.raises(UsageError, match="not installed"):
        validation.validate(bare, validation.load_shapes(), "fast")


def test_blank_nodes_of_the_data_keep_their_labels(tmp_path: Path) -> None:
    shape = "ex:S sh:targetObjectsOf ex:p ; sh:nodeKind sh:Literal ; sh:property [ sh:path ex:p ; sh:in ( 1 2 ) ] ."
    data = 'ex:a ex:p [ ex:p [ ex:q 1 ] ], [ ex:p "_:b1" ] .'
    labels = {
        term for s in rdf.parse((HEAD + data).encode(), rdf.FORMATS[".ttl"], "data.ttl") for term in s[:3] if rdf.is_blank(term)
    }
    assert len(labels) == 3
    assert {result.focus for result in judged(tmp_path, shape, data)} - {'"_:b1"'} == labels


def test_graph_names_and_repetitions_make_no_difference(shapes: Shapes) -> None:
    graph: list[Statement] = [Statement(A, terms.TYPE, terms.ARTICLE, name) for name in ("", "<urn:g>", "<urn:h>")]
    assert list(map(essence, validation.validate(graph, shapes))) == list(map(essence, validation.validate(graph[:1], shapes)))


def term_of(term: Term) -> Term:
    return from_rdflib(to_rdflib(term))


@pytest.mark.parametrize(
    "term", ["<urn:a>", "_:b1", '"x"', r'"\"\n\\é\u007F"', '"x"@en-us', '"01"^^<http://www.w3.org/2001/XMLSchema#integer>']
)
def test_a_term_comes_back_from_rdflib_as_it_was(term: Term) -> None:
    assert term_of(term) == term
