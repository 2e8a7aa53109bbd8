"""Statements become files: Turtle, JSON-LD, N-Quads, TriG, N-Triples, RDF/XML, tables. A format is a row in `FORMATS`.

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
from kg.exporters.formats import FORMATS, Block, Format, add, write_each
from kg.exporters.names import NAMES, Variant, all_variants, variants
from kg.exporters.output import Output, Written
from kg.exporters.packing import PACKINGS
from kg.exporters.sharing import Cut, Subjects, cut, is_article, owner
from kg.mapping import article_of
from kg.terms import Statement, Term

__all__ = [
    "FORMATS",
    "NAMES",
    "PACKINGS",
    "Block",
    "Cut",
    "Format",
    "Output",
    "Subjects",
    "Variant",
    "Written",
    "add",
    "all_variants",
    "blocks",
    "cut",
    "export",
    "export_source",
    "pieces",
    "read_blocks",
    "variants",
]


def export(statements: Iterable[Statement], format: str) -> str:
    """Return the statements in a format of `FORMATS`, the union of all graphs where the format has none."""
    first, *others = variants(format)
    if others or first.packing:
        raise UsageError(f"{format} is no text: name one of {', '.join(FORMATS)}")
    return "".join(first.form.write(blocks(statements)))


def pieces(cut: Cut, names: Iterable[str]) -> dict[str, bytes]:
    """Return what an article becomes in each format that is named, by the rows of `FORMATS`, however it will be packed."""
    rows = dict.fromkeys(variant.row for variant in all_variants(names))
    return {row: piece(cut).encode() for row in rows if (piece := FORMATS[row].piece)}


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


def export_source(source: Path, format: str, article: str | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield a dump or an RDF file in a format of `NAMES`, packed or not: the bytes of its files, each with the name of its file.

    With `article`, an IRI, only that article with what it leads to. Raises `KgError` for bad RDF, and `UsageError` where there
    is no such format, dump or article.
    """
    wanted = variants(format)
    packers = [PACKINGS[variant.packing]() for variant in wanted]
    for place, text in write_each([variant.form for variant in wanted], _blocks_of(source, article)):
        yield wanted[place].file_name(), packers[place].compress(text.encode())
    for variant, packer in zip(wanted, packers, strict=True):
        yield variant.file_name(), packer.flush()


def _blocks_of(source: Path, article: str | None) -> Iterator[Block]:
    nquads = source / "articles.nq"
    if source.is_dir() and not nquads.is_file():
        raise UsageError("no dump here: there is no articles.nq", Place(str(source)))
    found = read_blocks(nquads) if source.is_dir() else blocks(rdf.read(source))
    if article is None:
        yield from found
        return
    wanted = terms.iri(article.strip("<>"))
    first = next((block for block in found if any(is_article(s) and s.subject == wanted for s in block)), None)
    if first is None:
        raise UsageError(f"no such article: {article}", Place(str(source)))
    yield _of_article(wanted, first)


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
