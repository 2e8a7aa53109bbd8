"""The union of all graphs as a set: what belongs to one article, block by block, and what several share, once at the end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from kg import terms
from kg.terms import Statement, Term

# Predicates in order, each with its objects in order; and subjects in order, each with these
Said = Mapping[Term, Sequence[Term]]
Grouped = Mapping[Term, Said]
Subjects = defaultdict[Term, set[tuple[Term, Term]]]

# Texts and, at every odd place, numbers: how many digits, and which
_Pieces = list[str | tuple[int, str]]

_NUMBER = re.compile(r"([0-9]+)")


@dataclass(frozen=True)
class Cut:
    """A block cut in two: what is said of each article and of the subjects under its IRI, and what is said of all others."""

    block: Sequence[Statement]
    own: Sequence[Subjects]
    shared: Subjects

    @cached_property
    def groups(self) -> Sequence[Grouped]:
        """What is said of each article, in order."""
        return tuple(map(grouped, self.own))


def cut(block: Sequence[Statement]) -> Cut:
    """Return the statements of one article, or of one vocabulary, as a set of triples, cut in two."""
    articles = {subject for subject, predicate, object_, _, _ in block if object_ == terms.ARTICLE and predicate == terms.TYPE}
    shared: Subjects = defaultdict(set)
    owned: dict[Term, Subjects] = {article: defaultdict(set) for article in sorted(articles)}
    homes: dict[Term, set[tuple[Term, Term]]] = {}
    for subject, predicate, object_, _, _ in block:
        home = homes.get(subject)
        if home is None:
            home = homes[subject] = owned.get(owner(subject, articles), shared)[subject]
        home.add((predicate, object_))
    return Cut(block, tuple(owned.values()), shared)


def is_article(statement: Statement) -> bool:
    """Tell whether a statement says that its subject is an article."""
    return statement.object == terms.ARTICLE and statement.predicate == terms.TYPE


def owner(subject: Term, articles: Container[Term]) -> Term:
    """Return the article to which a subject belongs, if it is one of these: itself, or its IRI without the fragment."""
    return subject if subject in articles else subject.partition("#")[0].rstrip(">") + ">"


def grouped(subjects: Mapping[Term, Iterable[tuple[Term, Term]]]) -> Grouped:
    """Return the subjects sorted, numbers in them by their size, with types before other predicates."""
    return {subject: ordered(subjects[subject]) for subject in sorted(subjects, key=natural_order)}


def ordered(pairs: Iterable[tuple[Term, Term]]) -> Said:
    """Return predicates, types first, and the objects of each in order."""
    said: dict[Term, list[Term]] = {}
    for predicate, object_ in pairs:
        if predicate in said:
            said[predicate].append(object_)
        else:
            said[predicate] = [object_]
    for objects in said.values():
        if len(objects) > 1:
            objects.sort(key=_object_order)
    return {predicate: said[predicate] for predicate in sorted(said, key=_predicate_order)}


@lru_cache(maxsize=4096)  # what belongs to an article is put in order as subject, and where it is an object
def natural_order(term: Term) -> tuple[str, _Pieces, Term]:
    """Return a sort key under which `<A>` stands before `<A#…>` and `char=9,12` before `char=10,14`."""
    iri, _, fragment = term.rstrip(">").partition("#")
    return iri, _pieces(fragment) if fragment else [], term


def _pieces(fragment: str) -> _Pieces:
    texts = _NUMBER.split(fragment)
    # A number of ten thousand digits is nothing that Python turns into an int
    numbers = [number.lstrip("0") for number in texts[1::2]]
    pieces: _Pieces = [*texts]
    pieces[1::2] = [(len(digits), digits) for digits in numbers]
    return pieces


def _object_order(object_: Term) -> tuple[_Pieces, Term]:
    return natural_order(object_)[1] if object_[0] == "<" else [], object_


@lru_cache(maxsize=4096)
def _predicate_order(predicate: Term) -> tuple[bool, str]:
    return predicate != terms.TYPE, terms.compact(predicate)
