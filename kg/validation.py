"""The only door to SHACL engines: statements go in, results come out, each with the place of the datum at fault."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple

from kg import rdf, resources, terms
from kg.errors import Finding, Place, Severity, ShapeError, UsageError, VocabularyError
from kg.terms import Statement, Term

Engine = Literal["auto", "fast", "pyshacl"]

SH = "http://www.w3.org/ns/shacl#"
SHAPES = "https://w3id.org/article-kg/shapes#"
_PATTERN = f"<{SH}pattern>"
_SHAPE_TYPES = frozenset({f"<{SH}NodeShape>", f"<{SH}PropertyShape>"})
_TARGETS = frozenset(f"<{SH}{name}>" for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"))
_PROPERTY = f"<{SH}property>"
_PATH = f"<{SH}path>"
# Parts of SHACL beyond its core and SPARQL: no engine here applies them, and a shape that is never applied misleads
_UNSUPPORTED = frozenset(f"<{SH}{name}>" for name in ("target", "js", "expression"))
# Blank nodes of a user's shapes are named under this
_UNNAMED = "urn:x-kg:shapes:"
_SEVERITIES: Mapping[str, Severity] = {f"{SH}Violation": "violation", f"{SH}Warning": "warning", f"{SH}Info": "info"}


@dataclass(frozen=True, slots=True)
class Result(Finding):
    """A SHACL validation result. Terms are N-Triples text, None where there is none; `constraint` is the component's IRI.

    `path` is the property; None as well for a path of several steps.
    """

    focus: Term
    path: Term | None
    value: Term | None
    shape: Term
    constraint: str


class _Raw(NamedTuple):
    """What an engine says, before it is placed."""

    severity: str
    message: str | None
    focus: Term
    path: Term | None
    value: Term | None
    shape: Term
    constraint: str


@dataclass(frozen=True)
class Shapes:
    """Checked shapes, and the subclass axioms that `sh:class` needs; compiled for each engine on first use."""

    statements: tuple[Statement, ...]
    axioms: tuple[Statement, ...]

    @cached_property
    def text(self) -> str:
        """The shapes as N-Triples."""
        return _ntriples(self.statements)

    @cached_property
    def compiled(self) -> Any:
        """The shapes as the fast engine takes them."""
        import shacl

        return shacl.Shapes.from_text(self.text, format="ntriples")

    @cached_property
    def graph(self) -> Any:
        """The shapes as rdflib has them."""
        return _rdflib_graph(self.text)

    @cached_property
    def axioms_text(self) -> str:
        """The subclass axioms as N-Triples."""
        return _ntriples(self.axioms)

    def named(self, shape: Term) -> Term:
        """Return the nearest shape around it that has a name."""
        seen = {shape}
        nearest = shape
        while is_unnamed(nearest):
            parents = (s.subject for s in self.statements if s.object == nearest)
            nearest = next((parent for parent in parents if parent not in seen), "")
            seen.add(nearest)
        return nearest or shape


def is_unnamed(term: Term) -> bool:
    """Tell whether a term stands for a blank node of the shapes."""
    return rdf.is_blank(term) or term.startswith(f"<{_UNNAMED}")


def load_shapes(files: Iterable[Path | str] = (), without: Iterable[str] = ()) -> Shapes:
    """Return our shapes together with the user's files; `without` are names of property shapes of ours to leave out.

    Raises `ShapeError` naming the file for a file that holds no shapes, or shapes that an engine cannot apply.
    """
    dropped = {f"<{SHAPES}{name}>" for name in without}
    found = [s for path in resources.files("shapes") for s in rdf.read(path)]
    statements = [s for s in found if s.subject not in dropped and s.object not in dropped]
    read = {path: rdf.without_blank_nodes(_read_shapes(path), f"{_UNNAMED}{terms.slug(path.stem)}") for path in map(Path, files)}
    statements.extend(statement for own in read.values() for statement in own)
    paths = Counter(subject for subject, predicate in {(s.subject, s.object) for s in statements if s.predicate == _PATH})
    for path, own in read.items():
        if any(paths[s.object] != 1 for s in own if s.predicate == _PROPERTY and s.object not in dropped):
            raise ShapeError("a property shape (what sh:property leads to) has one sh:path", Place(str(path)))
    ontology = rdf.read(resources.folder("ontology") / "kg.ttl")
    axioms = tuple(s for s in ontology if s.predicate == terms.SUB_CLASS_OF)
    return Shapes(tuple(statements), axioms)


def _read_shapes(path: Path) -> list[Statement]:
    try:
        statements = rdf.read(path)
    except VocabularyError as error:
        raise ShapeError(error.reason, error.place) from error
    place = Place(str(path))
    if not any(s.predicate in _TARGETS or s.object in _SHAPE_TYPES for s in statements):
        raise ShapeError("no shapes in this file", place)
    for statement in statements:
        if statement.predicate in _UNSUPPORTED:
            raise ShapeError(f"sh:{terms.value(statement.predicate).removeprefix(SH)} is not supported", place)
        if statement.predicate == _PATTERN:
            _check_pattern(terms.value(statement.object), place)
    if fast_engine_is_here():
        import shacl

        try:
            shacl.Shapes.from_text(_ntriples(statements), format="ntriples")
        except ValueError as error:
            raise ShapeError(_one_line(error), place) from error
    return statements


def _check_pattern(pattern: str, place: Place) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ShapeError(f"sh:pattern {pattern[:80]!r} is no regular expression: {error}", place) from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def fast_engine_is_here() -> bool:
    """Tell whether the fast engine is installed; it has wheels for the common platforms."""
    try:
        import shacl  # noqa: F401
    except ImportError:
        return False
    return True


def validate(
    statements: Sequence[Statement],
    shapes: Shapes,
    engine: Engine = "auto",
    place: Callable[[tuple[int, int] | None], Place] = lambda span: Place("graph"),
) -> list[Result]:
    """Return what the shapes say of the statements, in order of place; graph names do not matter here.

    `auto` is the fast engine where it is installed, else pySHACL. `place` turns the span of a statement, or None where
    the datum is missing, into line and column.
    """
    is_fast = engine != "pyshacl" and fast_engine_is_here()
    if engine == "fast" and not is_fast:
        raise UsageError("the fast SHACL engine (the package shacl) is not installed; there is pyshacl")
    run = _run_fast if is_fast else _run_pyshacl
    spans = _Spans(statements)
    results = [
        Result(
            _SEVERITIES.get(raw.severity, "violation"),
            raw.message or _default_message(raw),
            place(spans.find(raw)),
            raw.focus,
            _iri(raw.path),
            raw.value,
            shapes.named(raw.shape),
            raw.constraint,
        )
        for raw in run(_ntriples(statements), shapes)
    ]
    return sorted(set(results), key=lambda r: (r.place.line, r.place.column, r.shape, r.focus, r.path or "", r.value or ""))


class _Spans:
    """Finds the span of the datum that a result is about."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._of: dict[tuple[Term, Term, Term], tuple[int, int]] = {}
        self._to: dict[Term, tuple[int, int]] = {}
        for s, p, o, _, span in statements:
            if span is not None:
                self._of.setdefault((s, p, o), span)
                self._of.setdefault((s, p, ""), span)
                self._to.setdefault(o, span)

    def find(self, raw: _Raw) -> tuple[int, int] | None:
        """Return the value's span, else the property's, else that of what leads to the focus node."""
        if raw.path is not None:
            for key in ((raw.focus, raw.path, raw.value or ""), (raw.focus, raw.path, "")):
                if key in self._of:
                    return self._of[key]
        return self._to.get(raw.focus)


