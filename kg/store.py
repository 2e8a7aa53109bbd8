"""SPARQL over a dump: the only door to the query engine.

A query runs in a child process, because the engine cannot be told to stop and a query of some thousand braces ends its
process; so it costs the question, never who asked. While it runs the child can open no connection and no file, and its
memory is bounded.
"""

from __future__ import annotations

import heapq
import os
import pickle
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, Self

from kg import confined, rdf, sparql, terms
from kg.errors import KgError, Place, QueryError
from kg.terms import Statement, Term

Kind = Literal["solutions", "boolean", "graph"]

DEFAULT_TIMEOUT = 60.0
_SHOWN = 160
_MEMORY = 1 << 30  # bytes that an answer may need beside the graph
_LOADED = 1 << 20  # bytes a second that have to be loaded at least: no query can make it slower, so this is far from tight
# A blank node in N-Quads; a text may look so too, which costs time only
_BLANK = re.compile(rb"^[ \t]*_:|[>\"][ \t]*_:", re.MULTILINE)
_MEDIA = {"csv": "CSV", "tsv": "TSV", "json": "JSON", "xml": "XML"}
_LATE = "no answer within {:g} seconds"
_BROKEN = "the query engine broke down on this query; it needs too much memory, or is nested too deep"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gives: solutions or a boolean in a SPARQL results format, or the statements of a graph."""

    kind: Kind
    body: bytes = b""
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Solutions as terms: the first of them in the order of their terms, and how many there are."""

    names: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    count: int


def query(target: Path | str, text: str, format: str = "json", timeout: float = DEFAULT_TIMEOUT) -> Answer:
    """Return the answer to a SPARQL query over a dump or an RDF file; `format` (csv, tsv, json, xml) is for solutions.

    The prefixes of our context are known. The default graph is the union of all graphs, as a set. Raises `QueryError` for
    a query that is wrong, too deep, too long or slower than `timeout` seconds, and for SERVICE; `KgError` for bad data.
    """
    _check(text)
    request = pickle.dumps((str(target), text, format))
    try:
        outcome = pickle.loads(confined.run(__name__, answer_request.__name__, request, timeout))  # noqa: S301
    except confined.LateError as error:
        raise QueryError(_LATE.format(timeout)) from error
    except confined.ChildError as error:
        raise QueryError(_BROKEN) from error
    if isinstance(outcome, KgError):
        raise outcome
    answer: Answer = outcome
    return answer


class Session:
    """A dump or an RDF file that is loaded once, in a child, and asked one query after another."""

    def __init__(self, target: Path | str) -> None:
        self._target = Path(target)
        self._child = confined.Child(__name__, answer_requests.__name__, os.fsencode(self._target))
        self._is_loaded = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close()

    def load(self) -> None:
        """Load what is to be asked. Raises `KgError` where it is no dump or bad data."""
        file = nquads_of(self._target)
        size = file.stat().st_size if file.is_file() else 0
        seconds = DEFAULT_TIMEOUT + size / _LOADED
        try:
            self._ask(None, seconds)
        except confined.LateError as error:
            raise QueryError(f"not loaded within {seconds:.0f} seconds", Place(str(file))) from error
        except confined.ChildError as error:
            raise QueryError("cannot be loaded: it needs too much memory", Place(str(file))) from error
        self._is_loaded = True

    def ask(self, text: str, most: int, timeout: float = DEFAULT_TIMEOUT) -> bool | Table:
        """Return whether an ASK query holds, or the first `most` solutions of a SELECT query.

        Raises `QueryError` as `query` does, and for a query that gives a graph; the time to load is not the query's.
        """
        _check(text)
        if not self._is_loaded:
            self.load()
        try:
            answer: bool | Table = self._ask((text, most), timeout)
        except confined.ChildError as error:
            self._is_loaded = False
            raise QueryError(_LATE.format(timeout) if isinstance(error, confined.LateError) else _BROKEN) from error
        return answer

    def _ask(self, request: tuple[str, int] | None, timeout: float) -> Any:
        outcome = pickle.loads(self._child.ask(pickle.dumps(request), timeout))  # noqa: S301
        if isinstance(outcome, KgError):
            raise outcome
        return outcome


def _check(text: str) -> None:
    """Refuse what would end or mislead the engine, before it sees the query."""
    if found := sparql.refusal(text):
        raise QueryError(found[0])


def answer_request() -> None:
    """Answer, in the child, the request on standard input; the parent raises a refusal."""
    target, text, wanted = pickle.load(sys.stdin.buffer)  # noqa: S301
    try:
        outcome: Answer | KgError = _run(Path(target), text, wanted)
    except KgError as error:
        outcome = error
    sys.stdout.buffer.write(pickle.dumps(outcome))


