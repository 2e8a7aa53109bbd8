"""Shapes: ours and the user's, read and checked before any engine sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from kg import compiled, rdf, resources, terms
from kg.errors import SEVERITIES, Finding, Place, ResourceError, Severity, ShapeError, UsageError, VocabularyError
from kg.terms import Statement, Term
from kg.validation import shapefiles
from kg.validation.installed import fast_engine_is_here
from kg.validation.interop import for_engines, to_graph
from kg.validation.shapegraph import Said, by_subject
from kg.validation.shapeterms import is_unnamed

__all__ = ["SHAPES", "Rule", "Shapes", "fast_engine_is_here", "is_unnamed", "load_shapes", "ntriples", "one_line"]

SHAPES = "https://w3id.org/article-kg/shapes#"
_SH = "http://www.w3.org/ns/shacl#"
_SHAPE_TYPES = frozenset({f"<{_SH}NodeShape>", f"<{_SH}PropertyShape>"})
_TARGETS = frozenset(f"<{_SH}{name}>" for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"))
_PATH = f"<{_SH}path>"


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
    files: tuple[Path, ...] = ()
    notes: tuple[Finding, ...] = ()

    @cached_property
    def text(self) -> str:
        """The shapes as the engines take them, N-Triples."""
        return ntriples(for_engines(self.statements))

    @cached_property
    def compiled(self) -> Any:
        """The shapes as the fast engine takes them."""
        import shacl

        return shacl.Shapes.from_text(self.text, format="ntriples")

    @cached_property
    def graph(self) -> Any:
        """The shapes as pySHACL takes them."""
        return to_graph(self.text)

    @cached_property
    def axioms_text(self) -> str:
        """The subclass axioms as N-Triples."""
        return ntriples(self.axioms)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The shapes that have a name, in order of it; the user's with their place."""
        files = tuple(map(_lines, self.files))
        return tuple(_rule(shape, said, _place(shape, files)) for shape, said in sorted(self.said.items()) if _is_rule(shape, said))

    @cached_property
    def said(self) -> Said:
        """What the shapes graph says: subject, predicate, objects in order."""
        return by_subject(self.statements)

    def named(self, shape: Term) -> Term:
        """Return the nearest shape around it that has a name."""
        seen = {shape}
        nearest = shape
        while is_unnamed(nearest):
            nearest = next((parent for parent in self._parents.get(nearest, ()) if parent not in seen), "")
            seen.add(nearest)
        return nearest or shape

    @cached_property
    def _parents(self) -> Mapping[Term, list[Term]]:
        """What leads to each node without a name."""
        found: defaultdict[Term, list[Term]] = defaultdict(list)
        for statement in self.statements:
            if is_unnamed(statement.object):
                found[statement.object].append(statement.subject)
        return found


def _is_rule(shape: Term, said: Mapping[Term, tuple[Term, ...]]) -> bool:
    return not is_unnamed(shape) and (
        not _SHAPE_TYPES.isdisjoint(said.get(terms.TYPE, ())) or not _TARGETS.isdisjoint(said) or _PATH in said
    )


def _rule(shape: Term, said: Mapping[Term, tuple[Term, ...]], place: Place | None) -> Rule:
    def text(*names: str) -> str:
        return next((terms.value(said[name][0]) for name in names if name in said), "")

    severity = text(f"<{_SH}severity>").removeprefix(_SH).lower()
    name = text(f"<{_SH}name>", f"<{terms.RDFS}label>") or terms.shorten(shape)
    return Rule(shape, name, text(f"<{_SH}message>"), severity if severity in SEVERITIES else "violation", place)


def _lines(path: Path) -> tuple[Path, Callable[[Term], int]]:
    """Return a file with what gives the line of a subject; a file that is gone since has no lines."""
    try:
        return path, rdf.lines(path).find
    except (ResourceError, VocabularyError):
        return path, lambda subject: 0


def _place(shape: Term, files: Iterable[tuple[Path, Callable[[Term], int]]]) -> Place | None:
    """Return where a shape of the user stands; None for one of ours, whatever a file says of it."""
    if shape.startswith(f"<{SHAPES}"):
        return None
    return next((Place(str(path), line) for path, find in files if (line := find(shape))), None)


def load_shapes(files: Iterable[Path | str] = (), without: Iterable[str] = (), only: bool = False) -> Shapes:
    """Return our shapes together with the user's files, which are checked; with `only` nothing but the user's.

    `without` are names of property shapes of ours to leave out. What is to say of the user's shapes that is no fault is in the
    notes. Raises `ShapeError` with every fault of every file at its line, `ResourceError` for a file that cannot be read, and
    `UsageError` for `only` without files. Nothing is fetched.
    """
    paths = tuple({path.resolve(): path for path in reversed([*map(Path, files)])}.values())[::-1]
    if only and not paths:
        raise UsageError("without our shapes there have to be shapes of your own: name a file with --shapes")
    dropped = {f"<{SHAPES}{name}>" for name in without}
    ours, axioms = ((), ()) if only else _ours(resources.files("shapes"), resources.folder("ontology") / "kg.ttl")
    kept = tuple(s for s in ours if s.subject not in dropped and s.object not in dropped)
    if not paths:
        return Shapes(kept, axioms)
    own, notes = shapefiles.checked(paths, kept, dropped)
    shapes = Shapes((*kept, *own), axioms, paths, notes)
    if fast_engine_is_here():
        try:
            _ = shapes.compiled
        except ValueError as error:
            raise ShapeError(one_line(error), Place(str(paths[0]))) from error
    return shapes


@lru_cache(maxsize=4)
def _ours(files: tuple[Path, ...], ontology: Path) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """Return our shapes and the subclass axioms, from the cache where it has them: every command needs them."""
    program = (Path(terms.__file__), *sorted(Path(rdf.__file__).parent.glob("*.py")))
    key = compiled.key((*files, ontology, *program), "shapes")
    tables = compiled.load(key)
    if tables is None:
        shapes = [s for path in files for s in rdf.read(path)]
        axioms = [s for s in rdf.read(ontology) if s.predicate == terms.SUB_CLASS_OF]
        tables = (tuple(tuple(s[:4]) for s in shapes), tuple(tuple(s[:4]) for s in axioms))
        compiled.save(key, tables)
    ours, classes = (tuple(Statement(*row) for row in table) for table in tables)
    return ours, classes


def one_line(error: BaseException) -> str:
    """Return what an error says, in one line and not too long."""
    return " ".join(str(error).split())[:300]


def ntriples(statements: Iterable[Statement]) -> str:
    """Return statements as N-Triples, each once, in order; graph names do not matter."""
    return "".join(sorted({f"{s.subject} {s.predicate} {s.object} .\n" for s in statements}))
