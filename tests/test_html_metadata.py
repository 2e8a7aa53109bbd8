"""What an HTML page says of itself: by its data, by its meta elements, and by what it shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg.article import Datum, Record
from kg.readers.draft import Draft
from kg.readers.html import metadata
from kg.readers.html.bynames import clean
from kg.readers.html.page import parse

ADDRESS = "https://example.org/2019/03/04/a-story"


def read(body: str, head: str = "", url: str | None = ADDRESS, language: str = "") -> Draft:
    """Return the draft of a page with that body and head."""
    root = f'<html lang="{language}">' if language else "<html>"
    page = parse(Record("page.html", "html", f"{root}<head>{head}</head><body>{body}</body></html>".encode(), url=url))
    draft = Draft(page.record)
    metadata.read(page, draft)
    return draft


def text(datum: Datum | None) -> str | None:
    """Return the text of a datum that may be absent."""
    return datum.text if datum else None


def data(**item: Any) -> str:
    """Return a script with the JSON-LD of an article."""
    item = {"@context": "https://schema.org", "@type": "NewsArticle", **item}
    return f'<script type="application/ld+json">{json.dumps(item)}</script>'


def names(draft: Draft) -> list[tuple[str, bool]]:
    """Return the authors' names, and which are organizations."""
    return [(author.name.text, author.organization) for author in draft.authors]


# --- title ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>A Long River | Example Press</title>", "<h1>A Long River</h1>", "A Long River"),
        (
            '<title>Example Press: A Long River</title><meta property="og:site_name" content="Example Press">',
            "<h1>Example Press</h1><h2>A Long River</h2>",
            "A Long River",
        ),
        ("<title>A Long River - example.org</title>", "<p>Text.</p>", "A Long River"),
        ("<title>A Long River (Example)</title>", "<p>Text.</p>", "A Long River"),
        ('<title>x</title><meta property="og:title" content="A Long River | Example">', "<p>Text.</p>", "A Long River"),
        (
            '<meta property="og:site_name" content="The Daily Line"><title>A Long River - The Daily Line</title>',
            "<p>Text.</p>",
            "A Long River",
        ),
        ("<title>The river is too long</title>", "<h1>Why our river is too long</h1>", "Why our river is too long"),
        ("<title>A Long River</title>", "<h1>Weather</h1><p>Text.</p>", "A Long River"),
        ("", "<h1>A Long River</h1>", "A Long River"),
        (
            "<title>A Long River Runs Dry | Example</title>",
            "<h1><small>Water</small><br>A Long River Runs Dry</h1>",
            "A Long River Runs Dry",
        ),
        ("<title>A River – and a sea</title>", "<p>Text.</p>", "A River – and a sea"),
    ],
)
def test_a_title_has_no_name_of_the_site(head: str, body: str, title: str) -> None:
    draft = read(body, head)
    assert text(draft.title) == title


def test_a_page_without_title_has_none() -> None:
    assert read("<p>Only text.</p>").title is None


def test_the_span_of_a_title_goes_over_the_tags_in_it() -> None:
    draft = read("<h1>A <em>very</em> long river</h1>", "<title>A very long river</title>")
    assert draft.title is not None
    assert draft.title.span is not None
    assert draft.record.body[slice(*draft.title.span)] == b"A <em>very</em> long river"


# --- authors -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("By Marie Novak", ["Marie Novak"]),
        ("Von Marie Novak und Jan Bo", ["Marie Novak", "Jan Bo"]),
        ("Por Ana Gil y Luis Mora", ["Ana Gil", "Luis Mora"]),
        ("Par Élodie Brun, avec AFP", ["Élodie Brun"]),
        ("Di Anna Neri e Ugo Bianchi", ["Anna Neri", "Ugo Bianchi"]),
        ("By Marie Novak, Staff Writer", ["Marie Novak"]),
        ("By Marie Novak, Senior Fellow, Example Institute", ["Marie Novak"]),
        ("By Marie Novak on Monday 4 March 2019", ["Marie Novak"]),
        ("Von Marie Novak am 4.3.2019 in Wirtschaft", ["Marie Novak"]),
        ("Marie Novak | 4 March 2019 | 5 min read", ["Marie Novak"]),
        ("Marie Novak @mnovak", ["Marie Novak"]),
        ("Marie Novak (marie@example.org)", ["Marie Novak"]),
        ("View all posts by Marie Novak", ["Marie Novak"]),
        ("Alle Beiträge von Marie Novak", ["Marie Novak"]),
        ("By Loïc Le Clerc", ["Loïc Le Clerc"]),
        ("By MARIE NOVAK", ["MARIE NOVAK"]),
        ("By Staff", ["Staff"]),
        ("Von dpa", ["dpa"]),
        ("By the end of the day", []),
        ("By this time next year", []),
        ("Posted", []),
        ("admin", []),
        ("Read more", []),
        ("emailemailemailemailemailemailemailemailemailemailemailemail!", []),
    ],
)
def test_a_byline_is_its_names(text: str, found: list[str]) -> None:
    assert clean(text, is_sure=False) == found


