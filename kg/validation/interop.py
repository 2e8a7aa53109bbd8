"""Between our terms and what the engines take: rdflib's terms and graphs, and shapes in the form that both apply alike."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from kg import rdf, terms
from kg.errors import ShapeError
from kg.terms import Statement, Term

_SH = "http://www.w3.org/ns/shacl#"
# Blank nodes of a user's shapes are named under this, so that those of several files never meet
UNNAMED = "urn:x-kg:shapes:"
_BLANK = "_:x"
_MESSAGE, _SPARQL, _SELECT, _DECLARE = (f"<{_SH}{name}>" for name in ("message", "sparql", "select", "declare"))
_IMPORTS = "<http://www.w3.org/2002/07/owl#imports>"
_TRUE = f'"true"^^<{terms.XSD}boolean>'
# "1" is a boolean too, but no term but `true` switches these on (SHACL 4.4.3, 4.7.3, 4.8.1); pySHACL takes any for it
_SWITCHES = frozenset(
    f"<{_SH}{name}>" for name in ("closed", "deactivated", "optional", "qualifiedValueShapesDisjoint", "uniqueLang")
)
TEMPLATE = re.compile(r"\{[?$](\w+)\}")
# What a result itself says: these are no matter of the query
GIVEN = frozenset({"this", "value", "path", "PATH"})
_BETWEEN = "\x1f"


# --- shapes ------------------------------------------------------------------------------------------------------------------
def as_blank(term: Term) -> Term:
    """Return the blank node that a name under `UNNAMED` stands for; any other term unchanged."""
    return _BLANK + term[len(UNNAMED) + 1 : -1].encode().hex() if term.startswith(f"<{UNNAMED}") else term


def as_named(term: Term) -> Term:
    """Return the name that `as_blank` was given."""
    return f"<{UNNAMED}{bytes.fromhex(term[len(_BLANK) :]).decode()}>" if term.startswith(_BLANK) else term


def for_engines(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Yield the statements of shapes as both engines apply them alike.

    What has no name is a blank node again: an engine would take a path with an IRI for a property. A switch that is not on is left
    out. Messages are ours to choose and to fill: a constraint in SPARQL has one that tells which it is and what its query found.
    The prefixes of what is imported, where the shapes have it, are declared by what imports it (SHACL 5.2.1).
    """
    for subject, predicate, object_, graph, _ in statements:
        if predicate != _MESSAGE and (predicate not in _SWITCHES or object_ == _TRUE):
            yield Statement(as_blank(subject), predicate, as_blank(object_), graph)
    for node, names in _variables(statements).items():
        mark = _BETWEEN.join([node, *(f"{name}={{?{name}}}" for name in sorted(names))])
        yield Statement(as_blank(node), _MESSAGE, f'"{terms.escape(mark)}"', "")
    for importer, declaration in _imported(statements):
        yield Statement(as_blank(importer), _DECLARE, as_blank(declaration), "")


def _variables(statements: Sequence[Statement]) -> Mapping[Term, set[str]]:
    """Return each constraint in SPARQL with the variables that its messages, or those of its shapes, have need of."""
    messages: defaultdict[Term, set[str]] = defaultdict(set)
    for s in statements:
        if s.predicate == _MESSAGE and s.object.startswith('"'):
            messages[s.subject].update(TEMPLATE.findall(terms.value(s.object)))
    found: defaultdict[Term, set[str]] = defaultdict(set)
    for s in statements:
        if s.predicate == _SPARQL:
            found[s.object] |= (messages[s.subject] | messages[s.object]) - GIVEN
    for s in statements:
        if s.predicate == _SELECT and s.subject in found and re.search(r"[?$]message\b", s.object):
            found[s.subject].add("message")
    return found


def _imported(statements: Sequence[Statement]) -> Iterator[tuple[Term, Term]]:
    """Yield each node that imports others with the declarations of prefixes that it gets by that."""
    imports: defaultdict[Term, list[Term]] = defaultdict(list)
    declarations: defaultdict[Term, list[Term]] = defaultdict(list)
    for s in statements:
        if s.predicate == _IMPORTS:
            imports[s.subject].append(s.object)
        elif s.predicate == _DECLARE:
            declarations[s.subject].append(s.object)
    for importer in imports:
        seen, todo = {importer}, [importer]
        while todo:
            new = [node for node in imports.get(todo.pop(), ()) if node not in seen]
            seen.update(new)
            todo.extend(new)
        yield from ((importer, declaration) for node in seen - {importer} for declaration in declarations.get(node, ()))


