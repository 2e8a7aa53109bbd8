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


# --- headers that are printed, in all their forms ------------------------------------------------------------------------
# Header; authors; publisher; day
HEADERS: tuple[tuple[str, list[str], str | None, str], ...] = (
    ("By Marie Novak\n\nExample Press, January 21, 2019", ["Marie Novak"], "Example Press", "2019-01-21"),
    ("**By Marie Novak**  \n*Example Press, January 21, 2019*", ["Marie Novak"], "Example Press", "2019-01-21"),
    ("By Marie Novak | Example Press | 21/01/2019", ["Marie Novak"], "Example Press", "2019-01-21"),
    ("By Marie Novak — Tidewater Letter — Jan 21, 2019", ["Marie Novak"], "Tidewater Letter", "2019-01-21"),
    ("January 21, 2019 · By Marie Novak · The Quay", ["Marie Novak"], "The Quay", "2019-01-21"),
    ("Jan 21, 2019 · 5 min read · A. Bee", ["A. Bee"], None, "2019-01-21"),
    ("A. Bee · Jan 21, 2019 · 5 min read", ["A. Bee"], None, "2019-01-21"),
    ("*A. Bee, Example Press*\n\n*2019-01-21*", ["A. Bee"], "Example Press", "2019-01-21"),
    ("Marie Novak, 21 January 2019", ["Marie Novak"], None, "2019-01-21"),
    ("Marie Novak — Lantern Weekly — 21 January 2019", ["Marie Novak"], "Lantern Weekly", "2019-01-21"),
    ("Marie Novak\n\nJanuary 21st, 2019", ["Marie Novak"], None, "2019-01-21"),
    ("Posted by Marie Novak and Ada Quill on 2019-01-21", ["Marie Novak", "Ada Quill"], None, "2019-01-21"),
    ("Published January 21, 2019 by Marie Novak", ["Marie Novak"], None, "2019-01-21"),
    ("By Marie Novak\nPublished in Tidewater Letter on 21 Jan 2019", ["Marie Novak"], "Tidewater Letter", "2019-01-21"),
    ("By Marie Novak for Harbour Review\n\n01/21/2019", ["Marie Novak"], "Harbour Review", "2019-01-21"),
    ("Words by Marie Novak\\\nTidewater Letter (21 January 2019)", ["Marie Novak"], "Tidewater Letter", "2019-01-21"),
    ("✍️ By Marie Novak\n\n📅 Jan. 21, 2019", ["Marie Novak"], None, "2019-01-21"),
    ("**Author:** Marie Novak\n**Date:** 21 Jan 2019\n**Publisher:** The Quay", ["Marie Novak"], "The Quay", "2019-01-21"),
    ("- **Author:** Marie Novak\n- **Date:** 2019-01-21\n- **Publisher:** The Quay", ["Marie Novak"], "The Quay", "2019-01-21"),
    ("| Author | Marie Novak |\n|---|---|\n| Published | 2019-01-21 |", ["Marie Novak"], None, "2019-01-21"),
    ("| Author | Published |\n|---|---|\n| Marie Novak | 2019-01-21 |", ["Marie Novak"], None, "2019-01-21"),
    ("Author\n: Marie Novak\n\nPublished\n: January 21, 2019", ["Marie Novak"], None, "2019-01-21"),
    ("Von Marie Novak und Jürgen Groß\n\n21. Januar 2019", ["Marie Novak", "Jürgen Groß"], None, "2019-01-21"),
    ("Von Marie Novak | Veröffentlicht am 21. Januar 2019", ["Marie Novak"], None, "2019-01-21"),
    ("21. Januar 2019 · Von Marie Novak", ["Marie Novak"], None, "2019-01-21"),
    ("Par Marie Novak et Anne Dubois\n\nPublié le 21 janvier 2019", ["Marie Novak", "Anne Dubois"], None, "2019-01-21"),
    ("Por Marie Novak y Luis Mora\n\n21 de enero de 2019", ["Marie Novak", "Luis Mora"], None, "2019-01-21"),
    ("Автор: Мария Новак\n\nОпубликовано: 21 января 2019", ["Мария Новак"], None, "2019-01-21"),
    ("> Author: Marie Novak\n\nJanuary 21, 2019", ["Marie Novak"], None, "2019-01-21"),
    ("<p class='by'>By Marie Novak</p>\n\nJanuary 21, 2019", ["Marie Novak"], None, "2019-01-21"),
)
TITLES = ("# A Title", "### A Title", "A Title\n=======", "A Title\n-------", "**A Title**", "# *A Title*")


