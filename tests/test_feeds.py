"""Feeds: RSS in all its versions and Atom, cut in entries and read with every place."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from unicodedata import is_normalized
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.article import Article, Record, to_json
from kg.errors import Finding, KgError, ReadError
from kg.readers.blocks import one_line
from kg.readers.xml import feeds

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
  <title>Example Press</title>
  <atom:link href="https://example.org/feed" rel="self"/>
  <link>https://example.org/</link>
  <language>en-GB</language>
  <copyright>Copyright 2024 Example Press</copyright>
  <image><title>Logo</title></image>
  <item>
    <title>Rivers rise &amp;#8212; and <![CDATA[fall & rest]]></title>
    <link>/rivers</link>
    <pubDate>Mon, 06 May 24 10:00 EST</pubDate>
    <dc:creator><![CDATA[Marie Novak]]></dc:creator>
    <dc:creator>Jo Doe</dc:creator>
    <category>Water</category>
    <category><![CDATA[Floods]]></category>
    <description>&lt;p&gt;A short &lt;b&gt;summary&lt;/b&gt;.&lt;/p&gt;</description>
    <content:encoded><![CDATA[<h2>North</h2><p>Café &amp; <a href="b">more</a>.</p>
<ul><li>One</li></ul>]]></content:encoded>
  </item>
  <item>
    <title>Second</title>
    <guid>https://example.org/second</guid>
    <author>desk@example.org (Ann Bee)</author>
    <description>Only a description.</description>
    <source url="https://other.example/feed">Other Press</source>
  </item>
</channel>
</rss>
"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://example.org/b/">
<title type="html">Example &lt;b>Press&lt;/b></title><author><name>Marie Novak</name><uri>/marie</uri></author>
<rights>© 2024 Example Press</rights>
<entry>
<title type="html">A &amp;amp; &lt;i>B&lt;/i></title>
<link rel="self" href="x.atom"/><link href="c"/><link rel="license" href="https://creativecommons.org/licenses/by/4.0/"/>
<published>2024-05-06T10:00:00Z</published><updated>2024-05-07T10:00:00Z</updated>
<category term="w" label="Wasser"/><summary>Kurz</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Eins <a href="d">zwei</a></p>
<ul><li>drei</li></ul></div></content>
</entry>
<entry><title>x &lt;T&gt; y</title><author><name>Example Staff</name></author>
<content type="html">&lt;p>Vier&lt;/p></content></entry>
</feed>
"""


def _split(text: str | bytes) -> list[Record | KgError | Finding]:
    return list(feeds.split(io.BytesIO(text if isinstance(text, bytes) else text.encode()), "feed.xml"))


def _articles(text: str | bytes) -> list[Article]:
    return [feeds.read(record) for record in _split(text) if isinstance(record, Record)]


def _rows(text: str | bytes) -> list[dict[str, Any]]:
    return [to_json(article) for article in _articles(text)]


def _item(inner: str) -> dict[str, Any]:
    """Return what is read of an RSS item, without its source."""
    (row,) = _rows(f"<rss><channel><item>{inner}</item></channel></rss>")
    del row["source"]
    return row


def test_an_item_of_rss_gives_an_article_with_every_field() -> None:
    first, second = _rows(RSS)
    shared = {
        "publisher": "Example Press",
        "language": "en-gb",
        "copyright": {"notice": "Copyright 2024 Example Press", "holders": ["Example Press"], "year": 2024},
        "rights": "Copyright 2024 Example Press",
    }
    assert first == shared | {
        "source": "feed.xml#1",
        "title": "Rivers rise — and fall & rest",
        "authors": ["Marie Novak", "Jo Doe"],
        "published": "2024-05-06T10:00:00-05:00",
        "url": "https://example.org/rivers",
        "tags": ["Water", "Floods"],
        "abstract": "A short summary.",
        "citations": [{"text": "more", "url": "https://example.org/b", "begin": 63, "end": 67}],
        "body": "North\n\nCafé & more.\n\nOne",
    }
    assert second == shared | {
        "source": "feed.xml#2",
        "title": "Second",
        "authors": ["Ann Bee"],
        "url": "https://example.org/second",
        "original": {"publisher": "Other Press"},
        "body": "Only a description.",
    }


