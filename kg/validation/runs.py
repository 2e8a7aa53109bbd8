"""A run of the engines over graphs, one or many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kg.errors import Place
from kg.terms import Statement
from kg.validation.engines import Engine, first_engine
from kg.validation.placing import placed
from kg.validation.results import Result
from kg.validation.shapes import Shapes, ntriples


def validate(
    statements: Sequence[Statement],
    shapes: Shapes,
    engine: Engine = "auto",
    place: Callable[[tuple[int, int] | None], Place] = lambda span: Place("graph"),
) -> list[Result]:
    """Return what the shapes say of the statements, in order of place; graph names do not matter here.

    `auto` is the fast engine where it is installed, else pySHACL. `place` turns the span of a statement, or None where
    the datum is missing, into line and column.
    """
    return placed(first_engine(engine)(ntriples(statements), shapes), shapes, statements, place)
