"""Every statement of an RDF file has the line and column on which it stands, in every format and layout."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from random import Random
from typing import Any

import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from rdflib.collection import Collection

from kg import exporters, rdf, terms
from kg.errors import Place, VocabularyError
from kg.rdf.addresses import resolve
from kg.terms import Statement
from tests.conftest import SHARED
from tests.strategies import GRAPHS

F = pyoxigraph.RdfFormat
some = settings(max_examples=40, deadline=None)
WRITTEN = {
    "turtle": F.TURTLE,
    "trig": F.TRIG,
    "ntriples": F.N_TRIPLES,
    "nquads": F.N_QUADS,
    "jsonld": F.JSON_LD,
    "rdfxml": F.RDF_XML,
}
BY_RDFLIB = {
    "turtle": F.TURTLE,
    "longturtle": F.TURTLE,
    "nt": F.N_TRIPLES,
    "nquads": F.N_QUADS,
    "trig": F.TRIG,
    "json-ld": F.JSON_LD,
    "xml": F.RDF_XML,
    "pretty-xml": F.RDF_XML,
}


def placed(body: bytes, form: F) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Return line and column of each statement, after a look whether these are the very statements that are read."""
    found = rdf.locate(body, form, "a")
    read = rdf.parse(body, form, "a")
    assert set(found.statements) == {statement[:3] for statement in read}
    assert set(found.subjects) == {statement.subject for statement in read}
    places = {key: found.place("a", *key) for key in found.statements}
    assert {key: place.line for key, place in places.items()} == found.statements
    return {key: (place.line, place.column) for key, place in places.items()}


def misplaced(body: bytes, found: dict[tuple[str, str, str], tuple[int, int]]) -> dict[tuple[str, str, str], str]:
    """Return the statements at whose places something else stands, with what that is."""
    rows = [row.decode() for row in body.splitlines()]
    standing = {key: rows[line - 1][column - 1 :] for key, (line, column) in found.items()}
    return {key: text for key, text in standing.items() if not written_alike(key, text)}


# --- what stands there is the object ---------------------------------------------------------------------------------------------
def written_alike(statement: tuple[str, str, str], text: str) -> bool:
    """Tell whether a text begins with what could be the object: its bracket, its quotation mark, its number or its last letters."""
    term = statement[2]
    if term[0] == "_":
        # The rest of a list begins with its next item
        return text.startswith(("[", "(", "_:")) or statement[1] == f"<{terms.RDF}rest>"
    if term[0] == '"':
        value = terms.parts(term).text
        return text.startswith(("'", '"')) or text.startswith(value)
    if term == f"<{terms.RDF}nil>" and text.startswith((")", "(")):
        return True
    tail = re.split(r"[/#:?=&%.]", term[1:-1])[-1]
    return text.startswith(("<", "(")) or tail in text


@some
@given(GRAPHS)
def test_whatever_we_write_each_statement_has_its_line(graph: list[Statement]) -> None:
    for name, form in WRITTEN.items():
        body = exporters.export(graph, name).encode()
        found = placed(body, form)
        if form in (F.TURTLE, F.TRIG, F.N_TRIPLES, F.N_QUADS):
            assert misplaced(body, found) == {}


