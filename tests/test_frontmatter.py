"""Front matter of every common site generator says the same, whatever it is written in and whatever its fields are called."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from kg import pipeline, readers
from kg.article import Article, Record, to_json
from kg.config import Config
from kg.errors import Finding, ReadError, SkippedError

TEXT = "\nThe text itself.\n"


def read(text: str, source: str = "a.md") -> Article:
    return readers.read(Record(source, "markdown", text.encode()))


def said(article: Article) -> dict[str, object]:
    """Return what an article says of itself, without its text."""
    return {key: value for key, value in to_json(article).items() if key not in ("source", "body")}


def refused(text: str) -> list[str]:
    with pytest.raises(ReadError) as caught:
        read(text)
    return [str(error) for error in caught.value.each()]


# --- syntaxes ------------------------------------------------------------------------------------------------------------
SYNTAXES = {
    "yaml": '---\ntitle: "Rope: a history"\ndate: 2019-01-21T08:30:00-05:00\nauthors: [Marie Novak, Tomasz Wrona]\n'
    "tags:\n- ropes\n---\n",
    "yaml, its name told": "---yaml\ntitle: 'Rope: a history'\ndate: 2019-01-21 08:30:00 -0500\n"
    "author: Marie Novak and Tomasz Wrona\n"
    "tags: ropes\n---\n",
    "toml": '+++\ntitle = "Rope: a history"\ndate = 2019-01-21T08:30:00-05:00\nauthors = ["Marie Novak", "Tomasz Wrona"]\n'
    '[taxonomies]\ntags = ["ropes"]\n+++\n',
    "toml between hyphens": '---toml\ntitle = "Rope: a history"\ndate = 2019-01-21 08:30:00-05:00\n'
    '[extra]\nauthor = "Marie Novak and Tomasz Wrona"\ntags = "ropes"\n---\n',
    "json": '{\n  "title": "Rope: a history",\n  "date": "2019-01-21T08:30:00-05:00",\n'
    '  "authors": ["Marie Novak", "Tomasz Wrona"],\n'
    '  "tags": ["ropes"]\n}\n',
    "json on one line": '{"title": "Rope: a history", "date": "2019-01-21T08:30:00-05:00", '
    '"authors": ["Marie Novak", "Tomasz Wrona"], "tags": ["ropes"]}\n',
    "json between hyphens": '---json\n{"title": "Rope: a history", "date": "2019-01-21T08:30:00-05:00",\n'
    '"author": "Marie Novak & Tomasz Wrona", "tags": "ropes"}\n---\n',
    "json between semicolons": ';;;\n"title": "Rope: a history",\n"date": "2019-01-21T08:30:00-05:00",\n'
    '"authors": ["Marie Novak", "Tomasz Wrona"],\n"tags": ["ropes"]\n;;;\n',
    "lines": "Title: Rope: a history\nDate: 2019-01-21T08:30:00-05:00\nAuthors: Marie Novak; Tomasz Wrona\nTags: ropes\n",
    "lines that go on": "title:   Rope:\n    a history\ndate:    2019-01-21T08:30:00-05:00\nauthor:  Marie Novak,\n"
    "    Tomasz Wrona\nkeywords: ropes\n",
}


@pytest.mark.parametrize("front", SYNTAXES.values(), ids=SYNTAXES)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_each_syntax_says_the_same(front: str, end: str) -> None:
    article = read((front + TEXT).replace("\n", end))
    assert said(article) == {
        "title": "Rope: a history",
        "authors": ["Marie Novak", "Tomasz Wrona"],
        "published": "2019-01-21T08:30:00-05:00",
        "tags": ["ropes"],
    }
    assert article.body() == "The text itself."
    assert article.notes == ()


@pytest.mark.parametrize("front", SYNTAXES.values(), ids=SYNTAXES)
def test_each_datum_knows_its_place_and_its_field(front: str) -> None:
    article = read("\ufeff" + front + TEXT)
    data = [article.title, article.published, *article.tags, *(author.name for author in article.authors)]
    for datum in data:
        assert datum is not None
        assert datum.span is not None
        assert datum.evidence.startswith("front matter: ")
        source = article.record.body[slice(*datum.span)].decode()
        assert datum.text.split()[0] in source or datum is article.published
        assert "2019-01-21" in source or datum is not article.published
        assert article.place(datum.span).line <= front.count("\n")


def test_an_escape_or_an_accent_before_a_value_does_not_move_its_place() -> None:
    article = read('+++\nsummary = "Über \\"Taue\\""\ntitle = "Taue"\n[extra]\nauthor = "Jürgen Groß"\n+++\n')
    assert article.title is not None
    assert str(article.place(article.title.span)) == "a.md:3:10"
    assert str(article.place(article.authors[0].name.span)) == "a.md:5:11"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("+++\ntitle = 'a'\ndate = 2024-04-31\n+++\n", ["a.md:3:8: front matter is not TOML: invalid date or datetime"]),
        ("+++\ntitle = [1\n+++\n", ["a.md:3:1: front matter is not TOML: unclosed array"]),
        ("+++\ntitle = 1\ntitle = 2\n+++\n", ["a.md:3:10: front matter is not TOML: cannot overwrite a value"]),
        ("+++\n" + "a." * 5000 + "a = 1\n+++\n", ["a.md:2:1: front matter is not TOML that can be read: a key of very many parts"]),
        (
            "+++\na = " + "[" * 5000 + "]" * 5000 + "\n+++\n",
            ["a.md:2:1: front matter is not TOML: values stand in each other too deep"],
        ),
        ("---\na: " + "[" * 50_000 + "\n---\n", ["a.md:2:203: values stand in each other more than 200 deep"]),
        ("+++\ntitle = 'a'\n", ["a.md:1:1: front matter begins here and no line of +++ ends it"]),
        ('{\n"title": "a"\n\nText.\n', ["a.md:1:1: front matter begins here and no line of } ends it"]),
        ('{\n"title": "a",\n"title": "b"\n}\n', ["a.md:3:2: the key 'title' stands twice; one of the two would be lost"]),
        ('{\n"date": "soon"\n}\n', ["a.md:2:10: not a date: 'soon'; write it as 2024-05-06"]),
        ("Title: a\nDate: soon\n\nText.\n", ["a.md:2:7: not a date: 'soon'; write it as 2024-05-06"]),
    ],
)
def test_a_fault_in_any_syntax_names_its_place(text: str, faults: list[str]) -> None:
    assert [fault.partition(" (")[0] for fault in refused(text)] == faults


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA text between rules.\n\n---\n\nMore of it.\n",
        "{{< figure src=x >}}\n\nA text.\n",
        "{% include x %}\n\nA text.\n",
        "Note: this is a text.\n",
        "Region: Norway\n\nA text.\n",
        "Titles: a story of crowns\nand of the rest.\n",
    ],
)
def test_a_text_that_begins_like_front_matter_is_text(text: str) -> None:
    article = read(text)
    assert article.title is None
    assert "text" in article.text or "story" in article.text


def test_blank_lines_may_stand_above_front_matter() -> None:
    article = read("\n\n---\n# A comment\ntitle: T\n---\n\nText.\n")
    assert (article.title and article.title.text, article.body()) == ("T", "Text.")
    assert read("\n---\n\nA text: with a colon.\n\n---\n").body() == "A text: with a colon."


# --- fields --------------------------------------------------------------------------------------------------------------
GENERATORS: Mapping[str, tuple[str, dict[str, object]]] = {
    "Hugo": (
        "title: T\ndate: 2019-01-21T08:30:00Z\nlastmod: 2019-02-01\nexpiryDate: 2030-01-01\ndraft: false\n"
        "weight: 3\naliases: [/old/]\n"
        "slug: t\ncategories: [Shipping]\ntags: [ropes]\nseries: [Knots]\ndescription: Of rope.\nsummary: Rope.\n"
        "params:\n  author: Marie Novak\n",
        {
            "title": "T",
            "authors": ["Marie Novak"],
            "published": "2019-01-21T08:30:00+00:00",
            "modified": "2019-02-01",
            "themes": ["Shipping"],
            "tags": ["ropes", "Knots"],
            "abstract": "Rope.",
        },
    ),
    "Jekyll": (
        "layout: post\ntitle: T\nauthor: Marie Novak\ndate: 2019-01-21 10:30:00 -0500\nlast_modified_at: 2019-02-01 08:00\n"
        "permalink: /t/\npublished: true\nexcerpt_separator: <!--more-->\nexcerpt: Rope.\ncomments: false\ntoc: true\n",
        {
            "title": "T",
            "authors": ["Marie Novak"],
            "published": "2019-01-21T10:30:00-05:00",
            "modified": "2019-02-01T08:00:00",
            "abstract": "Rope.",
            "other": {"excerpt_separator": "<!--more-->"},
        },
    ),
    "Astro": (
        "title: T\npubDate: Jan 21 2019\nupdatedDate: 2019-02-01\nheroImage: ./a.png\n"
        "author: {name: Marie Novak, url: 'https://x.example/'}\n",
        {"title": "T", "authors": ["Marie Novak"], "published": "2019-01-21", "modified": "2019-02-01"},
    ),
    "Docusaurus": (
        "title: T\nsidebar_label: t\nsidebar_position: 2\nauthors:\n  - name: Marie Novak\n    title: Rope maker\n"
        "    image_url: a.png\n"
        "  - {name: Tomasz Wrona}\nlast_update:\n  date: 2019-02-01\n  author: Ada Quill\nkeywords: [ropes]\n",
        {"title": "T", "authors": ["Marie Novak", "Tomasz Wrona"], "modified": "2019-02-01", "tags": ["ropes"]},
    ),
    "Obsidian": (
        'aliases:\n  - t\ntitle: T\ncreated: 2019-01-21\nupdated: 2019-02-01\nauthor:\n  - "[[Marie Novak]]"\n'
        '  - "[[people/wrona|Tomasz Wrona]]"\n'
        "cssclasses: [wide]\npublish: true\n",
        {"title": "T", "authors": ["Marie Novak", "Tomasz Wrona"], "published": "2019-01-21", "modified": "2019-02-01"},
    ),
    "Ghost": (
        "title: T\nslug: t\nstatus: published\nvisibility: public\nfeature_image: null\ncustom_excerpt: Rope.\n"
        "published_at: 2019-01-21T08:30:00.000Z\n"
        "updated_at: 2019-02-01T08:30:00.000Z\ncanonical_url: https://x.example/t\nmeta_title: T on X\n",
        {
            "title": "T",
            "published": "2019-01-21T08:30:00.000+00:00",
            "modified": "2019-02-01T08:30:00.000+00:00",
            "url": "https://x.example/t",
            "abstract": "Rope.",
        },
    ),
    "Gatsby and Eleventy": (
        "title: T\ndek: Of rope.\npermalink: https://x.example/t/\nlocale: en_US\nlicence: https://l.example/\n"
        "section: Sea\nhero: false\n"
        "eleventyNavigation: {key: t}\nauthors: {mnovak: {name: Marie Novak}, twrona: {name: Tomasz Wrona}}\n",
        {
            "title": "T",
            "authors": ["Marie Novak", "Tomasz Wrona"],
            "language": "en-us",
            "url": "https://x.example/t/",
            "themes": ["Sea"],
            "abstract": "Of rope.",
            "license": "https://l.example/",
        },
    ),
}


@pytest.mark.parametrize(("front", "expected"), GENERATORS.values(), ids=GENERATORS)
def test_the_fields_of_a_generator_are_known(front: str, expected: dict[str, object]) -> None:
    assert said(read(f"---\n{front}---\n{TEXT}")) == expected


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Marie Novak", ["Marie Novak"]),
        ("By Marie Novak and Tomasz Wrona", ["Marie Novak", "Tomasz Wrona"]),
        ("Novak, Marie; Wrona, Tomasz", ["Novak, Marie", "Wrona, Tomasz"]),
        ("Marie Novak <novak@x.example>", ["Marie Novak"]),
        ("[Marie Novak, Tomasz Wrona]", ["Marie Novak", "Tomasz Wrona"]),
        ("[[Marie Novak]]", ["Marie Novak"]),
        ("{name: Marie Novak}", ["Marie Novak"]),
        ("{first_name: Marie, last_name: Novak}", ["Marie Novak"]),
        ("{display_name: Marie Novak, twitter: '@m'}", ["Marie Novak"]),
        ("{mnovak: Marie Novak, twrona: Tomasz Wrona}", ["Marie Novak", "Tomasz Wrona"]),
        ("{mnovak: {full_name: Marie Novak}, twrona: {}}", ["Marie Novak", "twrona"]),
        ("[{name: Marie Novak}, Tomasz Wrona, Marie Novak]", ["Marie Novak", "Tomasz Wrona"]),
        ("false", []),
        ("~", []),
    ],
)
def test_authors_are_a_name_a_list_or_a_mapping(value: str, names: list[str]) -> None:
    assert [author.name.text for author in read(f"---\nauthors: {value}\n---\n").authors] == names


def test_an_author_who_stands_in_two_fields_is_one() -> None:
    article = read("---\nauthor: Marie Novak\nauthors: [Marie Novak, Ada Quill]\nauthor_url: https://x.example/\n---\n")
    assert [author.name.text for author in article.authors] == ["Marie Novak", "Ada Quill"]


def test_a_page_of_an_author_is_kept_and_a_path_is_none() -> None:
    article = read("---\nauthors:\n- {name: Marie Novak, url: 'https://x.example/'}\n- {name: Ada Quill, url: /ada}\n---\n")
    assert [author.url and author.url.text for author in article.authors] == ["https://x.example/", None]


def test_a_field_that_is_not_known_is_kept_and_told_once() -> None:
    article = read("---\ntitle: T\nkicker: Sea\nhost: {name: Ada, at: [1, 2]}\nlayout: post\n---\n")
    assert [(name, datum.text) for name, datum in article.other] == [("kicker", "Sea"), ("host", "{name: Ada; at: 1; 2}")]
    assert [(note.severity, note.reason) for note in article.notes] == [
        ("info", "front matter field 'kicker' is not used"),
        ("info", "front matter field 'host' is not used"),
    ]


def test_a_key_that_stands_twice_is_no_fault_where_nothing_is_lost() -> None:
    assert said(read("---\ntitle: T\ntitle: T\ntags:\ntags: [a]\nweight: 1\nweight: 2\n---\n")) == {"title": "T", "tags": ["a"]}
    assert refused("---\ntags: [a]\ntags: [b]\n---\n") == ["a.md:3:1: the key 'tags' stands twice; one of the two would be lost"]


# --- drafts, and days in names of files ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("draft: true", "skipped: a draft (draft: true)"),
        ("private: yes", "skipped: a draft (private: yes)"),
        ("published: false", "skipped: not published (published: false)"),
        ("publish: no", "skipped: not published (publish: no)"),
        ("Status: Draft", "skipped: not published (Status: Draft)"),
    ],
)
def test_what_is_not_published_is_skipped_whatever_else_is_wrong_with_it(line: str, reason: str) -> None:
    with pytest.raises(SkippedError) as caught:
        read(f"---\ndate: soon\n{line}\n---\n")
    assert (caught.value.reason, str(caught.value.place)) == (reason, f"a.md:3:{line.index(':') + 3}")


@pytest.mark.parametrize("line", ["draft: false", "draft:", "published: true", "status: published", "published: 2019-01-21"])
def test_what_is_published_is_read(line: str) -> None:
    assert read(f"---\ntitle: T\n{line}\n---\n").title is not None


def test_a_draft_is_told_as_information_and_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: T\ndraft: true\n---\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("---\ntitle: U\n---\n", encoding="utf-8")
    found = list(pipeline.each([tmp_path], lambda record: pipeline.read(record, Config())))
    assert [item.title and item.title.text for item in found if isinstance(item, Article)] == ["U"]
    assert [str(item) for item in found if isinstance(item, Finding)] == [
        f"{tmp_path / 'a.md'}:3:8: info: skipped: a draft (draft: true)"
    ]


@pytest.mark.parametrize(
    ("source", "front", "day"),
    [
        ("posts/2019-01-21-some-title.md", "title: T", "2019-01-21"),
        ("2019-01-21.md", "title: T", "2019-01-21"),
        ("2019-01-21-some-title/index.md", "title: T", "2019-01-21"),
        ("2019-01-21-some-title.md", "date: 2020-02-02", "2020-02-02"),
        ("2019-02-30-some-title.md", "title: T", None),
        ("2019-01-2100.md", "title: T", None),
        ("2019-01-21-some-title/other.md", "title: T", None),
    ],
)
def test_the_day_in_the_name_of_a_file_is_that_of_an_article_without_one(source: str, front: str, day: str | None) -> None:
    article = read(f"---\n{front}\n---\n", source)
    assert (article.published and article.published.text) == day
    assert article.title is None or article.title.text == "T"


def test_a_day_in_the_text_is_before_that_of_the_file() -> None:
    article = read("# T\n\nBy Marie Novak\n\nFebruary 2, 2020\n\nText.\n", "2019-01-21-t.md")
    assert article.published is not None
    assert (article.published.text, article.published.evidence) == ("2020-02-02", "dateline")
