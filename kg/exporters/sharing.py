"""The union of all graphs as a set: what belongs to one article, block by block, and what several share, once at the end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg import terms
from kg.terms import Statement, Term

# Subjects in order, each with its predicates and objects in order
Grouped = Mapping[Term, Sequence[tuple[Term, Term]]]

_NUMBER = re.compile(r"(\d+)")


def articles_then_shared(blocks: Iterable[Sequence[Statement]]) -> Iterator[Grouped]:
    """Yield a group for each article with the subjects under its IRI, then one group with all other subjects.

    Holds in memory only what is shared: people, organizations, vocabulary.
    """
    shared: defaultdict[Term, set[tuple[Term, Term]]] = defaultdict(set)
    for block in blocks:
        articles = {s.subject for s in block if s.predicate == terms.TYPE and s.object == terms.ARTICLE}
        owned: defaultdict[Term, set[tuple[Term, Term]]] = defaultdict(set)
        for subject, predicate, object_, _, _ in block:
            owner = subject.partition("#")[0].rstrip(">") + ">"
            (owned if owner in articles else shared)[subject].add((predicate, object_))
        if owned:
            yield grouped(owned)
    if shared:
        yield grouped(shared)


def grouped(subjects: Mapping[Term, Iterable[tuple[Term, Term]]]) -> Grouped:
    """Return the subjects sorted, numbers in them by their size, with types before other predicates."""
    return {subject: sorted(subjects[subject], key=_predicate_order) for subject in sorted(subjects, key=natural_order)}


def natural_order(term: Term) -> tuple[str, list[str | int], Term]:
    """Return a sort key under which `<A>` stands before `<A#…>` and `char=9,12` before `char=10,14`."""
    iri, _, fragment = term.rstrip(">").partition("#")
    pieces: list[str | int] = [int(p) if p.isdigit() and p.isascii() else p for p in _NUMBER.split(fragment)] if fragment else []
    return iri, pieces, term


def _predicate_order(pair: tuple[Term, Term]) -> tuple[bool, str, list[str | int], Term]:
    predicate, object_ = pair
    _, pieces, _ = natural_order(object_) if object_[0] == "<" else ("", [], "")
    return predicate != terms.TYPE, terms.compact(predicate), pieces, object_