def a_dataset(random: Random) -> rdflib.Dataset:
    """Return a few graphs with texts and names that are hard to write."""
    example, schema = rdflib.Namespace("https://example.org/"), rdflib.Namespace("https://schema.org/")
    dataset = rdflib.Dataset()
    dataset.bind("ex", example)
    dataset.bind("schema", schema)
    texts = [
        "x",
        "two\nlines",
        '"q" \\ back',
        "é中😀",
        "#no <a:b> .",
        "tab\t",
        "1",
        "",
        "it's",
        "a\r\nb",
        "back\\",
        "@prefix",
        '"""',
    ]
    blanks = [rdflib.BNode() for _ in range(3)]
    nodes: list[Any] = [example[name] for name in ("a", "b-c", "d.e", "f/g", "h%20i")]
    nodes += [rdflib.URIRef("urn:x:y"), rdflib.URIRef("https://example.org/é"), *blanks]

    def literal() -> rdflib.Literal:
        text = random.choice(texts)
        return random.choice(
            [
                rdflib.Literal(text),
                rdflib.Literal(text, lang=random.choice(["en", "pt-BR"])),
                rdflib.Literal(text, datatype=example.type),
                rdflib.Literal(random.randrange(-5, 9)),
                rdflib.Literal(True),
                rdflib.Literal("1.5", datatype=rdflib.XSD.decimal),
                rdflib.Literal("1.5E3", datatype=rdflib.XSD.double),
            ]
        )

    graphs = [dataset.default_graph, *(dataset.graph(example[f"g{number}"]) for number in range(random.randrange(3)))]
    for _ in range(random.randrange(1, 12)):
        graph, subject = random.choice(graphs), random.choice(nodes)
        predicate = random.choice([schema.name, example.p, example["p-1"], rdflib.RDF.value])
        graph.add((subject, predicate, random.choice([literal(), random.choice(nodes)])))
        graph.add((subject, rdflib.RDF.type, example.Thing))
        if random.random() < 0.2:
            first = rdflib.BNode()
            Collection(graph, first, [literal() for _ in range(3)])
            graph.add((subject, example.list, first))
    return dataset


@pytest.mark.parametrize("name", BY_RDFLIB)
def test_whatever_rdflib_writes_each_statement_has_its_line(name: str) -> None:
    for seed in range(25):
        dataset = a_dataset(Random(seed))
        source: Any = dataset if name in ("nquads", "trig", "json-ld") else dataset.default_graph
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                body = source.serialize(format=name, encoding="utf-8", auto_compact=bool(seed % 2))
            except (AssertionError, ValueError, TypeError, AttributeError):
                continue  # lists that it cannot write
        try:
            read = rdf.parse(body, BY_RDFLIB[name], "a")
        except VocabularyError:
            assert name in ("pretty-xml", "json-ld")  # which it writes with & in a name, or a text as a type
            continue
        found = placed(body, BY_RDFLIB[name])
        assert len(found) == len({statement[:3] for statement in read})
        if name in ("turtle", "longturtle", "nt", "nquads", "trig"):
            assert misplaced(body, found) == {}


@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared data beside the project (KG_SHARED)")
@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".nt", ".nq"])
def test_the_statements_of_the_w3c_suites_have_their_lines(suffix: str) -> None:
    paths = [path for path in sorted((SHARED / "w3c" / "rdf").rglob(f"*{suffix}")) if "bad" not in path.name]
    assert paths
    for path in paths:
        try:
            read = rdf.read(path)
        except VocabularyError:
            continue
        assert set(rdf.lines(path).statements) == {statement[:3] for statement in read}, path


# --- layouts -------------------------------------------------------------------------------------------------------------------
LAYOUT = """@prefix a: <urn:a:> . # a comment: "quoted" . <x>
PREFIX : <http://a.example/ns#>
@base <http://a.example/x/> .
:one a a:Thing;a:p"x","y"@en
  ,\t'é😀', 5. a:two a:p -1.5e3,true ;
  a:q [ a:r "inner" ;
        a:s ( "first"
              [ a:t :deep ] ) ] ;;
  a:long \"""text with "quotes"
 and a:two a:p "no" .
\""" , <rel> , a:na\\~me , :%41.b .
"""
EXPECTED = {
    "<urn:a:Thing>": (4, 8),
    '"x"': (4, 19),
    '"y"@en': (4, 23),
    '"é😀"': (5, 5),
    '"5"': (5, 11),
    '"-1.5e3"': (5, 24),
    '"true"': (5, 31),
    '"inner"': (6, 13),
    '"first"': (7, 15),
    "<http://a.example/ns#deep>": (8, 21),
    '"text with \\"quotes\\"\\n and a:two a:p \\"no\\" .\\n"': (9, 10),
    "<http://a.example/x/rel>": (11, 7),
    "<urn:a:na~me>": (11, 15),
    "<http://a.example/ns#%41.b>": (11, 26),
    f"<{terms.RDF}nil>": (8, 29),
}


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_and_column_are_those_of_the_object(ends: str, mark: str) -> None:
    found = placed((mark + LAYOUT.replace("\n", ends)).encode(), F.TURTLE)
    long = next(key for key in EXPECTED if "quotes" in key)
    expected = {key.replace("\\n", terms.escape(ends)) if key == long else key: place for key, place in EXPECTED.items()}
    by_object = {re.sub(r"\^\^.*", "", key[2]): place for key, place in found.items() if key[2][0] != "_"}
    assert by_object == expected
    brackets = sorted(place for key, place in found.items() if key[2][0] == "_")
    assert brackets == [(6, 7), (7, 13), (8, 15), (8, 15)]


