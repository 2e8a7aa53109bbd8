"""A run of the engines over graphs, one or many: in time, in parallel, and with a second opinion."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import local
from typing import NamedTuple

from kg import confined
from kg.errors import Finding, KgError, Place, ShapeError
from kg.terms import Statement, Term
from kg.validation import children
from kg.validation.children import TIMEOUT
from kg.validation.engines import ENGINES, Engine, first_engine
from kg.validation.installed import fast_engine_is_here
from kg.validation.opinions import SecondOpinions
from kg.validation.parts import Part
from kg.validation.placing import placed
from kg.validation.results import Raw, Result
from kg.validation.shapes import Shapes, ntriples


def validate(
    statements: Sequence[Statement],
    shapes: Shapes,
    engine: Engine = "auto",
    place: Callable[[tuple[int, int] | None], Place] = lambda span: Place("graph"),
) -> list[Result]:
    """Return what the shapes say of the statements, in order of place; graph names do not matter here.

    `auto` is the fast engine where it is installed, else pySHACL. `place` turns the span of a statement, or None where
    the datum is missing, into line and column. Here nothing bounds the time that the shapes take: see `Validator`.
    """
    return placed(first_engine(engine)(ntriples(statements), shapes), shapes, statements, place)


def second_opinions(shapes: Shapes, engine: Engine, timeout: float) -> SecondOpinions | None:
    """Return who asks pySHACL too, which only `auto` does, where there is another engine."""
    return SecondOpinions(shapes, timeout) if engine == "auto" and fast_engine_is_here() else None


class Checked(NamedTuple):
    """What the engine says of a part of a graph; `fault` where it could not be asked."""

    part: Part
    found: Sequence[Raw]
    fault: KgError | None = None


class Validator:
    """Checks graphs with the same shapes, several at a time.

    Our own shapes are known to come to an end. With shapes of a user, which may hold a pattern or a query that does not, or that
    ends the engine, each graph is checked in a child process and has `timeout` seconds. `auto` asks pySHACL for a second
    opinion on some graphs, beside the work (see `opinions`), unless somebody else does (`has_opinions`).
    """

    def __init__(
        self, shapes: Shapes, engine: Engine = "auto", jobs: int = 1, timeout: float = TIMEOUT, has_opinions: bool = True
    ) -> None:
        self.shapes = shapes
        self._run = first_engine(engine)
        self._jobs = max(jobs, 1)
        self._timeout = timeout
        # pySHACL does its work in Python, of which one thread runs at a time
        self._is_apart = bool(shapes.files) or (jobs > 1 and self._run is not ENGINES.get("fast"))
        self._engine: Engine = engine
        self._own = local()
        self._children: list[confined.Child] = []
        self._opinions = second_opinions(shapes, engine, timeout) if has_opinions else None

    def validate(
        self,
        statements: Sequence[Statement],
        place: Callable[[tuple[int, int] | None], Place] = lambda span: Place("graph"),
        without: Container[Term] = (),
    ) -> list[Result]:
        """Return what the shapes say of one graph, as `validate` does, but of the nodes in `without`.

        Raises `ShapeError` where that takes too long.
        """
        raws = [raw for raw in self.judge(ntriples(statements)) if raw.focus not in without]
        return placed(raws, self.shapes, statements, place)

    def judge(self, text: str) -> list[Raw]:
        """Return what the engine says of one graph, N-Triples. Raises `ShapeError` where that takes too long."""
        raws = self._ask(text)
        if self._opinions:
            self._opinions.consider(text, raws)
        return raws

    def each(self, parts: Iterable[Part]) -> Iterator[Checked]:
        """Yield for each part, in order, what the engine says of its focus nodes, with as many threads as there are jobs."""
        waiting: deque[Future[Checked]] = deque()
        with ThreadPoolExecutor(self._jobs) as pool:
            for part in parts:
                waiting.append(pool.submit(self._check, part))
                if len(waiting) > 2 * self._jobs:
                    yield self._considered(waiting.popleft().result())
            while waiting:
                yield self._considered(waiting.popleft().result())

    def _check(self, part: Part) -> Checked:
        try:
            return Checked(part, [raw for raw in self._ask(part.text) if raw.focus in part.foci])
        except ShapeError as error:
            return Checked(part, (), error)

    def _considered(self, checked: Checked) -> Checked:
        if self._opinions and not checked.fault:
            self._opinions.consider(checked.part.text, checked.found, checked.part.foci)
        return checked

    def _ask(self, text: str) -> list[Raw]:
        if not self._is_apart:
            return list(self._run(text, self.shapes))
        return children.ask(self._child(), text, self._timeout)[0]

    def _child(self) -> confined.Child:
        """Return the child of this thread."""
        if not hasattr(self._own, "child"):
            self._own.child = children.start(self.shapes, (self._engine,))
            self._children.append(self._own.child)
        child: confined.Child = self._own.child
        return child

    def disagreements(self) -> list[Finding]:
        """Return where the second opinions differ, when they are all there; what follows is another run."""
        return self._opinions.collect() if self._opinions else []

    def close(self) -> None:
        """End the processes of this run; another graph would start them again."""
        for child in self._children:
            child.close()
        if self._opinions:
            self._opinions.close()