@pytest.mark.parametrize(("header", "authors", "publisher", "day"), HEADERS, ids=[header[0] for header in HEADERS])
def test_a_printed_header_names_author_day_and_publisher(header: str, authors: list[str], publisher: str | None, day: str) -> None:
    for title in TITLES:
        article = markdown(f"{title}\n\n{header}\n\nThe ferry left at nine, and nobody knew why.\n\n## Later\n\nIt came back.\n")
        assert article.title is not None
        assert article.published is not None
        assert (article.title.text, [author.name.text for author in article.authors]) == ("A Title", authors)
        assert (article.publisher and article.publisher.text, article.published.text) == (publisher, day)
        assert article.body() == "The ferry left at nine, and nobody knew why.\n\nLater\n\nIt came back."
        assert [note for note in article.notes if note.severity != "info"] == []


def test_labels_in_several_languages_say_what_a_page_is_about() -> None:
    article = page(
        "Region: Norway", "**Kategorie:** Häfen", "Mots-clés: cordes, nœuds", "Updated: 2019-02-01", "License: CC BY 4.0"
    )
    assert [[datum.text for datum in found] for found in (article.regions, article.themes, article.tags)] == [
        ["Norway"],
        ["Häfen"],
        ["cordes", "nœuds"],
    ]
    assert (article.modified and article.modified.text, article.rights and article.rights.text) == ("2019-02-01", "CC BY 4.0")


def test_a_day_and_a_byline_may_stand_above_the_title() -> None:
    article = markdown("OPINION\n\nJanuary 21, 2019\n\n# A Title\n\nBy Marie Novak\n\nText of it.\n")
    assert (article.title and article.title.text, article.published and article.published.text) == ("A Title", "2019-01-21")
    assert [author.name.text for author in article.authors] == ["Marie Novak"]
    assert article.body() == "OPINION\n\nText of it."


def test_a_heading_below_the_title_may_stand_above_the_byline() -> None:
    article = markdown("# A Title\n\n## What the sea tells\n\n*Marie Novak, Example Press*\n\nText of it.\n")
    assert [author.name.text for author in article.authors] == ["Marie Novak"]
    assert article.body() == "What the sea tells\n\nText of it."


def test_a_number_before_a_month_is_a_day_and_no_list() -> None:
    article = markdown("# A Title\n\n21. Januar 2019\n\n1. Ropes\n2. Knots\n")
    assert (article.published and article.published.text, article.body()) == ("2019-01-21", "Ropes\n\nKnots")


@pytest.mark.parametrize(
    "text",
    [
        "In May 2019, nobody came.",
        "Marie Novak left in 2019 | nobody knows why | she was late.",
        "Von hier an wird es kalt.",
        "Por la noche todo cambia.",
        "## Marie Novak",
        "**Marie Novak**",
        "**The Ropes of Norway include:**",
        "On January 21, 2019, the ferry that everybody knows left at nine.",
        "Note: this is a text.",
        "Published works are rare here.",
        "- Rope: of hemp\n- Sail: of flax",
        "| Rope | Sail |\n|---|---|\n| hemp | flax |",
    ],
)
def test_a_text_that_resembles_a_header_stays_text(text: str) -> None:
    article = markdown(f"# A Title\n\n{text}\n\nMore of the text stands here, and goes on.\n")
    assert (article.authors, article.published, article.publisher, article.themes) == ((), None, None, ())
    assert words(text) == words(article.body().partition("More")[0])


