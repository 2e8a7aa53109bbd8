"""What a part must hold beside its own statements: those of the nodes around that its shapes look at."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kg import terms
from kg.graphs.index import Node, encoded
from kg.validation.parts import Needs

TYPE = terms.TYPE.encode()
SUB_CLASS_OF = terms.SUB_CLASS_OF.encode()
_QUOTE, _BLANK = b'"'[0], b"_"[0]
# How deep a report tells of a blank node in a result
_DEEP = 6
_KEPT = 1 << 14


@dataclass
class Around:
    """Statements of other nodes, the nodes near enough for results of their own, and how many statements the largest has."""

    lines: list[bytes] = field(default_factory=list)
    near: set[Node] = field(default_factory=set)
    heaviest: int = 0


def predicate(line: bytes) -> bytes:
    """Return the predicate of a line of N-Triples."""
    return line.split(b" ", 2)[1]


def object_(line: bytes) -> bytes:
    """Return the object of a line of N-Triples."""
    return line.split(b" ", 2)[2][:-3]


class Surroundings:
    """Finds what parts must hold beside their own statements; `find` gives the statements of a node, lines of N-Triples.

    `has_axioms` and `has_blanks` tell whether the graph says of any class what is above it, and has any blank node; `is_judged`
    tells of a node whether results about it count.
    """

    def __init__(
        self,
        needs: Needs,
        find: Callable[[Node], Sequence[bytes]],
        has_axioms: bool,
        has_blanks: bool,
        is_judged: Callable[[Node], bool] = lambda node: True,
    ) -> None:
        self._find = find
        self._is_judged = is_judged
        self._depth, self._types, self._reach = needs.depth, needs.types, needs.reach
        self._levels = max(needs.depth - 1, needs.types, needs.reach)
        self._reads = None if needs.reads is None else encoded(needs.reads)
        self._follows = None if needs.follows is None else encoded(needs.follows)
        self._above = {one.encode(): encoded(above) for one, above in needs.above.items()}
        self._has_axioms = has_axioms
        self._has_blanks = has_blanks
        # What many parts refer to is read once
        self._known_kinds: dict[Node, list[bytes]] = {}
        self._known_axioms: dict[Node, list[bytes]] = {}

    @property
    def looks_at_own(self) -> bool:
        """Whether a part's own statements have to be looked at one by one."""
        return self._has_axioms or self._has_blanks

    def objects(self, lines: Iterable[bytes]) -> set[Node]:
        """Return the nodes that statements lead to, as far as these are looked at."""
        if self._levels <= 0:
            return set()
        rows = (line.split(b" ", 2) for line in lines)
        return {row[2][:-3] for row in rows if self._follows is None or row[1] in self._follows}

    def of(self, own: Sequence[bytes], objects: Iterable[Node], owned: Container[Node]) -> Around:
        """Return what is around a part: `own` are its statements, `objects` what they lead to, `owned` its nodes.

        Where the graph has neither axioms nor blank nodes, `own` is not looked at.
        """
        around = Around()
        seen: set[Node] = set()
        level = set(objects)
        for steps in range(1, self._levels + 1):
            fresh = sorted(node for node in level - seen if node not in owned)
            seen.update(fresh)
            if steps <= self._reach:
                around.near.update(filter(self._is_judged, fresh))
            level = set()
            for node in fresh:
                if steps < self._depth:
                    lines = self._looked_at(node)
                    around.heaviest = max(around.heaviest, len(lines))
                    around.lines += lines
                    level |= self.objects(lines)
                elif steps <= self._types and node[0] != _QUOTE:
                    around.lines += self._kinds(node)
        if self._has_blanks:
            self._add_blanks(own, around, owned)
        if self._has_axioms:
            kinds = {object_(line) for lines in (own, around.lines) for line in lines if predicate(line) == TYPE}
            around.lines += [line for kind in sorted(kinds) for line in self._axioms(kind)]
        return around

    def _looked_at(self, node: Node) -> list[bytes]:
        lines = () if node[0] == _QUOTE else self._find(node)
        return [line for line in lines if self._reads is None or predicate(line) in self._reads]

    def _kinds(self, node: Node) -> list[bytes]:
        """Return what types a node has."""
        if node not in self._known_kinds:
            _make_room(self._known_kinds)
            self._known_kinds[node] = [line for line in self._find(node) if predicate(line) == TYPE]
        return self._known_kinds[node]

    def _axioms(self, kind: Node) -> list[bytes]:
        """Return what the graph says of a class and of those above it, whoever says that they are above it."""
        if kind not in self._known_axioms:
            _make_room(self._known_axioms)
            self._known_axioms[kind] = list(self._axioms_above(kind))
        return self._known_axioms[kind]

    def _axioms_above(self, kind: Node) -> Iterator[bytes]:
        seen, todo = {kind}, [kind]
        while todo:
            one = todo.pop()
            axioms = [line for line in self._find(one) if predicate(line) == SUB_CLASS_OF]
            yield from axioms
            more = {object_(line) for line in axioms} | self._above.get(one, frozenset())
            todo += sorted(more - seen)
            seen |= more

    def _add_blanks(self, own: Sequence[bytes], around: Around, owned: Container[Node]) -> None:
        """Add what is said of blank nodes: a result about one tells it."""
        lines: Sequence[bytes] = [*own, *around.lines]
        seen: set[Node] = set()
        for _ in range(_DEEP):
            level = {node for node in map(object_, lines) if node[0] == _BLANK} - seen
            seen |= level
            lines = [line for node in sorted(level) if node not in owned for line in self._find(node)]
            around.lines += lines


def _make_room(known: dict[Node, list[bytes]]) -> None:
    if len(known) >= _KEPT:
        known.clear()
