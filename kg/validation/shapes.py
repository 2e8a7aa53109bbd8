"""Shapes: ours and the user's, read and checked before any engine sees them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from kg import rdf, resources, terms
from kg.errors import SEVERITIES, Place, Severity, ShapeError, VocabularyError
from kg.terms import Statement, Term
from kg.validation.interop import to_graph

SHAPES = "https://w3id.org/article-kg/shapes#"
_SH = "http://www.w3.org/ns/shacl#"
_PATTERN = f"<{_SH}pattern>"
_SHAPE_TYPES = frozenset({f"<{_SH}NodeShape>", f"<{_SH}PropertyShape>"})
_TARGETS = frozenset(f"<{_SH}{name}>" for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"))
_PROPERTY = f"<{_SH}property>"
_PATH = f"<{_SH}path>"
# Parts of SHACL beyond its core and SPARQL: no engine here applies them, and a shape that is never applied misleads
_UNSUPPORTED = frozenset(f"<{_SH}{name}>" for name in ("target", "js", "expression"))
# Blank nodes of a user's shapes are named under this
UNNAMED = "urn:x-kg:shapes:"


class Rule(NamedTuple):
    """What a report says of a shape: its name for people, what it says when it is broken, how grave that is, where it stands."""

    shape: Term
    name: str
    message: str
    severity: Severity
    place: Place | None


@dataclass(frozen=True)
class Shapes:
    """Checked shapes, and the subclass axioms that `sh:class` needs; compiled for each engine on first use."""

    statements: tuple[Statement, ...]
    axioms: tuple[Statement, ...]

    @cached_property
    def text(self) -> str:
        """The shapes as N-Triples."""
        return ntriples(self.statements)

    @cached_property
    def compiled(self) -> Any:
        """The shapes as the fast engine takes them."""
        import shacl

        return shacl.Shapes.from_text(self.text, format="ntriples")

    @cached_property
    def graph(self) -> Any:
        """The shapes as rdflib has them."""
        return to_graph(self.text)

    @cached_property
    def axioms_text(self) -> str:
        """The subclass axioms as N-Triples."""
        return ntriples(self.axioms)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The shapes that have a name, in order of it."""
        return tuple(_rule(shape, said) for shape, said in sorted(self.said.items()) if _is_rule(shape, said))

    @cached_property
    def said(self) -> Mapping[Term, Mapping[Term, tuple[Term, ...]]]:
        """What the shapes graph says: subject, predicate, objects in order."""
        found: defaultdict[Term, defaultdict[Term, tuple[Term, ...]]] = defaultdict(lambda: defaultdict(tuple))
        for subject, predicate, object_, *_ in sorted(self.statements):
            found[subject][predicate] += (object_,)
        return {subject: dict(pairs) for subject, pairs in found.items()}

    def named(self, shape: Term) -> Term:
        """Return the nearest shape around it that has a name."""
        seen = {shape}
        nearest = shape
        while is_unnamed(nearest):
            parents = (s.subject for s in self.statements if s.object == nearest)
            nearest = next((parent for parent in parents if parent not in seen), "")
            seen.add(nearest)
        return nearest or shape


def _is_rule(shape: Term, said: Mapping[Term, tuple[Term, ...]]) -> bool:
    return not is_unnamed(shape) and (
        not _SHAPE_TYPES.isdisjoint(said.get(terms.TYPE, ())) or not _TARGETS.isdisjoint(said) or _PATH in said
    )


def _rule(shape: Term, said: Mapping[Term, tuple[Term, ...]]) -> Rule:
    def text(*names: str) -> str:
        return next((terms.value(said[name][0]) for name in names if name in said), "")

    severity = text(f"<{_SH}severity>").removeprefix(_SH).lower()
    name = text(f"<{_SH}name>", f"<{terms.RDFS}label>") or terms.shorten(shape)
    return Rule(shape, name, text(f"<{_SH}message>"), severity if severity in SEVERITIES else "violation", None)


def is_unnamed(term: Term) -> bool:
    """Tell whether a term stands for a blank node of the shapes."""
    return rdf.is_blank(term) or term.startswith(f"<{UNNAMED}")


def load_shapes(files: Iterable[Path | str] = (), without: Iterable[str] = ()) -> Shapes:
    """Return our shapes together with the user's files; `without` are names of property shapes of ours to leave out.

    Raises `ShapeError` naming the file for a file that holds no shapes, or shapes that an engine cannot apply.
    """
    dropped = {f"<{SHAPES}{name}>" for name in without}
    found = [s for path in resources.files("shapes") for s in rdf.read(path)]
    statements = [s for s in found if s.subject not in dropped and s.object not in dropped]
    read = {path: rdf.without_blank_nodes(_read_shapes(path), f"{UNNAMED}{terms.slug(path.stem)}") for path in map(Path, files)}
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
            raise ShapeError(f"sh:{terms.value(statement.predicate).removeprefix(_SH)} is not supported", place)
        if statement.predicate == _PATTERN:
            _check_pattern(terms.value(statement.object), place)
    if fast_engine_is_here():
        import shacl

        try:
            shacl.Shapes.from_text(ntriples(statements), format="ntriples")
        except ValueError as error:
            raise ShapeError(one_line(error), place) from error
    return statements


def _check_pattern(pattern: str, place: Place) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ShapeError(f"sh:pattern {pattern[:80]!r} is no regular expression: {error}", place) from error


def one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def fast_engine_is_here() -> bool:
    """Tell whether the fast engine is installed; it has wheels for the common platforms."""
    try:
        import shacl  # noqa: F401
    except ImportError:
        return False
    return True


def ntriples(statements: Iterable[Statement]) -> str:
    return "".join(sorted({f"{s.subject} {s.predicate} {s.object} .\n" for s in statements}))
