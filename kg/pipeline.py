"""The one way through: `convert` takes a record to checked quads, `publish` takes records to a dump."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from kg import (
    authors,
    candidates,
    crosscheck,
    dataset,
    exporters,
    folders,
    inspection,
    linkers,
    mapping,
    readers,
    reports,
    resources,
    terms,
    validation,
    vocabulary,
)
from kg.article import Article, Datum, Record
from kg.candidates import Candidate
from kg.config import REQUIREMENTS, Config
from kg.errors import SEVERITIES, Finding, KgError, Place, ReadError, SkippedError, UsageError
from kg.fetch import Fetcher, Policy
from kg.sources import Source, name_of, paths, split_again, split_source
from kg.spool import Converted, Refusal, Spool
from kg.terms import Statement
from kg.validation import Engine, Shapes, Validator
from kg.vocabulary import Vocabulary

NQUADS = "articles.nq"

T = TypeVar("T")


@dataclass(frozen=True)
class Tools:
    """What every article needs beside its record: configuration, vocabulary, what checks it."""

    config: Config
    vocabulary: Vocabulary
    validator: Validator


def load_tools(config: Config, engine: Engine = "auto", timeout: float = validation.TIMEOUT) -> Tools:
    """Return the tools that a configuration names. Raises `KgError` for a vocabulary or shapes that cannot be used.

    `timeout` is how many seconds the user's shapes may take for an article.
    """
    return Tools(config, load_vocabulary(config), Validator(load_shapes(config), engine, timeout=timeout))


def load_shapes(config: Config) -> Shapes:
    """Return the shapes that a configuration names. Raises `ShapeError` for such as cannot be applied."""
    return validation.load_shapes(config.shapes, (REQUIREMENTS[name] for name in config.waived), only=config.only_shapes)


def load_vocabulary(config: Config) -> Vocabulary:
    """Return the vocabulary that a configuration names. Raises `UsageError` for a link to what it does not know."""
    words = vocabulary.load(config.base, config.vocabulary)
    for choice in (config.links.choice, *(choice for _, choice in config.links.by_source)):
        for phrase, entity in choice.always:
            if entity not in words:
                raise UsageError(f"{phrase!r} is always to be linked to what no vocabulary has: {terms.value(entity)}")
    return words


def read(record: Record, config: Config) -> Article:
    """Return the article of a record, with the publisher, language and names of authors that it takes from the configuration."""
    article = readers.read(replace(record, language=config.language))
    if article.publisher is None and config.publisher:
        article = replace(article, publisher=Datum(config.publisher, evidence="given"))
    return authors.resolve(article, config.authors)


def _linked(record: Record, tools: Tools) -> Article:
    return linkers.link(read(record, tools.config), tools.vocabulary, tools.config.links)


def convert(record: Record, tools: Tools) -> Converted:
    """Return a record's article read, linked, described and checked. Raises `KgError` for what cannot be read."""
    article = _linked(record, tools)
    iri = mapping.article_iri(article, tools.config.base)
    statements = mapping.describe(article, tools.vocabulary, tools.config.base, tools.config.include_text)
    lines = next(iter(exporters.FORMATS["nquads"].write([statements])))
    return Converted(
        iri,
        record.source,
        record.digest,
        hashlib.sha256(article.text.encode()).hexdigest(),
        article.original is not None,
        article.published.text if article.published else None,
        lines.encode(),
        frozenset(s.object for s in statements if s.object in tools.vocabulary),
        Counter(linkers.RULES[mention.rule].kind for mention in article.mentions),
        tuple(sorted((*article.notes, *check(article, statements, tools)), key=lambda f: SEVERITIES.index(f.severity))),
    )


def check(article: Article, statements: Iterable[Statement], tools: Tools) -> list[validation.Result]:
    """Return what the shapes say of one article.

    They see its own statements, the types of what it refers to, and the classes above those; a vocabulary's own faults
    are not the article's.
    """
    words = tools.vocabulary
    own = list(statements)
    known = {s.object for s in own if s.object in words} | {s.subject for s in own if s.subject in words}
    seen = own + [Statement(entity, terms.TYPE, kind, "") for entity in sorted(known) for kind in words.types(entity)]
    results = tools.validator.validate(seen, article.place)
    return [result for result in results if result.focus not in words]


