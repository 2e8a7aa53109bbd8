"""The door for foreign RDF: every syntax is read, what is wrong has its place, nothing is fetched."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import rdf, terms
from kg.errors import ResourceError, VocabularyError
from kg.terms import Statement, Term
from tests.strategies import BLANK_GRAPHS, canonical

some = settings(max_examples=60, deadline=None)

XML = '<?xml version="1.0"?>{}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:p="urn:p:">{}</rdf:RDF>'
DOCUMENTS = {
    ".ttl": "<urn:s> <urn:p:a> 'é'@EN .",
    ".nt": '<urn:s> <urn:p:a> "\\u00e9"@en .',
    ".nq": '<urn:s> <urn:p:a> "é"@en <urn:g> .',
    ".trig": '<urn:g> { <urn:s> <urn:p:a> "é"@en }',
    ".jsonld": '{"@id": "urn:s", "urn:p:a": {"@value": "é", "@language": "en"}}',
    ".json": '{"@context": {"a": "urn:p:a"}, "@id": "urn:s", "a": {"@value": "é", "@language": "en"}}',
    ".rdf": XML.format("", '<rdf:Description rdf:about="urn:s"><p:a xml:lang="en">é</p:a></rdf:Description>'),
    ".owl": XML.format("", '<rdf:Description rdf:about="urn:s" xml:lang="en" p:a="é"/>'),
    ".xml": XML.format("", '<rdf:Description rdf:about="urn:s"><p:a xml:lang="EN">é</p:a></rdf:Description>'),
}


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def turtle(text: str) -> list[Statement]:
    return rdf.parse(text.encode(), pyoxigraph.RdfFormat.TURTLE, "a.ttl")


# --- reading -----------------------------------------------------------------------------------------------------------------
def test_there_is_a_document_for_every_ending() -> None:
    assert set(DOCUMENTS) == rdf.SUFFIXES


@pytest.mark.parametrize("suffix", DOCUMENTS)
def test_every_syntax_gives_the_same_statement(suffix: str, tmp_path: Path) -> None:
    graph = "<urn:g>" if suffix in (".nq", ".trig") else ""
    expected = [Statement("<urn:s>", "<urn:p:a>", '"é"@en', graph)]
    assert rdf.read(write(tmp_path, f"a{suffix}", DOCUMENTS[suffix])) == expected
    assert rdf.read(str(write(tmp_path, f"A{suffix.upper()}", DOCUMENTS[suffix]))) == expected


@pytest.mark.parametrize("suffix", DOCUMENTS)
def test_a_byte_order_mark_does_no_harm(suffix: str, tmp_path: Path) -> None:
    path = write(tmp_path, f"a{suffix}", b"\xef\xbb\xbf" + DOCUMENTS[suffix].encode())
    assert [statement.object for statement in rdf.read(path)] == ['"é"@en']


def test_literals_are_canonical_whatever_their_spelling() -> None:
    text = '<urn:s> <urn:p> "\\u0041\\t\\b\\u0000\\uFFFE", \'\'\'a\n"\'\'\', "x", 01, 1.0, "x"@pt-BR .'
    assert [statement.object for statement in turtle(text)] == sorted(
        [r'"A\t\b\u0000\uFFFE"', r'"a\n\""', '"x"', f'"01"^^{terms.XSD_INTEGER}', f'"1.0"^^{terms.XSD_DECIMAL}', '"x"@pt-br']
    )


def test_statements_are_sorted_and_each_is_there_once() -> None:
    statements = turtle("<urn:b> <urn:p> 1, 1 . <urn:a> <urn:p> 1 . <urn:b> <urn:p> 1 .")
    assert [statement.subject for statement in statements] == ["<urn:a>", "<urn:b>"]


def test_relative_iris_do_not_depend_on_where_the_file_lies(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    paths = [write(tmp_path, "a.ttl", "<#a> <urn:p> <> ."), write(tmp_path / "sub", "b.ttl", "<#a> <urn:p> <> .")]
    assert rdf.read(paths[0]) == rdf.read(paths[1])
    assert rdf.read(paths[0])[0].subject == f"<{rdf.DEFAULT_BASE}#a>"


# --- what is wrong ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "text", "line", "column"),
    [
        ("a.ttl", '<urn:s> <urn:p> "ok" .\n<urn:s> <urn:p> "not closed\n', 2, 17),
        ("a.ttl", "<urn:s>\n<urn:p>\n<a b> .", 3, 1),
        ("a.ttl", "p:a <urn:p> 1 .", 1, 1),
        ("a.nt", "<urn:s> <urn:p> <urn:o>\n", 1, 24),
        ("a.nq", "\n<urn:s> <urn:p> _:b <urn:g> <urn:x> .", 2, 29),
        ("a.trig", "<urn:g> {\n <urn:s> <urn:p> 1 .\n", 3, 1),
        ("a.jsonld", '{"@id":\n', 2, 1),
        ("a.ttl", b"<urn:s> <urn:p>\n\"\xff\" .", 2, 2),
    ],
)  # fmt: skip
def test_bad_syntax_has_line_and_column(name: str, text: str | bytes, line: int, column: int, tmp_path: Path) -> None:
    path = write(tmp_path, name, text)
    with pytest.raises(VocabularyError) as refusal:
        rdf.read(path)
    assert refusal.value.place is not None
    assert (refusal.value.place.source, refusal.value.place.line, refusal.value.place.column) == (str(path), line, column)
    assert "Parser error" not in refusal.value.reason


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.rdf", "<rdf:RDF><a></b></rdf:RDF>"),
        ("a.rdf", "x"),
        ("a.jsonld", '{"@id": "urn:s", "@type": 5}'),
        ("a.jsonld", ""),
    ],
)
def test_what_is_no_rdf_xml_or_json_ld_is_refused_with_its_file(name: str, text: str, tmp_path: Path) -> None:
    path = write(tmp_path, name, text)
    with pytest.raises(VocabularyError) as refusal:
        rdf.read(path)
    assert str(refusal.value).startswith(str(path))


@pytest.mark.parametrize("name", ["a.md", "a", "a.ttl.gz", "ttl"])
def test_a_file_of_another_ending_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match="not an RDF file by its ending"):
        rdf.read(write(tmp_path, name, "<urn:s> <urn:p> 1 ."))


def test_a_file_that_cannot_be_read_is_refused_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "folder.ttl").mkdir()
    for path in (tmp_path / "none.ttl", tmp_path / "folder.ttl"):
        with pytest.raises(ResourceError, match="cannot be read") as refusal:
            rdf.read(path)
        assert str(refusal.value).startswith(str(path))


@pytest.mark.parametrize(
    "text",
    [
        "<urn:s> <urn:p> <<( <urn:a> <urn:b> <urn:c> )>> .",
        "<< <urn:a> <urn:b> <urn:c> >> <urn:p> 1 .",
        "<urn:a> <urn:b> <urn:c> {| <urn:p> 1 |} .",
        '<urn:s> <urn:p> "x"@en--ltr .',
    ],
)
def test_what_is_new_in_rdf_1_2_is_refused(text: str) -> None:
    with pytest.raises(VocabularyError, match=r"RDF 1\.2"):
        turtle(text)


def test_a_text_of_type_lang_string_without_a_language_is_refused() -> None:
    body = b'{"@id": "urn:s", "urn:p": {"@value": "x", "@type": "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}}'
    with pytest.raises(VocabularyError, match="has a language"):
        rdf.parse(body, pyoxigraph.RdfFormat.JSON_LD, "a.jsonld")


# --- every fault in one run ----------------------------------------------------------------------------------------------------
EX = "@prefix ex: <https://example.org/> .\n"


def refusals(text: str | bytes, form: str) -> list[str]:
    """Return what is said of a document that is refused, its name cut off."""
    with pytest.raises(VocabularyError) as refusal:
        rdf.parse(text if isinstance(text, bytes) else text.encode(), getattr(pyoxigraph.RdfFormat, form), "a")
    return [str(fault).removeprefix("a:") for fault in refusal.value.each()]


def places(text: str | bytes, form: str) -> list[str]:
    return [":".join(said.split(":")[:2]) for said in refusals(text, form)]


def test_every_bad_line_of_n_triples_is_told() -> None:
    text = b"""<urn:s> <urn:p> <urn:o> .
