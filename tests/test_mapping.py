"""An article becomes statements: two graphs, every node named, every statement with its place."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg import linkers, mapping, readers, terms, vocabulary
from kg.article import Article, Record
from kg.linkers import RULES
from kg.terms import Statement, Term
from kg.vocabulary import Vocabulary

BASE = terms.DEFAULT_BASE
DECLARED, EXTRACTED = f"<{BASE}article/t#declared>", f"<{BASE}article/t#extracted>"

PAGE = """# Norway waits

By Ada Quill

Tidewater Letter, 9 March 2022

*Sweden does not wait.*

The [INF Treaty](https://www.example.org/inf) and [a tug](#) wait with Norway; the US waits, too.

Copyright © Ada Quill, Tidewater Letter, 2022
"""


def markdown(text: str, words: Vocabulary) -> Article:
    return linkers.link(readers.read(Record("a.md", "markdown", text.encode())), words)


def front(*lines: str) -> str:
    return "\n".join(("---", "id: t", "title: T", *lines, "---", "", "Text.", ""))


def describe(text: str, words: Vocabulary) -> tuple[Statement, ...]:
    return mapping.describe(markdown(text, words), words)


def objects(statements: tuple[Statement, ...], subject: str, predicate: Term) -> list[str]:
    """Return what is said of a subject below the base, without the brackets and the base."""
    found = {terms.value(s.object) for s in statements if s.subject == f"<{BASE}{subject}>" and s.predicate == predicate}
    return sorted(value.removeprefix(BASE) for value in found)


def test_what_the_source_says_and_what_was_found_stand_in_two_graphs(words: Vocabulary) -> None:
    statements = describe(PAGE, words)
    iri = mapping.article_iri(markdown(PAGE, words))
    declared, extracted = mapping.part(iri, "declared"), mapping.part(iri, "extracted")
    found = {declared: set[Term](), extracted: set[Term]()}
    for statement in statements:
        found[statement.graph].add(statement.predicate)
    assert found[extracted] == {
        *(terms.MENTIONS, terms.ABOUT, terms.MENTION, terms.TYPE, terms.REFERENCE_CONTEXT, terms.BEGIN_INDEX, terms.END_INDEX),
        *(terms.ANCHOR_OF, terms.TA_IDENT_REF, terms.TA_CONFIDENCE, terms.MENTION_KIND, terms.BEFORE, terms.AFTER),
    }
    assert {terms.MENTIONS, terms.MENTION, terms.TA_IDENT_REF, terms.ABOUT} & found[declared] == set()
    assert [statement.graph for statement in statements] == sorted(statement.graph for statement in statements)
    assert {mapping.article_of(graph) for graph in found} == {iri}
    assert mapping.article_of("<https://w3id.org/article-kg/vocabulary/state>") is None


def test_an_article_is_about_what_its_headline_or_abstract_names(words: Vocabulary) -> None:
    statements = describe(PAGE, words)
    extracted = [(s.predicate, s.object.rpartition("/")[2][:-1]) for s in statements if s.graph.endswith("#extracted>")]
    assert {name for predicate, name in extracted if predicate == terms.ABOUT} == {"norway", "sweden"}
    assert {name for predicate, name in extracted if predicate == terms.MENTIONS} == {
        "norway",
        "sweden",
        "inf-treaty",
        "united-states",
    }


def test_no_node_is_blank_and_every_term_is_valid(words: Vocabulary) -> None:
    for statement in describe(PAGE, words):
        for term in (statement.subject, statement.predicate, statement.graph):
            assert terms.iri(terms.value(term)) == term
        assert statement.object[0] in '<"'


def test_every_statement_that_comes_from_words_has_their_place(words: Vocabulary) -> None:
    article = markdown(PAGE, words)
    without = {s.predicate for s in mapping.describe(article, words) if s.span is None}
    assert without == {terms.TYPE, terms.TEXT, terms.TEXT_DIGEST, terms.WORD_COUNT}
    for statement in mapping.describe(article, words):
        if statement.span and statement.predicate == terms.ANCHOR_OF:
            assert terms.value(statement.object) in article.record.body[slice(*statement.span)].decode()


def test_the_same_article_gives_the_same_statements(words: Vocabulary) -> None:
    assert describe(PAGE, words) == describe(PAGE, words)
    moved = readers.read(Record("elsewhere/b.md", "markdown", PAGE.encode()))
    assert mapping.describe(linkers.link(moved, words), words) == describe(PAGE, words)


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("---\nid: a/b.c~1\ntitle: T\n---\n", "a/b.c~1"),
        ("# Who Pays?\n\nBy Ada Quill\n\n9 March 2022\n\nText.\n", "2022-03-09/who-pays"),
        ("# Who Pays?\n\nBy Ada Quill\n\nMarch 2022\n\nText.\n", "2022-03/who-pays"),
        ("---\ntitle: C++ und Öl\ndate: 2022-03-09T01:00:00+02:00\n---\n", "2022-03-09/c-und-öl-"),
        ("# Кто платит?\n\nText.\n", "undated/кто-платит"),
        ("Text alone.\n", "undated/untitled-"),
    ],
)
def test_an_article_is_named_by_its_id_or_by_date_and_headline(text: str, iri: str, words: Vocabulary) -> None:
    found = terms.value(mapping.article_iri(markdown(text, words))).removeprefix(f"{BASE}article/")
    digest = {"-": 6 if "und" in iri and "undated" not in iri else 12}.get(iri[-1], 0)
    assert (found[: len(iri)], len(found) - len(iri)) == (iri, digest)


def test_two_authors_of_one_name_are_one_person(words: Vocabulary) -> None:
    statements = describe(front("authors:", "  - {name: Ada Quill, bio: Ada Quill knots.}", "  - Ada Quill"), words)
    assert objects(statements, "article/t", terms.AUTHOR) == ["person/ada-quill"]
    assert objects(statements, "person/ada-quill", terms.NAME) == ["Ada Quill"]


def test_a_publisher_that_the_vocabulary_knows_keeps_type_and_name_as_printed(words: Vocabulary) -> None:
    statements = describe(front("publisher: IAEA", "author: Reuters"), words)
    agency = "<https://w3id.org/article-kg/organization/international-atomic-energy-agency>"
    said = {(s.predicate, s.object, s.graph) for s in statements if s.subject == agency}
    assert said == {(terms.TYPE, terms.ORGANIZATION, DECLARED), (terms.NAME, '"IAEA"', DECLARED)}
    assert terms.iri("https://w3id.org/article-kg/organization/reuters") in {
        s.object for s in statements if s.predicate == terms.AUTHOR
    }


def test_themes_and_regions_that_no_vocabulary_knows_get_names_under_the_base(words: Vocabulary) -> None:
    statements = describe(front("themes: [Harbour Cats, oceans]", "regions: [Middle Earth, norway]", "lang: en"), words)
    assert objects(statements, "article/t", terms.ABOUT) == ["https://w3id.org/article-kg/theme/oceans", "theme/harbour-cats"]
    assert objects(statements, "article/t", terms.SPATIAL_COVERAGE) == [
        "https://w3id.org/article-kg/state/norway",
        "region/middle-earth",
    ]
    assert objects(statements, "theme/harbour-cats", terms.PREF_LABEL) == ["Harbour Cats"]
    assert objects(statements, "region/middle-earth", terms.TYPE) == [terms.value(terms.REGION)]


def test_a_holder_that_is_an_author_is_that_author(words: Vocabulary) -> None:
    statements = describe(PAGE, words)
    iri = terms.value(mapping.article_iri(markdown(PAGE, words))).removeprefix(BASE)
    assert objects(statements, iri, terms.COPYRIGHT_HOLDER) == ["organization/tidewater-letter", "person/ada-quill"]
    assert objects(statements, "person/ada-quill", terms.TYPE) == [terms.value(terms.PERSON)]


@pytest.mark.parametrize(
    ("date", "datatype"),
    [
        ("2022", terms.XSD_GYEAR),
        ("March 2022", terms.XSD_GYEAR_MONTH),
        ("9 March 2022", terms.XSD_DATE),
        ("2022-03-09T08:00Z", terms.XSD_DATE_TIME),
    ],
)
def test_a_date_is_as_exact_as_the_source(date: str, datatype: Term, words: Vocabulary) -> None:
    (published,) = (s.object for s in describe(front(f"date: {date}"), words) if s.predicate == terms.DATE_PUBLISHED)
    assert terms.parts(published).datatype == datatype


def test_a_contact_belongs_to_the_publisher_and_to_whom_the_source_names(words: Vocabulary) -> None:
    contact = "contact: {email: a@tidewater.example, organization: Rope Office}"
    statements = describe(front("publisher: Tidewater Letter", contact), words)
    points = {
        name: objects(statements, f"organization/{name}", terms.CONTACT_POINT) for name in ("tidewater-letter", "rope-office")
    }
    assert points["tidewater-letter"] == points["rope-office"] != []
    assert objects(statements, points["rope-office"][0], terms.EMAIL) == ["a@tidewater.example"]
    assert objects(describe(front("contact: a@tidewater.example"), words), points["rope-office"][0], terms.EMAIL) == []


def test_the_text_itself_is_told_only_where_it_is_asked_for(words: Vocabulary) -> None:
    article = markdown(PAGE, words)
    short = mapping.describe(article, words)
    full = mapping.describe(article, words, include_text=True)
    more = {statement.predicate: terms.value(statement.object) for statement in set(full) - set(short)}
    assert more == {terms.IS_STRING: article.text, terms.ARTICLE_BODY: article.body()}
    assert set(short) < set(full)


def test_plain_text_with_control_characters_keeps_its_offsets(words: Vocabulary) -> None:
    article = linkers.link(readers.read(Record("a.txt", "text", b"A tug\x00 of\n\x0cNorway\x07 waits.\n")), words)
    statements = mapping.describe(article, words, include_text=True)
    text = next(terms.value(s.object) for s in statements if s.predicate == terms.IS_STRING)
    assert text == "A tug  of\n Norway  waits.\n"
    (mention,) = article.mentions
    assert text[mention.begin : mention.end] == "Norway"


def test_a_link_around_a_picture_is_cited_without_words(words: Vocabulary) -> None:
    statements = describe("# T\n\n[![boat](b.png)](https://www.example.org/boat) Text.\n", words)
    assert [s.object for s in statements if s.predicate == terms.SCHEMA_CITATION] == ["<https://www.example.org/boat>"]
    assert [s for s in statements if s.predicate == terms.CITATION] == []


def test_each_mention_tells_words_kind_confidence_and_surroundings(words: Vocabulary) -> None:
    article = markdown(PAGE, words)
    statements = mapping.describe(article, words)
    row = mapping.mentions_row(article, words)
    assert row["source"] == "a.md"
    assert len(row["mentions"]) == len(article.mentions) > 0
    for found in row["mentions"]:
        node = f"{terms.value(mapping.article_iri(article))}#char={found['begin']},{found['end']}"
        said = {s.predicate: terms.value(s.object) for s in statements if s.subject == f"<{node}>"}
        assert article.text[found["begin"] : found["end"]] == found["exact"] == said[terms.ANCHOR_OF]
        assert found["iri"] == said[terms.TA_IDENT_REF]
        assert found["confidence"] == float(said[terms.TA_CONFIDENCE])
        assert said[terms.MENTION_KIND] == terms.value(linkers.KINDS[found["kind"]])
        assert (found["kind"], said[terms.TA_CONFIDENCE]) in {(rule.kind, rule.confidence) for rule in RULES.values()}
        around = said.get(terms.BEFORE, "") + found["exact"] + said.get(terms.AFTER, "")
        assert around in article.text
    assert [found["type"] for found in row["mentions"]] == ["kg:State", "kg:State", "kg:Treaty", "kg:State", "kg:State"]
    assert row["mentions"][-1]["wikidata"] == "Q30"


VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@settings(deadline=None)
@given(VALUES, VALUES, VALUES)
@example("葛󠄀城 舞", "C++ & Söhne", "󠄀")  # with variation selectors, as Japanese names have them
def test_any_names_become_valid_terms(author: str, publisher: str, theme: str) -> None:
    quoted = ["'" + value.replace("'", "''") + "'" for value in (author, publisher, theme)]
    text = front(f"author: [{quoted[0]}]", f"publisher: {quoted[1]}", f"themes: [{quoted[2]}]", "lang: en")
    empty = vocabulary.build([])
    article = readers.read(Record("a.md", "markdown", text.encode()))
    for statement in mapping.describe(article, empty):
        assert terms.iri(terms.value(statement.subject)) == statement.subject
        if statement.object.startswith("<"):
            assert terms.iri(terms.value(statement.object)) == statement.object
