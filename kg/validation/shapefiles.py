"""The user's files of shapes: read, checked together, and every fault told with its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg import rdf, terms
from kg.errors import Finding, KgError, Place, ResourceError, ShapeError, VocabularyError
from kg.terms import Statement, Term
from kg.validation.interop import UNNAMED
from kg.validation.shapechecks import check
from kg.validation.shapegraph import Fault, ShapesGraph, Triple
from kg.validation.shapeterms import IMPORTS, ONTOLOGY, is_unnamed, sh


@dataclass(frozen=True)
class _File:
    """A file of shapes; its blank nodes are named under `base`."""

    path: Path
    base: str
    statements: tuple[Statement, ...]

    @cached_property
    def triples(self) -> frozenset[Triple]:
        return frozenset(s[:3] for s in self.statements)

    @cached_property
    def subjects(self) -> frozenset[Term]:
        return frozenset(s.subject for s in self.statements)

    @cached_property
    def _lines(self) -> rdf.Lines:
        return rdf.lines(self.path)

    @cached_property
    def _rows(self) -> list[str]:
        return [row.decode(errors="replace") for row in self.path.read_bytes().splitlines()]

    def has(self, triple: Triple) -> bool:
        """Tell whether the file says this, or something of its subject where that is all."""
        return triple in self.triples or (not triple[1] and triple[0] in self.subjects)

    def place(self, triple: Triple, position: int | None = None) -> Place:
        """Return where a statement stands, or a character of the text that is its object, as far as the file has that as it is."""
        line = self._lines.find(*map(self._read, triple))
        if position is None or not line:
            return Place(str(self.path), line)
        *before, last = terms.value(triple[2])[:position].split("\n")
        row = last + terms.value(triple[2])[position:].partition("\n")[0]
        here = self._rows[line - 1 : line + len(before)]
        is_alike = len(here) > len(before) and all(
            mine.endswith(text.rstrip("\r")) for mine, text in zip(here, before, strict=False)
        )
        column = here[-1].find(row.rstrip("\r")) if is_alike and row.strip() else -1
        if column < 0:
            return Place(str(self.path), line)
        return Place(str(self.path), line + len(before), column + 1 + len(last))

    def _read(self, term: Term) -> Term:
        """Return a term as it was read."""
        start = f"<{self.base}#"
        return f"_:{term[len(start) : -1]}" if term.startswith(start) else term


def checked(
    paths: Sequence[Path], beside: Iterable[Statement], dropped: Collection[Term]
) -> tuple[tuple[Statement, ...], tuple[Finding, ...]]:
    """Return what the files say, but for what leads to `dropped`, and warnings about it; `beside` are shapes that they may use.

    A shape that is a class has itself for a target there, as SHACL has it: engines do not agree on which classes count. Raises
    `ShapeError` with all faults of all files, `ResourceError` where one cannot be read.
    """
    files, faults = _read(paths, dropped)
    graph = ShapesGraph(tuple(s for file in files for s in file.statements), tuple(beside))
    found = [(fault, _placed(fault, files)) for fault in check(graph, is_whole=not faults)]
    faults += [ShapeError(fault.reason, place) for fault, place in found if fault.severity == "violation"]
    faults += _without_shapes(files, graph, {error.place.source for error in faults if error.place})

    def order(found: KgError | Finding) -> tuple[int, int, int, str]:
        at = found.place or Place("")
        return [*map(str, paths), ""].index(at.source), at.line, at.column, found.reason

    if faults:
        raise _together(sorted({order(fault): fault for fault in faults}.values(), key=order))
    notes = dict.fromkeys(Finding(fault.severity, fault.reason, place) for fault, place in found)
    targets = (Statement(s, sh("targetClass"), s, "") for s in graph.shapes if not is_unnamed(s) and graph.is_class(s))
    return (*graph.own, *targets), tuple(sorted(notes, key=order))


def _read(paths: Sequence[Path], dropped: Collection[Term]) -> tuple[list[_File], list[KgError]]:
    """Return the files that could be read, and why the others could not."""
    files: list[_File] = []
    faults: list[KgError] = []
    names: Counter[str] = Counter()
    for path in paths:
        name = terms.slug(path.stem)
        names[name] += 1
        base = f"{UNNAMED}{name}" + (f"-{names[name]}" if names[name] > 1 else "")
        try:
            found = rdf.without_blank_nodes(rdf.read(path), base)
            files.append(_File(path, base, tuple(s for s in found if s.object not in dropped)))
        except VocabularyError as error:
            faults += [ShapeError(one.reason, one.place) for one in error.each()]
        except ResourceError as error:
            faults += error.each()
    return files, faults


def _placed(fault: Fault, files: Sequence[_File]) -> Place:
    """Return the place of the last of the statements at fault in the first file that has one."""
    for file in files:
        places = [file.place(triple, fault.position) for triple in fault.at if file.has(triple)]
        if places:
            return max(places, key=lambda place: (place.line, place.column))
    return Place(str(files[0].path))


def _without_shapes(files: Iterable[_File], graph: ShapesGraph, faulty: Collection[str]) -> Iterator[ShapeError]:
    """Yield a fault for each file without shapes, unless another file has need of what it declares; `faulty` have one already."""
    component = sh("ConstraintComponent")
    imported = {s.object for s in graph.own if s.predicate == IMPORTS}
    used = {s.object for s in graph.own if s.predicate == sh("prefixes")}
    for file in files:
        is_needed = any(
            s.object == component or s.subject in used or (s.object == ONTOLOGY and s.subject in imported) for s in file.statements
        )
        if not is_needed and str(file.path) not in faulty and file.subjects.isdisjoint(graph.shapes):
            yield ShapeError("no shapes in this file", Place(str(file.path)))


def _together(faults: Sequence[KgError]) -> KgError:
    """Return one error for all; it is that of the environment where there is one of those."""
    kind = next((type(fault) for fault in faults if fault.exit_code != 1), ShapeError)
    first, *others = faults
    return kind(first.reason, first.place, others)
