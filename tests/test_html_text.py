"""The main text of an HTML page, and where it stands: what is kept, what is left out, and bytes behind every word."""

from __future__ import annotations

import html
import json

import pytest
from lxml import etree

from kg.article import Article, Datum, Record, Span
from kg.errors import ReadError
from kg.readers.blocks import Block, compose
from kg.readers.draft import Draft
from kg.readers.html import fragments, maintext
from kg.readers.html.page import Page, parse

FIRST = "The river rose again in spring, and the towns along it, from the hills to the sea, counted what was lost."
SECOND = "Nobody had measured it before, said Marie Novak, who keeps the gauge, reads it at noon, and writes it down."
THIRD = "A second gauge, built by the province, will stand at the mouth, where salt water, mud and ships are a danger."
PROSE = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p><p>{FIRST} {SECOND}</p>"


def page_of(body: str, head: str = "") -> Page:
    return parse(Record("page.html", "html", f"<!DOCTYPE html>\n<html><head>{head}</head>\n<body>{body}</body></html>".encode()))


def article(body: str, shown: str = "none", title: str | None = None) -> Article:
    page = page_of(body)
    draft = Draft(page.record)
    if title is not None:
        draft.title = Datum(title, page.find(title))
    found = frozenset(page.root.iter(shown)) if shown != "none" else frozenset()
    return draft.finish(compose(maintext.read(page, draft, found)))


def parts(given: Article) -> list[tuple[str, str]]:
    return [(part.kind, given.text[part.begin : part.end]) for part in given.parts]


def text(body: str) -> str:
    return article(body).body()


def fragment(markup: str) -> list[tuple[str, str]]:
    body = markup.encode()
    return [(block.kind, block.text) for block in fragments.blocks(markup, Span(0, len(body)), body)]


# --- what is kept and what is left out -----------------------------------------------------------------------------
def test_the_paragraphs_of_an_article_are_its_text() -> None:
    assert text(f"<article><h1>A title</h1>{PROSE}</article>").split("\n\n") == [
        "A title",
        FIRST,
        SECOND,
        THIRD,
        f"{FIRST} {SECOND}",
    ]


def test_each_kind_of_element_is_kept_as_what_it_is() -> None:
    body = (
        f"<article>{PROSE}<h2>What comes next</h2><blockquote><p>It is late.</p></blockquote><ul><li>One thing, small</li></ul>"
        "<table><tr><th>Year</th><th>Level</th></tr><tr><td>1990</td><td>4 m</td></tr></table>"
        "<pre>level = 4\n  again</pre><figure><img src=a.png><figcaption>The gauge in March.</figcaption></figure></article>"
    )
    assert parts(article(body))[4:] == [
        ("heading", "What comes next"),
        ("quotation", "It is late."),
        ("item", "One thing, small"),
        ("cell", "Year"),
        ("cell", "Level"),
        ("cell", "1990"),
        ("cell", "4 m"),
        ("code", "level = 4\n  again"),
        ("paragraph", "The gauge in March."),
    ]


def test_headline_and_abstract_come_first_and_are_not_in_the_body() -> None:
    found = article(f"<article><h1>The river counts</h1>{PROSE}</article>", title="The river counts")
    assert parts(found)[0] == ("headline", "The river counts")
    assert found.body().startswith(FIRST)


@pytest.mark.parametrize(
    "around",
    [
        "<nav><a href=/a>Home page of it all</a> <a href=/b>Weather and roads</a></nav>",
        "<header class=site-header><p>Example Press, since 1990, daily, in print, and here</p></header>",
        "<aside><p>Buy our book of rivers, seas, lakes, ponds, and wells today.</p></aside>",
        "<div class=cookie-banner><p>We use cookies, small files, to know you, and others do too.</p></div>",
        "<div class=newsletter><p>Subscribe, it is free, and read us each morning, with coffee.</p></div>",
        "<section class='related-posts'><h3>Related</h3><ul><li><a href=/1>Another river, another town</a></li></ul></section>",
        "<div id=comments><p>Great text, thank you, all of you, from me, a reader of many years.</p></div>",
        "<footer><p>Copyright Example Press, all rights reserved, printed in the valley, by us</p></footer>",
        "<div class=share-buttons><a href=/f>Share</a> <a href=/t>Post</a></div>",
        "<p class=byline>By Marie Novak</p>",
        "<script>document.write('no text, at all, of any kind, in here')</script><style>p { color: red }</style>",
        "<div style='display: none'><p>Hidden words, which nobody sees, are no text, of any kind.</p></div>",
        "<p hidden>Hidden words, which nobody sees, are no text, of any kind.</p>",
        "<p aria-hidden=true>Hidden words, which nobody sees, are no text, of any kind.</p>",
        "<noscript><p>Please turn scripts on, reload the page, and read, in comfort, what we wrote.</p></noscript>",
        "<template><p>Words of a template, which nobody sees, are no text, of any kind.</p></template>",
        "<form><label>Your name, please</label><input name=n><button>Send</button></form>",
    ],
)
def test_what_stands_around_an_article_is_left_out(around: str) -> None:
    assert text(f"<div id=page><article>{PROSE}{around}</article></div>") == text(f"<div id=page><article>{PROSE}</article></div>")