BYLINES = [
    '<p class="byline">By Marie Novak</p>',
    "<p>By Marie Novak</p>",
    '<p>By <a href="/people/marie-novak">Marie Novak</a></p>',
    '<p><a rel="author" href="/x">Marie Novak</a></p>',
    '<p><a href="/author/marie-novak/">Marie Novak</a>, 4 March 2019</p>',
    '<div class="author"><img src="x.jpg"> <span>Marie Novak</span></div>',
    '<p>Veröffentlicht am 4. März 2019 von <span class="author vcard"><a href="/a">Marie Novak</a></span></p>',
    "<p>4 March 2019 | Marie Novak</p>",
    '<address><a href="/autor/novak">Marie Novak</a></address>',
]


@pytest.mark.parametrize("byline", BYLINES)
def test_the_byline_that_a_page_shows_names_its_author(byline: str) -> None:
    draft = read(f"<h1>A Long River</h1>{byline}<p>Text of the story.</p>", "<title>A Long River</title>")
    assert names(draft) == [("Marie Novak", False)]


@pytest.mark.parametrize(
    "body",
    [
        "<h1>A Long River</h1><p>Text.</p>",
        '<h1>A Long River</h1><p>Text.</p><div class="comments"><a rel="author" href="/x">Marie Novak</a></div>',
        '<h1>A Long River</h1><p>Text.</p><aside class="related"><p class="byline">By Marie Novak</p></aside>',
        "<h1>A Long River</h1><figure><img><figcaption>Von Marie Novak</figcaption></figure><p>Text.</p>",
        '<h1>A Long River</h1><p class="byline">admin</p><p>Text.</p>',
        '<h1>A Long River</h1><p class="byline">By Example Press</p><p>Text.</p>',
        '<h1>A Long River</h1><p class="author" style="display: none">Marie Novak</p><p>Text.</p>',
        "<h1>A Long River</h1><p>By the end of the year, the river was dry, and Marie Novak said so.</p>",
        '<h1>A Long River</h1><p class="date">4 March 2019</p><p>© 2019 Marie Novak</p>',
    ],
)
def test_nobody_is_the_author_where_nobody_is_named(body: str) -> None:
    assert names(read(body, '<title>A Long River</title><meta property="og:site_name" content="Example Press">')) == []


def test_a_name_that_only_the_markup_of_a_publication_has_is_an_account_and_told() -> None:
    head = data(author={"@type": "Person", "name": "Jan Bo"}, publisher={"@type": "Organization", "name": "Example Press"})
    draft = read("<h1>A Long River</h1><p>Text.</p>", head + '<meta name="author" content="Jan Bo">')
    assert names(draft) == []
    assert [(note.severity, note.reason) for note in draft.notes] == [
        ("info", "JSON-LD names 'Jan Bo' as author; the page does not show it: not taken")
    ]


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ('<meta name="author" content="Marie Novak">', [("Marie Novak", False)]),
        (data(author={"@type": "Person", "name": "Marie Novak"}), [("Marie Novak", False)]),
        (
            data(
                author=[{"@type": "Person", "name": "Marie Novak"}, {"@type": "Person", "name": "Jan Bo"}],
                publisher={"@type": "Organization", "name": "Example Press"},
            ),
            [("Marie Novak", False), ("Jan Bo", False)],
        ),
        (
            '<meta property="og:site_name" content="Example Press"><meta name="author" content="Marie Novak">',
            [("Marie Novak", False)],
        ),
        (
            data(author={"@type": "Organization", "name": "River Watch"}, publisher={"@type": "Organization", "name": "Example"}),
            [("River Watch", True)],
        ),
        ('<meta name="author" content="EXAMPLE AG">', []),
        ('<meta name="author" content="admin">', []),
        ('<meta property="og:site_name" content="Example Press"><meta name="author" content="Example Press">', []),
    ],
)
def test_a_name_that_only_the_markup_has_is_an_author_where_it_is_no_account(head: str, found: list[tuple[str, bool]]) -> None:
    assert names(read("<h1>A Long River</h1><p>Text.</p>", head)) == found