def test_a_triple_of_several_graphs_stands_where_it_is_told_first() -> None:
    body = b"@prefix : <urn:> .\n:g {\n :a :p :b .\n}\nGRAPH :h { :a\n :p\n :b, :c }\n[] { :d :p _:x }\n{ _:x :p [] }"
    assert {key[2]: place for key, place in placed(body, F.TRIG).items() if key[2][0] == "<"} == {
        "<urn:b>": (3, 8),
        "<urn:c>": (7, 6),
    }


def test_a_statement_of_n_quads_stands_where_its_object_does() -> None:
    body = b'# c\n<urn:a>\t<urn:p>"x"@EN<urn:g> . # c\r\n\r\n_:b.c <urn:p> _:d <urn:g>.\n<urn:\\u0061> <urn:p> "\\u00e9"^^<urn:t> .'
    found = placed(body, F.N_QUADS)
    assert {key[2]: place for key, place in found.items() if key[2][0] == '"'} == {'"x"@en': (2, 16), '"é"^^<urn:t>': (5, 22)}
    assert [place for key, place in found.items() if key[2][0] == "_"] == [(4, 15)]


JSON = """{
  "@context": {
    "ex": "https://example.org/", "name": "ex:name", "id": "@id", "Person": "ex:Person",
    "knows": {"@id": "ex:knows", "@type": "@id"}, "born": {"@id": "ex:born", "@type": "ex:day"},
    "label": {"@id": "ex:label", "@container": "@language"}, "about": "ex:about",
    "steps": {"@id": "ex:steps", "@container": "@list"}, "isAbout": {"@reverse": "ex:about"}
  },
  "@graph": [
    {
      "id": "ex:anna", "@type": "Person",
      "name": ["Anna",
               {"@value": "Ana", "@language": "ES"}],
      "knows": "ex:bert", "born": "2000-01-01",
      "label": {"en": "A",
                "fr": ["B", "C"]},
      "steps": [1, 2.5, true],
      "isAbout": {"@id": "ex:page"},
      "about": {"name": "nobody",
                "unknown": 1}
    },
    {"@id": "ex:g", "@graph": {"@id": "ex:anna", "ex:age": 7}}
  ]
}"""


def test_statements_of_json_ld_stand_where_their_values_do() -> None:
    found = placed(JSON.encode(), F.JSON_LD)
    by_object = {re.sub(r"\^\^.*", "", key[2]): place for key, place in found.items() if key[2][0] != "_"}
    assert by_object == {
        "<https://example.org/Person>": (10, 33),
        '"Anna"': (11, 16),
        '"Ana"@es': (12, 16),
        "<https://example.org/bert>": (13, 16),
        '"2000-01-01"': (13, 35),
        '"A"@en': (14, 23),
        '"B"@fr': (15, 24),
        '"C"@fr': (15, 29),
        '"1"': (16, 17),
        '"2.5E0"': (16, 20),
        '"true"': (16, 25),
        f"<{terms.RDF}nil>": (16, 25),
        "<https://example.org/anna>": (17, 18),
        '"nobody"': (18, 25),
        '"7"': (21, 60),
    }
    lines = rdf.locate(JSON.encode(), F.JSON_LD, "a")
    assert lines.place("a", "<https://example.org/anna>") == Place("a", 10, 13)
    assert lines.place("a", "<https://example.org/anna>", "<https://example.org/age>") == Place("a", 10, 13)