def answer_requests() -> None:
    """Answer, in the child of a session, one request after another; the first has it load the data."""
    confined.answer(_prepare)


def _prepare(setup: bytes) -> Callable[[bytes], bytes]:
    target = Path(os.fsdecode(setup))
    stores: list[Any] = []

    def outcome(request: tuple[str, int] | None) -> bool | Table | KgError | None:
        try:
            if request is None:
                stores.append(_load(target))
                return None
            text, most = request
            answer: bool | Table = _solve(stores[0], text, partial(_tested, most=most))
        except KgError as error:
            return error
        return answer

    return lambda request: pickle.dumps(outcome(pickle.loads(request)))  # noqa: S301


def _run(target: Path, text: str, format: str) -> Answer:
    answer: Answer = _solve(_load(target), text, partial(_answered, format=format))
    return answer


def _solve(store: Any, text: str, told: Callable[[Any], Any]) -> Any:
    """Return what `told` makes of the answer to a query, both within bounds."""
    try:
        with confined.confine(_MEMORY):
            return told(store.query(text, prefixes={**terms.PREFIXES, **terms.ENTITY_PREFIXES}))
    except SyntaxError as error:
        raise _syntax_error(str(error.msg)) from error
    except (ValueError, OSError) as error:
        raise QueryError(str(error)) from error


def _answered(found: Any, format: str) -> Answer:
    import pyoxigraph

    if isinstance(found, pyoxigraph.QueryTriples):
        return Answer("graph", statements=tuple(rdf.from_triples(found)))
    kind: Kind = "boolean" if isinstance(found, pyoxigraph.QueryBoolean) else "solutions"
    return Answer(kind, found.serialize(format=getattr(pyoxigraph.QueryResultsFormat, _MEDIA[format])))


def _tested(found: Any, most: int) -> bool | Table:
    import pyoxigraph

    if isinstance(found, pyoxigraph.QueryTriples):
        raise QueryError("this query gives a graph; ASK or SELECT is wanted")
    if isinstance(found, pyoxigraph.QueryBoolean):
        return bool(found)
    count = 0

    def rows() -> Iterator[tuple[Term | None, ...]]:
        nonlocal count
        for row in found:
            count += 1
            yield tuple(map(_term, row))

    first = heapq.nsmallest(most, rows(), key=lambda row: [term or "" for term in row])
    return Table(tuple(variable.value for variable in found.variables), tuple(first), count)


def _term(node: Any) -> Term | None:
    """Return a term; the engine writes it as canonical N-Triples. A triple term, which is no term of ours, has its brackets."""
    import pyoxigraph

    return None if node is None else f"<<( {node} )>>" if isinstance(node, pyoxigraph.Triple) else str(node)


def _syntax_error(message: str) -> QueryError:
    """Return the engine's message with its place; of the long lists of what it expected, the beginning."""
    found = re.match(r"error at (\d+):(\d+): ", message)
    place = Place("query", int(found[1]), int(found[2])) if found else Place("query")
    words = " ".join(message[found.end() if found else 0 :].split())
    return QueryError(f"not SPARQL: {words if len(words) <= _SHOWN else words[:_SHOWN] + ' …'}", place)


def nquads_of(target: Path) -> Path:
    """Return the file that holds the graphs of a dump; an RDF file is that itself."""
    return target / "articles.nq" if target.is_dir() else target


def _load(target: Path) -> Any:
    """Return a store with the named graphs and, as the default graph, their union as a set."""
    import pyoxigraph

    store = pyoxigraph.Store()
    path = nquads_of(target)
    if not path.is_file():
        raise QueryError("no dump here: there is no articles.nq", Place(str(target)))
    form = pyoxigraph.RdfFormat.N_QUADS
    lines = path.read_bytes() if path.suffix == ".nq" else b""
    if not lines or _BLANK.search(lines):
        # Loading gives blank nodes names by chance: ours come from what is said of them
        lines = "".join(map(rdf.nquads, rdf.read(path))).encode()
        store.bulk_extend(pyoxigraph.parse(lines, format=form))
    else:
        try:
            store.bulk_load(lines, format=form)
        except SyntaxError as error:
            raise QueryError(str(error.msg), Place(str(path), error.lineno or 0, error.offset or 0)) from error
    store.bulk_extend(pyoxigraph.Quad(q.subject, q.predicate, q.object) for q in list(store))
    return store