def _iri(path: Term | None) -> Term | None:
    """Return a path that is a property; one of several steps has no name, and each engine writes it in another way."""
    return path if path and path.startswith("<") and not is_unnamed(path) else None


def _default_message(raw: _Raw) -> str:
    component = raw.constraint.rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
    path = _iri(raw.path)
    what = f" of {terms.compact(path)}" if path else ""
    return f"the {component} constraint{what} does not hold"


def _ntriples(statements: Iterable[Statement]) -> str:
    return "".join(sorted({f"{s.subject} {s.predicate} {s.object} .\n" for s in statements}))


# --- engines -------------------------------------------------------------------------------------------------------------
def _run_fast(data: str, shapes: Shapes) -> Iterator[_Raw]:
    try:
        report = shapes.compiled.validate_text(data + shapes.axioms_text, format="ntriples")
    except ValueError as error:
        raise ShapeError(f"the shapes cannot be applied: {_one_line(error)}") from error
    blank = dict(_renamed(shapes.text + data)) if "_:" in data else {}
    for found in report.results:
        yield _Raw(
            found.severity_iri.strip("<>"),
            found.message,
            blank.get(found.focus_node, found.focus_node),
            found.path,
            blank.get(found.value, found.value),
            found.source_shape,
            found.component_iri.strip("<>"),
        )


