"""What only the whole dump can show: a person or organization whose name several articles print differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace

from kg import terms
from kg.errors import Place
from kg.terms import Statement, Term
from kg.validation import Result, Validator
from kg.vocabulary import Vocabulary

_KINDS = (terms.PERSON, terms.ORGANIZATION)


def check_names(
    shared: Mapping[Term, Set[tuple[Term, Term]]],
    names: Mapping[Term, Mapping[Term, Term]],
    known: Vocabulary,
    validator: Validator,
) -> Iterator[tuple[Result, Term]]:
    """Yield each result of the shapes on names that stand in several articles, and the article that brought the last.

    `shared` is what the articles say of subjects that others may share, `names` which article printed each name of one first;
    `known` are the entities of a vocabulary, which may be named in many ways.
    """
    several = {subject: printed for subject, printed in names.items() if len(set(printed.values())) > 1 and subject not in known}
    kinds = ((subject, kind) for subject in several for kind in _KINDS if (terms.TYPE, kind) in shared[subject])
    statements = [Statement(subject, terms.TYPE, kind, "") for subject, kind in kinds]
    statements += [Statement(subject, terms.NAME, name, "") for subject, printed in several.items() for name in printed]
    for result in validator.validate(statements, lambda span: Place("dump")):
        if result.path != terms.NAME:
            continue  # nothing but names and types was seen here
        printed = several[result.focus]
        words = ", ".join(repr(terms.value(name)) for name in printed)
        yield replace(result, reason=f"{result.reason} ({words})"), list(printed.values())[-1]
