"""What is RDF is known by its ending or its content, and an article is never taken for it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyoxigraph
import pytest

from kg import exporters, rdf, terms
from kg.errors import ResourceError, VocabularyError
from kg.terms import Statement
from tests.strategies import DOCUMENTS

F = pyoxigraph.RdfFormat
RDF_ROOT = f'<rdf:RDF xmlns:rdf="{terms.RDF}" xmlns:p="urn:p:">'
SCHEMA_PAGE = '{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Ministers agree"}'

RDF_TEXTS = [
    ("@prefix ex: <https://example.org/> .\nex:a ex:p 1 .\n", F.TURTLE),
    ("# who we are\n\n  # and what\n@prefix : <https://example.org/> .\n", F.TURTLE),
    ("PREFIX ex: <https://example.org/>\nex:a a ex:B .", F.TURTLE),
    ("prefix : <https://example.org/> :a a :B .", F.TURTLE),
    ("@base <https://example.org/> .\n<a> <b> <c> .", F.TURTLE),
    ("BASE <https://example.org/>\n<a> <b> <c> .", F.TURTLE),
    ("<urn:a> a <urn:B> ;\n <urn:p> 1 .", F.TURTLE),
    ("<urn:a>\n  <urn:p>\n  'x' .", F.TURTLE),
    ("[] <urn:p> 1 .", F.TURTLE),
    ("[ <urn:p> 1 ] <urn:q> 2 .", F.TURTLE),
    ("( 1 2 ) <urn:q> 2 .", F.TURTLE),
    ("_:a <urn:p> 1 .", F.TURTLE),
    ("@prefix ex: <https://example.org/> .\nex:g { ex:a ex:p 1 }\n", F.TRIG),
    ("@prefix ex: <https://example.org/> .\nGRAPH ex:g { ex:a ex:p 1 }\n", F.TRIG),
    ("{ <urn:a> <urn:p> 1 }", F.TRIG),
    ("<urn:g> { <urn:a> <urn:p> 1 }", F.TRIG),
    ('@prefix ex: <https://example.org/> .\nex:a ex:p "{" . # { }\n', F.TURTLE),
    ('<urn:a> <urn:p> "x" .\n', F.N_TRIPLES),
    ('# c\n<urn:a> <urn:p> "x"@en .\n_:b <urn:p> <urn:o> . # c\n', F.N_TRIPLES),
    ('<urn:a> <urn:p> "x" .\nbad line\n<urn:a> <urn:p> "x"^^<urn:t> .\n', F.N_TRIPLES),
    ('<urn:a> <urn:p> "x" <urn:g> .\n', F.N_QUADS),
    ("<urn:a> <urn:p> <urn:o> .\n<urn:a> <urn:p> <urn:o> _:g .\n", F.N_QUADS),
    ('{"@context": {"name": "urn:name"}, "name": "x"}', F.JSON_LD),
    ('[{"@id": "urn:a", "urn:p": 1}]', F.JSON_LD),
    ('{"title": "x", "@graph": []}', F.JSON_LD),
    ('{"@context": [{"@vocab": "https://schema.org/"}], "@type": "Person"}', F.JSON_LD),
    ('{"@context": "https://other.example/context", "@id": "urn:a"}', F.JSON_LD),
    (RDF_ROOT + "</rdf:RDF>", F.RDF_XML),
    ('<?xml version="1.0"?>\n<!-- who -->\n<!DOCTYPE rdf:RDF [<!ENTITY e "urn:e">]>\n' + RDF_ROOT, F.RDF_XML),
    (f"<r:RDF xmlns:p=\"urn:p:\"\n xmlns:r = '{terms.RDF}'>", F.RDF_XML),
    (f'<RDF xmlns="{terms.RDF}"></RDF>', F.RDF_XML),
    (f'<p:Person xmlns:p="urn:p:" xmlns:rdf="{terms.RDF}" rdf:about="urn:a"/>', F.RDF_XML),
]
ARTICLES = [
    "---\ntitle: Ministers agree\n---\n\nThe ministers …",
    "+++\ntitle = 'Ministers agree'\n+++\n",
    "# Ministers agree\n\nThe ministers …",
    "<https://example.org/> is where we are.",
    "<https://example.org/> <https://example.org/two> are our pages.",
    "# Links\n<https://example.org/>\n",
    "[Example Press](https://example.org/) says",
    "[1] A note.",
    "[] to do",
    "{% include head.html %}",
    "(Example City) The ministers",
    "_:-) a smile",
    "Prefix: a word that stands before another",
    "base <b>text</b>",
    "<html><head><title>x</title></head></html>",
    "<!doctype html><p>x",
    "<p>One</p><p>Two</p>",
    '<?xml version="1.0"?><rss version="2.0"><channel/></rss>',
    f'<rss version="2.0" xmlns:rdf="{terms.RDF}"><channel/></rss>',
    f'<svg xmlns:rdf="{terms.RDF}"><metadata/></svg>',
    f'<rdf:RDF xmlns:rdf="{terms.RDF}" xmlns="http://purl.org/rss/1.0/"><channel/></rdf:RDF>',
    '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/"/>',
    '{"version": "https://jsonfeed.org/version/1.1", "items": []}',
    '{"uri": "urn:a", "headline": "x", "body_text": "y"}',
    '{"source": "a.md", "title": "x", "body": "y"}\n{"source": "b.md", "title": "x", "body": "y"}',
    SCHEMA_PAGE,
    f"[{SCHEMA_PAGE}]",
    '{"@context": ["http://schema.org/"], "@graph": [{"@type": "NewsArticle"}]}',
    '{"title": "x", "body": {"@id": "urn:a"}}',
    "[1, 2]",
    "[]",
    "{}",
    "5",
    '"@id"',
    "",
    " \n",
    "# only a comment\n",
    "%PDF-1.7",
    "WARC/1.1",
]


@pytest.mark.parametrize(("text", "form"), RDF_TEXTS)
def test_rdf_is_known_by_how_it_begins(text: str, form: F) -> None:
    assert rdf.sniff(text.encode()) == form
    assert rdf.sniff(b"\xef\xbb\xbf" + text.encode()) == form
    assert rdf.sniff(text.replace("\n", "\r\n").encode()) == form


@pytest.mark.parametrize("text", ARTICLES)
def test_an_article_is_no_rdf(text: str) -> None:
    assert rdf.sniff(text.encode()) is None
    assert rdf.sniff(b"\xef\xbb\xbf" + text.encode()) is None


def test_the_articles_of_the_examples_are_no_rdf() -> None:
    found = [path for path in (Path(__file__).parent.parent / "examples").rglob("*") if path.is_file()]
    assert {path for path in found if rdf.sniff(path.read_bytes()[:65536]) is not None} <= {
        path for path in found if path.suffix in rdf.SUFFIXES
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_we_write_is_known_by_its_content(name: str) -> None:
    statement = Statement("<https://example.org/a>", terms.HEADLINE, '"Ministers agree"', "<https://example.org/a#declared>")
    written = exporters.export([statement], name).encode()
    found = rdf.sniff(written)
    assert found is not None
    assert rdf.parse(written, found, "-")[0][:3] == statement[:3]


def test_rdf_xml_in_utf_16_is_known_and_read() -> None:
    text = f'<?xml version="1.0" encoding="utf-16"?>\n{RDF_ROOT}<rdf:Description rdf:about="urn:s" p:a="é"/></rdf:RDF>'
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        body = text.encode(encoding)
        assert rdf.sniff(body) == F.RDF_XML
        assert rdf.parse(body, F.RDF_XML, "-") == [Statement("<urn:s>", "<urn:p:a>", '"é"', "")]
    assert rdf.sniff("<html>".encode("utf-16")) is None


PIECES = ["<", "<a:", "<::", '"', "{", "[", "{[", "<?", "<!--", "a ", "<a:b> ", "\\", "_:", "#\n", '{"', "@prefix "]


@pytest.mark.parametrize("piece", PIECES)
def test_however_a_text_goes_on_it_is_soon_known(piece: str) -> None:
    assert rdf.sniff((piece * 65536)[:65536].encode()) is None


# --- files -------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("a.ttl", "", F.TURTLE),
        ("A.TTL", "no Turtle", F.TURTLE),
        ("a.nt", "", F.N_TRIPLES),
        ("a.nq", "", F.N_QUADS),
        ("a.trig", "", F.TRIG),
        ("a.jsonld", SCHEMA_PAGE, F.JSON_LD),
        ("a.rdf", "", F.RDF_XML),
        ("a.owl", "", F.RDF_XML),
        ("a.n3", "", F.N3),
        ("a.json", '{"@id": "urn:a"}', F.JSON_LD),
        ("a.json", SCHEMA_PAGE, None),
        ("a.json", "<urn:a> <urn:p> 1 .", None),
        ("a.json", '{"title": "x", "body": "y"}', None),
        ("a.xml", RDF_ROOT, F.RDF_XML),
        ("a.xml", "<rss/>", None),
        ("a.md", "<urn:a> <urn:p> 1 .", None),
        ("a.jsonl", '{"@id": "urn:a"}', None),
        ("a", "<urn:a> <urn:p> 1 .", None),
        ("a.gz", "", None),
        ("a.md.gz", "", None),
    ],
)
def test_the_format_of_a_file_is_told_by_its_ending_or_its_content(name: str, text: str, form: F | None, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    assert rdf.format_of(path) == form
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    assert rdf.format_of(packed) == (None if name.endswith(".gz") else form)


def test_a_packed_file_is_read_and_has_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl.gz"
    path.write_bytes(gzip.compress(b"<urn:s>\n") + gzip.compress(b"<urn:p> 'x' .\n"))
    assert rdf.read(path) == [Statement("<urn:s>", "<urn:p>", '"x"', "")]
    assert rdf.lines(path).place(str(path), "<urn:s>", "<urn:p>", '"x"') == rdf.locate(
        b"<urn:s>\n<urn:p> 'x' .", F.TURTLE, ""
    ).place(str(path), "<urn:s>", "<urn:p>", '"x"')


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (gzip.compress(b"<urn:s> <urn:p> 1 .", mtime=0)[:-9], "the end of the gzip data is missing"),
        (gzip.compress(b"<urn:s> <urn:p> 1 .", mtime=0) + b"more", "damaged gzip data"),
        (b"\x1f\x8b" + b"x" * 40, "damaged gzip data"),
        (b"<urn:s> <urn:p> 1 .", "not packed with gzip"),
    ],
    ids=["short", "more", "damaged", "plain"],
)
def test_packed_files_that_cannot_be_unpacked_are_refused(body: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "a.nt.gz"
    path.write_bytes(body)
    with pytest.raises(VocabularyError, match=reason) as refusal:
        rdf.read(path)
    assert str(refusal.value).startswith(f"{path}: ")


def test_a_packed_file_that_swells_beyond_bounds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.rdf.formats._MOST", 1 << 20)
    path = tmp_path / "a.nt.gz"
    path.write_bytes(gzip.compress(bytes(1 << 24)))
    with pytest.raises(VocabularyError, match="unpacks to more than 1 MB"):
        rdf.read(path)


def test_n3_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.n3"
    path.write_text("{ ?x a ?y } => { ?y a ?x } .")
    with pytest.raises(VocabularyError, match="N3 is not RDF"):
        rdf.read(path)


def test_a_file_that_cannot_be_looked_into_is_refused_with_its_path(tmp_path: Path) -> None:
    assert rdf.format_of(tmp_path / "none.ttl") == F.TURTLE
    with pytest.raises(ResourceError, match="cannot be read") as refusal:
        rdf.format_of(tmp_path / "none.json")
    assert str(refusal.value).startswith(str(tmp_path / "none.json"))