@pytest.mark.parametrize(
    "line", ["By A\n", "Region: a\n", "2019-01-21, ", "a | ", "Marie Novak\n\n", "- Author: x\n", "{{x}} ", "{% raw %}", "`a"]
)
def test_a_header_or_tags_without_end_come_to_an_end(line: str) -> None:
    markdown(f"# T\n\n{line * (100_000 // len(line))}")


# --- what site generators put in Markdown --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{< figure src='a.png' >}}\n\nText.", "Text."),
        ("{{% note %}}\nInner *text*.\n{{% /note %}}\n\nText.", "Inner text.\n\nText."),
        ("{% include a.html %}\nText.\n{% if x %}\nMore.\n{% endif %}", "Text.\n\nMore."),
        ("{% raw %}A {{ b }}{% endraw %} c {{ d }} e.", "A {{ b }} c e."),
        ("{% comment %}\nNo text.\n{% endcomment %}\nText.", "Text."),
        ("{% highlight ruby %}\nputs 1\n{% endhighlight %}\n\nText.", "puts 1\n\nText."),
        ("Of `{{ code }}` and\n\n```\n{% code %}\n```", "Of {{ code }} and\n\n{% code %}"),
        ("See [[Rope Making|ropes]], [[Knots]] and ![[a.png]] ![[b]].", "See ropes, Knots and ."),
        ("See [[1]](https://x.example/).", "See [1]."),
        ("A [link]({{ '/a b' | url }}) and [one]({{ site.url }}/a).", "A link and one."),
        (":::note\nInner text.\n:::\n\nText.", "Inner text.\n\nText."),
        (
            "import Rope from './rope'\n\nexport const a = {\n  b: 1\n}\n\nText.\n\n<Rope of={() => 1}>\n\nInner.\n\n</Rope>",
            "Text.\n\nInner.",
        ),
        ("Text.\n{: .lead #a}\n\n## Head {#b}\n\n<!--more-->\n\nMore.", "Text.\n\nHead\n\nMore."),
        ("- item {% x %} one\n{{< y >}} goes on", "item one goes on"),
        ("%% no text %%\n\nText[^1].\n\n[^1]: A note.", "Text.\n\nA note."),
        ("A set {1, 2}, {{ and 100%% of {% it.", "A set {1, 2}, {{ and 100%% of {% it."),
    ],
)
def test_what_site_generators_replace_leaves_the_text_around_it(source: str, text: str) -> None:
    for end in ("\n", "\r\n"):
        article = markdown(f"# T\n\nBy Marie Novak\n\nÜ.\n\n{source}\n".replace("\n", end))
        assert article.body() == f"Ü.\n\n{text}"
        for part in article.parts:
            shown, printed = (
                article.text[part.begin : part.end],
                article.record.body[slice(*article.span(part.begin, part.end))].decode(),
            )
            assert words(shown)[:1] == words(printed)[:1]


def test_tags_that_left_nothing_are_told_once() -> None:
    article = markdown("# T\n\nA {{< b >}} {% c %}d{% endc %}\n\n{{< e >}}\n")
    assert [str(note) for note in article.notes] == ["a.md:3:3: info: 2 template tags left out"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<div class='a'><p>One <b>two</b> &amp; three.</p></div>", "One two & three."),
        ("<figure><img src='a.png'><figcaption>A quay.</figcaption></figure>", "A quay."),
        ("<table><tr><td>One</td><td>Two</td></tr></table>", "One\n\nTwo"),
        ("<details>\n<summary>More</summary>\n\nInner *text*.\n\n</details>", "More\n\nInner text."),
        ("<!-- no text -->\n\n<br>\n\n<hr>", ""),
    ],
)
def test_the_text_of_html_in_markdown_is_kept(source: str, text: str) -> None:
    article = markdown(f"# T\n\nBy Marie Novak\n\nText.\n\n{source}\n")
    assert article.body() == f"Text.\n\n{text}".strip()
    assert article.notes == ()


