"""What only the whole dump can show: a person or organization whose name several articles print differently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kg import mapping, rdf, terms
from kg.errors import Place
from kg.terms import Statement, Term
from kg.validation import Result, Validator
from kg.vocabulary import Vocabulary

_KINDS = (terms.PERSON, terms.ORGANIZATION)
_TELLING = (terms.NAME, *_KINDS)


def check_names(lines: Iterable[str], known: Vocabulary, validator: Validator) -> Iterator[tuple[Result, Term]]:
    """Yield each result of the shapes on names that stand in several articles, and the article that brought the last.

    `lines` are the articles' canonical N-Quads; `known` are the entities of a vocabulary, which may be named in many ways.
    """
    names: defaultdict[Term, dict[Term, Term]] = defaultdict(dict)
    kinds: dict[Term, Statement] = {}
    for line in lines:
        if not any(term in line for term in _TELLING):
            continue
        statement = rdf.parse_nquads(line)
        article = mapping.article_of(statement.graph)
        if article is None or statement.subject in known:
            continue
        if statement.predicate == terms.NAME:
            names[statement.subject].setdefault(statement.object, article)
        elif statement.predicate == terms.TYPE and statement.object in _KINDS:
            kinds[statement.subject] = statement
    several = {subject: printed for subject, printed in names.items() if len(set(printed.values())) > 1}
    statements = [kinds[subject] for subject in several if subject in kinds]
    statements += [Statement(subject, terms.NAME, name, "") for subject, printed in several.items() for name in printed]
    for result in validator.validate(statements, lambda span: Place("dump")):
        if result.path != terms.NAME:
            continue  # nothing but names and types was seen here
        printed = several[result.focus]
        words = ", ".join(repr(terms.value(name)) for name in printed)
        yield replace(result, reason=f"{result.reason} ({words})"), list(printed.values())[-1]
