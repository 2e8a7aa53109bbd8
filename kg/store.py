"""SPARQL over a dump: the only door to the query engine.

A query runs in a child process, because the engine cannot be told to stop and a query of some thousand braces ends its
process; so it costs the question, never who asked. While it runs the child can open no connection and no file, and its
memory is bounded.
"""

from __future__ import annotations

import pickle
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kg import confined, rdf, terms
from kg.errors import KgError, Place, QueryError
from kg.terms import Statement

Kind = Literal["solutions", "boolean", "graph"]

DEFAULT_TIMEOUT = 60.0
_DEEPEST = 200
_SHOWN = 160
_LONGEST = 64 * 1024
_MEMORY = 1 << 30  # bytes that an answer may need beside the graph
_TOKEN = re.compile(
    r"(?P<text>\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')|(?P<iri><[^<>\"{}|^`\\\s]*>)"
    r"|(?P<comment>#[^\n]*)|(?P<open>[({\[])|(?P<close>[)}\]])|(?P<word>[A-Za-z_][\w:.-]*|[?$]\w+)",
    re.DOTALL,
)
_SERVICE = re.compile(r"(?:^|true\.|false\.)service", re.IGNORECASE)
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
    request = pickle.dumps((str(target), text, format))
    try:
        outcome = pickle.loads(confined.run(__name__, answer_request.__name__, request, timeout))  # noqa: S301
    except confined.LateError as error:
        raise QueryError(f"no answer within {timeout:g} seconds") from error
    except confined.ChildError as error:
        raise QueryError("the query engine broke down on this query; it needs too much memory, or is nested too deep") from error
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
        # The engine wants no space after the word, so a prefix that begins with it counts as well
        if token.lastgroup == "word" and _SERVICE.search(token[0]):
            raise QueryError("SERVICE would ask another server; it is not allowed")


def answer_request() -> None:
    """Answer, in the child, the request on standard input; the parent raises a refusal."""
    target, text, wanted = pickle.load(sys.stdin.buffer)  # noqa: S301
    try:
        outcome: Answer | KgError = _run(Path(target), text, wanted)
    except KgError as error:
        outcome = error
    sys.stdout.buffer.write(pickle.dumps(outcome))


def _run(target: Path, text: str, format: str) -> Answer:
    import pyoxigraph

    store = _load(target)
    try:
        with confined.confine(_MEMORY):
            found: Any = store.query(text, prefixes={**terms.PREFIXES, **terms.ENTITY_PREFIXES})
            if isinstance(found, pyoxigraph.QueryTriples):
                return Answer("graph", statements=tuple(rdf.from_triples(found)))
            kind: Kind = "boolean" if isinstance(found, pyoxigraph.QueryBoolean) else "solutions"
            return Answer(kind, found.serialize(format=getattr(pyoxigraph.QueryResultsFormat, _MEDIA[format])))
    except SyntaxError as error:
        raise _syntax_error(str(error.msg)) from error
    except (ValueError, OSError) as error:
        raise QueryError(str(error)) from error


def _syntax_error(message: str) -> QueryError:
    """Return the engine's message with its place; of the long lists of what it expected, the beginning."""
    found = re.match(r"error at (\d+):(\d+): ", message)
    place = Place("query", int(found[1]), int(found[2])) if found else Place("query")
    words = " ".join(message[found.end() if found else 0 :].split())
    return QueryError(f"not SPARQL: {words if len(words) <= _SHOWN else words[:_SHOWN] + ' …'}", place)


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
