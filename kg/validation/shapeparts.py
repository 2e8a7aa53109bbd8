"""Constraints in SPARQL and constraint components of the user: whether they are whole, and their queries in order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from kg import terms
from kg.terms import Term
from kg.validation import shapequeries
from kg.validation.shapegraph import Fault, ShapesGraph, Triple
from kg.validation.shapequeries import Kind, Query
from kg.validation.shapeterms import IMPORTS, is_iri, is_literal, is_string, local, sh, shown

_BOUND = frozenset({"this", "shapesGraph", "currentShape"})
# What a parameter cannot be named, since a query has it for something else (SHACL 6.2.1)
_TAKEN = _BOUND | {"path", "PATH", "value"}
_DECLARED = {"prefix": re.compile(r"(?:[^\W\d_](?:[\w.-]{0,200}[\w-])?)?"), "namespace": re.compile(r"[^<>\"{}|^`\\\x00-\x20]+")}
_NAME = re.compile(r"[A-Za-z_]\w*")
_LOCAL = re.compile(r"[^/#:]*\Z")
_VALIDATORS: Mapping[str, tuple[Kind, Term]] = {
    "nodeValidator": ("select", sh("SPARQLSelectValidator")),
    "propertyValidator": ("select", sh("SPARQLSelectValidator")),
    "validator": ("ask", sh("SPARQLAskValidator")),
}


# --- constraint components -------------------------------------------------------------------------------------------------------
def check_components(graph: ShapesGraph) -> Iterator[Fault]:
    """Yield a fault for each constraint component that lacks what it wants (SHACL 6.2)."""
    component = sh("ConstraintComponent")
    for subject, predicate, object_ in graph.triples:
        if (predicate, object_) != (terms.TYPE, component):
            continue
        at = (subject, predicate, object_)
        parameters = graph.objects(subject, "parameter")
        if not parameters:
            yield Fault("a constraint component has a sh:parameter at least", (at,))
        for parameter in parameters:
            yield from _parameter(graph, parameter, (subject, sh("parameter"), parameter))
        if parameters and all(_is_optional(graph, parameter) for parameter in parameters):
            yield Fault("of the parameters of a constraint component one at least is not sh:optional", (at,))
        if not any(graph.objects(subject, name) for name in _VALIDATORS):
            yield Fault(f"a constraint component has one of {' '.join(map('sh:{}'.format, sorted(_VALIDATORS)))}", (at,))
        for name in _VALIDATORS:
            for validator in graph.objects(subject, name):
                yield from _validator(graph, name, (subject, sh(name), validator))


def _is_optional(graph: ShapesGraph, parameter: Term) -> bool:
    return any(terms.value(value) in ("true", "1") for value in graph.objects(parameter, "optional"))


def _parameter(graph: ShapesGraph, parameter: Term, at: Triple) -> Iterator[Fault]:
    paths = graph.objects(parameter, "path")
    if len(paths) != 1 or not is_iri(paths[0]):
        yield Fault("a sh:parameter has one sh:path, a property", (at,))
    elif (name := _name(paths[0])) in _TAKEN or not _NAME.fullmatch(name):
        yield Fault(f"a parameter cannot be named {shown(paths[0])}: a query would know it as ${name}", (at,))


def _name(path: Term) -> str:
    """Return the name by which queries know a parameter."""
    found = _LOCAL.search(path[1:-1])
    return found[0] if found else ""


def _validator(graph: ShapesGraph, name: str, at: Triple) -> Iterator[Fault]:
    kind, type_ = _VALIDATORS[name]
    types = graph.types(at[2])
    if is_literal(at[2]) or sh("JSValidator") in types:
        return  # told by others
    if type_ not in types:
        yield Fault(f"what sh:{name} leads to is a {shown(type_)}", (at,))
    elif not graph.objects(at[2], kind):
        yield Fault(f"what sh:{name} leads to has a sh:{kind}", (at,))


# --- queries -------------------------------------------------------------------------------------------------------------------
def check_queries(graph: ShapesGraph) -> Iterator[Fault]:
    """Yield a fault for each constraint in SPARQL without its query, and for what is wrong with queries and their prefixes."""
    yield from _declarations(graph)
    for subject, predicate, object_ in graph.triples:
        if predicate == sh("sparql") and not is_literal(object_) and not graph.objects(object_, "select"):
            yield Fault("a constraint in SPARQL has a sh:select", ((subject, predicate, object_),))
    own = frozenset(graph.triples)
    for node, (kind, bound, has_path) in sorted(_uses(graph).items()):
        namespaces, conflict = _prefixes(graph, node)
        if conflict:
            yield conflict
        for text in graph.objects(node, kind):
            at = (node, sh(kind), text)
            if is_string(text) and at in own:
                query = Query(kind, terms.value(text), bound, has_path, namespaces)
                yield from (Fault(reason, (at,), position) for reason, position in shapequeries.faults(query))


def _uses(graph: ShapesGraph) -> Mapping[Term, tuple[Kind, frozenset[str], bool]]:
    """Return each node with a query: of which form that is, what has it bound, and whether there is a path wherever it is used."""
    found: dict[Term, tuple[Kind, frozenset[str], bool]] = {}
    for shape, said in graph.said.items():
        for node in said.get(sh("sparql"), ()):
            has_path = graph.has_path(shape) and found.get(node, ("select", _BOUND, True))[2]
            found[node] = ("select", _BOUND, has_path)
        for name, (kind, _) in _VALIDATORS.items():
            for node in said.get(sh(name), ()):
                names = {_name(path) for p in said.get(sh("parameter"), ()) for path in graph.objects(p, "path")}
                value = {"value"} if kind == "ask" else set()
                found[node] = (kind, _BOUND | names | value, name == "propertyValidator")
    return found


def _declarations(graph: ShapesGraph) -> Iterator[Fault]:
    for triple in graph.triples:
        if triple[1] == sh("declare") and not is_literal(triple[2]):
            for name in ("prefix", "namespace"):
                if not graph.objects(triple[2], name):
                    yield Fault(f"a sh:declare has a sh:{name}", (triple,))
        elif (
            (name := local(triple[1])) in _DECLARED
            and is_literal(triple[2])
            and not _DECLARED[name].fullmatch(terms.value(triple[2]))
        ):
            yield Fault(f"{shown(triple[2])} can be no sh:{name}", (triple,))


def _prefixes(graph: ShapesGraph, node: Term) -> tuple[Mapping[str, str], Fault | None]:
    """Return the prefixes that are declared for a query, and a fault where one is for two namespaces (SHACL 5.2.1)."""
    found: defaultdict[str, dict[str, Triple]] = defaultdict(dict)
    todo, seen = list(graph.objects(node, "prefixes")), set[Term]()
    while todo:
        ontology = todo.pop()
        if ontology in seen or is_literal(ontology):
            continue
        seen.add(ontology)
        todo += graph.said.get(ontology, {}).get(IMPORTS, ())
        for one in graph.objects(ontology, "declare"):
            for prefix in filter(is_literal, graph.objects(one, "prefix")):
                for space in filter(is_literal, graph.objects(one, "namespace")):
                    found[terms.value(prefix)].setdefault(terms.value(space), (one, sh("namespace"), space))
    double = next(((prefix, spaces) for prefix, spaces in sorted(found.items()) if len(spaces) > 1), None)
    fault = double and Fault(f"the prefix {double[0]}: is declared for {len(double[1])} namespaces", tuple(double[1].values()))
    return {prefix: next(iter(spaces)) for prefix, spaces in found.items()}, fault