def test_an_entry_of_atom_inherits_author_rights_and_language_of_its_feed() -> None:
    first, second = _rows(ATOM)
    shared = {
        "publisher": "Example Press",
        "language": "de",
        "copyright": {"notice": "© 2024 Example Press", "holders": ["Example Press"], "year": 2024},
        "rights": "© 2024 Example Press",
    }
    assert first == shared | {
        "source": "feed.xml#1",
        "title": "A & B",
        "authors": ["Marie Novak"],
        "published": "2024-05-06T10:00:00+00:00",
        "modified": "2024-05-07T10:00:00+00:00",
        "url": "https://example.org/b/c",
        "tags": ["Wasser"],
        "abstract": "Kurz",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "citations": [{"text": "zwei", "url": "https://example.org/b/d", "begin": 18, "end": 22}],
        "body": "Eins zwei\n\ndrei",
    }
    assert second == shared | {"source": "feed.xml#2", "title": "x <T> y", "authors": ["Example Staff"], "body": "Vier"}


def test_a_page_of_an_author_and_whether_he_is_an_organization_are_kept() -> None:
    first, second = _articles(ATOM)
    assert first.authors[0].url is not None
    assert first.authors[0].url.text == "https://example.org/marie"
    assert [author.organization for author in (*first.authors, *second.authors)] == [False, True]


@pytest.mark.parametrize(
    ("field", "words"),
    [("title", b"Rivers rise"), ("published", b"Mon, 06 May 24 10:00 EST"), ("url", b"/rivers"), ("abstract", b"&lt;p&gt;A")],
)
def test_every_datum_knows_its_place_in_the_file(field: str, words: bytes) -> None:
    article = _articles(RSS)[0]
    datum = getattr(article, field)
    assert article.record.body[slice(*datum.span)].startswith(words)
    place = article.place(datum.span)
    line = RSS.splitlines()[place.line - 1]
    assert line[place.column - 1 :].startswith(words.decode()[:9])


def test_words_of_the_text_know_their_bytes_through_cdata_references_and_markup() -> None:
    article = _articles(RSS)[0]
    for words in ("Rivers rise", "fall & rest", "summary", "Café", "more", "One"):
        begin = article.text.index(words)
        assert article.record.body[slice(*article.span(begin, begin + len(words)))].decode().replace("&amp;", "&") == words


def test_a_record_is_the_bytes_of_its_entry_and_what_the_feed_says_of_all() -> None:
    first, second = (record for record in _split(RSS) if isinstance(record, Record))
    assert first.body.startswith(b"<item>\n    <title>Rivers")
    assert first.body.endswith(b"</item>")
    assert (first.line, first.column, second.line) == (11, 3, 23)
    assert b"<language>en-GB</language>" in first.around
    assert b"Logo" not in first.around


def test_the_same_entry_has_the_same_digest_when_the_feed_was_built_anew() -> None:
    dated = RSS.replace("<language>", "<lastBuildDate>Tue, 07 May 2024 10:00:00 GMT</lastBuildDate><language>")
    assert [r.digest for r in _split(RSS) if isinstance(r, Record)] == [r.digest for r in _split(dated) if isinstance(r, Record)]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("<rss version='0.91'><channel><title>P</title><item><title>Plain</title></item></channel></rss>", "Plain"),
        ("<rss xmlns='http://backend.userland.com/rss2'><channel><item><title>Spaced</title></item></channel></rss>", "Spaced"),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
            '<channel rdf:about="https://example.org/"><title>P</title></channel>'
            '<item rdf:about="https://example.org/1"><title>In RDF</title></item></rdf:RDF>',
            "In RDF",
        ),
        ('<feed xmlns="http://purl.org/atom/ns#" version="0.3"><entry><title>Atom 0.3</title></entry></feed>', "Atom 0.3"),
        ('<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>Prefixed</a:title></a:entry></a:feed>', "Prefixed"),
    ],
)
def test_every_version_of_rss_and_atom_is_read(text: str, title: str) -> None:
    assert [row["title"] for row in _rows(text)] == [title]


