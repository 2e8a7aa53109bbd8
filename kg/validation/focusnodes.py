"""Whether shapes look at anything in a graph at all: data that no shape looks at conform to all of them, and were not checked."""

from __future__ import annotations

from collections.abc import Iterable

from kg import terms
from kg.terms import Term
from kg.validation.shapes import Shapes
from kg.validation.shapeterms import sh


class FocusNodes:
    """What the targets of shapes are (SHACL 2.1.3): classes, with those below them, nodes, and predicates."""

    def __init__(self, shapes: Shapes) -> None:
        def named(name: str) -> set[Term]:
            return {term for said in shapes.said.values() for term in said.get(sh(name), ())}

        self._subjects_of, self._objects_of, self._nodes = named("targetSubjectsOf"), named("targetObjectsOf"), named("targetNode")
        self._classes = named("targetClass")
        below = [(s.subject, s.object) for s in (*shapes.axioms, *shapes.statements) if s.predicate == terms.SUB_CLASS_OF]
        while more := {narrow for narrow, wide in below if wide in self._classes} - self._classes:
            self._classes |= more

    def are_in(self, lines: Iterable[str]) -> bool:
        """Tell whether any line of N-Triples makes something a focus node; classes that the data put below others count as such."""
        predicates = self._subjects_of | self._objects_of
        classes = {f"{term} .\n" for term in self._classes}
        for line in lines if not self._nodes else ():
            _, predicate, rest = line.split(" ", 2)
            if predicate in predicates or (predicate in (terms.TYPE, terms.SUB_CLASS_OF) and rest in classes):
                return True
        return bool(self._nodes)
