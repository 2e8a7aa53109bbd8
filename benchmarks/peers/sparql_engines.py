"""Other SPARQL engines over the same triples, in a process of their own: `sparql_engines.py ENGINE TRIPLES [STORE] < requests`.

TRIPLES is a file of N-Triples; STORE is where an engine that has one on disk makes it. Standard output has a JSON line with the
seconds that loading took, of the clock and of CPU, and the version. Then it has one for each request, which is a JSON line as
well: a `query`, whether the answer `is_graph`, the file that its `body` goes to (JSON results, N-Triples), and the `limit` in
seconds. The answer says what it took, from the query's text to the bytes, or that it took too long. Nothing of `kg` is imported.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

# A query's text and whether its answer is a graph become the bytes of the answer
Answer = Callable[[str, bool], bytes]


class LateError(Exception):
    """A query that takes longer than it may."""


def pyoxigraph(triples: Path, folder: Path | None) -> Answer:
    """pyoxigraph with a store on disk, opened for reading; in memory where there is no folder."""
    import pyoxigraph as library

    made = library.Store(folder) if folder else library.Store()
    made.bulk_load(path=triples, format=library.RdfFormat.N_TRIPLES)
    if folder:
        made.flush()
        del made
        made = library.Store.read_only(str(folder))

    def answer(query: str, is_graph: bool) -> bytes:
        form: Any = library.RdfFormat.N_TRIPLES if is_graph else library.QueryResultsFormat.JSON
        body: bytes = made.query(query).serialize(format=form)  # type: ignore[union-attr]
        return body

    return answer


def rdflib(triples: Path, _: Path | None) -> Answer:
    """rdflib with its store in memory."""
    from rdflib import Graph

    graph = Graph().parse(triples, format="nt")

    def answer(query: str, is_graph: bool) -> bytes:
        return graph.query(query).serialize(format="nt" if is_graph else "json") or b""

    return answer


ENGINES: dict[str, Callable[[Path, Path | None], Answer]] = {"pyoxigraph": pyoxigraph, "rdflib": rdflib}


def _stop(*_: object) -> None:
    raise LateError


def main() -> None:
    """Answer requests until there are no more."""
    name, triples, *folder = sys.argv[1:]
    begin, cpu = time.perf_counter(), time.process_time()
    answer = ENGINES[name](Path(triples), Path(folder[0]) if folder else None)
    _tell(wall=time.perf_counter() - begin, cpu=time.process_time() - cpu, version=version(name))
    if hasattr(signal, "SIGALRM"):  # else there is no limit
        signal.signal(signal.SIGALRM, _stop)
    for line in sys.stdin:
        request = json.loads(line)
        begin, cpu = time.perf_counter(), time.process_time()
        try:
            if hasattr(signal, "SIGALRM"):
                signal.setitimer(signal.ITIMER_REAL, request["limit"])
            body = answer(request["query"], request["is_graph"])
        except LateError:
            _tell(late=True)
            continue
        finally:
            if hasattr(signal, "SIGALRM"):
                signal.setitimer(signal.ITIMER_REAL, 0)
        wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
        Path(request["body"]).write_bytes(body)
        _tell(wall=wall, cpu=cpu)


def _tell(**values: object) -> None:
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    main()