@pytest.mark.parametrize(
    "byline",
    [
        '<p class="byline">Reported by Marie Novak</p>',
        '<p class="byline">From Marie Novak</p>',
        '<p class="byline">Contributor: Marie Novak</p>',
        '<p class="byline">Interview: Marie Novak</p>',
        '<p class="byline">Aufgezeichnet von Marie Novak</p>',
        "<p>Ein Beitrag von Marie Novak</p>",
        "<p>Rédigé par Marie Novak</p>",
        "<td>Autore: Marie Novak</td>",
        "<h4>Texto: Marie Novak</h4>",
        "<p>Pubblicato il 7 giugno 2018 da Marie Novak</p>",
        "<div>By</div><div>Marie Novak</div>",
        "<div>By <span>Marie</span> <span>Novak</span></div>",
        "<p><b>Text:</b> Marie Novak</p>",
        "<p>Nine millions for a roof. A report by <b>Marie Novak</b>, Oslo</p>",
        "<div class=authors>Authors: <a>Marie Novak</a></div>",
        '<h3 class="expert-name"><a href="/x">Marie Novak</a></h3><p>Director</p>',
        '<div class="about-the-author"><h3>About the Author</h3><p><strong>Marie Novak</strong> writes about rivers.</p></div>',
        "<h3>Über die Autorin: Marie Novak</h3><p>Marie schreibt.</p>",
        "<p>7.5.2014 | Autor/in: Marie Novak</p>",
        '<footer class="post-info"><address>By <a>Marie Novak</a></address></footer>',
    ],
)
def test_any_words_may_lead_to_the_author(byline: str) -> None:
    assert names(read(f"<h1>A Long River</h1>{byline}<p>Text.</p>")) == [("Marie Novak", False)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("By Marie Novak, Senior Fellow, and Jan Bo, Research Associate", ["Marie Novak", "Jan Bo"]),
        ("By Marie Novak, Professor of Law and Public Policy", ["Marie Novak"]),
        ("By Marie Novak in Oslo and Jan Bo in New York", ["Marie Novak", "Jan Bo"]),
        ("Por Marie Novak, Courier PE — Oslo", ["Marie Novak"]),
        ("Von Marie Novak/dpa", ["Marie Novak"]),
        ("Marie von Novak", ["Marie von Novak"]),
        ("by marie1", ["marie1"]),
        ("By Marie Novak, MD", ["Marie Novak, MD"]),
        ("Marie (R.J.) Novak", ["Marie (R.J.) Novak"]),
        ("Published30 August", []),
    ],
)
def test_roles_places_and_outlets_are_no_names(line: str, found: list[str]) -> None:
    assert clean(line, True) == found


@pytest.mark.parametrize(
    "body",
    [
        '<div class="review"><span class="author">Marie Novak</span></div>',
        "<blockquote>The tide does not ask.<footer>by Marie Novak</footer></blockquote>",
        '<div id="kommentare"><p><b>Von Marie Novak</b> am 4. Mai 2015</p></div>',
        f'<p>{"Long text. " * 60}</p><div><h3><a href="/other">Another</a></h3><span class="author">By Marie Novak</span></div>',
        "<p>By the numbers: a river</p>",
        "<p>Published Thursday, 24 June, 2021</p>",
        "<p>Text.</p><h3>About the Author</h3><p>A few words on rivers.</p>",
    ],
)
def test_a_name_of_something_else_is_no_author(body: str) -> None:
    assert names(read(f"<h1>A Long River</h1><p>Text.</p>{body}")) == []