def each(
    sources: Iterable[Source | bytes], step: Callable[[Record], T], leave_out: Container[Path] = (), web: Fetcher | None = None
) -> Iterator[T | Refusal | Finding]:
    """Yield what `step` makes of each record; a `Refusal` where it could not, a `Finding` for what was skipped.

    The only place where a `KgError` is caught: one bad record costs no other. A source that does not exist raises. The real
    paths in `leave_out`, and what stands in such a folder, are passed over. Addresses are got by `web` (by default, public
    ones only).
    """
    web = web or Fetcher()
    for source in sources:
        for item in split_source(source, web):
            if leave_out and _stands_in(item, leave_out):
                continue
            try:
                if isinstance(item, KgError):
                    raise item
                yield item if isinstance(item, Finding) else step(item)
            except UsageError:
                raise
            except SkippedError as skipped:
                yield Finding("info", skipped.reason, skipped.place or Place(name_of(source)))
            except KgError as refusal:
                place = item.place() if isinstance(item, Record) else Place(name_of(source))
                faults = (Finding("violation", e.reason, e.place or place, exit_code=e.exit_code) for e in refusal.each())
                yield Refusal(tuple(faults))


def _stands_in(item: Record | KgError | Finding, left_out: Container[Path]) -> bool:
    place = item.place() if isinstance(item, Record) else item.place
    if place is None:
        return False
    path = Path(os.path.realpath(place.source))
    return path in left_out or any(folder in left_out for folder in path.parents)


# --- a dump ----------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Summary:
    """What a build did. `published` tells whether the folder now holds it."""

    folder: Path
    published: bool
    articles: int
    refused: int
    statements: int
    kinds: Mapping[str, int]
    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...] = ()

    def as_row(self) -> dict[str, Any]:
        """Return the summary as plain data."""
        return {
            "published": self.published,
            "articles": self.articles,
            "refused": self.refused,
            "statements": self.statements,
            "mentions": {kind: self.kinds.get(kind, 0) for kind in linkers.KINDS},
            "findings": [reports.as_row(finding) for finding in self.findings],
            "candidates": [candidates.to_row(candidate) for candidate in self.candidates],
        }


def publish(
    sources: Iterable[Source],
    folder: Path | str,
    config: Config | None = None,
    keep_going: bool = False,
    engine: Engine = "auto",
    progress: Callable[[int], None] = lambda count: None,
    timeout: float = validation.TIMEOUT,
) -> Summary:
    """Build a dump of every article in the sources, and put it in place of the folder in one step.

    With a fault in any article nothing is published and the old dump stays; with `keep_going` the good ones are. The order
    of the sources does not matter; the folder itself is none, even where it lies in one. Raises `KgError` for what
    concerns the whole build: configuration, vocabulary, shapes, disk.
    """
    config, folder = config or Config(), Path(folder)
    _epoch_day()
    tools = load_tools(config, engine, timeout)
    named, web = sorted(set(paths(sources)), key=Path), Fetcher(Policy(allow_private=config.allow_private))
    inside = tuple(filter(None, [_if_inside(folder, named)]))
    with closing(tools.validator), folders.new_version(folder, dataset.strangers) as fresh:
        path = fresh / ".spool"
        with path.open("w+b") as file:
            spool = Spool(file)
            spool.findings.extend(inspection.warnings(config.vocabulary, tools.vocabulary, config.base))
            for count, item in enumerate(each(named, lambda record: convert(record, tools), inside, web), 1):
                spool.take(item)
                progress(count)
            if not spool.articles and not spool.refused:
                spool.findings.append(Finding("violation", "no articles here", Place(" ".join(map(str, named)))))
            spool.findings.extend(_check_names(spool, tools))
            spool.findings.extend(tools.validator.disagreements())
            faulty = any(finding.severity == "violation" for finding in spool.findings)
            published = bool(spool.articles) and (keep_going or not faulty)
            findings = tuple(reports.collapsed(spool.findings))
            names = tuple(_candidates(named, tools, inside, web)) if published else ()
            summary = Summary(folder, published, len(spool.articles), spool.refused, spool.statements, spool.kinds, findings, names)
            if published:
                _write(fresh, spool, tools, summary)
        path.unlink()
        if published:
            folders.put_in_place(fresh, folder)
    return summary


