"""Which shapes can be applied part by part, and what each part must hold so that the results are those of one run over all.

A shape is local where its results depend only on the focus node's own statements, on those of nodes that a bounded number of
steps forward leads to, and on the types of these. The whole graph is needed for

- sh:inversePath, sh:zeroOrMorePath and sh:oneOrMorePath,
- sh:sparql whose query does not go forward from `$this` (see `queries`), and constraint components of a user's own,
- shapes that refer to themselves or are nested very deep, and terms of SHACL that are not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from kg import terms
from kg.terms import Term
from kg.validation.queries import Forward, NotForwardError, forward
from kg.validation.shapes import Shapes

_SH = "http://www.w3.org/ns/shacl#"
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a graph that is checked by itself.

    `text` is N-Triples, in which a triple may stand twice; of the results those count whose focus node is in `foci`. One result
    may come from several parts where a property shape has property shapes of its own (`Needs.reach`). `line` gives the line of
    a statement in its file (subject, predicate, object; the last two None where the datum is missing), 0 where nobody knows.
    """

    text: str
    foci: Container[Term]
    line: Callable[[Term, Term | None, Term | None], int]


@dataclass(frozen=True)
class Needs:
    """What shapes need to see. `local` can be applied part by part, `whole` needs the whole graph; None where there are none.

    Both have all shapes, each the targets of its own. `reasons` names each shape that needs the whole graph, and why.

    A part that is to judge a focus node holds the statements of all nodes at fewer than `depth` steps from it, with the types
    of those at up to `types` steps (-1: none), where a step is one of the predicates in `follows`; of nodes other than its own,
    statements with the predicates in `reads` are enough. None stands for any predicate. Results may be about nodes at up to
    `reach` steps from a target. `object_targets` are the predicates of sh:targetObjectsOf and `node_targets` the nodes of
    sh:targetNode of local shapes; `whole_reads` are the predicates that the others look at.
    """

    local: Shapes | None
    whole: Shapes | None
    reasons: tuple[tuple[Term, str], ...]
    depth: int
    types: int
    reach: int
    reads: frozenset[Term] | None
    follows: frozenset[Term] | None
    object_targets: frozenset[Term]
    node_targets: frozenset[Term]
    whole_reads: frozenset[Term] | None

    @cached_property
    def above(self) -> Mapping[Term, frozenset[Term]]:
        """The classes right above each class, as far as the shapes and what comes with them say so."""
        found: dict[Term, frozenset[Term]] = {}
        for s in (*self.local.axioms, *self.local.statements) if self.local else ():
            if s.predicate == terms.SUB_CLASS_OF:
                found[s.subject] = found.get(s.subject, frozenset()) | {s.object}
        return found


def needs(shapes: Shapes) -> Needs:
    """Return what the shapes need to see: which of them can be applied part by part, and what a part must hold for them."""
    graph = _Graph(shapes)
    walks = [_Walk(graph, root) for root in graph.roots]
    local, whole = ([walk for walk in walks if bool(walk.why) == is_whole] for is_whole in (False, True))
    look = _Look()
    for walk in local:
        look |= walk.look
    return Needs(
        graph.targeting(walk.root for walk in local),
        graph.targeting(walk.root for walk in whole),
        tuple((walk.root, walk.why) for walk in whole),
        look.depth + look.reach,
        look.types + look.reach if look.types >= 0 else -1,
        look.reach,
        _together(walk.reads for walk in local),
        _together(walk.follows for walk in local),
        frozenset(term for walk in local for term in graph.values(walk.root, "targetObjectsOf")),
        frozenset(term for walk in local for term in graph.values(walk.root, "targetNode")),
        _together(walk.reads for walk in whole),
    )


def _together(sets: Iterable[frozenset[Term] | None]) -> frozenset[Term] | None:
    found: set[Term] = set()
    for one in sets:
        if one is None:
            return None
        found |= one
    return frozenset(found)