@pytest.mark.parametrize(
    "aside",
    [
        "<p>Read also: <a href=/x>The lake that went away in a summer</a></p>",
        "<p>Lea también: <a href=/x>El lago que se fue en un verano</a></p>",
        "<p>Advertisement</p>",
        "<p>Photo: Example Press</p>",
        "<p>Follow us on Facebook and Instagram.</p>",
        "<p>Tags: rivers, towns</p>",
    ],
)
def test_a_paragraph_that_leads_away_is_left_out(aside: str) -> None:
    assert text(f"<article><p>{FIRST}</p>{aside}<p>{SECOND} {THIRD} {FIRST} {FIRST}</p></article>") == "\n\n".join(
        (FIRST, f"{SECOND} {THIRD} {FIRST} {FIRST}")
    )


def test_links_below_a_heading_of_related_articles_are_left_out() -> None:
    more = "<h3>Related articles</h3><ul><li><a href=/1>Another river</a></li><li><a href=/2>A lake</a></li></ul>"
    assert text(f"<article>{PROSE}{more}<h3>The end</h3><p>{THIRD}</p></article>").split("\n\n")[-3:] == [
        f"{FIRST} {SECOND}",
        "The end",
        THIRD,
    ]


def test_a_link_in_a_sentence_is_kept_with_its_words_and_its_place() -> None:
    link = "<a class=x\n href='https://example.org/a?b=1&amp;c=2'>the <b>gauge</b></a>"
    found = article(f"<article><p>See {link}. {FIRST}</p>{PROSE}</article>")
    citation = found.citations[0]
    assert found.text[citation.begin : citation.end] == "the gauge"
    assert citation.url == Datum("https://example.org/a?b=1&c=2", citation.span)
    assert found.record.body[citation.span.begin : citation.span.end] == link.encode()


def test_the_lead_between_title_and_text_is_kept() -> None:
    lead = "Twice a year the water comes, and twice a year the towns along the river count."
    header = f"<header class=head><h1>The river counts</h1><p class=lead>{lead}</p></header>"
    body = f"<main>{header}<div class=article-body>{PROSE}</div></main>"
    assert article(body, title="The river counts").body().split("\n\n")[:2] == [lead, FIRST]


def test_elements_that_show_metadata_are_not_repeated() -> None:
    assert article(f"<article><address>Marie Novak, Example Press</address>{PROSE}</article>", shown="address").body() == text(
        PROSE
    )


def test_a_paragraph_is_text_even_if_it_shows_metadata_too() -> None:
    assert f"{FIRST} {SECOND}" in article(f"<article>{PROSE}</article>", shown="p").body()


def test_words_of_a_sentence_are_text_even_if_they_show_metadata_too() -> None:
    assert (
        "kept by Marie Novak since" in article(f"<p>It is kept by <i>Marie Novak</i> since 1990. {FIRST} {SECOND}</p>", "i").body()
    )


def test_two_line_breaks_part_paragraphs_and_one_does_not() -> None:
    assert text(f"<div>{FIRST}<br><br>\n{SECOND}<br>{THIRD}<br> <br/><br>{FIRST}</div>").split("\n\n") == [
        FIRST,
        f"{SECOND}\n{THIRD}",
        FIRST,
    ]


def test_bare_text_between_blocks_is_a_paragraph() -> None:
    assert text(f"<div>{FIRST}<p>{SECOND}</p>{THIRD} <em>{FIRST}</em><p>{FIRST}</p></div>").split("\n\n") == [
        FIRST,
        SECOND,
        f"{THIRD} {FIRST}",
        FIRST,
    ]