def test_who_reviewed_an_article_is_no_author() -> None:
    line = '<p>Written by <a href="/people/novak">Marie Novak</a>. Medically reviewed by <a href="/people/bo">Jan Bo</a></p>'
    assert names(read(f"<h1>A Long River</h1>{line}")) == [("Marie Novak", False)]


@pytest.mark.parametrize(
    ("shown", "iso"),
    [
        ("<p>Written by Marie Novak, 1 August 2008</p>", "2008-08-01"),
        ("<div>Story by Marie Novak · 1 August 2008 · 4 min</div>", "2008-08-01"),
        ("<p>di Marie Novak e Jan Dell'Orto - 1 Agosto 2008</p>", "2008-08-01"),
        ('<time datetime="1217592000">a while ago</time>', "2008-08-01T12:00:00+00:00"),
        ('<time title="2008-08-01T10:10:10Z">a while ago</time>', "2008-08-01T10:10:10+00:00"),
        ("<p>Ausgabe 4/2008, 1. August 2008</p>", "2008-08-01"),
        ('<div class="meta">By X <span class="updated">2009-02-01</span> <span>August 1st, 2008</span></div>', "2008-08-01"),
    ],
)
def test_a_date_beside_a_byline_is_that_of_publication(shown: str, iso: str) -> None:
    assert text(read(f"<h1>A Long River</h1>{shown}<p>Text.</p>", url=None).published) == iso


def test_a_date_in_a_quotation_or_a_link_to_another_article_is_not_the_articles() -> None:
    quoted = '<blockquote class="twitter-tweet"><p>Every harbour.</p>Jan Bo <a href="#">July 4, 2016</a></blockquote>'
    card = '<div><h3><a href="/other">Another River</a></h3><time datetime="2023-01-01">1 Jan 2023</time></div>'
    draft = read(f"<h1>A Long River</h1><p>{'Long text. ' * 60}</p>{quoted}{card}", url=None)
    assert draft.published is None


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<title>A Long River - Small Boats</title>", "<h1>Small Boats</h1><h2>A Long River</h2>"),
        ("<title>Small Boats » A Long River</title>", '<h1><a href="/">Small Boats</a></h1><h2>A Long River</h2>'),
        (
            "<title>Small Boats</title>",
            '<h1><a href="/">Small Boats</a></h1><div class="hentry"><h2 class="entry-title">A Long River</h2></div>',
        ),
    ],
)
def test_a_first_heading_that_is_the_sites_name_is_no_title(head: str, body: str) -> None:
    assert text(read(body, head, url=None).title) == "A Long River"


def test_data_and_byline_that_agree_name_the_author_with_his_page() -> None:
    claimed = data(
        author={"@type": "Person", "name": "Marie Novak", "url": "https://example.org/novak", "description": "She writes."}
    )
    (author,) = read('<h1>A Long River</h1><p class="byline">By Marie Novak</p>', claimed).authors
    assert author.name.text == "Marie Novak"
    assert text(author.url) == "https://example.org/novak"
    assert text(author.bio) == "She writes."


def test_a_person_in_the_byline_is_believed_before_the_publication_in_the_data() -> None:
    claimed = data(author={"@type": "Organization", "name": "Example"})
    assert names(read('<h1>A Long River</h1><p class="byline">By Marie Novak</p>', claimed)) == [("Marie Novak", False)]


def test_a_second_author_is_kept_whom_the_data_leaves_out() -> None:
    claimed = data(author={"@type": "Person", "name": "Marie Novak"})
    draft = read('<h1>A Long River</h1><p class="byline">By Marie Novak and Jan Bo</p>', claimed)
    assert names(draft) == [("Marie Novak", False), ("Jan Bo", False)]


def test_several_links_to_authors_side_by_side_are_several_authors() -> None:
    links = '<a href="/author/novak">Marie Novak</a>, <a href="/author/bo">Jan Bo</a>'
    assert names(read(f"<h1>A Long River</h1><p>By {links}</p>")) == [("Marie Novak", False), ("Jan Bo", False)]


def test_an_agency_is_an_organization() -> None:
    assert names(read('<h1>A Long River</h1><p class="byline">Reuters</p>')) == [("Reuters", True)]


