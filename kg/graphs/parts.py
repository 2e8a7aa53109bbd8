"""Units of a graph, the statements of one subject or one article each, become parts of a size that suits an engine."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.graphs.around import Surroundings
from kg.graphs.index import Node
from kg.terms import Term
from kg.validation.parts import Part

# An engine's time grows faster than a graph of some thousand statements; with fewer, its start weighs more
SIZE = 3_000
# Where one node around has very many statements, parts grow with it, but no further than this
_MOST = 50_000
Line = Callable[[Term, Term | None, Term | None], int]


@dataclass(frozen=True, slots=True)
class Unit:
    """What is never cut: statements as lines of N-Triples (`count` of them), and what they lead to.

    `owned` are the nodes that the unit is about; none is about a node of another unit.
    """

    text: bytes
    count: int
    objects: set[Node]
    owned: frozenset[Node]


@dataclass(frozen=True, slots=True)
class Foci:
    """The focus nodes of a part: those that its units own, and those near them."""

    owned: Container[Node]
    near: frozenset[Node]

    def __contains__(self, term: object) -> bool:
        node = term.encode() if isinstance(term, str) else b""
        return node in self.owned or node in self.near


def parts(
    units: Iterable[Unit], around: Surroundings, line: Line, owns: Callable[[frozenset[Node]], Container[Node]], size: int = SIZE
) -> Iterator[Part]:
    """Yield parts of at least `size` statements of whole units; `owns` makes of what units own a container of all their nodes."""
    limit = size
    gathered: list[Unit] = []
    count = 0
    for unit in units:
        gathered.append(unit)
        count += unit.count
        if count >= limit:
            part, heaviest = _part(gathered, around, line, owns)
            limit = max(limit, min(heaviest, _MOST))
            if count >= limit:
                yield part
                gathered, count = [], 0
    if gathered:
        yield _part(gathered, around, line, owns)[0]


def _part(
    units: Sequence[Unit], around: Surroundings, line: Line, owns: Callable[[frozenset[Node]], Container[Node]]
) -> tuple[Part, int]:
    """Return a part, and how many statements the largest node around it has."""
    owned = owns(frozenset().union(*(unit.owned for unit in units)))
    text = b"".join(unit.text for unit in units)
    own = text.splitlines(keepends=True) if around.looks_at_own else ()
    found = around.of(own, set[Node]().union(*(unit.objects for unit in units)), owned)
    # A result tells what is said of a blank node, in the order in which it stands here
    whole = b"".join(sorted({*own, *found.lines})) if own else text + b"".join(sorted(set(found.lines)))
    return Part(whole.decode(), Foci(owned, frozenset(found.near)), line), found.heaviest
