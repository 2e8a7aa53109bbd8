"""The union of all graphs as a set: what belongs to one article, block by block, and what several share, once at the end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from kg import terms
from kg.terms import Statement, Term

# Subjects in order, each with its predicates and objects in order
Grouped = Mapping[Term, Sequence[tuple[Term, Term]]]
Subjects = defaultdict[Term, set[tuple[Term, Term]]]

# Texts and, at every odd place, numbers: how many digits, and which
_Pieces = list[str | tuple[int, str]]

_NUMBER = re.compile(r"([0-9]+)")


class Cut(NamedTuple):
    """A block cut in two: a group for each article with the subjects under its IRI, and what is said of all other subjects."""

    block: Sequence[Statement]
    own: Sequence[Grouped]
    shared: Subjects


def cut(block: Sequence[Statement]) -> Cut:
    """Return the statements of one article, or of one vocabulary, as a set of triples, cut in two."""
    articles = {s.subject for s in block if is_article(s)}
    shared: Subjects = defaultdict(set)
    owned: dict[Term, Subjects] = {article: defaultdict(set) for article in sorted(articles)}
    homes = {subject: owned.get(owner(subject, articles), shared)[subject] for subject in {s.subject for s in block}}
    for subject, predicate, object_, _, _ in block:
        homes[subject].add((predicate, object_))
    return Cut(block, tuple(map(grouped, owned.values())), shared)


def is_article(statement: Statement) -> bool:
    """Tell whether a statement says that its subject is an article."""
    return statement.object == terms.ARTICLE and statement.predicate == terms.TYPE


def owner(subject: Term, articles: Container[Term]) -> Term:
    """Return the article to which a subject belongs, if it is one of these: itself, or its IRI without the fragment."""
    return subject if subject in articles else subject.partition("#")[0].rstrip(">") + ">"


def grouped(subjects: Mapping[Term, Iterable[tuple[Term, Term]]]) -> Grouped:
    """Return the subjects sorted, numbers in them by their size, with types before other predicates."""
    return {subject: sorted(subjects[subject], key=_predicate_order) for subject in sorted(subjects, key=natural_order)}


def natural_order(term: Term) -> tuple[str, _Pieces, Term]:
    """Return a sort key under which `<A>` stands before `<A#…>` and `char=9,12` before `char=10,14`."""
    iri, _, fragment = term.rstrip(">").partition("#")
    return iri, _pieces(fragment) if fragment else [], term


def _pieces(fragment: str) -> _Pieces:
    pieces: _Pieces = []
    for place, piece in enumerate(_NUMBER.split(fragment)):
        # A number of ten thousand digits is nothing that Python turns into an int
        digits = piece.lstrip("0") if place % 2 else ""
        pieces.append((len(digits), digits) if place % 2 else piece)
    return pieces


def _predicate_order(pair: tuple[Term, Term]) -> tuple[bool, str, _Pieces, Term]:
    predicate, object_ = pair
    _, pieces, _ = natural_order(object_) if object_[0] == "<" else ("", [], "")
    return predicate != terms.TYPE, terms.compact(predicate), pieces, object_