def test_a_name_has_no_control_characters() -> None:
    assert names(read('<h1>A Long River</h1><p class="byline">By \x01Marie\x02 Novak\x7f</p>')) == [("Marie Novak", False)]


# --- dates ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("shown", "language", "iso"),
    [
        ('<time datetime="2019-03-04T10:30:00+02:00">today</time>', "en", "2019-03-04T10:30:00+02:00"),
        ("<time>March 4, 2019</time>", "en", "2019-03-04"),
        ('<p class="date">4. März 2019, 12:00 Uhr</p>', "de", "2019-03-04T12:00:00"),
        ("<p>Publié le 4 mars 2019</p>", "fr", "2019-03-04"),
        ("<p>4 de marzo de 2019</p>", "es", "2019-03-04"),
        ('<span class="meta">04.03.19</span>', "de", "2019-03-04"),
        ("<p>Oslo, 4 March 2019 – " + "The text of the story goes on for long. " * 10 + "</p>", "en", "2019-03-04"),
        ("<p><b>News</b><br>4 марта 2019, 13:43</p>", "ru", "2019-03-04T13:43:00"),
    ],
)
def test_the_date_near_the_title_is_that_of_publication(shown: str, language: str, iso: str) -> None:
    draft = read(f"<h1>A Long River</h1>{shown}<p>Text.</p>", "<title>A Long River</title>", url=None, language=language)
    assert text(draft.published) == iso
    assert draft.modified is None


def test_a_date_of_change_is_told_from_that_of_publication() -> None:
    draft = read('<h1>A Long River</h1><p class="date">Updated: 6 March 2019 - Published: 4 March 2019</p>', url=None)
    assert (text(draft.published), text(draft.modified)) == ("2019-03-04", "2019-03-06")


def test_the_only_date_that_a_page_prints_is_taken_with_a_note() -> None:
    draft = read("<h1>A Long River</h1><p>Text.</p><p>Last updated: 6 March 2019</p>", url=None)
    assert (text(draft.published), text(draft.modified)) == ("2019-03-06", "2019-03-06")
    assert [note.reason for note in draft.notes] == [
        "the page prints only the date of its last change; it is taken as the article's"
    ]


@pytest.mark.parametrize(
    ("url", "iso"),
    [
        ("https://example.org/2019/03/04/story", "2019-03-04"),
        ("https://example.org/news/20190304-story", "2019-03-04"),
        ("https://example.org/news/04-03-2019", "2019-03-04"),
        ("https://example.org/2019/13/44/story", None),
        ("https://example.org/123456789012", None),
        ("https://archive.example/web/20200101000000/https://example.org/story", None),
    ],
)
def test_the_address_is_the_last_evidence_of_a_date(url: str, iso: str | None) -> None:
    published = read("<h1>A Long River</h1><p>Text.</p>", url=url).published
    assert text(published) == iso


@pytest.mark.parametrize(
    "body",
    [
        "<h1>A Long River</h1><p>Text.</p><footer>© 2019 Example Press, 1.1.2019</footer>",
        "<h1>A Long River</h1><p>In a report of 4 March 2019, which nobody had read by then, the engineers said so.</p>",
        '<h1>A Long River</h1><div class="comments"><time datetime="2019-03-04">x</time><time datetime="2019-03-05">y</time></div>',
        "<h1>A Long River</h1><p>Born: 4 March 1919</p>",
    ],
)
def test_a_date_of_something_else_is_none_of_the_article(body: str) -> None:
    assert read(body, url=None).published is None


def test_a_claimed_date_that_does_not_exist_is_noted_and_the_next_taken() -> None:
    head = '<meta property="article:published_time" content="2019-02-31T10:00"><meta name="date" content="20190-01-01">'
    draft = read("<h1>A Long River</h1><p>4 March 2019</p>", head, url=None)
    assert text(draft.published) == "2019-03-04"
    assert [note.reason for note in draft.notes] == [
        "'2019-02-31T10:00' in meta: article:published_time is no date: no such day: February 2019 has 28 days, not 31",
        "not a date in meta: date: '20190-01-01'",
    ]
    assert not draft.faults


def test_a_printed_time_of_day_says_the_day_of_its_own_place() -> None:
    claimed = data(datePublished="2019-03-05T02:41:00+00:00")
    draft = read('<h1>A Long River</h1><p class="date">4 March 2019, 22:41</p>', claimed)
    assert text(draft.published) == "2019-03-04T22:41:00"


