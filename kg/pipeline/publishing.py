"""Articles become a dump, which takes the place of the old one in one step."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg import candidates, crosscheck, dataset, folders, inspection, linkers, rdf, reports, spool, validation
from kg.article import Article
from kg.candidates import Candidate
from kg.config import Config
from kg.converted import Converted
from kg.errors import Finding, Place, UsageError
from kg.fetch import Fetcher, Policy
from kg.pipeline.conversion import linked, seen
from kg.pipeline.dumpfiles import epoch_day, write_dump
from kg.pipeline.parallel import Item, converted
from kg.pipeline.records import each, records
from kg.pipeline.setup import setup
from kg.pipeline.tools import Tools, load_tools
from kg.progress import Step, source_of
from kg.sources import Source, name_of, paths
from kg.spool import Spool
from kg.validation import Engine, SecondOpinions


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build did. `published` tells whether the folder now holds it.

    `unanswered` are second opinions that came too late: they depend on how busy the machine was, so they stand in no file.
    """

    folder: Path
    published: bool
    articles: int
    refused: int
    statements: int
    kinds: Mapping[str, int]
    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...] = ()
    unanswered: tuple[Finding, ...] = ()

    def as_row(self) -> dict[str, Any]:
        """Return the summary as plain data."""
        return {name: list(value) if isinstance(value, Iterator) else value for name, value in self.members().items()}

    def members(self) -> dict[str, Any]:
        """Return the summary as plain data, what may be long as an iterator."""
        return {
            "published": self.published,
            "articles": self.articles,
            "refused": self.refused,
            "statements": self.statements,
            "mentions": {kind: self.kinds.get(kind, 0) for kind in linkers.KINDS},
            "findings": (reports.as_row(finding) for finding in self.findings),
            "candidates": (candidates.to_row(candidate) for candidate in self.candidates),
        }


def publish(
    sources: Iterable[Source],
    folder: Path | str,
    config: Config | None = None,
    keep_going: bool = False,
    engine: Engine = "auto",
    progress: Callable[[Step], None] = lambda step: None,
    timeout: float = validation.TIMEOUT,
    jobs: int = 1,
    fresh: bool = False,
) -> Summary:
    """Build a dump of every article in the sources, and put it in place of the folder in one step.

    With a fault in any article nothing is published and the old dump stays; with `keep_going` the good ones are. The order
    of the sources does not matter; the folder itself is none, even where it lies in one. `jobs` processes convert the articles;
    what the build before made of a source is used again where nothing changed, unless `fresh`. Raises `KgError` for what
    concerns the whole build: configuration, vocabulary, shapes, disk.
    """
    config, folder = config or Config(), Path(folder)
    epoch_day()
    told = setup(config, engine, timeout)
    tools = load_tools(config, engine, timeout, has_opinions=False)
    named, web = sorted(set(paths(sources)), key=Path), Fetcher(Policy(allow_private=config.allow_private))
    cache = folders.cache_of(folder)
    left_out = _inside((folder, cache), named)
    opinions = validation.second_opinions(tools.validator.shapes, engine, timeout)
    with closing(tools.validator), folders.new_version(folder, dataset.strangers) as new:
        kept = Spool(new / ".spool", told, None if fresh else cache / spool.FILE)
        with closing(kept), closing(opinions or kept):
            kept.findings.extend(inspection.warnings(config.vocabulary, tools.vocabulary, config.base))
            with closing(converted(records(named, left_out, web), kept, tools, engine, timeout, jobs)) as items:
                _take(items, kept, tools, opinions, progress)
            unanswered = _look_at_all(named, kept, tools, opinions)
            faulty = any(finding.severity == "violation" for finding in kept.findings)
            published = bool(kept.articles) and (keep_going or not faulty)
            names = tuple(_candidates(named, tools, left_out, web)) if published else ()
            summary = _summary(folder, published, kept, names, unanswered)
            if published:
                write_dump(new, kept, config, tools.vocabulary, summary.members())
            is_ours = not dataset.is_dump(cache)  # else somebody has built into a folder of that name
            if kept.articles and is_ours and told == setup(config, engine, timeout):
                kept.keep(cache / spool.FILE)
        (new / ".spool").unlink(missing_ok=True)
        if published:
            folders.put_in_place(new, folder)
    return summary