bad
<urn:s> <urn:p> "never closed .

# <urn:s> a comment
<urn:s> <urn:p> "\xe9" .\r
<urn:s> <urn:p> 1 .\r<urn:s> <urn:p> <urn:o> <urn:g> .
<urn:s> <urn:p> <urn:o> . <urn:s> <urn:p> <urn:o> .
<urn:s> <urn:p> <urn:o
<s> <urn:p> <urn:o> ."""
    assert refusals(text, "N_TRIPLES") == [
        "2:1: The subject of a triple must be an IRI or a blank node",
        "3:17: a text in quotes that never ends",
        "6:18: a byte that is not UTF-8; save the file as UTF-8",
        "7:17: The object of a triple must be an IRI, a blank node or a literal",
        "8:25: a dot is missing before this",
        "9:27: a line holds one statement only",
        "10:17: an IRI in angle brackets that never ends",
        "11:1: an IRI begins with its scheme, such as https:",
    ]


@pytest.mark.parametrize(("count", "last"), [(100, "100:1"), (1_234, "1,134 more"), (20_000, "at least 10,000 more")])
def test_of_very_many_bad_lines_a_hundred_are_told_and_the_others_counted(count: int, last: str) -> None:
    said = refusals("bad\n" * count, "N_QUADS")
    assert len(said) == min(count, 101)
    assert last in said[-1]


FAULTY = """ex:a ex:p "x" ex:q .
ex:b ex:p 12abc .
ex:c ex:p "good" .
ex:d foo:p 1 ; ex:q foo:o .
ex:e foo:p "open ;
  ex:q 2 .
