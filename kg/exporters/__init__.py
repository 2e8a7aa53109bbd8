"""Statements become files: Turtle, JSON-LD, N-Quads, TriG, N-Triples, RDF/XML. A format is a function and a row in `FORMATS`.

A writer takes blocks, the statements of one article or one vocabulary each, and yields text; so a dump of any size is
written while it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from kg import rdf, terms
from kg.errors import Place, ResourceError, UsageError
from kg.exporters.jsonld import write_jsonld
from kg.exporters.lines import parse_nquads, write_nquads, write_ntriples
from kg.exporters.sharing import articles_then_shared
from kg.exporters.turtle import write_trig, write_turtle
from kg.exporters.xml import write_rdfxml
from kg.mapping import article_of
from kg.terms import Statement

Block = Sequence[Statement]
Writer = Callable[[Iterable[Block]], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is written."""

    media_type: str
    suffix: str
    write: Writer


FORMATS: Mapping[str, Format] = {
    "turtle": Format("text/turtle", ".ttl", write_turtle),
    "jsonld": Format("application/ld+json", ".jsonld", write_jsonld),
    "nquads": Format("application/n-quads", ".nq", write_nquads),
    "trig": Format("application/trig", ".trig", write_trig),
    "ntriples": Format("application/n-triples", ".nt", write_ntriples),
    "rdfxml": Format("application/rdf+xml", ".rdf", write_rdfxml),
}


def export(statements: Iterable[Statement], format: str) -> str:
    """Return the statements in a format of `FORMATS`, the union of all graphs where the format has none."""
    return "".join(FORMATS[format].write(blocks(statements)))


def blocks(statements: Iterable[Statement]) -> Iterator[Block]:
    """Yield the statements article by article, in order of IRI, then those of each other graph."""

    def order(statement: Statement) -> tuple[bool, str, str]:
        article = article_of(statement.graph)
        return article is None, article or statement.graph, ""

    for _, block in groupby(sorted(set(statements), key=lambda s: (*order(s), s)), key=order):
        yield list(block)


def count_triples(blocks: Iterable[Block]) -> int:
    """Return how many triples the union of all graphs has, as a set."""
    return sum(len(pairs) for group in articles_then_shared(blocks) for pairs in group.values())


def read_blocks(path: Path) -> Iterator[Block]:
    """Yield the blocks of a dump's N-Quads as they stand there, without holding more than one of them.

    Raises `ResourceError` where the file cannot be read.
    """
    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            for _, block in groupby(map(parse_nquads, lines), key=lambda s: article_of(s.graph) or s.graph):
                yield list(block)
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(path))) from error


def export_source(source: Path, format: str, article: str | None = None) -> Iterator[str]:
    """Yield a dump or an RDF file in a format of `FORMATS`; with `article`, an IRI, only that article's statements.

    Raises `KgError` for bad RDF, and `UsageError` where there is no such dump or article.
    """
    nquads = source / "articles.nq"
    if source.is_dir() and not nquads.is_file():
        raise UsageError("no dump here: there is no articles.nq", Place(str(source)))
    found = read_blocks(nquads) if source.is_dir() else blocks(rdf.read(source))
    if article is not None:
        wanted = terms.iri(article.strip("<>"))
        first = next((block for block in found if article_of(block[0].graph) == wanted), None)
        if first is None:
            raise UsageError(f"no such article: {article}", Place(str(source)))
        found = iter([first])
    yield from FORMATS[format].write(found)