def test_scripts_styles_and_frames_are_left_out_and_told() -> None:
    article = markdown("# T\n\nText.\n\n<script>\none()\n\ntwo()\n</script>\n\n<iframe src='https://x.example/'></iframe>\n")
    assert article.body() == "Text."
    assert [str(note) for note in article.notes] == ["a.md:5:1: warning: 2 blocks of HTML left out"]


def test_a_link_of_html_is_a_citation() -> None:
    article = markdown("# T\n\nSee <a class='b' href='https://x.example/?a=1&amp;b=2'>the *law*</a> now.\n")
    (citation,) = article.citations
    assert (article.text[citation.begin : citation.end], citation.url and citation.url.text) == (
        "the law",
        "https://x.example/?a=1&b=2",
    )


def test_each_datum_of_a_page_says_what_it_was_found_by() -> None:
    article = markdown(
        "# A Title\n\n*In short.*\n\nBy Marie Novak\n\nExample Press, January 21, 2019\n\nRegion: Norway\n\nText.\n\n"
        "© 2019 Example Press\n\n*Marie Novak counts boats.*\n"
    )
    found = {
        "title": article.title,
        "abstract": article.abstract,
        "author": article.authors[0].name,
        "publisher": article.publisher,
        "published": article.published,
        "region": article.regions[0],
        "notice": article.notice,
        "bio": article.authors[0].bio,
    }
    assert {name: datum.evidence for name, datum in found.items() if datum} == {
        "title": "heading",
        "abstract": "italics below the title",
        "author": "byline",
        "publisher": "dateline",
        "published": "dateline",
        "region": "label: Region",
        "notice": "copyright line",
        "bio": "text about the author",
    }


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
            if article.record.around and (datum.span is None or datum.span.begin == datum.span.end):
                continue  # what a feed says of all its entries stands outside of the record
            assert datum.span is not None
            source = html.unescape(body[slice(*datum.span)].decode())
            if item.name in ("citations", "original") and ("](" in source or source.startswith("<a")):
                assert datum.text.rpartition("/")[2] in source
            elif item.name == "url" and not source.startswith("http"):
                assert datum.text.endswith(source)  # resolved against the feed's own address
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
    for name in ("b.md", "a.txt", "c/d.MARKDOWN", "c/e.bin", ".hidden.md", "noend"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("Text.\n", encoding="utf-8")
    found = list(readers.split(tmp_path))
    assert [item.source for item in found if isinstance(item, Record)] == [
        str(tmp_path / n) for n in ("a.txt", "b.md", "c/d.MARKDOWN")
    ]
    assert [str(item) for item in found if isinstance(item, Finding)] == [
        f"{tmp_path / 'c/e.bin'}: info: skipped: no reader for .bin",
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
    (tmp_path / "a.bin").write_bytes(b"\x00\x01")
    missing, unknown = (list(readers.split(tmp_path / name)) for name in ("b.md", "a.bin"))
    assert [type(item) for item in missing + unknown] == [UsageError, ReadError]
    assert str(unknown[0]).startswith(f"{tmp_path / 'a.bin'}: no reader for .bin")
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


def test_relative_addresses_without_a_base_are_told_once_with_their_number() -> None:
    article = readers.read(Record("a.md", "markdown", b"# T\n\n[a](/x) [b](../y) [c](z)\n\n[d](//[e)\n"))
    assert [str(note) for note in article.notes] == [
        "a.md:3:1: warning: 4 relative addresses, and the article has none of its own: '/x'"
    ]


def test_half_a_host_is_no_address() -> None:
    article = readers.read(Record("a.md", "markdown", b"---\ncanonical_url: https://example.com/a\n---\n# T\n\n[d](<//[e>)\n"))
    assert [str(note) for note in article.notes] == ["a.md:6:1: warning: a link to what is no address: '////[e'"]