ex:f foo:p bar:x .
ex:g ex:p <a b> .
ex:h ex:p ( 1 2 .
ex:i ex:p [ ex:q 1 . # a comment
ex:j ex:p "\\q" .
ex:k ex:p "é中😀" , , 2 .
ex:l ex:p"""


@pytest.mark.parametrize("ends", ["\n", "\r", "\r\n"])
def test_reading_turtle_goes_on_behind_a_bad_statement(ends: str) -> None:
    expected = "2:15 3:13 5:6 6:12 8:12 9:11 10:17 11:20 12:12 13:19 15:1"
    assert places(f"{EX}{FAULTY}\n".replace("\n", ends), "TURTLE") == expected.split()


def test_an_unknown_prefix_is_named_once_and_one_that_is_declared_badly_not_at_all() -> None:
    text = "@prefix ex <https://example.org/> .\nex:a ex:p 1 .\nex:b foo:p 1 .\nfoo:c foo:p 1 .\n:d :p 1 ."
    assert refusals(text, "TURTLE") == [
        "1:9: a prefix ends in a colon, such as ex:",
        "3:6: the prefix foo: is not declared",
        "5:1: the prefix : is not declared",
    ]


def test_a_fault_in_a_graph_of_trig_does_not_hide_those_in_the_next() -> None:
    graphs = (
        "ex:g { ex:a ex:p 1 ;\n ex:q foo:x .\n ex:b ex:p 1 .\n}\nex:h { ex:a bar:x 1 .\n}\nex:a ex:b ex:c .\nex:i { ex:a ex:b }\n"
    )
    assert places(EX + graphs, "TRIG") == ["3:7", "6:13", "9:18"]


@pytest.mark.parametrize(
    "text",
    [
        'ex:a ex:p """open\nIt ends .\nex:b ex:p "y" .\nex:c ex:p """z""" .\nex:d ex:p "z .\n',
        'ex:a ex:p """open\nIt ends .\nex:b ex:p y .\n',
        "ex:g { ex:a ex:p x .\nex:b ex:p y .\n",
    ],
)
def test_where_a_long_text_or_a_graph_may_be_open_one_fault_is_told(text: str) -> None:
    assert len(refusals(EX + text, "TRIG")) == 1


@pytest.mark.parametrize(
    ("text", "form", "said"),
    [
        ((EX + "ex:a ex:p 1 .").encode("utf-16"), "TURTLE", "1:1: in UTF-16 or UTF-32 "),
        ((EX + "ex:a ex:p 1 .").encode("utf-16-le"), "TRIG", "1:1: in UTF-16 or UTF-32 "),
        ('{"@id": "urn:a"}'.encode("utf-32"), "JSON_LD", "1:1: in UTF-16 or UTF-32 "),
        ((EX + 'ex:a\n ex:p "é" .').encode("latin-1"), "TURTLE", "3:8: the byte E9 is not UTF-8"),
        ('{"@id":\n "urn:é"}'.encode("latin-1"), "JSON_LD", "2:7: a byte that is not UTF-8"),
        (XML.format("", "\né").encode("latin-1"), "RDF_XML", "2:1: a byte that is not UTF-8"),
        (b'<?xml version="1.0" encoding="ebcdic"?><a/>', "RDF_XML", "1: XML in the encoding ebcdic is not read"),
        (b"<urn:s> <urn:p>\n \0 .", "TURTLE", "2:2: a NUL byte"),
        (b"<urn:s> <urn:p> \0 .", "N_TRIPLES", "1:17: a NUL byte"),
    ],
)
def test_another_encoding_is_told_with_its_place(text: bytes, form: str, said: str) -> None:
    assert refusals(text, form)[0].startswith(said)