def _take(
    items: Iterable[tuple[Item, bytes]],
    kept: Spool,
    tools: Tools,
    opinions: SecondOpinions | None,
    progress: Callable[[Step], None],
) -> None:
    """Put what the records became into the spool."""
    articles = 0
    for item, key in items:
        kept.take(item, key)
        _doubt(item, key, tools, opinions, kept)
        articles += not isinstance(item, Finding)
        progress(Step(source_of(item), articles, kept.reused))
    progress(Step(None, articles, kept.reused))


def _look_at_all(sources: Iterable[Source], kept: Spool, tools: Tools, opinions: SecondOpinions | None) -> tuple[Finding, ...]:
    """Find what only all articles together show; return what there is to say that another run need not say again."""
    if not kept.articles and all(finding.severity != "violation" for finding in kept.findings):
        kept.findings.append(Finding("violation", "no articles here", Place(" ".join(map(str, sources)))))
    kept.findings.extend(_check_names(kept, tools))
    if opinions is None:
        return ()
    found = opinions.collect()
    kept.findings.extend(finding for finding in found if finding.severity != "info")
    kept.agree(opinions.agreed)
    return tuple(finding for finding in found if finding.severity == "info")


def _summary(folder: Path, published: bool, kept: Spool, names: tuple[Candidate, ...], unanswered: tuple[Finding, ...]) -> Summary:
    findings = tuple(kept.findings)
    counts = kept.articles, kept.refused, kept.statements
    return Summary(folder, published, *counts, kept.kinds, findings, names, unanswered)


def _doubt(item: Item, key: bytes, tools: Tools, opinions: SecondOpinions | None, kept: Spool) -> None:
    """Ask for a second opinion on an article if it is its turn; where the one in an earlier build was as the first, it still is."""
    if not opinions or not isinstance(item, Converted) or not opinions.wants(item.is_good):
        return
    if kept.has_agreed(key):
        kept.agree([key])
    else:
        own = map(rdf.parse_nquads, item.pieces["nquads"].decode().splitlines(keepends=True))
        opinions.ask(validation.ntriples(seen(own, tools.vocabulary)), item.failing, key=key)


def _candidates(sources: Iterable[Source], tools: Tools, leave_out: Iterable[Path], web: Fetcher) -> Iterator[Candidate]:
    """Yield the names that the configured model finds and the vocabulary lacks, in the sources read once more."""
    if tools.config.model:
        articles = each(sources, lambda record: linked(record, tools), leave_out, web)
        good = (article for article in articles if isinstance(article, Article))
        yield from candidates.find(good, tools.vocabulary, candidates.load(tools.config.model))


def _check_names(kept: Spool, tools: Tools) -> Iterator[Finding]:
    """Yield what is to say of names that the good articles share, at the article that brought the last form of one."""
    for result, article in crosscheck.check_names(kept.shared, kept.names, tools.vocabulary, tools.validator):
        yield replace(result, place=Place(kept.source_of(article), 1))


def _inside(folders: Iterable[Path], sources: Iterable[Source]) -> tuple[Path, ...]:
    """Return the folders that lie in a source. Raises `UsageError` for a source that lies in one of them."""
    return tuple(filter(None, [_if_inside(folder, sources) for folder in folders]))


def _if_inside(folder: Path, sources: Iterable[Source]) -> Path | None:
    """Return the folder where it lies in a source. Raises `UsageError` for a source that lies in the folder."""
    real = Path(os.path.realpath(folder))
    places = {source: Path(os.path.realpath(source)) for source in sources if isinstance(source, Path)}
    for source, place in places.items():
        if place.is_relative_to(real):
            raise UsageError(f"this source lies in the output folder {folder}, which is replaced", Place(name_of(source)))
    return real if any(real.is_relative_to(place) for place in places.values()) else None
