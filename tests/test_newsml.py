"""NewsML-G2: news items of text alone and in messages, with NITF, XHTML or plain text in them."""

from __future__ import annotations

import io
from typing import Any

import pytest

from kg.article import Article, Record, to_json
from kg.errors import Finding, KgError, ReadError, SkippedError
from kg.readers.xml import newsml

MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/">
<header><sent>2024-05-06T10:00:00Z</sent></header>
<itemSet>
<packageItem guid="urn:example:p"><itemRef residref="urn:example:1"/></packageItem>
<newsItem guid="urn:example:1" xml:lang="en-GB">
  <rightsInfo>
    <copyrightHolder uri="https://example.org/"><name>Example Press</name></copyrightHolder>
    <copyrightNotice>Copyright 2024 Example Press Ltd</copyrightNotice>
    <usageTerms>Not for resale.</usageTerms>
  </rightsInfo>
  <itemMeta>
    <itemClass qcode="ninat:text"/>
    <provider qcode="nprov:EX"><name>Example Press</name></provider>
    <versionCreated>2024-05-07T10:00:00Z</versionCreated>
    <firstCreated>2024-05-06T10:00:00Z</firstCreated>
    <pubStatus qcode="stat:usable"/>
    <edNote>Hold until noon.</edNote>
  </itemMeta>
  <contentMeta>
    <contentCreated>2024-05-05T10:00:00Z</contentCreated>
    <located qcode="city:1"><name>Oslo</name></located>
    <creator><name>Marie Novak</name></creator>
    <creator><name>Joint Desk of Two</name><type qcode="cpnat:organisation"/></creator>
    <infoSource qcode="is:o"><name>Other Agency</name></infoSource>
    <language tag="en"/>
    <subject qcode="medtop:1"><name>water</name></subject>
    <subject type="cpnat:geoArea"><name>Norway</name></subject>
    <subject type="cpnat:person"><name>Ann Bee</name></subject>
    <subject qcode="medtop:2"/>
    <keyword>floods</keyword>
    <headline role="hl:short">Rise</headline>
    <headline>Rivers &amp; rain</headline>
    <by>By Marie Novak</by>
    <description>Short.</description>
  </contentMeta>
  <contentSet><inlineXML contenttype="application/nitf+xml">
    <nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><body><body.head><hedline><hl1>Other</hl1></hedline></body.head>
    <body.content><p>One <em>two</em>.</p><media media-type="image"><media-caption>A picture</media-caption></media>
    <hl2>North</hl2><p><![CDATA[Three]]> <a href="https://example.org/b">four</a></p></body.content></body></nitf>
  </inlineXML></contentSet>
