"""What an engine says becomes results: in words, with the place of the datum at fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import NamedTuple

from kg.errors import Place
from kg.terms import Statement, Term
from kg.validation.messages import members, words
from kg.validation.results import SEVERITY_OF, Raw, Result
from kg.validation.shapes import Shapes
from kg.validation.shapeterms import FIRST as _FIRST
from kg.validation.shapeterms import sh

_PATH, _ALTERNATIVE, _INVERSE = sh("path"), sh("alternativePath"), sh("inversePath")
# The kinds of paths, with whether there may be no step at all
_PATHS: Mapping[Term, bool] = {
    _ALTERNATIVE: False,
    _INVERSE: False,
    sh("oneOrMorePath"): False,
    sh("zeroOrMorePath"): True,
    sh("zeroOrOnePath"): True,
}


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
    spans = Spans(statements if raws else ())
    return to_results(raws, shapes, lambda raw: place(spans.find(raw, first_steps(raw, shapes))))


def to_results(raws: Iterable[Raw], shapes: Shapes, where: Callable[[Raw], Place]) -> list[Result]:
    """Return what an engine says as results, each once, in order of place; `where` tells where the datum at fault stands."""
    count = Counter(_result(raw, shapes, where(raw)) for raw in raws)
    return sorted((replace(result, times=times) if times > 1 else result for result, times in count.items()), key=order)


def order(result: Result) -> tuple[object, ...]:
    """Return what results are sorted by: where they stand, then what they are about."""
    about = (result.shape, result.focus, result.path or "", result.value or "", result.source, result.constraint, result.reason)
    return (result.place.line, result.place.column, *about)


def _result(raw: Raw, shapes: Shapes, place: Place) -> Result:
    severity = SEVERITY_OF.get(raw.severity, "violation")
    return Result(
        severity,
        raw.message or words(raw, shapes),
        place,
        raw.focus,
        raw.path,
        raw.value,
        shapes.named(raw.shape),
        raw.constraint,
        source=raw.shape,
        constraint_node=raw.constraint_node,
        about=raw.about,
    )


class Step(NamedTuple):
    """A step from a node along a property, or, `inverse`, against it."""

    property: Term
    inverse: bool


Triple = tuple[Term, Term, Term]
Span = tuple[int, int]


class Spans:
    """Finds the span of the datum that a result is about."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._statements = list(statements)
        self._indexes: dict[tuple[bool, ...], dict[object, Span]] = {}

    def find(self, raw: Raw, steps: Iterable[Step] = ()) -> Span | None:
        """Return the value's span, else the property's, else that of the first step of its path, else of what leads to the focus.

        None for a node to which nothing leads: such is the article itself, and what it lacks stands where it begins.
        """
        return next(filter(None, map(self._look_up, _keys(raw, steps))), None)

    def _look_up(self, key: Triple) -> Span | None:
        """Return the span of the first such statement; "" stands for any term. An index is made when it is first asked for."""
        kind = tuple(map(bool, key))
        pick = _PICKS[kind]
        if kind not in self._indexes:
            # The last first, so that the first of several is kept
            self._indexes[kind] = {pick(s): s.span for s in reversed(self._statements) if s.span is not None}
        return self._indexes[kind].get(pick(key))


# Which parts of a statement a key names, and what takes them out of it
_PICKS: Mapping[tuple[bool, ...], Callable[[Sequence[object]], object]] = {
    (True, True, True): itemgetter(0, 1, 2),
    (True, True, False): itemgetter(0, 1),
    (True, False, True): itemgetter(0, 2),
    (False, True, True): itemgetter(1, 2),
    (False, False, True): itemgetter(2),
}


def _keys(raw: Raw, steps: Iterable[Step]) -> Iterator[Triple]:
    """Yield where the datum may stand, the best first."""
    focus, value = raw.focus, raw.value
    steps = (Step(raw.path, inverse=False),) if raw.path else tuple(steps)
    if value is not None and value != focus:
        yield from ((value, step.property, focus) if step.inverse else (focus, step.property, value) for step in steps)
    yield from (("", step.property, focus) if step.inverse else (focus, step.property, "") for step in steps)
    if value is not None and value != focus:
        yield focus, "", value
    yield "", "", focus


_DEEP, _MANY = 20, 50  # a path that is longer has its place where its focus node has it


def first_steps(raw: Raw, shapes: Shapes) -> tuple[Step, ...]:
    """Return with which steps the path of a result may begin."""
    if raw.path:
        return (Step(raw.path, inverse=False),)
    found: list[Step] = []
    for path in shapes.said.get(raw.shape, {}).get(_PATH, ()):
        _find_first(shapes, path, False, found, {})
    return tuple(found[:_MANY])


def _find_first(shapes: Shapes, path: Term, inverse: bool, found: list[Step], seen: dict[Term, bool]) -> bool:
    """Add the first steps of a path to `found` and tell whether it may have none at all; each node is looked at once."""
    said = shapes.said.get(path, {})
    if path in seen or len(seen) > _DEEP:
        return seen.get(path, False)
    kind = next((name for name in (_FIRST, *_PATHS) if name in said), None)
    if kind is None:
        found.append(Step(path, inverse))
        return False
    seen[path] = True
    if kind == _FIRST:
        items = members(shapes, path, _MANY)
        seen[path] = all(_find_first(shapes, item, inverse, found, seen) for item in (reversed(items) if inverse else items))
    else:
        inner = members(shapes, said[kind][0], _MANY) if kind == _ALTERNATIVE else said[kind][:1]
        optional = [_find_first(shapes, item, inverse != (kind == _INVERSE), found, seen) for item in inner]
        seen[path] = _PATHS[kind] or any(optional)
    return seen[path]