def test_what_a_walk_over_json_ld_does_not_know_has_no_line() -> None:
    body = b'{"@context": {"p": {"@id": "urn:p", "@container": "@id"}}, "@id": "urn:s",\n "p": {"urn:t": {"urn:q": 1}}, "urn:r": 2}'
    found = rdf.locate(body, F.JSON_LD, "a")
    assert found.find("<urn:s>", "<urn:r>", f'"2"^^{terms.XSD_INTEGER}') == 2
    assert found.find("<urn:t>", "<urn:q>", f'"1"^^{terms.XSD_INTEGER}') == 0
    assert found.place("a", "<urn:t>") == Place("a")


XML = f"""<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF xmlns:rdf="{terms.RDF}" xmlns:p="urn:p:" xml:base="http://a.example/x">
  <p:Person rdf:about="#anna" xml:lang="EN"
            p:name="Anna" rdf:type="urn:t">
    <p:é>é</p:é><p:knows rdf:resource="y"/>
    <p:age rdf:datatype="urn:int">7
    </p:age>
    <p:knows><rdf:Description rdf:nodeID="b">
      <p:list rdf:parseType="Collection">
        <rdf:Description rdf:ID="one"/>
        <p:Person/>
      </p:list></rdf:Description></p:knows>
    <p:part rdf:parseType="Resource"><p:x>1</p:x>
      <p:empty/></p:part>
    <p:short p:y="2"/> <rdf:li>3</rdf:li><rdf:li xml:lang="de">4</rdf:li>
    <p:said rdf:ID="said">5</p:said>
    <p:none rdf:parseType="Collection"/>
  </p:Person>
</rdf:RDF>
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_statements_of_rdf_xml_stand_where_their_properties_do(encoding: str) -> None:
    body = XML.replace('"utf-8"', f'"{encoding.removesuffix("-sig")}"').encode(encoding)
    found = placed(body, F.RDF_XML)
    by_object = {re.sub(r"\^\^.*", "", key[2]): place for key, place in found.items() if key[2][0] == '"'}
    assert by_object == {
        '"Anna"@en': (4, 13),
        '"é"@en': (5, 5),
        '"7\\n    "': (6, 5),
        '"1"@en': (13, 38),
        '""@en': (14, 7),
        '"2"@en': (15, 14),
        '"3"@en': (15, 24),
        '"4"@de': (15, 42),
        '"5"@en': (16, 5),
    }
    lines = rdf.locate(body, F.RDF_XML, "a")
    assert lines.place("a", "<http://a.example/x#anna>") == Place("a", 3, 3)
    assert lines.place("a", "<http://a.example/x#anna>", terms.TYPE, "<urn:t>") == Place("a", 4, 27)
    assert lines.place("a", "<http://a.example/x#said>") == Place("a", 16, 5)


# --- places ----------------------------------------------------------------------------------------------------------------------
def test_a_missing_value_points_to_the_start_of_its_subject() -> None:
    body = b"@prefix : <urn:> .\n:b :p :a .\n\n  :a\n    :p 1 .\n:a :q 2 .\n"
    found = rdf.locate(body, F.TURTLE, "a.ttl")
    assert found.place("a.ttl", "<urn:a>", "<urn:none>") == found.place("a.ttl", "<urn:a>") == Place("a.ttl", 4, 3)
    assert found.place("a.ttl", "<urn:a>", "<urn:q>", f'"2"^^{terms.XSD_INTEGER}') == Place("a.ttl", 6, 7)
    assert found.place("a.ttl", "<urn:nobody>") == Place("a.ttl")


def test_lines_that_are_made_by_hand_have_places_without_columns() -> None:
    found = rdf.Lines({("<urn:a>", "<urn:p>", "<urn:b>"): 7}, {"<urn:a>": 6})
    assert found.place("a", "<urn:a>", "<urn:p>", "<urn:b>") == Place("a", 7)
    assert found.place("a", "<urn:a>") == Place("a", 6)


def test_lines_of_a_file_and_of_its_bytes_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(LAYOUT, "utf-8", newline="")
    from_file, from_bytes = rdf.lines(path), rdf.locate(LAYOUT.encode(), F.TURTLE, "-")
    assert (from_file.statements, from_file.subjects) == (from_bytes.statements, from_bytes.subjects)


def test_nodes_in_circles_have_the_same_labels_in_lines_as_in_reading() -> None:
    body = b"_:a <urn:p> _:b . _:b <urn:p> _:a .\n_:c <urn:p> _:d . _:d <urn:p> _:e . _:e <urn:p> _:c .\n_:f <urn:p> _:f ."
    placed(body, F.TURTLE)
    placed(b"_:g { _:g <urn:p> _:h . _:i <urn:p> _:g } _:h { _:i <urn:p> _:g } ", F.TRIG)


# --- hostile layouts -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b"<urn:s> <urn:p> " + b"'x', " * 30_000 + b"1 .", F.TURTLE),
        (b"<urn:s> <urn:p> " + b"[ <urn:p> " * 5_000 + b"1 " + b"]" * 5_000 + b".", F.TURTLE),
        (b"<urn:s> <urn:p> " + b"( " * 5_000 + b")" * 5_000 + b".", F.TURTLE),
        (b"<urn:s> <urn:p> " + b"'~--<<{|' , " * 20_000 + b"1 .", F.TURTLE),
        (b'{"urn:p":' * 450 + b"1" + b"}" * 450, F.JSON_LD),
        (b'{"@id": "urn:s", "urn:p": ' + b'{"@list": [' * 200 + b"1" + b"]}" * 200 + b"}", F.JSON_LD),
        (b'{"@id": "urn:s", "@nest": ' + b'{"@nest": ' * 400 + b"{}" + b"}" * 400 + b"}", F.JSON_LD),
        (
            f'<rdf:RDF xmlns:rdf="{terms.RDF}" xmlns:p="urn:">{"<p:a><p:b>" * 400}{"</p:b></p:a>" * 400}</rdf:RDF>'.encode(),
            F.RDF_XML,
        ),
        (
            f'<p:a xmlns:rdf="{terms.RDF}" xmlns:p="urn:" {" ".join(f"""p:b{n}="" """ for n in range(5_000))}/>'.encode(),
            F.RDF_XML,
        ),
    ],
    ids=["one line", "brackets", "lists", "texts", "json", "json lists", "json nests", "xml", "attributes"],
)
def test_odd_layouts_have_lines_or_none_and_are_read(body: bytes, form: F) -> None:
    found = rdf.locate(body, form, "a")
    assert {*found.statements.values(), *found.subjects.values()} <= {1}


# --- relative addresses ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "base", ["http://a.example/b/c/d;p?q", "urn:x-kg:document", "http://a.example", "file:///x/y", "urn:a/b#c"]
)
@pytest.mark.parametrize(
    "reference",
    ["", "g", "./g", "g/", "/g", "//g", "?y", "g?y#s", "#s", "..", "../g", "../../../g", "g;x=1/../y", "urn:x/../y", "a:b"],
)
def test_relative_addresses_mean_what_the_parser_says(base: str, reference: str) -> None:
    body = f"<x:s> <x:p> <{reference}> ."
    (quad,) = pyoxigraph.parse(body.encode(), format=F.TURTLE, base_iri=base)
    assert f"<{resolve(base, reference)}>" == str(quad.object)
