"""Tables for spreadsheets and data frames: articles, people, mentions, citations, a row each.

CSV as RFC 4180 has it, in UTF-8, each cell between quotes. A table shows what is flat; the RDF formats hold everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kg import terms
from kg.exporters.sharing import Cut, Grouped, is_article, ordered
from kg.terms import Term

# A spreadsheet takes a cell that begins so for a formula (CWE-1236), some also after spaces, or in full width
_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]|'*[\t\r\n]")


class Column(NamedTuple):
    """The name of a column, and the way from a row's subject to its values; with `is_name` these are written as `kg:Name`."""

    name: str
    path: tuple[Term, ...]
    is_name: bool = False


class Table(NamedTuple):
    """The columns of a table; the first ones say whose row it is."""

    keys: tuple[str, ...]
    columns: tuple[Column, ...]

    def head(self) -> str:
        """Return the line with the names of the columns."""
        return _line((*self.keys, *(column.name for column in self.columns)))

    def row(self, keys: Sequence[str], subject: Term, said: Grouped) -> str:
        """Return the line of a subject."""
        return _line((*keys, *(_cell(_follow({subject}, column.path, said), column.is_name) for column in self.columns)))


ARTICLES = Table(
    ("iri",),
    (
        Column("type", (terms.TYPE,), is_name=True),
        Column("headline", (terms.HEADLINE,)),
        Column("abstract", (terms.ABSTRACT,)),
        Column("inLanguage", (terms.IN_LANGUAGE,)),
        Column("datePublished", (terms.DATE_PUBLISHED,)),
        Column("dateModified", (terms.DATE_MODIFIED,)),
        Column("bylineText", (terms.BYLINE_TEXT,)),
        Column("author", (terms.AUTHOR,)),
        Column("authorName", (terms.AUTHOR, terms.NAME)),
        Column("publisher", (terms.PUBLISHER,)),
        Column("publisherName", (terms.PUBLISHER, terms.NAME)),
        Column("url", (terms.URL,)),
        Column("about", (terms.ABOUT,)),
        Column("spatialCoverage", (terms.SPATIAL_COVERAGE,)),
        Column("keywords", (terms.KEYWORDS,)),
        Column("wordCount", (terms.WORD_COUNT,)),
        Column("originalPublisherName", (terms.REPUBLICATION_OF, terms.PUBLISHER, terms.NAME)),
        Column("originalUrl", (terms.REPUBLICATION_OF, terms.URL)),
        Column("copyrightNotice", (terms.COPYRIGHT_NOTICE,)),
        Column("license", (terms.LICENSE,)),
    ),
)
PEOPLE = Table(
    ("iri",),
    (
        Column("name", (terms.NAME,)),
        Column("prefLabel", (terms.PREF_LABEL,)),
        Column("description", (terms.DESCRIPTION,)),
        Column("url", (terms.URL,)),
        Column("sameAs", (terms.SAME_AS,)),
    ),
)
MENTIONS = Table(
    ("article", "iri"),
    (
        Column("beginIndex", (terms.BEGIN_INDEX,)),
        Column("endIndex", (terms.END_INDEX,)),
        Column("anchorOf", (terms.ANCHOR_OF,)),
        Column("entity", (terms.TA_IDENT_REF,)),
        Column("mentionKind", (terms.MENTION_KIND,), is_name=True),
        Column("confidence", (terms.TA_CONFIDENCE,)),
        Column("before", (terms.BEFORE,)),
        Column("after", (terms.AFTER,)),
    ),
)
CITATIONS = Table(
    ("article", "iri"),
    (
        Column("beginIndex", (terms.BEGIN_INDEX,)),
        Column("endIndex", (terms.END_INDEX,)),
        Column("anchorOf", (terms.ANCHOR_OF,)),
        Column("url", (terms.URL,)),
    ),
)


def articles_piece(cut: Cut) -> str:
    """Return the rows of the articles."""
    said = _said(cut)
    return "".join(ARTICLES.row([terms.value(article)], article, said) for article in _articles(cut))


def mentions_piece(cut: Cut) -> str:
    """Return the rows of the articles' mentions, in the order of the text."""
    return _parts(MENTIONS, terms.MENTION, cut)


def citations_piece(cut: Cut) -> str:
    """Return the rows of the articles' linked phrases, then those of addresses that no words lead to: links around pictures."""
    return _parts(CITATIONS, terms.CITATION, cut) + "".join(_wordless(article, _said(cut)) for article in _articles(cut))


def _wordless(article: Term, said: Grouped) -> str:
    shown = _follow({article}, (terms.CITATION, terms.URL), said)
    found = [address for address in _follow({article}, (terms.SCHEMA_CITATION,), said) if address not in shown]
    return "".join(_line((terms.value(article), "", "", "", "", _cell([address]))) for address in found)


def people_group(group: Grouped) -> str:
    """Return the rows of people: authors and holders, and whom the articles mention."""
    people = [subject for subject, said in group.items() if terms.PERSON in said.get(terms.TYPE, ())]
    return "".join(PEOPLE.row([terms.value(person)], person, group) for person in people)


def _articles(cut: Cut) -> list[Term]:
    return sorted({statement.subject for statement in cut.block if is_article(statement)})


def _said(cut: Cut) -> Grouped:
    """Return what is said of each subject, own or shared."""
    said = {subject: ordered(pairs) for subject, pairs in cut.shared.items()}
    for group in cut.groups:
        said.update(group)
    return said


def _parts(table: Table, predicate: Term, cut: Cut) -> str:
    said = _said(cut)
    return "".join(
        table.row((terms.value(article), terms.value(part)), part, said)
        for article in _articles(cut)
        for part in _follow({article}, (predicate,), said)
    )


def _follow(subjects: Iterable[Term], path: Iterable[Term], said: Grouped) -> Iterable[Term]:
    """Return what a way leads to from some subjects, each value once."""
    for predicate in path:
        subjects = dict.fromkeys(o for subject in subjects for o in said.get(subject, {}).get(predicate, ()))
    return subjects


def _cell(found: Iterable[Term], is_name: bool = False) -> str:
    """Return the values of a cell: names and addresses, none of which has a space, with spaces, texts with bars between them."""
    if is_name:
        return " ".join(sorted(terms.compact(term) for term in found))
    values = list(found)
    return (" | " if any(term[0] == '"' for term in values) else " ").join(dict.fromkeys(map(terms.value, values)))


def _line(cells: Iterable[str]) -> str:
    return ",".join(f'"{_harmless(cell)}"' for cell in cells) + "\r\n"


def _harmless(text: str) -> str:
    """Return a text as it stands between quotes, with an apostrophe before what a spreadsheet would run."""
    return ("'" if _FORMULA.match(text) else "") + text.replace('"', '""')
