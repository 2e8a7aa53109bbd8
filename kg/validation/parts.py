"""Which shapes can be applied part by part, and what each part must hold so that the results are those of one run over all."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass

from kg.terms import Term


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a graph that is checked by itself.

    `text` is N-Triples, a sorted line a triple; of the results those count whose focus node is in `foci`; `line` gives the line
    of a statement in its file (subject, predicate, object; the last two None where the datum is missing), 0 where nobody knows.
    """

    text: str
    foci: Container[Term]
    line: Callable[[Term, Term | None, Term | None], int]