def test_a_prefix_that_nobody_declared_has_its_usual_meaning() -> None:
    assert _item("<dc:creator>Marie Novak</dc:creator>") == {"authors": ["Marie Novak"]}


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("<author>Marie Novak</author>", ["Marie Novak"]),
        ("<author>desk@example.org (Marie Novak)</author>", ["Marie Novak"]),
        ("<author>Marie Novak &lt;desk@example.org&gt;</author>", ["Marie Novak"]),
        ("<author>desk@example.org</author>", None),
        ("<dc:creator>Marie Novak and Jo Doe</dc:creator>", ["Marie Novak", "Jo Doe"]),
        ("<dc:creator>Novak, Marie</dc:creator>", ["Novak, Marie"]),
        ("<dc:creator>Von Marie Novak</dc:creator>", ["Marie Novak"]),
        ("<dc:creator>Marie Novak</dc:creator><author>desk@example.org (Desk)</author>", ["Marie Novak"]),
        ("<atom:author><atom:name>Marie Novak</atom:name></atom:author>", ["Marie Novak"]),
    ],
)
def test_an_author_is_a_name_in_whatever_way_it_is_written(author: str, names: list[str] | None) -> None:
    assert _item(author).get("authors") == names


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("Mon, 06 May 2024 10:00:00 +0200", "2024-05-06T10:00:00+02:00"),
        ("6 May 2024 10:00 GMT", "2024-05-06T10:00:00+00:00"),
        ("06 May 99 10:00 PDT", "1999-05-06T10:00:00-07:00"),
        ("2024-05-06T10:00:00Z", "2024-05-06T10:00:00+00:00"),
        ("2024-05-06", "2024-05-06"),
    ],
)
def test_dates_are_those_of_mails_or_of_iso(printed: str, iso: str) -> None:
    assert _item(f"<pubDate>{printed}</pubDate>") == {"published": iso}


@pytest.mark.parametrize("printed", ["Mon, 32 Jan 2024 10:00:00 GMT", "Mon, 06 May 20190 10:00:00 GMT", "yesterday"])
def test_a_date_that_is_none_is_refused_with_its_place(printed: str) -> None:
    with pytest.raises(ReadError, match=r"is no date|not a date") as refusal:
        _item(f"<title>x</title>\n<pubDate>{printed}</pubDate>")
    assert str(refusal.value.place) == "feed.xml#1:2:10"


@pytest.mark.parametrize(
    ("links", "url"),
    [
        ("<link>https://example.org/a</link>", "https://example.org/a"),
        ("<link>\n https://example.org/a \n</link>", "https://example.org/a"),
        ("<guid>https://example.org/a</guid>", "https://example.org/a"),
        ("<guid isPermaLink='false'>https://example.org/a</guid>", None),
        ("<guid>tag:example.org,2024:1</guid>", None),
        ("<atom:link href='https://example.org/a'/>", "https://example.org/a"),
        ("<atom:link rel='replies' href='https://example.org/a'/>", None),
        (
            "<feedburner:origLink>https://example.org/a</feedburner:origLink><link>https://f.example/x</link>",
            "https://example.org/a",
        ),
    ],
)
def test_the_address_is_that_of_the_page(links: str, url: str | None) -> None:
    assert _item(links).get("url") == url


def test_without_content_the_description_is_the_text() -> None:
    assert _item("<description>One\nline.\n\nTwo.</description>") == {"body": "One line.\n\nTwo."}
    assert _item("<description>&lt;p&gt;One.&lt;/p&gt;</description>") == {"body": "One."}
    assert _item("<description><p>One <i>two</i>.</p></description>") == {"body": "One two."}


def test_content_that_is_no_text_is_told() -> None:
    (article,) = _articles(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="image/png">iVBOR</content></entry></feed>'
    )
    assert [str(note) for note in article.notes] == [
        "feed.xml#1:1:50: warning: content that is no text is left out: image/png",
    ]
    assert article.text == ""


def test_names_of_html_and_bare_ampersands_are_understood() -> None:
    assert _item("<title>Caf&eacute;&nbsp;&amp; Bar & Grill &co</title>") == {"title": "Café & Bar & Grill &co"}
    assert _item("<link>https://example.org/?a=1&b=2</link>") == {"url": "https://example.org/?a=1&b=2"}


def _as_cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _as_numbers(text: str) -> str:
    return "".join(f"&#{ord(sign)};" if index % 2 else escape(sign) for index, sign in enumerate(text))


# What XML can hold, without what no text of an article keeps
_SIGNS = st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\n\t <>&]'\"")