# --- the shapes graph --------------------------------------------------------------------------------------------------------
_TARGETS = frozenset(f"<{_SH}{name}>" for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target"))
_CLASSES = frozenset({f"<{terms.RDFS}Class>", "<http://www.w3.org/2002/07/owl#Class>"})
_NIL, _FIRST, _REST = (f"<{terms.RDF}{name}>" for name in ("nil", "first", "rest"))


@dataclass(frozen=True)
class _Graph:
    """The shapes as a graph."""

    shapes: Shapes

    def said(self, node: Term) -> Mapping[Term, tuple[Term, ...]]:
        """Return what is said of a node."""
        return self.shapes.said.get(node, {})

    def values(self, node: Term, *names: str) -> Iterator[Term]:
        """Yield the values of terms of SHACL."""
        for name in names:
            yield from self.said(node).get(f"<{_SH}{name}>", ())

    def items(self, node: Term) -> list[Term]:
        """Return the items of an RDF list."""
        found: list[Term] = []
        seen: set[Term] = set()
        while node != _NIL and node not in seen:
            seen.add(node)
            found += self.said(node).get(_FIRST, ())
            node = next(iter(self.said(node).get(_REST, ())), _NIL)
        return found

    @cached_property
    def _metaclasses(self) -> frozenset[Term]:
        """The classes whose instances are classes, as far as the shapes say so."""
        found: set[Term] = set(_CLASSES)
        below = {node: said[terms.SUB_CLASS_OF] for node, said in self.shapes.said.items() if terms.SUB_CLASS_OF in said}
        while more := {node for node, classes in below.items() if not found.isdisjoint(classes)} - found:
            found |= more
        return frozenset(found)

    @cached_property
    def roots(self) -> tuple[Term, ...]:
        """The shapes that have targets, in order; a shape that is a class has its instances."""

        def is_root(said: Mapping[Term, tuple[Term, ...]]) -> bool:
            is_class = not self._metaclasses.isdisjoint(said.get(terms.TYPE, ()))
            is_shape = any(term.startswith(f"<{_SH}") for term in (*said, *said.get(terms.TYPE, ())))
            return not _TARGETS.isdisjoint(said) or (is_class and is_shape)

        return tuple(node for node, said in sorted(self.shapes.said.items()) if is_root(said))

    def targeting(self, wanted: Iterable[Term]) -> Shapes | None:
        """Return all shapes, of the roots only those that are wanted with their targets; None where none is."""
        kept = frozenset(wanted)
        others = frozenset(self.roots) - kept

        def is_target(predicate: Term, object_: Term) -> bool:
            return predicate in _TARGETS or (predicate == terms.TYPE and object_ in self._metaclasses)

        statements = (s for s in self.shapes.statements if s.subject not in others or not is_target(s.predicate, s.object))
        return replace(self.shapes, statements=tuple(statements)) if kept else None

    @cached_property
    def parameters(self) -> frozenset[Term]:
        """The predicates with which a user's constraint components are used."""
        declared = [one for node in self.shapes.said for one in self.values(node, "parameter")]
        return frozenset(path for one in declared for path in self.values(one, "path"))

    @cached_property
    def parents(self) -> Mapping[Term, tuple[Term, ...]]:
        """The shapes that have each property shape."""
        found: dict[Term, tuple[Term, ...]] = {}
        for node in self.shapes.said:
            for shape in self.values(node, "property"):
                found[shape] = (*found.get(shape, ()), node)
        return found

    def prefixes(self, constraint: Term) -> dict[str, str]:
        """Return the prefixes that a query is given."""
        declared = [one for node in self.values(constraint, "prefixes") for one in self.values(node, "declare")]
        pairs = ((next(self.values(one, "prefix"), ""), next(self.values(one, "namespace"), "")) for one in declared)
        return {terms.value(prefix): terms.value(namespace) for prefix, namespace in pairs if prefix and namespace}


# --- what one shape looks at -------------------------------------------------------------------------------------------------
_VALUES = (
    "datatype nodeKind minExclusive minInclusive maxExclusive maxInclusive minLength maxLength pattern flags languageIn hasValue in"
)
_COUNTS = "minCount maxCount qualifiedMinCount qualifiedMaxCount uniqueLang ignoredProperties"
_WORDS = "message severity name description order group defaultValue deactivated"
_TARGET_NAMES = "targetClass targetNode targetSubjectsOf targetObjectsOf"
_PAIRS = ("equals", "disjoint", "lessThan", "lessThanOrEquals")
_OTHERS = "path property node not and or xone class closed sparql qualifiedValueShape qualifiedValueShapesDisjoint"
_KNOWN = frozenset(f"<{_SH}{name}>" for name in (*_PAIRS, *" ".join((_VALUES, _COUNTS, _WORDS, _TARGET_NAMES, _OTHERS)).split()))
_TRUE = f'"true"^^<{terms.XSD}boolean>'


@dataclass(frozen=True, slots=True)
class _Look:
    """How far a shape looks from a node: statements of nodes at fewer than `depth` steps, types of those at up to `types`.

    Its results are about nodes at up to `reach` steps.
    """

    depth: int = 0
    types: int = -1
    reach: int = 0

    def __or__(self, other: _Look) -> _Look:
        return _Look(max(self.depth, other.depth), max(self.types, other.types), max(self.reach, other.reach))

    def after(self, steps: int) -> _Look:
        """Return what a look from so many steps further on is from here, with the way there; its results are not ours."""
        return _Look(self.depth + steps, self.types + steps if self.types >= 0 else -1)


class _Walk:
    """Goes through a root shape and all that it refers to; `why` tells why it needs the whole graph, "" where it does not."""

    def __init__(self, graph: _Graph, root: Term) -> None:
        self.root = root
        self.why = ""
        self._graph = graph
        self._reads = {terms.TYPE, terms.SUB_CLASS_OF, *graph.values(root, "targetSubjectsOf", "targetObjectsOf")}
        self._follows: set[Term] = set()
        self._reads_all = self._follows_all = False
        self._seen: dict[Term, _Look | None] = {}
        self.look = self._shape(root, 0) | _Look(types=0)

    @property
    def reads(self) -> frozenset[Term] | None:
        """The predicates of statements that are looked at; None for any."""
        return None if self._reads_all else frozenset(self._reads)

    @property
    def follows(self) -> frozenset[Term] | None:
        """The predicates that lead to nodes which are looked at; None for any."""
        return None if self._follows_all else frozenset(self._follows)

    def _needs_all(self, why: str, everything: bool = True) -> None:
        """Remember that the whole graph is needed, and whether every predicate is."""
        self.why = self.why or why
        self._reads_all |= everything

    # --- shapes --------------------------------------------------------------------------------------------------------------
    def _shape(self, node: Term, deep: int) -> _Look:
        """Return how far a shape looks from the node to which it is applied."""
        if deep > _DEEPEST:
            self._needs_all(f"it is nested more than {_DEEPEST} deep")
            return _Look()
        if node not in self._seen:
            self._seen[node] = None
            self._seen[node] = self._look(node, deep)
        found = self._seen[node]
        if found is None:
            self._needs_all(f"it refers to itself ({terms.shorten(node)})", everything=False)
        return found or _Look()

    def _look(self, node: Term, deep: int) -> _Look:
        if _TRUE in self._graph.values(node, "deactivated"):
            return _Look()
        self._refuse_unknown(node)
        values = self._of_values(node, deep)
        pairs = set(self._graph.values(node, *_PAIRS))
        self._reads |= pairs
        path = next(self._graph.values(node, "path"), None)
        steps, predicates = (0, frozenset[Term]()) if path is None else self._path(path, 0)
        self._reads |= predicates
        if steps > 1 or values.depth or values.types >= 0:
            self._follows |= predicates
        depth = max(self._query(constraint, steps, predicates) for constraint in ("", *self._graph.values(node, "sparql")))
        reach = steps + values.reach if next(self._graph.values(node, "property"), None) else 0
        return values.after(steps) | _Look(max(depth, 1 if pairs else 0), reach=reach)

    def _refuse_unknown(self, node: Term) -> None:
        for predicate in self._graph.said(node):
            if predicate.startswith(f"<{_SH}") and predicate not in _KNOWN:
                self._needs_all(f"it has {terms.value(predicate).replace(_SH, 'sh:')}")
            if predicate in self._graph.parameters:
                self._needs_all(f"it has a constraint component of a user's own ({terms.shorten(predicate)})")

    def _of_values(self, node: Term, deep: int) -> _Look:
        """Return how far a shape looks from its value nodes; only results of its property shapes are about these."""
        graph = self._graph
        found = _Look(types=0) if next(graph.values(node, "class"), None) else _Look()
        if _TRUE in graph.values(node, "closed"):
            self._reads_all = True
            found |= _Look(1)
        inner = [*graph.values(node, "node", "not", "qualifiedValueShape")]
        inner += [item for name in graph.values(node, "and", "or", "xone") for item in graph.items(name)]
        if _TRUE in graph.values(node, "qualifiedValueShapesDisjoint"):
            siblings = [shape for parent in graph.parents.get(node, ()) for shape in graph.values(parent, "property")]
            inner += [shape for sibling in siblings for shape in graph.values(sibling, "qualifiedValueShape")]
        for shape in inner:
            found |= replace(self._shape(shape, deep + 1), reach=0)
        for shape in graph.values(node, "property"):
            found |= self._shape(shape, deep + 1)
        return found

    # --- paths and queries ---------------------------------------------------------------------------------------------------
    def _path(self, node: Term, deep: int) -> tuple[int, frozenset[Term]]:
        """Return the most steps of a path, and its predicates."""
        if deep > _DEEPEST:
            self._needs_all(f"its path is nested more than {_DEEPEST} deep")
            return 1, frozenset()
        for name in ("inversePath", "zeroOrMorePath", "oneOrMorePath"):
            for inner in self._graph.values(node, name):
                self._needs_all(f"its path has sh:{name}", everything=False)
                return self._path(inner, deep + 1)
        optional = next(self._graph.values(node, "zeroOrOnePath"), None)
        if optional is not None:
            return self._path(optional, deep + 1)
        alternatives = next(self._graph.values(node, "alternativePath"), None)
        if alternatives is None and _FIRST not in self._graph.said(node):
            return 1, frozenset({node})
        found = [self._path(item, deep + 1) for item in self._graph.items(node if alternatives is None else alternatives)]
        lengths = [steps for steps, _ in found]
        return max(lengths, default=0) if alternatives else sum(lengths), frozenset().union(*(names for _, names in found))

    def _query(self, constraint: Term, steps: int, predicates: frozenset[Term]) -> int:
        """Return how deep the query of a constraint looks; `steps` and `predicates` are those of `$PATH`."""
        depth = 0
        for query in self._graph.values(constraint, "select"):
            try:
                found = forward(terms.value(query), self._graph.prefixes(constraint), Forward(steps, predicates, steps > 1))
            except NotForwardError as error:
                self._needs_all(f"{error} ({terms.shorten(constraint)})")
                continue
            depth = max(depth, found.depth)
            self._reads_all |= found.reads is None
            self._reads |= found.reads or frozenset()
            if found.follows:
                self._follows |= found.reads or frozenset()
                self._follows_all |= found.reads is None
        return depth
