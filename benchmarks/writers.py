"""Triples a second, format by format, of the writers of `kg`, pyoxigraph and rdflib, in one run on the same statements.

    python benchmarks/writers.py [SOURCE] [--articles N] [--rounds N]        (default: examples)

What `kg` writes begins at linked articles: their statements are made, and written article by article, as a build does it; and
once more at these statements. The two libraries begin at plain values, of which they make their terms, and write all at once.
All take turns, so that a machine whose speed drifts harms them alike; each figure is that of the quickest turn, in CPU time.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import pyoxigraph
import rdflib

from kg import exporters, linkers, mapping, pipeline, terms
from kg.article import Article
from kg.config import Config
from kg.terms import Statement, Term

SETTINGS = Config(publisher="Example Press", language="en")
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
# What pyoxigraph and rdflib call our formats; the JSON-LD of both is expanded
OXIGRAPH = {name: pyoxigraph.RdfFormat.from_media_type(form.media_type) for name, form in exporters.FORMATS.items()}
RDFLIB = {"turtle": "turtle", "jsonld": "json-ld", "nquads": "nquads", "trig": "trig", "ntriples": "nt", "rdfxml": "xml"}
WITH_GRAPHS = frozenset({"nquads", "trig"})

Work = Callable[[], object]
# A value with its language and datatype, if it is a literal
Plain = tuple[str, str | None, str | None]


def main() -> None:
    """Print the figures."""
    options = _options()
    tools = pipeline.load_tools(SETTINGS, has_opinions=False)
    found = pipeline.each(
        [options.source], lambda record: linkers.link(pipeline.read(record, SETTINGS), tools.vocabulary, SETTINGS.links)
    )
    articles = list(islice((item for item in found if isinstance(item, Article)), options.articles))

    def statements() -> Iterator[Sequence[Statement]]:
        return (mapping.describe(article, tools.vocabulary, SETTINGS.base) for article in articles)

    made = list(statements())
    names = [name for name, form in exporters.FORMATS.items() if form.piece]
    count = sum(map(len, made))
    works = {name: _works(name, statements, made) for name in names}
    quickest = _quickest(works, options.rounds)
    print(
        f"{platform.machine()}, Python {platform.python_version()}, pyoxigraph {version('pyoxigraph')}, rdflib {version('rdflib')}"
    )
    print(f"{len(articles):,} articles of {count // len(articles)} statements; thousand triples a second, on one core")
    print(f"{'':>14}  {'kg, from articles':>17}  {'kg':>6}  {'pyoxigraph':>10}  {'rdflib':>6}")
    for name, times in quickest.items():
        cells = [f"{count / times[who] / 1000:,.0f}" if who in times else "–" for who in ("articles", "kg", "pyoxigraph", "rdflib")]
        print(f"{name:>14}  {cells[0]:>17}  {cells[1]:>6}  {cells[2]:>10}  {cells[3]:>6}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("source", type=Path, nargs="?", default=EXAMPLES, help="articles, or a folder of them")
    parser.add_argument("--articles", type=int, default=600, help="how many of them are taken")
    parser.add_argument("--rounds", type=int, default=5, help="how often each writer has its turn")
    return parser.parse_args()


def _seconds(work: Work) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _quickest(works: dict[str, dict[str, Work]], rounds: int) -> dict[str, dict[str, float]]:
    """Return the CPU seconds of the quickest turn of each work."""
    turns = [
        {name: {who: _seconds(work) for who, work in of_format.items()} for name, of_format in works.items()} for _ in range(rounds)
    ]
    return {name: {who: min(turn[name][who] for turn in turns) for who in of_format} for name, of_format in works.items()}


def _works(
    name: str, statements: Callable[[], Iterator[Sequence[Statement]]], made: Sequence[Sequence[Statement]]
) -> dict[str, Work]:
    """Return what each has to do for a format."""
    works: dict[str, Work] = {"articles": lambda: _write(name, statements()), "kg": lambda: _write(name, made)}
    has_graphs = name in WITH_GRAPHS
    rows = [tuple(map(_plain, s[: 4 if has_graphs else 3])) for block in made for s in block]
    form = OXIGRAPH[name]
    if form is not None:
        works["pyoxigraph"] = lambda: _with_pyoxigraph(rows, form)
    if name in RDFLIB:
        works["rdflib"] = lambda: _with_rdflib(rows, RDFLIB[name], has_graphs)
    return works


def _plain(term: Term) -> Plain:
    if term[0] == "<":
        return terms.value(term), None, None
    literal = terms.parts(term)
    return literal.text, literal.language, terms.value(literal.datatype)


def _with_pyoxigraph(rows: Sequence[Sequence[Plain]], form: pyoxigraph.RdfFormat) -> object:
    def term(value: Plain) -> pyoxigraph.NamedNode | pyoxigraph.Literal:
        text, language, datatype = value
        if datatype is None:
            return pyoxigraph.NamedNode(text)
        if language:
            return pyoxigraph.Literal(text, language=language)
        return pyoxigraph.Literal(text, datatype=pyoxigraph.NamedNode(datatype))

    prefixes = dict(terms.PREFIXES) if form in (pyoxigraph.RdfFormat.TURTLE, pyoxigraph.RdfFormat.TRIG) else None
    make = pyoxigraph.Quad if len(rows[0]) == 4 else pyoxigraph.Triple
    return pyoxigraph.serialize((make(*map(term, row)) for row in rows), format=form, prefixes=prefixes)


def _with_rdflib(rows: Sequence[Sequence[Plain]], form: str, has_graphs: bool) -> object:
    def term(value: Plain) -> rdflib.URIRef | rdflib.Literal:
        text, language, datatype = value
        if datatype is None:
            return rdflib.URIRef(text)
        if language:
            return rdflib.Literal(text, lang=language)
        return rdflib.Literal(text, datatype=rdflib.URIRef(datatype))

    graph = rdflib.Dataset() if has_graphs else rdflib.Graph()
    for prefix, namespace in terms.PREFIXES.items():
        graph.bind(prefix, namespace)
    graph.addN((*map(term, row[:3]), graph.graph(term(row[3])) if has_graphs else graph) for row in rows)
    return graph.serialize(format=form)


def _write(name: str, blocks: Iterator[Sequence[Statement]] | Sequence[Sequence[Statement]]) -> int:
    """Write articles as a build does, and return how many bytes that are."""
    form = exporters.FORMATS[name]
    return sum(len(form.piece(exporters.cut(block)).encode()) for block in blocks if form.piece)


if __name__ == "__main__":
    main()
