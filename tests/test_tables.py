"""The tables of articles, people, mentions and citations: what is in them, read back by Python's csv; and no cell is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import exporters, terms
from kg.terms import Statement, Term
from tests.strategies import GRAPHS, TEXTS, own

A, AB = (terms.article_iri(terms.DEFAULT_BASE, name) for name in ("a", "ab"))
NOVAK, PRESS, FRANCE = (terms.iri(f"https://data.example.org/{name}") for name in ("person/novak", "organization/press", "france"))
TABLES = exporters.NAMES["csv"]

few = settings(max_examples=30, deadline=None)


def says(subject: Term, *pairs: tuple[Term, Term]) -> list[Statement]:
    return [Statement(subject, predicate, object_, "") for predicate, object_ in pairs]


def number(value: int) -> Term:
    return terms.literal(str(value), datatype=terms.XSD_NON_NEGATIVE_INTEGER)


def rows(graph: Sequence[Statement], table: str) -> list[dict[str, str]]:
    """Return the rows of a table as Python reads them, strictly."""
    text = exporters.export(graph, f"csv:{table}")
    found = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert all(None not in row and None not in row.values() for row in found), "every row has a cell for each column"
    return found


def cells(row: dict[str, str]) -> dict[str, str]:
    """Return the cells of a row that are not empty."""
    return {name: text for name, text in row.items() if text}


def phrase(kind: Term, begin: int, end: int, words: str) -> list[tuple[Term, Term]]:
    offsets = [(terms.BEGIN_INDEX, number(begin)), (terms.END_INDEX, number(end))]
    return [(terms.TYPE, kind), *offsets, (terms.ANCHOR_OF, terms.literal(words))]


ARTICLE = says(
    A,
    (terms.TYPE, terms.ARTICLE),
    (terms.TYPE, f"<{terms.SCHEMA}NewsArticle>"),
    (terms.HEADLINE, terms.literal('Peace, "at last"', language="en")),
    (terms.DATE_PUBLISHED, terms.date_literal("2024-05-06")),
    (terms.AUTHOR, NOVAK),
    (terms.PUBLISHER, PRESS),
    (terms.KEYWORDS, terms.literal("peace", language="en")),
    (terms.KEYWORDS, terms.literal("arms control", language="en")),
    (terms.ABOUT, FRANCE),
    (terms.ABOUT, terms.iri("https://data.example.org/theme/peace")),
    (terms.WORD_COUNT, number(12)),
)
SHARED = [
    *says(NOVAK, (terms.TYPE, terms.PERSON), (terms.NAME, terms.literal("Marie Novak")), (terms.URL, "<https://novak.example/>")),
    *says(PRESS, (terms.TYPE, terms.ORGANIZATION), (terms.NAME, terms.literal("Example Press"))),
]


# --- what is in them -------------------------------------------------------------------------------------------------------
def test_an_article_is_a_row() -> None:
    (row,) = rows([*ARTICLE, *SHARED], "articles")
    assert cells(row) == {
        "iri": "https://data.example.org/article/a",
        "type": "schema:Article schema:NewsArticle",
        "headline": 'Peace, "at last"',
        "datePublished": "2024-05-06",
        "author": terms.value(NOVAK),
        "authorName": "Marie Novak",
        "publisher": terms.value(PRESS),
        "publisherName": "Example Press",
        "about": f"{terms.value(FRANCE)} https://data.example.org/theme/peace",
        "keywords": "arms control | peace",
        "wordCount": "12",
    }


def test_where_an_article_was_first_published_stands_in_its_row() -> None:
    original = own(A, "original")
    graph = [*ARTICLE, *SHARED, *says(A, (terms.REPUBLICATION_OF, original))]
    graph += says(original, (terms.TYPE, terms.CREATIVE_WORK), (terms.PUBLISHER, PRESS), (terms.URL, "<https://press.example/1>"))
    (row,) = rows(graph, "articles")
    assert (row["originalPublisherName"], row["originalUrl"]) == ("Example Press", "https://press.example/1")


def test_a_person_is_a_row_once_however_many_articles_have_them() -> None:
    graph = [*ARTICLE, *SHARED, *says(AB, (terms.TYPE, terms.ARTICLE), (terms.AUTHOR, NOVAK))]
    graph += says(FRANCE, (terms.TYPE, terms.PERSON), (terms.PREF_LABEL, terms.literal("Anatole France", language="fr")))
    assert [cells(row) for row in rows(graph, "people")] == [
        {"iri": terms.value(FRANCE), "prefLabel": "Anatole France"},
        {"iri": terms.value(NOVAK), "name": "Marie Novak", "url": "https://novak.example/"},
    ]


def test_mentions_are_rows_in_the_order_of_the_text() -> None:
    graph = list(ARTICLE)
    for begin in (100, 9):
        node = own(A, f"char={begin},{begin + 6}")
        graph += says(A, (terms.MENTION, node)) + says(node, *phrase(terms.MENTION_CLASS, begin, begin + 6, "France"))
        confidence = terms.literal("0.98", datatype=terms.XSD_DECIMAL)
        graph += says(node, (terms.TA_IDENT_REF, FRANCE), (terms.TA_CONFIDENCE, confidence), (terms.MENTION_KIND, terms.NAME_KIND))
        graph += says(node, (terms.AFTER, terms.literal(", \nwhich")))
    found = rows(graph, "mentions")
    assert [row["beginIndex"] for row in found] == ["9", "100"]
    assert cells(found[0]) == {
        "article": terms.value(A),
        "iri": f"{terms.value(A)}#char=9,15",
        "beginIndex": "9",
        "endIndex": "15",
        "anchorOf": "France",
        "entity": terms.value(FRANCE),
        "mentionKind": "kg:Name",
        "confidence": "0.98",
        "after": ", \nwhich",
    }


def test_citations_are_linked_words_and_then_addresses_without_words() -> None:
    node, address, picture = own(A, "link=9,15"), "<https://elsewhere.example/a?b=c>", "<https://elsewhere.example/picture>"
    graph = [*ARTICLE, *says(A, (terms.CITATION, node), (terms.SCHEMA_CITATION, address), (terms.SCHEMA_CITATION, picture))]
    graph += says(node, *phrase(terms.CITATION_CLASS, 9, 15, "a study"), (terms.URL, address))
    first, second = rows(graph, "citations")
    assert (first["iri"], first["anchorOf"], first["url"]) == (terms.value(node), "a study", terms.value(address))
    assert cells(second) == {"article": terms.value(A), "url": terms.value(picture)}


def test_a_table_of_nothing_has_the_names_of_its_columns() -> None:
    assert exporters.export([], "csv:people") == '"iri","name","prefLabel","description","url","sameAs"\r\n'
    for table in TABLES:
        assert exporters.export([], table).count("\r\n") == 1


# --- how they are written --------------------------------------------------------------------------------------------------
def test_lines_end_as_rfc_4180_wants_it_and_every_cell_stands_between_quotes() -> None:
    text = exporters.export([*ARTICLE, *SHARED], "csv:articles")
    assert text.endswith('"\r\n')
    assert text.count("\r\n") == text.count("\n") == 2
    assert re.fullmatch(r'(?:"(?:[^"]|"")*"(?:,|\r\n))+', text)


# What an apostrophe was put before, and so how it is taken away
GUARDED = re.compile(r"'('*\s*[=+\-@＝＋－＠]|'*[\t\r\n])")


@few
@given(GRAPHS)
def test_every_table_of_every_graph_can_be_read(graph: list[Statement]) -> None:
    articles = {s.subject for s in graph if s.predicate == terms.TYPE and s.object == terms.ARTICLE}
    assert {GUARDED.sub(r"\1", row["iri"]) for row in rows(graph, "articles")} == set(map(terms.value, articles))
    for table in TABLES:
        rows(graph, table.removeprefix("csv:"))


@few
@given(st.text("=+-@'\t\r\n \"a,;|", max_size=6) | TEXTS)
def test_a_cell_is_the_text_that_it_was_once_the_apostrophe_is_taken_away(text: str) -> None:
    (row,) = rows(says(A, (terms.TYPE, terms.ARTICLE), (terms.HEADLINE, terms.literal(text))), "articles")
    found = row["headline"]
    assert GUARDED.sub(r"\1", found, count=1) == text if GUARDED.match(found) else found == text


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "＝1", '=cmd|" /C calc"!A0', "'=1", "''=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_run_as_a_formula(text: str) -> None:
    (row,) = rows(says(A, (terms.TYPE, terms.ARTICLE), (terms.HEADLINE, terms.literal(text))), "articles")
    assert row["headline"] == f"'{text}"


@pytest.mark.parametrize("text", ["'Tis the season", "a=b", "1-2", "", " ", "'", "a\t=1", 'a";=1'])
def test_other_cells_stay_as_they_are(text: str) -> None:
    (row,) = rows(says(A, (terms.TYPE, terms.ARTICLE), (terms.HEADLINE, terms.literal(text))), "articles")
    assert row["headline"] == text


@few
@given(GRAPHS)
def test_no_cell_of_any_graph_begins_as_a_formula(graph: list[Statement]) -> None:
    def begins(row: dict[str, Any]) -> bool:
        return any(re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", cell) for cell in row.values())

    assert not any(begins(row) for table in TABLES for row in rows(graph, table.removeprefix("csv:")))