def test_an_article_in_two_parts_that_are_alike_is_kept_whole() -> None:
    body = f"<div class=story>{PROSE}</div><div class=ad-slot><a href=/x>Buy</a></div><div class=story>{PROSE}</div>"
    assert text(f"<main>{body}</main>").count(THIRD) == 2


def test_a_second_article_is_left_out_and_noted() -> None:
    other = f"<p>A lake dried up. {SECOND} {THIRD}</p>" * 5
    page = page_of(f"<div class=content><article>{PROSE * 4}</article></div>\n<div><article>{other}</article></div>")
    draft = Draft(page.record)
    found = compose(maintext.read(page, draft, frozenset()))
    assert "lake" not in found.text
    assert [(note.reason[:51], note.place and note.place.line) for note in draft.notes] == [
        ("a second article on the page is left out: 'A lake d", 4)
    ]


def test_a_short_page_keeps_its_text() -> None:
    assert text("<div><p>It rained.</p></div>") == "It rained."


def test_a_page_without_text_has_none() -> None:
    assert text("<div><img src=a.png></div>") == ""


# --- the bytes behind the words ------------------------------------------------------------------------------------
BYTES = [
    f"<article>{PROSE}</article>",
    f"<ARTICLE>\r\n<P>\r\n  {FIRST}\r\n  {SECOND}\r\n</P>\r\n<p>\t{THIRD}</p></ARTICLE>",
    f"<article>{PROSE.replace('<p>', '<p>Größe, naïve und “Anführung” — ', 1)}</article>",
    f"<article><p>a<b>b</b>c <i> d </i> e</p>{PROSE}<pre>\n a <b>b</b>\n  c\r\n</pre></article>",
    f"<p>the</p><article><p>the</p><p>the <a href=the>the</a></p>{PROSE}</article>",
]


@pytest.mark.parametrize("body", BYTES)
def test_the_bytes_of_each_run_are_its_words(body: str) -> None:
    page = page_of(body)
    found = [block for _, block in maintext.read(page, Draft(page.record), frozenset())]
    for run in (run for block in found for run in block.runs if run.text.strip()):
        assert page.record.body[run.begin : run.end].decode() == run.text
    begins = [run.begin for block in found for run in block.runs]
    assert begins == sorted(begins)


def test_words_spelt_with_references_have_the_bytes_of_the_references() -> None:
    page = page_of(f"<article><p>Caf&eacute;&nbsp;&amp; bar &#8212; {FIRST}</p>{PROSE}</article>")
    block = maintext.read(page, Draft(page.record), frozenset())[0][1]
    written = {run.text: page.record.body[run.begin : run.end].decode() for run in block.runs}
    assert written == {
        **{"Caf": "Caf", "é": "&eacute;", "\xa0": "&nbsp;", "&": "&amp;", " bar ": " bar ", "—": "&#8212;"},
        f" {FIRST}": f" {FIRST}",
    }


def test_words_parted_by_comments_have_their_bytes() -> None:
    page = page_of(f"<article><p>Some 5<!-- --> people<!-- x --> came</p>{PROSE}</article>")
    block = maintext.read(page, Draft(page.record), frozenset())[0][1]
    assert [page.record.body[run.begin : run.end] for run in block.runs] == [b"Some 5", b" people", b" came"]


def test_words_that_stand_in_the_menu_too_have_the_bytes_of_the_text() -> None:
    body = f"<nav>\n<a href=/1>Rivers</a></nav>\n<article>\n<h2>Rivers</h2>\n{PROSE}</article>"
    page = page_of(body)
    block = maintext.read(page, Draft(page.record), frozenset())[0][1]
    assert (block.text, page.record.body[block.span.begin - 4 : block.span.end]) == ("Rivers", b"<h2>Rivers")


# --- fragments -----------------------------------------------------------------------------------------------------
MARKUP = '<p class="a">Caf&eacute; “one” <a href="/x">two</a></p><ul><li>three &amp; four</ul>five<script>no()</script>'


@pytest.mark.parametrize(
    "written",
    [
        MARKUP,
        html.escape(MARKUP),
        f"<![CDATA[{MARKUP}]]>",
        html.escape(MARKUP[:30]) + f"<![CDATA[{MARKUP[30:]}]]>",
        json.dumps(MARKUP)[1:-1],
        json.dumps(MARKUP, ensure_ascii=False)[1:-1].replace("/", "\\/"),
    ],
)
def test_a_fragment_has_its_bytes_however_it_is_written(written: str) -> None:
    body = f"<x>{written}</x>".encode()
    found = fragments.blocks(MARKUP, Span(3, len(body) - 4), body)
    assert [(block.kind, block.text) for block in found] == [
        ("paragraph", "Café “one” two"),
        ("item", "three & four"),
        ("paragraph", "five"),
    ]
    words = {run.text: body[run.begin : run.end].decode() for block in found for run in block.runs}
    assert (words["two"], words["three "], words["five"]) == ("two", "three ", "five")
    assert words["&"] in ("&amp;", "&amp;amp;")
    assert found[0].links[0].address == "/x"


