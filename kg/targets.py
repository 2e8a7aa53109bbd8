"""What `kg validate` is given: articles, RDF files and dumps, each checked in its own way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg import dataset, exporters, mapping, pipeline, rdf, reports, terms, validation
from kg.config import Config
from kg.errors import Finding, KgError, Place, UsageError
from kg.fetch import Fetcher, Policy
from kg.sources import Source, paths
from kg.terms import Statement, Term
from kg.validation import Engine


def validate(targets: Iterable[Source], config: Config | None = None, engine: Engine = "auto") -> list[Finding]:
    """Return what there is to say of articles, RDF files and dumps, each checked against the shapes; nothing is written.

    An article is read, linked and described first. Raises `KgError` for shapes or a vocabulary that cannot be used.
    """
    tools = pipeline.load_tools(config or Config(), engine)
    findings: list[Finding] = []
    web = Fetcher(Policy(allow_private=tools.config.allow_private))
    for target in paths(targets):
        try:
            findings.extend(_check(target, tools, web))
        except UsageError:
            raise
        except KgError as error:
            place = Place(str(target))
            findings.extend(Finding("violation", e.reason, e.place or place, exit_code=e.exit_code) for e in error.each())
    return reports.collapsed(findings, kinds=(Finding,))


def _check(target: Source, tools: pipeline.Tools, web: Fetcher) -> Iterator[Finding]:
    if isinstance(target, Path) and ((target / pipeline.NQUADS).is_file() or dataset.is_dump(target)):
        return _check_dump(target, tools)
    if isinstance(target, Path) and target.suffix.lower() in rdf.SUFFIXES and target.is_file():
        return _check_rdf(target, tools)
    return _check_articles(target, tools, web)


def _check_articles(target: Source, tools: pipeline.Tools, web: Fetcher) -> Iterator[Finding]:
    count = 0
    for item in pipeline.each([target], lambda record: pipeline.convert(record, tools), web=web):
        count += not isinstance(item, Finding)
        yield from (item,) if isinstance(item, Finding) else item.findings
    if not count:
        yield Finding("violation", "no articles here", Place(str(target)))


def _check_rdf(target: Path, tools: pipeline.Tools) -> Iterator[Finding]:
    yield from validation.validate(rdf.read(target), tools.shapes, tools.engine, lambda span: Place(str(target)))


def _check_dump(target: Path, tools: pipeline.Tools) -> Iterator[Finding]:
    """Check that a dump is whole, then article by article: the engines' time grows faster than a graph does."""
    changed = list(dataset.changed_files(target))
    yield from changed
    nquads = target / pipeline.NQUADS
    place = Place(str(nquads))
    if any(finding.place == place for finding in changed):
        return
    shared: list[Statement] = []
    for block in exporters.read_blocks(nquads):
        if mapping.article_of(block[0].graph) is None:
            shared.extend(block)
    kinds: defaultdict[Term, list[Statement]] = defaultdict(list)
    for statement in shared:
        if statement.predicate == terms.TYPE:
            kinds[statement.subject].append(statement)
    for block in exporters.read_blocks(nquads):
        if mapping.article_of(block[0].graph) is not None:
            known = {s.object for s in block if s.object in kinds} | {s.subject for s in block if s.subject in kinds}
            seen = [*block, *(kind for entity in sorted(known) for kind in kinds[entity])]
            results = validation.validate(seen, tools.shapes, tools.engine, lambda span: place)
            yield from (result for result in results if result.focus not in kinds)
    yield from validation.validate(shared, tools.shapes, tools.engine, lambda span: place)
