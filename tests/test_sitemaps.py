"""Sitemaps: their addresses, and the files of a copy on disk that these mean."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from kg.errors import ReadError
from kg.readers.xml import sitemaps
from kg.readers.xml.sitemaps import Entry

SITEMAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <url>
    <loc>https://example.org/a/</loc>
    <lastmod>2024-05-06</lastmod>
  </url>
  <url><loc><![CDATA[https://example.org/b?x=1&y=2]]></loc></url>
</urlset>
"""


def _parsed(text: bytes) -> list[object]:
    return list(sitemaps.parse(io.BytesIO(text), "sitemap.xml"))


def test_a_sitemap_gives_its_addresses_with_their_lines() -> None:
    assert _parsed(SITEMAP) == [
        Entry("https://example.org/a/", "2024-05-06", 4),
        Entry("https://example.org/b?x=1&y=2", None, 7),
    ]


def test_an_index_names_further_sitemaps() -> None:
    text = b"<sitemapindex><sitemap><loc>https://example.org/one.xml</loc></sitemap></sitemapindex>"
    assert _parsed(text) == [Entry("https://example.org/one.xml", None, 1, "sitemap")]


def test_an_address_that_is_none_costs_only_itself() -> None:
    text = b"<urlset>\n<url><loc>/relative</loc></url>\n<url/>\n<url><loc>https://example.org/</loc></url></urlset>"
    first, second, third = _parsed(text)
    assert str(first) == "sitemap.xml#1:2:11: no address of a page: '/relative'"
    assert str(second) == "sitemap.xml#2:3: no address of a page: ''"
    assert third == Entry("https://example.org/", None, 4)


def test_half_a_sitemap_gives_what_is_whole_and_says_where_it_breaks() -> None:
    whole, fault = _parsed(SITEMAP[:-40])
    assert whole == Entry("https://example.org/a/", "2024-05-06", 4)
    assert isinstance(fault, ReadError)
    assert str(fault).startswith("sitemap.xml:7:")


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("https://example.org/", "index.html"),
        ("https://example.org/a/", "a/index.html"),
        ("https://example.org/a/b", "a/b.html"),
        ("https://example.org/a", "a/index.html"),
        ("https://example.org/notes.html", "notes.html"),
        ("https://example.org/caf%C3%A9", "café.html"),
        ("https://example.org/list?page=2", "list?page=2"),
        ("https://example.org/list", None),
        ("https://example.org/gone", None),
        ("https://example.org/../secret.html", None),
        ("https://example.org/%2e%2e/secret.html", None),
        ("https://example.org/a\\..\\..\\secret.html", None),
        ("https://example.org/link.html", None),
        ("https://example.org/" + "x" * 5000, None),
        ("https://[broken/", None),
    ],
)
@pytest.mark.parametrize("host", ["", "example.org"])
def test_a_page_on_disk_is_found_below_the_folder_and_nowhere_else(tmp_path: Path, url: str, file: str | None, host: str) -> None:
    site = tmp_path / "site"
    top = site / host
    (top / "a").mkdir(parents=True)
    for name in ("index.html", "a/index.html", "a/b.html", "notes.html", "café.html", "list?page=2"):
        (top / name).write_text(name)
    (tmp_path / "secret.html").write_text("secret")
    (top / "link.html").symlink_to(tmp_path / "secret.html")
    entry = Entry(url, None, 1)
    assert list(sitemaps.pages_on_disk(site, [entry])) == [(top / file if file else None, entry)]


def test_sitemaps_that_list_each_other_are_read_once(tmp_path: Path) -> None:
    names = [f"sitemap-{number}.xml" for number in range(12)]
    every = "".join(f"<sitemap><loc>https://example.org/{name}</loc></sitemap>" for name in names)
    for name in names:
        (tmp_path / name).write_text(f"<sitemapindex>{every}</sitemapindex>")
    (tmp_path / names[-1]).write_text("<urlset><url><loc>https://example.org/a</loc></url></urlset>")
    (tmp_path / "a.html").write_text("a")
    assert list(sitemaps.listed(tmp_path / names[0])) == [(tmp_path / "a.html", Entry("https://example.org/a", None, 1))]
    assert sitemaps.addresses(tmp_path) == {tmp_path / "a.html": "https://example.org/a"}
