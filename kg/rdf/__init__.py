"""RDF files become statements: the door through which foreign Turtle, JSON-LD, RDF/XML … comes in."""

from __future__ import annotations

import codecs
import hashlib
import re
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import IO, cast

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
    body, form = _opened(Path(path))
    return parse(body, form, str(path))


def _opened(path: Path) -> tuple[bytes, pyoxigraph.RdfFormat]:
    if path.suffix.lower() not in FORMATS:
        raise VocabularyError(f"not an RDF file by its ending (one of {' '.join(sorted(FORMATS))})", Place(str(path)))
    try:
        return path.read_bytes(), FORMATS[path.suffix.lower()]
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(path))) from error


def parse(body: bytes, form: pyoxigraph.RdfFormat, source: str, base: str = DEFAULT_BASE) -> list[Statement]:
    """Return the statements of an RDF document; `base` is what relative IRIs refer to. Raises `VocabularyError` as `read` does."""
    if form == pyoxigraph.RdfFormat.RDF_XML and (match := _ENTITY.search(body)):
        line = body.count(b"\n", 0, match.start()) + 1
        raise VocabularyError(
            "an XML entity that is long, or stands for another entity or a file, is not read", Place(source, line)
        )
    quads = set(_quads(body.removeprefix(codecs.BOM_UTF8), form, source, base))
    return label_blank_nodes(_statements(quads, source))


def _quads(body: bytes | IO[bytes], form: pyoxigraph.RdfFormat, source: str, base: str) -> Iterator[pyoxigraph.Quad]:
    try:
        yield from cast(Iterator[pyoxigraph.Quad], pyoxigraph.parse(body, format=form, base_iri=base))
    except SyntaxError as error:
        reason = re.sub(r"^Parser error .*?: | \(line \d+\)$", "", str(error.msg))
        if "LoadDocumentCallback" in reason:
            reason = "a JSON-LD context with an address is not fetched; put the context in the file"
        raise VocabularyError(reason, Place(source, error.lineno or 0, error.offset or 0)) from error
    except ValueError as error:
        raise VocabularyError(str(error), Place(source)) from error


# --- where statements stand ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Lines:
    """The lines of an RDF file on which its statements and subjects stand, from 1."""

    statements: Mapping[tuple[Term, Term, Term], int]
    subjects: Mapping[Term, int]

    def find(self, subject: Term, predicate: Term | None = None, object: Term | None = None) -> int:
        """Return the line of the statement; where there is none, that of its subject, and 0 where nobody knows that one."""
        return self.statements.get((subject, predicate or "", object or ""), 0) or self.subjects.get(subject, 0)


_Node = pyoxigraph.NamedNode | pyoxigraph.BlankNode
_BY_LINE = frozenset(FORMATS[suffix] for suffix in (".ttl", ".trig", ".nt", ".nq"))


def lines(path: Path | str) -> Lines:
    """Return where the statements of an RDF file stand; blank nodes have the labels that `read` gives them.

    In Turtle, TriG, N-Triples and N-Quads a statement stands where its object begins, one whose object is written in brackets
    where the first thing within them stands. In JSON-LD and RDF/XML only subjects have lines: where their IRI first stands.
    Raises what `read` raises.
    """
    body, form = _opened(Path(path))
    body = body.removeprefix(codecs.BOM_UTF8)
    if form not in _BY_LINE:
        subjects = dict.fromkeys(statement.subject for statement in parse(body, form, str(path)))
        return Lines({}, _named_on(body.decode(errors="replace"), subjects))
    return _located(body, form, str(path))


class _Served:
    """A file that is handed over bit by bit, so that we know how far its reader has come: each bit has the line of its end."""

    def __init__(self, body: bytes, bits: Iterable[tuple[int, int]]) -> None:
        self._body = body
        self._bits = iter(bits)
        self._position = self._stop = 0
        self.line = 1

    def read(self, size: int = -1) -> bytes:
        """Return what is left of a bit, else the next one; as much as was asked for at most."""
        if self._position == self._stop:
            self._stop, self.line = next(self._bits, (self._stop, self.line))
        piece = self._body[self._position : min(self._stop, self._position + size) if size >= 0 else self._stop]
        self._position += len(piece)
        return piece


def _located(body: bytes, form: pyoxigraph.RdfFormat, source: str) -> Lines:
    rows = body.splitlines(keepends=True)
    strings = _Strings(body, rows)
    served = _Served(body, strings.bits())
    found: dict[pyoxigraph.Quad, int] = {}
    subjects: dict[_Node, int] = {}
    before = 1
    for quad in _quads(cast(IO[bytes], served), form, source, DEFAULT_BASE):
        line = strings.line(quad.object, served.line) if isinstance(quad.object, pyoxigraph.Literal) else served.line
        subject = cast(_Node, quad.subject)
        found[quad] = min(line, found.get(quad, line))
        first = subjects.get(subject) or _line_of_subject(rows, subject, before, line)
        # The parser tells of what stands in a bracket before it tells of the bracket, or after
        subjects[subject] = min(line, first)
        if isinstance(subject, pyoxigraph.NamedNode):
            before = max(before, line)
    # A node in brackets begins where the first thing in them does; what has a label may stand anywhere
    labels = {label.decode() for label in _LABEL.findall(body)}
    brackets: dict[object, int] = {
        node: line for node, line in subjects.items() if isinstance(node, pyoxigraph.BlankNode) and node.value not in labels
    }
    placed = {quad: min(line, brackets.get(quad.object, line)) for quad, line in found.items()}
    return _labelled(placed, subjects, source)