def test_a_fragment_that_is_written_otherwise_stands_in_its_span() -> None:
    body = b"0123456789<b>some  words</b> and &more"
    (block,) = fragments.blocks("<p>quite other text</p>", Span(10, len(body)), body)
    assert (block.text, block.span) == ("quite other text", Span(10, 10))


def test_all_the_text_of_a_fragment_is_kept() -> None:
    markup = "<nav><a href=/a>Menu</a></nav><p class=byline>By A</p><div hidden>b</div><aside>c</aside><button>d</button>"
    assert fragment(markup) == [("paragraph", word) for word in ("Menu", "By A", "b", "c", "d")]


def test_an_empty_fragment_has_no_blocks() -> None:
    assert fragment(" \n") == []


def test_nested_blocks_are_the_innermost_kind() -> None:
    markup = "<ul><li>one<blockquote>two</blockquote></li><li><h3>three</h3></li></ul><blockquote><ul><li>four</ul></blockquote>"
    assert fragment(markup) == [("item", "one"), ("quotation", "two"), ("heading", "three"), ("item", "four")]


def test_inline_code_is_code_in_its_paragraph() -> None:
    (block,) = fragments.blocks("<p>Write <code>x = 1</code> here.</p>", Span(0, 0), b"")
    assert [(run.text, run.kind) for run in block.runs if run.text.strip()] == [
        ("Write", "text"),
        ("x = 1", "code"),
        ("here.", "text"),
    ]


def test_a_link_around_two_paragraphs_is_a_link_in_each() -> None:
    found = fragments.blocks("<a href=/x><h2>one</h2><p>two</p></a>three", Span(0, 0), b"")
    assert [[block.text[link.begin : link.end] for link in block.links] for block in found] == [["one"], ["two"], []]


# --- hostile input -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("opening", ["<div>", "<font>", "<table><tr><td>", "<ul><li>", "<blockquote>"])
def test_elements_deep_in_each_other_are_read(opening: str) -> None:
    depth = 1_800 // opening.count("<")
    assert THIRD in text(opening * depth + PROSE)


def test_elements_too_deep_for_the_parser_are_refused_in_a_fragment() -> None:
    with pytest.raises(ReadError, match="more than 2,000 deep"):
        fragments.blocks("<div>" * 3_000 + "x", Span(0, 0), b"")


@pytest.mark.parametrize(
    "body",
    [
        "<p>" + "<b>a</b> " * 20_000,
        "<p>" + "<a href=https://example.org/x>link</a> " * 20_000,
        "<p>a, b &amp; c</p>" * 20_000,
        "<p>&#105;tem " * 20_000,
        "<p>" + "word, " * 500_000,
        "<p>" + "w" * 3_000_000,
        "<p>" + " " * 1_000_000 + "x" + " " * 1_000_000,
        "<p>" + "< " * 50_000,
        "<p>" + "a<!-- x -->" * 20_000,
        "<p>the</p>" * 20_000,
        "<table><tr><td>" * 500 + PROSE,
        "<h1>T</h1>" + "<div class=teaser>" * 900 + PROSE * 50 + "</div>" * 900 + PROSE,
        "<pre>" + "<span>x</span> \n" * 20_000,
    ],
    ids=range(13),
)
def test_pages_beyond_measure_come_to_an_end(body: str) -> None:
    assert article(body).text.strip()


def test_half_a_page_is_read_as_far_as_it_goes() -> None:
    whole = f"<article>{PROSE}<p>{THIRD}</p></article>"
    for cut in range(0, len(whole), 17):
        page = page_of(whole[:cut] or " ")
        found: list[Block] = [block for _, block in maintext.read(page, Draft(page.record), frozenset())]
        assert all(isinstance(block.text, str) for block in found)


def test_a_document_of_frames_has_no_text() -> None:
    page = parse(Record("x", "html", b"<html><frameset><frame src=a></frameset></html>"))
    assert isinstance(page.root, etree._Element)
    assert maintext.read(page, Draft(page.record), frozenset()) == []
