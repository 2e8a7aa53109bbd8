"""What an engine says becomes results: in words, with the place of the datum at fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kg import terms
from kg.errors import Place
from kg.terms import Statement, Term
from kg.validation.results import SEVERITY_OF, Raw, Result
from kg.validation.shapes import Shapes, is_unnamed


def placed(
    raws: Iterable[Raw],
    shapes: Shapes,
    statements: Iterable[Statement],
    place: Callable[[tuple[int, int] | None], Place] = lambda span: Place("graph"),
) -> list[Result]:
    """Return what an engine says as results, in order of place.

    `place` turns the span of a statement, or None where the datum is missing, into line and column.
    """
    raws = list(raws)
    spans = Spans(statements) if raws else None
    results = {_result(raw, shapes, place(spans.find(raw))) for raw in raws if spans}
    return sorted(results, key=order)


def order(result: Result) -> tuple[object, ...]:
    """Return what results are sorted by: where they stand, then what they are about."""
    return (result.place.line, result.place.column, result.shape, result.focus, result.path or "", result.value or "")


def _result(raw: Raw, shapes: Shapes, place: Place) -> Result:
    severity = SEVERITY_OF.get(raw.severity, "violation")
    reason = raw.message or default_message(raw)
    named = shapes.named(raw.shape)
    return Result(severity, reason, place, raw.focus, _iri(raw.path), raw.value, named, raw.constraint, source=raw.shape)


class Spans:
    """Finds the span of the datum that a result is about."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._of: dict[tuple[Term, Term, Term], tuple[int, int]] = {}
        self._to: dict[Term, tuple[int, int]] = {}
        for s, p, o, _, span in statements:
            if span is not None:
                self._of.setdefault((s, p, o), span)
                self._of.setdefault((s, p, ""), span)
                self._to.setdefault(o, span)

    def find(self, raw: Raw) -> tuple[int, int] | None:
        """Return the value's span, else the property's, else that of what leads to the focus node."""
        if raw.path is not None:
            for key in ((raw.focus, raw.path, raw.value or ""), (raw.focus, raw.path, "")):
                if key in self._of:
                    return self._of[key]
        return self._to.get(raw.focus)


def _iri(path: Term | None) -> Term | None:
    """Return a path that is a property; one of several steps has no name, and each engine writes it in another way."""
    return path if path and path.startswith("<") and not is_unnamed(path) else None


def default_message(raw: Raw) -> str:
    component = raw.constraint.rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
    path = _iri(raw.path)
    what = f" of {terms.compact(path)}" if path else ""
    return f"the {component} constraint{what} does not hold"
