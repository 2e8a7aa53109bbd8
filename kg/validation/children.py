"""Engines in child processes: what shapes of a user do to an engine costs that graph only."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

from kg import confined
from kg.errors import KgError, ShapeError
from kg.validation.engines import Engine, first_engine
from kg.validation.results import Raw
from kg.validation.shapes import Shapes

TIMEOUT = 60.0
# The time is for a graph of up to so many bytes of N-Triples, some 10,000 statements; larger ones have more, in proportion
_BYTES_IN_TIME = 2 << 20
_MEMORY = 4 << 30  # bytes that an engine may need beside the shapes


def start(shapes: Shapes, engines: tuple[Engine, ...]) -> confined.Child:
    """Return a child that has the shapes for these engines; it starts with the first request."""
    return confined.Child(__name__, answer_requests.__name__, pickle.dumps((shapes.statements, shapes.axioms, engines)))


def ask(child: confined.Child, text: str, timeout: float) -> list[list[Raw]]:
    """Return what each engine in a child says of a graph, N-Triples. Raises `ShapeError` where it is late or breaks down."""
    body = text.encode()
    timeout *= max(1.0, len(body) / _BYTES_IN_TIME)
    try:
        found: Any = pickle.loads(child.ask(body, timeout))  # noqa: S301
    except confined.LateError as error:
        why = "a sh:pattern or a query of the shapes is too slow on it; --timeout gives more"
        raise ShapeError(f"not checked within {timeout:g} seconds: {why}") from error
    except confined.ChildError as error:
        raise ShapeError("not checked: the shapes break the engine on it, or need too much memory") from error
    if isinstance(found, KgError):
        raise found
    judged: list[list[Raw]] = found
    return judged


def answer_requests() -> None:
    """Answer, in a child, with what the engines say of one graph after another."""
    confined.answer(_prepare)


def _prepare(setup: bytes) -> Callable[[bytes], bytes]:
    confined.end_with_parent()
    statements, axioms, engines = pickle.loads(setup)  # noqa: S301
    shapes = Shapes(statements, axioms)
    runs = [first_engine(engine) for engine in engines]
    confined.limit_memory(_MEMORY)

    def reply(text: bytes) -> bytes:
        try:
            return pickle.dumps([list(run(text.decode(), shapes)) for run in runs])
        except ShapeError as error:
            return pickle.dumps(error)

    return reply
