"""What is wrong with shapes: whatever an engine would trip over, or would pass over in silence. A function in `CHECKS` each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from kg import circles, terms
from kg.terms import Term
from kg.validation.shapegraph import Fault, ShapesGraph, Triple, depth
from kg.validation.shapeparts import check_components, check_queries
from kg.validation.shapepatterns import flags_fault, pattern_fault
from kg.validation.shapeterms import (
    ALLOWED_ALONE,
    DASH,
    DASH_PARAMETERS,
    DEFINITIONS,
    DRAFT,
    FALSE,
    FIRST,
    IMPORTS,
    KNOWN,
    LISTS,
    MEMBERS,
    NEARLY_SH,
    NIL,
    ONE,
    ONTOLOGY,
    PARAMETERS,
    PATHS,
    REFERENCES,
    SH,
    TRUE,
    VOCABULARIES,
    WANTED,
    WITHOUT,
    is_iri,
    is_literal,
    is_part,
    is_string,
    is_unnamed,
    local,
    nearest,
    sh,
    shown,
    unsupported,
)

# Shapes and paths in each other; the engines end at some sixty
_DEEPEST = 40
_SHOWN = 4
_PATH, _PROPERTY, _ALTERNATIVE = sh("path"), sh("property"), sh("alternativePath")
_NODE_SHAPE, _PROPERTY_SHAPE, _PARAMETER = sh("NodeShape"), sh("PropertyShape"), sh("Parameter")


# --- terms -------------------------------------------------------------------------------------------------------------------
def check_terms(graph: ShapesGraph) -> Iterator[Fault]:
    """Yield a fault for each term that SHACL has not, and for each constraint that no engine here applies."""
    declared = {path for paths in graph.said.values() for path in paths.get(_PATH, ())}
    within = graph.within(name for name in KNOWN if unsupported(name) and not is_part(name))
    for triple in graph.triples:
        subject, predicate, object_ = triple
        name, value = local(predicate), local(object_)
        if predicate.startswith(f"<{SH}"):
            yield from _of_property(name, triple, subject in within or _is_definition(graph, subject))
        if object_.startswith(f"<{SH}") and value not in KNOWN:
            yield Fault(_unknown(value, predicate), (triple,))
        elif predicate == terms.TYPE and object_.startswith(f"<{SH}"):
            yield from _of_class(value, triple, subject in within)
        if predicate.startswith(f"<{DASH}") and predicate not in declared:
            yield from _of_dash(predicate[len(DASH) + 1 : -1], triple)
        wrong = next((term for term in (predicate, object_) if NEARLY_SH.match(term) and not term.startswith(f"<{SH}")), None)
        if wrong:
            yield Fault(f"{shown(wrong)} is no term of SHACL, whose namespace is {SH}", (triple,))


def _is_definition(graph: ShapesGraph, node: Term) -> bool:
    return any(local(kind) in DEFINITIONS for kind in graph.types(node))


def _of_property(name: str, triple: Triple, is_inside: bool) -> Iterator[Fault]:
    """Yield what is wrong with a property of SHACL; inside what is not applied its parts are no fault of their own."""
    why = unsupported(name)
    if name in DRAFT:
        yield Fault(f"sh:{name} is of an early draft of SHACL, and is not applied", (triple,), None, "warning")
    elif name not in KNOWN:
        yield Fault(_unknown(name, ""), (triple,))
    elif name[:1].isupper() or not name:
        yield Fault(f"sh:{name} is no property of SHACL", (triple,))
    elif why and not (is_part(name) and is_inside):
        yield Fault(f"sh:{name} is not supported: {why}", (triple,))


def _of_class(name: str, triple: Triple, is_inside: bool) -> Iterator[Fault]:
    why = unsupported(name)
    if not name[:1].isupper():
        yield Fault(f"sh:{name} is no class of SHACL", (triple,))
    elif name in DEFINITIONS:
        yield Fault(f"sh:{name} is not supported: {why}; what is defined here is never used", (triple,), severity="warning")
    elif why and not is_inside:
        yield Fault(f"sh:{name} is not supported: {why}", (triple,))


def _of_dash(name: str, triple: Triple) -> Iterator[Fault]:
    if name in DASH_PARAMETERS and triple[2] != FALSE:
        yield Fault(f"dash:{name} is not supported: it is a constraint of DASH, which no file here declares", (triple,))
    elif name == "singleLine" and triple[2] == TRUE:
        yield Fault(
            "dash:singleLine is not applied: it is a constraint of DASH, which no file here declares", (triple,), None, "warning"
        )


def _unknown(name: str, predicate: Term) -> str:
    meant = nearest(name, predicate)
    return f"sh:{name[:_LONG]} is no term of SHACL" + (f"; sh:{meant} is meant?" if meant else "")


_LONG = 80


# --- values ------------------------------------------------------------------------------------------------------------------
def check_values(graph: ShapesGraph) -> Iterator[Fault]:
    """Yield a fault for each value that is not what its property wants, or one too many, or on a shape that cannot have it."""
    properties = frozenset(o for s, p, o in graph.triples if p == _PROPERTY)
    for triple in graph.triples:
        subject, predicate, object_ = triple
        name = local(predicate)
        wanted = WANTED.get(name)
        if wanted is None or (object_.startswith(f"<{SH}") and local(object_) not in KNOWN):
            continue
        others = graph.said[subject][predicate]
        if not wanted.test(object_):
            why = unsupported(local(object_)) if object_.startswith(f"<{SH}") else None
            also = f"; {shown(object_)} is not supported: {why}" if why else ""
            yield Fault(f"sh:{name} wants {wanted.words}, not {shown(object_)}{also}", (triple,))
        elif wanted.single and len(others) > 1 and object_ == others[0]:
            yield Fault(f"sh:{name} has {len(others)} values; there is one at most", tuple((subject, predicate, o) for o in others))
        is_property = graph.has_path(subject) or subject in properties or _PROPERTY_SHAPE in graph.types(subject)
        if wanted.with_path and not is_property:
            yield Fault(f"sh:{name} is for property shapes, and this shape has no sh:path", (triple,))
        if object_ == ONE:
            yield Fault(f"sh:{name} is switched on by true alone, not by {shown(object_)}", (triple,), None, "warning")
        if name in WITHOUT and not any(graph.objects(subject, other) for other in WITHOUT[name]):
            reason = f"sh:{name} says nothing without {' or '.join(map('sh:{}'.format, WITHOUT[name]))}"
            yield Fault(reason, (triple,), severity="warning" if name in ALLOWED_ALONE else "violation")


def check_lists(graph: ShapesGraph) -> Iterator[Fault]:
    """Yield a fault for each value that is no well-formed list, and for each member that does not belong in it."""
    for triple in graph.triples:
        name, head = local(triple[1]), triple[2]
        if name not in LISTS or is_literal(head):
            continue
        members = graph.members(head)
        if members is None:
            yield Fault(f"sh:{name} wants a well-formed list: each of its nodes has one rdf:first and one rdf:rest", (triple,))
        elif not members and name in ("and", "or", "xone"):
            yield Fault(f"the list of sh:{name} is empty", (triple,))
        elif name in MEMBERS:
            wanted = MEMBERS[name]
            for node, member in members:
                if not wanted.test(member):
                    yield Fault(f"a member of sh:{name} is {wanted.words}, not {shown(member)}", ((node, FIRST, member),))


# --- shapes ------------------------------------------------------------------------------------------------------------------
def check_kinds(graph: ShapesGraph) -> Iterator[Fault]:
    """Yield a fault for a shape whose class says something else than its sh:path does, and for one with several."""
    for shape in graph.shapes:
        paths, types = graph.objects(shape, "path"), graph.types(shape)
        if len(paths) > 1:
            several = tuple((shape, _PATH, path) for path in paths)
            yield Fault(f"a property shape has one sh:path; this has {len(paths)}", several)
        if paths and _NODE_SHAPE in types:
            yield Fault("a sh:NodeShape has no sh:path; this is a sh:PropertyShape?", tuple((shape, _PATH, path) for path in paths))
        for kind in (_PROPERTY_SHAPE, _PARAMETER):
            if not paths and kind in types:
                yield Fault("a property shape has one sh:path; this has none", ((shape, terms.TYPE, kind),))


def check_references(graph: ShapesGraph) -> Iterator[Fault]:
    """Yield a fault for what leads to a shape of which nothing is said, or to one of another kind."""
    leads = [(s, p, o) for s, p, o in graph.triples if local(p) in REFERENCES and not is_literal(o)]
    lists = [at for shape in graph.shapes for _, at in graph.references(shape) if at[1] == FIRST]
    for triple in dict.fromkeys(chain(leads, lists)):
        _, predicate, shape = triple
        if shape not in graph.said:
            if not is_unnamed(shape) or predicate == _PROPERTY:
                name = "a list" if predicate == FIRST else shown(predicate)
                yield Fault(f"{name} leads to the shape {shown(shape)}, of which nothing is said here", (triple,))
        elif predicate == _PROPERTY and not graph.has_path(shape) and _PROPERTY_SHAPE not in graph.types(shape):
            yield Fault("a property shape (what sh:property leads to) has one sh:path; this has none", (triple,))
        elif predicate == sh("node") and graph.has_path(shape):
            yield Fault(f"sh:node wants a node shape; {shown(shape)} has a sh:path", (triple,))


def check_circles(graph: ShapesGraph) -> Iterator[Fault]:
    """Yield a fault for shapes that lead back to themselves (SHACL does not say what they mean) or stand too deep in each other."""
    own = frozenset(graph.triples)
    steps = {shape: dict(others) for shape, others in graph.steps.items()}
    found = list(circles.find(steps))
    for circle in found:
        at = [steps[one][other] for one, other in zip(circle, [*circle[1:], circle[0]], strict=True)]
        names = [shape for shape in circle if not is_unnamed(shape)]
        way = " → ".join(shown(shape) for shape in (*names[:_SHOWN], names[0])) if names else "they have no names"
        if len(names) > _SHOWN:
            way = f"{way.rpartition(' → ')[0]} → … ({len(names):,} shapes)"
        yield Fault(f"shapes that lead back to themselves are not applied: {way}", tuple(step for step in at if step in own)[:1])
    if not found:
        yield from _too_deep(
            graph, "shapes stand", {at[2]: at for others in steps.values() for at in others.values()}, depth(steps)
        )


def _too_deep(graph: ShapesGraph, what: str, leads: Mapping[Term, Triple], depths: Mapping[Term, int]) -> Iterator[Fault]:
    """Yield a fault where nodes stand too deep in each other, at the statement that leads to the first with too many below it."""
    own = frozenset(graph.triples)
    wrong = sorted(at for node, at in leads.items() if depths.get(node, 0) >= _DEEPEST and at in own)
    if wrong:
        yield Fault(f"{what} at most {_DEEPEST} deep in each other", (max(wrong, key=lambda at: depths[at[2]]),))


# --- paths -------------------------------------------------------------------------------------------------------------------
def check_paths(graph: ShapesGraph) -> Iterator[Fault]:
    """Yield a fault for each path that is not well-formed (SHACL 2.3.1)."""
    begins = [(s, p, o) for s, p, o in graph.triples if p == _PATH]
    leads: dict[Term, Triple] = {}
    steps: dict[Term, tuple[Term, ...]] = {}
    todo = [(triple, triple) for triple in reversed(begins)]
    while todo:
        at, begin = todo.pop()
        path = at[2]
        if path in steps or is_literal(path):
            if is_literal(path):
                yield Fault(f"a path is a property or made of properties, not {shown(path)}", (at,))
            continue
        leads[path], further = at, list(_steps(graph, path))
        steps[path] = tuple(step[2] for step in further)
        yield from _path_faults(graph, path, at)
        todo += [(step, begin) for step in reversed(further)]
    found = list(circles.find(steps))
    for circle in found:
        yield Fault("a path leads back to itself", (leads[circle[0]],))
    if not found:
        yield from _too_deep(graph, "paths stand", leads, depth(steps))


def _steps(graph: ShapesGraph, path: Term) -> Iterator[Triple]:
    """Yield the statements that name the paths which a path is made of."""
    if is_iri(path):
        return
    if FIRST in graph.said.get(path, {}):
        yield from ((node, FIRST, step) for node, step in graph.members(path) or ())
        return
    for name in PATHS:
        for value in graph.objects(path, name):
            if name == "alternativePath":
                yield from ((node, FIRST, step) for node, step in graph.members(value) or () if value != NIL)
            else:
                yield path, sh(name), value


def _path_faults(graph: ShapesGraph, path: Term, at: Triple) -> Iterator[Fault]:
    said = graph.said.get(path, {})
    operators = [(path, sh(name), value) for name in PATHS for value in said.get(sh(name), ())]
    if path == NIL:
        yield Fault("a path that is an empty list leads nowhere", (at,))
    elif is_iri(path):
        if operators or FIRST in said:
            yield Fault(f"{shown(path)} has a name, so it is a property; a path of several steps has none", (at,))
    elif FIRST in said:
        yield from _sequence(graph, path, at)
        if operators:
            yield Fault(f"{shown(operators[0][1])} is passed over: this path is a list", tuple(operators[:1]), None, "warning")
    elif not operators:
        yield Fault(f"a path is a property, a list, or one of {' '.join(map('sh:{}'.format, PATHS))}", (at,))
    elif len(operators) > 1:
        yield Fault(f"a path has one of {' '.join(map('sh:{}'.format, PATHS))}, once; this has {len(operators)}", tuple(operators))
    elif operators[0][1] == _ALTERNATIVE and not is_literal(operators[0][2]):
        yield from _sequence(graph, operators[0][2], operators[0])
    elif is_literal(operators[0][2]):
        pass  # told where the literal is met


def _sequence(graph: ShapesGraph, head: Term, at: Triple) -> Iterator[Fault]:
    members = graph.members(head)
    if members is None:
        yield Fault("a path wants a well-formed list: each of its nodes has one rdf:first and one rdf:rest", (at,))
    elif len(members) < 2:
        yield Fault("the list of a path has two members at least", (at,))


# --- the rest ------------------------------------------------------------------------------------------------------------------
def check_patterns(graph: ShapesGraph) -> Iterator[Fault]:
    """Yield a fault for each regular expression that is none, or none that the engine takes."""
    for subject, predicate, object_ in graph.triples:
        if not is_string(object_):
            continue
        text = terms.value(object_)
        if predicate == sh("flags") and (why := flags_fault(text)):
            yield Fault(why, ((subject, predicate, object_),))
        elif predicate == sh("pattern"):
            flags = next((terms.value(flags) for flags in graph.objects(subject, "flags") if is_string(flags)), "")
            if why := pattern_fault(text, "" if flags_fault(flags) else flags):
                yield Fault(why, ((subject, predicate, object_),))


def check_imports(graph: ShapesGraph) -> Iterator[Fault]:
    """Yield a fault for each import of what no file here declares to be, and a note for one that can be done without."""
    declare = sh("declare")
    here = {_document(node) for node, said in graph.said.items() if declare in said or ONTOLOGY in graph.types(node)}
    here |= {_document(s.graph) for s in graph.own if s.graph}
    for triple in graph.triples:
        name = _document(triple[2])
        if triple[1] == IMPORTS and name not in here:
            is_harmless = name in VOCABULARIES
            how = "its constraints are refused where they are used" if is_harmless else "give that file with --shapes too"
            reason = f"owl:imports {shown(triple[2])}: nothing is fetched; {how}"
            yield Fault(reason, (triple,), severity="info" if is_harmless else "violation")


def _document(iri: Term) -> str:
    return iri.strip("<>").removesuffix("#")


def check_reach(graph: ShapesGraph) -> Iterator[Fault]:
    """Yield a warning for each shape with constraints that has no target and to which nothing leads: SHACL allows it."""
    for shape in graph.shapes:
        constraints = [name for name in sorted(PARAMETERS) if graph.objects(shape, name)]
        is_off = TRUE in graph.objects(shape, "deactivated")
        if constraints and not is_off and not graph.has_target(shape) and shape not in graph.mentioned:
            reason = f"the shape {shown(shape)} is never applied: it has no target, and no other shape leads to it"
            yield Fault(reason, ((shape, "", ""),), None, "warning")


Check = Callable[[ShapesGraph], Iterator[Fault]]
CHECKS: tuple[Check, ...] = (
    check_terms,
    check_values,
    check_lists,
    check_kinds,
    check_references,
    check_circles,
    check_paths,
    check_patterns,
    check_components,
    check_queries,
    check_imports,
    check_reach,
)


# What can be told only when all that belongs to the shapes could be read
_ACROSS = frozenset({check_references, check_imports, check_reach})


def check(graph: ShapesGraph, is_whole: bool = True) -> Iterator[Fault]:
    """Yield everything that is to say of a user's shapes, faults and warnings; without `is_whole` a file could not be read."""
    for one in CHECKS:
        if is_whole or one not in _ACROSS:
            yield from one(graph)
