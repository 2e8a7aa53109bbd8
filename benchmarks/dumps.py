"""Dumps of any size, made of the graphs of a few articles; nothing here is measured."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from kg import dataset, exporters, linkers, mapping, pipeline, rdf, readers, terms, vocabulary
from kg.article import Record
from kg.config import Config
from kg.errors import KgError
from kg.terms import Statement, Term

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SETTINGS = Config(publisher="Example Press", language="en")
SIZE = range(100, 141)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


class Graph(NamedTuple):
    """An article's graph: its IRI, its statements as N-Quads, what it refers to in the vocabulary."""

    iri: Term
    nquads: str
    entities: frozenset[Term]


class Collection(NamedTuple):
    """Graphs of a hundred statements or a little more, and the vocabulary that they refer to."""

    graphs: tuple[Graph, ...]
    vocabulary: vocabulary.Vocabulary

    def shared(self) -> Iterator[str]:
        """Yield what a dump says of all that the graphs refer to, as N-Quads."""
        entities = {entity for graph in self.graphs for entity in graph.entities}
        yield from exporters.FORMATS["nquads"].write(exporters.blocks(self.vocabulary.describe(entities)))

    def numbered(self, count: int, faulty: int) -> Iterator[Graph]:
        """Yield as many graphs as asked for, in order of IRI; of `faulty` one has lost its publisher."""
        for number, graph in enumerate(islice(cycle(self.graphs), count)):
            yield _renamed(graph, number, number % faulty == 0)


def collect(corpus: Path | None, limit: int) -> Collection:
    """Return the graphs of articles cut from the examples, or of those below a folder, that have the wanted size."""
    words = vocabulary.load(SETTINGS.base)
    records = readers.records(readers.split(corpus)) if corpus else _cut_examples(words)
    described = (_described(record, words) for record in records)
    chosen = (graph for graph in described if graph and graph.nquads.count("\n") in SIZE)
    return Collection(tuple(islice(chosen, limit)), words)


def _described(record: Record, words: vocabulary.Vocabulary) -> Graph | None:
    """Return the graph of an article; None for one that cannot be read."""
    try:
        article = linkers.link(pipeline.read(record, SETTINGS), words)
    except KgError:
        return None
    statements = list(mapping.describe(article, words, SETTINGS.base))
    entities = frozenset(s.object for s in statements if s.object in words)
    return Graph(mapping.article_iri(article, SETTINGS.base), exporters.export(statements, "nquads"), entities)


def _cut_examples(words: vocabulary.Vocabulary) -> Iterator[Record]:
    """Yield the Markdown examples in pieces: each has the front matter, and as many sentences as make a graph large enough."""
    for path in sorted(EXAMPLES.glob("*.md")):
        head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
        piece: list[str] = []
        for sentence in _SENTENCE.split(body.strip()):
            piece.append(sentence)
            record = Record(path.name, "markdown", f"{head}\n---\n\n{' '.join(piece)}\n".encode())
            graph = _described(record, words)
            if graph and graph.nquads.count("\n") >= SIZE.start:
                yield record
                piece = []


def _renamed(graph: Graph, number: int, is_faulty: bool) -> Graph:
    """Return the graph under another IRI, its people too; with a fault, or as it is."""
    iri = terms.iri(f"{SETTINGS.base}article/{number:06}")
    text = graph.nquads
    for end in (">", "#"):
        text = text.replace(graph.iri[:-1] + end, iri[:-1] + end)
    text = text.replace(f"<{SETTINGS.base}person/", f"<{SETTINGS.base}person/{number:06}-")
    lost = f"{iri} {terms.PUBLISHER} " if is_faulty else "\n"
    return Graph(iri, "".join(sorted(line for line in text.splitlines(keepends=True) if not line.startswith(lost))), graph.entities)


def write_dump(folder: Path, graphs: Iterable[Graph], shared: Iterable[str]) -> Path:
    """Write a dump: the quads, and the manifest that says so. Returns the folder."""
    folder.mkdir()
    iris = []
    with (folder / pipeline.NQUADS).open("w", encoding="utf-8", newline="\n") as file:
        for graph in graphs:
            iris.append(terms.value(graph.iri))
            file.write(graph.nquads)
        file.writelines(shared)
    quads = folder / pipeline.NQUADS
    files = {quads.name: dataset.File("application/n-quads", quads.stat().st_size, dataset.sha256(quads))}
    articles = ((iri, {"source": f"{iri[-6:]}.md", "sha256": "0" * 64}) for iri in iris)
    (folder / dataset.MANIFEST).write_text("".join(dataset.manifest(SETTINGS.base, files, articles)), encoding="utf-8")
    return folder


def ntriples(graph: Graph, words: vocabulary.Vocabulary) -> str:
    """Return what an engine is to see of an article: its statements, and the types of what it refers to."""
    statements = map(rdf.parse_nquads, graph.nquads.splitlines(keepends=True))
    kinds = [Statement(entity, terms.TYPE, kind, "") for entity in graph.entities for kind in words.types(entity)]
    return exporters.export([*statements, *kinds], "ntriples")
