"""Articles in JSON: places of every value, files cut in their objects, JSON Feed, ninjs, and what `kg read` prints."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.article import Article, Record, Span, to_json
from kg.errors import Finding, KgError, ReadError, SkippedError
from kg.readers.blocks import one_line
from kg.readers.fields import jsonnodes
from kg.readers.fields.nodes import Node
from kg.readers.fields.values import TRUTH
from kg.readers.json import jsonitems
from kg.readers.positions import Position

FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Example Press",
    "language": "en",
    "authors": [{"name": "Marie Novak", "url": "https://example.org/marie"}],
    "items": [
        {
            "id": "https://example.org/1",
            "title": "Rivers é",
            "content_html": '<p>One é <a href="/b">two</a></p>\n<ul><li>"x"</li></ul>',
            "content_text": "One é two",
            "summary": "Short",
            "date_published": "2024-05-06T10:00:00Z",
            "date_modified": "2024-05-07",
            "tags": ["a", "b"],
            "_private": {"y": 1},
        },
        {
            "id": "2",
            "url": "https://example.org/2",
            "external_url": "https://other.example/z",
            "language": "de",
            "content_text": 'A <b> c.\n\nD "q"\nE',
            "authors": [{"name": "Jo Doe"}, {"name": "Example Staff"}],
            "mood": "calm",
        },
    ],
}
NINJS_1: dict[str, Any] = {
    "uri": "https://example.org/n/1",
    "type": "text",
    "versioncreated": "2024-05-07T10:00:00Z",
    "firstcreated": "2024-05-06T10:00:00Z",
    "language": "en-GB",
    "headline": "Rivers rise",
    "byline": "By Marie Novak and Jo Doe",
    "body_text": "Plain.",
    "body_html": "<p>Marked.</p>",
    "description_text": "Short.",
    "copyrightholder": "Example Press",
    "copyrightnotice": "Copyright 2024 Example Press",
    "usageterms": "Not for resale.",
    "infosource": [{"name": "Other Agency"}],
    "subject": [{"name": "water", "rel": "about"}, {"code": "04000000"}],
    "place": [{"name": "Oslo", "rel": "about"}, {"name": "Bergen", "rel": "mentions"}],
    "person": [{"name": "Ann Bee"}],
    "ednote": "Hold until noon.",
}
NINJS_3: dict[str, Any] = {
    "uri": "urn:example:2",
    "versionCreated": "2024-05-07T10:00:00Z",
    "headlines": [{"role": "short", "value": "Rise"}, {"role": "main", "value": "Rivers rise"}],
    "by": "Von Marie Novak",
    "bodies": [
        {"role": "plain", "contentType": "text/plain", "value": "Plain."},
        {"role": "rich", "contentType": "text/html", "value": "<section><p>Marked.</p></section>"},
    ],
    "descriptions": [{"role": "summary", "value": "Short."}],
    "subjects": [{"name": "water"}],
}


def _split(data: Any, name: str = "a.json") -> list[Record | KgError | Finding]:
    body = data if isinstance(data, bytes) else json.dumps(data, indent=1).encode()
    return list(jsonitems.split(io.BytesIO(body), name))


def _articles(data: Any, name: str = "a.json") -> list[Article]:
    return [jsonitems.read(found) for found in _split(data, name) if isinstance(found, Record)]


def _rows(data: Any, name: str = "a.json") -> list[dict[str, Any]]:
    return [to_json(article) for article in _articles(data, name)]


# --- nodes -----------------------------------------------------------------------------------------------------------------
def _value(node: Node, body: bytes) -> Any:
    """Return the value of a node, having looked that its bytes say the same."""
    raw = body[node.span.begin : node.span.end].decode()
    if node.kind == "map":
        assert (raw[0], raw[-1]) == ("{", "}")
        return {key.text: _value(item, body) for key, item in zip(node.keys, node.items, strict=True)}
    if node.kind == "list":
        assert (raw[0], raw[-1]) == ("[", "]")
        return [_value(item, body) for item in node.items]
    if body[node.span.begin - 1 : node.span.begin] != b'"':
        assert raw == node.text
        return json.loads(raw)
    assert json.loads(f'"{raw}"') == node.text == "".join(run.text for run in jsonnodes.runs(node.span, body))
    return node.text


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4), max_leaves=20
)


@given(value=_VALUES, is_ascii=st.booleans(), indent=st.sampled_from([None, 0, 2]))
def test_any_json_becomes_nodes_that_know_their_bytes(value: Any, is_ascii: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii, indent=indent)
    record = Record("a.json", "json", b"\xc3\xa9 " + text.encode())
    assert _value(jsonnodes.parse(text, 3, record), record.body) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1:1: not JSON: a value is missing"),
        ("{", "1:2: not JSON: a key in double quotes is missing"),
        ('{"a"', "1:5: not JSON: a colon is missing"),
        ('{"a":1,}', "1:8: not JSON: a key in double quotes is missing"),
        ("[1,]", "1:4: not JSON: a value is missing"),
        ("[1\n 2]", "2:2: not JSON: a comma or ] is missing"),
        ('"abc', "1:1: not JSON: unterminated string starting at"),
        ('["é", "\\x"]', "1:8: not JSON: invalid \\escape"),
        ("NaN", "1:1: not JSON: a value is missing"),
        ("01", "1:2: not JSON: something follows the end of the value"),
        ("{} x", "1:4: not JSON: something follows the end of the value"),
        ('{"a":1,"a":2}', "1:9: the key 'a' stands twice; one of the two would be lost"),
        ('"\\ud800"', "1:2: half of a surrogate pair, which is no character"),
        ("[" * 300, "1:201: not JSON: values stand in each other more than 200 deep"),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ReadError) as refusal:
        jsonnodes.parse(text, 0, Record("a.json", "json", text.encode()))
    assert str(refusal.value) == f"a.json:{message}"


def test_every_repeated_key_is_told() -> None:
    text = '{"a":1,"a":2,"b":{"c":1,"c":1}}'
    with pytest.raises(ReadError) as refusal:
        jsonnodes.parse(text, 0, Record("a.json", "json", text.encode()))
    assert [error.place.column for error in refusal.value.each() if error.place] == [9, 26]


# --- files -----------------------------------------------------------------------------------------------------------------
A, B = {"title": "a", "text": "one"}, {"title": "b", "text": "two"}


@pytest.mark.parametrize(
    "data",
    [
        json.dumps([A, B]).encode(),
        json.dumps([A, B], indent=2).encode("utf-8-sig"),
        json.dumps([A, B]).encode("utf-16"),
        f"{json.dumps(A)}\n\n{json.dumps(B)}\n".encode(),
        f"{json.dumps(A)}\r\n{json.dumps(B)}".encode("utf-8-sig"),
        f"{json.dumps(A, indent=1)}\n{json.dumps(B, indent=1)}".encode(),
        json.dumps({"status": "ok", "articles": [A, B]}).encode(),
    ],
    ids=["array", "marked", "utf-16", "lines", "windows", "sequence", "wrapped"],
)
def test_articles_are_found_in_every_kind_of_file(data: bytes) -> None:
    assert [(row["title"], row["body"]) for row in _rows(data)] == [("a", "one"), ("b", "two")]


def test_a_record_is_the_bytes_of_its_object_and_its_place_in_the_file() -> None:
    data = json.dumps([A, {"title": "é", "text": 3}, B], indent=1, ensure_ascii=False).encode()
    first, second, _ = (record for record in _split(data) if isinstance(record, Record))
    assert (first.source, first.line, first.column) == ("a.json#1", 2, 2)
    assert (second.source, second.line, second.column) == ("a.json#2", 6, 2)
    assert json.loads(second.body) == {"title": "é", "text": 3}
    flat = json.dumps([{"title": "é"}, {"title": 7, "title ": "x"}], ensure_ascii=False)
    place = _articles(flat.encode())[1].title
    assert place is not None
    assert str(_articles(flat.encode())[1].place(place.span)).startswith(f"a.json#2:1:{flat.index('7') + 1}")


def test_a_bad_line_costs_only_itself() -> None:
    data = b'{"title": "a"}\n{"title": bad}\n[1]\n{"title": "\xff"}\n{"title": "b"}\n'
    records = [record for record in _split(data, "a.jsonl") if isinstance(record, Record)]
    titles, faults = [], []
    for record in records:
        try:
            titles.append(to_json(jsonitems.read(record))["title"])
        except ReadError as error:
            faults.append(str(error))
    assert titles == ["a", "b"]
    assert faults == [
        "a.jsonl#2:2:11: not JSON: a value is missing",
        "a.jsonl#3:3:1: an article is an object of JSON, in braces",
        "a.jsonl#4:4:12: not UTF-8: byte 0xFF at offset 11; save the file as UTF-8",
    ]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", ["a.json:1: info: no object of JSON is in it"]),
        (b"[]", ["a.json:1: info: no object of JSON is in it"]),
        (b'["a"]', ["a.json#1:1:2: an article is an object of JSON, in braces"]),
        (b'[{"title": "a"}', ["a.json:1:16: not JSON: the end is missing, or something stands behind it: no ]"]),
        (b'[{"title": "a"}] x', ["a.json:1:19: not JSON: the end is missing, or something stands behind it: no ]"]),
        (b'x [{"title": "a"}]', ["a.json:1:1: not JSON: something stands before the value"]),
    ],
)
def test_what_is_odd_about_a_file_is_told(data: bytes, told: list[str]) -> None:
    assert [str(found) for found in _split(data) if not isinstance(found, Record)] == told


@pytest.mark.parametrize(
    ("data", "family"),
    [
        (FEED, "jsonfeed"),
        (NINJS_1, "ninjs"),
        ([NINJS_3], "ninjs"),
        ([A, B], "jsonlines"),
        ({"articles": [A]}, "jsonlines"),
        ({"source": "a.md", "title": "a"}, "jsonlines"),
        ([], None),
        ({"type": "FeatureCollection", "features": []}, None),
        ({"@context": "https://schema.org", "headline": "a", "text": "b"}, None),
        ({"@graph": [{"title": "a", "text": "b"}]}, None),
        ({"name": "package", "version": "1.0.0", "description": "d"}, None),
        ({"$schema": "x", "title": "a", "text": {}}, None),
        ([1, 2], None),
        ("text", None),
    ],
)
def test_what_a_file_of_json_holds_is_seen_from_its_keys(data: Any, family: str | None) -> None:
    assert jsonitems.detect(json.dumps(data).encode()) == family
    assert jsonitems.detect(json.dumps(data, indent=1).encode("utf-8-sig")) == family


# --- JSON Feed ---------------------------------------------------------------------------------------------------------------
def test_an_item_of_a_json_feed_gives_an_article_with_every_field() -> None:
    first, second = _articles(FEED)
    assert to_json(first) == {
        "source": "a.json#1",
        "title": "Rivers é",
        "authors": ["Marie Novak"],
        "published": "2024-05-06T10:00:00+00:00",
        "modified": "2024-05-07",
        "publisher": "Example Press",
        "language": "en",
        "url": "https://example.org/1",
        "tags": ["a", "b"],
        "abstract": "Short",
        "citations": [{"text": "two", "url": "https://example.org/b", "begin": 23, "end": 26}],
        "body": 'One é two\n\n"x"',
    }
    assert to_json(second) == {
        "source": "a.json#2",
        "authors": ["Jo Doe", "Example Staff"],
        "publisher": "Example Press",
        "language": "de",
        "url": "https://example.org/2",
        "original": {"url": "https://other.example/z"},
        "other": {"mood": "calm"},
        "body": 'A <b> c.\n\nD "q" E',
    }
    assert [note.reason for note in (*first.notes, *second.notes)] == ["JSON Feed field 'mood' is not used"]
    begin = first.text.index("two")
    assert first.record.body[slice(*first.span(begin, begin + 3))] == b"two"


# --- ninjs -------------------------------------------------------------------------------------------------------------------
def test_an_object_of_ninjs_1_gives_an_article_with_every_field() -> None:
    (article,) = _articles(NINJS_1)
    assert to_json(article) == {
        "source": "a.json",
        "title": "Rivers rise",
        "authors": ["Marie Novak", "Jo Doe"],
        "published": "2024-05-06T10:00:00+00:00",
        "modified": "2024-05-07T10:00:00+00:00",
        "language": "en-gb",
        "url": "https://example.org/n/1",
        "themes": ["water"],
        "regions": ["Oslo"],
        "abstract": "Short.",
        "original": {"publisher": "Other Agency"},
        "copyright": {"notice": "Copyright 2024 Example Press", "holders": ["Example Press"], "year": 2024},
        "rights": "Not for resale.",
        "body": "Marked.",
    }
    assert article.byline is not None
    assert article.byline.text == "By Marie Novak and Jo Doe"
    assert [note.reason for note in article.notes] == ["a note to editors is left out"]


def test_an_object_of_ninjs_3_says_the_same_in_lists_with_roles() -> None:
    (row,) = _rows([NINJS_3])
    assert row == {
        "source": "a.json#1",
        "title": "Rivers rise",
        "authors": ["Marie Novak"],
        "published": "2024-05-07T10:00:00+00:00",
        "modified": "2024-05-07T10:00:00+00:00",
        "themes": ["water"],
        "abstract": "Short.",
        "body": "Marked.",
    }


@pytest.mark.parametrize("field", [{"type": "picture"}, {"pubstatus": "canceled"}])
def test_pictures_and_what_was_withdrawn_are_skipped(field: dict[str, str]) -> None:
    with pytest.raises(SkippedError):
        _articles(NINJS_1 | field)


# --- rows --------------------------------------------------------------------------------------------------------------------
_WORDS = st.text(min_size=1, max_size=20).map(one_line).filter(lambda text: bool(text.strip()))
_NAMES = st.sampled_from(["Marie Novak", "Jo Doe", "Example Staff", "O'Neill, Ann", "李 明"])
_PUBLISHERS = _WORDS.filter(lambda text: text.lower() not in TRUTH)  # a switch is nobody's name
_PARAGRAPH = st.lists(_WORDS, min_size=1, max_size=3).map("\n".join)
_BODY = st.lists(st.lists(_PARAGRAPH, min_size=1, max_size=2).map("\n\n    ".join), min_size=1, max_size=4).map("\n\n".join)
_ROWS = st.fixed_dictionaries(
    {"source": st.just("a.md")},
    optional={
        "title": _WORDS,
        "authors": st.lists(_NAMES, min_size=1, max_size=3),
        "published": st.sampled_from(["2024", "2024-05", "2024-05-06", "2024-05-06T10:00:00+02:00"]),
        "modified": st.just("2024-05-07"),
        "publisher": _PUBLISHERS,
        "language": st.sampled_from(["en", "pt-br"]),
        "url": st.just("https://example.org/a"),
        "type": st.just("NewsArticle"),
        "themes": st.lists(_WORDS, min_size=1, max_size=3, unique=True),
        "tags": st.lists(_WORDS, min_size=1, max_size=3, unique=True),
        "regions": st.lists(_WORDS, min_size=1, max_size=3, unique=True),
        "abstract": _WORDS,
        "original": st.fixed_dictionaries({"publisher": _WORDS}, optional={"url": st.just("https://other.example/a")}),
        "copyright": st.fixed_dictionaries({"notice": _WORDS, "holders": st.just(["Example Press"]), "year": st.just(2024)}),
        "license": st.just("https://creativecommons.org/licenses/by/4.0/"),
        "rights": st.lists(_WORDS, min_size=1, max_size=2, unique=True).map("\n\n".join),
        "disclaimer": _WORDS,
        "bios": st.dictionaries(_NAMES, _WORDS, min_size=1, max_size=2),
        "contacts": st.just([{"email": "desk@example.org", "type": "media", "organization": "Example Press"}]),
        "other": st.dictionaries(_WORDS, _WORDS, min_size=1, max_size=2),
        "body": _BODY,
    },
)


@settings(max_examples=40)
@given(row=_ROWS, is_ascii=st.booleans())
def test_what_kg_prints_is_read_back_as_it_was(row: dict[str, Any], is_ascii: bool) -> None:
    (found,) = _rows(json.dumps(row, ensure_ascii=is_ascii).encode() + b"\n", "a.jsonl")
    assert found | {"source": "a.md"} == row


def test_links_stand_at_their_words_wherever_the_text_moved() -> None:
    cited = [{"text": "two", "url": "https://example.org/b", "begin": 4, "end": 7}, {"text": "two", "begin": 10, "end": 13}]
    row = {"source": "a.html", "title": "two", "abstract": "It is two.", "citations": cited, "body": "One two.\n\ntwo"}
    (found,) = _rows(json.dumps(row).encode())
    assert found["citations"] == [
        {"text": "two", "url": "https://example.org/b", "begin": 21, "end": 24},
        {"text": "two", "begin": 27, "end": 30},
    ]
    row["citations"] = [{"text": "two", "begin": 900}, {"text": "three", "begin": 5}, {"text": "two"}]
    (article,) = _articles(json.dumps(row).encode())
    assert [(citation.begin, citation.end) for citation in article.citations] == [(0, 3), (11, 14)]
    assert [note.reason for note in article.notes] == ["the words of 1 link are not in the text, such as 'three'"]


def test_an_object_with_the_usual_names_is_an_article_and_the_rest_is_told() -> None:
    (article,) = _articles(
        {
            "headline": "Rivers &amp; rain",
            "author": {"name": "Marie Novak", "url": "https://example.org/marie"},
            "date_published": "May 6, 2024",
            "url": "https://example.org/a",
            "description": "Short.",
            "content": "<p>One <a href='b'>two</a>.</p><p>Three.</p>",
            "keywords": "water, floods",
            "sentiment": 0.5,
        }
    )
    assert to_json(article) == {
        "source": "a.json",
        "title": "Rivers & rain",
        "authors": ["Marie Novak"],
        "published": "2024-05-06",
        "url": "https://example.org/a",
        "tags": ["water", "floods"],
        "abstract": "Short.",
        "citations": [{"text": "two", "url": "https://example.org/b", "begin": 27, "end": 30}],
        "other": {"sentiment": "0.5"},
        "body": "One two.\n\nThree.",
    }
    assert [str(note) for note in article.notes] == ["a.json:12:3: info: JSON field 'sentiment' is not used"]


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("One\nline.\n\nTwo.", "One line.\n\nTwo."),
        ("x" * 130 + "\n" + "y" * 10, "x" * 130 + "\n\n" + "y" * 10),
        ("1 < 2 & 3", "1 < 2 & 3"),
        ("Caf&eacute;", "Café"),
    ],
)
def test_text_without_tags_has_paragraphs_between_its_blank_lines(text: str, body: str) -> None:
    assert _rows({"title": "a", "text": text})[0]["body"] == body


# --- time and place ------------------------------------------------------------------------------------------------------------
@given(text=st.text(st.sampled_from("a\n\ré𝒳"), max_size=30), cuts=st.lists(st.integers(0, 60), max_size=4))
def test_places_are_counted_alike_piece_by_piece_and_at_once(text: str, cuts: list[int]) -> None:
    body, position, done = text.encode(), Position(), 0
    for cut in (*sorted(min(cut, len(body)) for cut in cuts), len(body)):
        position.pass_over(body[done:cut])
        done = cut
    place = Record("a", "json", body).place(Span(len(body), len(body)))
    assert (position.line, position.column) == (place.line, place.column)


@given(text=st.text(st.sampled_from("a\n\ré𝒳"), max_size=30), lead=st.sampled_from([0, 4090, 9000]), line=st.integers(1, 3))
def test_every_byte_has_the_line_and_column_of_its_character(text: str, lead: int, line: int) -> None:
    text = "é" * lead + text
    record = Record("a", "json", b"\xef\xbb\xbf" + text.encode(), line, column=line)
    for index in range(lead, len(text)):
        if text[index - 1 : index + 1] == "\r\n":
            continue  # within the end of a line
        lines = f"{text[:index]}|".replace("\r\n", "\n").replace("\r", "\n").split("\n")
        byte = 3 + len(text[:index].encode())
        place = record.place(Span(byte, byte))
        assert (place.line, place.column) == (line + len(lines) - 1, len(lines[-1]) + (line - 1 if len(lines) == 1 else 0))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 1_000_000,
        '{"a":"' + '\\"' * 1_000_000,
        '{"a":' * 100_000,
        json.dumps({"title": "a", "text": "é\n\n" * 30_000}),
        json.dumps({"title": "a", "text": "word " * 400_000}),
        json.dumps({f"k{number}": number for number in range(20_000)}),
        json.dumps({"source": "a", "citations": [{"text": "x", "begin": 0}] * 20_000, "body": "y " * 100_000}),
        (" " * 1000 + "\n") * 2000,
    ],
    ids=["brackets", "quotes", "objects", "paragraphs", "line", "keys", "links", "blank"],
)
def test_hostile_json_comes_to_an_end(text: str) -> None:
    for record in _split(text.encode(), "a.json"):
        try:
            assert not isinstance(record, Record) or jsonitems.read(record)
        except ReadError:
            continue