@given(text=st.text(_SIGNS, max_size=40), spelled=st.sampled_from([escape, _as_cdata, _as_numbers]))
def test_any_text_is_read_as_it_is_however_it_is_spelt(text: str, spelled: Callable[[str], str]) -> None:
    source = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="text">{spelled(text)}</title></entry></feed>'
    (article,) = _articles(source)
    title = article.title.text if article.title else ""
    assert title == article.text == one_line(text)
    for index, sign in enumerate(title):
        spelling = article.record.body[slice(*article.span(index, index + 1))].decode(errors="replace")
        assert sign.isspace() or spelling[:1] in (sign, "&") or not is_normalized("NFC", text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252", "iso-8859-2"])
def test_a_feed_in_another_encoding_is_read(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>\n<rss><item><title>Žluť é</title></item></rss>'
    if encoding == "iso-8859-1":
        text = text.replace("Žluť ", "")
    if encoding == "windows-1252":
        text = text.replace("ť", "")
    (row,) = _rows(text.encode(encoding))
    assert row["title"] == text.partition("<title>")[2].partition("</title>")[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "feed.xml:1:1: not well-formed XML: no element found"),
        (b"<rss>\n<item><title>a</b></item></rss>", "feed.xml:2:17: not well-formed XML: mismatched tag"),
        (b"<rss>\n<item>\xff</item></rss>", "feed.xml:2:7: not UTF-8: byte 0xFF"),
        (b"<rss><item>\x00</item></rss>", "feed.xml:1:12: not well-formed XML: invalid token"),
        (b'<?xml version="1.0" encoding="klingon"?><rss/>', "feed.xml:1: no encoding is known by the name 'klingon'"),
        (
            b'<!DOCTYPE r [<!ENTITY a "ha">]><rss><item/></rss>',
            "feed.xml:1:25: an entity that the file declares itself is not read: 'a'",
        ),
        (
            b'<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/hostname">]><rss><item><title>&f;</title></item></rss>',
            "feed.xml:1:54: an entity that the file declares itself is not read: 'f'",
        ),
    ],
)
def test_what_is_no_feed_is_refused_with_its_place(text: bytes, message: str) -> None:
    assert [str(found) for found in _split(text)] == [message]


def test_entities_that_mean_what_they_do_in_html_may_be_declared() -> None:
    text = '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss.dtd" [<!ENTITY nbsp "&#160;">]>'
    (row,) = _rows(f"{text}<rss><item><title>a&nbsp;b&eacute;</title></item></rss>")
    assert row["title"] == "a bé"


def test_a_broken_entry_costs_only_itself() -> None:
    items = "<item><title>a</title></item>\n<item><title>b</titel></item>\n<item><title>c</title></item>"
    *records, fault = _split(f"<rss><channel><title>P</title>\n{items}</channel></rss>")
    rows = [to_json(feeds.read(record)) for record in records if isinstance(record, Record)]
    assert rows == [
        {"source": "feed.xml#1", "title": "a", "publisher": "P"},
        {"source": "feed.xml#2", "title": "c", "publisher": "P"},
    ]
    assert str(fault) == "feed.xml:3:17: not well-formed XML: mismatched tag"


def test_half_a_feed_gives_the_entries_that_are_whole() -> None:
    found = _split(RSS[: RSS.index("Only a")])
    assert [type(item) for item in found] == [Record, ReadError]


def test_a_feed_without_entries_is_told() -> None:
    assert [str(found) for found in _split("<rss><channel><title>P</title></channel></rss>")] == [
        "feed.xml:1: info: the feed has no entries"
    ]


def test_elements_too_deep_are_refused() -> None:
    with pytest.raises(ReadError, match="more than 200 deep"):
        _articles("<rss><item>" + "<a>" * 300 + "</a>" * 300 + "</item></rss>")


def test_a_language_of_the_feed_that_is_none_does_not_cost_its_entries() -> None:
    (article,) = _articles("<rss><channel><language>as you like it</language><item><title>x</title></item></channel></rss>")
    assert article.language is None
    assert len(article.notes) == 1


@pytest.mark.parametrize(
    "text",
    [
        "<rss>" + "<item>" * 200_000,
        "<rss><item>" + "<![CDATA[" * 200_000,
        "<rss><item><title>" + "& " * 500_000 + "</title></item></rss>",
        "<rss>" + "<item><title>a</b></item>" * 40_000,
        "<rss><title>" + "x" * 8000 + "</title>" + "<item/>" * 100_000 + "</rss>",
        "<rss><item><title>" + "a&amp;b " * 30_000 + "</title></item></rss>",
        "<rss><item><description>" + "a\n\n" * 40_000 + "</description></item></rss>",
    ],
    ids=["open", "cdata", "ampersands", "faults", "around", "references", "paragraphs"],
)
def test_a_hostile_feed_comes_to_an_end(text: str) -> None:
    for record in _split(text)[:100]:
        try:
            assert not isinstance(record, Record) or feeds.read(record)
        except ReadError:
            continue