def test_a_year_that_no_article_is_from_is_noted() -> None:
    draft = read("<h1>A Long River</h1>", '<meta property="article:published_time" content="0019-03-04">', url=None)
    assert draft.published is None
    assert len(draft.notes) == 1


# --- the rest --------------------------------------------------------------------------------------------------------------
def test_the_publisher_is_what_the_title_element_adds_where_nothing_else_names_it() -> None:
    draft = read("<h1>A Long River</h1>", "<title>A Long River | The Daily Line</title>")
    assert text(draft.publisher) == "The Daily Line"
    assert read("<h1>A Long River</h1>", "<title>A Long River</title>").publisher is None


def test_a_copyright_line_gives_notice_year_and_holder() -> None:
    draft = read("<h1>A Long River</h1><p>Text.</p><footer><p>© 2019 Example Press. All rights reserved.</p></footer>")
    assert text(draft.notice) == "© 2019 Example Press. All rights reserved."
    assert text(draft.copyright_year) == "2019"
    assert [holder.text for holder in draft.holders] == ["Example Press"]


def test_the_address_is_the_canonical_one_unless_that_is_the_entrance() -> None:
    for href, expected in (("https://example.org/story", "https://example.org/story"), ("https://example.org/", ADDRESS)):
        url = read("<h1>A Long River</h1>", f'<link rel="canonical" href="{href}">').url
        assert text(url) == expected


def test_the_language_is_declared_or_absent() -> None:
    assert read("<h1>A</h1>", language="pt_BR").language is not None
    assert read("<h1>A</h1>").language is None
    draft = read("<h1>A</h1>", data(headline="A", inLanguage="no language at all"), language="de-AT")
    assert text(draft.language) == "de-at"
    assert len(draft.notes) == 1


def test_a_description_that_is_cut_or_unfinished_gives_way_to_the_whole_one() -> None:
    whole = "The river that fed a whole valley has not reached the sea for six years."
    head = f'<meta name="description" content="The river that fed a whole ..."><meta property="og:description" content="{whole}">'
    draft = read("<h1>A Long River</h1>", head)
    assert text(draft.abstract) == whole
    template = '<meta name="description" content="{{ article.description | cut }}">'
    assert read("<h1>A Long River</h1>", template).abstract is None


def test_tags_are_links_and_themes_categories() -> None:
    body = (
        '<h1>A Long River</h1><p>Text.</p><p class="tags"><a rel="tag" href="/tag/water">Water</a>, '
        '<a rel="tag" href="/tag/dams">Dams</a>, <a rel="category tag" href="/category/nature/">Nature</a></p>'
    )
    draft = read(body)
    assert [tag.text for tag in draft.tags] == ["Water", "Dams"]
    assert [theme.text for theme in draft.themes] == ["Nature"]


def test_what_shows_metadata_is_returned_as_no_text() -> None:
    body = '<h1 id="t">A River</h1><p id="b" class="byline">By Marie Novak</p><p id="d" class="date">4 March 2019</p><p>Text.</p>'
    page = parse(Record("page.html", "html", body.encode()))
    assert {element.get("id") for element in metadata.read(page, Draft(page.record))} == {"t", "b", "d"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "<title>",
        "<h1>",
        '<div class="' + "related_" * 200_000 + '">',
        "<h1>A Title</h1>" + '<p class="byline">By nobody 1</p>' * 20_000,
        "<h1>A Title</h1>" + '<div class="comments">' * 1_800 + "<p>a</p>" * 20_000,
        "<h1>A Title</h1>" + '<div class="date">' * 1_800 + "3 May 2019 " * 20_000,
        "<title>" + "a | b - " * 200_000 + "</title>",
        '<p class="byline">By' + " " * 1_000_000 + "Ann Bee",
        '<p class="date">' + "1 2 3.4.5 " * 100_000,
    ],
)
def test_hostile_pages_come_to_an_end(body: str) -> None:
    page = parse(Record("page.html", "html", f"<html>{body}".encode()))
    draft = Draft(page.record)
    assert {element.tag for element in metadata.read(page, draft)} <= {element.tag for element in page.root.iter()}
    assert not draft.faults