def marked(message: str) -> tuple[Term, dict[str, str]] | None:
    """Return which constraint a message of `for_engines` is of and the values of its variables; None for any other text."""
    node, *pairs = message.split(_BETWEEN)
    if not node.startswith(("<", "_:")):
        return None
    found = (pair.partition("=") for pair in pairs)
    return node, {name: value for name, _, value in found if value != f"{{?{name}}}"}


# --- rdflib ------------------------------------------------------------------------------------------------------------------
def to_graph(text: str) -> Any:
    """Return the graph, its literals spelt as they are: rdflib's own parser turns "01" into "1"."""
    graph = _graph_class()()
    for subject, predicate, object_, _, _ in map(rdf.parse_nquads, text.split("\n")[:-1]):
        graph.add((to_rdflib(subject), to_rdflib(predicate), to_rdflib(object_)))
    return graph


@cache
def _graph_class() -> Any:
    import rdflib

    class Replacement(rdflib.Literal):
        """A text that pySHACL puts into messages as if it were the replacement of a pattern, in which a backslash means more."""

        def __str__(self) -> str:
            return str.__str__(self).replace("\\", r"\\")

    def replaced(name: str, term: Any) -> Any:
        if isinstance(term, rdflib.Literal):
            return Replacement(term, normalize=False) if "\\" in term else term
        return rdflib.Literal(f"_:{term}") if isinstance(term, rdflib.BNode) and name not in GIVEN else term

    class Graph(rdflib.Graph):
        """A graph that parses a query once, and whose answers pySHACL can put into messages."""

        def query(self, query_object: Any, *args: Any, **options: Any) -> Any:
            result = super().query(_prepared(query_object), *args, **options)
            if result.type == "SELECT":
                result.bindings = [{name: replaced(str(name), term) for name, term in row.items()} for row in result.bindings]
            return result

    return Graph


@lru_cache(maxsize=256)
def _prepared(query: str) -> Any:
    """Return a query that rdflib has parsed, which takes 0.1 s: pySHACL asks the same for each focus node.

    Raises `ShapeError` for one that names another server or graph, however it is written: rdflib would go and get it.
    """
    import rdflib
    from rdflib.plugins.sparql import algebra, prepareQuery

    prepared = prepareQuery(query, initNs=dict(rdflib.Graph().namespaces()))
    found: list[str] = []
    algebra.traverse(prepared.algebra, visitPre=lambda node: found.append(getattr(node, "name", "")))
    if "ServiceGraphPattern" in found or prepared.algebra.datasetClause:
        raise ShapeError("a query with SERVICE or FROM would ask another server or graph; it is not allowed")
    return prepared


def to_rdflib(term: Term) -> Any:
    """Return the term as rdflib has it, a literal spelt as it is."""
    import rdflib

    if term[0] == "<":
        return rdflib.URIRef(term[1:-1])
    if term[0] == "_":
        return rdflib.BNode(term[2:])
    text, language, datatype = terms.parts(term)
    kind = rdflib.URIRef(datatype[1:-1]) if not language and datatype != terms.XSD_STRING else None
    return rdflib.Literal(text, lang=language or None, datatype=kind, normalize=False)


def from_rdflib(node: Any) -> Term:
    """Return a term of rdflib as ours; a language is in lower case."""
    import rdflib

    if isinstance(node, rdflib.URIRef):
        return f"<{node}>"
    if isinstance(node, rdflib.BNode):
        return f"_:{node}"
    # What `str` itself says, whatever a literal makes of it
    quoted = f'"{terms.escape(str.__str__(node))}"'
    if node.language:
        return f"{quoted}@{node.language.lower()}"
    datatype = f"<{node.datatype}>" if node.datatype else terms.XSD_STRING
    return quoted if datatype == terms.XSD_STRING else f"{quoted}^^{datatype}"
