"""SPARQL over a dump: the only door to the query engine.

A query runs in a child process, because the engine cannot be told to stop and a query of some thousand braces ends its
process; so it costs the question, never who asked.
"""

from __future__ import annotations

import multiprocessing
import re
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from kg import rdf, terms
from kg.errors import KgError, Place, QueryError
from kg.terms import Statement

Kind = Literal["solutions", "boolean", "graph"]

DEFAULT_TIMEOUT = 60.0
_DEEPEST = 200
_LONGEST = 64 * 1024
_TOKEN = re.compile(
    r"(?P<text>\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')|(?P<iri><[^<>\"{}|^`\\\s]*>)"
    r"|(?P<comment>#[^\n]*)|(?P<open>[({\[])|(?P<close>[)}\]])|(?P<word>[A-Za-z_][\w:.-]*|[?$]\w+)",
    re.DOTALL,
)
_MEDIA = {"csv": "CSV", "tsv": "TSV", "json": "JSON", "xml": "XML"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gives: solutions or a boolean in a SPARQL results format, or the statements of a graph."""

    kind: Kind
    body: bytes = b""
    statements: tuple[Statement, ...] = ()


def query(target: Path | str, text: str, format: str = "json", timeout: float = DEFAULT_TIMEOUT) -> Answer:
    """Return the answer to a SPARQL query over a dump or an RDF file; `format` (csv, tsv, json, xml) is for solutions.

    The prefixes of our context are known. The default graph is the union of all graphs, as a set. Raises `QueryError` for
    a query that is wrong, too deep, too long or slower than `timeout` seconds, and for SERVICE; `KgError` for bad data.
    """
    _check(text)
    ours, theirs = multiprocessing.get_context("spawn").Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(target=_answer, args=(theirs, str(target), text, format), daemon=True)
    child.start()
    theirs.close()
    try:
        if not ours.poll(timeout):
            raise QueryError(f"no answer within {timeout:g} seconds")
        outcome = ours.recv()
    except EOFError as error:
        raise QueryError("the query engine broke down on this query") from error
    finally:
        child.kill()
        child.join()
        ours.close()
    if isinstance(outcome, KgError):
        raise outcome
    answer: Answer = outcome
    return answer


def _check(text: str) -> None:
    """Refuse what would end or mislead the engine, before it sees the query."""
    if not text.strip():
        raise QueryError("the query is empty")
    if len(text.encode(errors="replace")) > _LONGEST:
        raise QueryError(f"a query has at most {_LONGEST} bytes")
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        if depth > _DEEPEST:
            raise QueryError(f"a query is nested at most {_DEEPEST} deep")
        if token.lastgroup == "word" and token[0].upper() == "SERVICE":
            raise QueryError("SERVICE would ask another server; it is not allowed")


def _answer(pipe: Connection, target: str, text: str, format: str) -> None:
    try:
        outcome: Answer | KgError = _run(Path(target), text, format)
    except KgError as error:
        outcome = error
    pipe.send(outcome)
    pipe.close()


def _run(target: Path, text: str, format: str) -> Answer:
    import pyoxigraph

    store = _load(target)
    try:
        found: Any = store.query(text, prefixes=dict(terms.PREFIXES))
        if isinstance(found, pyoxigraph.QueryTriples):
            return Answer("graph", statements=tuple(rdf.from_triples(found)))
        kind: Kind = "boolean" if isinstance(found, pyoxigraph.QueryBoolean) else "solutions"
        return Answer(kind, found.serialize(format=getattr(pyoxigraph.QueryResultsFormat, _MEDIA[format])))
    except SyntaxError as error:
        raise QueryError(f"not SPARQL: {error.msg}", _place(str(error.msg))) from error
    except (ValueError, OSError) as error:
        raise QueryError(str(error)) from error


def _place(message: str) -> Place:
    found = re.search(r"at (\d+):(\d+)", message)
    return Place("query", int(found[1]), int(found[2])) if found else Place("query")


def _load(target: Path) -> Any:
    """Return a store with the named graphs and, as the default graph, their union as a set."""
    import pyoxigraph

    store = pyoxigraph.Store()
    path = target / "articles.nq" if target.is_dir() else target
    if not path.is_file():
        raise QueryError("no dump here: there is no articles.nq", Place(str(target)))
    lines = "".join(map(rdf.nquads, rdf.read(path))) if path.suffix != ".nq" else path.read_bytes()
    try:
        store.bulk_load(lines, format=pyoxigraph.RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise QueryError(str(error.msg), Place(str(path), error.lineno or 0, error.offset or 0)) from error
    store.bulk_extend(pyoxigraph.Quad(q.subject, q.predicate, q.object) for q in list(store))
    return store
