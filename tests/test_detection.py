"""What a source is, its content tells first and its name second."""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from kg import readers
from kg.article import Record
from kg.errors import Finding, KgError, ReadError
from kg.readers.detection import detect, suffix
from tests.writing import article, write


@pytest.mark.parametrize(
    ("name", "head", "form"),
    [
        ("a.md", b"# Title", "markdown"),
        ("a.txt", b"Title", "text"),
        ("a.html", b"<p>One", "html"),
        ("a.md.gz", b"# Title", "markdown"),
        ("a.HTM", b"text without a tag", "html"),
        ("a", b"<!DOCTYPE html><title>x", "html"),
        ("a.txt", b"\xef\xbb\xbf\n <!-- x --><html lang=en>", "html"),
        ("a.md", b"<!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'>\n<html>", "html"),
        ("a.md", b"<div>kept as Markdown</div>", "markdown"),
        ("a.xml", b'<?xml version="1.0"?><!-- x --><html xmlns="http://www.w3.org/1999/xhtml">', "html"),
        ("a.xml", "\ufeff<?xml version='1.0'?><rss version='2.0'>".encode("utf-16-le"), "feed"),
        ("a.xml", b'<rss version="2.0">', "feed"),
        ("a.php", b'<feed xmlns="http://www.w3.org/2005/Atom">', "feed"),
        ("a.rdf", b'<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="x">', "feed"),
        ("a.rdf", b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">', None),
        ("a.xml", b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', "sitemap"),
        ("a.xml", b'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/">', "newsml"),
        ("a.xml", b"<svg>", None),
        ("a.nt", b"<http://example.org/a> <http://example.org/b> <http://example.org/c> .", None),
        ("a.html", b"---\ntitle: A page with front matter\n---\n<p>x", "markdown"),
        ("a", b"+++\ntitle = 'x'\n+++\n", "markdown"),
        ("-", b"Anything at all", "markdown"),
        ("a.bin", b"%PDF-1.7", "pdf"),
        ("a.bin", b"WARC/1.0\r\n", "warc"),
        ("a.png", b"\x89PNG\r\n", None),
        ("a", b"", None),
    ],
)
def test_the_format_of_a_source(name: str, head: bytes, form: str | None) -> None:
    assert detect(head, name) == form


@pytest.mark.parametrize(
    ("media_type", "form"),
    [("text/html", "html"), ("text/markdown", "markdown"), ("text/plain", "text"), ("image/png", None), (None, None)],
)
def test_what_an_address_answers_is_what_the_server_says(media_type: str | None, form: str | None) -> None:
    assert detect(b"A text", "https://example.com/a", media_type) == form


def test_the_ending_of_a_packed_file_is_that_of_what_is_in_it() -> None:
    assert [suffix(name) for name in ("b/a.HTML.gz", "a.gz", "a.tar", "a")] == [".html", "", ".tar", ""]


def test_a_folder_of_many_formats_is_read_by_content_and_what_is_passed_over_is_said(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.md": article(),
        "b.dat": "<!doctype html><title>B</title><p>Text.",
        "c.png": b"\x89PNG",
        "d.txt": "Title\n\nText.\n",
    }
    found = list(readers.split(write(tmp_path, files)))
    assert [item.format for item in found if isinstance(item, Record)] == ["markdown", "html", "text"]
    assert [str(item) for item in found if isinstance(item, Finding)] == [
        f"{tmp_path / 'c.png'}: info: skipped: no reader for .png"
    ]


def test_a_named_file_without_a_reader_is_refused_with_what_there_is(tmp_path: Path) -> None:
    (refusal,) = readers.split(write(tmp_path, {"a.png": b"\x89PNG"}) / "a.png")
    assert isinstance(refusal, ReadError)
    assert refusal.reason.startswith("no reader for .png (there is one for ")


SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://example.com/a/</loc></url>'
    "<url><loc>https://example.com/b</loc></url></urlset>"
)
PACKED = gzip.compress(SITEMAP.encode())
PAGES = {"a/index.html": "<title>A</title>", "c.html": "<title>C</title>"}


@pytest.mark.parametrize("file", [{"sitemap.xml": SITEMAP}, {"sitemap-1.xml.gz": PACKED}], ids=["plain", "packed"])
def test_pages_below_a_folder_have_the_address_that_its_sitemap_gives(file: dict[str, str | bytes], tmp_path: Path) -> None:
    found = list(readers.split(write(tmp_path, {**PAGES, **file})))
    assert [(item.source, item.url) for item in found if isinstance(item, Record)] == [
        (str(tmp_path / "a/index.html"), "https://example.com/a/"),
        (str(tmp_path / "c.html"), None),
    ]
    assert [item for item in found if not isinstance(item, Record)] == []


def test_a_sitemap_that_is_named_stands_for_its_pages_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path, {**PAGES, "sitemap.xml": SITEMAP}))
    record, missing = readers.split("sitemap.xml")
    assert isinstance(record, Record)
    assert (record.source, record.url) == (str(Path("a/index.html")), "https://example.com/a/")
    assert str(missing) == "sitemap.xml: info: 1 page of the sitemap not on disk; nothing is got from the web"


