"""Statements become files: Turtle, JSON-LD, N-Quads, TriG, N-Triples, RDF/XML. A format is a row in `FORMATS`.

A writer takes blocks, the statements of one article or one vocabulary each, and yields text; so a dump of any size is
written while it is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from kg import rdf, terms
from kg.errors import Place, ResourceError, UsageError
from kg.exporters.formats import FORMATS, Block, Format, add
from kg.exporters.output import Output, Written
from kg.exporters.sharing import Cut, Subjects, cut, is_article, owner
from kg.mapping import article_of
from kg.terms import Statement, Term

__all__ = [
    "FORMATS",
    "Block",
    "Cut",
    "Format",
    "Output",
    "Subjects",
    "Written",
    "add",
    "blocks",
    "cut",
    "export",
    "export_source",
    "read_blocks",
]


def export(statements: Iterable[Statement], format: str) -> str:
    """Return the statements in a format of `FORMATS`, the union of all graphs where the format has none."""
    return "".join(_format(format).write(blocks(statements)))


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise UsageError(f"unknown format {name!r}; there are {', '.join(FORMATS)}")
    return FORMATS[name]


def blocks(statements: Iterable[Statement]) -> Iterator[Block]:
    """Yield the statements article by article, in order of IRI, then those of each other graph.

    Whatever graph it stands in, what is said of an article goes with the graph that says that it is one.
    """
    quads = {statement._replace(span=None) for statement in statements}
    homes: dict[Term, tuple[bool, str]] = {}
    for statement in sorted(filter(is_article, quads), key=lambda s: (article_of(s.graph) != s.subject, _home(s.graph))):
        homes.setdefault(statement.subject, _home(statement.graph))

    def order(statement: Statement) -> tuple[bool, str]:
        return homes.get(owner(statement.subject, homes)) or _home(statement.graph)

    for _, block in groupby(sorted(quads, key=lambda s: (order(s), s[:4])), key=order):
        yield list(block)


def _home(graph: Term) -> tuple[bool, str]:
    """Return where the statements of a graph are written: with the article whose graph it is, else by themselves, later."""
    article = article_of(graph)
    return article is None, article or graph


def read_blocks(path: Path) -> Iterator[Block]:
    """Yield the blocks of a dump's N-Quads as they stand there, without holding more than one of them.

    Raises `ResourceError` where the file cannot be read.
    """
    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            for _, block in groupby(map(rdf.parse_nquads, lines), key=lambda s: article_of(s.graph) or s.graph):
                yield list(block)
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(path))) from error


def export_source(source: Path, format: str, article: str | None = None) -> Iterator[str]:
    """Yield a dump or an RDF file in a format of `FORMATS`; with `article`, an IRI, only that article with what it leads to.

    Raises `KgError` for bad RDF, and `UsageError` where there is no such dump or article.
    """
    writer, nquads = _format(format), source / "articles.nq"
    if source.is_dir() and not nquads.is_file():
        raise UsageError("no dump here: there is no articles.nq", Place(str(source)))
    found = read_blocks(nquads) if source.is_dir() else blocks(rdf.read(source))
    if article is not None:
        wanted = terms.iri(article.strip("<>"))
        first = next((block for block in found if any(is_article(s) and s.subject == wanted for s in block)), None)
        if first is None:
            raise UsageError(f"no such article: {article}", Place(str(source)))
        found = iter([_of_article(wanted, first)])
    yield from writer.write(found)


def _of_article(article: Term, block: Block) -> Block:
    """Return what a block says of an article and of everything that this leads to, other articles left out."""
    articles = {s.subject for s in block if is_article(s)}
    subjects: defaultdict[Term, list[Statement]] = defaultdict(list)
    for statement in block:
        subjects[statement.subject].append(statement)
    todo = [s.subject for s in block if article in (owner(s.subject, articles), article_of(s.graph))]
    found: dict[Term, list[Statement]] = {}
    while todo:
        subject = todo.pop()
        if subject in subjects and subject not in found and owner(subject, articles) not in articles - {article}:
            found[subject] = subjects[subject]
            todo.extend(s.object for s in subjects[subject])
    return sorted(statement for statements in found.values() for statement in statements)