def _labelled(found: Mapping[pyoxigraph.Quad, int], subjects: Mapping[_Node, int], source: str) -> Lines:
    """Return the lines by terms as `read` has them: each statement carries its lines through the labelling as its span."""
    rows = (
        statement._replace(span=(line, subjects[cast(_Node, quad.subject)]))
        for (quad, line), statement in zip(found.items(), _statements(found, source), strict=True)
    )
    statements: dict[tuple[Term, Term, Term], int] = {}
    by_subject: dict[Term, int] = {}
    for subject, predicate, object_, _, span in label_blank_nodes(rows):
        line, by_subject[subject] = span or (0, 0)
        key = (subject, predicate, object_)
        statements[key] = min(line, statements.get(key, line))
    return Lines(statements, by_subject)


_LABEL = re.compile(rb"_:([\w-]+)")
# What is no text: comments and addresses, in which a quote means nothing, and the version, which is no object
_STRING = re.compile(
    rb"#[^\n\r]*+|<[^<>\"{}|^`\\\x00-\x20]*+>|\\.|(?:@version|VERSION)\s++(?:\"[^\"]*+\"|'[^']*+')"
    rb'|"""((?:[^"\\]|\\.|"{1,2}+(?!"))*+)"{3}'
    rb"|\'\'\'((?:[^\'\\]|\\.|\'{1,2}+(?!\'))*+)\'{3}"
    rb'|"((?:[^"\\\n\r]|\\.)*+)"'
    rb"|'((?:[^'\\\n\r]|\\.)*+)'",
    re.DOTALL,
)
# A text with a type; a number without quotes has one too
_TYPED = re.compile(rb"\s*+\^\^")


class _Strings:
    """The quoted texts of a Turtle or TriG file and the lines on which they begin.

    A parser knows a text only when it has seen what follows it, perhaps on another line.
    """

    def __init__(self, body: bytes, rows: Sequence[bytes]) -> None:
        self._waiting: defaultdict[tuple[str, bool], deque[int]] = defaultdict(deque)
        self._starts = list(accumulate(map(len, rows), initial=0))
        self._long: list[tuple[int, int, int]] = []
        for match in _STRING.finditer(body):
            if match.lastindex:
                text = terms.parts(f'"{match[match.lastindex].decode(errors="replace")}"').text
                line = bisect_right(self._starts, match.start())
                self._waiting[text, _TYPED.match(body, match.end()) is not None].append(line)
                if match.end() > self._starts[line]:
                    self._long.append((match.start(), match.end(), line))

    def bits(self) -> Iterator[tuple[int, int]]:
        """Yield end and line of each bit of the file: a line, but a text of several is not cut, which takes a parser for ever."""
        line = 1
        for begin, end, first in self._long:
            yield from ((self._starts[number], number) for number in range(line, first))
            if begin > self._starts[first - 1]:
                yield begin, first
            line = bisect_right(self._starts, end - 1)
        yield from ((self._starts[number], number) for number in range(line, len(self._starts)))

    def line(self, text: pyoxigraph.Literal, latest: int) -> int:
        """Return the line on which the next such text begins; `latest`, to which the parser has come, where it has no quotes."""
        is_typed = text.datatype.value not in (terms.XSD_STRING[1:-1], terms.LANG_STRING[1:-1])
        waiting = self._waiting.get((text.value, is_typed))
        return waiting.popleft() if waiting and waiting[0] <= latest else latest


# An address or a prefixed name with which something begins: bounded, since a long text may look like many
_BEGINNING = re.compile(rb"(?:^|[.{}\]])\s{0,200}(?:<([^<>\s]{0,2000})>|[\w.-]{0,200}:([^\s;,#<>()\[\]{}\"']{0,2000}))")
_TAIL = re.compile(r".*[/#:](?=.)", re.DOTALL)


def _line_of_subject(rows: Sequence[bytes], subject: _Node, first: int, last: int) -> int:
    """Return the line from `first` to `last` that a statement's subject stands on: the last on which it begins something."""
    if first == last or not isinstance(subject, pyoxigraph.NamedNode):
        return last
    name = _TAIL.sub("", subject.value)
    for line in range(last, first - 1, -1):
        if name.encode() in rows[line - 1] and name in _beginnings(rows[line - 1]):
            return line
    return last


def _beginnings(row: bytes) -> Iterator[str]:
    """Yield the last part of each IRI with which something begins on a line, as it is written."""
    for address, local in _BEGINNING.findall(row):
        yield _TAIL.sub("", (address or local.rstrip(b".")).decode(errors="replace"))


_QUOTED = re.compile(r"""("@id"\s*+:|(?:about|ID)\s*+=)?\s*+(?:"([^"]*+)"|'([^']*+)')""")


def _named_on(text: str, subjects: Iterable[Term]) -> dict[Term, int]:
    """Return for each subject the first line that has its IRI between quotes, else one that ends alike where a node is named."""
    whole: dict[str, int] = {}
    tails: dict[str, int] = {}
    line, position = 1, 0
    for match in _QUOTED.finditer(text):
        line, position = line + text.count("\n", position, match.start()), match.start()
        word = match[2] or match[3] or ""
        whole.setdefault(word, line)
        if match[1]:
            tails.setdefault(_TAIL.sub("", word), line)
    return {subject: whole.get(iri) or tails.get(_TAIL.sub("", iri), 0) for subject in subjects for iri in (terms.value(subject),)}


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
    if not any(is_blank(s.subject) or is_blank(s.object) for s in statements):
        return statements
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
