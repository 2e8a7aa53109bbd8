"""Asking: a query runs in a child process, because the engine cannot be told to stop and a query of some thousand braces ends
its process; so it costs the question, never who asked.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, Self

from kg import confined
from kg.errors import EngineError, KgError, Place, QueryError, QueryTimeoutError
from kg.store import engine
from kg.store.loading import DamagedError, Prepared, Show, discard, nquads_of, prepare
from kg.store.requests import DEFAULT_TIMEOUT, Answer, Request, Table

_LOADED = 1 << 20  # bytes a second that have to be loaded at least: no query can make it slower, so this is far from tight
_LATE = "no answer within {:g} second{}"
_BROKEN = "the query engine broke down on this query; it needs too much memory, or is nested too deep"


def query(target: Path | str, text: str, format: str = "json", timeout: float = DEFAULT_TIMEOUT) -> Answer:
    """Return the answer to a SPARQL query over a dump or an RDF file; `format` is as `Request.form` says.

    The prefixes of our context are known. The default graph is the union of all graphs, as a set. Raises `QueryError` for
    a query that is wrong, too deep, too long or slower than `timeout` seconds, and for SERVICE; `KgError` for bad data.
    """
    with Session(target) as session:
        return session.answer(Request(text, format), timeout)


def setup(prepared: Prepared, memory: int = engine.MEMORY) -> bytes:
    """Return what a child that runs `engine.answer_requests` is set up with; a query may use so many bytes of memory."""
    return pickle.dumps((prepared, memory))


class Session:
    """A dump or an RDF file that is opened once, in a child, and asked one query after another.

    `show` is told of the making of a store, as `prepare` tells it.
    """

    def __init__(self, target: Path | str, show: Show = lambda done, size: None) -> None:
        self._target = Path(target)
        self._show = show
        self._prepared: Prepared | None = None
        self._child: confined.Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child; the next question would start another."""
        child, self._child = self._child, None
        if child:
            child.close()

    def load(self) -> None:
        """Open what is to be asked. Raises `KgError` where it is no dump or bad data."""
        try:
            self._open()
        except DamagedError:  # once it is made again
            discard(self.prepared)
            self._prepared = None
            self._open()

    @property
    def prepared(self) -> Prepared:
        """What is asked."""
        if self._prepared is None:
            self._prepared = prepare(self._target, self._show)
        return self._prepared

    def _open(self) -> None:
        child = confined.Child(engine.__name__, engine.answer_requests.__name__, setup(self.prepared))
        file = nquads_of(self._target)
        size = 0 if self.prepared.is_on_disk or not file.is_file() else file.stat().st_size
        seconds = DEFAULT_TIMEOUT + size / _LOADED
        self._child = child
        try:
            self._ask(None, seconds)
        except confined.LateError as error:
            raise QueryError(f"not loaded within {seconds:.0f} seconds", Place(str(file))) from error
        except confined.ChildError as error:
            raise QueryError("cannot be loaded: it needs too much memory", Place(str(file))) from error

    def answer(self, request: Request, timeout: float = DEFAULT_TIMEOUT) -> Answer:
        """Return the answer to a request. Raises `QueryError` as `query` does; the time to load is not the query's."""
        answer: Answer = self._asked(request, timeout)
        return answer

    def ask(self, text: str, most: int, timeout: float = DEFAULT_TIMEOUT) -> bool | Table:
        """Return whether an ASK query holds, or the first `most` solutions of a SELECT query.

        Raises `QueryError` as `query` does, and for a query that gives a graph; the time to load is not the query's.
        """
        answer: bool | Table = self._asked((text, most), timeout)
        return answer

    def _asked(self, request: Request | tuple[str, int], timeout: float) -> Any:
        if self._child is None:
            self.load()
        try:
            return self._ask(request, timeout)
        except DamagedError:
            discard(self.prepared)
            self._prepared = None
            self.close()
            self.load()
            return self._ask(request, timeout)
        except KeyboardInterrupt:  # the answer to this question would be taken for that to the next
            self.close()
            raise
        except confined.ChildError as error:
            self.close()
            if isinstance(error, confined.LateError):
                raise QueryTimeoutError(_LATE.format(timeout, "s" * (timeout != 1))) from error
            raise EngineError(_BROKEN) from error

    def _ask(self, request: Request | tuple[str, int] | None, timeout: float) -> Any:
        if self._child is None:
            raise AssertionError("a session is opened before it is asked")
        outcome = pickle.loads(self._child.ask(pickle.dumps(request), timeout))  # noqa: S301
        if isinstance(outcome, KgError):
            raise outcome
        return outcome