@pytest.mark.parametrize(
    ("text", "form", "place"),
    [
        ('ex:a ex:p "<<" , # <<\n << ex:a ex:p ex:o >> .', "TURTLE", "3:2"),
        ("ex:a ex:p ex:o ,\n ex:b {| ex:q 1 |} .", "TURTLE", "3:7"),
        ('ex:a ex:p "a--b" , "b"@en ,\n "c"@en--ltr .', "TRIG", "3:6"),
        ("ex:a ex:p ex:o .\nex:a ex:q ex:o ~ ex:r .", "TURTLE", "3:16"),
    ],
)
def test_what_is_new_in_rdf_1_2_is_refused_with_its_place(text: str, form: str, place: str) -> None:
    (said,) = refusals(EX + text, form)
    assert said.startswith(f"{place}: ")
    assert "RDF 1.2 is not read" in said


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("<urn:s> <urn:p> " + "<<( <urn:a> <urn:b> " * 100_000 + "<urn:c> " + ")>> " * 100_000 + ".", "TURTLE"),
        ("<urn:s> <urn:p> " + "<<( <urn:a> <urn:b> " * 100_000 + "<urn:c> " + ")>> " * 100_000 + ".", "N_TRIPLES"),
        ('{"urn:p":' * 20_000 + "1" + "}" * 20_000, "JSON_LD"),
        ('{"@context":' * 20_000, "JSON_LD"),
        ("[" * 1_000_000, "JSON_LD"),
        (XML.format("", "<p:a><p:b>" * 20_000 + "</p:b></p:a>" * 20_000), "RDF_XML"),
        ("{" * 100_000, "TRIG"),
        ("'" * 300_001, "TURTLE"),
        ('"' * 300_001, "TURTLE"),
    ],
    ids=["terms", "terms in lines", "objects", "contexts", "lists", "elements", "graphs", "quotes", "double quotes"],
)
def test_nesting_that_brings_parsers_down_is_refused(text: str, form: str) -> None:
    assert len(refusals(text, form)) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"@context":\n {"@vocab": "urn:"},\n "p": {\n"@context": "http://x.example/"}}', ["4:1: a JSON-LD context "]),
        ('[{"@context": "a"},\n{"@context": ["b", {}]},\n {"@context": {"@import": "c"}}]', ["1:3: ", "2:2: ", "3:16: "]),
        ('{"@id":\n5}', ["1:2: @id value must be a string"]),
        ('{"a": {"@id": "urn:a"},\n"@id": 5}', ["2:1: @id value must be a string"]),
        ('{"@context": {"t": "@type"}, "t": "urn:T", "urn:p":\n{"t": 5}}', ["2:2: @type value must be a string"]),
        ('{"@context": {"a": "urn:a",\n"b": 5}}', ["2:1: Term definition value must be null"]),
        ('{"@id": "urn:a",\n"urn:p": [1,]}', ["2:13: Trailing commas are not allowed"]),
        ('{"@id": "a b"}\n', ["1:2: an @id that is no IRI"]),
        ('[{"@id": "urn:a"},\n{"@id": "<urn:b>", "urn:p": {"@id": "urn:{c}"}}]', ["2:2: an @id ", "2:30: an @id "]),
        ("5", ["1:1: JSON-LD is an object or a list"]),
    ],
)
def test_faults_of_json_ld_have_their_places(text: str, said: list[str]) -> None:
    found = refusals(text, "JSON_LD")
    assert len(found) == len(said)
    assert [one[: len(start)] for one, start in zip(found, said, strict=True)] == said


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ("\n<p:A rdf:about='a b'/>", "2:1: not an IRI: 'a b'"),
        ("\n<p:A>\n<p:x>1</p:x>text</p:A>", "3:13: a text where an element should be: 'text'"),
        ("<p:A>\n <q:x/></p:A>", "2:2: not XML as it should be: a prefix that no xmlns attribute declares"),
        ("<p:A>\n &foo;</p:A>", "2:2: not XML as it should be: an entity that is not declared"),
        ("\n<p:A><p:b\n rdf:resource='x' rdf:nodeID='y'/></p:A>", "2:6: Not both rdf:resource and rdf:nodeID "),
        ("\n<p:A></p:B>", "2:8: not XML as it should be: a tag closes another element "),
    ],
)
def test_faults_of_rdf_xml_have_their_places(nodes: str, said: str) -> None:
    (found,) = refusals(XML.format("", nodes), "RDF_XML")
    assert found.startswith(said)


@pytest.mark.parametrize("nodes", ["", "<p:A", "<p:A>", "<p:A/>\n<p:B>"])
def test_half_a_file_of_rdf_xml_is_no_whole_one(nodes: str) -> None:
    (found,) = refusals(XML.format("", nodes).removesuffix("</rdf:RDF>"), "RDF_XML")
    assert "not XML as it should be" in found


def test_what_a_fault_says_is_short_and_steers_no_terminal() -> None:
    (said,) = refusals(f"ex:{'x' * 100_000} <urn:p> 1 .", "TURTLE")
    assert said == "1:1: the prefix ex: is not declared"
    for text in (f"{'x' * 100_000} <urn:p> 1 .", f"<urn:s> <urn:\x1b[31m{'x' * 100_000}> 1 ."):
        (said,) = refusals(text, "TURTLE")
        assert len(said) < 400
        assert "\x1b" not in said


# --- graphs of others ----------------------------------------------------------------------------------------------------------
def test_a_store_and_its_quads_become_the_statements_that_its_file_has() -> None:
    body = b"<urn:s> <urn:p> [ <urn:q> 'x'@EN ] . <urn:g> { <urn:s> <urn:p> 1 , _:b . _:b <urn:q> _:b }"
    store = pyoxigraph.Store()
    store.load(body, format=pyoxigraph.RdfFormat.TRIG)
    expected = rdf.parse(body, pyoxigraph.RdfFormat.TRIG, "a.trig")
    assert rdf.statements_of(store) == rdf.statements_of(list(store)) == expected
    assert rdf.statements_of([]) == []
    triples = [quad.triple for quad in store.quads_for_pattern(None, None, None, pyoxigraph.NamedNode("urn:g"))]
    assert len(rdf.statements_of(triples)) == 3


def test_a_graph_of_rdf_1_2_is_no_graph_of_ours() -> None:
    node = pyoxigraph.NamedNode("urn:s")
    directed = pyoxigraph.Literal("x", language="en", direction=pyoxigraph.BaseDirection.LTR)
    for thing in (pyoxigraph.Triple(node, node, node), directed):
        with pytest.raises(VocabularyError, match=r"RDF 1\.2"):
            rdf.statements_of([pyoxigraph.Triple(node, node, thing)])


def test_texts_that_look_like_rdf_1_2_are_texts() -> None:
    text = 'ex:a ex:p "<urn:s> <urn:p> <<( x", "\\"@en--ltr .", "x--ltr"@en, "a\\"^^%s ." .'
    assert len(turtle(EX + text % terms.LANG_STRING)) == 4