</newsItem>
</itemSet>
</newsMessage>
"""


def _split(text: str) -> list[Record | KgError | Finding]:
    return list(newsml.split(io.BytesIO(text.encode()), "news.xml"))


def _articles(text: str) -> list[Article]:
    return [newsml.read(found) for found in _split(text) if isinstance(found, Record)]


def _item(inner: str) -> dict[str, Any]:
    """Return what is read of a news item alone in its file."""
    (article,) = _articles(f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/">{inner}</newsItem>')
    row = to_json(article)
    assert row.pop("source") == "news.xml"
    return row


def _content(inner: str, kind: str = "inlineXML", media: str = "application/nitf+xml") -> str:
    return f'<contentSet><{kind} contenttype="{media}">{inner}</{kind}></contentSet>'


def test_a_news_item_gives_an_article_with_every_field() -> None:
    (article,) = _articles(MESSAGE)
    assert to_json(article) == {
        "source": "news.xml#2",
        "title": "Rivers & rain",
        "authors": ["Marie Novak", "Joint Desk of Two"],
        "published": "2024-05-06T10:00:00+00:00",
        "modified": "2024-05-07T10:00:00+00:00",
        "publisher": "Example Press",
        "language": "en",
        "themes": ["water"],
        "tags": ["floods"],
        "regions": ["Norway"],
        "abstract": "Short.",
        "original": {"publisher": "Other Agency"},
        "copyright": {"notice": "Copyright 2024 Example Press Ltd", "holders": ["Example Press"], "year": 2024},
        "rights": "Not for resale.",
        "citations": [{"text": "four", "url": "https://example.org/b", "begin": 46, "end": 50}],
        "body": "One two.\n\nNorth\n\nThree four",
    }
    assert [author.organization for author in article.authors] == [False, True]
    assert [part.kind for part in article.parts] == ["headline", "abstract", "paragraph", "heading", "paragraph"]
    assert [str(note) for note in article.notes] == [
        "news.xml#2:18:5: info: a note to editors is left out",
        "news.xml#2:29:5: info: subjects that are people, organizations or codes without a name are left out",
    ]


def test_items_of_other_kinds_are_told_and_left_out() -> None:
    assert [str(found) for found in _split(MESSAGE) if isinstance(found, Finding)] == [
        "news.xml#1:5: info: skipped: a packageItem holds no article"
    ]


def test_every_word_knows_its_place_in_the_file() -> None:
    (article,) = _articles(MESSAGE)
    for words in ("Rivers", "Short", "One", "two", "North", "Three", "four"):
        begin = article.text.index(words)
        place = article.place(article.span(begin, begin + len(words)))
        assert MESSAGE.splitlines()[place.line - 1][place.column - 1 :].startswith(words)


@pytest.mark.parametrize(
    ("meta", "reason"),
    [
        ('<itemClass qcode="ninat:picture"/>', "skipped: an item of class picture"),
        ('<itemClass uri="http://cv.iptc.org/newscodes/ninature/video"/>', "skipped: an item of class video"),
        ('<itemClass qcode="ninat:text"/><pubStatus qcode="stat:canceled"/>', "skipped: not published (pubStatus: canceled)"),
        ('<pubStatus qcode="stat:withheld"/>', "skipped: not published (pubStatus: withheld)"),
    ],
)
def test_what_is_no_text_or_not_published_is_skipped(meta: str, reason: str) -> None:
    with pytest.raises(SkippedError) as skipped:
        _item(f"<itemMeta>{meta}</itemMeta>")
    assert skipped.value.reason == reason


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("<byline>By Marie Novak, <byttl>Staff Reporter</byttl></byline>", ["Marie Novak"]),
        ("<byline>By <person>Marie Novak</person> and <person>Jo Doe</person></byline>", ["Marie Novak", "Jo Doe"]),
        ("<byline>Von Marie Novak</byline>", ["Marie Novak"]),
    ],
)
def test_without_creators_the_byline_names_the_authors(byline: str, authors: list[str]) -> None:
    body = f"<nitf><body><body.head>{byline}</body.head><body.content><p>One.</p></body.content></body></nitf>"
    assert _item(_content(body)) == {"authors": authors, "body": "One."}


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (_content("A &lt; b.\n\nTwo.", "inlineData", "text/plain"), "A < b.\n\nTwo."),
        (_content("&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;", "inlineData", "text/html"), "One.\n\nTwo."),
        (
            _content(
                '<h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>No</h:title></h:head>'
                "<h:body><h:p>One.</h:p><h:p>Two.</h:p></h:body></h:html>",
                media="application/xhtml+xml",
            ),
            "One.\n\nTwo.",
        ),
    ],
)
def test_text_may_be_plain_html_or_xhtml(content: str, body: str) -> None:
    assert _item(content) == {"body": body}


def test_content_that_stands_elsewhere_is_told() -> None:
    (article,) = _articles('<newsItem><contentSet><remoteContent href="https://example.org/a.html"/></contentSet></newsItem>')
    assert [note.reason for note in article.notes] == ["content that stands elsewhere is not read"]


def test_a_broken_item_costs_only_itself() -> None:
    good = "<newsItem><contentMeta><headline>{}</headline></contentMeta></newsItem>\n"
    text = (
        f"<newsMessage><itemSet>\n{good.format('a')}<newsItem><contentMeta></newsItem>\n{good.format('b')}</itemSet></newsMessage>"
    )
    found = _split(text)
    titles = [to_json(newsml.read(record))["title"] for record in found if isinstance(record, Record)]
    assert (titles, [str(fault) for fault in found if isinstance(fault, ReadError)]) == (
        ["a", "b"],
        ["news.xml:3:26: not well-formed XML: mismatched tag"],
    )