def test_a_sitemap_index_that_lists_itself_ends(tmp_path: Path) -> None:
    index = "<sitemapindex><sitemap><loc>https://e.org/i.xml</loc></sitemap><sitemap><loc>https://e.org/s.xml</loc></sitemap></sitemapindex>"
    write(tmp_path, {**PAGES, "i.xml": index, "s.xml": SITEMAP})
    assert len([item for item in readers.split(tmp_path / "i.xml") if isinstance(item, Record)]) == 1


def test_a_sitemap_without_its_pages_is_refused() -> None:
    (refusal,) = readers.split_bytes("https://example.com/sitemap.xml", SITEMAP.encode())
    assert str(refusal) == "https://example.com/sitemap.xml: a sitemap is read where it lies among its pages on disk"


@pytest.mark.parametrize("name", ["package.json", "graph.jsonld", "map.geojson", "list.json"])
def test_json_that_holds_no_articles_is_passed_over(name: str, tmp_path: Path) -> None:
    bodies = {
        "package.json": '{"name": "x", "version": "1.0", "description": "A package"}',
        "graph.jsonld": '{"@context": "https://schema.org", "@type": "Article", "headline": "x", "articleBody": "y"}',
        "map.geojson": '{"type": "FeatureCollection", "features": []}',
        "list.json": "[1, 2, 3]",
    }
    (finding,) = readers.split(write(tmp_path, {name: bodies[name]}))
    assert str(finding).endswith(f"skipped: no reader for {Path(name).suffix}")


def test_standard_input_is_read_by_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"<!doctype html><title>A page</title>")))
    (record,) = readers.split("-")
    assert isinstance(record, Record)
    assert (record.source, record.format) == ("-", "html")


def test_what_an_address_answered_keeps_the_word_of_the_transport() -> None:
    (record,) = readers.split_bytes("https://example.com/", b"<html>", "https://example.com/a", "text/html", "windows-1252")
    assert isinstance(record, Record)
    assert (record.url, record.charset) == ("https://example.com/a", "windows-1252")


@pytest.mark.parametrize("name", ["a#1.md", "a.md"])
def test_the_file_of_a_record_is_its_source_without_what_stands_behind_a_hash(name: str, tmp_path: Path) -> None:
    write(tmp_path, {name: article()})
    assert readers.file_of(str(tmp_path / name)) == tmp_path / name
    assert readers.file_of(f"{tmp_path / name}#12") == tmp_path / name


def test_the_first_refusal_of_a_split_is_raised_where_one_record_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="no such file"):
        list(readers.records(readers.split(tmp_path / "nowhere")))