# --- what would reach out --------------------------------------------------------------------------------------------------------
@pytest.fixture
def canary() -> Iterator[socket.socket]:
    """A server that nobody may call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    "context",
    ['"{}"', '["{}"]', '{{"@import": "{}"}}', '{{"p": {{"@id": "urn:p", "@context": "{}"}}}}', '[{{}}, "{}"]'],
)
def test_a_json_ld_context_with_an_address_is_refused_and_not_fetched(context: str, canary: socket.socket) -> None:
    address = f"http://127.0.0.1:{canary.getsockname()[1]}/context"
    body = f'{{"@context": {context.format(address)}, "@id": "urn:s", "p": {{"urn:q": 1}}}}'
    with pytest.raises(VocabularyError, match="not fetched; put the context in the file"):
        rdf.parse(body.encode(), pyoxigraph.RdfFormat.JSON_LD, "a.jsonld")


def test_a_json_ld_context_on_disk_is_not_read(tmp_path: Path) -> None:
    context = write(tmp_path, "context.json", '{"@context": {"p": "urn:p"}}')
    for address in (context.as_uri(), "context.json"):
        with pytest.raises(VocabularyError, match="not fetched"):
            rdf.read(write(tmp_path, "a.jsonld", f'{{"@context": "{address}", "@id": "urn:s", "p": 1}}'))


LAUGHS = (
    '<!DOCTYPE r [<!ENTITY a "ha">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 30}">' for a, b in ("ab", "bc", "cd", "de", "ef")) + "]>"
)
NODE = '<rdf:Description rdf:about="urn:s"><p:a>{}</p:a></rdf:Description>'


@pytest.mark.parametrize(
    ("declaration", "line"),
    [
        (LAUGHS, 1),
        ('\n<!DOCTYPE r [\n<!ENTITY f SYSTEM "file:///etc/passwd">]>', 3),
        ('<!DOCTYPE r [<!ENTITY f PUBLIC "x" "http://127.0.0.1:9/">]>', 1),
        ('<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p; <!ENTITY f "x">]>', 1),
        ("<!DOCTYPE r [<!ENTITY a 'x'>\n<!ENTITY f '&#38;a;&a;'>]>", 2),
        ('<!DOCTYPE r [<!ENTITY\n f\n SYSTEM\n "file:///etc/passwd">]>', 1),
    ],
)
def test_xml_entities_that_swell_or_reach_out_are_refused(declaration: str, line: int, tmp_path: Path) -> None:
    path = write(tmp_path, "a.rdf", XML.format(declaration, NODE.format("&f;")))
    with pytest.raises(VocabularyError, match="an XML entity") as refusal:
        rdf.read(path)
    assert refusal.value.place is not None
    assert refusal.value.place.line == line


def test_a_long_xml_entity_used_often_is_refused(tmp_path: Path) -> None:
    declaration = f'<!DOCTYPE r [<!ENTITY f "{"x" * 5_000}">]>'
    with pytest.raises(VocabularyError, match="an XML entity"):
        rdf.read(write(tmp_path, "a.rdf", XML.format(declaration, NODE.format("&f;" * 10_000))))


def test_xml_entities_for_namespaces_are_read_and_a_dtd_elsewhere_is_not(tmp_path: Path) -> None:
    inner = '<!DOCTYPE rdf:RDF [<!ENTITY e "http://a.example/#">\n<!ENTITY f "x">]>'
    node = '<rdf:Description rdf:about="&e;s"><p:a>&f;&lt;&#233;</p:a></rdf:Description>'
    (statement,) = rdf.read(write(tmp_path, "a.rdf", XML.format(inner, node)))
    assert statement[:3] == ("<http://a.example/#s>", "<urn:p:a>", '"x<é"')
    outer = '<!DOCTYPE rdf:RDF SYSTEM "http://127.0.0.1:9/dtd">'
    assert len(rdf.read(write(tmp_path, "b.rdf", XML.format(outer, NODE.format("x"))))) == 1


def test_xml_in_another_encoding_cannot_hide_an_entity(tmp_path: Path) -> None:
    text = XML.format('<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>', NODE.format("&f;"))
    for encoding in ("utf-16", "utf-16-le", "utf-7", "utf-32"):
        declared = text.replace("?>", f' encoding="{encoding}"?>', 1)
        with pytest.raises(VocabularyError):
            rdf.read(write(tmp_path, "a.rdf", declared.encode(encoding)))


# --- blank nodes -----------------------------------------------------------------------------------------------------------------
def renamed(statements: Sequence[Statement], random: Any) -> list[Statement]:
    """Return the statements in another order, with other names for the blank nodes."""
    labels = sorted({term for s in statements for term in s[:4] if term and rdf.is_blank(term)})
    others = random.sample(range(1_000), len(labels))
    names: dict[Term, Term] = {label: f"_:x{other}" for label, other in zip(labels, others, strict=True)}
    changed = [
        Statement(names.get(s.subject, s.subject), s.predicate, names.get(s.object, s.object), names.get(s.graph, s.graph))
        for s in statements
    ]
    random.shuffle(changed)
    return changed


LEAVES = st.sampled_from(["<urn:a>", "<urn:b>", '"x"', '"y"@en'])
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(st.tuples(st.sampled_from(["<urn:p>", "<urn:q>"]), inner), max_size=3), max_leaves=12
)


def flattened(tree: Any, statements: list[Statement]) -> Term:
    """Return the node of a tree of blank nodes, and add what is said of it."""
    if isinstance(tree, str):
        return tree
    node = f"_:n{len(statements)}x{id(tree)}"
    for predicate, inner in tree:
        statements.append(Statement(node, predicate, flattened(inner, statements), ""))
    return node


@some
@given(st.lists(TREES, min_size=1, max_size=4), st.booleans(), st.randoms(use_true_random=False))
def test_trees_of_blank_nodes_have_the_same_labels_whatever_their_names_and_order(
    trees: list[Any], hang: bool, random: Any
) -> None:
    statements: list[Statement] = []
    for tree in trees:
        node = flattened(tree, statements)
        if hang:
            statements.append(Statement("<urn:root>", "<urn:p>", node, ""))
    assert rdf.label_blank_nodes(renamed(statements, random)) == rdf.label_blank_nodes(statements)


@pytest.mark.parametrize(
    "text",
    [
        # a node under two others, beside nodes that look the same from above
        "_:a <urn:p> _:x . _:b <urn:p> _:x . _:c <urn:p> _:y . _:d <urn:p> _:z .",
        "_:a <urn:p> _:b . _:b <urn:p> _:a . _:a <urn:name> 'A' .",
        "_:a <urn:p> _:a . _:b <urn:p> 'x' .",
        "[] <urn:p> [], [] . [] <urn:p> [ <urn:p> 1 ], [ <urn:p> 1 ] .",
    ],
)
def test_nodes_that_share_others_or_lead_to_themselves_have_labels_of_their_own(text: str) -> None:
    statements = [
        Statement(str(q.subject), str(q.predicate), str(q.object), "")
        for q in pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    ]
    first = rdf.label_blank_nodes(statements)
    for seed in range(20):
        assert rdf.label_blank_nodes(renamed(statements, Random(seed))) == first


@some
@given(BLANK_GRAPHS, st.randoms(use_true_random=False))
def test_labels_merge_no_two_nodes_and_name_graphs_too(graph: list[Statement], random: Any) -> None:
    labelled = rdf.label_blank_nodes(renamed(graph, random))
    assert canonical(labelled) == canonical(graph)
    assert labelled == sorted(labelled)


def test_a_blank_graph_has_the_label_of_its_node() -> None:
    text = b"_:g { _:g <urn:p> _:h } <urn:s> <urn:p> _:g ."
    first, second = (rdf.parse(text.replace(b"_:g", name), pyoxigraph.RdfFormat.TRIG, "a.trig") for name in (b"_:g", b"_:other"))
    assert first == second
    assert {s.graph for s in first if s.graph} == {s.object for s in first if s.subject == "<urn:s>"}


@pytest.mark.parametrize(
    "text",
    ["<urn:s> <urn:p> " + "( " * 3_000 + ") " * 3_000 + ".", "<urn:s> <urn:p> " + "[ <urn:p> " * 3_000 + "1 " + "] " * 3_000 + "."],
    ids=["lists", "nodes"],
)
def test_deep_nesting_is_read(text: str) -> None:
    labels = {term for s in turtle(text) for term in s[:3] if rdf.is_blank(term)}
    assert len(labels) in (2_999, 3_000)


def test_blank_nodes_are_named_by_their_labels_under_a_base() -> None:
    statements = turtle("<urn:s> <urn:p> [ <urn:q> 1 ] .")
    named = rdf.without_blank_nodes(statements, "urn:base")
    assert {s.subject for s in named} == {"<urn:s>", f"<urn:base#{statements[-1].subject[2:]}>"}
    assert not any(rdf.is_blank(term) for s in named for term in s[:3])


def test_what_a_query_constructs_becomes_statements_with_labels_of_their_own() -> None:
    store = pyoxigraph.Store()
    store.load(b"<urn:s> <urn:p> 1, 2 .", format=pyoxigraph.RdfFormat.TURTLE)
    found: Any = store.query("CONSTRUCT { ?s <urn:has> [ <urn:value> ?o ] } WHERE { ?s <urn:p> ?o }")
    statements = rdf.from_triples(found)
    assert sorted(s.object for s in statements if s.predicate == "<urn:value>") == [f'"{n}"^^{terms.XSD_INTEGER}' for n in (1, 2)]
    assert len({s.object for s in statements if s.predicate == "<urn:has>"}) == 2


# --- where statements stand --------------------------------------------------------------------------------------------------
def lines(folder: Path, text: str | bytes, name: str = "a.ttl") -> rdf.Lines:
    """Return the lines of a file, after a look whether they tell of the very statements that are read."""
    path = write(folder, name, text)
    found = rdf.lines(path)
    assert set(found.statements) == {s[:3] for s in rdf.read(path)} or name.endswith(("json", "jsonld", "rdf"))
    assert set(found.subjects) == {s.subject for s in rdf.read(path)}
    return found


LAYOUT = """# a comment with "quotes" and <a:b
@prefix a: <urn:a:> .
PREFIX b: <urn:b#>
a:one
  a:p "x" ,
    "y"@en

