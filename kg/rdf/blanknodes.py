"""Blank nodes get labels by what is said of them, or names under a base."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kg import terms
from kg.terms import Statement, Term


def is_blank(term: Term) -> bool:
    """Tell whether a term is a blank node."""
    return term.startswith("_:")


def label_blank_nodes(statements: Iterable[Statement]) -> list[Statement]:
    """Return the statements, sorted, each blank node labelled by what is said of it and where it hangs, as `labels` does."""
    statements = list(statements)
    names = labels(statements)
    return sorted(_named_by(names, statement) if has_blank(statement) else statement for statement in statements)


def _named_by(names: Mapping[Term, Term], statement: Statement) -> Statement:
    subject, predicate, object_, graph, span = statement
    return Statement(names.get(subject, subject), predicate, names.get(object_, object_), names.get(graph, graph), span)


def has_blank(statement: Statement) -> bool:
    """Tell whether a blank node stands in a statement."""
    return statement[0][0] == "_" or statement[2][0] == "_" or statement[3][:1] == "_"


def labels(statements: Iterable[Statement]) -> dict[Term, Term]:
    """Return for each blank node of a graph the label that its content and its surroundings give it.

    The same graph gives the same labels, whatever the labels were and in linear time; that is why this is not RDFC-1.0,
    whose cost grows beyond bounds on nested lists. Blank nodes that lead to themselves are told apart only as far as
    their names and texts differ, beyond that by the order of the statements.
    """
    nodes = _blank_nodes(statements)
    if not nodes:
        return {}
    # A graph is neither above nor below what stands in it: which comes first must not depend on the order of the statements
    has_graphs = any(is_blank(statement.graph) for found in nodes.values() for statement in found)
    order = _parents_first(nodes, _colours(nodes, nodes, {}, alone=True) if has_graphs else None)
    content = _colours(nodes, reversed(order), {})
    place = _colours(nodes, order, content)
    around = _colours(nodes, reversed(order), place)
    found: dict[Term, Term] = {}
    count: defaultdict[str, int] = defaultdict(int)
    for node in _parents_first(nodes, around):
        digest = _digest([around[node], *_seen_from(node, nodes[node], found)])
        count[digest] += 1
        found[node] = f"_:b{digest}" + (f"n{count[digest]}" if count[digest] > 1 else "")
    return found


def _blank_nodes(statements: Iterable[Statement]) -> dict[Term, list[Statement]]:
    """Return each blank node with the statements in which it stands, in their order."""
    nodes: defaultdict[Term, list[Statement]] = defaultdict(list)
    for statement in statements:
        subject, _, object_, graph, _ = statement
        if subject[0] == "_":
            nodes[subject].append(statement)
        if object_[0] == "_" and object_ != subject:
            nodes[object_].append(statement)
        if graph[:1] == "_" and graph not in (subject, object_):
            nodes[graph].append(statement)
    return nodes


def _colours(
    nodes: Mapping[Term, list[Statement]], order: Iterable[Term], known: Mapping[Term, str], alone: bool = False
) -> dict[Term, str]:
    """Return for each node, in that order, a digest of its colour so far and of what stands around it.

    Of other blank nodes it sees the colours that are found by then, `alone` none.
    """
    colours: dict[Term, str] = {}
    for node in order:
        colours[node] = _digest([known.get(node, ""), *_seen_from(node, nodes[node], {} if alone else colours)])
    return colours


def _seen_from(node: Term, statements: Iterable[Statement], names: Mapping[Term, str]) -> list[tuple[str, ...]]:
    """Return the statements of a blank node as it sees them: itself a star, other blank nodes by their names so far."""

    def seen(term: Term) -> str:
        return term if term[:1] != "_" else "*" if term == node else names.get(term, "_:")

    return sorted([(seen(s), p, seen(o), graph and seen(graph)) for s, p, o, graph, _ in statements])


def _parents_first(nodes: Mapping[Term, list[Statement]], colours: Mapping[Term, str] | None = None) -> list[Term]:
    """Return the nodes with each after those that it hangs on, circles last; among equals by colour."""
    colours = colours or {}
    waiting = {node: sum(s.object == node and is_blank(s.subject) for s in found) for node, found in nodes.items()}
    ready = sorted((node for node, parents in waiting.items() if not parents), key=lambda node: colours.get(node, ""))
    order: list[Term] = []
    while ready:
        node = ready.pop()
        order.append(node)
        below = [s.object for s in nodes[node] if s.subject == node and is_blank(s.object)]
        for child in sorted(below, key=lambda child: colours.get(child, "")):
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    done = set(order)
    circles = [node for node in waiting if node not in done]
    return order + sorted(circles, key=lambda node: (colours.get(node, ""), _seen_from(node, nodes[node], {})))


def _digest(parts: Sequence[object]) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def without_blank_nodes(statements: list[Statement], base: str) -> list[Statement]:
    """Return the statements with each blank node named under `base`, by the label that its content gave it."""
    if not any(is_blank(s.subject) or is_blank(s.object) for s in statements):
        return statements
    return [
        statement._replace(subject=_named(statement.subject, base), object=_named(statement.object, base))
        for statement in statements
    ]


def _named(term: Term, base: str) -> Term:
    return terms.iri(f"{base}#{term[2:]}") if is_blank(term) else term
