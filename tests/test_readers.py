"""Faults name their place, every datum knows where it stands, and no input makes a reader stumble."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg import linkers, mapping, readers, vocabulary
from kg.article import Article, Citation, Datum, Record
from kg.errors import Finding, KgError, ReadError, UsageError
from kg.vocabulary import Vocabulary

CASES = Path(__file__).parent / "cases"
INPUTS = sorted(CASES.glob("*/input.*"))


def markdown(text: str | bytes) -> Article:
    return readers.read(Record("a.md", "markdown", text if isinstance(text, bytes) else text.encode()))


def plain(text: str) -> Article:
    return readers.read(Record("a.txt", "text", text.encode()))


def page(*lines: str) -> Article:
    """Return the article of a page whose header has these lines."""
    return markdown("# A Title\n\n" + "\n\n".join(lines) + "\n\nThe text begins here, and it goes on.\n")


def front(*lines: str) -> str:
    return "\n".join(("---", *lines, "---", "", "Text.", ""))


def faults(text: str | bytes) -> list[str]:
    with pytest.raises(ReadError) as caught:
        markdown(text)
    return [str(error) for error in caught.value.each()]


# --- faults and their places ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("date: 2024-04-31", "3:7: '2024-04-31' is no date: no such day: April 2024 has 30 days, not 31"),
        ("date: yesterday", "3:7: not a date: 'yesterday'; write it as 2024-05-06"),
        ("modified: [2024-04-30]", "3:11: a date is one text, not a list"),
        ("title: again", "3:1: the key 'title' stands twice; one of the two would be lost"),
        ("deck: &x a", "3:7: anchors and aliases (& and *) are not read in front matter"),
        ("deck: *x", "3:7: anchors and aliases (& and *) are not read in front matter"),
        ("deck: !!python/name:os.system ''", "3:7: tags are not read in front matter: tag:yaml.org,2002:python/name:os.system"),
        ("headline: [a, b]", "3:11: a title is one text, not a list"),
        ("headline: {a: b}", "3:11: a title is one text, not a mapping"),
        ('headline: "a\\0b"', "3:12: a title holds a character that no text may hold"),
        (f"pages: {'7' * 9000}", "3:8: a number of 9000 digits"),
        ("id: ../x", "3:5: an id is letters, digits and . _ ~ - /, with no empty or dot segment; not '../x'"),
        ('id: "x\\t"', "3:6: an id is letters, digits and . _ ~ - /, with no empty or dot segment; not 'x\\t'"),
        ("canonical_url: www.example.org", "3:16: not a web address: 'www.example.org'"),
        ('canonical_url: "http://x.example/\\t"', "3:17: not a web address: 'http://x.example/\\t'"),
        ("url: https://exa mple.org", "3:6: not a web address: 'https://exa mple.org'"),
        ("license: https://exa mple.org", "3:10: not a web address: 'https://exa mple.org'"),
        ("source_url: ftp://x.example/", "3:13: not a web address: 'ftp://x.example/'"),
        ("original: {publisher: P, url: here}", "3:31: not a web address: 'here'"),
        ("lang: en us", "3:7: not a language tag (BCP 47), such as en or pt-BR: 'en us'"),
        ("copyright: {year: 19}", "3:19: not a year: '19'"),
        ("author: {bio: Somebody.}", "3:9: an author has no name"),
        ("contact: nobody", "3:10: a contact has an e-mail address"),
        ("? [a]\n: b", "3:3: a key is one text"),
        ("author: Ü [x]: : y", "3:14: front matter is not YAML: mapping values are not allowed in this context"),
        ("\tdate: 2024-05-06", "3:1: front matter is not YAML: found a tab character that violates indentation"),
    ],
)
def test_a_fault_of_the_front_matter_names_its_place(line: str, fault: str) -> None:
    assert faults(front("title: Ünï", line)) == [f"a.md:{fault}"]


def test_a_place_is_counted_in_characters_after_a_byte_order_mark_and_windows_lines() -> None:
    text = "\ufeff" + front("title: Ünï", "copyright: {notice: Ünï, year: 19}").replace("\n", "\r\n")
    assert faults(text) == ["a.md:3:32: not a year: '19'"]


def test_all_faults_of_an_article_are_told_at_once_in_their_order() -> None:
    assert faults(front("id: a//b", "lang: e", "title: [a]", "date: 2024-02-30")) == [
        "a.md:2:5: an id is letters, digits and . _ ~ - /, with no empty or dot segment; not 'a//b'",
        "a.md:3:7: not a language tag (BCP 47), such as en or pt-BR: 'e'",
        "a.md:4:8: a title is one text, not a list",
        "a.md:5:7: '2024-02-30' is no date: no such day: February 2024 has 29 days, not 30",
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (
            "Harbour Review, February 30, 2019",
            "5:17: 'February 30, 2019' is no date: no such day: February 2019 has 28 days, not 30",
        ),
        (
            "Harbour Review, 03/04/2019",
            "5:17: '03/04/2019' is no date: day and month could be either way round; write 2019-04-03 or 2019-03-04",
        ),
        ("**Updated:** last week", "5:14: not a date: 'last week'; write it as 2024-05-06"),
        ("URL: here", "5:6: not a web address: 'here'"),
        ("Language: xx yy", "5:11: not a language tag (BCP 47), such as en or pt-BR: 'xx yy'"),
    ],
)
def test_a_fault_of_a_printed_header_names_its_place(line: str, fault: str) -> None:
    assert faults(f"# A Title\n\nBy Ada Quill\n\n{line}\n\nText.\n") == [f"a.md:{fault}"]


@pytest.mark.parametrize("body", [b"", b"\xef\xbb\xbf", b" \r\n\t\n"])
def test_an_empty_file_is_refused(body: bytes) -> None:
    assert faults(body) == ["a.md:1: the file is empty"]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("# T\n\nna\u00efve\n".encode("cp1252"), "3:3: not UTF-8: byte 0xEF at offset 7"),
        ("# Ü\n\nÜ".encode() + b"\xff", "3:2: not UTF-8: byte 0xFF at offset 8"),
        ("# T\n".encode("utf-16-le"), "1:3: not UTF-8"),
        (b"\xed\xa0\x80", "1:1: not UTF-8: byte 0xED at offset 0"),
    ],
)
def test_what_is_not_utf_8_is_refused_with_line_and_byte(body: bytes, fault: str) -> None:
    if b"\x00" in body:  # UTF-16 without a byte above 127 is UTF-8 with characters that no one meant
        body = b"# " + body[2:] + b"\xff"
        fault = f"{body.count(10) + 1}:2: not UTF-8"
    assert faults(body)[0].startswith(f"a.md:{fault}")


def test_front_matter_that_never_ends_is_refused() -> None:
    assert faults("---\ntitle: T\n\nText.\n") == ["a.md:1:1: front matter begins here and no line of --- ends it"]
    assert markdown("---\n\nA text below a rule.\n").title is None


def test_front_matter_that_is_no_mapping_is_refused() -> None:
    assert faults(front("- a", "- b")) == ["a.md:2:1: front matter is a list of `key: value` lines"]


# --- headers, notices and sources in their variants ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By A. Bee, C. Dee and E. Eff", ["A. Bee", "C. Dee", "E. Eff"]),
        ("By Anna Bee & Carl Dee", ["Anna Bee", "Carl Dee"]),
        ("By Dr. Anna Bee, PhD and Carl Dee", ["Dr. Anna Bee, PhD", "Carl Dee"]),
        ("by Anna Bee, Carl Dee Jr., and Eva Eff", ["Anna Bee", "Carl Dee Jr.", "Eva Eff"]),
        ("By Anna Bee with Carl Dee", ["Anna Bee", "Carl Dee"]),
        ("By Anna Bee in Oslo", ["Anna Bee"]),
        ("By Ludwig van Aken and José de la Cruz", ["Ludwig van Aken", "José de la Cruz"]),
        ("By [Anna Bee](#) and [bell hooks](#)", ["Anna Bee", "bell hooks"]),
        ("By [bell hooks](#)", ["bell hooks"]),
        ("By Anna Bee, Harbour News Agency", ["Anna Bee"]),
        ("By Anna Bee and Harbour News Agency", ["Anna Bee", "Harbour News Agency"]),
        ("By the Editors", ["the Editors"]),
        ("By Anna Bee, January 21, 2019", ["Anna Bee"]),
        ("**By Anna Bee**", ["Anna Bee"]),
        ("### By Anna Bee", ["Anna Bee"]),
        ("Author: Anna Bee; Carl Dee", ["Anna Bee", "Carl Dee"]),
    ],
)
def test_a_byline_names_its_authors(byline: str, names: list[str]) -> None:
    assert [author.name.text for author in page(byline).authors] == names


@pytest.mark.parametrize(
    "line",
    ["By 2030", "By the sea, nothing moves.", "By night", "## By the Numbers", "## By Design", "By and large it was a good year."],
)
def test_a_line_that_only_begins_like_a_byline_stays_text(line: str) -> None:
    article = page(line)
    assert article.authors == ()
    assert line.removeprefix("## ") in article.text


@pytest.mark.parametrize(
    ("line", "publisher", "day"),
    [
        ("Harbour Review, January 21, 2019", "Harbour Review", "2019-01-21"),
        ("Harbour Review, Monday, 21 January 2019", "Harbour Review", "2019-01-21"),
        ("Harbour Review – Jan. 21, 2019", "Harbour Review", "2019-01-21"),
        ("Harbour Review | 21st January 2019", "Harbour Review", "2019-01-21"),
        ("Harbour Review (January 2019)", "Harbour Review", "2019-01"),
        ("Harbour Review, of Port Ada, 01/21/2019", "Harbour Review, of Port Ada", "2019-01-21"),
        ("By Ada Quill | Harbour Review | 2019-01-21", "Harbour Review", "2019-01-21"),
        ("2019-01-21 | 5 min read", None, "2019-01-21"),
        ("Posted on January 21, 2019", None, "2019-01-21"),
        ("Published: January 21, 2019 at 8:30 am", None, "2019-01-21T08:30:00"),
    ],
)
def test_a_dateline_gives_publisher_and_day(line: str, publisher: str | None, day: str) -> None:
    article = page(line)
    assert (article.publisher.text if article.publisher else None, article.published and article.published.text) == (publisher, day)


@pytest.mark.parametrize(
    ("notice", "year", "holders"),
    [
        ("© 2019 Tidewater Letter", "2019", ["Tidewater Letter"]),
        ("© Tidewater Letter 2019", "2019", ["Tidewater Letter"]),
        ("Copyright 2019 by Ada Quill. All rights reserved.", "2019", ["Ada Quill"]),
        ("Copyright © [Ada Quill](#), Tidewater Letter, 2019", "2019", ["Ada Quill", "Tidewater Letter"]),
        ("(c) 2019-2021 Ada Quill and Tomasz Wrona", "2019", ["Ada Quill", "Tomasz Wrona"]),
        ("(C) 2019 Tidewater Letter, Ltd.", "2019", ["Tidewater Letter", "Ltd"]),
        ("Copyright Tidewater Letter", None, ["Tidewater Letter"]),
        ("© 2022 Ada Quill. Reprinted with consent.", "2022", ["Ada Quill"]),
    ],
)
def test_a_copyright_line_gives_year_and_holders(notice: str, year: str | None, holders: list[str]) -> None:
    article = markdown(f"# A Title\n\nText of it.\n\n{notice}\n")
    assert article.body() == "Text of it."
    assert (article.copyright_year and article.copyright_year.text) == year
    assert [holder.text for holder in article.holders] == holders


@pytest.mark.parametrize(
    "sentence",
    [
        "Copyright law in Norway is strict.",
        "First published in Oslo in 1921, the novel changed nothing.",
        "For the quay, ask the harbour master, not ada@tidewater.example or him.",
        "Follow the ropes and you find the ship.",
        "About the author of this law nobody knows a thing.",
        "Does fair use still exist? A copyright lawyer answers.",
    ],
)
def test_a_sentence_that_only_resembles_a_footer_stays_text(sentence: str) -> None:
    assert markdown(f"# A Title\n\nText of it.\n\n{sentence}\n").body() == f"Text of it.\n\n{sentence}"


@pytest.mark.parametrize(
    ("statement", "publisher", "url"),
    [
        ("This article was originally published on [Buoy Gazette](https://b.example/x).", "Buoy Gazette", "https://b.example/x"),
        ("*The story first appeared in the Buoy Gazette on 3 May 2019.*", "Buoy Gazette", None),
        ("Originally published by Buoy Gazette, May 3, 2019.", "Buoy Gazette", None),
        ("Originally published at https://b.example/x", None, "https://b.example/x"),
        ("This post was originally published on the [blog](https://b.example/x) by Ada Quill.", None, "https://b.example/x"),
        ("This article was originally published on [The Gazette](#).", "The Gazette", None),
        ("Reprinted with permission from Buoy Gazette.", "Buoy Gazette", None),
        ("The original source of this article is [Buoy Gazette](#)", "Buoy Gazette", None),
    ],
)
def test_a_source_statement_gives_the_original(statement: str, publisher: str | None, url: str | None) -> None:
    article = markdown(f"# A Title\n\nText of it.\n\nTidewater Letter goes on.\n\n{statement}\n")
    original = article.original
    if "original source" in statement:
        assert article.publisher is not None
        assert (article.publisher.text, original) == (publisher, None)
    else:
        assert original is not None
        found = (original.publisher and original.publisher.text, original.url and original.url.text)
        assert found == (publisher, url)
    assert article.body() == "Text of it.\n\nTidewater Letter goes on."


def test_a_bio_may_go_on_for_several_paragraphs() -> None:
    article = markdown("# T\n\nBy Ada Quill\n\nText.\n\n## About the author\n\nAda Quill knots.\n\nShe unties, too.\n")
    assert dict(article.bios)["Ada Quill"].text == "Ada Quill knots. She unties, too."
    assert article.text.endswith("Ada Quill knots.\n\nShe unties, too.")
    assert article.notes == ()


def test_a_line_break_of_html_parts_words_and_a_script_is_no_text() -> None:
    article = markdown("# T\n\none<br>two <script>three()</script> <!-- four --> five\n")
    assert article.body() == "one\ntwo five"
    assert [note.reason for note in article.notes] == ["1 block of HTML left out"]


def test_a_byline_below_front_matter_without_author_is_read() -> None:
    article = markdown("---\ntitle: T\ndate: 2019-01-21\n---\n\n# T\n\nBy Ada Quill\n\nJanuary 2020\n\nText.\n")
    assert [author.name.text for author in article.authors] == ["Ada Quill"]
    assert article.published == Datum("2019-01-21", article.published.span if article.published else None)
    assert article.body() == "January 2020\n\nText."


# --- where data stand ----------------------------------------------------------------------------------------------------
def data(value: object) -> Iterator[Datum]:
    """Yield every datum in a value, however deep."""
    if isinstance(value, Datum):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from data(item)
    elif is_dataclass(value) and not isinstance(value, Record | Finding):
        for item in fields(value):
            yield from data(getattr(value, item.name))


def words(text: str) -> list[str]:
    """Return the words without what Markdown, YAML and HTML put between or around them."""
    text = re.sub(r"</?\w+>|\]\([^)]*\)|&amp;|\\.", " ", text)
    return re.findall(r"\w+", text)


# The datum says in one way what the source prints in another
REWRITTEN = {"published", "modified", "language"}


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.parent.name)
def test_the_source_has_the_words_of_a_datum_where_it_stands(path: Path) -> None:
    article = readers.read(next(readers.records(readers.split(path))))
    body = article.record.body
    checked = 0
    for item in fields(article):
        for datum in data(getattr(article, item.name)) if item.name not in REWRITTEN else ():
            assert datum.span is not None
            source = html.unescape(body[slice(*datum.span)].decode())
            if item.name in ("citations", "original") and "](" in source:
                assert datum.text.rpartition("/")[2] in source
            elif item.name == "citations" and "][" in source:
                assert datum.text.encode() in body  # the address of a reference stands elsewhere
            elif item.name in ("rights", "disclaimer", "tags", "regions"):
                assert words(datum.text)[0] in words(source)  # several sentences or items: the first is where it stands
            else:
                assert set(words(datum.text)) <= set(words(source)), (item.name, datum.text, source)
            checked += 1
    assert checked


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.parent.name)
def test_the_source_has_the_words_of_a_mention_and_a_citation_where_they_stand(path: Path, words: Vocabulary) -> None:
    article = linkers.link(readers.read(next(readers.records(readers.split(path)))), words)
    source = article.record.body
    for mention in article.mentions:
        found = source[slice(*article.span(mention.begin, mention.end))].decode()
        assert found.split() == article.text[mention.begin : mention.end].split()
    for citation in article.citations:
        label = article.text[citation.begin : citation.end]
        assert label in source[slice(*citation.span)].decode()


def test_a_folded_abstract_knows_the_line_of_each_word() -> None:
    article = markdown(front("title: T", "abstract: >-", "  The ferry to", "  Norway is late.", "  <b>Very</b> late.", 'deck: ""'))
    begin = article.text.index("Norway")
    assert str(article.place(article.span(begin, begin + 6))) == "a.md:5:3"
    begin = article.text.index("Very")
    assert str(article.place(article.span(begin, begin + 4))) == "a.md:6:6"


def test_a_letter_and_its_accent_become_one_character_and_spans_stay_right() -> None:
    article = markdown("# Pe\u0301rou and Kelvin\u212a\n\nLe Pe\u0301rou attend l\u2019Islande.\n")
    assert article.text == "Pérou and KelvinK\n\nLe Pérou attend l’Islande."
    for word in ("and", "KelvinK", "attend", "Islande"):
        begin = article.text.index(word)
        source = article.record.body[slice(*article.span(begin, begin + len(word)))].decode()
        assert source.replace("\u212a", "K") == word


def test_a_citation_around_an_entity_and_emphasis_keeps_its_words() -> None:
    article = markdown("# T\n\nSee [Quill &amp; *Wrona*’s **law**](https://x.example/) now.\n")
    (citation,) = article.citations
    assert article.text[citation.begin : citation.end] == "Quill & Wrona’s law"
    assert article.record.body[slice(*citation.span)].decode() == "[Quill &amp; *Wrona*’s **law**](https://x.example/)"


# --- any input -----------------------------------------------------------------------------------------------------------
PIECES = st.sampled_from(
    [
        *(
            "\n",
            "\n\n",
            "\r\n",
            "---\n",
            "# ",
            "> ",
            "- ",
            "1. ",
            "    ",
            "```\n",
            "| a | b |\n|---|---|\n",
            "*",
            "**",
            "`",
            "[",
            "](",
            ")",
        ),
        *(
            "title: ",
            "date: ",
            "authors:\n- ",
            "abstract: >-\n  ",
            "By Ada Quill\n",
            "Harbour Review, May 3, 2019\n",
            "Region: ",
            "&amp;",
        ),
        *(
            "© 2019 ",
            "About the author\n",
            "The original source of this article is ",
            "Disclaimer: ",
            "first published in ",
            "<br>",
        ),
        *(
            "Georgia",
            "United\n",
            "States",
            "US",
            "Norway",
            "é",
            "e\u0301",
            "\u0958",
            "\ufeff",
            "\x00",
            "\x0c",
            "\u2028",
            "\x85",
            "🙂",
            "\\",
            "[^1]",
        ),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join)


def read_or_refuse(format: str, text: str) -> Article | None:
    record = Record("any", format, text.encode("utf-8", "surrogatepass"))
    try:
        article = readers.read(record)
    except ReadError as error:
        refusal = error
    else:
        assert readers.read(record) == article
        return article
    assert all(fault.place is not None for fault in refusal.each())
    return None


@cache
def shipped() -> Vocabulary:
    """Return the shipped vocabulary; not a fixture, for a failure would print all of it."""
    return vocabulary.load()


def check_offsets(article: Article) -> None:
    words = shipped()
    length, size = len(article.text), len(article.record.body)
    for datum in data(tuple(getattr(article, item.name) for item in fields(article))):
        assert datum.span is None or 0 <= datum.span.begin <= datum.span.end <= size
    spots: list[tuple[int, int]] = [(part.begin, part.end) for part in article.parts]
    spots += [(citation.begin, citation.end) for citation in article.citations]
    linked = linkers.link(article, words)
    spots += [(mention.begin, mention.end) for mention in linked.mentions]
    for begin, end in spots:
        assert 0 <= begin <= end <= length
        span = article.span(begin, end)
        assert 0 <= span.begin <= span.end <= size
    for mention in linked.mentions:
        assert mention.begin < mention.end
    mapping.describe(linked, words, include_text=True)


@settings(deadline=None)
@given(TEXTS)
@example("---\ntitle: '\u0958'\n---\n")
@example("---\ntitle: \u2028\nabstract: 'US'\n---\nx")
@example("# T\u0958")
@example("# ---\n")
@example("# e\u0301\u0958 US")
def test_any_markdown_is_read_or_refused(text: str) -> None:
    article = read_or_refuse("markdown", text)
    if article is not None:
        check_offsets(article)


@settings(deadline=None)
@given(TEXTS)
@example("---\n")
@example("US \x00 US\n\nNorway")
def test_any_plain_text_is_read_or_refused_and_stays_as_it_is(text: str) -> None:
    article = read_or_refuse("text", text)
    if article is not None:
        assert article.text == text.removeprefix("\ufeff")
        check_offsets(article)
        for part in article.parts:
            span = article.span(part.begin, part.end)
            assert article.record.body[slice(*span)].decode() == article.text[part.begin : part.end]


# --- files and folders ---------------------------------------------------------------------------------------------------
def test_a_folder_is_read_in_order_of_name_and_what_has_no_reader_is_said(tmp_path: Path) -> None:
    for name in ("b.md", "a.txt", "c/d.MARKDOWN", "c/e.pdf", ".hidden.md", "noend"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("Text.\n", encoding="utf-8")
    found = list(readers.split(tmp_path))
    assert [item.source for item in found if isinstance(item, Record)] == [
        str(tmp_path / n) for n in ("a.txt", "b.md", "c/d.MARKDOWN")
    ]
    assert [str(item) for item in found if isinstance(item, Finding)] == [
        f"{tmp_path / 'c/e.pdf'}: info: skipped: no reader for .pdf",
        f"{tmp_path / 'noend'}: info: skipped: no reader for a file without ending",
    ]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "outside.md").write_text("Text.\n", encoding="utf-8")
    (folder / "in.md").symlink_to(tmp_path / "outside.md")
    (folder / "round").symlink_to(folder)
    assert [item.reason for item in readers.split(folder) if isinstance(item, Finding)] == [
        "skipped: a link that leads out of the folder",
        "skipped: a link to a folder",
    ]


def test_a_source_that_is_not_there_or_has_no_reader_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    missing, unknown = (list(readers.split(tmp_path / name)) for name in ("b.md", "a.pdf"))
    assert [type(item) for item in missing + unknown] == [UsageError, ReadError]
    assert str(unknown[0]).startswith(f"{tmp_path / 'a.pdf'}: no reader for .pdf")
    with pytest.raises(KgError, match="no such file or folder"):
        list(readers.records(missing))


def test_a_citation_without_address_is_still_one() -> None:
    article = markdown("# T\n\n[a](#) [b](javascript:x) [c](schema:headline)\n")
    assert [(article.text[c.begin : c.end], c.url) for c in article.citations if isinstance(c, Citation)] == [
        ("a", None),
        ("b", None),
        ("c", None),
    ]
    assert [note.reason for note in article.notes] == [
        "a link that is not safe to publish: 'javascript:x'",
        "a link to what is no address: 'schema:headline'",
    ]


def test_a_title_stands_where_its_words_begin() -> None:
    article = markdown("\n##  **A Title**\n\nBy [Ada Quill](#)\n\nText.\n")
    assert article.title is not None
    assert str(article.place(article.title.span)) == "a.md:2:7"
    assert str(article.place(article.authors[0].name.span)) == "a.md:4:5"
