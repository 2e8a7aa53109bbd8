"""A record becomes its article, linked, described, checked and written in each format."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from kg import authors, dataset, exporters, linkers, mapping, readers, terms, validation
from kg.article import Article, Datum, Record
from kg.config import Config
from kg.converted import Converted
from kg.errors import SEVERITIES
from kg.pipeline.tools import Tools
from kg.terms import Statement
from kg.vocabulary import Vocabulary


def read(record: Record, config: Config) -> Article:
    """Return the article of a record, with the publisher, language and names of authors that it takes from the configuration."""
    article = readers.read(replace(record, language=config.language))
    if article.publisher is None and config.publisher:
        article = replace(article, publisher=Datum(config.publisher, evidence="given"))
    return authors.resolve(article, config.authors)


def linked(record: Record, tools: Tools) -> Article:
    """Return the article of a record with what it mentions."""
    return linkers.link(read(record, tools.config), tools.vocabulary, tools.config.links)


def convert(record: Record, tools: Tools) -> Converted:
    """Return a record's article read, linked, described, checked and written. Raises `KgError` for what cannot be read."""
    article = linked(record, tools)
    config = tools.config
    iri, statements, notes = mapping.description(
        article, tools.vocabulary, config.base, config.include_text, config.include_personal_email
    )
    results = check(article, statements, tools)
    cut = exporters.cut(statements)
    return Converted(
        iri,
        record.source,
        record.digest,
        hashlib.sha256(article.text.encode()).hexdigest(),
        article.original is not None,
        article.published.text if article.published else None,
        exporters.pieces(cut, ("nquads", *tools.config.formats)),
        tuple((subject, *pair) for subject in sorted(cut.shared) for pair in sorted(cut.shared[subject])),
        *dataset.tally(cut.own),
        tuple(sorted({s.object for s in statements if s.object in tools.vocabulary})),
        Counter(linkers.RULES[mention.rule].kind for mention in article.mentions),
        tuple(sorted((*notes, *results), key=lambda finding: SEVERITIES.index(finding.severity))),
        next((result.focus for result in results if result.severity == "violation"), None),
    )


def check(article: Article, statements: Iterable[Statement], tools: Tools) -> list[validation.Result]:
    """Return what the shapes say of one article; a vocabulary's own faults are not the article's."""
    return tools.validator.validate(seen(statements, tools.vocabulary), article.place, without=tools.vocabulary)


def seen(statements: Iterable[Statement], words: Vocabulary) -> list[Statement]:
    """Return what shapes see of an article: its own statements, the types of what it refers to, the classes above those."""
    own = list(statements)
    known = {s.object for s in own if s.object in words} | {s.subject for s in own if s.subject in words}
    return own + [Statement(entity, terms.TYPE, kind, "") for entity in sorted(known) for kind in words.types(entity)]
