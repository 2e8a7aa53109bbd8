"""The only door to SHACL engines: statements go in, results come out, each with the place of the datum at fault."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

from kg import rdf, resources, terms
from kg.errors import Finding, Place, Severity, ShapeError, VocabularyError
from kg.terms import Statement, Term

Engine = Literal["auto", "fast", "pyshacl"]

SH = "http://www.w3.org/ns/shacl#"
SHAPES = "https://w3id.org/article-kg/shapes#"
_PATTERN = f"<{SH}pattern>"
_SHAPE_TYPES = frozenset({f"<{SH}NodeShape>", f"<{SH}PropertyShape>"})
_TARGETS = frozenset(f"<{SH}{name}>" for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target"))
_PROPERTY = f"<{SH}property>"
_SEVERITIES: Mapping[str, Severity] = {f"{SH}Violation": "violation", f"{SH}Warning": "warning", f"{SH}Info": "info"}


@dataclass(frozen=True, slots=True)
class Result(Finding):
    """A SHACL validation result. Terms are N-Triples text, None where there is none; `constraint` is the component's IRI."""

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
        while rdf.is_blank(shape):
            parents = (s.subject for s in self.statements if s.object == shape)
            shape = next((parent for parent in parents if parent not in seen), "")
            seen.add(shape)
        return shape


def load_shapes(files: Iterable[Path | str] = (), without: Iterable[str] = ()) -> Shapes:
    """Return our shapes together with the user's files; `without` are names of property shapes of ours to leave out.

    Raises `ShapeError` naming the file for a file that holds no shapes, or shapes that an engine cannot apply.
    """
    dropped = {f"<{SHAPES}{name}>" for name in without}
    found = [s for path in resources.files("shapes") for s in rdf.read(path)]
    statements = [s for s in found if s.subject not in dropped and s.object not in dropped]
    for path in map(Path, files):
        own = rdf.without_blank_nodes(_read_shapes(path), f"urn:x-kg:shapes:{terms.slug(path.stem)}")
        statements.extend(own)
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
        if statement.predicate == _PATTERN:
            _check_pattern(terms.value(statement.object), place)
    if fast_engine_is_here():
        import shacl

        try:
            shacl.Shapes.from_text(_ntriples(statements), format="ntriples")
        except ValueError as error:
            raise ShapeError(str(error).splitlines()[0], place) from error
    return statements


def _check_pattern(pattern: str, place: Place) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ShapeError(f"sh:pattern {pattern[:80]!r} is no regular expression: {error}", place) from error


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
    run = _run_pyshacl if engine == "pyshacl" or (engine == "auto" and not fast_engine_is_here()) else _run_fast
    spans = _Spans(statements)
    results = [
        Result(
            _SEVERITIES.get(raw.severity, "violation"),
            raw.message or _default_message(raw),
            place(spans.find(raw)),
            raw.focus,
            raw.path,
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


def _default_message(raw: _Raw) -> str:
    component = raw.constraint.rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
    what = f" of {terms.compact(raw.path)}" if raw.path else ""
    return f"the {component} constraint{what} does not hold"


def _ntriples(statements: Iterable[Statement]) -> str:
    return "".join(sorted({f"{s.subject} {s.predicate} {s.object} .\n" for s in statements}))


# --- engines -------------------------------------------------------------------------------------------------------------
def _run_fast(data: str, shapes: Shapes) -> Iterator[_Raw]:
    for found in shapes.compiled.validate_text(data + shapes.axioms_text, format="ntriples").results:
        yield _Raw(
            found.severity_iri.strip("<>"),
            found.message,
            found.focus_node,
            found.path,
            found.value,
            found.source_shape,
            found.component_iri.strip("<>"),
        )


def _run_pyshacl(data: str, shapes: Shapes) -> Iterator[_Raw]:
    import pyshacl
    import rdflib

    logging.getLogger("pyshacl").setLevel(logging.CRITICAL)
    graph = _rdflib_graph(data + shapes.axioms_text)
    _, report, text = pyshacl.validate(graph, shacl_graph=shapes.graph, inference="none", do_owl_imports=False, inplace=True)
    if not isinstance(report, rdflib.Graph):
        raise ShapeError(f"the shapes cannot be applied: {str(text)[:300]}")
    sh = rdflib.Namespace(SH)

    def term(node: Any) -> Term | None:
        return None if node is None else _from_rdflib(node)

    for found in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        messages = sorted(str(message) for message in report.objects(found, sh.resultMessage))
        shape = cast(Any, report.value(found, sh.sourceShape))
        yield _Raw(
            str(report.value(found, sh.resultSeverity)),
            messages[0] if messages and (shape, sh.message, None) in shapes.graph else None,
            term(report.value(found, sh.focusNode)) or "",
            term(report.value(found, sh.resultPath)),
            term(report.value(found, sh.value)),
            term(shape) or "",
            str(report.value(found, sh.sourceConstraintComponent)),
        )


def _rdflib_graph(text: str) -> Any:
    import rdflib

    return rdflib.Graph().parse(data=text, format="nt")


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
