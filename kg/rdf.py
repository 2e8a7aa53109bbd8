"""RDF files become statements: the door through which foreign Turtle, JSON-LD, RDF/XML … comes in."""

from __future__ import annotations

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

_FORMATS = {
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
SUFFIXES = frozenset(_FORMATS)
_ENTITY = re.compile(rb"<!ENTITY\s+(?:%\s*)?[^\s>]+\s+(?:SYSTEM|PUBLIC|\"[^\"]*&|'[^']*&)")


def read(path: Path | str) -> list[Statement]:
    """Return the statements of an RDF file; blank nodes are labelled by their content.

    Raises `VocabularyError` with line and column for bad syntax, for an unknown ending, and for RDF/XML whose entities
    stand for other entities or for files; `ResourceError` where the file cannot be read. Nothing is fetched.
    """
    path = Path(path)
    if path.suffix.lower() not in _FORMATS:
        raise VocabularyError(f"not an RDF file by its ending (one of {' '.join(sorted(_FORMATS))})", Place(str(path)))
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(path))) from error
    return parse(body, _FORMATS[path.suffix.lower()], str(path))


def parse(body: bytes, form: pyoxigraph.RdfFormat, source: str) -> list[Statement]:
    """Return the statements of an RDF document. Raises `VocabularyError` as `read` does."""
    if form == pyoxigraph.RdfFormat.RDF_XML and (match := _ENTITY.search(body)):
        line = body.count(b"\n", 0, match.start()) + 1
        raise VocabularyError("an XML entity that stands for another entity or a file is not read", Place(source, line))
    try:
        quads = set(pyoxigraph.parse(body, format=form, base_iri="urn:x-kg:document"))
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
        quoted = f'"{terms.escape(node.value)}"'
        if node.language:
            return f"{quoted}@{node.language.lower()}"
        datatype = f"<{node.datatype.value}>"
        return quoted if datatype == terms.XSD_STRING else f"{quoted}^^{datatype}"
    raise VocabularyError("a triple term or a text with a direction: RDF 1.2 is not read", Place(source))


def label_blank_nodes(statements: Iterable[Statement]) -> list[Statement]:
    """Return the statements, sorted, each blank node labelled by what is said of it and where it hangs.

    The same graph gives the same labels, whatever the labels were and in linear time; that is why this is not RDFC-1.0,
    whose cost grows beyond bounds on nested lists. Blank nodes that lead to themselves are told apart only as far as
    their names and texts differ.
    """
    statements = list(statements)
    outgoing: defaultdict[Term, list[Statement]] = defaultdict(list)
    incoming: defaultdict[Term, list[Statement]] = defaultdict(list)
    for statement in statements:
        if is_blank(statement.subject):
            outgoing[statement.subject].append(statement)
        if is_blank(statement.object):
            incoming[statement.object].append(statement)
    nodes = outgoing.keys() | incoming.keys()
    if not nodes:
        return sorted(statements)
    parents_first = _parents_first(nodes, outgoing, incoming)
    content: dict[Term, str] = {}
    for node in reversed(parents_first):
        said = sorted((s.predicate, content.get(s.object, _unlabelled(s.object)), s.graph) for s in outgoing[node])
        content[node] = _digest(said)
    labels: dict[Term, Term] = {}
    count: defaultdict[str, int] = defaultdict(int)
    for node in parents_first:
        hangs = sorted((labels.get(s.subject, _unlabelled(s.subject)), s.predicate, s.graph) for s in incoming[node])
        digest = _digest([content[node], *hangs])
        count[digest] += 1
        labels[node] = f"_:b{digest}" + (f"n{count[digest]}" if count[digest] > 1 else "")
    return sorted(s._replace(subject=labels.get(s.subject, s.subject), object=labels.get(s.object, s.object)) for s in statements)


def _parents_first(
    nodes: Iterable[Term],
    outgoing: Mapping[Term, list[Statement]],
    incoming: Mapping[Term, list[Statement]],
) -> list[Term]:
    waiting = {node: sum(is_blank(s.subject) for s in incoming.get(node, ())) for node in nodes}
    ready = [node for node, parents in waiting.items() if not parents]
    order: list[Term] = []
    while ready:
        node = ready.pop()
        order.append(node)
        for statement in outgoing.get(node, ()):
            if is_blank(statement.object):
                waiting[statement.object] -= 1
                if not waiting[statement.object]:
                    ready.append(statement.object)
    circles = waiting.keys() - set(order)
    return order + sorted(circles, key=lambda node: sorted((s.predicate, _unlabelled(s.object)) for s in outgoing.get(node, ())))


def _unlabelled(term: Term) -> Term:
    return "" if is_blank(term) else term


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
