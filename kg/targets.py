"""What `kg validate` is given: articles, RDF files, graphs and dumps, each checked in its own way, in one report."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph

from kg import dataset, fetch, graphs, pipeline, rdf, readers, reports, terms, validation
from kg import expectations as _expectations
from kg.config import Config
from kg.converted import Refusal
from kg.errors import Finding, KgError, Place, UsageError
from kg.fetch import Fetcher, Policy
from kg.pipeline import Tools
from kg.readers import walk
from kg.sources import Source, name_of
from kg.terms import Statement, Term
from kg.validation import Engine, FocusNodes, Part, Raw, Result, Shapes, ValidationReport, Validator

# A file, a folder, `-` for standard input, an address; or a graph: an rdflib Graph or Dataset, a pyoxigraph Store, RDF as bytes
Target = Source | bytes | Any
# How places name a graph that has no file
_GRAPH = "graph"


def validate(
    targets: Target | Iterable[Target],
    config: Config | None = None,
    engine: Engine = "auto",
    jobs: int | None = None,
    timeout: float = validation.TIMEOUT,
    expectations: Sequence[Path | str] = (),
) -> ValidationReport:
    """Check articles, RDF files, dumps and graphs against the shapes that `config` names, and tell all that is found.

    An article is read, linked and described first; nothing is written. `jobs` graphs are checked at a time (default: as many
    as there are processors). With shapes of a user each graph has `timeout` seconds. `expectations` are files with SPARQL
    queries that every dump, RDF file and graph has to meet. Raises `KgError` for shapes or a vocabulary that cannot be used,
    and `UsageError` for a target that does not exist; one that cannot be read is a finding.
    """
    config = config or Config()
    shapes = pipeline.load_shapes(config)
    with _Run(config, shapes, engine, jobs or os.cpu_count() or 1, timeout, tuple(map(Path, expectations))) as run:
        found = [*shapes.notes, *(finding for target in _listed(targets) for finding in run.check(target)), *run.end()]
    asked = shapes.statements + tuple(_expectations.describe(map(Path, expectations)))
    findings = tuple(reports.collapsed(found, kinds=(Finding,)))
    return ValidationReport(findings, tuple(dict.fromkeys(run.checked)), replace(shapes, statements=asked))


def _listed(targets: Target | Iterable[Target]) -> Iterable[Target]:
    return targets if isinstance(targets, (list, tuple, set, frozenset, Iterator)) else [targets]


class _Run:
    """Checks one target after another, with the same shapes and what they need."""

    def __init__(
        self, config: Config, shapes: Shapes, engine: Engine, jobs: int, timeout: float, expectations: tuple[Path, ...]
    ) -> None:
        self._config = config
        self._shapes = shapes
        self._settings = (engine, jobs, timeout)
        self._timeout = timeout
        self._expectations = expectations
        self._is_asked = False
        self._validator = Validator(shapes, *self._settings)
        self._web = Fetcher(Policy(allow_private=config.allow_private))
        self.checked: list[str] = []

    def __enter__(self) -> _Run:
        return self

    def __exit__(self, *failure: object) -> None:
        for validator in self._validators():
            validator.close()

    @cached_property
    def _tools(self) -> Tools:
        """What articles need; RDF that meets nothing but the user's shapes can do without the vocabulary."""
        return Tools(self._config, pipeline.load_vocabulary(self._config), self._validator)

    @cached_property
    def _needs(self) -> validation.Needs:
        return validation.needs(self._shapes)

    @cached_property
    def _focus_nodes(self) -> FocusNodes:
        return FocusNodes(self._shapes)

    @cached_property
    def _local(self) -> Validator:
        """What checks a graph part by part."""
        return Validator(self._needs.local or self._shapes, *self._settings)

    @cached_property
    def _global(self) -> Validator:
        """What checks a graph with the shapes that need all of it."""
        return Validator(self._needs.whole or self._shapes, *self._settings)

    def _validators(self) -> list[Validator]:
        """Return those that were needed so far."""
        return [self._validator, *(self.__dict__[name] for name in ("_local", "_global") if name in self.__dict__)]

    def end(self) -> Iterator[Finding]:
        """Yield what can be told when all targets are checked."""
        for validator in self._validators():
            yield from validator.disagreements()
        if self._expectations and not self._is_asked:
            raise UsageError("an expectation asks a dump or an RDF file; there is none among the targets")

    def check(self, target: Target) -> Iterator[Finding]:
        """Yield what there is to say of a target; one that cannot be read is a finding."""
        try:
            yield from self._check(target)
        except UsageError:
            raise
        except KgError as error:
            place = Place(str(target) if isinstance(target, (str, Path)) else _GRAPH)
            yield from (Finding("violation", e.reason, e.place or place, exit_code=e.exit_code) for e in error.each())

    def _check(self, target: Target) -> Iterator[Finding]:
        if not isinstance(target, (str, Path)):
            return self._graph(target)
        if fetch.is_address(target):
            return self._articles(target)
        if str(target) == readers.STDIN:
            return self._standard_input()
        path = Path(target)
        if not path.exists():
            raise UsageError("no such file or folder", Place(str(path)))
        if path.is_dir():
            return self._dump(path) if _is_dump(path) else self._folder(path)
        form = rdf.format_of(path)
        return self._file(path, form, str(path)) if form else self._articles(path)

    # --- articles ----------------------------------------------------------------------------------------------------------
    def _articles(self, target: Source | bytes, leave_out: frozenset[Path] = frozenset()) -> Iterator[Finding]:
        tools, count = self._tools, 0
        for item in pipeline.each([target], lambda record: pipeline.convert(record, tools), leave_out, self._web):
            if isinstance(item, Finding):
                yield item
                continue
            count += 1
            self.checked.append(item.findings[0].place.source if isinstance(item, Refusal) else item.source)
            yield from item.findings
        if not count and not leave_out:
            yield Finding("violation", "no articles here, and no RDF", Place(name_of(target)))

    def _folder(self, folder: Path) -> Iterator[Finding]:
        """Check dumps and RDF files below a folder as such, and everything else as articles."""
        walked = list(walk.files(folder))
        files = [file for file in walked if isinstance(file, Path)]
        dumps = sorted({file.parent for file in files if file.name == pipeline.NQUADS and _is_dump(file.parent)})
        others = [file for file in files if not any(file.is_relative_to(dump) for dump in dumps)]
        found = [file for file in others if rdf.format_of(file)]
        for target in (*dumps, *found):
            yield from self.check(target)
        if len(found) < len(others) or not files:
            yield from self._articles(folder, frozenset(Path(os.path.realpath(path)) for path in (*dumps, *found)))
        else:
            yield from (item for item in walked if isinstance(item, Finding))

    def _standard_input(self) -> Iterator[Finding]:
        """Check RDF or articles, as the beginning says; RDF, which may be of any size, lies on the disk meanwhile."""
        stream = sys.stdin.buffer
        head = stream.read(rdf.HEAD)
        form = rdf.sniff(head)
        if form is None:
            yield from self._articles(head + stream.read())
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"input.{form.file_extension}"
            with path.open("wb") as file:
                file.write(head)
                shutil.copyfileobj(stream, file)
            yield from self._file(path, form, readers.STDIN)

    # --- graphs ------------------------------------------------------------------------------------------------------------
    def _file(self, path: Path, form: pyoxigraph.RdfFormat, name: str) -> Iterator[Finding]:
        self.checked.append(name)
        self._is_asked = True
        if path.stat().st_size > graphs.LARGE:
            parts = graphs.parts_of_file(path, form, self._needs, self._types, name)
            yield from self._in_parts(parts, path, form, name)
        else:
            yield from self._whole(path, form, name)
        yield from self._asked(path, name)

    def _graph(self, target: Any) -> Iterator[Finding]:
        """Check a graph of another library, or RDF in memory."""
        body = target if isinstance(target, bytes) else _nquads(target)
        form = rdf.sniff(body[: rdf.HEAD]) if body is target else pyoxigraph.RdfFormat.N_QUADS
        with tempfile.TemporaryDirectory() as folder:
            form = form or pyoxigraph.RdfFormat.TURTLE
            path = Path(folder) / f"graph.{form.file_extension}"
            path.write_bytes(body)
            for finding in self._file(path, form, _GRAPH):
                has_lines = body is target or finding.place.source != _GRAPH
                yield finding if has_lines else replace(finding, place=Place(_GRAPH))

    def _whole(self, path: Path, form: pyoxigraph.RdfFormat, name: str) -> Iterator[Finding]:
        """Check a graph in one run; where its statements stand is looked for only if there is something to place."""
        body, _ = rdf.opened(path)
        statements = rdf.parse(body, form, name)
        described = {statement.subject for statement in statements}
        foreign = {s.object for s in statements if s.object[0] == "<"} - described
        kinds = [Statement(entity, terms.TYPE, kind, "") for entity in sorted(foreign) for kind in self._types(entity)]
        of_others = {statement.subject for statement in kinds}
        text = validation.ntriples([*statements, *kinds])
        if not self._focus_nodes.are_in(text.splitlines(keepends=True)):
            yield _nothing(name)
        raws = self._validator.judge(text)
        raws = [raw for raw in raws if raw.focus not in of_others]
        if raws:
            lines = rdf.locate(body, form, name)
            leads_to = {s.object: s for s in reversed(statements)}
            first = _first(statements, raws, lines)
            where = _Where(described, leads_to, lambda s, p, o: lines.place(name, s, p, o or first.get((s, p))))
            yield from validation.to_results(raws, self._shapes, where)

    def _types(self, entity: Term) -> Sequence[Term]:
        """Return the types that the vocabulary gives what a graph refers to and does not describe."""
        return () if self._config.only_shapes else self._tools.vocabulary.types(entity)

    def _dump(self, folder: Path) -> Iterator[Finding]:
        """Check that a dump is whole, then what it says."""
        self._is_asked = True
        changed = list(dataset.changed_files(folder))
        yield from changed
        path = folder / pipeline.NQUADS
        self.checked.append(str(path))
        if not any(finding.place.source == str(path) for finding in changed):
            yield from self._in_parts(graphs.parts_of_dump(path, self._needs), path, rdf.FORMATS[".nq"], str(path))
            yield from self._asked(folder, str(path))
        about = folder / dataset.DESCRIPTION
        if about.is_file() and not self._config.only_shapes:
            self.checked.append(str(about))
            yield from self._whole(about, rdf.FORMATS[".ttl"], str(about))

    def _in_parts(self, parts: Iterator[Part], path: Path, form: pyoxigraph.RdfFormat, name: str) -> Iterator[Finding]:
        """Check a graph of any size part by part; with the shapes that need all of it, in one run more."""
        needs, seen, is_looked_at = self._needs, set[Raw](), False
        if needs.local:
            for checked in self._local.each(parts):
                is_looked_at = is_looked_at or self._focus_nodes.are_in(checked.part.text.splitlines(keepends=True))
                if checked.fault:
                    yield Finding("violation", checked.fault.reason, Place(name))
                # A node that a shape leads to may be judged in several parts
                fresh = [raw for raw in checked.found if raw not in seen]
                seen.update(fresh if needs.reach else ())
                yield from self._placed(fresh, checked.part, name)
        if needs.whole:
            part = graphs.whole(path, form, needs, self._types, name)
            is_looked_at = is_looked_at or self._focus_nodes.are_in(part.text.splitlines(keepends=True))
            yield from self._placed([raw for raw in self._global.judge(part.text) if raw.focus in part.foci], part, name)
        if not is_looked_at:
            yield _nothing(name)

    def _placed(self, found: Sequence[Raw], part: Part, name: str) -> list[Result]:
        if not found:
            return []
        text = "\n" + part.text
        foci = {raw.focus for raw in found}
        described = {focus for focus in foci if f"\n{focus} " in text}
        leads_to = {focus: way for focus in foci - described if (way := _way(focus, text))}
        where = _Where(described, leads_to, lambda *triple: Place(name, part.line(*triple)))
        return validation.to_results(found, self._shapes, where)

    def _asked(self, path: Path, name: str) -> Iterator[Finding]:
        if self._expectations:
            yield from _expectations.check(path, self._expectations, self._timeout, name)


