"""Nodes of a graph that lead back to themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.terms import Term


def find(wider: Mapping[Term, Iterable[Term]]) -> Iterator[list[Term]]:
    """Yield one circle of each group of nodes that all lead to each other, from the first in the alphabet on; in linear time."""
    for group in sorted(map(sorted, _groups(wider))):
        members = set(group)
        steps: dict[Term, int] = {}
        way: list[Term] = []
        node = group[0]
        while node not in steps:
            steps[node] = len(way)
            way.append(node)
            # The start where it is near, so that the circle is short and is the same whatever else stands in the file
            node = min((other for other in wider[node] if other in members), key=lambda other: (other != group[0], other))
        circle = way[steps[node] :]
        first = circle.index(min(circle))
        yield circle[first:] + circle[:first]


def _groups(wider: Mapping[Term, Iterable[Term]]) -> Iterator[list[Term]]:
    """Yield the groups of nodes that lead to each other, and single ones that lead to themselves (Tarjan's algorithm)."""
    number: dict[Term, int] = {}
    lowest: dict[Term, int] = {}
    open_nodes: list[Term] = []
    is_open: set[Term] = set()
    for start in wider:
        todo = [(start, iter(wider[start]))] if start not in number else []
        while todo:
            node, rest = todo[-1]
            if node not in number:
                number[node] = lowest[node] = len(number)
                open_nodes.append(node)
                is_open.add(node)
            for other in rest:
                if other not in number:
                    todo.append((other, iter(wider.get(other, ()))))
                    break
                if other in is_open:
                    lowest[node] = min(lowest[node], number[other])
            else:
                todo.pop()
                if todo:
                    lowest[todo[-1][0]] = min(lowest[todo[-1][0]], lowest[node])
                if lowest[node] == number[node]:
                    group = open_nodes[(cut := _last(open_nodes, node)) :]
                    del open_nodes[cut:]
                    is_open.difference_update(group)
                    if len(group) > 1 or node in wider.get(node, ()):
                        yield group


def _last(nodes: Sequence[Term], node: Term) -> int:
    """Return where a node stands in a list, sought from the end."""
    return next(index for index in range(len(nodes) - 1, -1, -1) if nodes[index] == node)
