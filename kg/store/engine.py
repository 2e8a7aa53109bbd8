"""The query engine, in a child process: it opens a store read-only and answers one request after another.

While a query runs it can open no connection, and its memory is bounded.
"""

from __future__ import annotations

import heapq
import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import cache, partial
from importlib import import_module
from typing import Any

from kg import confined, sparql, terms
from kg.errors import KgError, Place, QueryError
from kg.store.loading import DamagedError, is_damage, opened
from kg.store.requests import Request, Table
from kg.terms import Term

NEEDED = ("kg.exporters", "kg.store.writing")  # what answers need beyond what is imported here
MEMORY = 1 << 30  # bytes that an answer may need beside the store

_SHOWN = 160


def answer_requests(loaded: Any = None) -> None:
    """Answer pickled requests, in the child; the setup is a pickled `Prepared` and the bytes of memory that a query may use.

    A request is a `Request`, to which the reply is an `Answer`; or a text and a number, to which it is a truth or a `Table` of
    so many rows; or None, which is answered with None once the store is open. A refusal is replied as the `KgError`. A store
    that is `loaded` already is asked as it is.
    """
    confined.answer(partial(_prepare, is_alone=confined.without_network(), loaded=loaded))


def _prepare(setup: bytes, is_alone: bool, loaded: Any = None) -> Callable[[bytes], bytes]:
    prepared, memory = pickle.loads(setup)  # noqa: S301
    may_read = is_alone or prepared.is_on_disk
    if not may_read:  # what is imported later could not be opened
        for name in NEEDED:
            import_module(name)

    @cache
    def store() -> Any:
        found = loaded or opened(prepared)
        confined.limit_memory(memory)
        return found

    def outcome(request: Request | tuple[str, int] | None) -> Any:
        try:
            found = store()
            with nullcontext() if may_read else confined.without_files():
                return request and reply(found, request)
        except KgError as error:
            return error

    return lambda request: pickle.dumps(outcome(pickle.loads(request)))  # noqa: S301


def reply(store: Any, request: Request | tuple[str, int]) -> Any:
    """Return the answer to a request, or the first rows of a query. Raises `QueryError`."""
    if isinstance(request, Request):
        from kg.store import writing  # it needs the engine, which the parent never has to load

        return solve(store, request, partial(writing.answered, request))
    text, most = request
    return solve(store, Request(text), partial(_tested, most=most))


def solve(store: Any, request: Request, told: Callable[[Any], Any]) -> Any:
    """Return what `told` makes of what the engine finds. Raises `QueryError` for a query that is wrong or refused."""
    if found := sparql.refusal(request.text):
        raise QueryError(found[0], sparql.place(request.text, found[1]))
    try:
        return told(_ask(store, request))
    except SyntaxError as error:
        raise _syntax_error(str(error.msg)) from error
    except (ValueError, OSError, RuntimeError) as error:
        if is_damage(error):
            raise DamagedError(str(error)) from error
        raise QueryError(str(error)) from error


def _ask(store: Any, request: Request) -> Any:
    import pyoxigraph

    text, names = request.text, (request.default_graphs, request.named_graphs)
    if names == (None, None):
        names = sparql.dataset(text, terms.ALL_PREFIXES)
    given: dict[str, Any] = {"prefixes": terms.ALL_PREFIXES}
    if names != (None, None):
        graphs: list[Any]
        graphs, named = ([pyoxigraph.NamedNode(name) for name in some or ()] for some in names)
        if len(graphs) > 1:
            store, graphs = _merged(store, graphs, named), [pyoxigraph.DefaultGraph()]
        given.update(default_graph=graphs, named_graphs=named)
    found = store.query(text, **given)
    if isinstance(found, pyoxigraph.QuerySolutions) and (ordered := sparql.explicit(text, [v.value for v in found.variables])):
        return store.query(ordered, **given)
    return found


def _merged(store: Any, graphs: list[Any], named: list[Any]) -> Any:
    """Return a store whose default graph is the union of graphs as a set, which the engine would give as a bag."""
    import pyoxigraph

    merged = pyoxigraph.Store()
    for graph in graphs:
        merged.bulk_extend(
            pyoxigraph.Quad(q.subject, q.predicate, q.object) for q in store.quads_for_pattern(None, None, None, graph)
        )
    for graph in named:
        merged.bulk_extend(store.quads_for_pattern(None, None, None, graph))
    return merged


# --- what is found becomes rows ---------------------------------------------------------------------------------------------
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