def _candidates(sources: Iterable[Source], tools: Tools, leave_out: Container[Path], web: Fetcher) -> Iterator[Candidate]:
    """Yield the names that the configured model finds and the vocabulary lacks, in the sources read once more."""
    if tools.config.model:
        articles = each(sources, lambda record: _linked(record, tools), leave_out, web)
        good = (article for article in articles if isinstance(article, Article))
        yield from candidates.find(good, tools.vocabulary, candidates.load(tools.config.model))


def _check_names(spool: Spool, tools: Tools) -> Iterator[Finding]:
    """Yield what is to say of names that the good articles share, at the article that brought the last form of one."""
    lines = (line for block in spool.blocks() for line in block.decode().split("\n") if line)
    for result, article in crosscheck.check_names(lines, tools.vocabulary, tools.validator):
        yield replace(result, place=Place(spool.articles[article].source, 1))


def _if_inside(folder: Path, sources: Iterable[Source]) -> Path | None:
    """Return the folder where it lies in a source. Raises `UsageError` for a source that lies in the folder."""
    real = Path(os.path.realpath(folder))
    places = {source: Path(os.path.realpath(source)) for source in sources if isinstance(source, Path)}
    for source, place in places.items():
        if place.is_relative_to(real):
            raise UsageError(f"this source lies in the output folder {folder}, which is replaced", Place(name_of(source)))
    return real if any(real.is_relative_to(place) for place in places.values()) else None


def _write(fresh: Path, spool: Spool, tools: Tools, summary: Summary) -> None:
    """Write the files of a dump: the quads first, every other format from them."""
    formats = tools.config.formats
    nquads = fresh / NQUADS
    with nquads.open("wb") as file:
        for block in spool.blocks():
            file.write(block)
        for text in exporters.FORMATS["nquads"].write(exporters.blocks(tools.vocabulary.describe(spool.entities))):
            file.write(text.encode())
    files = {NQUADS: exporters.FORMATS["nquads"].media_type}
    for name in formats:
        form = exporters.FORMATS[name]
        files[f"articles{form.suffix}"] = form.media_type
        if name != "nquads":
            _save(fresh / f"articles{form.suffix}", form.write(exporters.read_blocks(nquads)))
    described = {name: _file(fresh / name, media_type) for name, media_type in sorted(files.items())}
    triples = exporters.count_triples(exporters.read_blocks(nquads))
    issued = _issued(article.published for article in spool.articles.values())
    statements = list(dataset.describe(tools.config.base, len(spool.articles), triples, issued, described))
    _save(fresh / "dataset.ttl", exporters.FORMATS["turtle"].write([statements]))
    for name, source in (("ontology.ttl", "kg.ttl"), ("context.jsonld", "context.jsonld")):
        shutil.copyfile(resources.folder("ontology") / source, fresh / name)
    _save(fresh / "report.json", [reports.json_text(summary.as_row(), indent=1)])
    articles = {terms.value(iri): (found.source, found.digest) for iri, found in sorted(spool.articles.items())}
    _save(fresh / dataset.MANIFEST, [reports.json_text(dataset.manifest(fresh, tools.config.base, articles), indent=1)])


def _save(path: Path, pieces: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)


def _file(path: Path, media_type: str) -> dataset.File:
    return dataset.File(media_type, path.stat().st_size, dataset.sha256(path))


def _issued(published: Iterable[str | None]) -> str | None:
    """Return the day of the dump: `SOURCE_DATE_EPOCH`, else the newest day on which an article was published."""
    return _epoch_day() or max((date[:10] for date in published if date), default=None)


def _epoch_day() -> str | None:
    """Return the day of `SOURCE_DATE_EPOCH`. Raises `UsageError` where that is no number of seconds."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH is a number of seconds, not {epoch[:40]!r}") from error


def source_article(source: str, digest: str) -> Article:
    """Return the article of a source again. Raises `ReadError` where the source is gone or has changed."""
    reason = "the source has changed since the dump was built"
    for item in split_again(source):
        if isinstance(item, Record) and item.digest == digest:
            return readers.read(item)
        if isinstance(item, KgError):
            reason = f"cannot be read again: {item.reason}"
    raise ReadError(reason, Place(source))