# not here: "z"
    , 5 , "z"^^a:type
 ; a:q true
.
a:two a:p \"""first line
# no "comment"
\""" , 'after' ; a:q a:one
. a:three
    a:p a:two , b:two ,
        "\\"quoted\\" \\u00e9 \\n" .
a:one a:p "x", "later" . b:two a:p '''
'''
^^a:type .
"""


def test_a_statement_stands_on_the_line_of_its_object(tmp_path: Path) -> None:
    found = lines(tmp_path, LAYOUT)
    expected = {
        ("<urn:a:one>", "<urn:a:p>", '"x"'): 5,  # and not where it is told again
        ("<urn:a:one>", "<urn:a:p>", '"y"@en'): 6,
        ("<urn:a:one>", "<urn:a:p>", f'"5"^^{terms.XSD_INTEGER}'): 9,
        ("<urn:a:one>", "<urn:a:p>", '"z"^^<urn:a:type>'): 9,
        ("<urn:a:one>", "<urn:a:q>", f'"true"^^<{terms.XSD}boolean>'): 10,
        ("<urn:a:two>", "<urn:a:p>", r'"first line\n# no \"comment\"\n"'): 12,
        ("<urn:a:two>", "<urn:a:p>", '"after"'): 14,
        ("<urn:a:two>", "<urn:a:q>", "<urn:a:one>"): 14,
        ("<urn:a:three>", "<urn:a:p>", "<urn:a:two>"): 16,
        ("<urn:a:three>", "<urn:a:p>", "<urn:b#two>"): 16,
        ("<urn:a:three>", "<urn:a:p>", r'"\"quoted\" é \n"'): 17,
        ("<urn:a:one>", "<urn:a:p>", '"later"'): 18,
        ("<urn:b#two>", "<urn:a:p>", r'"\n"^^<urn:a:type>'): 18,
    }
    assert found.statements == expected
    assert found.subjects == {"<urn:a:one>": 4, "<urn:a:two>": 12, "<urn:a:three>": 15, "<urn:b#two>": 18}


