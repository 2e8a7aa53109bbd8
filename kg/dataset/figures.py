"""How much of what a dump holds: counted article by article while they are made, and once for what articles share.

Nodes under an article's IRI are that article's alone, so its own counts can be added up; what several articles say of others
is held as a set anyway, and counted at the end. So every figure is exact, and memory does not grow with the articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from kg import terms
from kg.terms import Term

Pair = tuple[Term, Term]
Subjects = Mapping[Term, Iterable[Pair]]

# What leads from an entity to the same, or nearly the same, in another set
_LINKS = frozenset(
    {terms.SAME_AS, terms.EXACT_MATCH, terms.CLOSE_MATCH, "<http://www.w3.org/2002/07/owl#sameAs>"}
    | {f"<{terms.SKOS}{name}>" for name in ("broadMatch", "narrowMatch", "relatedMatch")}
)


class Tally(NamedTuple):
    """Counts of a graph: subjects, subjects of each class, triples of each property; terms as `terms.compact` writes them."""

    subjects: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]


def tally(groups: Iterable[Subjects]) -> Tally:
    """Count what is said of the subjects of some groups, which have no subject in common; a triple stands there once."""
    sizes, pairs = [], list[Pair]()
    for group in groups:
        sizes.append(len(group))
        pairs.extend(chain.from_iterable(group.values()))
    properties = Counter([predicate for predicate, _ in pairs])
    classes = Counter([object_ for predicate, object_ in pairs if predicate == terms.TYPE])
    return Tally(sum(sizes), *({terms.compact(term): number for term, number in part.items()} for part in (classes, properties)))


@dataclass(slots=True)
class Sums:
    """Counts of many articles, added up as they come."""

    subjects: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)

    def add(self, counts: Tally) -> None:
        """Add the counts of one article."""
        self.subjects += counts.subjects
        self.classes.update(counts.classes)
        self.properties.update(counts.properties)


class Link(NamedTuple):
    """That entities are linked by a property to a set whose IRIs begin alike."""

    property: Term
    space: str


class Figures(NamedTuple):
    """What a dump holds, all graphs together as a set of triples; `entities` are the subjects under its base."""

    triples: int
    subjects: int
    entities: int
    classes: Mapping[Term, int]
    properties: Mapping[Term, int]
    links: Mapping[Link, int]

    def vocabularies(self) -> Sequence[str]:
        """Return the namespaces of all classes and properties, in order."""
        used = {*self.classes, *self.properties}
        return sorted({term[1 : max(term.rfind("#"), term.rfind("/")) + 1] for term in used} - {""})


def figures(base: str, own: Sums, others: Sequence[Subjects]) -> Figures:
    """Return the figures of a dump: of the articles' own nodes, which stand under the base, and of groups of all other subjects."""
    sums, links, entities = Sums(own.subjects, own.classes.copy(), own.properties.copy()), Counter[Link](), own.subjects
    sums.add(tally(others))
    for group in others:
        entities += sum(1 for subject in group if subject.startswith(f"<{base}"))
        for pairs in group.values():
            links.update(Link(p, space(o)) for p, o in pairs if p in _LINKS and o[0] == "<" and not _is_ours(o, base))
    classes, properties = ({_expanded(name): number for name, number in part.items()} for part in (sums.classes, sums.properties))
    return Figures(sums.properties.total(), sums.subjects, entities, classes, properties, links)


def _expanded(name: str) -> Term:
    prefix, _, local = name.partition(":")
    return name if name[0] == "<" else f"<{terms.PREFIXES[prefix]}{local}>"


def _is_ours(term: Term, base: str) -> bool:
    return term.startswith((f"<{base}", f"<{terms.ENTITIES}"))


def space(term: Term) -> str:
    """Return how the IRIs of the set begin that one is from: Wikidata's entities, else all of a host or scheme."""
    iri = terms.value(term)
    if iri.startswith(terms.WIKIDATA):
        return terms.WIKIDATA
    scheme, _, rest = iri.partition(":")
    return f"{scheme}://{rest[2:].partition('/')[0]}/" if rest.startswith("//") else f"{scheme}:"