def _first(statements: Iterable[Statement], raws: Iterable[Raw], lines: rdf.Lines) -> dict[tuple[Term, Term | None], Term]:
    """Return the first value, in the file, of each property that a result is about as a whole, such as one with too many values."""
    wanted = {(raw.focus, raw.path) for raw in raws if raw.path and raw.value is None}
    found = [(lines.find(*s[:3]), s) for s in statements if (s.subject, s.predicate) in wanted]
    return {(s.subject, s.predicate): s.object for _, s in sorted(found, reverse=True)}


def _way(node: Term, text: str) -> Statement | None:
    """Return the first statement of N-Triples lines that leads to a node."""
    end = text.find(f" {node} .\n")
    if end < 0:
        return None
    subject, predicate = text[text.rindex("\n", 0, end) + 1 : end].split(" ")
    return Statement(subject, predicate, node, "")


@dataclass(frozen=True, slots=True)
class _Where:
    """Where in a file the datum at fault stands: what is missing, at its focus node; a node of which nothing is said, where
    something leads to it.
    """

    described: Container[Term]
    leads_to: Mapping[Term, Statement]
    place: Callable[[Term, Term | None, Term | None], Place]

    def __call__(self, raw: Raw) -> Place:
        if raw.focus in self.described or raw.focus not in self.leads_to:
            return self.place(raw.focus, raw.path, raw.value)
        way = self.leads_to[raw.focus]
        return self.place(way.subject, way.predicate, way.object)


def _nothing(name: str) -> Finding:
    return Finding("warning", "nothing here is a target of any shape: nothing was checked", Place(name))


def _is_dump(folder: Path) -> bool:
    return (folder / pipeline.NQUADS).is_file() or dataset.is_dump(folder)


def _nquads(graph: Any) -> bytes:
    """Return a graph of pyoxigraph or rdflib as N-Quads. Raises `UsageError` for anything else."""
    if isinstance(graph, pyoxigraph.Store):
        return bytes(graph.dump(format=pyoxigraph.RdfFormat.N_QUADS) or b"")
    import rdflib

    if not isinstance(graph, rdflib.Graph):
        raise UsageError(f"a {type(graph).__name__} is nothing that can be validated")
    return graph.serialize(format="nquads" if graph.context_aware else "nt", encoding="utf-8")