def _renamed(text: str) -> Iterator[tuple[Term, Term]]:
    """Yield each blank node with the name that the fast engine gives it: it numbers them as they come, shapes first."""
    triples = map(rdf.parse_nquads, text.split("\n")[:-1])
    labels = dict.fromkeys(term for triple in triples for term in (triple.subject, triple.object) if rdf.is_blank(term))
    yield from ((f"_:0_b{number}", label) for number, label in enumerate(labels))


def _run_pyshacl(data: str, shapes: Shapes) -> Iterator[_Raw]:
    import pyshacl
    import rdflib

    # What they have to say is in the report
    for name in ("pyshacl", "rdflib.term"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    graph = _rdflib_graph(data + shapes.axioms_text)
    try:
        _, report, text = pyshacl.validate(graph, shacl_graph=shapes.graph, inference="none", do_owl_imports=False, inplace=True)
    except (RuntimeError, ValueError, re.error) as error:
        raise ShapeError(f"the shapes cannot be applied: {_one_line(error)}") from error
    if not isinstance(report, rdflib.Graph):
        raise ShapeError(f"the shapes cannot be applied: {str(text)[:300]}")
    # Only these: what a sh:node adds as details are results too
    for found in report.objects(None, rdflib.URIRef(f"{SH}result")):
        yield _from_report(report, found, shapes.graph)


def _from_report(report: Any, found: Any, shapes: Any) -> _Raw:
    """Return a result of pySHACL's report, with a message only where the shape or its constraint has one of its own."""

    def one(name: str) -> Any:
        return report.value(found, _sh(name))

    def term(name: str) -> Term | None:
        return None if one(name) is None else _from_rdflib(one(name))

    messages = sorted(map(str, report.objects(found, _sh("resultMessage"))))
    told = any((node, _sh("message"), None) in shapes for node in (one("sourceShape"), one("sourceConstraint")))
    return _Raw(
        str(one("resultSeverity")),
        messages[0] if messages and told else None,
        term("focusNode") or "",
        term("resultPath"),
        term("value"),
        term("sourceShape") or "",
        str(one("sourceConstraintComponent")),
    )


def _sh(name: str) -> Any:
    import rdflib

    return rdflib.URIRef(f"{SH}{name}")


def _rdflib_graph(text: str) -> Any:
    """Return the graph, its literals spelt as they are: rdflib's own parser turns "01" into "1"."""
    import rdflib

    graph = rdflib.Graph()
    for subject, predicate, object_, _, _ in map(rdf.parse_nquads, text.split("\n")[:-1]):
        graph.add((_to_rdflib(subject), _to_rdflib(predicate), _to_rdflib(object_)))
    return graph


def _to_rdflib(term: Term) -> Any:
    import rdflib

    if term[0] == "<":
        return rdflib.URIRef(term[1:-1])
    if term[0] == "_":
        return rdflib.BNode(term[2:])
    text, language, datatype = terms.parts(term)
    kind = rdflib.URIRef(datatype[1:-1]) if not language and datatype != terms.XSD_STRING else None
    return rdflib.Literal(text, lang=language or None, datatype=kind, normalize=False)


def _from_rdflib(node: Any) -> Term:
    import rdflib

    if isinstance(node, rdflib.URIRef):
        return f"<{node}>"
    if isinstance(node, rdflib.BNode):
        return f"_:{node}"
    quoted = f'"{terms.escape(str(node))}"'
    if node.language:
        return f"{quoted}@{node.language}"
    datatype = f"<{node.datatype}>" if node.datatype else terms.XSD_STRING
    return quoted if datatype == terms.XSD_STRING else f"{quoted}^^{datatype}"
