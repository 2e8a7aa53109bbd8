"""A shapes graph as its checks see it: what is said, by whom, and what leads where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kg import terms
from kg.errors import Severity
from kg.terms import Statement, Term
from kg.validation.shapeterms import (
    CLASSES,
    FIRST,
    NIL,
    PARAMETERS,
    REFERENCE_LISTS,
    REFERENCES,
    REST,
    TARGETS,
    TRUE,
    is_literal,
    is_unnamed,
    sh,
)

Triple = tuple[Term, Term, Term]
Said = Mapping[Term, Mapping[Term, tuple[Term, ...]]]


class Fault(NamedTuple):
    """What is wrong with shapes, and the statements at fault: it stands where the last of them does.

    `position` is that of a character in the text which the statement has for an object.
    """

    reason: str
    at: tuple[Triple, ...]
    position: int | None = None
    severity: Severity = "violation"


def by_subject(statements: Iterable[Statement]) -> Said:
    """Return what statements say: subject, predicate, objects in order."""
    found: defaultdict[Term, defaultdict[Term, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, object_, *_ in sorted(statements):
        found[subject][predicate].append(object_)
    return {
        subject: {predicate: tuple(dict.fromkeys(objects)) for predicate, objects in pairs.items()}
        for subject, pairs in found.items()
    }


_SHAPE_TYPES = frozenset(map(sh, ("NodeShape", "PropertyShape", "Parameter", "Shape")))
_TARGETS = frozenset(map(sh, TARGETS))
_PARAMETERS = frozenset(map(sh, (*PARAMETERS, "path")))
_OF_SHACL = (f"<{terms.RDFS}isDefinedBy>", sh(""))
_PATH, _DEACTIVATED, _SUB_CLASS = sh("path"), sh("deactivated"), terms.SUB_CLASS_OF


@dataclass(frozen=True)
class ShapesGraph:
    """The user's statements, which are checked, and others beside which they stand."""

    own: tuple[Statement, ...]
    beside: tuple[Statement, ...] = ()

    @cached_property
    def said(self) -> Said:
        """What is said by the user and by others."""
        return by_subject((*self.own, *self.beside))

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """What the user says, each once, in order; what SHACL says of its own terms is no matter of ours."""
        own = {s[:3] for s in self.own}
        theirs = {s for s, p, o in own if (p, o) == _OF_SHACL}
        return tuple(sorted(triple for triple in own if triple[0] not in theirs))

    @cached_property
    def mentioned(self) -> frozenset[Term]:
        """What something else leads to."""
        return frozenset(s.object for s in (*self.own, *self.beside) if s.object != s.subject)

    @cached_property
    def shapes(self) -> tuple[Term, ...]:
        """The shapes of which the user says something, in order."""
        return tuple(subject for subject in dict.fromkeys(s for s, _, _ in self.triples) if self.is_shape(subject))

    def objects(self, node: Term, name: str) -> tuple[Term, ...]:
        """Return the values of a property of SHACL."""
        return self.said.get(node, {}).get(sh(name), ())

    def types(self, node: Term) -> frozenset[Term]:
        """Return the classes of a node as they are said."""
        return frozenset(self.said.get(node, {}).get(terms.TYPE, ()))

    def is_shape(self, node: Term) -> bool:
        """Tell whether a node is a shape by its class, its targets or its constraints."""
        said = self.said.get(node, {})
        return not (_SHAPE_TYPES.isdisjoint(self.types(node)) and _TARGETS.isdisjoint(said) and _PARAMETERS.isdisjoint(said))

    def is_class(self, node: Term) -> bool:
        """Tell whether a node is a class, which as a shape is its own target (SHACL 2.1.3.3)."""
        kinds = set(self.types(node))
        todo = list(kinds)
        while todo:
            above = set(self.said.get(todo.pop(), {}).get(_SUB_CLASS, ())) - kinds
            kinds |= above
            todo += above
        return not kinds.isdisjoint(CLASSES)

    def has_path(self, node: Term) -> bool:
        """Tell whether a shape is a property shape."""
        return _PATH in self.said.get(node, {})

    def has_target(self, node: Term) -> bool:
        """Tell whether a shape is applied to some nodes by itself."""
        return not _TARGETS.isdisjoint(self.said.get(node, {})) or (not is_unnamed(node) and self.is_class(node))

    def members(self, head: Term) -> tuple[tuple[Term, Term], ...] | None:
        """Return the members of a list, each after the node that holds it; None for what is no well-formed list (SHACL 2.3.1.2)."""
        if head not in self._lists:
            self._lists[head] = self._walk(head)
        return self._lists[head]

    @cached_property
    def _lists(self) -> dict[Term, tuple[tuple[Term, Term], ...] | None]:
        return {}

    def _walk(self, head: Term) -> tuple[tuple[Term, Term], ...] | None:
        found: dict[Term, Term] = {}
        node = head
        while node != NIL:
            said = self.said.get(node, {})
            first, rest = said.get(FIRST, ()), said.get(REST, ())
            if len(first) != 1 or len(rest) != 1 or node in found:
                return None
            found[node], node = first[0], rest[0]
        return tuple(found.items())

    def references(self, shape: Term) -> Iterator[tuple[Term, Triple]]:
        """Yield each shape that a shape leads to, with the statement that names it."""
        for name in REFERENCES:
            yield from ((other, (shape, sh(name), other)) for other in self.objects(shape, name) if not is_literal(other))
        for name in REFERENCE_LISTS:
            for head in self.objects(shape, name):
                for node, other in self.members(head) or ():
                    if not is_literal(other):
                        yield other, (node, FIRST, other)

    @cached_property
    def steps(self) -> Mapping[Term, Mapping[Term, Triple]]:
        """What each shape leads to, but for what is deactivated, and by which statement."""
        found: dict[Term, dict[Term, Triple]] = {}
        todo = list(self.shapes)
        while todo:
            shape = todo.pop()
            if shape not in found:
                is_off = TRUE in self.said.get(shape, {}).get(_DEACTIVATED, ())
                found[shape] = {} if is_off else dict(self.references(shape))
                todo += found[shape]
        return found

    def within(self, names: Iterable[str]) -> frozenset[Term]:
        """Return the nodes to which these properties lead, and those without a name to which these lead in turn."""
        wanted = frozenset(map(sh, names))
        todo = [s.object for s in self.own if s.predicate in wanted]
        found: set[Term] = set()
        while todo:
            node = todo.pop()
            if node not in found and not is_literal(node):
                found.add(node)
                todo += [o for objects in self.said.get(node, {}).values() for o in objects if is_unnamed(o)]
        return frozenset(found)


def depth(steps: Mapping[Term, Iterable[Term]]) -> Mapping[Term, int]:
    """Return how many steps lead on from each node at most; there are no circles. In linear time, without recursion."""
    found: dict[Term, int] = {}
    todo = [(node, False) for node in steps]
    while todo:
        node, is_left = todo.pop()
        below = tuple(steps.get(node, ()))
        if is_left:
            found[node] = 1 + max((found[other] for other in below), default=-1)
        elif node not in found:
            todo.append((node, True))
            todo += [(other, False) for other in below if other not in found]
    return found
