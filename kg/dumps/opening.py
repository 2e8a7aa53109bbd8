"""A dump that is open for questions from Python."""

from __future__ import annotations

import json
import os
import threading
import warnings
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kg import questions, sparql, store
from kg.dumps.rows import Rows
from kg.dumps.triples import Triples
from kg.errors import QueryError
from kg.manifest import MANIFEST

if TYPE_CHECKING:
    import rdflib

_GIVES = {"solutions": "rows", "boolean": "yes or no", "graph": "a graph"}
_METHODS = {"solutions": "select", "boolean": "ask", "graph": "construct"}


class QueryWarning(UserWarning):
    """A query that can be answered, but probably does not say what was meant: a name in it is misspelt."""


class Dump:
    """A dump, or an RDF file, that is asked one question after another; what `kg.open` gives.

        with kg.open("dump") as dump:
            for row in dump.query("SELECT ?title ?day { ?a schema:headline ?title ; schema:datePublished ?day }"):
                print(row.title, row.day)

    The store of a large dump is made when it is opened for the first time; `show` is told how many bytes of how many are in it.
    A question may take `timeout` seconds. A dump that is built anew in the meantime is what the next question is about.
    Raises `KgError` where there is no dump.
    """

    def __init__(
        self, path: Path | str, *, timeout: float = store.DEFAULT_TIMEOUT, show: store.Show = lambda done, size: None
    ) -> None:
        self.path = Path(path)
        self._timeout = min(timeout, threading.TIMEOUT_MAX)
        self._show = show
        self._lock = threading.RLock()
        self._open()

    def _open(self) -> None:
        self._stamp = _stamp(self.path)
        self._session = store.Session(self.path, self._show)
        self._end = weakref.finalize(self, self._session.close)
        self._session.prepared  # noqa: B018  so that what is wrong with the dump is told here

    @property
    def session(self) -> store.Session:
        """What answers, about the dump as it is now."""
        with self._lock:
            stamp = _stamp(self.path)
            if stamp and stamp != self._stamp:
                self._end()
                self._open()
            return self._session

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process that answers; a further question would start another."""
        self._session.close()

    def __repr__(self) -> str:
        return f"<Dump {str(self.path)!r}>"

    # --- questions -----------------------------------------------------------------------------------------------------------
    def query(self, question: str, /, **settings: object) -> Any:
        """Return the answer to a query, or to the shipped query of that name ("@…"): `Rows` for SELECT, a bool for ASK,
        `Triples` for CONSTRUCT and DESCRIBE.

        The settings are the values of parameters, or of any variable: Python's values, terms of rdflib, what another answer
        gave, or texts as after `--set`; but a text that is for no parameter is never taken for a number. `select`, `ask` and
        `construct` do the same and have a type. Raises `QueryError` for a query that is wrong or takes too long, `UsageError`
        for settings that do not fit.
        """
        return self._ask(question, settings, None)

    def select(self, question: str, /, **settings: object) -> Rows:
        """Return the rows of a SELECT query; see `query`. Raises `QueryError` for another kind of query as well."""
        rows: Rows = self._ask(question, settings, "solutions")
        return rows

    def ask(self, question: str, /, **settings: object) -> bool:
        """Tell whether an ASK query holds; see `query`. Raises `QueryError` for another kind of query as well."""
        holds: bool = self._ask(question, settings, "boolean")
        return holds

    def construct(self, question: str, /, **settings: object) -> Triples:
        """Return the graph of a CONSTRUCT or DESCRIBE query; see `query`. Raises `QueryError` for another kind as well."""
        triples: Triples = self._ask(question, settings, "graph")
        return triples

    def _ask(self, question: str, settings: Mapping[str, object], wanted: store.Kind | None) -> Any:
        with self._asking() as session:
            found = questions.find(question, settings, session, is_typed=True)
            kind = sparql.kind(found.text)
            if wanted and kind and kind != wanted:
                raise QueryError(f"this query gives {_GIVES[kind]}, not {_GIVES[wanted]}: {_METHODS[kind]}() is for it")
            for finding in found.warnings():
                warnings.warn(str(finding), QueryWarning, stacklevel=3)
            try:
                answer = self.answer(store.Request(found.bound, "ntriples" if kind == "graph" else "json"))
            except QueryError as error:
                raise found.helped(error) from error
        if answer.kind == "graph":
            return Triples(answer.body.decode())
        return Rows.of_json(answer.body) if answer.kind == "solutions" else bool(json.loads(answer.body)["boolean"])

    def answer(self, request: store.Request) -> store.Answer:
        """Return the answer to a request as the engine writes it. Raises `QueryError`."""
        with self._asking() as session:
            return session.answer(request, self._timeout)

    @contextmanager
    def _asking(self) -> Iterator[store.Session]:
        """Give the session to one thread at a time, and end what nobody waits for: its answer would be taken for the next one's."""
        with self._lock:
            session = self.session
            try:
                yield session
            except KeyboardInterrupt:
                session.close()
                raise

    # --- rdflib --------------------------------------------------------------------------------------------------------------
    def dataset(self, default_union: bool = True) -> rdflib.Dataset:
        """Return the dump as a dataset of rdflib, which can be read and asked but not changed, and is not loaded into memory.

        Its named graphs are those of the dump; without `default_union`, only they hold anything. It stays open as long as the dump.
        """
        import rdflib
        from rdflib.store import Store

        rdflib.plugin.register("kg", Store, "kg.rdflib_store", "DumpStore")
        make: Any = rdflib.plugin.get("kg", Store)
        return rdflib.Dataset(store=make(self), default_union=default_union)


def _stamp(path: Path) -> tuple[int, ...]:
    """Return by what a dump that is built anew differs; nothing while it is put in place."""
    try:
        stat = os.stat(path / MANIFEST if path.is_dir() else path)
    except OSError:
        return ()
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