@pytest.mark.parametrize("change", ["crlf", "cr", "mark"])
def test_line_ends_and_a_byte_order_mark_move_no_line(change: str, tmp_path: Path) -> None:
    plain = lines(tmp_path, LAYOUT)
    changed = {"crlf": LAYOUT.replace("\n", "\r\n"), "cr": LAYOUT.replace("\n", "\r"), "mark": "\ufeff" + LAYOUT}[change]
    found = lines(tmp_path, changed)
    assert found.subjects == plain.subjects
    assert sorted(found.statements.values()) == sorted(plain.statements.values())


def test_blank_nodes_have_the_lines_of_what_stands_in_them(tmp_path: Path) -> None:
    text = """@prefix a: <urn:a:> .
a:one a:p [ a:q 1 ;
    a:r [
      a:q 2 ] ] ,
  ( 3
    "four" ) .
_:named a:q 5 .

a:two a:p _:named .
[] a:q 6 .
"""
    found = lines(tmp_path, text)
    number = {
        terms.value(o): (found.subjects[s], line) for (s, _, o), line in found.statements.items() if o[0] == '"'
    }  # fmt: skip
    assert number == {"1": (2, 2), "2": (4, 4), "3": (5, 5), "four": (6, 6), "5": (7, 7), "6": (10, 10)}
    of_two = [line for (s, _, _), line in found.statements.items() if s == "<urn:a:two>"]
    of_one = [line for (s, _, _), line in found.statements.items() if s == "<urn:a:one>"]
    assert (of_one, of_two) == ([2, 5], [9])
    assert (found.subjects["<urn:a:one>"], found.subjects["<urn:a:two>"]) == (2, 9)


def test_a_base_and_relative_addresses_have_lines(tmp_path: Path) -> None:
    text = "@base <http://a.example/x/> .\n<one>\n <p> <two> .\n\n<#three> <p>\n\n<> .\n"
    found = lines(tmp_path, text)
    assert found.find("<http://a.example/x/one>", "<http://a.example/x/p>", "<http://a.example/x/two>") == 3
    assert found.subjects == {"<http://a.example/x/one>": 2, "<http://a.example/x/#three>": 5}


def test_what_has_no_line_has_that_of_its_subject_or_none(tmp_path: Path) -> None:
    found = lines(tmp_path, "<urn:s>\n <urn:p> 1 .")
    assert found.find("<urn:s>", "<urn:p>", f'"1"^^{terms.XSD_INTEGER}') == 2
    assert found.find("<urn:s>", "<urn:p>", '"2"') == found.find("<urn:s>", "<urn:q>") == found.find("<urn:s>") == 1
    assert found.find("<urn:other>") == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.nt", '<urn:a> <urn:p> "x" .\n# c\n\n_:b <urn:p> <urn:a> . # c\n<urn:c> <urn:p> "1" .\n'),
        ("a.nq", '<urn:a> <urn:p> "x" <urn:g> .\n# c\n\n_:b <urn:p> <urn:a> . # c\n<urn:c> <urn:p> "1" _:g .\n'),
        ("a.trig", '<urn:g> { <urn:a> <urn:p> "x" }\n{\n\n[]  <urn:p> <urn:a> } <urn:h> {\n<urn:c> <urn:p> "1" }\n'),
    ],
)
def test_every_syntax_of_lines_has_lines(name: str, text: str, tmp_path: Path) -> None:
    found = lines(tmp_path, text, name)
    assert found.find("<urn:a>", "<urn:p>", '"x"') == found.subjects["<urn:a>"] == 1
    assert found.find("<urn:c>", "<urn:p>", '"1"') == found.subjects["<urn:c>"] == 5
    assert [line for subject, line in found.subjects.items() if rdf.is_blank(subject)] == [4]


