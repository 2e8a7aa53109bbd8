"""A page is decoded as browsers do it and parsed once; every element and word of it has a place in the source."""

from __future__ import annotations

import pytest

from kg import readers
from kg.article import Record, Span
from kg.errors import ReadError
from kg.readers.html.encoding import transcoded
from kg.readers.html.page import Page, find_words, parse

WORDS = "Ångström naïve “quoted”"


def page(html: str | bytes, charset: str | None = None) -> Page:
    return parse(Record("a.html", "html", html if isinstance(html, bytes) else html.encode(), charset=charset))


@pytest.mark.parametrize(
    ("body", "charset", "name"),
    [
        (f"<p>{WORDS}".encode(), None, "utf-8"),
        (f"<p>{WORDS}".encode("cp1252"), None, "windows-1252"),
        (f"<meta charset=ISO-8859-1><p>{WORDS}".encode("cp1252"), None, "windows-1252"),
        (f'<meta http-equiv=x content="text/html; charset=utf-8"><p>{WORDS}'.encode(), None, "utf-8"),
        (f"<!-- <meta charset=koi8-r> --><p>{WORDS}".encode(), None, "utf-8"),
        (f"<meta charset=utf-16><p>{WORDS}".encode(), None, "utf-8"),
        (f"\ufeff<p>{WORDS}".encode("utf-16-le"), "koi8-r", "utf-16le"),
        (f"\ufeff<meta charset=koi8-r><p>{WORDS}".encode(), None, "utf-8"),
        (f"<meta charset=koi8-r><p>{WORDS}".encode(), "UTF-8", "utf-8"),
        (f'<?xml version="1.0" encoding="windows-1252"?><p>{WORDS}'.encode("cp1252"), None, "windows-1252"),
        (f"<meta charset=no-such><p>{WORDS}".encode(), "none-either", "utf-8"),
    ],
)
def test_a_page_is_decoded_as_browsers_do(body: bytes, charset: str | None, name: str) -> None:
    record, codec = transcoded(Record("a.html", "html", body, charset=charset))
    assert record.body.decode().endswith(f"<p>{WORDS}")
    assert codec == name


def test_a_page_in_cyrillic_that_names_its_encoding_is_read() -> None:
    record, codec = transcoded(Record("a.html", "html", "<meta charset=koi8-r>Привет".encode("koi8-r")))
    assert (record.body.decode(), codec) == ("<meta charset=koi8-r>Привет", "koi8-r")


def test_bytes_that_are_no_text_in_the_declared_encoding_are_told_with_their_place() -> None:
    found = page(b"<meta charset=utf-8>\n<p>na\xefve")
    assert found.warnings == (("1 place with bytes that are no utf-8", Span(26, 29)),)


def test_a_page_that_is_cut_in_a_tag_says_so() -> None:
    assert page("<p>One <a href='http://exam").warnings == (("the page ends in the middle of a tag: it was cut off", Span(7, 27)),)
    assert page("<p>One < two").warnings == ()


def test_an_attribute_whose_quotes_do_not_end_says_what_is_lost() -> None:
    words = "the quotes of an attribute do not end: what stands behind them is lost"
    assert page('<p>One <a title="exam> two</p></html>').warnings == ((words, Span(7, 17)),)
    assert page("<p>One <a title='exam> two</p></html>").warnings == ((words, Span(7, 17)),)
    assert page("""<p title="a>b" class='c'>One="two</p>""").warnings == ()


@pytest.mark.parametrize("element", ["div", "b", "blockquote", "ul><li", "table><tr><td"])
def test_a_tower_of_elements_is_refused_since_what_is_below_would_be_lost(element: str) -> None:
    with pytest.raises(ReadError, match="2,000 deep"):
        page(f"<{element}>" * 50_000 + "text")


def test_a_page_that_is_deep_but_not_hostile_is_read_whole() -> None:
    assert "".join(map(str, page("<div>" * 1_000 + "text").root.itertext())) == "text"


def test_a_tag_with_attributes_beyond_measure_is_refused_at_its_place() -> None:
    with pytest.raises(ReadError, match="100,000 attributes") as refusal:
        page("<p>\n <i " + " ".join(f"a{n}=1" for n in range(100_000)) + ">")
    assert str(refusal.value.place) == "a.html:2:2"


@pytest.mark.parametrize("before", [0, 1, 19_998, 19_999, 20_000, 39_999])
def test_the_shortest_attributes_are_counted_wherever_their_tag_stands(before: int) -> None:
    with pytest.raises(ReadError, match="20,001 attributes"):
        page("x" * before + "<i" + " a" * 20_002)
    assert page("x" * before + "<i" + " a" * 20_001 + ">Text").warnings == ()


@pytest.mark.parametrize("body", ["", " \n ", "\ufeff"])
def test_an_empty_page_is_refused(body: str) -> None:
    with pytest.raises(ReadError, match="empty"):
        page(body)


def test_a_place_is_that_of_the_words_or_of_the_line_of_the_tag() -> None:
    found = page('<p>One</p>\n<p class="x">Two &amp;\n  three</p>\n<p>One</p>\n')
    first, second, third = found.root.iter("p")
    assert [found.span(e, t) for e, t in ((first, "One"), (third, "One"))] == [Span(3, 6), Span(49, 52)]
    assert found.span(second, "Two & three") == Span(11, 33), "the line"
    assert found.span(second, "three") == Span(36, 41)
    datum = found.datum(second, "byline")
    assert datum is not None
    assert (datum.text, datum.evidence) == ("Two & three", "byline")


def test_words_are_found_whatever_white_space_stands_between_them_and_nothing_else() -> None:
    body = b"<p>Two <b>three</b>\n<p>Two\r\n\t three four"
    assert find_words(body, " Two  three\n", 0, len(body)) == Span(23, 35)
    assert find_words(body, "wo three fo", 0, len(body)) == Span(24, 38), "words of which parts are given"
    assert [find_words(body, text, 0, len(body)) for text in ("Two four", "Twothree", " ", "")] == [None] * 4
    assert find_words(body, "Two three", 0, 30) is None, "behind the end"


@pytest.mark.parametrize(
    "html",
    [
        "<html lang=en><meta charset=utf-8><title>T</title><main><p>One<p>Two</main>",
        "<title>T</title><header>One</header> <p>Two",
        "<head><title>T</title><section><p>One</section>Two",
    ],
)
def test_a_page_without_a_tag_for_its_body_has_one(html: str) -> None:
    root = page(html).root
    head, body = root
    assert [element.tag for element in (head, body, *head)][-1] == "title"
    assert "".join(map(str, body.itertext())).split() in (["OneTwo"], ["One", "Two"])


def test_a_nul_in_a_page_does_no_harm() -> None:
    article = readers.read(Record("a.html", "html", b"<title>A\x00title</title><p>Te\x00xt</p>"))
    assert article.title is not None
    assert "\x00" not in article.title.text + article.text


def test_a_page_in_utf_8_is_read_so_whatever_its_meta_says_but_not_against_the_transport() -> None:
    body = "<meta charset=gbk><p>Été à Paris — 你好".encode()
    assert transcoded(Record("a.html", "html", body))[1] == "utf-8"
    assert transcoded(Record("a.html", "html", body, charset="gbk"))[1] in ("gbk", "gb18030")
