"""RDF files become statements: the door through which foreign Turtle, JSON-LD, RDF/XML … comes in."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyoxigraph

from kg import terms
from kg.errors import Place, ResourceError, VocabularyError
from kg.terms import Statement, Term

DEFAULT_GRAPH = ""
# Not the file's path: what a file says must not depend on where it lies
DEFAULT_BASE = "urn:x-kg:document"

FORMATS = {
    ".ttl": pyoxigraph.RdfFormat.TURTLE,
    ".nt": pyoxigraph.RdfFormat.N_TRIPLES,
    ".nq": pyoxigraph.RdfFormat.N_QUADS,
    ".trig": pyoxigraph.RdfFormat.TRIG,
    ".jsonld": pyoxigraph.RdfFormat.JSON_LD,
    ".json": pyoxigraph.RdfFormat.JSON_LD,
    ".rdf": pyoxigraph.RdfFormat.RDF_XML,
    ".owl": pyoxigraph.RdfFormat.RDF_XML,
    ".xml": pyoxigraph.RdfFormat.RDF_XML,
}
SUFFIXES = frozenset(FORMATS)
# Entities in entities swell beyond bounds, and so does a long one that is used often
_ENTITY = re.compile(rb"<!ENTITY\s+(?:%\s*)?[^\s>]+\s+(?:SYSTEM|PUBLIC|\"(?:[^\"]*&|[^\"]{1000})|'(?:[^']*&|[^']{1000}))")


def read(path: Path | str) -> list[Statement]:
    """Return the statements of an RDF file; blank nodes are labelled by their content.

    Raises `VocabularyError` with line and column for bad syntax, for an unknown ending, and for RDF/XML whose entities
    are long or stand for other entities or for files; `ResourceError` where the file cannot be read. Nothing is fetched.
    """
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise VocabularyError(f"not an RDF file by its ending (one of {' '.join(sorted(FORMATS))})", Place(str(path)))
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(path))) from error
    return parse(body, FORMATS[path.suffix.lower()], str(path))


def parse(body: bytes, form: pyoxigraph.RdfFormat, source: str, base: str = DEFAULT_BASE) -> list[Statement]:
    """Return the statements of an RDF document; `base` is what relative IRIs refer to. Raises `VocabularyError` as `read` does."""
    if form == pyoxigraph.RdfFormat.RDF_XML and (match := _ENTITY.search(body)):
        line = body.count(b"\n", 0, match.start()) + 1
        raise VocabularyError(
            "an XML entity that is long, or stands for another entity or a file, is not read", Place(source, line)
        )
    try:
        quads = set(pyoxigraph.parse(body.removeprefix(codecs.BOM_UTF8), format=form, base_iri=base))
    except SyntaxError as error:
        reason = re.sub(r"^Parser error .*?: | \(line \d+\)$", "", str(error.msg))
        if "LoadDocumentCallback" in reason:
            reason = "a JSON-LD context with an address is not fetched; put the context in the file"
        raise VocabularyError(reason, Place(source, error.lineno or 0, error.offset or 0)) from error
    except ValueError as error:
        raise VocabularyError(str(error), Place(source)) from error
    return label_blank_nodes(_statements(quads, source))


def from_triples(triples: Iterable[pyoxigraph.Triple]) -> list[Statement]:
    """Return the statements, in the default graph, of triples that a query constructed."""
    return label_blank_nodes(
        Statement(_term(t.subject, "query"), _term(t.predicate, "query"), _term(t.object, "query"), DEFAULT_GRAPH) for t in triples
    )


def _statements(quads: Iterable[pyoxigraph.Quad], source: str) -> Iterator[Statement]:
    for quad in quads:
        graph = quad.graph_name
        yield Statement(
            _term(quad.subject, source),
            _term(quad.predicate, source),
            _term(quad.object, source),
            DEFAULT_GRAPH if isinstance(graph, pyoxigraph.DefaultGraph) else _term(graph, source),
        )


def _term(node: object, source: str) -> Term:
    if isinstance(node, pyoxigraph.NamedNode):
        return f"<{node.value}>"
    if isinstance(node, pyoxigraph.BlankNode):
        return f"_:{node.value}"
    if isinstance(node, pyoxigraph.Literal) and node.direction is None:
        return _literal(node, source)
    raise VocabularyError("a triple term or a text with a direction: RDF 1.2 is not read", Place(source))


def _literal(node: pyoxigraph.Literal, source: str) -> Term:
    quoted = f'"{terms.escape(node.value)}"'
    if node.language:
        return f"{quoted}@{node.language.lower()}"
    datatype = f"<{node.datatype.value}>"
    if datatype == terms.LANG_STRING:
        raise VocabularyError(f"a text of type rdf:langString has a language: {quoted[:80]}", Place(source))
    return quoted if datatype == terms.XSD_STRING else f"{quoted}^^{datatype}"


def label_blank_nodes(statements: Iterable[Statement]) -> list[Statement]:
    """Return the statements, sorted, each blank node labelled by what is said of it and where it hangs.

    The same graph gives the same labels, whatever the labels were and in linear time; that is why this is not RDFC-1.0,
    whose cost grows beyond bounds on nested lists. Blank nodes that lead to themselves are told apart only as far as
    their names and texts differ.
    """
    statements = list(statements)
    nodes = _blank_nodes(statements)
    if not nodes:
        return sorted(statements)
    order = _parents_first(nodes)
    content = _colours(nodes, reversed(order), {})
    place = _colours(nodes, order, content)
    around = _colours(nodes, reversed(order), place)
    labels: dict[Term, Term] = {}
    count: defaultdict[str, int] = defaultdict(int)
    for node in _parents_first(nodes, around):
        digest = _digest([around[node], *_seen_from(node, nodes[node], labels)])
        count[digest] += 1
        labels[node] = f"_:b{digest}" + (f"n{count[digest]}" if count[digest] > 1 else "")
    return sorted(
        Statement(labels.get(s, s), p, labels.get(o, o), labels.get(graph, graph), span) for s, p, o, graph, span in statements
    )


def _blank_nodes(statements: Iterable[Statement]) -> dict[Term, list[Statement]]:
    """Return each blank node with the statements in which it stands."""
    nodes: defaultdict[Term, list[Statement]] = defaultdict(list)
    for statement in statements:
        for term in {statement.subject, statement.object, statement.graph}:
            if is_blank(term):
                nodes[term].append(statement)
    return nodes


def _colours(nodes: Mapping[Term, list[Statement]], order: Iterable[Term], known: Mapping[Term, str]) -> dict[Term, str]:
    """Return for each node, in that order, a digest of its colour so far and of what stands around it."""
    colours: dict[Term, str] = {}
    for node in order:
        colours[node] = _digest([known.get(node, ""), *_seen_from(node, nodes[node], colours)])
    return colours


def _seen_from(node: Term, statements: Iterable[Statement], names: Mapping[Term, str]) -> list[tuple[str, ...]]:
    """Return the statements of a blank node as it sees them: itself a star, other blank nodes by their names so far."""

    def seen(term: Term) -> str:
        return "*" if term == node else names.get(term, "_:") if is_blank(term) else term

    return sorted((seen(s.subject), s.predicate, seen(s.object), seen(s.graph)) for s in statements)


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
    circles = waiting.keys() - set(order)
    return order + sorted(circles, key=lambda node: (colours.get(node, ""), _seen_from(node, nodes[node], {})))


def _digest(parts: Sequence[object]) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def is_blank(term: Term) -> bool:
    """Tell whether a term is a blank node."""
    return term.startswith("_:")


def without_blank_nodes(statements: list[Statement], base: str) -> list[Statement]:
    """Return the statements with each blank node named under `base`, by the label that its content gave it."""
    return [
        statement._replace(subject=_named(statement.subject, base), object=_named(statement.object, base))
        for statement in statements
    ]


def _named(term: Term, base: str) -> Term:
    return terms.iri(f"{base}#{term[2:]}") if is_blank(term) else term


def nquads(statement: Statement) -> str:
    """Return the line of a statement in canonical N-Quads."""
    if statement.graph:
        return f"{statement.subject} {statement.predicate} {statement.object} {statement.graph} .\n"
    return f"{statement.subject} {statement.predicate} {statement.object} .\n"


def parse_nquads(line: str) -> Statement:
    """Return the statement of a line that `nquads` made."""
    subject, predicate, rest = line.removesuffix("\n").removesuffix(" .").split(" ", 2)
    if rest[0] == '"':
        close = rest.index(" ", rest.rindex('"')) if " " in rest[rest.rindex('"') :] else len(rest)
        return Statement(subject, predicate, rest[:close], rest[close + 1 :])
    object_, _, graph = rest.partition(" ")
    return Statement(subject, predicate, object_, graph)