def test_a_subject_of_json_ld_or_rdf_xml_stands_where_its_iri_does_first(tmp_path: Path) -> None:
    text = """{"@context": {"e": "http://e.example/", "name": "e:name"},
 "@graph": [
  {"@id": "e:one", "name": "one"},
  {"@id": "http://e.example/two",
   "name": {"@id": "e:three", "name": [{"@id": "#four", "name": "x"}, {"name": "y"}]}}]}"""
    found = lines(tmp_path, text, "a.jsonld")
    assert {subject if subject[0] == "<" else "_:": line for subject, line in found.subjects.items()} == {
        "<http://e.example/one>": 3,
        "<http://e.example/two>": 4,
        "<http://e.example/three>": 5,
        f"<{rdf.DEFAULT_BASE}#four>": 5,
        "_:": 5,
    }
    assert found.find("<http://e.example/one>", "<http://e.example/name>", '"one"') == 3
    nodes = '\n<rdf:Description rdf:about="urn:s"><p:a rdf:resource="urn:t"/></rdf:Description>\n<p:B rdf:ID="five" p:a="x"/>'
    found = lines(tmp_path, XML.format("", nodes), "a.rdf")
    assert found.subjects == {"<urn:s>": 2, f"<{rdf.DEFAULT_BASE}#five>": 3}


def test_lines_are_refused_as_reading_is(tmp_path: Path) -> None:
    for name, text in (
        ("a.ttl", '<urn:s> <urn:p> "ok" .\n<urn:s> <urn:p> "open\n'),
        ("a.trig", "{\n<a b> "),
        ("a.rdf", "x"),
        ("a.md", ""),
    ):
        path = write(tmp_path, name, text)
        refusals = []
        for function in (rdf.read, rdf.lines):
            with pytest.raises(VocabularyError) as refusal:
                function(path)
            refusals.append(str(refusal.value))
        assert refusals[0] == refusals[1]
    with pytest.raises(ResourceError):
        rdf.lines(tmp_path / "none.ttl")


SPACES = st.sampled_from([" ", "  ", "\n", "\r\n", "\n\n", ' # "c" <x\n', "\t\n "])
OBJECTS = st.sampled_from(
    [
        "a:o",
        "<urn:o#>",
        '"x"',
        "'it'@en",
        '"a # b"',
        '"1"',
        "1",
        "-2.5",
        '"\\n"',
        '"""a\n"b\n"""',
        "'''\n#'''@de",
        '"q\\""^^a:t',
        "_:b",
        "[]",
    ]
)
SUBJECTS = st.sampled_from(["a:s", "<urn:a:s2>", "a:s-3", "_:b", "<urn:a:o>"])
BLOCKS = st.lists(
    st.tuples(SUBJECTS, st.lists(st.tuples(st.sampled_from(["a:p", "a"]), OBJECTS), min_size=1, max_size=3)), max_size=5
)


@some
@given(BLOCKS, st.data())
def test_whatever_the_layout_each_object_stands_on_a_line_that_tells_it(blocks: list[Any], data: Any) -> None:
    text, expected = "@prefix a: <urn:a:> .", []
    for subject, pairs in blocks:
        text += data.draw(SPACES)
        started = text.count("\n") + 1
        text += subject
        for index, (predicate, object_) in enumerate(pairs):
            text += (data.draw(SPACES) + ";" if index else "") + data.draw(SPACES) + predicate + data.draw(SPACES)
            expected.append((started, text.count("\n") + 1))
            text += object_
        text += data.draw(SPACES) + "."
    with TemporaryDirectory() as folder:
        found = lines(Path(folder), text)
    told = sorted({line for _, line in expected})
    assert set(found.statements.values()) <= set(told)
    assert set(found.subjects.values()) <= {line for pair in expected for line in pair}
    if len(found.statements) == len(expected):  # nothing is told twice
        assert sorted(found.statements.values()) == sorted(line for _, line in expected)


@pytest.mark.parametrize(
    "layout", ["<urn:s{n}> <urn:p> 'x' ,\n 'y{n}'@en ; <urn:q>\n [ <urn:v> {n} ] .\n", "<urn:s{n}> <urn:p> _:b{n} . "]
)
def test_a_long_file_has_its_lines_in_linear_time(layout: str, tmp_path: Path) -> None:
    count = 7_000
    found = lines(tmp_path, "".join(layout.format(n=n) for n in range(count)))
    per_block = layout.count("\n")
    assert all(found.subjects[f"<urn:s{n}>"] == per_block * n + 1 for n in range(count))


def test_a_text_of_very_many_lines_is_no_burden(tmp_path: Path) -> None:
    found = lines(tmp_path, '<urn:s> <urn:p> 1 , """' + "x.\n" * 200_000 + '""" , <urn:o> .\n<urn:t> <urn:p> 2 .')
    assert sorted(found.statements.values()) == [1, 1, 200_001, 200_002]
